"""What each backward() added to a gradient since it was last cleared."""

from dataclasses import dataclass

import numpy as np

from gradlab.core.history import Columns
from gradlab.core.outcome import NUMBER_NAMES

MOST_BLOCKS = 12


@dataclass(frozen=True, slots=True)
class Ledger:
    """The contributions that a gradient is the sum of.

    Attributes:
        total: The gradient itself; None where PyTorch's is None.
        contributions: What each of the latest backward() calls added, oldest first.
        first: The number of the first of them, counted from 1 since the last clearing.
        earlier: The sum of the contributions before that one; 0.0 where there are none.
    """

    total: float | None = None
    contributions: tuple[float, ...] = ()
    first: int = 1
    earlier: float = 0.0

    @property
    def count(self) -> int:
        """How many backward() calls have added since the last clearing, listed or not."""
        return self.first - 1 + len(self.contributions)


EMPTY_LEDGER = Ledger()


def ledger(columns: Columns, name: str) -> Ledger:
    """Return the ledger of the gradient `name` ("b_grad" or "w_grad") at the end of `columns`.

    PyTorch adds to `.grad` until something clears it
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html), so a contribution
    is the gradient after a backward() minus the gradient before it, in float64.
    """
    grad = getattr(columns, name)
    is_none = (columns.none >> NUMBER_NAMES.index(name)) & 1 == 1
    if is_none[-1]:
        return EMPTY_LEDGER
    held = np.where(is_none, 0.0, grad)
    cleared = _last(held == 0)
    changed = held[1:] != held[:-1]
    rewritten = _last(changed & ~columns.added[1:]) + 1
    begin = max(cleared, rewritten)
    # a backward() whose graph does not hold the leaf leaves its gradient alone: no block
    adds = np.flatnonzero(columns.added[begin + 1 :] & changed[begin:]) + begin + 1
    listed = adds[-MOST_BLOCKS:]
    with np.errstate(invalid="ignore"):  # infinity minus infinity, after a run has diverged
        contributions = held[listed] - held[listed - 1]
    return Ledger(
        total=float(held[-1]),
        contributions=tuple(contributions.tolist()),
        first=len(adds) - len(listed) + 1,
        earlier=float(held[listed[0] - 1]) if len(listed) else 0.0,
    )


def _last(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
    """Return the index of the last True, or -1."""
    found = np.flatnonzero(flags)
    return int(found[-1]) if len(found) else -1
