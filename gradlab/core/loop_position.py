"""Where in the loop a run stands, noted statement by statement."""

from collections import deque
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gradlab.core.outcome import Kind, Numbers, Outcome
from gradlab.core.statements import LOOP, Statement, Step
from gradlab.core.turn import Turn

_NEXT = dict(zip(LOOP, (*LOOP[1:], LOOP[0]), strict=True))


class Pass(NamedTuple):
    """A forward pass.

    Attributes:
        b, w: The parameters that it used.
        part: The part of the training set that it used, from 0.
    """

    b: float | None
    w: float | None
    part: int


class Added(NamedTuple):
    """What one backward() added.

    Attributes:
        of: The forward pass that its loss was made from.
        b, w: What b.grad and w.grad grew by; None where it left the gradient as it was.
    """

    of: Pass
    b: float | None
    w: float | None


class Call(NamedTuple):
    """A backward() call, told by rows of the history.

    Attributes:
        row: The row of the call.
        forward: The row of the forward pass that its loss was made from; 0 where there was none.
        part: The part of the training set that it used, from 0.
    """

    row: int
    forward: int
    part: int


class Accumulation(NamedTuple):
    """What a gradient is the sum of.

    Attributes:
        begin: The row where it was last cleared, or written by something else than backward().
        calls: How many backward() calls have changed it since.
    """

    begin: int = 0
    calls: int = 0


