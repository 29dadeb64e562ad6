"""The ranges that numbers from outside must keep to."""

import math

from gradlab.core.errors import ProgramError

LARGEST = 1e12
"""Beyond this float32 squares overflow and plots stop following."""

_MOST_DIGITS = 24


def check_range(name: str, value: float, low: float = -LARGEST, high: float = LARGEST) -> None:
    """Raise ProgramError, naming `name` and the range, unless low <= value <= high."""
    if low <= value <= high and abs(value) != math.inf:  # the first is false for nan
        return
    said = str(value)
    if len(said) > _MOST_DIGITS:
        said = f"{said[:_MOST_DIGITS]}…"
    raise ProgramError(f"{name} is {said}, but must be a number from {low:g} to {high:g}")
