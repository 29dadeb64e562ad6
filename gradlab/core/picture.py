"""Takes the picture of an attempt: a snapshot of everything as it stands."""

from dataclasses import dataclass

from gradlab.core.attempt import Attempt, Problem
from gradlab.core.checks import gradient_checks
from gradlab.core.ledger import ledger
from gradlab.core.lesson import Lesson
from gradlab.core.loop_state import last_outcomes, previous_line, timeline
from gradlab.core.narrate import narrate
from gradlab.core.pin import Pin, run_name
from gradlab.core.prediction import Score
from gradlab.core.snapshot import MOST_RESIDUALS, MOST_TIMELINE, Snapshot, changed_fields


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside the attempt itself.

    Attributes:
        run: The number of the run.
        earlier: Whether going back from the start brings back the attempt before this one.
        pins: The runs that are kept to be compared with.
        lesson: The lesson being walked through, or None.
        stop: The index of the stop that was last gone to.
        at_stop: Whether nothing has been done since.
        score: How many predictions were right.
    """

    run: int
    earlier: bool
    pins: tuple[Pin, ...]
    lesson: Lesson | None
    stop: int
    at_stop: bool
    score: Score


def picture(
    attempt: Attempt, problem: Problem, beside: Beside, foretelling: bool = True
) -> Snapshot:
    """Return the snapshot of `attempt`.

    Args:
        attempt: What was done so far.
        problem: The points that it is about.
        beside: What lies beside it.
        foretelling: Whether its words may say what the numbers to come can be told from.
    """
    run, history = attempt.run, attempt.history
    event = attempt.event(beside.earlier, foretelling)
    interpreter, index = run.interpreter, history.index
    tensors = interpreter.tensors()
    turn = [history.added(call) for call in history.position.turn]
    last, (b, w) = history.position.last, history.last[:2]
    return Snapshot(
        ready=True,
        run=beside.run,
        index=index,
        recorded=len(history),
        lost=run.lost,
        earlier=beside.earlier,
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
        checks=gradient_checks(problem.surface, turn, attempt.program.batches),
        graph=interpreter.graph(),
        curves=attempt.curves(),
        raised=history.raised(MOST_TIMELINE),
        timeline=timeline(history, MOST_TIMELINE),
        last_outcomes=last_outcomes(history),
        loop=tuple(attempt.loop.values()),
        next_step=history.position.due,
        last_added=None if last is None else history.added(last),
        epoch=history.epoch(index),
        epochs_done=history.epochs_done,
        stuck=run.stuck,
        lr=event.lr,
        surface=problem.surface,
        val_loss=None if b is None or w is None else problem.validation.loss(b, w),
        rate_limit=event.rate_limit,
        course=event.course,
        run_name=run_name(attempt.program, history),
        pins=beside.pins,
        program=attempt.program,
        data=problem.data,
        device=interpreter.device,
        lesson=beside.lesson,
        stop=beside.stop,
        at_stop=beside.at_stop,
        score=beside.score,
        caption=narrate(event),
    )
