"""What to ask before a statement: one table, from the id of the statement to its question."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gradlab.core import reasons
from gradlab.core.history import History
from gradlab.core.lesson import Ask
from gradlab.core.narrate import Event
from gradlab.core.outcome import Kind, Numbers
from gradlab.core.prediction import Question
from gradlab.core.reasons import (
    ABOVE,
    BELOW,
    DOUBLED,
    EMPTY,
    FAILS,
    FILLED,
    LARGER,
    NEGATIVE,
    NOTHING,
    OTHER,
    POSITIVE,
    RAISES,
    RUNS,
    SAME,
    SMALLER,
    UNCHANGED,
    ZERO,
    fill,
)
from gradlab.core.statements import Statement, Step

Tells = Callable[[Event], str]


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a statement is about to run.

    Attributes:
        now: The numbers that stand.
        skipped: Whether it will be passed over.
        plain_loss: Whether a plain forward pass and its loss were the last that was done.
    """

    now: Numbers
    skipped: bool
    plain_loss: bool

    @classmethod
    def at(cls, history: History, skipped: bool) -> "Situation":
        """Return the situation at the cursor of `history`."""
        return cls(history.last, skipped, _plain_loss(history))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what answers it, which is never shown.

    Attributes:
        question: The question.
        outcome: Tells which of its choices came true.
        why: Tells the reason, in one sentence.
    """

    question: Question
    outcome: Tells
    why: Tells


def ask(statement: Statement, situation: Situation) -> Asked | None:
    """Return what to ask before `statement`, or None where there is nothing to guess.

    Nothing is asked any more where the numbers have left what a run can go on with.
    """
    asks = _ASKS.get(statement.id)
    if asks is None or not situation.now.sound:
        return None
    return asks(statement, situation)


def ask_at_stop(ask: Ask, statement: Statement) -> Asked:
    """Return what a lesson asks, before `statement` is run."""
    question = Question(statement, ask.text, ask.choices, at_stop=True)
    return Asked(question, lambda _: ask.answer, lambda _: ask.why)


def _plain_loss(history: History) -> bool:
    """Return whether the last statements, settings aside, are a forward pass and its loss."""
    done: list[tuple[str, Kind]] = []
    for k in range(history.index, 0, -1):
        statement = history.statement(k)
        if statement is not None and statement.step is not Step.SETTING:
            done.append((statement.id, history.outcome(k).kind))
        if len(done) == 2:
            break
    return done == [("loss", Kind.OK), ("forward", Kind.OK)]


def _asked(question: Question, outcome: Tells, why: Tells) -> Asked:
    """Return the question with what answers it, also where the statement raises."""
    raises = RAISES if RAISES in question.choices else FAILS
    return Asked(
        question,
        lambda event: outcome(event) if event.outcome.error is None else raises,
        lambda event: reasons.why_raised(event) or why(event),
    )


def _ask_loss(statement: Statement, situation: Situation) -> Asked:
    if situation.now.loss is None:
        text = "How large will the loss be, the mean of the squared errors?"
        question = Question(statement, text, (BELOW, ABOVE, FAILS), "loss")
        return _asked(question, reasons.first_loss, reasons.why_first_loss)
    text = fill("The last loss was {loss}. How will the new one compare?", situation.now)
    question = Question(statement, text, (SMALLER, SAME, LARGER, FAILS), "loss")
    return _asked(question, reasons.loss, reasons.why_loss)


def _ask_backward(statement: Statement, situation: Situation) -> Asked:
    now = situation.now
    if not situation.plain_loss:
        question = Question(statement, "Will backward() run on the loss as it is?", (RUNS, RAISES))
        return _asked(question, reasons.runs, reasons.why_backward_ran)
    if not now.b_grad:
        text = fill("b.grad is {b_grad}. What sign will it have after backward()?", now)
        question = Question(statement, text, (NEGATIVE, EMPTY, POSITIVE, FAILS), "b_grad")
        return _asked(question, reasons.sign, reasons.why_sign)
    text = fill("b.grad holds {b_grad} already. What will it hold after backward()?", now)
    question = Question(statement, text, (UNCHANGED, DOUBLED, OTHER, FAILS), "b_grad")
    return _asked(question, reasons.accumulated, reasons.why_accumulated)


def _ask_update(statement: Statement, situation: Situation) -> Asked:
    template = _UPDATE_SKIPPED if situation.skipped else _UPDATE
    text, choices = fill(template, situation.now), (SMALLER, SAME, LARGER, FAILS)
    question = Question(statement, text, choices, "b", situation.skipped)
    return _asked(question, reasons.update, reasons.why_update)


_UPDATE = "b is {b} and b.grad is {b_grad}. How will b compare after the update?"
_UPDATE_SKIPPED = "b is {b}, and the update is skipped. How will b compare afterwards?"


def _ask_zero(statement: Statement, situation: Situation) -> Asked | None:
    now, skipped = situation.now, situation.skipped
    if skipped and not now.b_grad:
        return None
    text = fill(_ZERO_SKIPPED if skipped else _ZERO, now, label=statement.label)
    # where it is 0 or None already, unchanged would be true as well
    choices = (ZERO, NOTHING, UNCHANGED, FAILS) if now.b_grad else (ZERO, NOTHING, FAILS)
    question = Question(statement, text, choices, skipped=skipped)
    return _asked(question, reasons.cleared, reasons.why_cleared)


_ZERO = "b.grad is {b_grad}. What will it be after {label}?"
_ZERO_SKIPPED = "b.grad is {b_grad}, and {label} is skipped. What will it be afterwards?"


def _ask_running(statement: Statement, situation: Situation) -> Asked:
    if situation.skipped:
        return _ask_update(statement, situation)
    text = f"Will {statement.label} run, or raise an error?"
    return _asked(Question(statement, text, (RUNS, RAISES)), reasons.runs, reasons.why_runs)


def _ask_reading(statement: Statement, situation: Situation) -> Asked:
    del situation
    question = Question(statement, "What will yhat.grad give?", (NOTHING, FILLED, FAILS))
    return _asked(question, reasons.read, reasons.why_read)


_ASKS: Mapping[str, Callable[[Statement, Situation], Asked | None]] = {
    "loss": _ask_loss,
    "backward": _ask_backward,
    "backward-retain": _ask_backward,
    "update": _ask_update,
    "update-data": _ask_update,
    "update-inplace": _ask_running,
    "update-reassign": _ask_running,
    "zero": _ask_zero,
    "zero-none": _ask_zero,
    "loss-false-cure": _ask_running,
    "read-yhat-grad": _ask_reading,
    "retain-yhat-grad": _ask_running,
    "numpy-b": _ask_running,
    "numpy-b-detached": _ask_running,
    "error-inplace": _ask_running,
}
