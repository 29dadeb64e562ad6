"""Every statement that was run, with the numbers that stood after it, in growing columns."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradlab.core.loop_position import LoopPosition
from gradlab.core.outcome import NUMBER_NAMES, OK, SKIPPED, Kind, Numbers, Outcome
from gradlab.core.statements import Statement, Step

FIRST_CAPACITY = 1024
ROW = np.dtype(
    [(name, np.float64) for name in NUMBER_NAMES]
    + [("epoch", np.uint32), ("added", np.bool_)]
    + [("none", np.uint8), ("kind", np.uint8), ("code", np.uint32)]
)
"""One row is 51 bytes. `none` has a bit for each number that was None, `code` is an index into
the statements met so far."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """A read-only look at the numbers after each statement; row 0 is the start.

    Attributes:
        b, w, b_grad, w_grad, loss: float64, shape (n + 1,); nan stands for None as well.
        epoch: uint32, shape (n + 1,); the epoch each statement belonged to, from 1.
        added: bool, shape (n + 1,); True where a backward() ran, and so may have added.
        none: uint8, shape (n + 1,); bit i is set where NUMBER_NAMES[i] was None.
    """

    b: NDArray[np.float64]
    w: NDArray[np.float64]
    b_grad: NDArray[np.float64]
    w_grad: NDArray[np.float64]
    loss: NDArray[np.float64]
    epoch: NDArray[np.uint32]
    added: NDArray[np.bool_]
    none: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.b)


class History:
    """The record of a run. Row k holds what stood after k statements; row 0 is the start.

    A zero that ran or was skipped ends its epoch; so does one that raised after a backward().

    Attributes:
        position: Where in the loop the run stands.
    """

    def __init__(self, start: Numbers, batches: int = 1) -> None:
        self.position = LoopPosition(batches)
        self._rows = np.zeros(FIRST_CAPACITY, ROW)
        self._length = 0
        self._statements: list[Statement] = []
        self._codes: dict[Statement, int] = {}
        self._told: dict[int, Outcome] = {}
        self._next_epoch = 1
        self._went_backward = False
        self._write(OK, start, code=0, added=False)

    def __len__(self) -> int:
        """Return the number of statements run; the start does not count."""
        return self._length - 1

    @property
    def epochs_done(self) -> int:
        """How many epochs have ended."""
        return self._next_epoch - 1

    def append(self, statement: Statement, outcome: Outcome, numbers: Numbers) -> None:
        """Add `statement`, how it ended, and the numbers after it."""
        # one that raised may have added to one leaf before it did
        added = statement.step is Step.BACKWARD and outcome.kind is not Kind.SKIPPED
        self.position.note(statement, outcome, self.numbers(len(self)), numbers)
        self._write(outcome, numbers, self._code(statement), added)
        self._went_backward |= added
        if statement.step is Step.ZERO and (outcome.advances or self._went_backward):
            self._next_epoch += 1
            self._went_backward = False

    def statement(self, k: int) -> Statement | None:
        """Return the k-th statement, counted from 1; None for the start, 0."""
        code = int(self._row(k)["code"])
        return self._statements[code] if k else None

    def records(self, stop: int) -> Iterator[tuple[Statement, Outcome]]:
        """Yield the first `stop` statements, each with how it ended."""
        for k in range(1, stop + 1):
            yield self._statements[int(self._row(k)["code"])], self.outcome(k)

    def outcome(self, k: int) -> Outcome:
        """Return how the k-th statement ended."""
        told = self._told.get(k)
        if told is not None:
            return told
        return SKIPPED if self._row(k)["kind"] == Kind.SKIPPED else OK

    def numbers(self, k: int) -> Numbers:
        """Return the numbers that stood after the k-th statement; k = 0 gives the start."""
        row = self._row(k)
        none = int(row["none"])
        return Numbers(
            *(None if none >> i & 1 else float(row[name]) for i, name in enumerate(NUMBER_NAMES))
        )

    def epoch(self, k: int) -> int:
        """Return the epoch, from 1, that the k-th statement belongs to."""
        return int(self._row(k)["epoch"])

    def columns(self) -> Columns:
        """Return what is recorded so far, without a copy: rows, once written, stay as they are."""
        rows = self._rows[: self._length]
        rows.setflags(write=False)
        return Columns(*(rows[name] for name in (*NUMBER_NAMES, "epoch", "added", "none")))

    def _row(self, k: int) -> np.void:
        if not 0 <= k < self._length:
            raise IndexError(f"statement {k} of {len(self)}")
        row: np.void = self._rows[k]
        return row

    def _write(self, outcome: Outcome, numbers: Numbers, code: int, added: bool) -> None:
        if self._length == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        values = (numbers.b, numbers.w, numbers.b_grad, numbers.w_grad, numbers.loss)
        none = sum(1 << i for i, value in enumerate(values) if value is None)
        self._rows[self._length] = (
            *(np.nan if value is None else value for value in values),
            self._next_epoch,
            added,
            none,
            outcome.kind,
            code,
        )
        if outcome not in (OK, SKIPPED):
            self._told[self._length] = outcome
        self._length += 1

    def _code(self, statement: Statement) -> int:
        code = self._codes.get(statement)
        if code is None:
            code = self._codes[statement] = len(self._statements)
            self._statements.append(statement)
        return code
