import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given

from gradlab.core import setup_code
from gradlab.core.dataset import generate
from gradlab.core.errors import EngineError
from gradlab.core.interpreter import Interpreter
from gradlab.core.outcome import NUMBER_NAMES, OK, Kind, Numbers
from gradlab.core.program import DataSpec, GivenStart, Program, SeededStart, Start
from gradlab.core.snapshot import TensorView
from gradlab.core.statements import find
from tests.core.bare_torch import BareLoop
from tests.core.runs import GRADS, IDS, LESSON_DATA, anything, cpu_program, probe, sequences, values

TRIPLES = list(itertools.product(IDS, repeat=3))


def fresh(start: Start | None = None, lr: float = 0.1) -> Interpreter:
    return Interpreter(cpu_program(lr, start), LESSON_DATA)


def done(*statement_ids: str) -> Interpreter:
    interpreter = fresh()
    for statement_id in statement_ids:
        assert interpreter.run(find(statement_id)) == OK
    return interpreter


def view(interpreter: Interpreter, name: str) -> TensorView:
    return {view.name: view for view in interpreter.tensors() if view.named}[name]


def read(interpreter: Interpreter) -> Numbers:
    return interpreter.numbers(Numbers())


# --- the same as bare PyTorch


@pytest.mark.parametrize("triple", TRIPLES, ids="-".join)
def test_that_three_statements_give_what_bare_pytorch_gives(triple: tuple[str, ...]) -> None:
    interpreter, bare = fresh(), BareLoop()
    for statement_id in triple:
        outcome = interpreter.run(find(statement_id))
        record = (outcome.error, outcome.warning, outcome.answer, values(read(interpreter)))
        assert record == bare.do(statement_id)
        assert (outcome.kind is Kind.RAISED) == (outcome.error is not None)


@given(sequences)
def test_that_any_sequence_gives_what_bare_pytorch_gives(statement_ids: list[str]) -> None:
    interpreter, bare = fresh(), BareLoop()
    for statement_id in statement_ids:
        outcome = interpreter.run(find(statement_id))
        record = (outcome.error, outcome.warning, outcome.answer, values(read(interpreter)))
        assert repr(record) == repr(bare.do(statement_id))


@given(anything)
def test_that_a_statement_changes_no_number_but_those_it_declares(statement_ids: list[str]) -> None:
    interpreter = fresh()
    last = read(interpreter)
    for statement_id in statement_ids:
        statement = find(statement_id)
        if interpreter.run(statement).kind is Kind.OK:
            few = interpreter.numbers(last, statement.changes)
            assert repr(few) == repr(read(interpreter))
        last = read(interpreter)


@pytest.mark.parametrize(
    ("before", "statement_id"),
    [
        ((), "forward"),
        (("forward",), "loss"),
        (("forward", "loss"), "backward"),
        (GRADS, "update"),
        (GRADS, "zero"),
        (GRADS, "lr=0.5"),
    ],
    ids=[*IDS, "lr"],
)
def test_that_a_statement_declares_exactly_what_it_changes(
    before: tuple[str, ...], statement_id: str
) -> None:
    interpreter = done(*before)
    old = read(interpreter)
    interpreter.run(find(statement_id))
    new = read(interpreter)
    changed = {name for name in NUMBER_NAMES if getattr(old, name) != getattr(new, name)}
    assert changed == find(statement_id).changes


# --- start and data


def test_that_the_start_is_what_torch_draws_with_the_seed() -> None:
    torch.manual_seed(7)
    b, w = torch.randn(1), torch.randn(1)
    assert read(fresh(SeededStart(7))) == Numbers(b.item(), w.item())


def test_that_keptvalues_become_float32() -> None:
    expected = Numbers(float(np.float32(0.1)), float(np.float32(-1e12)))
    assert read(fresh(GivenStart(0.1, -1e12))) == expected


@pytest.mark.parametrize("start", [SeededStart(), GivenStart(1, 2)], ids=["seeded", "given"])
@pytest.mark.parametrize("name", ["b", "w"])
def test_that_b_and_w_start_as_leaves_without_a_gradient(start: Start, name: str) -> None:
    seen = view(fresh(start), name)
    assert (seen.shape, seen.dtype, seen.version) == ((1,), "torch.float32", 0)
    assert (seen.requires_grad, seen.is_leaf) == (True, True)
    assert (seen.grad, seen.grad_fn) == (None, None)