class LoopPosition:
    """The step that is due, the epoch, and what has piled up in the gradients.

    A step that was due and raised does not hold the loop up: after a forward, loss or backward
    that raised comes a new forward, after an update that raised comes zero, after a zero that
    raised the next forward. With the training set in parts, forward follows backward until every
    part has been used since the last update or zero.

    A zero that ran or was skipped ends its epoch; so does one that raised after a backward().

    Attributes:
        due: The step that the loop does next.
        epoch: The epoch that the next statement belongs to, from 1.
        turn: The latest backward() calls since the last update or zero, at most one a part.
        last: The latest backward(), until zero; None before the first.
        moved: The row in which b or w last changed; 0 where they never have.
        b_grad, w_grad: What the gradients are the sum of.
    """

    __slots__ = (
        "_batches",
        "_forward",
        "_loss",
        "_parts",
        "_went_backward",
        "b_grad",
        "due",
        "epoch",
        "last",
        "moved",
        "turn",
        "w_grad",
    )

    def __init__(self, batches: int = 1) -> None:
        self._batches = batches
        self.turn: deque[Call] = deque(maxlen=batches)
        self.last: Call | None = None
        self.due, self.epoch, self.moved = LOOP[0], 1, 0
        self.b_grad = self.w_grad = Accumulation()
        self._went_backward = False
        self._parts: set[int] = set()
        self._forward = self._loss = 0, -1
        self.restore(_START)

    def note(
        self, row: int, statement: Statement, outcome: Outcome, before: Numbers, after: Numbers
    ) -> None:
        """Take in that `statement` was done in `row`, how it ended, and the numbers around it."""
        step = statement.step
        ran_backward = step is Step.BACKWARD and outcome.kind is not Kind.SKIPPED
        if after is not before:
            if differs(before.b, after.b) or differs(before.w, after.w):
                self.moved = row
            self.b_grad = _summed(self.b_grad, row, ran_backward, before.b_grad, after.b_grad)
            self.w_grad = _summed(self.w_grad, row, ran_backward, before.w_grad, after.w_grad)
        if step not in _NEXT:
            return
        self._went_backward |= ran_backward
        if outcome.kind is Kind.RAISED:
            if step is self.due:
                self.due = Step.ZERO if step is Step.UPDATE else Step.FORWARD
        else:
            self._advance(row, statement, differs(before.b_grad, after.b_grad))
        if step is Step.ZERO and (outcome.kind is not Kind.RAISED or self._went_backward):
            self.epoch += 1
            self._went_backward = False

    @property
    def begins_turn(self) -> bool:
        """Whether a whole turn of the loop comes next."""
        return self.due is Step.FORWARD and not self.turn

    def states(
        self, row: int, turn: Turn, numbers: NDArray[np.float64], ends: NDArray[np.intp]
    ) -> NDArray[np.intp]:
        """Return what state() would be at the end of whole turns, shape (k, STATE_SIZE).

        Args:
            row: The row of the first statement of the first turn.
            turn: What was done in each; no statement raised.
            numbers: The numbers before them and after each statement, float64, finite, with the
                shape (n + 1, 5).
            ends: The last statement of each turn to tell of, counted from 0 at `row`, shape (k,).
        """
        changed = numbers[1:] != numbers[:-1]
        steps = [statement.step for statement in turn.statements]
        added = np.tile([step is Step.BACKWARD for step in steps], len(changed) // len(turn))
        last_move = _latest(changed[:, 0] | changed[:, 1])[ends]
        forward, part = row + ends - 4, (self._forward[1] + self._batches) % self._batches
        found = np.zeros((len(ends), STATE_SIZE), np.intp)
        found[:, 1] = self.epoch + (ends + 1) // len(turn)
        found[:, 4:7] = np.column_stack([row + ends - 2, forward, np.full_like(ends, part)])
        if not turn.skipped[-1]:
            found[changed[ends, 2], 4:7] = _NO_CALL
        found[:, 7], found[:, 9] = forward, forward
        found[:, 8], found[:, 10] = part, part
        found[:, 11] = np.where(last_move < 0, self.moved, row + last_move)
        for place, i, old in ((12, 2, self.b_grad), (14, 3, self.w_grad)):
            adds = np.cumsum(changed[:, i] & added)
            begin = _latest((numbers[1:, i] == 0) | (changed[:, i] & ~added))[ends]
            goes_on = begin < 0
            found[:, place] = np.where(goes_on, old.begin, row + begin)
            found[:, place + 1] = adds[ends] + np.where(goes_on, old.calls, -adds[begin])
        return found

    def state(self) -> tuple[int, ...] | None:
        """Return what restore() needs, as STATE_SIZE whole numbers, or None in mid-turn.

        With the training set in parts, calls of this turn are more than these numbers can tell.
        """
        if self.turn and self._batches > 1:
            return None
        last = self.last or _NO_CALL
        return (
            LOOP.index(self.due),
            self.epoch,
            self._went_backward,
            len(self.turn),
            *last,
            *self._forward,
            *self._loss,
            self.moved,
            *self.b_grad,
            *self.w_grad,
        )

    def restore(self, state: tuple[int, ...]) -> None:
        """Stand where state() or states() told of."""
        self.due, self.epoch, self._went_backward = LOOP[state[0]], state[1], bool(state[2])
        last = Call(*state[4:7])
        self.last = last if last.row else None
        self._forward, self._loss = (state[7], state[8]), (state[9], state[10])
        self.moved = state[11]
        self.b_grad, self.w_grad = Accumulation(*state[12:14]), Accumulation(*state[14:16])
        self.turn.clear()
        self.turn.extend([last] * state[3])
        self._parts = {call.part for call in self.turn}

    def _advance(self, row: int, statement: Statement, cleared: bool) -> None:
        step = statement.step
        self.due = _NEXT[step]
        if step is Step.FORWARD:
            self._forward = row, (self._forward[1] + 1) % self._batches
        elif step is Step.LOSS:
            if statement.variant:
                self._loss = self._forward
        elif step is Step.BACKWARD:
            self.last = Call(row, *self._loss)
            self.turn.append(self.last)
            self._parts.add(self.last.part)
            if len(self._parts) < self._batches:
                self.due = Step.FORWARD
        else:
            self.turn.clear()
            self._parts.clear()
            if step is Step.ZERO and cleared:
                self.last = None


_NO_CALL = Call(0, 0, -1)
_START = (0, 1, 0, 0, *_NO_CALL, 0, -1, 0, -1, 0, 0, 0, 0, 0)
STATE_SIZE = len(_START)


def differs(a: float | None, b: float | None) -> bool:
    """Return whether two numbers differ; nan after nan does not."""
    return a != b and (a == a or b == b)  # noqa: PLR0124  # only nan is unequal to itself


def _latest(flags: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return for each place the latest one so far that is set, or -1."""
    at: NDArray[np.intp] = np.maximum.accumulate(np.where(flags, np.arange(len(flags)), -1))
    return at


def _summed(
    old: Accumulation, row: int, added: bool, before: float | None, after: float | None
) -> Accumulation:
    """Return what a gradient is the sum of after `row`."""
    if not after:
        return Accumulation(row, 0)
    if not differs(before or 0.0, after):
        return old
    return Accumulation(old.begin, old.calls + 1) if added else Accumulation(row, 0)
