"""What the lessons ask: each answer is the one that comes true when the lesson is run."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from gradlab.core.controller import Controller
from gradlab.core.lesson import Ask, Lesson, Stop, lessons_folder, load_lessons
from gradlab.core.snapshot import Snapshot, TensorView
from gradlab.core.vote import LETTERS
from tests.core.runs import GRADS, LESSON_DATA, cpu, picture

LESSONS, _ = load_lessons(lessons_folder())
ASKS = [
    (lesson, i) for lesson in LESSONS for i, stop in enumerate(lesson.stops) if stop.ask is not None
]
NAMES = [f"{lesson.id}-{i}" for lesson, i in ASKS]
each_ask = pytest.mark.parametrize(("lesson", "stop"), ASKS, ids=NAMES)


def ask_of(lesson: Lesson, stop: int) -> Ask:
    ask = lesson.stops[stop].ask
    assert ask is not None
    return ask


def opened(lesson: Lesson, stop: int) -> Controller:
    """Return a controller at the question of the stop."""
    controller = cpu()
    controller.set_predicting(True)
    controller.open_lesson(lesson)
    controller.go_to_stop(stop)
    return controller


def around(lesson: Lesson, stop: int) -> tuple[Snapshot, Snapshot]:
    """Return the snapshots before and after what is asked about, unveiled."""
    each = lesson.stops[stop]
    controller = Controller(replace(lesson.program, device="cpu"))
    for earlier in lesson.stops[:stop]:
        controller.run(earlier.run, earlier.repeat)
    return controller.run(each.before), controller.run(each.held, each.repeat)


# --- the facts, choice by choice: exactly one of them holds, and it is the answer

Fact = Callable[[Snapshot, Snapshot], bool]


def view(shown: Snapshot, name: str, named: bool = True) -> TensorView:
    (found,) = (v for v in shown.tensors if (v.name, v.named) == (name, named))
    return found


def whole_gradient() -> float:
    """Return the gradient along b of the whole training set, of the lesson's GPU start."""
    x, y = (torch.tensor(column) for column in (LESSON_DATA.x_train, LESSON_DATA.y_train))
    b = torch.tensor([0.1940188705921173], dtype=torch.float64, requires_grad=True)
    w = torch.tensor([0.13913755118846893], dtype=torch.float64, requires_grad=True)
    ((b + w * x - y) ** 2).mean().backward()  # type: ignore[no-untyped-call]
    assert b.grad is not None
    return float(b.grad.item())


def raised(_: Snapshot, after: Snapshot) -> bool:
    return after.outcome.error is not None


def stayed(before: Snapshot, after: Snapshot) -> bool:
    return not raised(before, after) and after.numbers == before.numbers


def grad_is(times: float, of: Callable[[Snapshot], float | None]) -> Fact:
    """Return whether b.grad came to so many times a number that was found before."""

    def holds(before: Snapshot, after: Snapshot) -> bool:
        old, new = of(before), after.numbers.b_grad
        return not raised(before, after) and bool(
            new is not None and old is not None and np.isclose(new, times * old, rtol=1e-5)
        )

    return holds


def now(shown: Snapshot) -> float | None:
    return shown.numbers.b_grad


def first(shown: Snapshot) -> float | None:
    grads = shown.columns.b_grad
    return float(grads[np.flatnonzero(~np.isnan(grads))[0]])


def slope(shown: Snapshot, w: float | None = None) -> float:
    assert shown.numbers.b is not None
    assert shown.numbers.w is not None
    return shown.surface.gradient(shown.numbers.b, shown.numbers.w if w is None else w)[0]


def answered(start: str, warned: bool = False) -> Fact:
    return lambda _, after: (
        (after.outcome.answer or "").startswith(start) and bool(after.outcome.warning) == warned
    )


def with_grad(*names: str) -> Fact:
    return lambda _, after: {v.name for v in after.tensors if v.grad is not None} == {*names}


def same_grad_tensor(before: Snapshot, after: Snapshot) -> bool:
    """Return whether zero_() leaves the tensor, which bare PyTorch tells."""
    b = torch.ones(1, requires_grad=True)
    (b * 2).backward()  # type: ignore[no-untyped-call]
    grad = b.grad
    assert grad is not None
    grad.zero_()
    return b.grad is grad and after.numbers.b_grad == 0


def late_loss(low: float, high: float) -> Fact:
    """Return whether the highest loss of the last 500 epochs lies between `low` and `high`."""
    return lambda _, after: low <= float(after.columns.loss[-2500:].max()) < high


