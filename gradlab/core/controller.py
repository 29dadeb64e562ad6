"""Acts on what a panel asks for, and answers with a snapshot. Nothing else writes."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from gradlab.core.cards import Cards
from gradlab.core.checks import gradient_checks
from gradlab.core.course import course
from gradlab.core.dataset import generate
from gradlab.core.errors import ProgramError
from gradlab.core.goal import Goal, line_test
from gradlab.core.ledger import ledger
from gradlab.core.lesson import Lesson
from gradlab.core.loop_state import last_outcomes, previous_line, timeline
from gradlab.core.narrate import Event, narrate
from gradlab.core.outline import Curves, Outline
from gradlab.core.pin import LETTERS, Pin, make_pin, run_name
from gradlab.core.program import GivenStart, Program, SeededStart
from gradlab.core.run import Run
from gradlab.core.snapshot import MOST_RESIDUALS, MOST_TIMELINE, Snapshot, changed_fields
from gradlab.core.statements import Statement, Step, find
from gradlab.core.surface import quadratic
from gradlab.core.turn import plain_turn


@dataclass(frozen=True, slots=True)
class _Left:
    """A run that was left for another one, with all that belongs to it."""

    program: Program
    run: Run
    cards: Cards
    outline: Outline


class Controller:
    """One program, its run, and the runs pinned beside it.

    Args:
        program: What to explore; the data are made from it, and PyTorch set up.

    Raises:
        EngineError: The device asked for is not there.
    """

    _program: Program
    _run: Run
    _cards: Cards
    _earlier: _Left | None

    def __init__(self, program: Program | None = None) -> None:
        self._lesson: Lesson | None = None
        self._stop = 0
        self._pins: tuple[Pin, ...] = ()
        self._bound_for: int | None = None  # where a seek in slices is going
        self._runs = 0
        self._begin(program or Program())

    @property
    def program(self) -> Program:
        """What is being explored, with the skips as they are now."""
        return self._program

    @property
    def nbytes(self) -> int:
        """How many bytes the record of the run takes, with what its curves are drawn from."""
        return self._run.nbytes + self._outline.nbytes

    def do(self, statement_id: str) -> Snapshot:
        """Run the statement `statement_id`, or record it as skipped where its step is skipped.

        What was recorded after the current statement is cut off, unless this is what comes next.

        Raises:
            UnknownStatementError: There is no such statement.
            ProgramError: The value of lr=VALUE is not allowed.
        """
        statement = find(statement_id, self._program.batches)
        self._run.look()
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
        self._take(replace(self._program, skips=skips))
        return self.snapshot()

    def set_variant(self, statement_id: str) -> Snapshot:
        """Put the statement on the card of its step; what has been run stays as it is.

        Raises:
            UnknownStatementError: There is no such statement.
            ProgramError: It cannot stand on a card.
        """
        self._take(self._program.holding(find(statement_id)))
        return self.snapshot()

    def back(self) -> Snapshot:
        """Undo the last statement, of whatever kind; it can be done again.

        At the start of a run that was begun again, the run before it comes back as it stood.
        """
        if self._earlier is not None and not self._run.history.index:
            return self._return_to(self._earlier)
        return self.seek(max(self._run.history.index - 1, 0))

    def redo(self) -> Snapshot:
        """Do the statement that is recorded next again, if there is one."""
        history = self._run.history
        return self.seek(min(history.index + 1, len(history)))

    def seek(self, index: int, seconds: float = math.inf) -> Snapshot:
        """Go to the state after the statement `index`, exactly; all that is recorded stays.

        Where `seconds` do not suffice to run again what has to be, the state is one between; ask
        again to go on.

        Raises:
            ProgramError: There is no such statement.
        """
        recorded = len(self._run.history)
        if not 0 <= index <= recorded:
            raise ProgramError(
                f"cannot go to statement {index}: {recorded} are recorded; 0 is the start"
            )
        history = self._run.history
        cards_at = history.index if self._bound_for is None else self._bound_for
        if index != cards_at:
            self._take(self._cards.moved(self._program, history, cards_at, index))
        if index != history.index:
            self._at_stop = False
            self._run.seek(index, seconds)
        self._bound_for = None if history.index == index else index
        return self.snapshot()

    def restart(self) -> Snapshot:
        """Begin again from the same start values, with the learning rate as it is now.

        back() at the start brings the run back that was left.
        """
        return self._begin_again(self._program)

    def new_seed(self) -> Snapshot:
        """Begin again from the start values of the next seed; the data stay."""
        start = self._program.start
        seed = (start.seed + 1) % 2**32 if isinstance(start, SeededStart) else SeededStart().seed
        return self._begin_again(replace(self._program, start=SeededStart(seed)))

    def set_start(self, b: float, w: float) -> Snapshot:
        """Begin again from these start values, with the learning rate as it is now.

        Raises:
            ProgramError: A value is not finite or larger than 1e12.
        """
        return self._begin_again(replace(self._program, start=GivenStart(b, w)))

    def run(self, statement_ids: Sequence[str], repeat: int = 1) -> Snapshot:
        """Do the statements in turn, `repeat` times, with one snapshot at the end."""
        found = [find(name, self._program.batches) for name in statement_ids]
        with self._run.interpreter.listening():
            left = repeat - 1
            while left > 0:
                done = self._run_turns(found, left)
                left -= done or 1
                for statement in found if not done else ():
                    self._do(statement)
            for statement in found[:-1]:
                self._do(statement)
            self._run.look()  # what changed is told of the last statement alone
            for statement in found[-1:]:
                self._do(statement)
        return self.snapshot()

    def _run_turns(self, statements: Sequence[Statement], most: int) -> int:
        """Do the statements at most `most` times the fast way, if they are a turn of the loop.

        Return how many times they were done; where 0, they have to be done one by one.
        """
        turn = plain_turn(self._loop, self._program.skips, self._program.batches)
        if turn is None or turn.statements != tuple(statements):
            return 0
        self._at_stop, self._bound_for = False, None
        whole, broken = divmod(self._run.turns(turn, most, math.inf), len(turn))
        for statement in turn.statements[broken:] if broken else ():
            self._do(statement)
        return whole + bool(broken)

    def advance(self, statements: int, goal: Goal, seconds: float = math.inf) -> Snapshot:
        """Do at most `statements` steps in loop order, until the goal is reached.

        None is begun after `seconds`, but one is done in any case. A raised statement, or a
        number that is not finite or too large to go on with, ends it. What changed is told of all
        of them together.
        """
        self._run.look()
        self._at_stop, self._bound_for = False, None
        with self._run.interpreter.listening():
            self._advance(statements, goal, perf_counter() + seconds)
        return replace(self.snapshot(), goal_reached=self._reached(goal))

    def _advance(self, left: int, goal: Goal, end: float) -> None:
        run, position, epoch = self._run, self._run.history.position, 0
        turn = plain_turn(self._loop, self._program.skips, self._program.batches)
        reached = self._line_test(goal)
        while left > 0:
            if position.epoch != epoch:
                epoch = position.epoch
                if self._reached(goal):
                    return
            done = 0
            if turn is not None and left >= len(turn):
                most = min(left // len(turn), goal.last_epoch - position.epoch + 1)
                done = run.turns(turn, most, end - perf_counter(), reached)
            if not done:
                step = position.due
                run.do(self._loop[step], step in self._program.skips)
                done = 1
            left -= done
            if run.stuck or perf_counter() > end:
                return

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

    def pin(self) -> Snapshot:
        """Keep this run to compare others with; beside three that are kept, nothing happens."""
        used = {pin.letter for pin in self._pins}
        letter = next((letter for letter in LETTERS if letter not in used), None)
        if letter is None:
            return self.snapshot()
        pin = make_pin(letter, self._program, self._run.history, self._curves(), self._surface)
        self._pins = (*self._pins, pin)
        return self.snapshot()

    def unpin(self, letter: str) -> Snapshot:
        """Let the pinned run `letter` go; without such a run nothing happens."""
        self._pins = tuple(pin for pin in self._pins if pin.letter != letter)
        return self.snapshot()

    def validation_loss(self) -> float:
        """Return the mean squared error on the validation set at the current b and w."""
        return self._run.interpreter.validation_loss()

    def snapshot(self) -> Snapshot:
        """Return the picture of everything as it stands now."""
        run, history, event = self._run, self._run.history, self._event()
        interpreter, index = run.interpreter, history.index
        tensors = interpreter.tensors()
        turn = [history.added(call) for call in history.position.turn]
        last = history.position.last
        return Snapshot(
            ready=True,
            run=self._runs,
            index=index,
            recorded=len(history),
            lost=run.lost,
            earlier=self._earlier is not None,
            redo=history.statement(index + 1) if index < len(history) else None,
            statement=event.statement,
            outcome=event.outcome,
            before=event.before,
            numbers=event.after,
            tensors=tensors,
            tensors_before=run.tensors_before,
            changed=changed_fields(run.tensors_before, tensors) if index else frozenset(),
            previous_line=previous_line(history),
            residuals=interpreter.residuals(MOST_RESIDUALS),
            b_ledger=ledger(history, "b_grad"),
            w_ledger=ledger(history, "w_grad"),
            checks=gradient_checks(self._surface, turn, self._program.batches),
            graph=interpreter.graph(),
            curves=self._curves(),
            raised=history.raised(MOST_TIMELINE),
            timeline=timeline(history, MOST_TIMELINE),
            last_outcomes=last_outcomes(history),
            loop=tuple(self._loop.values()),
            next_step=history.position.due,
            last_added=None if last is None else history.added(last),
            epoch=history.epoch(index),
            epochs_done=history.epochs_done,
            stuck=run.stuck,
            lr=event.lr,
            surface=self._surface,
            val_loss=self._validation_loss_now(),
            rate_limit=event.rate_limit,
            course=event.course,
            run_name=run_name(self._program, history),
            pins=self._pins,
            program=self._program,
            data=self._data,
            device=interpreter.device,
            lesson=self._lesson,
            stop=self._stop,
            at_stop=self._lesson is not None and self._at_stop,
            caption=narrate(event),
        )

    def _event(self) -> Event:
        run, history, batches = self._run, self._run.history, self._program.batches
        index = history.index
        return Event(
            statement=history.statement(index),
            outcome=history.outcome(index),
            before=history.numbers(max(index - 1, 0)),
            after=history.last,
            n_train=self._program.n_train // batches,
            batches=batches,
            lr=run.interpreter.lr,
            index=index,
            rate_limit=self._rate_limit(),
            lost=run.lost,
            earlier=self._earlier is not None,
            course=course(history.columns(), index, self._surface),
        )

    def _rate_limit(self) -> float:
        """Return the learning rate beyond which the loop, as its cards are set, diverges."""
        skips = self._program.skips
        if Step.UPDATE in skips:
            return math.inf
        return self._surface.largest_stable_rate(clearing=Step.ZERO not in skips)

    def _reached(self, goal: Goal) -> bool:
        history, test = self._run.history, self._line_test(goal)
        if history.epochs_done >= goal.last_epoch:
            return True
        b, w = history.last.b, history.last.w
        between_epochs = not history.index or history.epoch(history.index) <= history.epochs_done
        return bool(between_epochs and test and b is not None and w is not None and test(b, w))

    def _line_test(self, goal: Goal) -> Callable[[float, float], bool] | None:
        return line_test(goal, self._surface)

    def _curves(self) -> Curves:
        """Return the curves of all that is recorded."""
        if self._run.cut_at is not None:
            self._outline.cut(self._run.cut_at + 1)
            self._run.cut_at = None
        return self._outline.follow(self._run.history.columns())

    def _validation_loss_now(self) -> float | None:
        b, w = self._run.history.last.b, self._run.history.last.w
        return None if b is None or w is None else self._validation.loss(b, w)

    def _begin_again(self, program: Program) -> Snapshot:
        """Begin a new run of `program`, with the learning rate of the last, which is kept."""
        left = _Left(self._program, self._run, self._cards, self._outline)
        self._take(replace(program, lr=self._run.interpreter.lr))
        self._reset()
        if len(left.run.history):
            self._earlier = left
        return self.snapshot()

    def _return_to(self, left: "_Left") -> Snapshot:
        """Go on with a run that was left."""
        self._take(left.program)
        self._run, self._cards, self._outline = left.run, left.cards, left.outline
        self._earlier = None
        self._runs += 1
        index = self._run.history.index
        for place in (0, index):  # what is global in PyTorch may have been set anew meanwhile
            self._run.seek(place)
        return self.snapshot()

    def _next(self) -> Statement:
        return self._loop[self._run.history.position.due]

    def _take(self, program: Program) -> None:
        """Take `program`, and note which statement each card holds."""
        self._program = program
        found = [find(name, program.batches) for name in program.loop]
        self._loop = {statement.step: statement for statement in found}

    def _begin(self, program: Program) -> None:
        """Take `program`, make its data, and set PyTorch up; pins of other data go."""
        self._take(program)
        self._data = generate(program.data)
        self._pins = tuple(pin for pin in self._pins if pin.data == program.data)
        self._surface = quadratic(self._data.x_train, self._data.y_train)
        self._validation = quadratic(self._data.x_val, self._data.y_val)
        self._reset()

    def _reset(self) -> None:
        """Make the tensors and the history anew from the program."""
        self._at_stop, self._bound_for = False, None
        self._runs += 1
        self._earlier = None
        self._cards = Cards()
        self._outline = Outline(self._validation)
        self._run = Run(self._program, self._data)

    def _do(self, statement: Statement) -> None:
        """Do `statement`, or record it as skipped; a variant takes its place on the card."""
        self._at_stop, self._bound_for = False, None
        took = self._cards.take(self._program, statement)
        if took:
            self._take(self._program.holding(statement))
        self._run.do(statement, statement.variant and statement.step in self._program.skips, took)
