import math
from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from gradlab.core.controller import Controller
from gradlab.core.outcome import NUMBER_NAMES, OK, Numbers
from gradlab.core.program import DataSpec, Program
from gradlab.core.snapshot import (
    EMPTY,
    MOST_RESIDUALS,
    MOST_TIMELINE,
    TENSOR_FIELDS,
    TensorView,
    changed_fields,
)
from tests.core.runs import GRADS, IDS, after, cpu, sequences, values

VIEW = TensorView(
    name="b",
    value=(1.0,),
    shape=(1,),
    dtype="torch.float32",
    device="cpu",
    type_name="torch.FloatTensor",
    requires_grad=True,
    is_leaf=True,
    grad_fn=None,
    grad=None,
    version=0,
)


# --- EMPTY


def test_that_the_empty_snapshot_says_that_nothing_is_ready() -> None:
    assert not EMPTY.ready
    assert EMPTY.numbers == Numbers()
    assert (EMPTY.index, EMPTY.tensors, EMPTY.timeline, EMPTY.data) == (0, (), (), None)
    assert len(EMPTY.columns) == 1
    assert "PyTorch is starting" in EMPTY.caption.text


def test_that_the_empty_snapshot_shows_the_loop_already() -> None:
    assert [statement.id for statement in EMPTY.loop] == [*IDS]
    assert EMPTY.next_step == "forward"


# --- changed_fields


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("value", (2.0,)), ("grad", (0.0,)), ("requires_grad", False), ("is_leaf", False),
        ("grad_fn", "SubBackward0"), ("version", 1), ("dtype", "torch.float64"),
        ("device", "cuda:0"), ("shape", (2,)), ("serial", 1),
    ],
    ids=[*TENSOR_FIELDS],
)  # fmt: skip  # a line each would say no more
def test_that_a_field_that_differs_is_found_alone(name: str, value: Any) -> None:
    assert changed_fields((VIEW,), (replace(VIEW, **{name: value}),)) == {("b", name)}


def test_that_equal_pictures_differ_in_nothing() -> None:
    assert changed_fields((VIEW,), (replace(VIEW),)) == frozenset()


def test_that_everything_of_a_new_tensor_is_new() -> None:
    new = replace(VIEW, name="yhat")
    assert changed_fields((VIEW,), (VIEW, new)) == {("yhat", name) for name in TENSOR_FIELDS}


def test_that_a_tensor_that_is_gone_is_not_told() -> None:
    assert changed_fields((VIEW, replace(VIEW, name="yhat")), (VIEW,)) == frozenset()


def test_that_tensors_are_matched_by_name_not_by_place() -> None:
    other = replace(VIEW, name="w", value=(3.0,))
    assert changed_fields((VIEW, other), (other, VIEW)) == frozenset()


def test_that_a_value_that_stays_nan_has_not_changed() -> None:
    before, now = (replace(VIEW, value=(float("nan"),)) for _ in range(2))
    assert changed_fields((before,), (now,)) == frozenset()


# --- a snapshot of a run


@given(sequences)
def test_that_the_parts_of_a_snapshot_agree(statement_ids: list[str]) -> None:
    controller = cpu()
    past = controller.snapshot()
    for k, statement_id in enumerate(statement_ids, 1):
        now = controller.do(statement_id)
        assert now.ready
        assert now.index == k == len(now.columns) - 1 == now.timeline[-1].index
        assert now.statement is not None
        assert now.statement.id.split("=")[0] == statement_id.split("=")[0]
        assert now.timeline[-1].outcome == now.outcome
        assert repr(now.before) == repr(past.numbers)
        assert now.changed == changed_fields(past.tensors, now.tensors)
        last = [getattr(now.columns, name)[-1] for name in NUMBER_NAMES]
        assert [None if np.isnan(v) else float(v) for v in last] == [*values(now.numbers)]
        past = now


@given(sequences)
def test_that_the_numbers_are_those_of_the_tensors(statement_ids: list[str]) -> None:
    snapshot = after(*statement_ids).snapshot()
    seen = {view.name: view for view in snapshot.tensors}
    grads = [seen[name].grad for name in ("b", "w")]
    loss = seen["loss"].value[0] if "loss" in seen else None
    assert values(snapshot.numbers) == (
        seen["b"].value[0],
        seen["w"].value[0],
        *(None if grad is None else grad[0] for grad in grads),
        loss,
    )


@pytest.mark.parametrize(
    ("before", "statement_id", "changed"),
    [
        (("forward", "loss"), "backward", {("b", "grad"), ("w", "grad")}),
        (
            GRADS,
            "update",
            {("b", "value"), ("b", "version"), ("w", "value"), ("w", "version")},
        ),
        (GRADS, "zero", {("b", "grad"), ("w", "grad")}),
        (GRADS, "backward", set()),
        (GRADS, "lr=0.5", set()),
        (("forward",), "forward", {("yhat", "serial")}),
        (("forward",), "loss", {(n, f) for n in ("error", "loss") for f in TENSOR_FIELDS}),
    ],
    ids=["backward", "update", "zero", "raised", "lr", "forward-again", "loss"],
)
def test_that_a_statement_is_shown_to_change_what_it_changes(
    before: tuple[str, ...], statement_id: str, changed: set[tuple[str, str]]
) -> None:
    assert after(*before).do(statement_id).changed == changed


def test_that_at_the_start_nothing_has_changed() -> None:
    assert cpu().snapshot().changed == frozenset()
    assert after(*GRADS).restart().changed == frozenset()


def test_that_a_snapshot_stays_as_it_was_while_the_run_goes_on() -> None:
    controller = after(*GRADS)
    kept = controller.snapshot()
    tensors, loss = kept.tensors, kept.columns.loss.tolist()[3:]
    controller.run(IDS, repeat=300)
    assert kept.tensors == tensors
    assert (kept.index, kept.columns.loss.tolist()[3:]) == (3, loss)


def test_that_a_snapshot_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        cpu().snapshot().index = 5  # type: ignore[misc]  # the assignment is what must fail


def test_that_the_timeline_holds_the_latest_statements_only() -> None:
    snapshot = cpu().run(IDS, repeat=MOST_TIMELINE)
    assert len(snapshot.timeline) == MOST_TIMELINE
    assert snapshot.timeline[-1].index == 5 * MOST_TIMELINE == snapshot.index


def test_that_residuals_are_those_of_the_first_500_points() -> None:
    controller = Controller(Program(data=DataSpec(n=1000), device="cpu"))
    residuals = controller.run(["forward", "loss"]).residuals
    assert residuals is not None
    assert residuals.shape == (MOST_RESIDUALS,) == (500,)


def test_that_the_first_snapshot_tells_the_start() -> None:
    snapshot = cpu().snapshot()
    assert (snapshot.index, snapshot.statement, snapshot.outcome) == (0, None, OK)
    assert snapshot.before == snapshot.numbers
    assert (snapshot.previous_line, snapshot.residuals) == (None, None)
    assert (snapshot.epoch, snapshot.epochs_done, snapshot.stuck) == (1, 0, False)


def test_that_a_nan_that_stays_is_not_shown_as_changed() -> None:
    controller = cpu(lr=1e12)
    controller.run([*GRADS, "update"], repeat=12)
    assert math.isnan(controller.snapshot().numbers.b or 0.0)
    controller.do("lr=0.5")
    assert controller.do("lr=0.1").changed == frozenset()