def test_that_before_the_forward_pass_there_are_only_parameters_and_data() -> None:
    names = [view.name for view in fresh().tensors()]
    assert names == ["b", "w", "x_train_tensor", "y_train_tensor"]


def test_that_the_data_tensors_are_the_points_as_float32() -> None:
    data = LESSON_DATA
    for name, column in (("x_train_tensor", data.x_train), ("y_train_tensor", data.y_train)):
        seen = view(fresh(), name)
        assert seen.value == tuple(column[:6].astype(np.float32).ravel().tolist())
        assert (seen.shape, seen.dtype, seen.requires_grad) == ((80, 1), "torch.float32", False)


def test_that_the_points_stay_whatever_the_statements_do() -> None:
    data = generate(DataSpec())
    before = data.x_train.tobytes()
    interpreter = Interpreter(cpu_program(), data)
    interpreter.run(probe("x_train[:] = 0\nx_train_tensor.zero_()"))
    assert data.x_train.tobytes() == before


# --- the tensors as a person sees them


@pytest.mark.parametrize(
    ("name", "grad_fn", "shape"),
    [
        ("yhat", "AddBackward0", (80, 1)),
        ("error", "SubBackward0", (80, 1)),
        ("loss", "MeanBackward0", ()),
    ],
    ids=["yhat", "error", "loss"],
)
def test_that_what_is_computed_knows_the_operation_that_made_it(
    name: str, grad_fn: str, shape: tuple[int, ...]
) -> None:
    seen = view(done("forward", "loss"), name)
    assert (seen.grad_fn, seen.shape) == (grad_fn, shape)
    assert (seen.requires_grad, seen.is_leaf, seen.grad) == (True, False, None)
    assert (seen.type_name, seen.device, seen.dtype) == (
        "torch.FloatTensor",
        "cpu",
        "torch.float32",
    )


def test_that_a_large_tensor_shows_its_first_six_numbers() -> None:
    bare = BareLoop()
    bare.do("forward")
    assert view(done("forward"), "yhat").value == tuple(bare.yhat.flatten().tolist()[:6])


def test_that_the_version_counts_changes_in_place() -> None:
    versions = [view(done(*ids), "b").version for ids in ((), GRADS, (*GRADS, "update"))]
    assert versions == [0, 0, 1]


def test_that_a_view_is_a_copy_that_later_statements_leave_alone() -> None:
    interpreter = done(*GRADS)
    seen = view(interpreter, "b")
    interpreter.run(find("update"))
    interpreter.run(find("zero"))
    assert (seen.value, seen.grad) == ((0.33669036626815796,), (-3.1124958992004395,))
    assert view(interpreter, "b").grad == (0.0,)


# --- autograd's own ways


def test_that_zero_keeps_the_grad_object() -> None:
    interpreter = done(*GRADS)
    interpreter.run(probe("kept = b.grad, w.grad"))
    interpreter.run(find("zero"))
    same = interpreter.run(probe("if (b.grad, w.grad) != kept: raise RuntimeError('another')"))
    assert same == OK
    interpreter.run(probe("assert b.grad is kept[0] and w.grad is kept[1]"))


def test_that_a_second_backward_adds_into_the_same_grad_object() -> None:
    interpreter = done(*GRADS)
    interpreter.run(probe("kept = b.grad"))
    for statement_id in GRADS:
        interpreter.run(find(statement_id))
    interpreter.run(probe("assert b.grad is kept"))
    assert interpreter.run(probe("assert kept.item() == -6.224991798400879")) == OK


def test_that_update_keeps_the_parameter_objects() -> None:
    interpreter = fresh()
    interpreter.run(probe("kept = b, w"))
    for statement_id in (*GRADS, "update"):
        interpreter.run(find(statement_id))
    interpreter.run(probe("assert b is kept[0] and w is kept[1]"))
    assert view(interpreter, "b").requires_grad


def test_that_the_freed_graph_is_refused_in_pytorchs_own_words() -> None:
    outcome = done(*GRADS).run(find("backward"))
    assert outcome.kind is Kind.RAISED
    assert str(outcome.error).startswith(
        "RuntimeError: Trying to backward through the graph a second time"
    )


def test_that_a_raised_statement_leaves_numbers_as_they_were() -> None:
    interpreter = done(*GRADS)
    before = interpreter.tensors()
    interpreter.run(find("backward"))
    assert interpreter.tensors() == before


def test_that_a_warning_is_told_in_pytorchs_own_words() -> None:
    outcome = done("forward").run(probe("yhat.grad"))
    assert (outcome.kind, outcome.error) == (Kind.OK, None)
    assert str(outcome.warning).startswith(
        "UserWarning: The .grad attribute of a Tensor that is not a leaf Tensor is being accessed"
    )


