"""The questions before statements: exactly one choice comes true, and the reason is true."""

import math
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings

from gradlab.core.controller import Controller
from gradlab.core.narrate import Event
from gradlab.core.number_format import MINUS, format_number
from gradlab.core.outcome import OK, Kind, Numbers, Outcome
from gradlab.core.predicting import judge
from gradlab.core.questions import Asked, Situation, ask
from gradlab.core.statements import CATALOGUE, Step, find
from tests.core.runs import ALL, GRADS, IDS, anything, cpu, cpu_program, split_program

NUMBER = re.compile(r"(?<![\w.])−?\d+\.\d+(?:e[+−]\d+)?")
ERROR = Outcome(Kind.RAISED, "NameError: name 'yhat' is not defined")


def asked_of(controller: Controller, statement_id: str) -> Asked | None:
    attempt = controller._attempt
    statement = attempt.find(statement_id)
    return ask(statement, Situation.at(attempt.history, attempt.skips(statement)))


def event_of(controller: Controller) -> Event:
    return controller._attempt.event(earlier=False)


def told(controller: Controller, statement_id: str) -> tuple[Asked, Event]:
    """Return what is asked before the statement, and the statement as it then ended."""
    asked = asked_of(controller, statement_id)
    assert asked is not None
    controller.do(statement_id)
    return asked, event_of(controller)


def answer(statement_id: str, *before: str) -> tuple[tuple[str, ...], str, str]:
    """Return the choices, the one that came true, and why, after the statements `before`."""
    controller = cpu()
    controller.run(before)
    asked, event = told(controller, statement_id)
    return asked.question.choices, asked.outcome(event), asked.why(event)


# --- exactly one comes true; each choice is decided here once more, in its own way

Meaning = Callable[[Event, str], bool]


def _raised(event: Event) -> bool:
    return event.outcome.kind is Kind.RAISED


def _ran(test: Callable[[float, float], bool]) -> Meaning:
    """Return what holds where `test` does, of the number before and after, and nothing raised."""

    def holds(event: Event, name: str) -> bool:
        old, new = getattr(event.before, name), getattr(event.after, name)
        return not _raised(event) and new is not None and test(old or 0.0, new)

    return holds


def _grad(event: Event) -> float | None:
    return event.after.b_grad


MEANINGS: dict[str, Meaning] = {
    "below 1": _ran(lambda _, new: new < 1),
    "1 or more": _ran(lambda _, new: new >= 1),
    "smaller": _ran(lambda old, new: new < old),
    "the same": _ran(lambda old, new: new == old),
    "larger": _ran(lambda old, new: new > old),
    "negative": _ran(lambda _, new: new < 0),
    "positive": _ran(lambda _, new: new > 0),
    "0 or None": lambda e, _: not _raised(e) and _grad(e) in {0.0, None},
    "unchanged": lambda e, _: not _raised(e) and repr(_grad(e)) == repr(e.before.b_grad),
    "exactly twice as much": _ran(lambda old, new: new - old == old),
    "another number": _ran(lambda old, new: new not in {old, old + old} and not math.isnan(new)),
    "0": lambda e, _: not _raised(e) and _grad(e) == 0,
    "None": lambda e, _: (
        not _raised(e) and (e.outcome.answer == "None" if e.outcome.answer else _grad(e) is None)
    ),
    "numbers": lambda e, _: str(e.outcome.answer).startswith("tensor("),
    "an error or nan": lambda e, name: (
        _raised(e) or (bool(name) and math.isnan(getattr(e.after, name) or 0.0))
    ),
    "it runs": lambda e, _: not _raised(e),
    "it raises an error": lambda e, _: _raised(e),
}


def check(asked: Asked, event: Event) -> None:
    """Hold what a question says of itself to what happened."""
    question = asked.question
    assert 2 <= len(set(question.choices)) == len(question.choices) <= 4
    assert question.text.endswith("?")
    assert len(question.text) <= 120
    number = question.number or "b_grad"
    true = [choice for choice in question.choices if MEANINGS[choice](event, number)]
    assert true == [asked.outcome(event)]
    why = asked.why(event)
    assert re.fullmatch(r"[^{}\n]+\.", why)
    assert len(why) <= 160
    before, after = event.before, event.after
    added = None if None in (before.b_grad, after.b_grad) else after.b_grad - before.b_grad  # type: ignore[operator]  # neither is None here
    gap = None if None in (before.loss, after.loss) else abs(after.loss - before.loss)  # type: ignore[operator]
    known = {format_number(value) for value in (*before, *after, added, gap, event.lr)}
    assert set(NUMBER.findall(why)) <= known | {f"{event.lr:g}".replace("-", MINUS)}, why


