"""One attempt at a program: its run, its cards and its curves, from the start on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from gradlab.core.cards import Cards
from gradlab.core.course import UNTOLD, course
from gradlab.core.dataset import Dataset, generate
from gradlab.core.goal import Goal, line_test
from gradlab.core.history import History
from gradlab.core.narrate import Event
from gradlab.core.outline import Curves, Outline
from gradlab.core.program import DataSpec, Program
from gradlab.core.run import Run
from gradlab.core.statements import Statement, Step, find
from gradlab.core.surface import Quadratic, quadratic
from gradlab.core.turn import plain_turn


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """The points, and what can be worked out from them once.

    Attributes:
        data: The points.
        surface: The loss of the training set.
        validation: The loss of the validation set.
    """

    data: Dataset
    surface: Quadratic
    validation: Quadratic


def pose(spec: DataSpec) -> Problem:
    """Return the problem that `spec` tells of; the points are made here."""
    data = generate(spec)
    return Problem(data, quadratic(data.x_train, data.y_train), quadratic(data.x_val, data.y_val))


class Attempt:
    """A program being run: what its cards hold, and what was done so far.

    Attributes:
        program: What is explored, with the skips and the cards as they are now.
        loop: The statement on each card, by step.
        run: The live tensors and their record.

    Raises:
        EngineError: The device asked for is not there.
    """

    def __init__(self, program: Program, problem: Problem) -> None:
        self._problem = problem
        self._cards = Cards()
        self._outline = Outline(problem.validation)
        self.take(program)
        self.run = Run(program, problem.data)

    @property
    def history(self) -> History:
        """The record; its cursor is where the live tensors stand."""
        return self.run.history

    @property
    def nbytes(self) -> int:
        """How many bytes the record takes, with what its curves are drawn from."""
        return self.run.nbytes + self._outline.nbytes

    @property
    def due(self) -> Statement:
        """The statement that comes next in loop order."""
        return self.loop[self.history.position.due]

    def take(self, program: Program) -> None:
        """Take `program`, and note which statement each card holds."""
        self.program = program
        found = [self.find(name) for name in program.loop]
        self.loop: dict[Step, Statement] = {statement.step: statement for statement in found}

    def find(self, statement_id: str) -> Statement:
        """Return the statement `statement_id` as it is run here.

        Raises:
            UnknownStatementError: There is no such statement.
            ProgramError: The value of lr=VALUE is not allowed.
        """
        return find(statement_id, self.program.batches)

    def skips(self, statement: Statement) -> bool:
        """Return whether `statement` would be passed over."""
        return statement.variant and statement.step in self.program.skips

    def do(self, statement: Statement) -> None:
        """Do `statement`, or record it as skipped; a variant takes its place on the card."""
        took = self._cards.take(self.program, statement)
        if took:
            self.take(self.program.holding(statement))
        self.run.do(statement, self.skips(statement), took)

    def do_all(self, statement_ids: Sequence[str], repeat: int = 1) -> None:
        """Do the statements in turn, `repeat` times; what changed is told of the last alone.

        Raises:
            UnknownStatementError: There is no such statement; none is done then.
            ProgramError: The value of lr=VALUE is not allowed.
        """
        statements = [self.find(name) for name in statement_ids]
        with self.run.interpreter.listening():
            left = repeat - 1
            while left > 0:
                done = self._do_turns(statements, left)
                left -= done or 1
                for statement in statements if not done else ():
                    self.do(statement)
            for statement in statements[:-1]:
                self.do(statement)
            self.run.look()
            for statement in statements[-1:]:
                self.do(statement)

    def _do_turns(self, statements: Sequence[Statement], most: int) -> int:
        """Do the statements at most `most` times the fast way, if they are a turn of the loop.

        Return how many times they were done; where 0, they have to be done one by one.
        """
        turn = plain_turn(self.loop, self.program.skips, self.program.batches)
        if turn is None or turn.statements != tuple(statements):
            return 0
        whole, broken = divmod(self.run.turns(turn, most, math.inf), len(turn))
        for statement in turn.statements[broken:] if broken else ():
            self.do(statement)
        return whole + bool(broken)

    def advance(self, statements: int, goal: Goal, seconds: float) -> None:
        """Do at most `statements` steps in loop order, until the goal is reached.

        None is begun after `seconds`, but one is done in any case. A raised statement, or a
        number that is not finite or too large to go on with, ends it. What changed is told of all
        of them together.
        """
        self.run.look()
        with self.run.interpreter.listening():
            self._advance(statements, goal, perf_counter() + seconds)

    def _advance(self, left: int, goal: Goal, end: float) -> None:
        run, position, epoch = self.run, self.history.position, 0
        turn = plain_turn(self.loop, self.program.skips, self.program.batches)
        reached = line_test(goal, self._problem.surface)
        while left > 0:
            if position.epoch != epoch:
                epoch = position.epoch
                if self.reached(goal):
                    return
            done = 0
            if turn is not None and left >= len(turn):
                most = min(left // len(turn), goal.last_epoch - position.epoch + 1)
                done = run.turns(turn, most, end - perf_counter(), reached)
            if not done:
                step = position.due
                run.do(self.loop[step], step in self.program.skips)
                done = 1
            left -= done
            if run.stuck or perf_counter() > end:
                return

    def reached(self, goal: Goal) -> bool:
        """Return whether the goal is reached where the run stands."""
        history, test = self.history, line_test(goal, self._problem.surface)
        if history.epochs_done >= goal.last_epoch:
            return True
        b, w = history.last.b, history.last.w
        between_epochs = not history.index or history.epoch(history.index) <= history.epochs_done
        return bool(between_epochs and test and b is not None and w is not None and test(b, w))

    def move_cards(self, old: int, new: int) -> None:
        """Let the cards hold what they do on the way from statement `old` to `new`."""
        self.take(self._cards.moved(self.program, self.history, old, new))

    def curves(self) -> Curves:
        """Return the curves of all that is recorded."""
        if self.run.cut_at is not None:
            self._outline.cut(self.run.cut_at + 1)
            self.run.cut_at = None
        return self._outline.follow(self.history.columns())

    def event(self, earlier: bool, foretelling: bool = True) -> Event:
        """Return what the last statement was, to be told of in words.

        Args:
            earlier: Whether going back from the start brings back the attempt before this one.
            foretelling: Whether it may say how the loss goes, which takes in the present line, and
                with which learning rate it would grow.
        """
        history, index, batches = self.history, self.history.index, self.program.batches
        surface = self._problem.surface
        return Event(
            statement=history.statement(index),
            outcome=history.outcome(index),
            before=history.numbers(max(index - 1, 0)),
            after=history.last,
            n_train=self.program.n_train // batches,
            batches=batches,
            lr=self.run.interpreter.lr,
            index=index,
            rate_limit=self._rate_limit() if foretelling else math.inf,
            lost=self.run.lost,
            earlier=earlier,
            course=course(history.columns(), index, surface) if foretelling else UNTOLD,
        )

    def _rate_limit(self) -> float:
        """Return the learning rate beyond which the loop, as its cards are set, diverges."""
        skips = self.program.skips
        if Step.UPDATE in skips:
            return math.inf
        return self._problem.surface.largest_stable_rate(clearing=Step.ZERO not in skips)
