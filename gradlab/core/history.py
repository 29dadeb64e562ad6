"""Every statement that was run, with the numbers that stood after it, in growing columns."""

import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradlab.core.checkpoints import Checkpoints
from gradlab.core.loop_position import STATE_SIZE, Added, Call, LoopPosition, Pass, differs
from gradlab.core.outcome import NUMBER_NAMES, OK, SKIPPED, Kind, Numbers, Outcome
from gradlab.core.statements import Statement, Step
from gradlab.core.turn import Turn

FIRST_CAPACITY = 1024
SPACING = 25
"""At least so many statements lie between two checkpoints: so many are run again in a seek."""
ROW = np.dtype(
    [(name, np.float64) for name in NUMBER_NAMES]
    + [("epoch", np.uint32), ("added", np.bool_), ("none", np.uint8)]
    + [("outcome", np.uint32), ("code", np.uint32), ("took", np.uint8)]
)
"""One row is 55 bytes. `none` has a bit for each number that was None; `outcome` and `code` are
indices into the outcomes and statements met so far; `took` is the caller's."""
_PACK = struct.Struct("=5dI?BIIB").pack_into
_POSITION = np.dtype([("row", np.uint32), *((f"state_{i}", np.int32) for i in range(STATE_SIZE))])


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
    """The record of a run, and a cursor in it. Row k holds what stood after k statements.

    Attributes:
        index: The cursor: how many of the statements have been done to the live tensors.
        last: The numbers at the cursor.
        ending: How the statement at the cursor ended.
        position: Where in the loop the run stands at the cursor.
    """

    def __init__(self, start: Numbers, batches: int = 1) -> None:
        self.index = 0
        self.last, self.ending = start, OK
        self.position = LoopPosition(batches)
        state = self.position.state()
        assert state is not None
        self._positions = Checkpoints(_POSITION, (0, *state))
        self._next_checkpoint = SPACING
        self._rows = np.zeros(FIRST_CAPACITY, ROW)
        self._buffer = self._rows.view(np.uint8).data
        self._length = 1
        self._statements: list[Statement] = []
        self._codes: dict[int, int] = {}
        self._by_text: dict[tuple[str, str], int] = {}
        self._outcomes = [OK, SKIPPED]
        self._endings = {OK: 0, SKIPPED: 1}
        self._raised, self._settings = array("I"), array("I")
        self._epochs_recorded = 0
        self._kinds: dict[tuple[int, int], None] = {}
        self._none = _none(start)
        self._write(0, start, (1, False, self._none, 0, 0, 0))

    def __len__(self) -> int:
        """Return the number of statements recorded; the start does not count."""
        return self._length - 1

    @property
    def epochs_done(self) -> int:
        """How many epochs have ended at the cursor."""
        return self.position.epoch - 1

    @property
    def nbytes(self) -> int:
        """How many bytes the recorded statements take, checkpoints included."""
        listed = (len(self._raised) + len(self._settings)) * self._raised.itemsize
        return self._length * ROW.itemsize + self._positions.nbytes + listed

    @property
    def epochs_recorded(self) -> int:
        """How many epochs have ended at the end of the record."""
        return self._epochs_recorded

    @property
    def complete(self) -> bool:
        """Whether none of the numbers at the cursor is None."""
        return self._none == 0

    def append(
        self, statement: Statement, outcome: Outcome, numbers: Numbers, took: int = 0
    ) -> None:
        """Add `statement`, how it ended, and the numbers after it; the cursor has to be at the end.

        `took` is kept for the caller, a whole number up to 255.
        """
        before, position, row = self.last, self.position, self._length
        # one that raised may have added to one leaf before it did
        added = statement.step is Step.BACKWARD and outcome.kind is not Kind.SKIPPED
        epoch = position.epoch
        position.note(row, statement, outcome, before, numbers)
        if numbers is not before:
            self._none = _none(numbers)
            self.last = numbers
        if row == len(self._rows):
            self._move_to(np.zeros(2 * len(self._rows), ROW))
        code = self._codes.get(id(statement))
        if code is None:
            code = self._code(statement)
        ending = 0 if outcome is OK else self._ending(outcome)
        self._kinds[code, ending] = None
        self._write(row, numbers, (epoch, added, self._none, ending, code, took))
        self._length = row + 1
        self.index, self.ending = row, outcome
        self._epochs_recorded = self.epochs_done
        if statement.step is Step.SETTING and self.settings(1) != [statement]:
            self._settings.append(row)
        if outcome.kind is Kind.RAISED:
            self._raised.append(row)
        self._keep_position()

    def extend(self, turn: Turn, values: NDArray[np.float64]) -> None:
        """Add whole turns of the loop; none of the numbers so far may be None.

        Args:
            turn: What was done in each turn.
            values: What was read in each, finite, shape (turns, len(turn.reads)).
        """
        turns, m, row = len(values), len(turn), self._length
        n = turns * m
        while row + n > len(self._rows):
            self._move_to(np.zeros(2 * len(self._rows), ROW))
        known = np.empty((turns, 5 + len(turn.reads)))
        known[:, 5:] = values
        known[0, :5] = self.last
        at_end = turn.sources[-1]
        known[1:, :5] = np.where(at_end < 5, known[0, :5], known[:-1, at_end])
        numbers = known[:, turn.sources.ravel()].reshape(n, 5)
        rows = self._rows[row : row + n]
        for i, name in enumerate(NUMBER_NAMES):
            rows[name] = numbers[:, i]
        rows["epoch"] = np.repeat(np.arange(turns) + self.position.epoch, m)
        pattern = self._pattern(turn)
        for name, each in pattern.items():
            rows[name] = np.tile(each, turns)
        self._kinds |= dict.fromkeys(zip(pattern["code"], pattern["outcome"], strict=True))
        every = -(-SPACING // m)
        ends = np.append(np.arange(every, turns, every), turns) * m - 1
        states = self.position.states(row, turn, np.vstack([known[0, :5], numbers]), ends)
        self.position.restore(tuple(states[-1].tolist()))
        self._positions.extend(row + ends, np.column_stack([row + ends, states]))
        self._next_checkpoint = row + n - 1 + SPACING
        self.last = Numbers(*numbers[-1].tolist())
        self._length = row + n
        self.index = row + n - 1
        self._epochs_recorded = self.epochs_done
        self.ending = SKIPPED if turn.skipped[-1] else OK

    def _pattern(self, turn: Turn) -> dict[str, list[int]]:
        """Return what the rows of every such turn hold, beside the numbers and the epoch."""
        codes = (self._codes.get(id(each)) for each in turn.statements)
        return {
            "added": [each.step is Step.BACKWARD for each in turn.statements],
            "outcome": [int(skipped) for skipped in turn.skipped],
            "code": [
                self._code(each) if code is None else code
                for each, code in zip(turn.statements, codes, strict=True)
            ],
        }

    def _keep_position(self) -> None:
        """Note where the run stands, if that has not been done for a while."""
        if self.index >= self._next_checkpoint:
            state = self.position.state()
            if state is not None:
                self._positions.add(self.index, (self.index, *state))
                self._next_checkpoint = self.index + SPACING

    def seek(self, k: int) -> None:
        """Put the cursor after the k-th statement; what was recorded later stays.

        Raises:
            IndexError: Fewer statements are recorded.
        """
        self._row(k)
        base, *state = (int(value) for value in self._positions.find(k))
        if not base <= self.index <= k:
            self.position.restore(tuple(state))
            self.index = base
        before = self.numbers(self.index)
        for i, row in enumerate(self._rows[self.index + 1 : k + 1].tolist(), self.index + 1):
            after = _numbers(row)
            self.position.note(i, self._statements[row[9]], self._outcomes[row[8]], before, after)
            before = after
        self.index, self.last, self._none = k, before, _none(before)
        self.ending = self.outcome(k)

    def cut(self) -> None:
        """Forget what was recorded after the cursor."""
        self._length = self.index + 1
        # a copy, since columns that were taken before still show the rows that are cut
        self._move_to(np.zeros_like(self._rows))
        self._kinds = self._find_kinds()
        self._positions.cut(self.index)
        for rows in (self._raised, self._settings):
            del rows[bisect_right(rows, self.index) :]
        self._epochs_recorded = self.epochs_done
        self._next_checkpoint = int(self._positions.find(self.index)[0]) + SPACING

    def statement(self, k: int) -> Statement | None:
        """Return the k-th statement, counted from 1; None for the start, 0."""
        code = int(self._row(k)["code"])
        return self._statements[code] if k else None

    def records(self, first: int, last: int) -> Iterator[tuple[Statement, Outcome]]:
        """Yield the statements `first`, at least 1, to `last`, each with how it ended."""
        rows = self._rows[first : last + 1]
        for code, ending in zip(rows["code"].tolist(), rows["outcome"].tolist(), strict=True):
            yield self._statements[code], self._outcomes[ending]

    def kinds(self) -> Iterator[tuple[Statement, Outcome]]:
        """Yield each pair of a statement and an outcome that is recorded, in order of first use."""
        for code, ending in self._kinds:
            yield self._statements[code], self._outcomes[ending]

    def _find_kinds(self) -> dict[tuple[int, int], None]:
        rows = self._rows[1 : self._length]
        pairs = rows["code"].astype(np.uint64) << np.uint64(32) | rows["outcome"]
        found, first = np.unique(pairs, return_index=True)
        return {(pair >> 32, pair & 0xFFFFFFFF): None for pair in found[np.argsort(first)].tolist()}

    def outcome(self, k: int) -> Outcome:
        """Return how the k-th statement ended."""
        return self._outcomes[int(self._row(k)["outcome"])]

    def numbers(self, k: int) -> Numbers:
        """Return the numbers that stood after the k-th statement; k = 0 gives the start."""
        row: tuple[Any, ...] = self._row(k).item()  # type: ignore[assignment]  # never bytes
        return _numbers(row)

    def epoch(self, k: int) -> int:
        """Return the epoch, from 1, that the k-th statement belongs to."""
        return int(self._row(k)["epoch"])

    def settings(self, most: int) -> list[Statement]:
        """Return the last statements, at most `most`, that set another learning rate, in order."""
        return [self._statements[int(self._rows["code"][k])] for k in self._settings[-most:]]

    def raised(self, most: int) -> tuple[int, ...]:
        """Return the numbers of statements that raised, ascending; of more than `most`, some."""
        return tuple(self._raised[:: -(-len(self._raised) // most) or 1])

    def retake(self, took: int) -> None:
        """Keep this for the statement at the cursor, instead of what append() was given."""
        self._rows["took"][self.index] = took

    def took(self, first: int, last: int) -> NDArray[np.uint8]:
        """Return what append() was given to keep, of the statements `first` to `last`."""
        found: NDArray[np.uint8] = self._rows["took"][first : last + 1]
        return found

    def added(self, call: Call) -> Added:
        """Return what the backward() `call` added, and to what."""
        before, after = self.numbers(call.row - 1), self.numbers(call.row)
        line = self.numbers(call.forward) if call.forward else Numbers()
        return Added(
            Pass(line.b, line.w, call.part),
            _growth(before.b_grad, after.b_grad),
            _growth(before.w_grad, after.w_grad),
        )

    def columns(self) -> Columns:
        """Return all that is recorded, without a copy: rows, once written, stay as they are."""
        rows = self._rows[: self._length]
        rows.setflags(write=False)
        return Columns(*(rows[name] for name in (*NUMBER_NAMES, "epoch", "added", "none")))

    def _row(self, k: int) -> np.void:
        if not 0 <= k < self._length:
            raise IndexError(f"statement {k} of {len(self)}")
        row: np.void = self._rows[k]
        return row

    def _write(self, row: int, numbers: Numbers, rest: tuple[int, ...]) -> None:
        if rest[2]:
            numbers = Numbers(*(np.nan if value is None else value for value in numbers))
        _PACK(self._buffer, row * ROW.itemsize, *numbers, *rest)

    def _move_to(self, rows: NDArray[np.void]) -> None:
        rows[: self._length] = self._rows[: self._length]
        self._rows = rows
        self._buffer = rows.view(np.uint8).data

    def _code(self, statement: Statement) -> int:
        """Return the number of a statement that is not known by its identity."""
        text = statement.id, statement.code
        code = self._by_text.get(text)
        if code is None:
            code = self._by_text[text] = len(self._statements)
            self._statements.append(statement)
            self._codes[id(statement)] = code  # it lives as long as this list
        return code

    def _ending(self, outcome: Outcome) -> int:
        """Return the number of an outcome, which is new if nothing has ended so before."""
        ending = self._endings.get(outcome)
        if ending is None:
            ending = self._endings[outcome] = len(self._outcomes)
            self._outcomes.append(outcome)
        return ending


def _numbers(row: tuple[Any, ...]) -> Numbers:
    """Return the numbers of a row, which hold nan where one was None."""
    none = row[7]
    if not none:
        return Numbers(*row[:5])
    return Numbers(*(None if none >> i & 1 else row[i] for i in range(5)))


def _none(numbers: Numbers) -> int:
    """Return a bit for each number that is None."""
    b, w, b_grad, w_grad, loss = numbers
    return (
        (b is None)
        | (w is None) << 1
        | (b_grad is None) << 2
        | (w_grad is None) << 3
        | (loss is None) << 4
    )


def _growth(before: float | None, after: float | None) -> float | None:
    """Return what was added, or None where nothing was."""
    return None if after is None or not differs(before, after) else after - (before or 0.0)