@settings(max_examples=50)
@given(anything)
def test_that_exactly_one_choice_comes_true_whatever_was_done(ids: list[str]) -> None:
    controller = cpu()
    for statement_id in (*ids, *IDS):
        asked = asked_of(controller, statement_id)
        controller.do(statement_id)
        if asked is not None:
            check(asked, event_of(controller))


@pytest.mark.parametrize("skips", [(), (Step.ZERO,), (Step.UPDATE,)], ids=str)
@pytest.mark.parametrize("lr", [0.1, 0.9, 0.0, -0.2, 1e9], ids=str)
@pytest.mark.parametrize("batches", [1, 4], ids=str)
def test_that_exactly_one_choice_comes_true_as_the_loop_goes_on(
    skips: tuple[Step, ...], lr: float, batches: int
) -> None:
    controller = Controller(cpu_program(lr) if batches == 1 else split_program(batches))
    controller.set_learning_rate(lr)
    for step in skips:
        controller.set_skip(step, True)
    for _ in range(40):
        due = controller._attempt.due.id
        asked = asked_of(controller, due)
        controller.do(due)
        if asked is not None:
            check(asked, event_of(controller))


@pytest.mark.parametrize("statement_id", ALL)
@pytest.mark.parametrize("before", [(), ("forward",), ("forward", "loss"), GRADS, IDS], ids=str)
def test_that_exactly_one_choice_comes_true_of_every_statement(
    statement_id: str, before: tuple[str, ...]
) -> None:
    controller = cpu()
    controller.run(before)
    asked = asked_of(controller, statement_id)
    controller.do(statement_id)
    if asked is not None:
        check(asked, event_of(controller))


def test_that_nan_comes_true_as_well() -> None:
    """No run gets there by one statement, so that the numbers are made up."""
    nan, sound = math.nan, Numbers(1.0, 2.0, 3.0, 4.0, 5.0)
    for statement_id, now in (
        ("loss", sound),
        ("loss", sound._replace(loss=None)),
        ("backward", sound),
        ("backward", sound._replace(b_grad=None)),
        ("update", sound),
    ):
        statement = find(statement_id)
        asked = ask(statement, Situation(now, skipped=False, plain_loss=True))
        assert asked is not None
        after = Numbers(nan, nan, nan, nan, nan)
        event = Event(statement, OK, now, after, 80, 1, lr=0.1)
        assert asked.outcome(event) == "an error or nan"
        assert "nan" in asked.why(event)
        assert judge(asked, 1.0, event).outcome == "an error or nan"
        unknown = Event(statement, OK, now, Numbers(), 80, 1, lr=0.1)
        assert asked.outcome(unknown) in asked.question.choices


# --- what is asked where

NOTHING_TO_ASK = {
    "forward", "forward-no-grad", "forward-detach", "loss-vector", "type-x", "numpy-x", "nudge-w",
    "cast-w", "detect-anomaly", "detect-anomaly-off",
}  # fmt: skip  # a line each would say no more


def test_that_there_is_a_question_about_all_but_what_has_one_end_only() -> None:
    controller = cpu()
    controller.run(GRADS)
    silent = {name for name in CATALOGUE if asked_of(controller, name) is None}
    assert silent == NOTHING_TO_ASK
    assert asked_of(controller, "lr=0.5") is None


def test_that_nothing_is_asked_where_the_numbers_have_left_all_bounds() -> None:
    controller = cpu(lr=1e12)
    controller.run([*GRADS, "update"], repeat=2)
    assert not controller.snapshot().numbers.sound
    assert asked_of(controller, "zero") is None


def test_that_a_number_can_be_guessed_where_one_is_coming() -> None:
    controller = cpu()
    numbers = []
    for statement_id in IDS:
        asked = asked_of(controller, statement_id)
        numbers.append(None if asked is None else asked.question.number)
        controller.do(statement_id)
    assert numbers == [None, "loss", "b_grad", "b", ""]


