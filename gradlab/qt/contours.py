"""Lines of equal loss over b and w, and paths, cut to the part of the plane that a map shows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gradlab.core.surface import Quadratic
from gradlab.qt.plot import Points

Place = tuple[float, float]
"""A point of the plane: b and w."""

Path = tuple[Points, Points]
"""The points of a path: b and w, float64, shape (n,), nan where one cannot be drawn."""

TURN = 2 * math.pi
MOST_LEVELS = 10
REACH = 4.0  # how far a path may lead the map, in distances of the start from the minimum
_CLOSE = 1e-9  # of the lowest loss: what float64 still tells from it


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the plane: b from `left` to `right`, w from `low` to `high`."""

    left: float
    right: float
    low: float
    high: float

    @classmethod
    def around(cls, b: Points, w: Points) -> "Box":
        """Return the smallest one that holds the points (b, w), shape (n,), n at least 1."""
        return cls(float(b.min()), float(b.max()), float(w.min()), float(w.max()))

    @property
    def width(self) -> float:
        """How far it goes in b."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """How far it goes in w."""
        return self.high - self.low

    def has(self, b: Points | float, w: Points | float) -> NDArray[np.bool_]:
        """Return whether (b, w), or which of several, lie in it; false for nan."""
        inside: NDArray[np.bool_] = (
            np.greater_equal(b, self.left)
            & np.less_equal(b, self.right)
            & np.greater_equal(w, self.low)
            & np.less_equal(w, self.high)
        )
        return inside

    def holds(self, other: "Box") -> bool:
        """Return whether the whole of `other` lies in it."""
        return bool(self.has(other.left, other.low) and self.has(other.right, other.high))

    def joined(self, other: "Box") -> "Box":
        """Return the smallest box that holds both."""
        left, right = min(self.left, other.left), max(self.right, other.right)
        return Box(left, right, min(self.low, other.low), max(self.high, other.high))

    def padded(self, room: float) -> "Box":
        """Return this box with `room` more on each side."""
        return Box(self.left - room, self.right + room, self.low - room, self.high + room)


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Pieces of lines, as a plot item takes them; every number is finite.

    Attributes:
        b, w: The points, float64, shape (n,).
        connect: int32, shape (n,): 1 where a point is joined to the next one, 0 at an end.
    """

    b: Points
    w: Points
    connect: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.b)


NOTHING = Lines(np.empty(0), np.empty(0), np.empty(0, np.int32))


def together(pieces: Sequence[Lines]) -> Lines:
    """Return all `pieces` as one, none joined to another."""
    pieces = (NOTHING, *pieces)
    return Lines(
        np.concatenate([piece.b for piece in pieces]),
        np.concatenate([piece.w for piece in pieces]),
        np.concatenate([piece.connect for piece in pieces]),
    )


def cut(b: Points, w: Points, box: Box, crossing: bool = True) -> Lines:
    """Return the parts in `box` of the path through the points (b, w).

    Args:
        b: Shape (n,). Nan is a gap; what lies in `box` is kept to the last bit.
        w: The same.
        box: What is shown.
        crossing: Whether to keep a move that comes from outside and goes on to outside.
    """
    if box.has(b, w).all():
        connect = np.ones(len(b), np.int32)
        connect[-1:] = 0
        return Lines(b, w, connect) if len(b) > 1 else NOTHING
    first, step = np.stack([b[:-1], w[:-1]]), np.stack([np.diff(b), np.diff(w)])
    low, high = np.array([[box.left], [box.low]]), np.array([[box.right], [box.high]])
    with np.errstate(divide="ignore", invalid="ignore"):  # a move along an axis; a gap
        one, other = (low - first) / step, (high - first) / step
        enter = np.maximum(np.minimum(one, other).max(axis=0), 0.0)
        leave = np.minimum(np.maximum(one, other).min(axis=0), 1.0)
        kept = np.flatnonzero(
            (enter < leave) & (crossing | (enter == 0) | (leave == 1))  # false for nan
        )
    enter, leave, first, step = enter[kept], leave[kept], first[:, kept], step[:, kept]
    last = np.stack([b, w])[:, kept + 1]
    start, end = first + enter * step, np.where(leave == 1, last, first + leave * step)
    # the end of a piece is the start of the next one, unless the path was out of the box between
    goes_on = (leave[:-1] == 1) & (np.diff(kept) == 1)
    every = np.ones(len(kept), np.bool_)
    joined, anew = every.copy(), every.copy()
    joined[:-1], joined[-1:], anew[1:] = goes_on, False, ~goes_on
    shown = np.column_stack([anew, every]).ravel()
    points = np.stack([start, end], axis=2).reshape(2, -1)[:, shown]
    connect = np.column_stack([every, joined]).ravel()[shown].astype(np.int32)
    return Lines(points[0], points[1], connect)


