"""Curves over a history of any length, with their peaks, in a bounded number of points."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradlab.core.history import Columns
from gradlab.core.limits import LARGEST
from gradlab.core.outcome import NUMBER_NAMES
from gradlab.core.surface import Quadratic

MOST = 1024  # points of a curve
BUCKET = 32  # statements
VALIDATION = "val_loss"
CURVES = (*NUMBER_NAMES, VALIDATION)
_FIRST_CAPACITY = 64

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A number over the statements; nan where there was none, or none that can be drawn.

    Attributes:
        at: The statements, float64, shape (m,): each of them, or the first of several.
        low, high: The lowest and the highest number from there to the next, float64, shape (m,).
        size: How many statements a point stands for.
    """

    at: Points
    low: Points
    high: Points
    size: int


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """The curves of a history as it stood.

    Attributes:
        columns: The history.
        validation: The loss of the validation set.
        lows, highs: The lowest and highest of every 32 statements, float32, shape (m, 6).
    """

    columns: Columns
    validation: Quadratic
    lows: NDArray[np.float32]
    highs: NDArray[np.float32]

    def curve(self, name: str) -> Curve:
        """Return the curve `name`, one of CURVES, in at most 1024 points, its peaks kept."""
        n = len(self.columns)
        size = 1
        while -(-n // size) > MOST:
            size *= 2
        at = np.arange(0, n, size, dtype=np.float64)
        if size < BUCKET:
            values = _values(self.columns, self.validation, name, 0, n)
            return Curve(at, *_reduced(values, values, size), size)
        column = CURVES.index(name)
        whole = len(self.lows)
        rest = _values(self.columns, self.validation, name, whole * BUCKET, n)
        tail = _reduced(rest, rest, BUCKET)
        low = np.concatenate([self.lows[:, column].astype(np.float64), tail[0]])
        high = np.concatenate([self.highs[:, column].astype(np.float64), tail[1]])
        return Curve(at, *_reduced(low, high, size // BUCKET), size)

    def path(self, index: int) -> tuple[Points, Points]:
        """Return b and w on the way to the statement `index`, in at most some 1024 points."""
        step = -(-(index + 1) // MOST)
        rows = np.append(np.arange(0, index, step), index)
        b, w = _drawable(self.columns.b[rows]), _drawable(self.columns.w[rows])
        moves = np.append(True, (np.diff(b) != 0) | (np.diff(w) != 0))
        return b[moves], w[moves]


class Outline:
    """Keeps the lowest and highest of every 32 statements, as a history grows and is cut."""

    def __init__(self, validation: Quadratic) -> None:
        self._validation = validation
        self._lows = np.zeros((_FIRST_CAPACITY, len(CURVES)), np.float32)
        self._highs = np.zeros_like(self._lows)
        self._length = 0

    @property
    def nbytes(self) -> int:
        """How many bytes it takes."""
        return 2 * self._length * len(CURVES) * self._lows.itemsize

    def follow(self, columns: Columns) -> Curves:
        """Take in what has been recorded since, and return the curves as they stand."""
        first, last = self._length, len(columns) // BUCKET
        if last > first:
            self._make_room(last)
            for i, name in enumerate(CURVES):
                values = _values(columns, self._validation, name, first * BUCKET, last * BUCKET)
                low, high = _reduced(values, values, BUCKET)
                self._lows[first:last, i], self._highs[first:last, i] = low, high
            self._length = last
        lows, highs = self._lows[:last], self._highs[:last]
        for array in (lows, highs):
            array.setflags(write=False)
        return Curves(columns, self._validation, lows, highs)

    def cut(self, n: int) -> None:
        """Forget all but the first `n` rows of the history."""
        if n // BUCKET < self._length:
            self._length = n // BUCKET
            # curves that were given out before still look at the rows that are cut
            self._lows, self._highs = self._lows.copy(), self._highs.copy()

    def _make_room(self, length: int) -> None:
        while length > len(self._lows):
            self._lows = np.concatenate([self._lows, np.zeros_like(self._lows)])
            self._highs = np.concatenate([self._highs, np.zeros_like(self._highs)])


def _values(columns: Columns, validation: Quadratic, name: str, first: int, last: int) -> Points:
    if name != VALIDATION:
        return _drawable(getattr(columns, name)[first:last])
    with np.errstate(over="ignore", invalid="ignore"):  # of a run that has diverged
        return _drawable(validation.loss(columns.b[first:last], columns.w[first:last]))


def _drawable(values: Points) -> Points:
    """Return a copy with nan for what is not finite or beyond 1e12."""
    points = np.array(values)
    points[~(np.abs(points) <= LARGEST)] = np.nan
    return points


def _reduced(low: Points, high: Points, size: int) -> tuple[Points, Points]:
    """Return the lowest of `low` and the highest of `high` in each group of `size`."""
    if size == 1 or not len(low):
        return low, high
    starts = np.arange(0, len(low), size)
    return np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)