def test_that_a_number_is_named_as_in_the_code() -> None:
    controller = cpu()
    controller.run(GRADS[:2])
    asked = asked_of(controller, "backward")
    assert asked is not None
    assert asked.question.number_label == "b.grad"


@pytest.mark.parametrize(
    "before",
    [
        (),
        ("forward",),
        GRADS,
        (*GRADS, "zero"),
        (*GRADS, "update"),
        ("forward-no-grad", "loss"),
        ("forward-detach", "loss"),
        ("forward", "loss-vector"),
        ("forward", "loss", "error-inplace"),
        ("forward", "loss", "nudge-w"),
        ("update", "loss"),
        ("forward", "backward-retain"),
    ],
    ids="-".join,
)
def test_that_it_is_asked_whether_backward_runs_where_that_may_be_doubted(
    before: tuple[str, ...],
) -> None:
    assert answer("backward", *before)[0] == ("it runs", "it raises an error")


@pytest.mark.parametrize("before", [(), IDS, (*GRADS, "zero-none")], ids="-".join)
@pytest.mark.parametrize("between", [(), ("lr=0.5",)], ids="-".join)
def test_that_after_a_plain_loss_its_sign_is_asked(
    before: tuple[str, ...], between: tuple[str, ...]
) -> None:
    choices, came, why = answer("backward", *before, "forward", *between, "loss", *between)
    assert choices == ("negative", "0 or None", "positive", "an error or nan")
    assert came == "negative"
    assert why.startswith("Along b the loss has the slope −")


# --- what comes true, and why

ANSWERS = {
    ("loss", ("forward",)): ("1 or more", "The mean of the 80 squared errors is 2.7475."),
    ("loss", ()): ("an error or nan", "Nothing has made this name yet."),
    ("loss", (*IDS, "forward")): (
        "smaller",
        "The squared errors are smaller on average, so the loss fell by 1.1377 to 1.6098.",
    ),
    ("loss", (*GRADS, "forward")): (
        "the same",
        "The squared errors have the same mean as before, so the loss is 2.7475 again.",
    ),
    ("loss", (*GRADS, "lr=-0.5", "update", "forward")): (
        "larger",
        "The squared errors are larger on average, so the loss rose by 10.5102 to 13.2577.",
    ),
    ("backward", (*GRADS, "forward", "loss")): (
        "exactly twice as much",
        "backward() adds to what b.grad held: −3.1125 + −3.1125 = −6.2250.",
    ),
    ("backward", (*GRADS, "update", "forward", "loss")): (
        "another number",
        "backward() adds to what b.grad held: −3.1125 + −2.3184 = −5.4309.",
    ),
    ("backward", (*GRADS, "update-reassign", "forward", "loss")): (
        "0 or None",
        "b is no leaf of this graph, so b.grad stays None.",
    ),
    ("backward", GRADS): (
        "it raises an error",
        "The first backward() freed what this graph had saved.",
    ),
    ("backward", ("forward", "loss", "backward-retain")): (
        "it runs",
        "What the graph had saved was still there and unchanged, so backward() could walk it.",
    ),
    ("backward", ("forward-no-grad", "loss", "loss-false-cure")): (
        "it runs",
        "Nothing stood in its way, though b.grad and w.grad are as they were.",
    ),
    ("update", GRADS): (
        "larger",
        "lr × b.grad = 0.1 × −3.1125 is negative: taken away, it makes b larger, 0.6479.",
    ),
    ("update", (*GRADS, "lr=-0.1")): (
        "smaller",
        "lr × b.grad = −0.1 × −3.1125 is positive: taken away, it makes b smaller, 0.0254.",
    ),
    ("update", IDS): ("the same", "lr × b.grad = 0.1 × 0 is 0, so b stays 0.6479."),
    ("update", (*GRADS, "lr=1e-09")): (
        "the same",
        "lr × b.grad = 1e−09 × −3.1125 is too small to change a float32 b of 0.3367.",
    ),
    ("update", ()): (
        "an error or nan",
        "There is nothing to multiply by: this grad is None, as it is for whatever is no leaf.",
    ),
    ("update-data", GRADS): (
        "larger",
        "lr × b.grad = 0.1 × −3.1125 is negative: taken away, it makes b larger, 0.6479.",
    ),
    ("update-inplace", GRADS): (
        "it raises an error",
        "Changing a leaf in place while autograd records would overwrite the start of its graph.",
    ),
    ("update-reassign", GRADS): (
        "it runs",
        "b = b − … makes a new tensor and gives it the name b, which is allowed.",
    ),
    ("zero", GRADS): ("0", "zero_() writes 0 into b.grad, in place: the tensor stays."),
    ("zero", ()): (
        "an error or nan",
        "This grad is None: never filled, dropped, or that of a tensor that is no leaf any more.",
    ),
    ("zero-none", GRADS): (
        "None",
        "b.grad = None lets the tensor go: there is no gradient any more, not even 0.",
    ),
    ("read-yhat-grad", GRADS): ("None", "Only a backward() after retain_grad() fills yhat.grad."),
    ("read-yhat-grad", ("forward", "retain-yhat-grad", "loss", "backward")): (
        "numbers",
        "retain_grad() had asked for it, so backward() left the gradient of yhat there.",
    ),
    ("read-yhat-grad", ()): ("an error or nan", "Nothing has made this name yet."),
    ("retain-yhat-grad", ("forward",)): (
        "it runs",
        "yhat was recorded, so that its gradient can be kept.",
    ),
    ("numpy-b", ()): (
        "it raises an error",
        "A NumPy array shares the tensor's memory, and autograd cannot watch NumPy.",
    ),
    ("numpy-b-detached", ()): (
        "it runs",
        "detach() gives a tensor outside the graph, which NumPy may read.",
    ),
    ("error-inplace", ("forward", "loss")): (
        "it runs",
        "error is no leaf that asks for a gradient, so it may be changed in place.",
    ),
    ("loss-false-cure", ("forward-no-grad", "loss")): (
        "it runs",
        "Nothing was recorded for this loss, so it is a leaf and may be switched.",
    ),
}


