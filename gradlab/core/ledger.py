"""What each backward() added to a gradient since it was last cleared."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradlab.core.history import Columns, History
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
LOOK_BACK = 64  # rows looked at first; twice as many each time until the blocks are found


def ledger(history: History, name: str) -> Ledger:
    """Return the ledger of the gradient `name` ("b_grad" or "w_grad") at the cursor of `history`.

    PyTorch adds to `.grad` until something clears it
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html), so a contribution
    is the gradient after a backward() minus the gradient before it, in float64.
    """
    total = getattr(history.last, name)
    if total is None:
        return EMPTY_LEDGER
    begin, count = getattr(history.position, name)
    columns = history.columns()
    listed = _adds(columns, name, begin, history.index, min(count, MOST_BLOCKS))
    before, after = _held(columns, name, listed - 1), _held(columns, name, listed)
    with np.errstate(invalid="ignore"):  # infinity minus infinity, after a run has diverged
        contributions = after - before
    return Ledger(
        total=total,
        contributions=tuple(contributions.tolist()),
        first=count - len(listed) + 1,
        earlier=float(before[0]) if len(listed) else 0.0,
    )


def _adds(columns: Columns, name: str, begin: int, end: int, most: int) -> NDArray[np.intp]:
    """Return the latest rows, at most `most`, from after `begin` to `end`, that added."""
    span = LOOK_BACK
    while True:
        first = max(begin + 1, end - span)
        rows = np.arange(first, end + 1)
        # a backward() whose graph does not hold the leaf leaves its gradient alone: no block
        before, after = _held(columns, name, rows - 1), _held(columns, name, rows)
        changed = (before != after) & ~(np.isnan(before) & np.isnan(after))
        adds = rows[columns.added[first : end + 1] & changed]
        if len(adds) >= most or first == begin + 1:
            latest: NDArray[np.intp] = adds[len(adds) - min(most, len(adds)) :]
            return latest
        span *= 2


def _held(columns: Columns, name: str, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the gradient in each of `rows`, 0 where there was none."""
    grad: NDArray[np.float64] = getattr(columns, name)[rows]
    is_none = (columns.none[rows] >> NUMBER_NAMES.index(name)) & 1 == 1
    return np.where(is_none, 0.0, grad)
