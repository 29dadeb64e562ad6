"""The ranges that numbers from outside must keep to."""

import math

from gradlab.core.errors import ProgramError

LARGEST = 1e12
"""Beyond this, plots stop following: pyqtgraph clips its ranges there."""

_MOST_DIGITS = 24


def check_range(name: str, value: float, low: float = -LARGEST, high: float = LARGEST) -> None:
    """Raise ProgramError, naming `name` and the range, unless low <= value <= high."""
    if low <= value <= high and abs(value) != math.inf:  # the first is false for nan
        return
    said = str(value)
    if len(said) > _MOST_DIGITS:
        said = f"{said[:_MOST_DIGITS]}…"
    raise ProgramError(f"{name} is {said}, but must be a number from {low:.12g} to {high:.12g}")
