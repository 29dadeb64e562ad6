import math

import numpy as np
import pytest
import torch
from hypothesis import given

from gradlab.core.controller import Controller
from gradlab.core.dataset import generate
from gradlab.core.errors import EngineError, ProgramError, UnknownStatementError
from gradlab.core.goal import Goal
from gradlab.core.outcome import SKIPPED, Kind
from gradlab.core.program import DataSpec, GivenStart, Program
from gradlab.core.snapshot import Snapshot
from gradlab.core.statements import Step, find
from tests.core.bare_torch import BareLoop
from tests.core.lesson_figures import (
    AFTER_1000_EPOCHS,
    CPU,
    GPU,
    LOSS_AT_EPOCH_1000,
    ZERO_SKIPPED_1000_EPOCHS,
    Figures,
)
from tests.core.runs import (
    GRADS,
    IDS,
    after,
    cpu,
    kinds,
    overflowed,
    picture,
    sequences,
    values,
)

both_starts = pytest.mark.parametrize(
    "figures", [pytest.param(CPU, id="cpu-start"), pytest.param(GPU, id="gpu-start")]
)


def labels(snapshot: Snapshot) -> list[str]:
    return [entry.label for entry in snapshot.timeline[1:]]


# --- the lesson's figures, every digit


@both_starts
def test_that_the_first_backward_gives_the_lessons_gradients(figures: Figures) -> None:
    numbers = cpu(start=figures.start).run(GRADS).numbers
    assert values(numbers) == (figures.b, figures.w, *figures.first_grads, figures.loss)


@both_starts
def test_that_a_second_backward_doubles_exactly(figures: Figures) -> None:
    controller = cpu(start=figures.start)
    once, twice = controller.run(GRADS).numbers, controller.run(GRADS).numbers
    assert (twice.b_grad, twice.w_grad) == figures.doubled_grads
    assert (twice.b_grad, twice.w_grad) == (2 * (once.b_grad or 0), 2 * (once.w_grad or 0))


@both_starts
def test_that_the_first_update_gives_the_lessons_line(figures: Figures) -> None:
    snapshot = cpu(start=figures.start).run([*GRADS, "update"])
    assert (snapshot.numbers.b, snapshot.numbers.w) == figures.after_first_update
    assert snapshot.previous_line == (figures.b, figures.w)


@both_starts
def test_that_1000_epochs_end_at_the_lessons_line(figures: Figures) -> None:
    snapshot = cpu(start=figures.start).run(IDS, repeat=1000)
    assert values(snapshot.numbers) == (*AFTER_1000_EPOCHS, 0.0, 0.0, LOSS_AT_EPOCH_1000)
    assert (snapshot.index, snapshot.epoch, snapshot.epochs_done) == (5000, 1000, 1000)


@pytest.mark.parametrize("lr", ZERO_SKIPPED_1000_EPOCHS, ids=str)
def test_that_1000_epochs_without_zero_swing_and_do_not_double(lr: float) -> None:
    controller = cpu(lr=lr)
    controller.set_skip(Step.ZERO, True)
    losses = controller.advance(5000, Goal(1000)).columns.loss
    last, lowest = ZERO_SKIPPED_1000_EPOCHS[lr]
    assert (float(losses[-1]), float(np.nanmin(losses))) == (last, lowest)


def test_that_1000_epochs_are_those_of_bare_pytorch_at_every_statement() -> None:
    columns = cpu().run(IDS, repeat=1000).columns
    bare = BareLoop()
    for epoch in range(1000):
        for k, statement_id in enumerate(IDS, 1 + 5 * epoch):
            *_, (b, w, b_grad, w_grad, loss) = bare.do(statement_id)
            assert (columns.b[k], columns.w[k]) == (b, w)
            if statement_id == "backward":
                assert (columns.b_grad[k], columns.w_grad[k], columns.loss[k]) == (
                    b_grad,
                    w_grad,
                    loss,
                )


# --- do, step and run


@given(sequences)
def test_that_a_run_is_bare_pytorch_word_for_word(statement_ids: list[str]) -> None:
    controller, bare = cpu(), BareLoop()
    for statement_id in statement_ids:
        snapshot = controller.do(statement_id)
        outcome = snapshot.outcome
        seen = (outcome.error, outcome.warning, outcome.answer, values(snapshot.numbers))
        assert repr(seen) == repr(bare.do(statement_id))
        assert snapshot.lr == bare.lr


@given(sequences)
def test_that_run_ends_where_single_statements_end(statement_ids: list[str]) -> None:
    controller = cpu()
    for statement_id in statement_ids:
        controller.do(statement_id)
    together, singly = picture(cpu().run(statement_ids)), picture(controller.snapshot())
    del together["changed"], singly["changed"]
    assert together == singly


def test_that_run_repeats_the_whole_list() -> None:
    snapshot = cpu().run(["forward", "lr=0.5"], repeat=2)
    assert labels(snapshot) == ["forward", "lr", "forward", "lr"]


