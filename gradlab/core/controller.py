"""Acts on what a panel asks for, and answers with a snapshot. Nothing else writes."""

import math
from collections.abc import Sequence
from dataclasses import replace

from gradlab.core.errors import ProgramError
from gradlab.core.goal import Goal
from gradlab.core.lesson import Lesson
from gradlab.core.pin import LETTERS, make_pin
from gradlab.core.predicting import Pending
from gradlab.core.prediction import Verdict
from gradlab.core.program import GivenStart, Program, SeededStart
from gradlab.core.questions import Situation, ask, ask_at_stop
from gradlab.core.snapshot import Snapshot
from gradlab.core.stage import Stage
from gradlab.core.statements import Statement, Step, find
from gradlab.core.vote import Vote


class Controller(Stage):
    """Does what is asked for to the attempt on its stage."""

    @property
    def program(self) -> Program:
        """What is being explored, with the skips as they are now."""
        return self._attempt.program

    @property
    def nbytes(self) -> int:
        """How many bytes the record of the run takes, with what its curves are drawn from."""
        return self._attempt.nbytes

    @property
    def predictions(self) -> tuple[Verdict, ...]:
        """What came of every guess of the session, oldest first."""
        return self._predicting.verdicts

    def do(self, statement_id: str) -> Snapshot:
        """Run the statement `statement_id`, or record it as skipped where its step is skipped.

        What was recorded after the current statement is cut off, unless this is what comes next.
        While predicting, a statement that there is a question about waits for guess() or reveal().

        Raises:
            UnknownStatementError: There is no such statement.
            ProgramError: The value of lr=VALUE is not allowed.
        """
        statement = self._attempt.find(statement_id)
        if not (self._predicting.on and self._asks(statement)):
            self._carry_out((statement_id,))
        return self.snapshot()

    def step(self) -> Snapshot:
        """Do the next statement in loop order; a skipped one is recorded as skipped."""
        return self.do(self._attempt.due.id)

    def set_learning_rate(self, lr: float) -> Snapshot:
        """Run `lr = VALUE`.

        Raises:
            ProgramError: `lr` is not finite or too large.
        """
        return self.do(f"lr={lr!r}")

    def set_skip(self, step: Step, skip: bool) -> Snapshot:
        """Make the loop pass over `step`, or not; what has been run stays as it is.

        Raises:
            ProgramError: That step cannot be skipped.
        """
        program = self.program
        skips = program.skips | {step} if skip else program.skips - {step}
        return self._take(replace(program, skips=skips))

    def set_variant(self, statement_id: str) -> Snapshot:
        """Put the statement on the card of its step; what has been run stays as it is.

        Raises:
            UnknownStatementError: There is no such statement.
            ProgramError: It cannot stand on a card.
        """
        return self._take(self.program.holding(find(statement_id)))

    def back(self) -> Snapshot:
        """Undo the last statement, of whatever kind; it can be done again.

        At the start of a run that was begun again, the run before it comes back as it stood.
        """
        index = self._attempt.history.index
        if self._earlier is not None and not index:
            return self._return_to(self._earlier)
        return self.seek(max(index - 1, 0))

    def redo(self) -> Snapshot:
        """Do the statement that is recorded next again, if there is one; ask nothing."""
        history = self._attempt.history
        return self.seek(min(history.index + 1, len(history)))

    def seek(self, index: int, seconds: float = math.inf) -> Snapshot:
        """Go to the state after the statement `index`, exactly; all that is recorded stays.

        Where `seconds` do not suffice to run again what has to be, the state is one between; ask
        again to go on.

        Raises:
            ProgramError: There is no such statement.
        """
        attempt, history = self._attempt, self._attempt.history
        if not 0 <= index <= len(history):
            raise ProgramError(
                f"cannot go to statement {index}: {len(history)} are recorded; 0 is the start"
            )
        self._predicting.forget()
        cards_at = history.index if self._bound_for is None else self._bound_for
        if index != cards_at:
            attempt.move_cards(cards_at, index)
        if index != history.index:
            self._at_stop = False
            attempt.run.seek(index, seconds)
        self._bound_for = None if history.index == index else index
        return self.snapshot()

    def restart(self) -> Snapshot:
        """Begin again from the same start values, with the learning rate as it is now.

        back() at the start brings the run back that was left.
        """
        return self._begin_again(self.program)

    def new_seed(self) -> Snapshot:
        """Begin again from the start values of the next seed; the data stay."""
        start = self.program.start
        seed = (start.seed + 1) % 2**32 if isinstance(start, SeededStart) else SeededStart().seed
        return self._begin_again(replace(self.program, start=SeededStart(seed)))

    def set_start(self, b: float, w: float) -> Snapshot:
        """Begin again from these start values, with the learning rate as it is now.

        Raises:
            ProgramError: A value is not finite or larger than 1e12.
        """
        return self._begin_again(replace(self.program, start=GivenStart(b, w)))

    def run(self, statement_ids: Sequence[str], repeat: int = 1) -> Snapshot:
        """Do the statements in turn, `repeat` times, with one snapshot at the end; ask nothing."""
        self._carry_out(statement_ids, repeat)
        return self.snapshot()

    def advance(self, statements: int, goal: Goal, seconds: float = math.inf) -> Snapshot:
        """Do at most `statements` steps in loop order, until the goal is reached; ask nothing.

        None is begun after `seconds`, but one is done in any case. A raised statement, or a
        number that is not finite or too large to go on with, ends it. What changed is told of all
        of them together.
        """
        self._set_off()
        self._attempt.advance(statements, goal, seconds)
        return replace(self.snapshot(), goal_reached=self._attempt.reached(goal))

    def set_predicting(self, on: bool) -> Snapshot:
        """Ask for a guess before each statement that there is a question about, or no more.

        While it is on, snapshots are veiled. The score and the verdicts are kept.
        """
        self._predicting.forget()
        self._predicting.on = on
        return self.snapshot()

    def guess(self, answer: str | float) -> Snapshot:
        """Run what a question is pending about, and judge the guess; else nothing happens.

        Args:
            answer: One of the question's choices, or a number where it takes one.

        Raises:
            ProgramError: It is neither; the question stays.
        """
        predicting = self._predicting
        if predicting.pending is not None:
            predicting.check(answer)
            self._resolve(predicting.pending)
            event = self._attempt.event(self._earlier is not None, foretelling=False)
            predicting.judge(answer, event)
        return self.snapshot()

    def reveal(self) -> Snapshot:
        """Run what a question is pending about without a guess, unscored; else nothing happens."""
        if self._predicting.pending is not None:
            self._resolve(self._predicting.pending)
            self._predicting.forget()
        return self.snapshot()

    def open_vote(self) -> Snapshot:
        """Let the class vote on the question, if there is one that it has not voted on."""
        self._predicting.open_vote()
        return self.snapshot()

    def cast(self, letter: str) -> Snapshot:
        """Count a ballot for the choice A, B, C or D; nothing happens without an open vote."""
        self._predicting.change_vote(lambda vote: vote.cast(letter))
        return self.snapshot()

    def undo_vote(self) -> Snapshot:
        """Take the ballot cast last back; nothing happens without an open vote."""
        self._predicting.change_vote(Vote.undo)
        return self.snapshot()

    def close_vote(self) -> Snapshot:
        """Take no more ballots, and show the counts; nothing happens without an open vote."""
        self._predicting.change_vote(Vote.close)
        return self.snapshot()

    def revote(self) -> Snapshot:
        """Let the class vote again after a closed vote, whose counts are kept."""
        self._predicting.change_vote(Vote.reopen)
        return self.snapshot()

    def open_lesson(self, lesson: Lesson) -> Snapshot:
        """Set the lesson's program up, on the device in use, and go to its first stop."""
        self._lesson = lesson
        return self.go_to_stop(0)

    def go_to_stop(self, stop: int) -> Snapshot:
        """Run the lesson afresh up to its stop `stop`, whatever has been tried in between.

        While predicting, a stop that asks something is reached once the guess is made. Stops
        before the first and after the last are the first and the last. Without a lesson nothing
        happens.
        """
        if self._lesson is None:
            return self.snapshot()
        self._stop = min(max(stop, 0), len(self._lesson.stops) - 1)
        self._begin(replace(self._lesson.program, device=self.program.device))
        attempt, (*passed, last) = self._attempt, self._lesson.stops[: self._stop + 1]
        for each in passed:
            attempt.do_all(each.run, each.repeat)
        if self._predicting.on and last.ask is not None:
            attempt.do_all(last.before)
            asked = ask_at_stop(last.ask, attempt.find(last.held[0]))
            self._predicting.put(Pending(asked, last.held, last.repeat))
        else:
            attempt.do_all(last.run, last.repeat)
            self._at_stop = True
        return self.snapshot()

    def leave_lesson(self) -> Snapshot:
        """Go on without the lesson, from where it stands."""
        self._lesson = None
        self._predicting.forget()
        return self.snapshot()

    def pin(self) -> Snapshot:
        """Keep this run to compare others with; beside three that are kept, nothing happens."""
        used = {pin.letter for pin in self._pins}
        letter = next((letter for letter in LETTERS if letter not in used), None)
        if letter is not None:
            attempt, surface = self._attempt, self._problem.surface
            pin = make_pin(letter, attempt.program, attempt.history, attempt.curves(), surface)
            self._pins = (*self._pins, pin)
        return self.snapshot()

    def unpin(self, letter: str) -> Snapshot:
        """Let the pinned run `letter` go; without such a run nothing happens."""
        self._pins = tuple(pin for pin in self._pins if pin.letter != letter)
        return self.snapshot()

    def validation_loss(self) -> float:
        """Return the mean squared error on the validation set at the current b and w."""
        return self._attempt.run.interpreter.validation_loss()

    def _asks(self, statement: Statement) -> bool:
        """Ask about `statement`, and return whether there is anything to ask."""
        attempt, predicting = self._attempt, self._predicting
        if predicting.is_about(statement):
            return True
        asked = ask(statement, Situation.at(attempt.history, attempt.skips(statement)))
        if asked is not None:
            predicting.put(Pending(asked, (statement.id,)))
        return asked is not None

    def _resolve(self, pending: Pending) -> None:
        """Run what a question is pending about."""
        self._attempt.do_all(pending.run, pending.repeat)
        self._at_stop, self._bound_for = pending.at_stop, None

    def _carry_out(self, statement_ids: Sequence[str], repeat: int = 1) -> None:
        """Do the statements, whatever is being asked."""
        self._attempt.do_all(statement_ids, repeat)
        self._set_off()

    def _take(self, program: Program) -> Snapshot:
        """Go on with other skips or cards; what was asked may no longer hold."""
        self._attempt.take(program)
        self._predicting.drop()
        return self.snapshot()