@pytest.mark.parametrize(("case", "expected"), ANSWERS.items(), ids=lambda case: str(case[0]))
def test_that_what_comes_true_is_told_with_its_reason(
    case: tuple[str, tuple[str, ...]], expected: tuple[str, str]
) -> None:
    statement_id, before = case
    assert answer(statement_id, *before)[1:] == expected


def test_that_a_gradient_of_0_is_level() -> None:
    """At the bottom of the loss, where no float32 run ends, so that the numbers are made up."""
    statement, now = find("backward"), Numbers(1.0, 2.0, None, None, 0.0)
    asked = ask(statement, Situation(now, skipped=False, plain_loss=True))
    assert asked is not None
    event = Event(statement, OK, now, now._replace(b_grad=0.0, w_grad=0.0), 80, 1, lr=0.1)
    assert asked.outcome(event) == "0 or None"
    assert asked.why(event) == "Along b the loss has the slope 0: it is level there."


def test_that_a_gradient_that_nothing_is_added_to_stays() -> None:
    controller = cpu()
    controller.run([*GRADS, "forward", "loss"])
    asked = asked_of(controller, "backward")
    assert asked is not None
    now = controller.snapshot().numbers
    event = Event(find("backward"), OK, now, now, 80, 1, lr=0.1)
    assert asked.outcome(event) == "unchanged"
    stays = "backward() had nothing to add to b.grad, which stays −3.1125."
    assert asked.why(event) == stays


def test_that_an_error_without_an_explanation_is_told_in_its_own_words() -> None:
    statement = find("loss")
    asked = ask(statement, Situation(Numbers(1.0, 2.0), skipped=False, plain_loss=False))
    assert asked is not None
    said = Outcome(Kind.RAISED, "RuntimeError: no such thing.\nAnd more")
    event = Event(statement, said, Numbers(), Numbers(), 80, 1, lr=0.1)
    assert asked.why(event) == "It raised RuntimeError: no such thing."


def test_that_what_runs_for_no_reason_of_its_own_says_so() -> None:
    asked = asked_of(cpu(), "numpy-b")
    assert asked is not None
    event = Event(find("numpy-b"), OK, Numbers(), Numbers(), 80, 1, lr=0.1)
    assert asked.why(event) == "Nothing stood in its way."


def test_that_an_error_goes_before_what_was_changed() -> None:
    """First b moves, and then w has no gradient to move by."""
    controller = cpu()
    controller.run(["cast-w", *GRADS])
    asked, event = told(controller, "update")
    assert event.before.b != event.after.b
    assert asked.outcome(event) == "an error or nan"


