"""Acts on what a panel asks for, and answers with a snapshot. Nothing else writes."""

from collections.abc import Sequence
from dataclasses import replace

from gradlab.core.dataset import generate
from gradlab.core.history import History
from gradlab.core.interpreter import Interpreter
from gradlab.core.ledger import ledger
from gradlab.core.loop_state import last_outcomes, next_step, previous_line, timeline
from gradlab.core.narrate import Event, narrate
from gradlab.core.outcome import NUMBER_NAMES, SKIPPED, Kind, Numbers
from gradlab.core.program import Program, SeededStart
from gradlab.core.snapshot import MOST_RESIDUALS, MOST_TIMELINE, Snapshot, changed_fields
from gradlab.core.statements import CATALOGUE, Statement, Step, find

EVERYTHING = frozenset(NUMBER_NAMES)


class Controller:
    """One program, its run so far, and the place in the loop.

    Args:
        program: What to explore; the data are made from it, and PyTorch set up.

    Raises:
        EngineError: The device asked for is not there.
    """

    def __init__(self, program: Program | None = None) -> None:
        self._program = program or Program()
        self._data = generate(self._program.data)
        self._reset()

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
        statement = find(statement_id)
        self._look()
        self._record(statement, skip=statement.step in self._program.skips)
        return self.snapshot()

    def step(self) -> Snapshot:
        """Do the next statement in loop order; a skipped one is recorded as skipped."""
        return self.do(next_step(self._history))

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

    def back(self) -> Snapshot:
        """Undo the last statement, of whatever kind, by running the others again from the start.

        A graph that backward() has freed cannot be stored, so running again is what is exact.
        """
        past = self._history
        self._reset()
        for statement, outcome in past.records(len(past) - 1):
            self._look()
            self._record(statement, skip=outcome.kind is Kind.SKIPPED)
        return self.snapshot()

    def restart(self) -> Snapshot:
        """Begin again from the same start values, with the learning rate as it is now."""
        self._program = replace(self._program, lr=self._interpreter.lr)
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
        found = [find(statement_id) for statement_id in statement_ids] * repeat
        for i, statement in enumerate(found, 1):
            if i == len(found):
                self._look()  # what changed is told of the last statement alone
            self._record(statement, skip=statement.step in self._program.skips)
        return self.snapshot()

    def advance(self, statements: int, last_epoch: int) -> Snapshot:
        """Do at most `statements` steps in loop order, none after epoch `last_epoch`.

        A raised statement, or a number that is not finite or too large to go on with, ends it.
        """
        self._look()
        for _ in range(statements):
            if self._history.epochs_done >= last_epoch:
                break
            step = next_step(self._history)
            self._record(CATALOGUE[step], skip=step in self._program.skips)
            if self.stuck:
                break
        return self.snapshot()

    @property
    def stuck(self) -> bool:
        """True where the last statement raised, or left a number not finite or beyond 1e12."""
        n = len(self._history)
        return not self._history.outcome(n).advances or not self._history.numbers(n).sound

    def validation_loss(self) -> float:
        """Return the mean squared error on the validation set at the current b and w."""
        return self._interpreter.validation_loss()

    def snapshot(self) -> Snapshot:
        """Return the picture of everything as it stands now."""
        history, n = self._history, len(self._history)
        tensors = self._interpreter.tensors()
        columns = history.columns()
        event = Event(
            statement=history.statement(n),
            outcome=history.outcome(n),
            before=history.numbers(max(n - 1, 0)),
            after=history.numbers(n),
            n_train=len(self._data.x_train),
            lr=self._interpreter.lr,
        )
        return Snapshot(
            ready=True,
            index=n,
            statement=event.statement,
            outcome=event.outcome,
            before=event.before,
            numbers=event.after,
            tensors=tensors,
            changed=changed_fields(self._before, tensors) if n else frozenset(),
            previous_line=previous_line(columns),
            residuals=self._interpreter.residuals(MOST_RESIDUALS),
            b_ledger=ledger(columns, "b_grad"),
            w_ledger=ledger(columns, "w_grad"),
            columns=columns,
            timeline=timeline(history, MOST_TIMELINE),
            last_outcomes=last_outcomes(history),
            next_step=next_step(history),
            epoch=history.epoch(n),
            epochs_done=history.epochs_done,
            stuck=self.stuck,
            lr=event.lr,
            program=self._program,
            data=self._data,
            device=self._interpreter.device,
            caption=narrate(event),
        )

    def _reset(self) -> None:
        """Make the tensors and the history anew from the program."""
        self._interpreter = Interpreter(self._program, self._data)
        self._history = History(self._interpreter.numbers(Numbers()))
        self._look()

    def _look(self) -> None:
        """Note the tensors as they stand, so that the next snapshot can tell what changed."""
        self._before = self._interpreter.tensors()

    def _record(self, statement: Statement, skip: bool) -> None:
        last = self._history.numbers(len(self._history))
        if skip:
            self._history.append(statement, SKIPPED, last)
            return
        outcome = self._interpreter.run(statement)
        read = statement.changes if outcome.kind is Kind.OK else EVERYTHING
        self._history.append(statement, outcome, self._interpreter.numbers(last, read))
