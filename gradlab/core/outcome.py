"""What running a statement did, and the numbers that stood afterwards."""

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from gradlab.core.limits import LARGEST


class Kind(IntEnum):
    """How a statement ended."""

    OK = 0
    RAISED = 1
    SKIPPED = 2

    @property
    def word(self) -> str:
        """The kind as `gradlab trace` prints it: ok, raised or skipped."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a statement ended, with Python's or PyTorch's own words.

    Attributes:
        kind: ok, raised or skipped.
        error: "Type: message" of the exception, whole, or None.
        warning: "Type: message" of each warning, a line each, or None.
        answer: What an expression gave, as Python prints it, or None.
    """

    kind: Kind = Kind.OK
    error: str | None = None
    warning: str | None = None
    answer: str | None = None

    @property
    def advances(self) -> bool:
        """True where the loop goes on to the next step: after ok and after skipped."""
        return self.kind is not Kind.RAISED


OK = Outcome()
SKIPPED = Outcome(Kind.SKIPPED)


class Numbers(NamedTuple):  # cheaper to make than a dataclass, and made for every statement
    """The five numbers that the history keeps, as Python floats.

    A gradient is None where PyTorch's is None, which is not 0. The loss is None before the first
    one, and where it is not a single number.
    """

    b: float | None = None
    w: float | None = None
    b_grad: float | None = None
    w_grad: float | None = None
    loss: float | None = None

    @property
    def sound(self) -> bool:
        """Whether a run can go on: all finite, parameters and gradients at most 1e12 in size."""
        b, w, b_grad, w_grad, loss = self  # written out, since it is asked after every statement
        return (
            (b is None or -LARGEST <= b <= LARGEST)
            and (w is None or -LARGEST <= w <= LARGEST)
            and (b_grad is None or -LARGEST <= b_grad <= LARGEST)
            and (w_grad is None or -LARGEST <= w_grad <= LARGEST)
            and (loss is None or math.isfinite(loss))
        )

    @property
    def unsound_name(self) -> str | None:
        """The name of the first number that a run cannot go on with, or None."""
        for name, value in zip(NUMBER_NAMES[:4], self, strict=False):
            if value is not None and not abs(value) <= LARGEST:
                return name
        return None if self.loss is None or math.isfinite(self.loss) else "loss"


NUMBER_NAMES: tuple[str, ...] = Numbers._fields
