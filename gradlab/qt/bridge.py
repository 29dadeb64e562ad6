"""The one object between the panels and the controller."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from gradlab.core.errors import ProgramError
from gradlab.core.goal import Goal
from gradlab.core.lesson import Lesson
from gradlab.core.snapshot import EMPTY, Snapshot
from gradlab.core.statements import Step


class Acts(Protocol):
    """What the bridge needs of a controller: each act answers with a snapshot."""

    def do(self, statement_id: str) -> Snapshot:
        """Run a statement."""

    def step(self) -> Snapshot:
        """Do the next step."""

    def back(self) -> Snapshot:
        """Undo the last statement, or at the start go back to the run before."""

    def seek(self, index: int, seconds: float) -> Snapshot:
        """Go to a point in time."""

    def advance(self, statements: int, goal: Goal, seconds: float) -> Snapshot:
        """Do several steps."""

    def restart(self) -> Snapshot:
        """Begin again."""

    def new_seed(self) -> Snapshot:
        """Begin again from other values."""

    def set_start(self, b: float, w: float) -> Snapshot:
        """Begin again from given values."""

    def pin(self) -> Snapshot:
        """Keep this run to compare others with."""

    def unpin(self, letter: str) -> Snapshot:
        """Let a pinned run go."""

    def set_skip(self, step: Step, skip: bool) -> Snapshot:
        """Skip a step, or not."""

    def set_variant(self, statement_id: str) -> Snapshot:
        """Put a statement on the card of its step."""

    def open_lesson(self, lesson: Lesson) -> Snapshot:
        """Go to the first stop of a lesson."""

    def go_to_stop(self, stop: int) -> Snapshot:
        """Go to a stop of the lesson."""

    def leave_lesson(self) -> Snapshot:
        """Go on without the lesson."""

    def set_learning_rate(self, lr: float) -> Snapshot:
        """Set the learning rate."""

    def set_predicting(self, on: bool) -> Snapshot:
        """Ask for a guess before a statement, or no more."""

    def guess(self, answer: str | float) -> Snapshot:
        """Judge a guess, and run what it is about."""

    def reveal(self) -> Snapshot:
        """Run what is asked about without a guess."""

    def open_vote(self) -> Snapshot:
        """Let the class vote on what is asked."""

    def cast(self, letter: str) -> Snapshot:
        """Count a ballot."""

    def undo_vote(self) -> Snapshot:
        """Take the last ballot back."""

    def close_vote(self) -> Snapshot:
        """Take no more ballots, and show the counts."""

    def revote(self) -> Snapshot:
        """Let the class vote again."""

    def snapshot(self) -> Snapshot:
        """Say how it stands."""


class Bridge(QObject):
    """Passes requests to the controller and its snapshots to whoever shows them.

    Signals:
        snapshotChanged: A Snapshot; everything that is shown comes from it.
        guessRefused: What is wrong with a guess, in one line; the question stays.
    """

    snapshotChanged = Signal(object)
    guessRefused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller: Acts | None = None
        self._publishing = False
        self.last: Snapshot = EMPTY

    def attach(self, controller: Acts) -> None:
        """Take `controller` and show where it stands."""
        self._controller = controller
        self._act(lambda acts: acts.snapshot())

    def do(self, statement_id: str) -> None:
        """Run a statement."""
        self._act(lambda acts: acts.do(statement_id))

    def step(self) -> None:
        """Do the next step of the loop."""
        self._act(lambda acts: acts.step())

    def back(self) -> None:
        """Undo the last statement, or at the start go back to the run before."""
        self._act(lambda acts: acts.back())

    def seek(self, index: int, seconds: float) -> None:
        """Go towards the statement `index`, or the end, as far as `seconds` suffice."""
        target = min(max(index, 0), self.last.recorded)
        self._act(lambda acts: acts.seek(target, seconds))

    def advance(self, statements: int, goal: Goal, seconds: float) -> None:
        """Do several steps with one snapshot at the end."""
        self._act(lambda acts: acts.advance(statements, goal, seconds))

    def restart(self) -> None:
        """Begin again from the same start."""
        self._act(lambda acts: acts.restart())

    def new_seed(self) -> None:
        """Begin again from the next seed's start values."""
        self._act(lambda acts: acts.new_seed())

    def set_start(self, b: float, w: float) -> None:
        """Begin again from these values of b and w."""
        self._act(lambda acts: acts.set_start(b, w))

    def pin(self) -> None:
        """Keep this run to compare others with."""
        self._act(lambda acts: acts.pin())

    def unpin(self, letter: str) -> None:
        """Let the pinned run `letter` go."""
        self._act(lambda acts: acts.unpin(letter))

    def set_skip(self, step: str, skip: bool) -> None:
        """Skip a step, or stop skipping it."""
        self._act(lambda acts: acts.set_skip(Step(step), skip))

    def set_variant(self, statement_id: str) -> None:
        """Put a statement on the card of its step."""
        self._act(lambda acts: acts.set_variant(statement_id))

    def open_lesson(self, lesson: Lesson) -> None:
        """Go to the first stop of a lesson."""
        self._act(lambda acts: acts.open_lesson(lesson))

    def go_to_stop(self, stop: int) -> None:
        """Go to a stop of the lesson."""
        self._act(lambda acts: acts.go_to_stop(stop))

    def leave_lesson(self) -> None:
        """Go on without the lesson."""
        self._act(lambda acts: acts.leave_lesson())

    def set_learning_rate(self, lr: float) -> None:
        """Set the learning rate."""
        self._act(lambda acts: acts.set_learning_rate(lr))

    def set_predicting(self, on: bool) -> None:
        """Ask for a guess before each statement that there is a question about, or no more."""
        self._act(lambda acts: acts.set_predicting(on))

    def guess(self, answer: str | float) -> None:
        """Judge a guess, and run what it is about; what is no answer is said to be none."""
        try:
            self._act(lambda acts: acts.guess(answer))
        except ProgramError as error:
            self.guessRefused.emit(f"{error}.")

    def reveal(self) -> None:
        """Run what is asked about without a guess."""
        self._act(lambda acts: acts.reveal())

    def open_vote(self) -> None:
        """Let the class vote on what is asked."""
        self._act(lambda acts: acts.open_vote())

    def cast(self, letter: str) -> None:
        """Count a ballot for the choice of this letter."""
        self._act(lambda acts: acts.cast(letter))

    def undo_vote(self) -> None:
        """Take the ballot that was counted last back."""
        self._act(lambda acts: acts.undo_vote())

    def close_vote(self) -> None:
        """Take no more ballots, and show the counts."""
        self._act(lambda acts: acts.close_vote())

    def revote(self) -> None:
        """Let the class vote again; what it voted first is kept."""
        self._act(lambda acts: acts.revote())

    def _act(self, act: Callable[[Acts], Snapshot]) -> None:
        """Let the controller act, and publish what stands then; before it is there, do nothing.

        Raises:
            RuntimeError: A view asked for something while it was being shown a snapshot: the
                views would end on different states.
        """
        if self._publishing:
            raise RuntimeError("a view asked for something while a snapshot was being shown")
        if self._controller is None:
            return
        self.last = act(self._controller)
        self._publishing = True
        try:
            self.snapshotChanged.emit(self.last)
        finally:
            self._publishing = False
