"""The ranges that numbers from outside must keep to."""

import math

from gradlab.core.errors import ProgramError

LARGEST = 1e12
"""Beyond this float32 squares overflow and plots stop following."""


def check_range(name: str, value: float, low: float = -LARGEST, high: float = LARGEST) -> None:
    """Raise ProgramError, naming `name` and the range, unless low <= value <= high."""
    if not (math.isfinite(value) and low <= value <= high):
        raise ProgramError(f"{name} is {value:g}, but must be a number from {low:g} to {high:g}")
