"""How the loss goes: whether it falls, has settled, swings or grows."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gradlab.core.history import Columns
from gradlab.core.surface import Quadratic

WINDOW = 4000  # statements looked at
FEWEST = 6  # moves of the parameters before anything is said
SWINGS = 2  # crests, the later at least half and at most twice the earlier, make a loss swing


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
    has_moved = (columns.b[0], columns.w[0]) != (b[-1], w[-1])
    if has_moved and surface.excess(float(b[-1]), float(w[-1])) <= surface.tolerance:
        return Course(Way.SETTLED)
    losses = losses[moved & np.isfinite(losses)]
    if len(losses) < FEWEST:
        return UNTOLD
    if _swings(losses):
        later = losses[len(losses) // 2 :]
        return Course(Way.SWINGING, float(later.min()), float(later.max()))
    latest = np.diff(losses[-FEWEST:])
    if (latest > 0).all():
        return Course(Way.GROWING)
    return Course(Way.FALLING) if (latest < 0).all() else UNTOLD


def _swings(losses: NDArray[np.float64]) -> bool:
    """Return whether the last crest is about as high as the one before, and not long past."""
    inner = losses[1:-1]
    at = np.flatnonzero((inner > losses[:-2]) & (inner >= losses[2:]))
    if len(at) < SWINGS:
        return False
    before, last = at[-2:]
    recent = len(inner) - 1 - last <= 1.5 * (last - before)
    return bool(recent and 0.5 * inner[before] < inner[last] < 2 * inner[before])