@pytest.mark.parametrize("statement_ids", [["loss"], ["lr=0.5"]], ids=["loss", "lr"])
def test_that_after_run_no_change_is_told_that_an_earlier_statement_made(
    statement_ids: list[str],
) -> None:
    changed = after("forward").run(statement_ids).changed
    assert "yhat" not in {name for name, _ in changed}


def test_that_step_goes_round_the_loop() -> None:
    controller = cpu()
    done = [controller.step().statement for _ in range(6)]
    assert done == [find(statement_id) for statement_id in (*IDS, "forward")]


def test_that_step_goes_on_with_a_new_forward_pass_after_a_backward_that_raised() -> None:
    controller = after(*GRADS, "loss")
    raised = controller.step()
    assert (raised.outcome.kind, raised.next_step) == (Kind.RAISED, "forward")
    snapshot = [controller.step() for _ in range(3)][-1]
    assert labels(snapshot)[-4:] == ["backward()", "forward", "loss", "backward()"]
    assert kinds(snapshot)[-4:] == ["raised", "ok", "ok", "ok"]


def test_that_a_raised_statement_is_recorded_with_its_words() -> None:
    snapshot = cpu().do("zero")
    assert snapshot.outcome.error == "AttributeError: 'NoneType' object has no attribute 'zero_'"
    assert (snapshot.index, snapshot.next_step, snapshot.epochs_done) == (1, "forward", 0)
    assert kinds(snapshot) == ["raised"]


@pytest.mark.parametrize(
    ("statement_id", "error"),
    [("nope", UnknownStatementError), ("lr=nan", ProgramError), ("lr=x", ProgramError)],
    ids=str,
)
def test_that_a_refused_statement_leaves_everything_as_it_was(
    statement_id: str, error: type[Exception]
) -> None:
    controller = after(*GRADS)
    before = picture(controller.snapshot())
    with pytest.raises(error):
        controller.do(statement_id)
    with pytest.raises(error):
        controller.run(["forward", statement_id])
    assert picture(controller.snapshot()) == before


# --- the learning rate


@pytest.mark.parametrize("lr", [0.25, -0.5, 1e-7, 1e12, 0.1 + 0.2], ids=str)
def test_that_a_learning_rate_counts_from_the_next_update_on(lr: float) -> None:
    controller = after(*GRADS)
    set_ = controller.set_learning_rate(lr)
    assert (set_.lr, set_.index, set_.next_step) == (lr, 4, "update")
    b, grad = np.float32(0.33669036626815796), torch.tensor([-3.1124958992004395])
    assert controller.do("update").numbers.b == (torch.tensor([b]) - lr * grad).item()


@pytest.mark.parametrize("lr", [math.nan, math.inf, 1.1e12], ids=str)
def test_that_a_learning_rate_that_is_not_allowed_is_refused(lr: float) -> None:
    controller = cpu()
    with pytest.raises(ProgramError, match="lr is "):
        controller.set_learning_rate(lr)
    assert (controller.snapshot().index, controller.snapshot().lr) == (0, 0.1)


def test_that_the_programs_learning_rate_is_the_first() -> None:
    assert cpu(lr=0.75).snapshot().lr == 0.75


# --- skips


@pytest.mark.parametrize("step", [Step.UPDATE, Step.ZERO])
def test_that_a_skipped_step_is_recorded_and_leaves_the_tensors(step: Step) -> None:
    controller = after(*GRADS)
    controller.set_skip(step, True)
    before = controller.snapshot()
    snapshot = controller.do(step)
    assert (snapshot.outcome, snapshot.tensors) == (SKIPPED, before.tensors)
    assert (snapshot.numbers, snapshot.index) == (before.numbers, 4)
    assert kinds(snapshot)[-1] == "skipped"
    assert snapshot.changed == frozenset()


def test_that_a_skip_is_seen_in_the_program_and_can_be_taken_back() -> None:
    controller = cpu()
    assert controller.set_skip(Step.ZERO, True).program.skips == {Step.ZERO}
    assert controller.set_skip(Step.UPDATE, True).program.skips == {Step.ZERO, Step.UPDATE}
    assert controller.set_skip(Step.ZERO, False).program.skips == {Step.UPDATE}
    assert controller.set_skip(Step.ZERO, False).program.skips == {Step.UPDATE}
    assert controller.program.skips == {Step.UPDATE}


def test_that_a_skip_changes_nothing_that_was_run() -> None:
    controller = after(*IDS)
    before = picture(controller.snapshot())
    now = picture(controller.set_skip(Step.ZERO, True))
    for name in ("program", "rate_limit"):
        del before[name], now[name]
    assert now == before


def test_that_the_loop_passes_over_a_skipped_step_and_the_epoch_ends() -> None:
    controller = cpu()
    controller.set_skip(Step.ZERO, True)
    snapshot = [controller.step() for _ in range(6)][-1]
    assert kinds(snapshot) == ["ok", "ok", "ok", "ok", "skipped", "ok"]
    assert (snapshot.epoch, snapshot.epochs_done) == (2, 1)


