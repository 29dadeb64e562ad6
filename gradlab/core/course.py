"""How the loss goes: whether it falls, has settled, swings or grows."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gradlab.core.goal import SETTLED
from gradlab.core.history import Columns
from gradlab.core.surface import Quadratic

WINDOW = 4000  # statements looked at
FEWEST = 6  # moves of the parameters before anything is said
SWINGS = 2  # crests, the later as high as half of the earlier, make a loss swing


class Way(StrEnum):
    """The word for how the loss goes."""

    UNKNOWN = ""
    FALLING = "falls"
    SETTLED = "settled"
    SWINGING = "swings"
    GROWING = "grows"


@dataclass(frozen=True, slots=True)
class Course:
    """How the loss of the training set has gone of late.

    Attributes:
        way: The word for it.
        low, high: The lowest and highest loss of the swings; 0 without any.
    """

    way: Way = Way.UNKNOWN
    low: float = 0.0
    high: float = 0.0


UNTOLD = Course()


def course(columns: Columns, index: int, surface: Quadratic) -> Course:
    """Return how the loss of the whole training set has gone up to the statement `index`.

    The loss is that of each b and w on the way, so that neither parts of the training set nor a
    skipped loss step blur it.
    """
    first = max(index + 1 - WINDOW, 0)
    b, w = columns.b[first : index + 1], columns.w[first : index + 1]
    with np.errstate(over="ignore", invalid="ignore"):  # of a run that has diverged
        losses = surface.loss(b, w)
        moved = np.append(True, (np.diff(b) != 0) | (np.diff(w) != 0))
    if (columns.b[0], columns.w[0]) != (b[-1], w[-1]) and settled(columns, index, surface):
        return Course(Way.SETTLED)
    losses = losses[moved & np.isfinite(losses)]
    if len(losses) < FEWEST:
        return UNTOLD
    if _swings(losses):
        later = losses[len(losses) // 2 :]
        return Course(Way.SWINGING, float(later.min()), float(later.max()))
    if losses[-1] > losses[-FEWEST] and losses[-1] > losses[-2]:
        return Course(Way.GROWING)
    return Course(Way.FALLING)


def _swings(losses: NDArray[np.float64]) -> bool:
    """Return whether the last crest is as high as half of the one before, and not long past."""
    inner = losses[1:-1]
    at = np.flatnonzero((inner > losses[:-2]) & (inner >= losses[2:]))
    if len(at) < SWINGS:
        return False
    before, last = at[-2:]
    recent = len(inner) - 1 - last <= 1.5 * (last - before)
    return bool(recent and inner[last] > 0.5 * inner[before])


def settled(columns: Columns, index: int, surface: Quadratic) -> bool:
    """Return whether all but a millionth of the way from the start to the least loss is done."""
    start = surface.excess(float(columns.b[0]), float(columns.w[0]))
    here = surface.excess(float(columns.b[index]), float(columns.w[index]))
    return here <= SETTLED * start
