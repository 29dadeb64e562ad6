"""A run ends at the first epoch that reaches its goal, as NumPy works it out beside it."""

from functools import cache

import numpy as np
import pytest

from gradlab.core.controller import Controller
from gradlab.core.goal import Goal, line_test
from gradlab.core.program import Program
from gradlab.core.statements import Step
from gradlab.core.surface import quadratic
from tests.core.bare_torch import BareLoop, lesson_data
from tests.core.runs import IDS, LESSON_DATA, after, cpu

MANY = 10**6
Line = tuple[float, float]


def mean_squared_error(b: float, w: float) -> float:
    x, y, _, _ = (a.astype(np.float32).astype(np.float64) for a in lesson_data())
    return float(((b + w * x - y) ** 2).mean())


def least() -> float:
    x, y, _, _ = (a.astype(np.float32).astype(np.float64) for a in lesson_data())
    (b, w), *_ = np.linalg.lstsq(np.hstack([np.ones_like(x), x]), y[:, 0], rcond=None)
    return mean_squared_error(b, w)


@cache
def losses(ids: tuple[str, ...] = IDS) -> tuple[float, ...]:
    """Return the loss of the whole training set at the start and after each bare epoch."""
    bare = BareLoop()
    found = [mean_squared_error(bare.b.item(), bare.w.item())]
    for _ in range(700):
        for statement_id in ids:
            bare.do(statement_id)
        found.append(mean_squared_error(bare.b.item(), bare.w.item()))
    return tuple(found)


def first_epoch(loss: float, ids: tuple[str, ...] = IDS) -> int:
    return next(epoch for epoch, found in enumerate(losses(ids)) if found <= loss)


def in_parts() -> Controller:
    return Controller(Program(device="cpu", batches=4))


# --- epochs


@pytest.mark.parametrize("epochs", [0, 1, 7, 100], ids=str)
def test_that_a_run_ends_after_its_last_epoch(epochs: int) -> None:
    snapshot = cpu().advance(MANY, Goal(epochs))
    assert (snapshot.index, snapshot.epochs_done) == (5 * epochs, epochs)
    assert snapshot.goal_reached


@pytest.mark.parametrize("begun", [1, 3, 5, 8], ids=str)
def test_that_epochs_count_from_the_start_of_the_history(begun: int) -> None:
    controller = after(*(IDS * 2)[:begun])
    assert controller.advance(MANY, Goal(20)).index == 100
    assert controller.advance(MANY, Goal(20)).index == 100
    assert controller.advance(MANY, Goal(21)).index == 105


def test_that_in_parts_an_epoch_has_all_of_them() -> None:
    snapshot = in_parts().advance(MANY, Goal(9))
    assert (snapshot.index, snapshot.epochs_done) == (9 * 14, 9)


@pytest.mark.parametrize(("statements", "reached"), [(49, False), (50, True), (51, True)], ids=str)
def test_that_a_goal_that_was_not_reached_is_not_told_as_reached(
    statements: int, reached: bool
) -> None:
    snapshot = cpu().advance(statements, Goal(10))
    assert (snapshot.goal_reached, snapshot.index) == (reached, min(statements, 50))


def test_that_a_run_to_no_end_reaches_nothing() -> None:
    snapshot = cpu().advance(777, Goal())
    assert (snapshot.goal_reached, snapshot.index) == (False, 777)


def test_that_without_time_one_statement_is_done() -> None:
    assert cpu().advance(MANY, Goal(), seconds=0.0).index == 1
    assert cpu().advance(MANY, Goal(), seconds=-1.0).index == 1
    assert after(*IDS).advance(MANY, Goal(), seconds=0.0).index == 10  # a turn at once


def test_that_a_snapshot_after_something_else_reaches_nothing() -> None:
    controller = cpu()
    assert controller.advance(MANY, Goal(1)).goal_reached
    assert not controller.step().goal_reached


# --- a loss

each_loss = pytest.mark.parametrize("loss", [3.0, 2.0, 0.5, 0.05, 0.0100, 0.0081], ids=str)


@each_loss
def test_that_a_run_ends_at_the_first_epoch_whose_loss_is_low_enough(loss: float) -> None:
    snapshot = cpu().advance(MANY, Goal(loss=loss))
    assert snapshot.epochs_done == first_epoch(loss)
    assert snapshot.index == 5 * first_epoch(loss)
    assert snapshot.goal_reached


@each_loss
@pytest.mark.parametrize("variant", ["zero-none", "update-data"])
def test_that_it_ends_there_with_other_cards_too(loss: float, variant: str) -> None:
    controller = cpu()
    controller.set_variant(variant)
    assert controller.advance(MANY, Goal(loss=loss)).epochs_done == first_epoch(loss)