def test_that_run_and_advance_pass_over_it_too() -> None:
    controller = cpu()
    controller.set_skip(Step.UPDATE, True)
    assert kinds(controller.run(IDS))[3] == "skipped"
    assert kinds(controller.advance(5, Goal(10)))[8] == "skipped"


@pytest.mark.parametrize("step", [Step.FORWARD, Step.LOSS, Step.BACKWARD, Step.SETTING])
def test_that_no_other_step_can_be_skipped(step: Step) -> None:
    controller = cpu()
    with pytest.raises(ProgramError, match=f"cannot skip {step}"):
        controller.set_skip(step, True)
    assert controller.program.skips == frozenset()


# --- advance and stuck


def test_that_advance_does_so_many_steps_in_loop_order() -> None:
    snapshot = after("forward").advance(6, Goal(100))
    assert labels(snapshot)[1:] == ["loss", "backward()", "update", "zero_()", "forward", "loss"]


@pytest.mark.parametrize("statements", [0, 1, 4, 5, 6, 13], ids=str)
def test_that_advance_ends_where_single_steps_end(statements: int) -> None:
    controller = cpu()
    for _ in range(statements):
        controller.step()
    together, singly = picture(cpu().advance(statements, Goal(100))), picture(controller.snapshot())
    del together["changed"], singly["changed"]
    assert together == singly


def test_that_advance_stops_at_the_end_of_the_last_epoch() -> None:
    controller = cpu()
    snapshot = controller.advance(100, Goal(3))
    assert (snapshot.index, snapshot.epochs_done, snapshot.next_step) == (15, 3, "forward")
    assert controller.advance(100, Goal(3)).index == 15
    assert controller.advance(100, Goal(4)).index == 20


def test_that_advance_ends_with_a_statement_that_raised() -> None:
    snapshot = after(*GRADS, "loss").advance(10, Goal(100))
    assert (snapshot.index, snapshot.stuck) == (5, True)
    assert snapshot.outcome.kind is Kind.RAISED


def test_that_advance_ends_as_soon_as_a_number_is_too_large() -> None:
    snapshot = cpu(lr=3.0).advance(10_000, Goal(1000))
    columns = snapshot.columns
    sizes = [np.abs(getattr(columns, name)) for name in ("b", "w", "b_grad", "w_grad")]
    assert snapshot.stuck
    assert max(float(size[-1]) for size in sizes) > 1e12
    assert max(float(np.nanmax(size[:-1])) for size in sizes) <= 1e12


def test_that_changes_of_advance_are_those_since_it_began() -> None:
    changed = after(*GRADS).advance(2, Goal(100)).changed
    assert changed == {(name, field) for name in "bw" for field in ("value", "grad", "version")}


@pytest.mark.parametrize(
    ("statement_ids", "stuck"),
    [((), False), (GRADS, False), (("zero",), True), (("zero", "forward"), False)],
    ids=["start", "well", "raised", "raised-before"],
)
def test_that_a_run_is_stuck_only_by_its_last_statement(
    statement_ids: tuple[str, ...], stuck: bool
) -> None:
    assert after(*statement_ids).snapshot().stuck is stuck


def test_that_an_overflowed_run_is_stuck() -> None:
    assert overflowed().snapshot().stuck


def test_that_the_largest_start_is_not_stuck() -> None:
    assert not cpu(start=GivenStart(1e12, -1e12)).snapshot().stuck


# --- the validation set


def test_that_the_loss_of_the_validation_set_is_told_at_every_line() -> None:
    controller = cpu()
    for _ in range(12):
        snapshot = controller.step()
        assert snapshot.val_loss == pytest.approx(controller.validation_loss(), rel=1e-5)


# --- the program


def test_that_the_lesson_is_explored_unless_something_else_is_asked_for() -> None:
    controller = Controller()
    usual = "cuda" if torch.cuda.is_available() else "cpu"
    assert controller.program == Program()
    assert controller.snapshot().device == usual


def test_that_the_data_are_those_of_the_program() -> None:
    spec = DataSpec(seed=3, n=20, true_b=-1.0)
    snapshot = Controller(Program(data=spec, device="cpu")).snapshot()
    assert snapshot.data is not None
    assert snapshot.data.x_train.tobytes() == generate(spec).x_train.tobytes()
    (x_train,) = (view for view in snapshot.tensors if view.name == "x_train_tensor")
    assert x_train.shape == (16, 1)


def test_that_a_device_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(EngineError):
        Controller(Program(device="cuda"))


def test_that_two_controllers_do_not_disturb_each_other() -> None:
    one, other = cpu(), cpu(lr=0.5)
    for statement_id in IDS:
        one.do(statement_id)
        other.do(statement_id)
    assert picture(one.snapshot()) == picture(after(*IDS).snapshot())


def test_that_the_validation_loss_falls_as_the_lesson_is_learnt() -> None:
    controller = cpu()
    data = controller.snapshot().data
    assert data is not None
    controller.run(IDS, repeat=1000)
    b, w = AFTER_1000_EPOCHS
    expected = float(((b + w * data.x_val - data.y_val) ** 2).mean())
    assert controller.validation_loss() == pytest.approx(expected, rel=1e-5)
