"""Which choice of a question came true, and why: pure functions of what happened.

Every sentence is whole in one template, so that it can be translated whole. Of a question's choices
exactly one comes true, however the statement ends; an error goes before whatever was changed.
"""

import math

from gradlab.core.explain import explain
from gradlab.core.narrate import Event
from gradlab.core.number_format import MINUS, format_number
from gradlab.core.outcome import NUMBER_NAMES, Kind, Numbers

BELOW, ABOVE = "below 1", "1 or more"
SMALLER, SAME, LARGER = "smaller", "the same", "larger"
NEGATIVE, EMPTY, POSITIVE = "negative", "0 or None", "positive"
UNCHANGED, DOUBLED, OTHER = "unchanged", "exactly twice as much", "another number"
ZERO, NOTHING, FILLED = "0", "None", "numbers"
FAILS = "an error or nan"
RUNS, RAISES = "it runs", "it raises an error"


def fill(template: str, numbers: Numbers, old: Numbers | None = None, **more: str) -> str:
    """Fill `template` with `numbers`, and with those of `old` as old_..."""
    words = {name: format_number(getattr(numbers, name)) for name in NUMBER_NAMES}
    for name in NUMBER_NAMES if old else ():
        words[f"old_{name}"] = format_number(getattr(old, name))
    return template.format(**words, **more)


def _say(template: str, event: Event, **more: str) -> str:
    lr = f"{event.lr:g}".replace("-", MINUS)
    return fill(template, event.after, event.before, lr=lr, **more)


def why_raised(event: Event) -> str:
    """Return why the statement raised, in one sentence, or "" where it did not."""
    error = event.outcome.error
    if error is None:
        return ""
    explanation = explain(error)
    first = error.partition("\n")[0]
    return explanation.cause if explanation else f"It raised {first.rstrip('.')}."


def _moved(old: float | None, new: float | None) -> str:
    """Return which way a number went, or that there is none to compare."""
    if old is None or new is None or math.isnan(new):
        return FAILS
    return SMALLER if new < old else LARGER if new > old else SAME


# --- loss


def first_loss(event: Event) -> str:
    """Return whether the first loss is below 1."""
    loss = event.after.loss
    if loss is None or math.isnan(loss):
        return FAILS
    return BELOW if loss < 1 else ABOVE


def why_first_loss(event: Event) -> str:
    """Return what the first loss is."""
    template = _FIRST_LOSS[event.batches > 1]
    return _say(template, event, n=str(event.n_train), batches=str(event.batches))


_FIRST_LOSS = {
    False: "The mean of the {n} squared errors is {loss}.",
    True: "The mean squared error of this part (n = {n}), over {batches}, is {loss}.",
}


def loss(event: Event) -> str:
    """Return which way the loss went."""
    return _moved(event.before.loss, event.after.loss)


def why_loss(event: Event) -> str:
    """Return why the loss went that way."""
    old, new = event.before.loss, event.after.loss
    gap = "" if old is None or new is None else format_number(abs(new - old))
    return _say(_LOSSES[loss(event)], event, gap=gap)


_LOSSES = {
    SMALLER: "The squared errors are smaller on average, so the loss fell by {gap} to {loss}.",
    SAME: "The squared errors have the same mean as before, so the loss is {loss} again.",
    LARGER: "The squared errors are larger on average, so the loss rose by {gap} to {loss}.",
    FAILS: "The loss is {loss}: the numbers have left the range of float32.",
}


# --- backward


def sign(event: Event) -> str:
    """Return the sign of b.grad."""
    grad = event.after.b_grad
    if not grad:
        return EMPTY
    return FAILS if math.isnan(grad) else NEGATIVE if grad < 0 else POSITIVE


def why_sign(event: Event) -> str:
    """Return what the sign of b.grad says; before, it held nothing or 0."""
    if event.after.b_grad is None:
        return "b is no leaf of this graph, so b.grad stays None."
    return _say(_SIGNS[sign(event)], event)


_SIGNS = {
    NEGATIVE: "Along b the loss has the slope {b_grad}: with b a little larger it would be less.",
    EMPTY: "Along b the loss has the slope {b_grad}: it is level there.",
    POSITIVE: "Along b the loss has the slope {b_grad}: with b a little smaller it would be less.",
    FAILS: "Along b the loss has the slope {b_grad}: the numbers have left the range of float32.",
}


