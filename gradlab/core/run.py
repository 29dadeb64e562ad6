"""One run: the live tensors, and the record of what was done to them, kept in step."""

import math
import re
from collections.abc import Callable
from time import perf_counter

import numpy as np

from gradlab.core.checkpoints import Checkpoints
from gradlab.core.dataset import Dataset
from gradlab.core.history import SPACING, History
from gradlab.core.interpreter import Interpreter, Turns
from gradlab.core.mark import Mark
from gradlab.core.outcome import NUMBER_NAMES, OK, SKIPPED, Kind, Numbers, Outcome
from gradlab.core.program import Program
from gradlab.core.snapshot import TensorView
from gradlab.core.statements import NUMBERS, Statement, Step
from gradlab.core.turn import Turn
from gradlab.core.turn_loop import Until

_MARK = np.dtype([("row", np.uint32)] + [(n, t) for n, t in Mark.__annotations__.items()])
MOST_AT_ONCE = 1000  # turns, whose readings are held in memory before they are recorded
_READS_THE_OLD_LOSS = re.compile(r"\b(error|loss)\b")


class Run:
    """Does statements to live tensors, records them, and goes back exactly.

    A graph that backward() has freed cannot be stored, so going back runs statements again, from a
    mark: a place where b and w are leaves and the next statements that read anything are a forward
    pass and a loss that succeed. From there no older yhat, error or loss is read.

    Attributes:
        interpreter: The live tensors.
        history: The record; its cursor is where the live tensors stand.
        tensors_before: The tensors before the statements that the next snapshot tells of.
        lost: How many recorded statements have been cut off since the last look().
        cut_at: The statement behind which that was done, until someone sets it to None.
    """

    def __init__(self, program: Program, data: Dataset) -> None:
        self.interpreter = Interpreter(program, data)
        start = self.interpreter.numbers(Numbers())
        self.history = History(start, program.batches)
        self.lost = 0
        self.cut_at: int | None = None
        mark = self.interpreter.mark()
        assert mark is not None  # the start values are leaves
        self._marks = Checkpoints(_MARK, (0, *mark))
        self._next_mark = SPACING
        self._candidate: tuple[int, Mark] | None = None
        self.look()

    @property
    def nbytes(self) -> int:
        """How many bytes the record takes."""
        return self.history.nbytes + self._marks.nbytes

    @property
    def stuck(self) -> bool:
        """Whether the last statement raised, or left numbers that a run cannot go on with."""
        history = self.history
        return not (history.last.sound and history.ending.advances)

    def look(self) -> None:
        """Note the tensors as they stand, so that a snapshot can tell what changed since."""
        self.tensors_before: tuple[TensorView, ...] = self.interpreter.tensors()
        self.lost = 0

    def do(self, statement: Statement, skip: bool = False, took: int = 0) -> None:
        """Do `statement`, or record it as skipped.

        Where statements are recorded after the cursor, and the next of them is this one and ends
        as it did then, the cursor moves; otherwise they are cut off.
        """
        history = self.history
        last = history.last
        begins = statement.step is Step.FORWARD and history.index >= self._next_mark
        if begins and self._candidate is None:
            mark = self.interpreter.mark()
            self._candidate = None if mark is None else (history.index, mark)
        if skip:
            outcome, numbers = SKIPPED, last
        else:
            outcome = self.interpreter.run(statement)
            read = statement.changes if outcome.kind is Kind.OK else NUMBERS
            numbers = self.interpreter.numbers(last, read)
        if history.index < len(history):
            if self._is_recorded(statement, outcome, numbers):
                history.seek(history.index + 1)
                history.retake(took)
                self._candidate = None
                return
            self._cut()
        history.append(statement, outcome, numbers, took)
        if self._candidate is not None:
            self._confirm(statement, outcome)

    def turns(
        self,
        turn: Turn,
        most: int,
        seconds: float,
        reached: Callable[[float, float], bool] | None = None,
    ) -> int:
        """Do whole turns of the loop, which is faster than do(), and return how many were done.

        None is done where that cannot be: do() has to go on then. They end as soon as a statement
        raises, warns, or leaves a number that a run cannot go on with; that one is recorded last.

        Args:
            turn: What to do in each turn.
            most: At most so many.
            seconds: None is begun after so much time.
            reached: Whether the run may end at (b, w), asked after each turn.
        """
        history, has_leaves = self.history, self.interpreter.mark() is not None
        at_end = history.index == len(history)
        if (
            most < 1
            or not history.last.sound
            or not (has_leaves and at_end and history.complete and history.position.begins_turn)
        ):
            return 0
        first, m, width = history.index, len(turn), len(turn.reads)
        self._candidate = None
        until = Until(min(most, MOST_AT_ONCE), perf_counter() + seconds, reached)
        found = self.interpreter.run_turns(turn, until, -(-SPACING // m))
        if found.turns:
            values = np.array(found.values[: found.turns * width])
            history.extend(turn, values.reshape(found.turns, width))
        for turns, mark in found.marks:
            row = first + turns * m
            if turns < found.turns and row >= self._next_mark:
                self._marks.add(row + 2, (row, *mark))
                self._next_mark = row + SPACING
        if found.place >= 0:
            self._record_broken(turn, found)
        return history.index - first

    def _record_broken(self, turn: Turn, found: Turns) -> None:
        """Record the statements of a turn that was broken off."""
        values = found.values[found.turns * len(turn.reads) :]
        for i in range(found.place + 1):
            statement, skipped = turn.statements[i], turn.skipped[i]
            last = self.history.last
            if i == found.place and found.outcome.kind is Kind.RAISED:
                numbers = self.interpreter.numbers(last)
            else:
                names = () if skipped else (n for n in NUMBER_NAMES if n in statement.changes)
                read = {name: values.pop(0) for name in names}
                numbers = last._replace(**read) if read else last
            ending = found.outcome if i == found.place else SKIPPED if skipped else OK
            self.history.append(statement, ending, numbers)

    def seek(self, k: int, seconds: float = math.inf) -> None:
        """Go to the state after the k-th statement; what was recorded later stays.

        Statements run again for at most `seconds`; where that does not suffice, the run stands
        between, and another call goes on from there.

        Raises:
            IndexError: Fewer statements are recorded.
        """
        end = perf_counter() + seconds
        history = self.history
        history.numbers(k)  # refuses one that is not recorded
        served = max(k - 1, 0)  # the tensors before are looked at, too
        row, *mark = self._marks.find(served)
        usable = self._marks.usable(served)
        self._candidate = None
        reached = history.index
        if not row <= reached <= k:
            reached = int(row)
            self.interpreter.restore(Mark(*mark), history.numbers(reached))  # type: ignore[arg-type]  # a row holds what Mark does
        self.look()
        with self.interpreter.listening():
            for statement, outcome in history.records(reached + 1, k):
                if reached == k - 1:
                    self.look()
                if outcome.kind is not Kind.SKIPPED:
                    self.interpreter.run(statement)
                reached += 1
                if perf_counter() > end and reached > usable:
                    break
        if reached != k:
            self.look()  # between, nothing is told of what changed
        history.seek(reached)

    def _is_recorded(self, statement: Statement, outcome: Outcome, numbers: Numbers) -> bool:
        """Return whether the next statement recorded is this one, with this end."""
        k = self.history.index + 1
        return (
            self.history.statement(k) == statement
            and self.history.outcome(k) == outcome
            and repr(self.history.numbers(k)) == repr(numbers)  # nan, unequal to itself, too
        )

    def _cut(self) -> None:
        self.lost = len(self.history) - self.history.index
        self.cut_at = self.history.index
        self.history.cut()
        self._marks.cut(self.history.index)
        self._next_mark = int(self._marks.find(self.history.index)[0]) + SPACING

    def _confirm(self, statement: Statement, outcome: Outcome) -> None:
        """Keep the candidate for a mark, once there is a new loss; drop it if the old is read."""
        assert self._candidate is not None
        row, mark = self._candidate
        new_loss = statement.step is Step.LOSS and statement.variant
        if new_loss and outcome.kind is Kind.OK:
            self._marks.add(self.history.index, (row, *mark))
            self._next_mark = row + SPACING
            self._candidate = None
        elif _READS_THE_OLD_LOSS.search(statement.code) or not outcome.advances:
            self._candidate = None