def worth_showing(start: Place, bottom: Place, paths: Sequence[Path]) -> Box:
    """Return the box that holds the start, the minimum, and what is not far off of the paths.

    A run that diverges would else shrink everything else to a point.

    Args:
        start: Where the run starts.
        bottom: Where the loss is least.
        paths: The paths to show, nan where they cannot be drawn.
    """
    ends = np.array([start, bottom]).T
    distance = float(np.abs(ends[:, 0] - ends[:, 1]).max())
    least = 0.1 * max(1.0, abs(bottom[0]), abs(bottom[1]))
    ground = Box.around(*ends[:, 1:])
    near = ground.padded(REACH * max(distance, least))
    box = Box.around(*ends).joined(ground.padded(least))
    for b, w in paths:
        here = near.has(b, w)
        if here.any():
            box = box.joined(Box.around(b[here], w[here]))
    return box


def thinned(b: Points, w: Points, grain: float, most: int) -> Path:
    """Return the path through (b, w), shape (n,), without moves too small to be seen.

    Args:
        b: Shape (n,); the first and the last point stay as they are.
        w: The same.
        grain: How far a move has to go to be seen, about a pixel.
        most: About so many points are kept at most, spread evenly.
    """
    at = np.round(np.stack([b, w]) / grain)
    moves = np.append(True, (np.diff(at) != 0).any(axis=0))
    moves[-1] = True
    rows = np.flatnonzero(moves)
    step = -(-len(rows) // most)
    if step > 1:
        rows = np.append(rows[:-1:step], rows[-1])
    return b[rows], w[rows]


def lowest(surface: Quadratic, start: Place) -> Place:
    """Return the (b, w) of the least loss.

    Where x is the same for all points, the least loss lies along a line, the floor of a valley;
    then it is the point of that line next to `start`, which gradient descent from there goes to.
    """
    minimum = surface.minimum()
    if minimum is not None:
        return minimum
    b, w = start
    share = (b + w * surface.x - surface.y) / (1 + surface.x * surface.x)
    return b - share, w - share * surface.x


def floor(surface: Quadratic, box: Box) -> Lines:
    """Return the part in `box` of the line of least loss; nothing where that is a point."""
    return NOTHING if surface.minimum() else _valley_line(surface, 0.0, box)


def levels(surface: Quadratic, bottom: Place, box: Box) -> list[float]:
    """Return the losses to draw lines at, lowest first, at most MOST_LEVELS.

    They lie 1, 2, 5, 10 ... units over the least loss, up to what `box` shows, but are round:
    0.1, 0.2, 0.5 where the least loss is next to nothing, 1.1, 1.2, 1.5 where it is 1.

    Args:
        surface: The loss.
        bottom: Where it is least.
        box: The part of the plane that is shown.
    """
    least = surface.loss(*bottom)
    corners = [surface.loss(b, w) for b in (box.left, box.right) for w in (box.low, box.high)]
    most = max(corners) - least
    if not 0 < most < math.inf:
        return []
    power = math.floor(math.log10(most))
    rises = [d * 10.0 ** (power - i) for i in range(MOST_LEVELS) for d in (5, 2, 1)]
    rises = [rise for rise in rises if rise <= most][:MOST_LEVELS]
    # to half a rise: two levels that are twice as far apart stay two; 14 digits are round
    found = [float(f"{round((least + rise) / rise * 2) * rise / 2:.14g}") for rise in rises]
    return [level for level in found[::-1] if level - least > _CLOSE * abs(least)]


def level_line(surface: Quadratic, level: float, bottom: Place, box: Box) -> Lines:
    """Return the part in `box` of the line along which the loss is `level`.

    That is an ellipse, or two parallel lines where the loss has no single minimum. Its points are
    as exact as float64 allows, and close enough together to look round.

    Args:
        surface: The loss.
        level: The loss along the line.
        bottom: Where it is least.
        box: The part of the plane that is shown.
    """
    rise = level - surface.loss(*bottom)
    if not 0 < rise < math.inf:
        return NOTHING
    if surface.minimum() is None:
        away = math.sqrt(rise)
        return together([_valley_line(surface, each, box) for each in (-away, away)])
    return _Ellipse.at(surface, rise, bottom).within(box)


def _valley_line(surface: Quadratic, offset: float, box: Box) -> Lines:
    """Return the part in `box` of b + w * x = y + offset, where x is the same for all points."""
    w = np.array([box.low, box.high])
    return cut(surface.y + offset - surface.x * w, w, box)


@dataclass(frozen=True, slots=True)
class _Ellipse:
    """The points b + across * cos(t) - skew * sin(t), w + along * sin(t)."""

    b: float
    w: float
    across: float
    skew: float
    along: float

    @classmethod
    def at(cls, surface: Quadratic, rise: float, bottom: Place) -> "_Ellipse":
        """Return the line along which the loss is `rise` over the least.

        With the square completed, the loss rises by (b + w * x)**2 + spread * w**2, where b and w
        are counted from `bottom`: the first term is rise * cos(t)**2, the second rise * sin(t)**2.
        """
        along = math.sqrt(rise / (surface.xx - surface.x * surface.x))
        return cls(*bottom, math.sqrt(rise), surface.x * along, along)

    def within(self, box: Box) -> Lines:
        """Return the arcs that lie in `box`, found from where the ellipse crosses its edges."""
        ends = [
            *_crossings(self.across, -self.skew, box.left - self.b),
            *_crossings(self.across, -self.skew, box.right - self.b),
            *_crossings(0.0, self.along, box.low - self.w),
            *_crossings(0.0, self.along, box.high - self.w),
        ]
        ends.sort()
        arcs = list(pairwise([*ends, ends[0] + TURN])) if ends else [(0.0, TURN)]
        middles = box.has(*self._points(np.array([(first + last) / 2 for first, last in arcs])))
        pairs = zip(arcs, middles, strict=True)
        return together([self._arc(*arc, box) for arc, seen in pairs if seen])

    def _arc(self, first: float, last: float, box: Box) -> Lines:
        """Return the arc, its points so close that it looks round on a screen."""
        size = math.hypot(self.across, self.skew, self.along)
        pixel = math.hypot(box.width, box.height) / 1000
        n = math.ceil((last - first) / math.sqrt(2 * pixel / size)) + 2
        connect = np.ones(min(n, 1000), np.int32)
        connect[-1] = 0
        return Lines(*self._points(np.linspace(first, last, len(connect))), connect)

    def _points(self, t: Points) -> Path:
        cos, sin = np.cos(t), np.sin(t)
        return self.b + self.across * cos - self.skew * sin, self.w + self.along * sin


def _crossings(cos: float, sin: float, value: float) -> list[float]:
    """Return each t in 0 to 2 pi with cos * cos(t) + sin * sin(t) = value."""
    reach = math.hypot(cos, sin)
    if abs(value) >= reach:
        return []
    middle, half = math.atan2(sin, cos), math.acos(value / reach)
    return [(middle - half) % TURN, (middle + half) % TURN]
