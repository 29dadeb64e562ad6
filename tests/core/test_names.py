"""Which tensor a name stands for, how often that changed, and what an expression answers."""

import pytest
import torch

from gradlab.core.interpreter import Interpreter
from gradlab.core.outcome import OK, Kind, Outcome
from gradlab.core.snapshot import TensorView
from gradlab.core.statements import find
from tests.core.runs import GRADS, IDS, LESSON_DATA, after, cpu, cpu_program


def titled(*statement_ids: str) -> dict[tuple[str, bool], TensorView]:
    tensors = after(*statement_ids).snapshot().tensors
    return {(view.name, view.named): view for view in tensors}


def serial(name: str, *statement_ids: str) -> int:
    """Return the serial of `name` after these statements, each of them looked at."""
    controller = cpu()
    for statement_id in statement_ids:
        controller.do(statement_id)
    (view,) = (v for v in controller.snapshot().tensors if (v.name, v.named) == (name, True))
    return view.serial


# --- tensors that are no longer named


def test_that_an_update_by_assignment_leaves_the_old_leaves_with_their_gradients() -> None:
    views = titled(*GRADS, "update-reassign")
    for name, value, grad, moved in (
        ("b", 0.33669036626815796, -3.1124958992004395, 0.647939920425415),
        ("w", 0.12880940735340118, -1.815643072128296, 0.3103737235069275),
    ):
        old, new = views[name, False], views[name, True]
        assert (old.value, old.grad) == ((value,), (grad,))
        assert (old.requires_grad, old.is_leaf, old.grad_fn) == (True, True, None)
        assert (new.value, new.grad) == ((moved,), None)
        assert (new.requires_grad, new.is_leaf, new.grad_fn) == (True, False, "SubBackward0")


def test_that_a_cast_leaves_the_old_leaf_alone() -> None:
    views = titled(*GRADS, "cast-w")
    assert ("b", False) not in views
    old, new = views["w", False], views["w", True]
    assert (old.dtype, old.grad) == ("torch.float32", (-1.815643072128296,))
    assert (new.dtype, new.grad, new.is_leaf) == ("torch.float64", None, False)
    assert new.type_name == "torch.DoubleTensor"


@pytest.mark.parametrize("statement_id", ["update", "update-data", "nudge-w", "zero", "zero-none"])
def test_that_a_change_in_place_leaves_every_leaf_its_name(statement_id: str) -> None:
    assert all(named for _, named in titled(*GRADS, statement_id))


def test_that_what_is_no_longer_named_is_never_told_as_changed() -> None:
    snapshot = after(*GRADS).do("update-reassign")
    assert ("b", "serial") in snapshot.changed
    assert ("b", "grad") in snapshot.changed
    assert after(*GRADS, "update-reassign").do("lr=0.5").changed == frozenset()


# --- the serial


@pytest.mark.parametrize(
    ("name", "statement_ids", "expected"),
    [
        ("b", (), 0),
        ("b", (*GRADS, "update", "zero"), 0),
        ("b", (*GRADS, "update-data"), 0),
        ("b", (*GRADS, "update-reassign"), 1),
        ("w", (*GRADS, "nudge-w"), 0),
        ("w", ("cast-w",), 1),
        ("w", ("cast-w", "cast-w"), 1),
        ("yhat", ("forward",), 0),
        ("yhat", ("forward", "loss", "forward"), 1),
        ("yhat", ("forward", "retain-yhat-grad"), 0),
        ("error", ("forward", "loss", "error-inplace"), 0),
        ("error", ("forward", "loss", "loss"), 1),
        ("loss", ("forward-no-grad", "loss", "loss-false-cure"), 0),
        ("loss", (*GRADS, "loss-vector", "loss"), 2),
        ("x_train_tensor", (*IDS, *IDS), 0),
    ],
    ids=lambda value: "-".join(value) or "start" if isinstance(value, tuple) else str(value),
)
def test_that_the_serial_counts_new_tensors_and_no_change_in_place(
    name: str, statement_ids: tuple[str, ...], expected: int
) -> None:
    assert serial(name, *statement_ids) == expected


def test_that_the_serial_counts_what_was_run_without_a_look_as_well() -> None:
    (yhat,) = (v for v in cpu().run(["forward"], repeat=5).tensors if v.name == "yhat")
    assert yhat.serial == 4


# --- answers


@pytest.mark.parametrize(
    ("statement_ids", "answer"),
    [
        (("numpy-b-detached",), "array([0.33669037], dtype=float32)"),
        (("forward", "read-yhat-grad"), "None"),
        (("forward", "retain-yhat-grad", "read-yhat-grad"), "None"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_that_an_expression_answers_as_python_prints_it(
    statement_ids: tuple[str, ...], answer: str
) -> None:
    outcome = after(*statement_ids).snapshot().outcome
    assert (outcome.kind, outcome.answer) == (Kind.OK, answer)
    assert answer in after(*statement_ids).snapshot().caption.text


def test_that_a_kept_gradient_of_yhat_is_two_eightieths_of_the_errors() -> None:
    snapshot = after("forward", "retain-yhat-grad", "loss", "backward", "read-yhat-grad").snapshot()
    seen = {view.name: view for view in snapshot.tensors}
    assert seen["yhat"].grad == pytest.approx([e * 2 / 80 for e in seen["error"].value])
    assert str(snapshot.outcome.answer).startswith("tensor([[")
    assert snapshot.outcome.warning is None


def test_that_an_answer_of_many_numbers_is_told_in_one_line() -> None:
    snapshot = after("forward", "retain-yhat-grad", "loss", "backward", "read-yhat-grad").snapshot()
    assert "\n" not in snapshot.caption.text
    assert len(snapshot.caption.text) < 300


def test_that_a_refused_expression_has_no_answer() -> None:
    outcome = after("numpy-b").snapshot().outcome
    assert (outcome.kind, outcome.answer, outcome.warning) == (Kind.RAISED, None, None)
    assert str(outcome.error).startswith("RuntimeError: Can't call numpy() on Tensor that requires")


@pytest.mark.parametrize("statement_id", ["forward", "loss", "update", "zero", "lr=0.5", "cast-w"])
def test_that_a_statement_that_is_no_expression_answers_nothing(statement_id: str) -> None:
    assert after(*GRADS).do(statement_id).outcome == OK == Outcome()


# --- anomaly detection


def test_that_anomaly_detection_is_off_again_in_a_fresh_run() -> None:
    program = cpu_program()
    Interpreter(program, LESSON_DATA).run(find("detect-anomaly"))
    assert torch.is_anomaly_enabled()
    Interpreter(program, LESSON_DATA)
    assert not torch.is_anomaly_enabled()


def test_that_back_over_anomaly_detection_turns_it_off_and_no_further() -> None:
    controller = after("detect-anomaly", "forward")
    controller.back()
    assert torch.is_anomaly_enabled()
    controller.back()
    assert not torch.is_anomaly_enabled()


def test_that_anomaly_detection_can_be_turned_off() -> None:
    after("detect-anomaly", "detect-anomaly-off")
    assert not torch.is_anomaly_enabled()


def test_that_anomaly_detection_names_the_operation_that_failed() -> None:
    outcome = after("detect-anomaly", "forward", "loss", "error-inplace", "backward").snapshot()
    assert "Error detected in PowBackward0" in str(outcome.outcome.warning)