def gap(low: float, high: float) -> Fact:
    """Return whether b and w end that far from 1 and 2."""

    def holds(_: Snapshot, after: Snapshot) -> bool:
        assert after.numbers.b is not None
        assert after.numbers.w is not None
        return low < max(abs(after.numbers.b - 1), abs(after.numbers.w - 2)) <= high

    return holds


OLD_W = 0.12880940735340118
FACTS: dict[str, dict[str, Fact]] = {
    "data-and-tensors-4": {
        "give an array": answered("array"),
        "give None": answered("None"),
        "raise an error": raised,
    },
    "parameters-2": {
        "into w.grad": lambda _, after: view(after, "w").grad is not None,
        "into the grad of the old leaf": lambda _, after: view(after, "w", False).grad is not None,
        "nowhere": lambda _, after: all(v.grad is None for v in after.tensors if v.name == "w"),
    },
    "backward-2": {
        "all five": with_grad("b", "w", "yhat", "error", "loss"),
        "b and w": with_grad("b", "w"),
        "only the loss": with_grad("loss"),
    },
    "grad-1": {
        "80 numbers": answered("tensor("),
        "None, with a warning": answered("None", warned=True),
        "an error": raised,
    },
    "accumulated-gradients-1": {
        "what it holds now": grad_is(1, now),
        "twice what it holds now": grad_is(2, now),
        "0": grad_is(0, now),
    },
    "accumulated-gradients-2": {
        "twice as much": grad_is(2, first),
        "three times as much": grad_is(3, first),
        "four times as much": grad_is(4, first),
    },
    "zero-1": {
        "0, in the same tensor": same_grad_tensor,
        "0, in a new tensor": lambda b, a: now(a) == 0 and not same_grad_tensor(b, a),
        "None": lambda _, after: now(after) is None,
    },
    "zero-4": {
        "make it 0": grad_is(0, lambda _: 1.0),
        "leave it None": lambda b, a: now(a) is None and not raised(b, a),
        "raise an error": raised,
    },
    "three-attempts-0": {
        "move b": lambda before, after: before.numbers.b != after.numbers.b,
        "leave b as it is, without a word": stayed,
        "raise an error": raised,
    },
    "three-attempts-2": {
        "the same tensor, changed": lambda b, a: view(a, "b").serial == view(b, "b").serial,
        "a new tensor that is no leaf": lambda b, a: (
            view(a, "b").serial > view(b, "b").serial and not view(a, "b").is_leaf
        ),
        "a new leaf": lambda b, a: (
            view(a, "b").serial > view(b, "b").serial and view(a, "b").is_leaf
        ),
    },
    "three-attempts-3": {
        "the gradient from before": lambda before, _: bool(view(before, "b").grad),
        "0": lambda before, _: view(before, "b").grad == (0.0,),
        "None": lambda before, _: view(before, "b").grad is None,
    },
    "whole-loop-2": {
        "at exactly 1 and 2": gap(-1.0, 0.0),
        "close to 1 and 2": gap(0.0, 0.05),
        "still far away": gap(0.05, 10.0),
    },
    "sub-minibatches-1": {
        "four times as large": grad_is(4, lambda _: whole_gradient()),
        "the same, but for rounding": grad_is(1, lambda _: whole_gradient()),
        "a quarter of it": grad_is(0.25, lambda _: whole_gradient()),
    },
    "zero-skipped-3": {
        "settle at its least value": late_loss(0.0, 0.01),
        "swing on": late_loss(1.5, 4.0),
        "grow without end": late_loss(4.0, np.inf),
    },
    "second-backward-1": {
        "add the same once more": grad_is(2, now),
        "change nothing": stayed,
        "raise an error": raised,
    },
    "second-backward-3": {
        "add the same once more": lambda before, after: bool(
            after.last_added and np.isclose(after.last_added.b or 0.0, slope(before), rtol=1e-5)
        ),
        "change nothing": stayed,
        "raise an error": raised,
    },
    "no-grad-forward-1": {
        "fill b.grad and w.grad": lambda _, after: now(after) is not None,
        "leave both None, without a word": stayed,
        "raise an error": raised,
    },
    "no-grad-forward-2": {
        "the gradient of the loss along b": grad_is(1, slope),
        "0": grad_is(0, slope),
        "None": lambda b, a: now(a) is None and not raised(b, a),
    },
    "stale-gradient-2": {
        "give the gradient of the old line": grad_is(1, lambda shown: slope(shown, OLD_W)),
        "give the gradient of the new line": grad_is(1, slope),
        "raise an error": raised,
    },
    "in-place-and-versions-2": {
        "give the right gradient": grad_is(1, slope),
        "give twice the gradient": grad_is(2, slope),
        "raise an error": raised,
    },
}


