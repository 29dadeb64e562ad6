"""What captions claim, for every pair of statements at five places in the loop."""

import itertools
import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from gradlab.core.interpreter import Interpreter
from gradlab.core.narrate import Event, narrate
from gradlab.core.outcome import Kind, Numbers
from gradlab.core.snapshot import TensorView
from gradlab.core.statements import CATALOGUE, find
from tests.core.runs import ALL, GRADS, LESSON_DATA, cpu_program
from tests.core.walks import START

BEFORE = ((), ("forward",), ("forward", "loss"), ("forward-no-grad", "loss"), GRADS)
Views = dict[str, TensorView]
Told = tuple[str, Event, Views, Views, str]

NONE_CLAIMS: tuple[tuple[str, Callable[[Event], bool]], ...] = (
    (r"b\.grad (=|stays) None", lambda e: e.after.b_grad is None),
    (r"w\.grad (=|stays) None", lambda e: e.after.w_grad is None),
    (r"their grad is None", lambda e: (e.after.b_grad, e.after.w_grad) == (None, None)),
    (r"its grad is None", lambda e: e.after.w_grad is None),
    (r"are \*\*None\*\* now", lambda e: (e.after.b_grad, e.after.w_grad) == (None, None)),
    (r"which still held None", lambda e: e.before.b_grad is None),
    (r"w\.grad: None and", lambda e: e.before.w_grad is None),
    (r"dropped None", lambda e: e.before.b_grad is None),
    (r"and None: b\.grad", lambda e: e.before.w_grad is None),
    (r"gave None", lambda e: e.outcome.answer == "None"),
)


@cache
def every() -> tuple[Told, ...]:
    return tuple(
        told
        for done in BEFORE
        for pair in itertools.product(ALL, repeat=2)
        for told in _told(done, pair)
    )


def _told(done: tuple[str, ...], pair: tuple[str, ...]) -> Iterator[Told]:
    interpreter = Interpreter(cpu_program(start=START), LESSON_DATA)
    for statement_id in done:
        interpreter.run(find(statement_id))
    numbers, views = interpreter.numbers(Numbers()), _views(interpreter)
    for statement_id in pair:
        statement = find(statement_id)
        outcome = interpreter.run(statement)
        after, views_after = interpreter.numbers(Numbers()), _views(interpreter)
        event = Event(statement, outcome, numbers, after, 80, 1, 0.1)
        yield " ".join((*done, "|", *pair)), event, views, views_after, narrate(event).text
        numbers, views = after, views_after


def _views(interpreter: Interpreter) -> Views:
    return {view.name: view for view in interpreter.tensors() if view.named}


def ran() -> Iterator[Told]:
    return (told for told in every() if told[1].outcome.kind is Kind.OK)


def test_that_every_statement_is_told_in_sentences() -> None:
    assert len(every()) == 5 * 2 * len(CATALOGUE) ** 2
    for sequence, *_, text in every():
        assert text.endswith("."), sequence
        assert not re.search(r"\{\w*\}", text), sequence


def test_that_none_is_claimed_only_of_what_is_none() -> None:
    for sequence, event, _, _, text in ran():
        rest = text
        for pattern, holds in NONE_CLAIMS:
            if re.search(pattern, rest):
                assert holds(event), f"{sequence}: {text}"
                rest = re.sub(pattern, "", rest)
        assert "None" not in rest, f"{sequence}: {text}"


def test_that_an_error_blamed_on_a_missing_gradient_is_told_only_where_one_is_missing() -> None:
    blamed = [told for told in every() if "grad is None" in told[-1]]
    blamed = [told for told in blamed if told[1].outcome.kind is Kind.RAISED]
    assert blamed
    for sequence, event, *_ in blamed:
        assert None in (event.before.b_grad, event.before.w_grad), sequence


def test_that_a_gradient_is_called_doubled_exactly_where_it_is() -> None:
    seen = set()
    for sequence, event, _, _, text in ran():
        before, after = event.before, event.after
        doubled = event.statement is not None and event.statement.step == "backward" and all(
            old and new == 2 * old
            for old, new in ((before.b_grad, after.b_grad), (before.w_grad, after.w_grad))
        )  # fmt: skip  # as it is read
        assert ("the gradient **doubled**" in text) == doubled, f"{sequence}: {text}"
        seen.add(doubled)
    assert seen == {True, False}


def test_that_other_doubling_is_told_of_the_errors_alone() -> None:
    for sequence, event, before, after, text in ran():
        if "oubled" in text and "the gradient **doubled**" not in text:
            assert event.statement == find("error-inplace"), sequence
            twice = tuple(2 * value for value in before["error"].value)
            assert after["error"].value == twice, sequence
            assert after["error"].version == before["error"].version + 1, sequence


def test_that_a_tensor_is_called_new_only_where_it_is() -> None:
    for sequence, event, before, after, text in ran():
        if "**new**" in text:
            names = ("w",) if event.statement == find("cast-w") else ("b", "w")
            for name in names:
                assert after[name].serial == before[name].serial + 1, f"{sequence}: {text}"
                assert not after[name].is_leaf, sequence


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        ("yhat has no grad_fn", lambda v: v["yhat"].grad_fn is None),
        ("made the loss a leaf", lambda v: v["loss"].is_leaf and v["loss"].requires_grad),
        ("mean() was left out", lambda v: v["loss"].shape == (80, 1)),
        ("They are no leaves", lambda v: not v["b"].is_leaf and not v["w"].is_leaf),
        ("float64 tensor", lambda v: v["w"].dtype == "torch.float64"),
        ("keep the gradient of yhat", lambda v: v["yhat"].requires_grad),
    ],
    ids=["no-graph", "false-cure", "vector", "no-leaves", "float64", "retain"],
)
def test_that_what_is_said_of_a_tensor_is_so(words: str, holds: Callable[[Views], bool]) -> None:
    telling = [told for told in ran() if words in told[-1]]
    assert telling
    for sequence, _, _, after, text in telling:
        assert holds(after), f"{sequence}: {text}"