def test_that_a_run_without_zero_passes_through_the_goal() -> None:
    controller = cpu()
    controller.set_skip(Step.ZERO, True)
    ids = ("forward", "loss", "backward", "update")
    snapshot = controller.advance(MANY, Goal(loss=0.1))
    assert snapshot.epochs_done == first_epoch(0.1, ids)
    assert max(losses(ids)[snapshot.epochs_done :]) > 1


def test_that_in_parts_it_is_the_loss_of_the_whole_training_set() -> None:
    snapshot = in_parts().advance(MANY, Goal(loss=0.05))
    assert snapshot.epochs_done == first_epoch(0.05)
    assert (snapshot.numbers.loss or 0.0) < 0.03  # that of the last part, over four


def test_that_a_loss_that_is_already_low_enough_is_reached_at_once() -> None:
    controller = cpu()
    assert controller.advance(MANY, Goal(loss=losses()[0] + 0.01)).index == 0
    assert controller.advance(MANY, Goal(loss=losses()[0] - 0.01)).index == 5


def test_that_whatever_comes_first_ends_a_run() -> None:
    epoch = first_epoch(0.05)
    assert cpu().advance(MANY, Goal(epoch - 1, loss=0.05)).epochs_done == epoch - 1
    assert cpu().advance(MANY, Goal(epoch + 1, loss=0.05)).epochs_done == epoch
    assert cpu().advance(5 * epoch - 2, Goal(loss=0.05)).index == 5 * epoch - 2


@pytest.mark.parametrize("each", [1, 2, 3, 4, 7, 33], ids=str)
@pytest.mark.parametrize(
    "goal", [Goal(12), Goal(loss=0.5), Goal(loss=0.05)], ids=["epochs", "loss", "low"]
)
def test_that_a_run_in_slices_ends_where_it_ends_at_once(goal: Goal, each: int) -> None:
    expected = cpu().advance(MANY, goal)
    controller = cpu()
    for _ in range(300):
        snapshot = controller.advance(each, goal)
        if snapshot.goal_reached:
            break
    assert snapshot.index == expected.index
    assert controller.advance(each, goal).index == expected.index


# --- settled


def test_that_a_loss_has_settled_within_a_millionth_of_the_variance_of_y() -> None:
    bottom, variance = least(), float(np.var(LESSON_DATA.y_train.astype(np.float32)))
    left = [(loss - bottom) / variance for loss in losses()]
    epoch = next(k for k, share in enumerate(left) if share <= 1e-6)
    assert left[epoch - 1] > 1.005e-6  # NumPy's own rounding cannot tip it
    snapshot = cpu().advance(MANY, Goal(settled=True))
    assert (snapshot.epochs_done, snapshot.goal_reached) == (epoch, True)
    assert cpu().advance(5 * epoch - 1, Goal(settled=True)).goal_reached is False


def test_that_a_run_that_diverges_never_settles() -> None:
    snapshot = cpu(lr=0.9).advance(MANY, Goal(settled=True))
    assert (snapshot.stuck, snapshot.goal_reached) == (True, False)


def test_that_a_run_begun_at_the_least_loss_has_settled() -> None:
    b, w = quadratic(LESSON_DATA.x_train, LESSON_DATA.y_train).minimum() or (0.0, 0.0)
    controller = cpu()
    controller.set_start(b, w)
    at_once = controller.advance(50, Goal(settled=True))
    assert (at_once.index, at_once.goal_reached) == (0, True)
    for near in (2e-4, 1.0):
        controller.set_start(b + near, w)
        assert controller.advance(MANY, Goal(settled=True)).goal_reached


def test_that_a_run_begun_far_away_has_not_settled_before_its_loss_is_small() -> None:
    controller = cpu(lr=0.5)
    controller.set_start(1e6, 1e6)
    assert controller.advance(MANY, Goal(settled=True)).goal_reached
    numbers = controller.snapshot().numbers
    assert numbers.b is not None
    assert numbers.w is not None
    assert mean_squared_error(numbers.b, numbers.w) == pytest.approx(least(), rel=1e-3)


def test_that_a_goal_of_epochs_does_not_ask_where_the_line_is() -> None:
    surface = quadratic(LESSON_DATA.x_train, LESSON_DATA.y_train)
    assert line_test(Goal(5), surface) is None


def test_that_a_line_is_tested_against_the_loss_that_was_asked_for() -> None:
    surface = quadratic(LESSON_DATA.x_train, LESSON_DATA.y_train)
    test = line_test(Goal(loss=1.0, settled=True), surface)
    assert test is not None
    for b, w in ((0.0, 0.0), (1.0, 2.0), (0.5, 1.5), (2.0, 2.0)):
        assert test(b, w) == (mean_squared_error(b, w) <= 1.0)
