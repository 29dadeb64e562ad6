"""What a window has to show, worked out in other ways.

PyTorch is imported where it is used: it makes every test slower that comes after.
"""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gradlab.core.snapshot import Snapshot
from gradlab.core.statements import LOOP

if TYPE_CHECKING:
    from gradlab.core.controller import Controller

EPOCH = tuple(step.value for step in LOOP)


def fresh(*steps: str) -> "Controller":
    """Return a run of these statements that never went back."""
    from tests.core.runs import cpu

    controller = cpu()
    for step in steps:
        controller.do(step)
    return controller


def picture(snapshot: Snapshot) -> dict[str, str]:
    """Return each part of a snapshot as text: equal texts are equal bit for bit."""
    from tests.core import runs

    return runs.picture(snapshot)


def bare(epochs: int, steps: tuple[str, ...] = EPOCH, lr: float = 0.1) -> list[tuple[float, float]]:
    """Return b and w at the start and after each epoch of a loop in ordinary Python."""
    from tests.core.bare_torch import BareLoop

    loop = BareLoop(lr)
    line = [(loop.b.item(), loop.w.item())]
    for _ in range(epochs):
        for step in steps:
            loop.do(step)
        line.append((loop.b.item(), loop.w.item()))
    return line


def loss(b: float, w: float) -> float:
    """Return the loss of the whole training set, worked out point by point."""
    x, y, _, _ = _data()
    return float(np.mean((b + w * x - y) ** 2))


def val_loss(b: float, w: float) -> float:
    """Return the loss of the validation set, worked out point by point."""
    _, _, x, y = _data()
    return float(np.mean((b + w * x - y) ** 2))


def least() -> tuple[float, float]:
    """Return b and w of the least loss."""
    x, y, _, _ = _data()
    b, w = np.linalg.lstsq(np.column_stack([np.ones_like(x), x]), y, rcond=None)[0]
    return float(b), float(w)


def variance() -> float:
    """Return the variance of y, which is the loss of the best line without a slope."""
    _, y, _, _ = _data()
    return float(np.var(y))


@cache
def _data() -> tuple[NDArray[np.float64], ...]:
    """Return x_train, y_train, x_val and y_val with the digits that a float32 has."""
    from tests.core.bare_torch import lesson_data

    return tuple(c.astype(np.float32).astype(np.float64).ravel() for c in lesson_data())
