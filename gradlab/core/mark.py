"""A place in a run that it can be started from again."""

from collections.abc import Sequence
from typing import NamedTuple


class Mark(NamedTuple):
    """What restore() needs beside the numbers, where b and w are leaves.

    Attributes:
        lr: The learning rate in force.
        anomaly: Whether PyTorch looks for nan in backward().
        part: The part of the training set in use, from 0; -1 before the first.
        b_version, w_version: How often each was changed in place.
        b_grad_version, w_grad_version: The same of the gradients; 0 where there is none.
        yhat, error, loss: How many tensors have had that name before; -1 where none has it.
    """

    lr: float
    anomaly: bool
    part: int
    b_version: int
    w_version: int
    b_grad_version: int
    w_grad_version: int
    yhat: int
    error: int
    loss: int

    def later(self, passes: int, versions: Sequence[int]) -> "Mark":
        """Return the mark after so many more passes.

        Args:
            passes: How many more tensors have had the names yhat, error and loss.
            versions: The versions of b, w, b.grad and w.grad then.
        """
        b, w, b_grad, w_grad = versions
        return self._replace(
            b_version=b,
            w_version=w,
            b_grad_version=b_grad,
            w_grad_version=w_grad,
            yhat=self.yhat + passes,
            error=self.error + passes,
            loss=self.loss + passes,
        )
