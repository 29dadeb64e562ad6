"""One or two sentences on what just happened, true for the numbers on screen.

Every sentence is whole in one template, so that it can be translated whole.
"""

import math
from dataclasses import dataclass

from gradlab.core.number_format import MINUS, format_number
from gradlab.core.outcome import Kind, Numbers, Outcome
from gradlab.core.snapshot import Caption
from gradlab.core.statements import LOOP, Statement, Step


@dataclass(frozen=True, slots=True)
class Event:
    """A statement, how it ended, and the numbers around it.

    Attributes:
        statement: The statement that was run, or None for the start.
        outcome: How it ended.
        before: The numbers before it.
        after: The numbers after it.
        n_train: How many points the training set has.
        lr: The learning rate in force.
    """

    statement: Statement | None
    outcome: Outcome
    before: Numbers
    after: Numbers
    n_train: int
    lr: float


def narrate(event: Event) -> Caption:
    """Return what to say of `event`; it claims only what its numbers show."""
    statement, outcome = event.statement, event.outcome
    if statement is None:
        return Caption("Start", _fill(_START, event))
    if outcome.kind is Kind.RAISED:
        return Caption(statement.label, _raised(event))
    if outcome.kind is Kind.SKIPPED:
        return Caption(statement.label, _skipped(statement.step, event))
    return Caption(statement.label, _RAN[statement.step](event))


_START = "b = {b} and w = {w}, no gradients yet. Press Step: the forward pass comes first."


def _fill(template: str, event: Event, **more: str) -> str:
    """Fill `template` with the numbers after the event, and those before as old_..."""
    words = {name: format_number(getattr(event.after, name)) for name in Numbers.__slots__}
    words |= {f"old_{n}": format_number(getattr(event.before, n)) for n in Numbers.__slots__}
    return template.format(**words, n=event.n_train, lr=f"{event.lr:g}".replace("-", MINUS), **more)


def _forward(event: Event) -> str:
    return _fill(
        "computed yhat = b + w × x for all {n} training points, with b = {b} and w = {w}.", event
    )


def _loss(event: Event) -> str:
    old, new = event.before.loss, event.after.loss
    if new is None or not math.isfinite(new):
        return _fill("gave {loss}: the numbers have left the range of float32.", event)
    if old is None:
        return _fill("is {loss}, the mean of the squared errors of {n} points.", event)
    if new == old:
        return _fill("is {loss}, the same as before.", event)
    if new < old:
        return _fill("is {loss}, down from {old_loss}.", event)
    return _fill("is {loss}, **up** from {old_loss}.", event)


def _backward(event: Event) -> str:
    before, after = event.before, event.after
    if not all(g is None or math.isfinite(g) for g in (after.b_grad, after.w_grad)):
        return _fill("left b.grad = {b_grad} and w.grad = {w_grad}, beyond float32.", event)
    if not before.b_grad and not before.w_grad:
        return _fill("put {b_grad} into b.grad and {w_grad} into w.grad.", event)
    added = {
        "b_added": format_number(_difference(after.b_grad, before.b_grad)),
        "w_added": format_number(_difference(after.w_grad, before.w_grad)),
    }
    if _doubled(before.b_grad, after.b_grad) and _doubled(before.w_grad, after.w_grad):
        template = (
            "added {b_added} to b.grad, which already held {old_b_grad}: the gradient **doubled**."
            " b.grad = {b_grad}, w.grad = {w_grad}."
        )
    else:
        template = (
            "**added** {b_added} to b.grad, which still held {old_b_grad}: b.grad = {b_grad}."
            " w.grad: {old_w_grad} and {w_added} make {w_grad}."
        )
    return _fill(template, event, **added)


def _update(event: Event) -> str:
    before, after = event.before, event.after
    if (before.b, before.w) == (after.b, after.w):
        return _fill("left b = {b} and w = {w} as they were.", event)
    return _fill(
        "moved b from {old_b} to {b} and w from {old_w} to {w}, by lr = {lr} times the gradients.",
        event,
    )


def _zero(event: Event) -> str:
    if event.before.b_grad == 0 and event.before.w_grad == 0:
        return _fill("set b.grad and w.grad to 0, which they were already.", event)
    return _fill("set b.grad from {old_b_grad} and w.grad from {old_w_grad} to 0, in place.", event)


def _setting(event: Event) -> str:
    return _fill("is now {lr}; the next update will use it.", event)


_RAN = {
    Step.FORWARD: _forward,
    Step.LOSS: _loss,
    Step.BACKWARD: _backward,
    Step.UPDATE: _update,
    Step.ZERO: _zero,
    Step.SETTING: _setting,
}


def _skipped(step: Step, event: Event) -> str:
    if step is Step.UPDATE:
        return _fill("was skipped: b stays {b} and w stays {w}.", event)
    if event.after.b_grad is None and event.after.w_grad is None:
        return _fill("was skipped; there is no gradient to clear yet.", event)
    return _fill(
        "was **skipped**: b.grad still holds {b_grad} and w.grad {w_grad}."
        " The next backward() will add to them.",
        event,
    )


def _raised(event: Event) -> str:
    unchanged = event.before == event.after
    template = (
        "raised {error} b, w and their gradients are as they were."
        if unchanged and event.statement is not None and event.statement.step in LOOP
        else "raised {error}"
    )
    return _fill(template, event, error=_ended(event.outcome.error or ""))


def _ended(sentence: str) -> str:
    """Return `sentence` with its own full stop."""
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _difference(after: float | None, before: float | None) -> float | None:
    return None if after is None else after - (before or 0.0)


def _doubled(before: float | None, after: float | None) -> bool:
    """True where exactly as much was added as was there."""
    return bool(before) and after is not None and before is not None and after == 2 * before
