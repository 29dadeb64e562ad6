"""One or two sentences on what just happened, true for the numbers on screen.

Every sentence is whole in one template, so that it can be translated whole.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from gradlab.core.course import UNTOLD, Course, Way
from gradlab.core.explain import explain
from gradlab.core.number_format import MINUS, format_number
from gradlab.core.outcome import NUMBER_NAMES, Kind, Numbers, Outcome
from gradlab.core.snapshot import Caption
from gradlab.core.statements import Statement, Step


@dataclass(frozen=True, slots=True)
class Event:
    """A statement, how it ended, and the numbers around it.

    Attributes:
        statement: The statement that was run, or None for the start.
        outcome: How it ended.
        before: The numbers before it.
        after: The numbers after it.
        n_train: How many points the training set, or the part in use, has.
        batches: In how many parts the training set is used.
        lr: The learning rate in force.
        index: The number of the statement.
        rate_limit: The largest learning rate with which the loop does not diverge.
        course: How the loss has gone of late.
        earlier: Whether going back from the start brings back the run before this one.
        lost: How many statements, recorded after the one before, it cut off.
    """

    statement: Statement | None
    outcome: Outcome
    before: Numbers
    after: Numbers
    n_train: int
    batches: int
    lr: float
    index: int = 0
    rate_limit: float = math.inf
    lost: int = 0
    course: Course = UNTOLD
    earlier: bool = False


def narrate(event: Event) -> Caption:
    """Return what to say of `event`; it claims only what its numbers show."""
    statement, outcome = event.statement, event.outcome
    if statement is None:
        earlier = _EARLIER if event.earlier else ""
        return Caption("Start", _joined(_fill(_START, event), earlier, _too_fast(event)))
    if outcome.kind is Kind.RAISED:
        sentences = [_raised(event), _changed_before_it_raised(event)]
    elif outcome.kind is Kind.SKIPPED:
        sentences = [_skipped(statement.step, event)]
    else:
        ran = _BY_ID.get(statement.id) or _BY_STEP[statement.step]
        sentences = [ran(event)]
    if statement.step is Step.SETTING:
        sentences.append(_too_fast(event))
    if statement.step is Step.ZERO and event.course.way is Way.SWINGING:
        low, high = format_number(event.course.low), format_number(event.course.high)
        sentences.append(_fill(_SWINGS, event, low=low, high=high))
    if not event.after.sound:
        sentences.append(_too_large(event))
    if event.lost:
        sentences.append(_fill(_LOST[event.lost > 1], event, lost=str(event.lost)))
    return Caption(statement.label, _joined(*sentences))


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _too_fast(event: Event) -> str:
    """Warn of a learning rate with which the loop diverges."""
    if not event.lr > event.rate_limit:
        return ""
    limit = format_number(event.rate_limit)
    return _fill(
        "lr = {lr} is above {limit}, the largest stable rate for these data:"
        " the loss will **grow** instead of settling.",
        event,
        limit=limit,
    )


def _too_large(event: Event) -> str:
    name = (event.after.unsound_name or "").replace("_", ".")
    value = getattr(event.after, event.after.unsound_name or "loss")
    template = _TOO_LARGE if math.isfinite(value) else _NOT_FINITE
    return _fill(template, event, name=name, index=str(event.index))


_TOO_LARGE = (
    "**Stopped** at statement {index}: {name} has grown beyond 1e12, too large to go on. Go back,"
    " or restart with a smaller lr."
)
_NOT_FINITE = (
    "**Stopped** at statement {index}: {name} is no finite number any more. Go back, or restart"
    " with a smaller lr."
)
_SWINGS = "The loss **swings** between {low} and {high}."
_LOST = {
    False: "The statement that came after it is **cut off**.",
    True: "The {lost} statements that came after it are **cut off**.",
}
_EARLIER = "Back brings the run before this one back."
_START = "b = {b} and w = {w}, no gradients yet. Press Step: the forward pass comes first."


def _fill(template: str, event: Event, **more: str) -> str:
    """Fill `template` with the numbers after the event, and those before as old_..."""
    words = {name: format_number(getattr(event.after, name)) for name in NUMBER_NAMES}
    words |= {f"old_{n}": format_number(getattr(event.before, n)) for n in NUMBER_NAMES}
    lr = f"{event.lr:g}".replace("-", MINUS)
    return template.format(**words, n=event.n_train, batches=event.batches, lr=lr, **more)


def _say(template: str) -> Callable[[Event], str]:
    """Return a sentence that is the same whatever the numbers."""
    return partial(_fill, template)


def _loss(event: Event) -> str:
    old, new = event.before.loss, event.after.loss
    if new is None or not math.isfinite(new):
        return _fill("gave {loss}: the numbers have left the range of float32.", event)
    if event.batches > 1:
        return _fill("is {loss}: this part's mean squared error (n = {n}), over {batches}.", event)
    if old is None:
        return _fill("is {loss}, the mean squared error of the training set (n = {n}).", event)
    gap = format_number(abs(new - old))
    return _fill(_LOSS_MOVED[_moved(old, new)], event, gap=gap)


def _moved(old: float, new: float) -> tuple[int, bool]:
    """Return the direction, and whether it shows in the decimals written."""
    return (new > old) - (new < old), format_number(new) != format_number(old)


_LOSS_MOVED = {
    (0, False): "is {loss}, the same as before.",
    (-1, True): "is {loss}, down from {old_loss}.",
    (1, True): "is {loss}, **up** from {old_loss}.",
    (-1, False): "is {loss}, less than before by {gap}.",
    (1, False): "is {loss}, **more** than before by {gap}.",
}


def _backward(event: Event) -> str:
    before, after = event.before, event.after
    if not all(g is None or math.isfinite(g) for g in (after.b_grad, after.w_grad)):
        return _fill("left b.grad = {b_grad} and w.grad = {w_grad}, beyond float32.", event)
    template = _BACKWARD[(before.b_grad != after.b_grad, before.w_grad != after.w_grad)]
    if before.b_grad or before.w_grad:
        template = _ACCUMULATED.get(
            (before.b_grad != after.b_grad, before.w_grad != after.w_grad), template
        )
        if _doubled(before.b_grad, after.b_grad) and _doubled(before.w_grad, after.w_grad):
            template = _DOUBLED
    added = {
        "b_added": format_number(_difference(after.b_grad, before.b_grad)),
        "w_added": format_number(_difference(after.w_grad, before.w_grad)),
    }
    return _fill(template, event, **added)


_BACKWARD = {
    (True, True): "put {b_grad} into b.grad and {w_grad} into w.grad.",
    (False, True): "added {w_added} to w.grad, now {w_grad}; b.grad stays {b_grad}.",
    (True, False): "added {b_added} to b.grad, now {b_grad}; w.grad stays {w_grad}.",
    (False, False): "ran, but **changed nothing**: b.grad stays {b_grad}, w.grad stays {w_grad}.",
}
_ACCUMULATED = {
    (True, True): (
        "**added** {b_added} to b.grad, which still held {old_b_grad}: b.grad = {b_grad}."
        " w.grad: {old_w_grad} and {w_added} make {w_grad}."
    ),
}
_DOUBLED = (
    "added {b_added} to b.grad, which already held {old_b_grad}: the gradient **doubled**."
    " b.grad = {b_grad}, w.grad = {w_grad}."
)


def _update(event: Event) -> str:
    before, after = event.before, event.after
    if not after.sound:
        return _fill("left b = {b} and w = {w}.", event)
    if (before.b, before.w) == (after.b, after.w):
        return _fill("left b = {b} and w = {w} as they were.", event)
    if before.w == after.w:
        return _fill("moved b from {old_b} to {b}, by lr = {lr} times b.grad; w stays.", event)
    if before.b == after.b:
        return _fill("moved w from {old_w} to {w}, by lr = {lr} times w.grad; b stays.", event)
    return _fill(
        "moved b from {old_b} to {b} and w from {old_w} to {w}, by lr = {lr} times the gradients.",
        event,
    )


def _zero(event: Event) -> str:
    if event.before.b_grad == 0 and event.before.w_grad == 0:
        return _fill("set b.grad and w.grad to 0, which they were already.", event)
    return _fill("set b.grad from {old_b_grad} and w.grad from {old_w_grad} to 0, in place.", event)


def _dropped(event: Event) -> str:
    if event.before.b_grad is None and event.before.w_grad is None:
        return _fill(
            "found b.grad = {old_b_grad} and w.grad = {old_w_grad}: there is nothing to drop.",
            event,
        )
    return _fill(
        "dropped {old_b_grad} and {old_w_grad}: b.grad and w.grad are **None** now.", event
    )


def _answered(event: Event) -> str:
    explanation = explain(event.outcome.warning or "")
    if explanation is None:
        return _fill("gave {answer}.", event, answer=_first_line(event.outcome.answer or ""))
    return _fill(
        "gave {answer}, with a warning. {cause} {cure}",
        event,
        answer=_first_line(event.outcome.answer or ""),
        cause=explanation.cause,
        cure=explanation.cure,
    )


_BY_STEP: dict[Step, Callable[[Event], str]] = {
    Step.FORWARD: _say("computed yhat = b + w × x (n = {n}) with b = {b} and w = {w}."),
    Step.LOSS: _loss,
    Step.BACKWARD: _backward,
    Step.UPDATE: _update,
    Step.ZERO: _zero,
    Step.PROBE: _answered,
    Step.SETTING: _say("is now {lr}; the next update will use it."),
}
_BY_ID: dict[str, Callable[[Event], str]] = {
    "forward-no-grad": _say(
        "computed yhat (n = {n}) and recorded **nothing**: yhat has no grad_fn."
    ),
    "forward-detach": _say(
        "computed yhat (n = {n}) with b **cut out** of the graph: no gradient for b."
    ),
    "loss-vector": _say("holds every squared error (n = {n}); mean() was left out."),
    "loss-false-cure": _say(
        "made the loss a leaf that asks for a gradient. No path leads from it to b or w."
    ),
    "update-reassign": _say(
        "made **new** tensors b = {b} and w = {w}. They are no leaves and their grad is {b_grad};"
        " the old ones are no longer named."
    ),
    "zero-none": _dropped,
    "retain-yhat-grad": _say("asks the next backward() to keep the gradient of yhat."),
    "error-inplace": _say(
        "doubled the errors **in place**, and counted their version up. If a graph has saved them,"
        " backward() on it will refuse."
    ),
    "nudge-w": _say(
        "moved w from {old_w} to {w}, unrecorded. A graph made before still belongs to {old_w}."
    ),
    "cast-w": _say("made w the name of a float64 tensor, which is no leaf; its grad is {w_grad}."),
    "detect-anomaly": _say("is on: backward() looks for nan and names what failed."),
    "detect-anomaly-off": _say("is off."),
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


def _first_line(answer: str) -> str:
    first, more, _ = answer.partition("\n")
    return f"{first} …" if more else first


def _raised(event: Event) -> str:
    explanation = explain(event.outcome.error or "")
    if explanation is None:
        return _fill("raised {error}", event, error=_ended(event.outcome.error or ""))
    return _fill(
        "raised {error} {cause} {cure}",
        event,
        error=_ended(event.outcome.error or ""),
        cause=explanation.cause,
        cure=explanation.cure,
    )


def _changed_before_it_raised(event: Event) -> str:
    """Return what a statement had done when it raised, or nothing where it had done nothing."""
    before, after = event.before, event.after
    moved = repr((before.b, before.w)) != repr((after.b, after.w))  # nan stays nan
    graded = repr((before.b_grad, before.w_grad)) != repr((after.b_grad, after.w_grad))
    if moved:
        return _fill("Before that it had **changed** the parameters: b = {b}, w = {w}.", event)
    if graded:
        return _fill(
            "Before that it had **changed** gradients: b.grad from {old_b_grad} to {b_grad},"
            " w.grad from {old_w_grad} to {w_grad}.",
            event,
        )
    return ""


def _ended(sentence: str) -> str:
    """Return `sentence` with its own full stop."""
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _difference(after: float | None, before: float | None) -> float | None:
    return None if after is None else after - (before or 0.0)


def _doubled(before: float | None, after: float | None) -> bool:
    """True where exactly as much was added as was there."""
    return bool(before) and after is not None and before is not None and after == 2 * before