def accumulated(event: Event) -> str:
    """Return what became of a b.grad that held something."""
    before, after = event.before.b_grad, event.after.b_grad
    if before is None or after is None or math.isnan(after):
        return FAILS
    return UNCHANGED if after == before else DOUBLED if after == 2 * before else OTHER


def why_accumulated(event: Event) -> str:
    """Return the sum that b.grad is."""
    before, after = event.before.b_grad or 0.0, event.after.b_grad or 0.0
    template = _STAYED if after == before else _ADDED
    return _say(template, event, added=format_number(after - before))


_STAYED = "backward() had nothing to add to b.grad, which stays {b_grad}."
_ADDED = "backward() adds to what b.grad held: {old_b_grad} + {added} = {b_grad}."


def why_backward_ran(event: Event) -> str:
    """Return why backward() could run."""
    before, after = event.before, event.after
    if (before.b_grad, before.w_grad) == (after.b_grad, after.w_grad):
        return "Nothing stood in its way, though b.grad and w.grad are as they were."
    return "What the graph had saved was still there and unchanged, so backward() could walk it."


# --- update and zero


def update(event: Event) -> str:
    """Return which way b went."""
    return _moved(event.before.b, event.after.b)


def why_update(event: Event) -> str:
    """Return why b went that way."""
    way = update(event)
    if event.outcome.kind is Kind.SKIPPED:
        template = "The update was skipped, so b stays {b}."
    elif way == SAME and event.lr * (event.before.b_grad or 0.0):
        template = "lr × b.grad = {lr} × {old_b_grad} is too small to change a float32 b of {b}."
    else:
        template = _UPDATES[way]
    return _say(template, event)


_UPDATES = {
    SMALLER: "lr × b.grad = {lr} × {old_b_grad} is positive: taken away, it makes b smaller, {b}.",
    SAME: "lr × b.grad = {lr} × {old_b_grad} is 0, so b stays {b}.",
    LARGER: "lr × b.grad = {lr} × {old_b_grad} is negative: taken away, it makes b larger, {b}.",
    FAILS: "b is {b}: the numbers have left the range of float32.",
}


def cleared(event: Event) -> str:
    """Return what b.grad holds where it should have been cleared."""
    grad = event.after.b_grad
    return NOTHING if grad is None else ZERO if grad == 0 else UNCHANGED


def why_cleared(event: Event) -> str:
    """Return how b.grad was cleared, or that it was not."""
    return _say(_CLEARED[cleared(event)], event)


_CLEARED = {
    ZERO: "zero_() writes 0 into b.grad, in place: the tensor stays.",
    NOTHING: "b.grad = None lets the tensor go: there is no gradient any more, not even 0.",
    UNCHANGED: "The step was skipped, so b.grad still holds {b_grad}.",
}


# --- the rest


def runs(event: Event) -> str:
    """Return that it runs; an error is told before this is asked."""
    del event
    return RUNS


def why_runs(event: Event) -> str:
    """Return why PyTorch let the statement run."""
    return _RUNS.get(event.statement.id if event.statement else "", "Nothing stood in its way.")


_RUNS = {
    "loss-false-cure": "Nothing was recorded for this loss, so it is a leaf and may be switched.",
    "update-reassign": "b = b − … makes a new tensor and gives it the name b, which is allowed.",
    "retain-yhat-grad": "yhat was recorded, so that its gradient can be kept.",
    "numpy-b-detached": "detach() gives a tensor outside the graph, which NumPy may read.",
    "error-inplace": "error is no leaf that asks for a gradient, so it may be changed in place.",
}


def read(event: Event) -> str:
    """Return whether yhat.grad holds anything."""
    return NOTHING if event.outcome.answer == "None" else FILLED


def why_read(event: Event) -> str:
    """Return why yhat.grad holds what it does."""
    return _READ[read(event)]


_READ = {
    NOTHING: "Only a backward() after retain_grad() fills yhat.grad.",
    FILLED: "retain_grad() had asked for it, so backward() left the gradient of yhat there.",
}
