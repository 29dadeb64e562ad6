"""A growing table of places in a history that can be returned to."""

import numpy as np
from numpy.typing import NDArray

FIRST_CAPACITY = 64


class Checkpoints:
    """Rows of numbers, each with the first statement that it can serve.

    Args:
        dtype: What each row holds.
        start: The row for the start, which can serve every statement.
    """

    def __init__(self, dtype: np.dtype[np.void], start: tuple[float, ...]) -> None:
        self._rows: NDArray[np.void] = np.zeros(FIRST_CAPACITY, dtype)
        self._usable = np.zeros(FIRST_CAPACITY, np.uint32)
        self._length = 0
        self.add(0, start)

    def add(self, usable: int, values: tuple[float, ...]) -> None:
        """Add a row that can serve statement `usable` and all that come later."""
        self._make_room(1)
        self._rows[self._length] = values
        self._usable[self._length] = usable
        self._length += 1

    def extend(self, usable: NDArray[np.intp], values: NDArray[np.intp]) -> None:
        """Add several rows of whole numbers, shape (k, fields), as add() does."""
        self._make_room(len(usable))
        new = slice(self._length, self._length + len(usable))
        for i, name in enumerate(self._rows.dtype.names or ()):
            self._rows[name][new] = values[:, i]
        self._usable[new] = usable
        self._length += len(usable)

    def find(self, k: int) -> tuple[float, ...]:
        """Return the latest row that can serve statement `k`."""
        found: tuple[float, ...] = self._rows[self._place(k)].item()
        return found

    def usable(self, k: int) -> int:
        """Return the first statement that the row which find() returns can serve."""
        return int(self._usable[self._place(k)])

    def cut(self, k: int) -> None:
        """Forget the rows that serve only statements after `k`."""
        self._length = int(np.searchsorted(self._usable[: self._length], k, side="right"))

    def _place(self, k: int) -> int:
        return int(np.searchsorted(self._usable[: self._length], k, side="right")) - 1

    def _make_room(self, more: int) -> None:
        while self._length + more > len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
            self._usable = np.concatenate([self._usable, np.zeros_like(self._usable)])

    @property
    def nbytes(self) -> int:
        """How many bytes the rows take."""
        return self._length * (self._rows.itemsize + self._usable.itemsize)