@each_ask
def test_that_the_answer_is_what_comes_true_and_nothing_else_is(lesson: Lesson, stop: int) -> None:
    ask, facts = ask_of(lesson, stop), FACTS[f"{lesson.id}-{stop}"]
    assert [*facts] == [*ask.choices]
    before, after = around(lesson, stop)
    assert [choice for choice, holds in facts.items() if holds(before, after)] == [ask.answer]


def test_that_most_lessons_ask_something() -> None:
    assert set(FACTS) == set(NAMES)
    assert len({lesson.id for lesson, _ in ASKS}) == len(LESSONS)


@each_ask
def test_that_what_is_asked_is_short_and_whole(lesson: Lesson, stop: int) -> None:
    ask = ask_of(lesson, stop)
    assert len(ask.text) <= 140
    assert ask.text.endswith("?")
    assert len(ask.why) <= 110
    assert ask.why.endswith(".")
    assert 2 <= len(ask.choices) <= len(LETTERS)
    assert all(len(choice) <= 36 and not choice.endswith(".") for choice in ask.choices)


def test_that_the_answer_is_not_always_in_the_same_place() -> None:
    places = [ask_of(*each).choices.index(ask_of(*each).answer) for each in ASKS]
    assert {*places} == {0, 1, 2}


# --- going to a stop that asks


@each_ask
def test_that_a_stop_waits_for_the_guess_and_is_then_as_without_it(
    lesson: Lesson, stop: int
) -> None:
    controller, ask = opened(lesson, stop), ask_of(lesson, stop)
    shown = controller.snapshot()
    assert shown.question is not None
    assert (shown.question.text, shown.question.choices) == (ask.text, ask.choices)
    assert (shown.question.at_stop, shown.at_stop, shown.stop) == (True, False, stop)
    assert shown.index == around(lesson, stop)[0].index
    told = controller.guess(ask.answer)
    assert (told.at_stop, told.stop, told.question) == (True, stop, None)
    assert told.verdict is not None
    assert (told.verdict.right, told.verdict.why) == (True, ask.why)
    plain = cpu()
    plain.open_lesson(lesson)
    assert picture(controller.set_predicting(False)) == picture(plain.go_to_stop(stop))
    assert controller.snapshot().at_stop


def test_that_a_wrong_guess_at_a_stop_reaches_it_as_well() -> None:
    lesson = next(lesson for lesson in LESSONS if lesson.id == "accumulated-gradients")
    shown = opened(lesson, 1).guess("0")
    assert shown.verdict is not None
    assert (shown.at_stop, shown.verdict.right) == (True, False)
    assert shown.verdict.outcome == "twice what it holds now"


def test_that_a_stop_can_be_seen_without_a_guess() -> None:
    shown = opened(*ASKS[0]).reveal()
    assert (shown.at_stop, shown.verdict) == (True, None)


def test_that_a_stop_that_repeats_asks_before_any_of_it() -> None:
    lesson = next(lesson for lesson in LESSONS if lesson.id == "zero-skipped")
    controller = opened(lesson, 3)
    shown = controller.snapshot()
    assert shown.question is not None
    assert (shown.question.statement.id, shown.index) == ("forward", 250)
    # one step is not what was asked about: it runs, and the question goes
    assert controller.step().question is None
    assert controller.snapshot().index == 251


def test_that_the_statement_asked_about_keeps_the_question_of_the_stop() -> None:
    lesson = next(lesson for lesson in LESSONS if lesson.id == "accumulated-gradients")
    controller = opened(lesson, 1)
    asked = controller.snapshot().question
    assert controller.step().question == asked
    assert asked is not None
    assert asked.at_stop


def test_that_one_statement_that_repeats_is_not_what_the_stop_asks_about() -> None:
    lesson = next(lesson for lesson in LESSONS if lesson.id == "accumulated-gradients")
    once, asks = lesson.stops[0], lesson.stops[1].ask
    controller = opened(replace(lesson, stops=(once, Stop(("forward",), "", 3, asks))), 1)
    assert controller.snapshot().question is not None
    shown = controller.do("forward")
    assert (shown.question, shown.index) == (None, 4)


def test_that_a_stop_without_a_question_is_reached_at_once() -> None:
    lesson = next(lesson for lesson in LESSONS if lesson.id == "accumulated-gradients")
    shown = opened(lesson, 0).snapshot()
    assert (shown.question, shown.at_stop, shown.index) == (None, True, len(GRADS))


def test_that_no_number_can_be_guessed_at_a_stop() -> None:
    question = opened(*ASKS[0]).snapshot().question
    assert question is not None
    assert question.number == question.number_label == ""
