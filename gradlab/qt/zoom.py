"""The steps of the zoom: from 50 % to 300 %, none more than a tenth apart."""

from bisect import bisect_left, bisect_right

STEPS: tuple[float, ...] = tuple(n / 100 for n in (*range(50, 100, 5), *range(100, 301, 10)))
LEAST, MOST = STEPS[0], STEPS[-1]


def larger(zoom: float) -> float:
    """Return the next step above `zoom`; the largest one stays."""
    return STEPS[min(bisect_right(STEPS, zoom), len(STEPS) - 1)]


def smaller(zoom: float) -> float:
    """Return the next step below `zoom`; the smallest one stays."""
    return STEPS[max(bisect_left(STEPS, zoom) - 1, 0)]