def test_that_a_warning_comes_again_each_time() -> None:
    interpreter = done("forward")
    first, second = (interpreter.run(probe("yhat.grad")) for _ in range(2))
    assert first == second
    assert second.warning is not None


def test_that_a_statement_that_warns_twice_and_raises_tells_all() -> None:
    code = "yhat.grad\nyhat.grad\nmissing"
    outcome = done("forward").run(probe(code))
    assert outcome.error == "NameError: name 'missing' is not defined"
    assert str(outcome.warning).count("UserWarning: ") == 2


def test_that_an_error_that_is_not_pytorchs_is_a_bug_and_comes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        fresh().run(probe("1 / 0"))


def test_that_a_parameter_that_is_no_leaf_has_no_gradient_and_nothing_warns() -> None:
    interpreter = done(*GRADS)
    interpreter.run(probe("b = b - lr * b.grad"))
    assert read(interpreter).b_grad is None
    seen = view(interpreter, "b")
    assert (seen.is_leaf, seen.grad_fn, seen.grad) == (False, "SubBackward0", None)


def test_that_a_retained_gradient_of_a_computed_tensor_is_seen() -> None:
    interpreter = done("forward", "loss")
    interpreter.run(probe("loss.retain_grad()"))
    interpreter.run(find("backward"))
    assert view(interpreter, "loss").grad == (1.0,)


def test_that_a_loss_of_many_numbers_is_none_among_the_numbers() -> None:
    interpreter = done("forward", "loss")
    interpreter.run(probe("loss = error ** 2"))
    assert read(interpreter).loss is None


def test_that_none_and_zero_are_told_apart() -> None:
    assert (read(fresh()).b_grad, read(done(*GRADS, "zero")).b_grad) == (None, 0.0)


def test_that_numbers_not_asked_for_are_those_given() -> None:
    interpreter = done(*GRADS)
    kept = Numbers(1.0, 2.0, 3.0, 4.0, 5.0)
    assert interpreter.numbers(kept, frozenset()) == kept
    assert interpreter.numbers(kept, frozenset({"w", "b_grad"})) == Numbers(
        1.0, 0.12880940735340118, -3.1124958992004395, 4.0, 5.0
    )


def test_that_the_learning_rate_is_the_programs_until_a_statement_sets_it() -> None:
    interpreter = fresh(lr=0.25)
    assert interpreter.lr == 0.25
    interpreter.run(find("lr=-1e-3"))
    assert interpreter.lr == -0.001


# --- validation loss and device


def test_that_the_validation_loss_is_the_mean_squared_error_of_the_other_points() -> None:
    data = LESSON_DATA
    line = 0.33669036626815796 + 0.12880940735340118 * data.x_val
    expected = float(((line - data.y_val) ** 2).mean())
    assert fresh().validation_loss() == pytest.approx(expected, rel=1e-6)


def test_that_the_validation_loss_follows_b_and_w_and_leaves_no_trace() -> None:
    interpreter = done(*GRADS)
    before, tensors = interpreter.validation_loss(), interpreter.tensors()
    assert interpreter.tensors() == tensors
    interpreter.run(find("update"))
    assert interpreter.validation_loss() < before


def test_that_the_validation_loss_can_be_infinite() -> None:
    interpreter = fresh()
    interpreter.run(probe("b.data.fill_(1e30)"))
    assert interpreter.validation_loss() == math.inf


def test_that_cuda_is_refused_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(EngineError) as refusal:
        Interpreter(Program(device="cuda"), LESSON_DATA)
    assert str(refusal.value) == "PyTorch finds no CUDA device here; use --device cpu or auto"


def test_that_auto_means_cuda_only_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = "cuda" if torch.cuda.is_available() else "cpu"
    assert Interpreter(Program(device="auto"), LESSON_DATA).device == usual
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert Interpreter(Program(device="auto"), LESSON_DATA).device == "cpu"


def test_that_cpu_means_cpu_even_where_there_is_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert fresh().device == "cpu"
    assert view(fresh(), "b").device == "cpu"


def test_that_a_device_that_cannot_be_used_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_code, "DATA", "raise RuntimeError('no kernel image\\nmore')")
    with pytest.raises(EngineError, match=r"PyTorch cannot use cpu: no kernel image$"):
        Interpreter(cpu_program(), LESSON_DATA)
