"""Where in the loop a run stands, noted statement by statement."""

from collections import deque
from dataclasses import dataclass

from gradlab.core.outcome import Numbers, Outcome
from gradlab.core.statements import LOOP, Statement, Step


@dataclass(frozen=True, slots=True)
class Pass:
    """A forward pass.

    Attributes:
        b, w: The parameters that it used.
        part: The part of the training set that it used, from 0.
    """

    b: float | None
    w: float | None
    part: int


@dataclass(frozen=True, slots=True)
class Added:
    """What one backward() added.

    Attributes:
        of: The forward pass that its loss was made from.
        b, w: What b.grad and w.grad grew by; None where it left the gradient as it was.
    """

    of: Pass
    b: float | None
    w: float | None


class LoopPosition:
    """The step that is due, and what backward() added in this turn of the loop.

    A step that was due and raised does not hold the loop up: after a forward, loss or backward
    that raised comes a new forward, after an update that raised comes zero, after a zero that
    raised the next forward. With the training set in parts, forward follows backward until every
    part has been used since the last update or zero.

    Attributes:
        due: The step that the loop does next.
        turn: What the latest backward() calls since the last update or zero added, at most one
            for each part.
        last: What the latest backward() added, until zero; None before the first.
    """

    def __init__(self, batches: int = 1) -> None:
        self.due = LOOP[0]
        self.turn: deque[Added] = deque(maxlen=batches)
        self.last: Added | None = None
        self._batches = batches
        self._parts: set[int] = set()
        self._forward = Pass(None, None, -1)
        self._loss = self._forward

    def note(self, statement: Statement, outcome: Outcome, before: Numbers, after: Numbers) -> None:
        """Take in that `statement` was done, how it ended, and the numbers around it."""
        step = statement.step
        if step not in LOOP:
            return
        if not outcome.advances:
            if step is self.due:
                self.due = Step.ZERO if step is Step.UPDATE else Step.FORWARD
            return
        if step is Step.FORWARD:
            self._forward = Pass(before.b, before.w, (self._forward.part + 1) % self._batches)
        elif step is Step.LOSS and statement.variant:
            self._loss = self._forward
        elif step is Step.BACKWARD:
            self._note_backward(before, after)
        elif step in {Step.UPDATE, Step.ZERO}:
            self.turn.clear()
            self._parts.clear()
            self.last = None if step is Step.ZERO and after.b_grad != before.b_grad else self.last
        self.due = LOOP[(LOOP.index(step) + 1) % len(LOOP)]
        if step is Step.BACKWARD and len(self._parts) < self._batches:
            self.due = Step.FORWARD

    def _note_backward(self, before: Numbers, after: Numbers) -> None:
        self.last = Added(
            self._loss,
            _growth(before.b_grad, after.b_grad),
            _growth(before.w_grad, after.w_grad),
        )
        self.turn.append(self.last)
        self._parts.add(self._loss.part)


def _growth(before: float | None, after: float | None) -> float | None:
    if after is None or after == before:
        return None
    return after - (before or 0.0)