def test_that_in_parts_the_loss_of_the_part_is_told() -> None:
    controller = Controller(split_program(4))
    controller.do("forward")
    asked, event = told(controller, "loss")
    loss = format_number(event.after.loss)
    assert asked.why(event) == f"The mean squared error of this part (n = 20), over 4, is {loss}."


# --- skipped steps


def skipping(step: Step, *before: str) -> Controller:
    controller = cpu()
    controller.run(before)
    controller.set_skip(step, True)
    return controller


@pytest.mark.parametrize("statement_id", ["update", "update-inplace", "update-reassign"])
def test_that_of_a_skipped_update_it_is_asked_where_b_goes(statement_id: str) -> None:
    asked, event = told(skipping(Step.UPDATE, *GRADS), statement_id)
    assert asked.question.skipped
    assert "skipped" in asked.question.text
    assert asked.outcome(event) == "the same"
    assert asked.why(event) == "The update was skipped, so b stays 0.3367."
    check(asked, event)


@pytest.mark.parametrize("statement_id", ["zero", "zero-none"])
def test_that_of_a_skipped_zero_it_is_asked_what_the_gradient_holds(statement_id: str) -> None:
    asked, event = told(skipping(Step.ZERO, *GRADS), statement_id)
    assert asked.question.skipped
    assert "is skipped" in asked.question.text
    assert asked.outcome(event) == "unchanged"
    assert asked.why(event) == "The step was skipped, so b.grad still holds −3.1125."
    check(asked, event)


def test_that_of_a_skipped_zero_nothing_is_asked_where_there_is_nothing_to_clear() -> None:
    assert asked_of(skipping(Step.ZERO), "zero") is None
    assert asked_of(skipping(Step.ZERO, *IDS), "zero") is None


# --- guessed numbers


@pytest.mark.parametrize(
    ("guess", "right", "difference"),
    [
        (-3.1124958992004395, True, "exactly"),
        (-3.2, True, "0.0875 too low"),
        (-3.0, True, "0.1125 too high"),
        (-2.9, False, "0.2125 too high"),
        (3.1125, False, "6.2250 too high"),
        (0, False, "3.1125 too high"),
    ],
    ids=str,
)
def test_that_a_number_is_right_within_5_percent(
    guess: float, right: bool, difference: str
) -> None:
    controller = cpu()
    controller.run(GRADS[:2])
    asked, event = told(controller, "backward")
    verdict = judge(asked, guess, event)
    assert (verdict.right, verdict.difference) == (right, difference)
    assert (verdict.guess, verdict.outcome) == (format_number(guess), "−3.1125")


@pytest.mark.parametrize(
    ("came", "guess", "right"),
    [(0.0, 0.0, True), (0.0, 0.0005, True), (0.0, 0.0006, False), (0.0002, -0.0002, True)],
    ids=str,
)
def test_that_close_to_0_a_number_is_right_to_the_third_decimal(
    came: float, guess: float, right: bool
) -> None:
    statement, now = find("update"), Numbers(1.0, 2.0, 3.0, 4.0, 5.0)
    asked = ask(statement, Situation(now, skipped=False, plain_loss=False))
    assert asked is not None
    event = Event(statement, OK, now, now._replace(b=came), 80, 1, lr=0.1)
    assert judge(asked, guess, event).right is right


def test_that_a_number_guessed_for_an_error_is_wrong() -> None:
    asked, event = told(cpu(), "loss")
    verdict = judge(asked, 1.0, event)
    assert (verdict.right, verdict.outcome, verdict.difference) == (False, "an error or nan", "")


def test_that_a_number_guessed_for_none_is_wrong() -> None:
    controller = cpu()
    controller.run([*GRADS, "update-reassign", "forward", "loss"])
    asked, event = told(controller, "backward")
    verdict = judge(asked, 0.0, event)
    assert (verdict.right, verdict.outcome, verdict.difference) == (False, "0 or None", "")


def test_that_a_number_guessed_for_infinity_is_wrong() -> None:
    statement, now = find("update"), Numbers(1.0, 2.0, 3.0, 4.0, 5.0)
    asked = ask(statement, Situation(now, skipped=False, plain_loss=False))
    assert asked is not None
    event = Event(statement, OK, now, now._replace(b=math.inf), 80, 1, lr=0.1)
    assert judge(asked, 1e30, event).right is False
