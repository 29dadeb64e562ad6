import ast
import math
import re
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradlab.core.errors import GradlabError, ProgramError, UnknownStatementError
from gradlab.core.statements import (
    CATALOGUE,
    IN_PARTS,
    LOOP,
    NUMBERS,
    SKIPPABLE,
    Step,
    find,
    set_learning_rate,
    variants,
)


def test_that_the_loop_is_the_lessons() -> None:
    assert LOOP == ("forward", "loss", "backward", "update", "zero")


def test_that_the_loop_can_go_on_without_update_or_zero_only() -> None:
    assert frozenset({Step.UPDATE, Step.ZERO}) == SKIPPABLE


@pytest.mark.parametrize("step", LOOP)
def test_that_each_step_of_the_loop_has_its_statement(step: Step) -> None:
    assert (CATALOGUE[step].id, CATALOGUE[step].step) == (step.value, step)


@pytest.mark.parametrize(
    ("statement_id", "code"),
    [
        ("forward", "yhat = b + w * x_train_tensor"),
        ("loss", "error = yhat - y_train_tensor\nloss = (error ** 2).mean()"),
        ("backward", "loss.backward()"),
        ("update", "with torch.no_grad():\n    b -= lr * b.grad\n    w -= lr * w.grad"),
        ("zero", "b.grad.zero_()\nw.grad.zero_()"),
    ],
    ids=[*LOOP],
)
def test_that_the_code_is_the_lessons_own(statement_id: str, code: str) -> None:
    assert find(statement_id).code == code


@pytest.mark.parametrize(
    "code",
    [
        *(pytest.param(s.code, id=s.id) for s in CATALOGUE.values()),
        *(pytest.param(s.code, id=f"{s.id}-in-parts") for s in IN_PARTS.values()),
    ],
)
def test_that_every_code_is_whole_and_indented_by_four(code: str) -> None:
    assert ast.unparse(ast.parse(code)).count("\n") == code.count("\n")
    assert all((len(line) - len(line.lstrip())) % 4 == 0 for line in code.splitlines())


@pytest.mark.parametrize("statement_id", CATALOGUE)
def test_that_every_statement_says_where_it_comes_from(statement_id: str) -> None:
    source = find(statement_id).source
    assert re.fullmatch(r"lesson 3\.[\w., ]+|https://docs\.pytorch\.org/[\w./]+\.html", source)


@pytest.mark.parametrize("statement_id", [*CATALOGUE, "lr=0.5"])
def test_that_every_statement_says_what_it_is_and_what_to_expect(statement_id: str) -> None:
    statement = find(statement_id)
    assert statement.id == statement_id
    assert statement.label
    assert statement.code
    assert statement.expect.endswith(".")
    assert not re.search(r"[.!?]\s", statement.expect)  # one sentence
    assert statement.changes <= NUMBERS


def test_that_the_cards_can_hold_these() -> None:
    assert {step: [s.id for s in variants(step)] for step in LOOP} == {
        "forward": ["forward", "forward-no-grad", "forward-detach"],
        "loss": ["loss", "loss-vector"],
        "backward": ["backward", "backward-retain"],
        "update": ["update", "update-inplace", "update-reassign", "update-data"],
        "zero": ["zero", "zero-none"],
    }
    assert variants(Step.PROBE) == variants(Step.SETTING) == ()


def test_that_only_an_expression_answers() -> None:
    answering = {s.id for s in CATALOGUE.values() if s.answers}
    assert answering == {"read-yhat-grad", "type-x", "numpy-x", "numpy-b", "numpy-b-detached"}
    for statement_id in answering:
        ast.parse(find(statement_id).code, mode="eval")


def test_that_in_parts_only_what_uses_the_points_is_another_code() -> None:
    other = {i for i in CATALOGUE if find(i, 2).code != find(i).code}
    assert other == {"forward", "forward-no-grad", "forward-detach", "loss", "loss-vector"}
    assert find("forward", 2).code == (
        "part = (part + 1) % len(x_parts)\nyhat = b + w * x_parts[part]"
    )
    assert find("loss", 4).code == (
        "error = yhat - y_parts[part]\nloss = (error ** 2).mean() / len(x_parts)"
    )
    for statement_id in CATALOGUE:
        one, part = find(statement_id), find(statement_id, 2)
        assert (one.label, one.step, one.changes) == (part.label, part.step, part.changes)


@pytest.mark.parametrize(
    "statement_id", ["", "Forward", "forward ", "backward()", "lr", "forward=1", "LR=1", "lr:1"]
)
def test_that_an_unknown_id_is_refused_with_those_that_exist(statement_id: str) -> None:
    with pytest.raises(UnknownStatementError) as refusal:
        find(statement_id)
    assert str(refusal.value) == (
        f"unknown step {statement_id!r}; the steps are: {' '.join(CATALOGUE)} lr=VALUE"
    )


def test_that_both_refusals_are_gradlabs_own_errors() -> None:
    assert issubclass(UnknownStatementError, GradlabError)
    assert issubclass(ProgramError, GradlabError)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("lr=0.2", "lr = 0.2"),
        ("lr=1e-3", "lr = 0.001"),
        ("lr=-1", "lr = -1.0"),
        ("lr=0", "lr = 0.0"),
        ("lr=1000000000000", "lr = 1000000000000.0"),
    ],
    ids=lambda value: value.replace(" ", ""),
)
def test_that_a_learning_rate_is_a_statement_outside_the_loop(text: str, code: str) -> None:
    statement = find(text)
    assert (statement.step, statement.code) == (Step.SETTING, code)
    assert statement.id == code.replace(" ", "")
    assert statement.changes == frozenset()


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_that_a_learning_rate_keeps_every_bit_and_is_found_by_its_id(lr: float) -> None:
    statement = set_learning_rate(lr)
    assert find(statement.id) == statement
    assert ast.literal_eval(statement.code.removeprefix("lr = ")).hex() == lr.hex()


@pytest.mark.parametrize("text", ["", "abc", "0.1; import os", "1,5", "__import__('os')"])
def test_that_a_learning_rate_that_is_no_number_never_becomes_code(text: str) -> None:
    with pytest.raises(ProgramError) as refusal:
        find(f"lr={text}")
    assert str(refusal.value) == f"lr is {text!r}, but must be a number such as 0.1"


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e400", "1.1e12"])
def test_that_a_learning_rate_must_be_finite_and_at_most_1e12(text: str) -> None:
    with pytest.raises(ProgramError, match=r"^lr is .*, but must be a number from -1e\+12 to"):
        find(f"lr={text}")
    with pytest.raises(ProgramError, match=r"^lr is "):
        set_learning_rate(math.copysign(float(text), -1))


def test_that_the_catalogue_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        CATALOGUE["forward"] = find("loss")  # type: ignore[index]  # it is what must fail
    with pytest.raises(FrozenInstanceError):
        find("loss").code = ""  # type: ignore[misc]  # it is what must fail
