"""Acts on what a panel asks for, and answers with a snapshot. Nothing else writes."""

import math
from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

from gradlab.core.checks import gradient_checks
from gradlab.core.dataset import generate
from gradlab.core.errors import ProgramError
from gradlab.core.history import History
from gradlab.core.interpreter import Interpreter
from gradlab.core.ledger import ledger
from gradlab.core.lesson import Lesson
from gradlab.core.loop_state import last_outcomes, previous_line, timeline
from gradlab.core.narrate import Event, narrate
from gradlab.core.outcome import SKIPPED, Kind, Numbers
from gradlab.core.program import Program, SeededStart
from gradlab.core.snapshot import MOST_RESIDUALS, MOST_TIMELINE, Snapshot, changed_fields
from gradlab.core.statements import LOOP, NUMBERS, Statement, Step, find
from gradlab.core.surface import quadratic


class Controller:
    """One program, its run so far, and the place in the loop.

    Args:
        program: What to explore; the data are made from it, and PyTorch set up.

    Raises:
        EngineError: The device asked for is not there.
    """

    _program: Program

    def __init__(self, program: Program | None = None) -> None:
        self._lesson: Lesson | None = None
        self._stop = 0
        self._at_stop = False
        self._begin(program or Program())

    @property
    def program(self) -> Program:
        """What is being explored, with the skips as they are now."""
        return self._program

    def do(self, statement_id: str) -> Snapshot:
        """Run the statement `statement_id`, or record it as skipped where its step is skipped.

        Raises:
            UnknownStatementError: There is no such statement.
            ProgramError: The value of lr=VALUE is not allowed.
        """
        statement = find(statement_id, self._program.batches)
        self._look()
        self._do(statement)
        return self.snapshot()

    def step(self) -> Snapshot:
        """Do the next statement in loop order; a skipped one is recorded as skipped."""
        return self.do(self._next().id)

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
        skips = self._program.skips | {step} if skip else self._program.skips - {step}
        self._program = replace(self._program, skips=skips)
        return self.snapshot()

    def set_variant(self, statement_id: str) -> Snapshot:
        """Put the statement on the card of its step; what has been run stays as it is.

        Raises:
            UnknownStatementError: There is no such statement.
            ProgramError: It cannot stand on a card.
        """
        self._hold(find(statement_id))
        return self.snapshot()

    def back(self) -> Snapshot:
        """Undo the last statement, of whatever kind, by running the others again from the start.

        A graph that backward() has freed cannot be stored, so running again is what is exact.
        """
        past = self._history
        self._give_card_back(len(past))
        self._reset()
        for k, (statement, outcome) in enumerate(past.records(len(past) - 1), 2):
            if k == len(past):
                self._look()
            self._record(statement, skip=outcome.kind is Kind.SKIPPED)
        return self.snapshot()

    def restart(self) -> Snapshot:
        """Begin again from the same start values, with the learning rate as it is now."""
        self._program = replace(self._program, lr=self._interpreter.lr)
        self._held_before.clear()
        self._reset()
        return self.snapshot()

    def new_seed(self) -> Snapshot:
        """Begin again from the start values of the next seed; the data stay."""
        start = self._program.start
        seed = (start.seed + 1) % 2**32 if isinstance(start, SeededStart) else SeededStart().seed
        self._program = replace(self._program, start=SeededStart(seed))
        return self.restart()

    def run(self, statement_ids: Sequence[str], repeat: int = 1) -> Snapshot:
        """Do the statements in turn, `repeat` times, with one snapshot at the end."""
        found = [find(name, self._program.batches) for name in statement_ids]
        for _ in range(repeat - 1):
            for statement in found:
                self._do(statement)
        for i, statement in enumerate(found, 1):
            if i == len(found):
                self._look()  # what changed is told of the last statement alone
            self._do(statement)
        return self.snapshot()

    def advance(self, statements: int, last_epoch: int, seconds: float = math.inf) -> Snapshot:
        """Do at most `statements` steps in loop order, none after epoch `last_epoch`.

        None is begun after `seconds`, but one is done in any case. A raised statement, or a
        number that is not finite or too large to go on with, ends it. What changed is told of all
        of them together.
        """
        self._look()
        end = perf_counter() + seconds
        for _ in range(statements):
            if self._history.epochs_done >= last_epoch:
                break
            statement = self._next()
            self._do(statement)
            if self.stuck or perf_counter() > end:
                break
        return self.snapshot()

    @property
    def stuck(self) -> bool:
        """True where the last statement raised, or left numbers that a run cannot go on with."""
        n = len(self._history)
        return not self._history.outcome(n).advances or not self._history.numbers(n).sound

    def open_lesson(self, lesson: Lesson) -> Snapshot:
        """Set the lesson's program up, on the device in use, and go to its first stop."""
        self._lesson = lesson
        return self.go_to_stop(0)

    def go_to_stop(self, stop: int) -> Snapshot:
        """Run the lesson afresh up to its stop `stop`, whatever has been tried in between.

        Stops before the first and after the last are the first and the last. Without a lesson
        nothing happens.
        """
        if self._lesson is None:
            return self.snapshot()
        self._stop = min(max(stop, 0), len(self._lesson.stops) - 1)
        self._begin(replace(self._lesson.program, device=self._program.device))
        for each in self._lesson.stops[: self._stop + 1]:
            if each.run:
                self.run(each.run, each.repeat)
        self._at_stop = True
        return self.snapshot()

    def leave_lesson(self) -> Snapshot:
        """Go on without the lesson, from where it stands."""
        self._lesson = None
        return self.snapshot()

    def validation_loss(self) -> float:
        """Return the mean squared error on the validation set at the current b and w."""
        return self._interpreter.validation_loss()

    def snapshot(self) -> Snapshot:
        """Return the picture of everything as it stands now."""
        history, n, event = self._history, len(self._history), self._event()
        tensors, columns = self._interpreter.tensors(), history.columns()
        ledgers = ledger(columns, "b_grad"), ledger(columns, "w_grad")
        return Snapshot(
            ready=True,
            index=n,
            statement=event.statement,
            outcome=event.outcome,
            before=event.before,
            numbers=event.after,
            tensors=tensors,
            tensors_before=self._before,
            changed=changed_fields(self._before, tensors) if n else frozenset(),
            previous_line=previous_line(columns),
            residuals=self._interpreter.residuals(MOST_RESIDUALS),
            b_ledger=ledgers[0],
            w_ledger=ledgers[1],
            checks=gradient_checks(self._surface, history.position.turn, self._program.batches),
            graph=self._interpreter.graph(),
            columns=columns,
            timeline=timeline(history, MOST_TIMELINE),
            last_outcomes=last_outcomes(history),
            loop=tuple(find(name, self._program.batches) for name in self._program.loop),
            next_step=history.position.due,
            last_added=history.position.last,
            epoch=history.epoch(n),
            epochs_done=history.epochs_done,
            stuck=self.stuck,
            lr=event.lr,
            program=self._program,
            data=self._data,
            device=self._interpreter.device,
            lesson=self._lesson,
            stop=self._stop,
            at_stop=self._lesson is not None and self._at_stop,
            caption=narrate(event),
        )

    def _event(self) -> Event:
        history, n, batches = self._history, len(self._history), self._program.batches
        return Event(
            statement=history.statement(n),
            outcome=history.outcome(n),
            before=history.numbers(max(n - 1, 0)),
            after=history.numbers(n),
            n_train=self._program.n_train // batches,
            batches=batches,
            lr=self._interpreter.lr,
        )

    def _give_card_back(self, k: int) -> None:
        """Put back what the k-th statement took the place of, if its card still holds that."""
        before, undone = self._held_before.pop(k, None), self._history.statement(k)
        if before is not None and undone is not None and undone.id in self._program.loop:
            self._hold(find(before))

    def _hold(self, chosen: Statement) -> None:
        """Put `chosen` on the card of its step."""
        if not chosen.variant:
            raise ProgramError(f"{chosen.id} cannot stand on a card of the loop")
        held = (
            chosen if find(name).step is chosen.step else find(name) for name in self._program.loop
        )
        variants = tuple(statement.id for statement in held if statement.id != statement.step)
        self._program = replace(self._program, variants=variants)

    def _next(self) -> Statement:
        step = self._history.position.due
        return find(self._program.loop[LOOP.index(step)], self._program.batches)

    def _skips(self, statement: Statement) -> bool:
        return statement.variant and statement.step in self._program.skips

    def _begin(self, program: Program) -> None:
        """Take `program`, make its data, and set PyTorch up."""
        self._held_before: dict[int, str] = {}
        self._program = program
        self._data = generate(program.data)
        self._surface = quadratic(self._data)
        self._reset()

    def _reset(self) -> None:
        """Make the tensors and the history anew from the program."""
        self._at_stop = False
        self._interpreter = Interpreter(self._program, self._data)
        self._history = History(self._interpreter.numbers(Numbers()), self._program.batches)
        self._look()

    def _look(self) -> None:
        """Note the tensors as they stand, so that the next snapshot can tell what changed."""
        self._before = self._interpreter.tensors()

    def _do(self, statement: Statement) -> None:
        """Do `statement`, or record it as skipped; a variant takes its place on the card."""
        if statement.variant and statement.id not in self._program.loop:
            place = LOOP.index(statement.step)
            self._held_before[len(self._history) + 1] = self._program.loop[place]
            self._hold(statement)
        self._record(statement, self._skips(statement))

    def _record(self, statement: Statement, skip: bool) -> None:
        last = self._history.numbers(len(self._history))
        self._at_stop = False
        if skip:
            self._history.append(statement, SKIPPED, last)
            return
        outcome = self._interpreter.run(statement)
        read = statement.changes if outcome.kind is Kind.OK else NUMBERS
        self._history.append(statement, outcome, self._interpreter.numbers(last, read))
