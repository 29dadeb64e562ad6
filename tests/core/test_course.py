"""How the loss goes, told of runs whose way is known."""

import numpy as np
import pytest

from gradlab.core.controller import Controller
from gradlab.core.course import FEWEST, UNTOLD, WINDOW, Course, Way, course
from gradlab.core.goal import Goal
from gradlab.core.history import Columns
from gradlab.core.program import Program
from gradlab.core.snapshot import EMPTY, Snapshot
from gradlab.core.statements import Step
from gradlab.core.surface import Quadratic
from tests.core.bare_torch import lesson_data
from tests.core.runs import IDS, cpu, overflowed

BOWL = Quadratic(x=0.0, y=0.0, xx=1.0, xy=0.0, yy=0.0)  # its loss is b * b + w * w


def along(*losses: float) -> Columns:
    """Return a history in which b moves so that BOWL gives these losses."""
    b = np.sqrt(np.array(losses, np.float64))
    zeros = np.zeros_like(b)
    none = np.zeros(len(b), np.uint8)
    return Columns(
        b, zeros, zeros, zeros, zeros, none.astype(np.uint32), none.astype(np.bool_), none
    )


def way(*losses: float, index: int | None = None) -> Course:
    columns = along(*losses)
    return course(columns, len(columns) - 1 if index is None else index, BOWL)


def after_epochs(epochs: int, lr: float = 0.1, skip_zero: bool = False) -> Snapshot:
    controller = cpu(lr=lr)
    controller.set_skip(Step.ZERO, skip_zero)
    return controller.advance(10**6, Goal(epochs))


def loss_at(b: float, w: float) -> float:
    x, y, _, _ = (a.astype(np.float32).astype(np.float64) for a in lesson_data())
    return float(((b + w * x - y) ** 2).mean())


# --- runs of the lesson


def test_that_of_the_start_nothing_is_said() -> None:
    assert cpu().snapshot().course == UNTOLD == Course(Way.UNKNOWN, 0.0, 0.0)
    assert EMPTY.course == UNTOLD
    assert UNTOLD.way == ""


def test_that_nothing_is_said_until_the_line_has_moved_some_times() -> None:
    controller = cpu()
    ways = [controller.step().course.way for _ in range(5 * FEWEST)]
    assert ways.index(Way.FALLING) == 5 * (FEWEST - 2) + 3  # the start counts as well
    assert set(ways) == {Way.UNKNOWN, Way.FALLING}


@pytest.mark.parametrize("epochs", [10, 100, 300], ids=str)
def test_that_the_loss_of_the_lesson_falls(epochs: int) -> None:
    assert after_epochs(epochs).course == Course(Way.FALLING)


def test_that_it_has_settled_when_a_run_to_that_goal_ends() -> None:
    controller = cpu()
    snapshot = controller.advance(10**6, Goal(settled=True))
    assert snapshot.course == Course(Way.SETTLED)
    assert controller.seek(snapshot.index - 10).course == Course(Way.FALLING)
    assert after_epochs(1000).course == Course(Way.SETTLED)


def test_that_without_zero_the_loss_swings_between_what_is_told() -> None:
    snapshot = after_epochs(60, skip_zero=True)
    columns = snapshot.columns
    lines = [(columns.b[5 * k], columns.w[5 * k]) for k in range(61)]
    later = [loss_at(b, w) for b, w in lines][len(lines) // 2 :]
    found = snapshot.course
    assert found.way is Way.SWINGING
    assert (found.low, found.high) == pytest.approx((min(later), max(later)), rel=1e-6)
    assert found.high > 1
    assert found.low < 0.1


@pytest.mark.parametrize("lr", [0.01, 0.5, 1.5], ids=str)
def test_that_without_zero_it_swings_at_every_stable_rate(lr: float) -> None:
    assert after_epochs(1000, lr, skip_zero=True).course.way is Way.SWINGING


@pytest.mark.parametrize("lr", [0.9, 1.5, -0.1], ids=str)
def test_that_with_too_high_a_rate_the_loss_grows(lr: float) -> None:
    for epochs in (20, 60, 10_000):
        snapshot = after_epochs(epochs, lr)
        assert snapshot.course == Course(Way.GROWING)
    assert snapshot.stuck


def test_that_with_the_largest_stable_rate_the_loss_falls() -> None:
    assert after_epochs(60, 0.8).course.way is Way.FALLING


def test_that_in_parts_it_is_the_loss_of_the_whole_training_set() -> None:
    controller = Controller(Program(device="cpu", batches=4))
    assert controller.advance(10**6, Goal(60)).course == Course(Way.FALLING)


def test_that_after_going_back_it_is_the_course_up_to_there() -> None:
    controller = cpu()
    early = controller.advance(10**6, Goal(30)).course
    controller.do("lr=0.9")
    assert controller.advance(10**6, Goal(120)).course.way is Way.GROWING
    assert controller.seek(150).course == early == Course(Way.FALLING)
    assert controller.seek(3).course == UNTOLD


def test_that_of_an_overflowed_run_the_last_finite_loss_is_told() -> None:
    assert overflowed().snapshot().course.way in {Way.GROWING, Way.UNKNOWN}


def test_that_steps_that_move_nothing_change_nothing() -> None:
    controller = cpu()
    before = controller.advance(10**6, Goal(30)).course
    controller.set_skip(Step.UPDATE, True)
    assert controller.run(IDS, repeat=50).course == before == Course(Way.FALLING)


# --- losses one by one


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ((9, 8, 7, 6, 5), Way.UNKNOWN),
        ((9, 8, 7, 6, 5, 4), Way.FALLING),
        ((9, 9, 9, 8, 7, 6, 5), Way.UNKNOWN),
        ((4, 5, 6, 7, 8, 9), Way.GROWING),
        ((9, 8, 7, 6, 7, 6), Way.UNKNOWN),
        ((9, 5, 8, 5, 7, 5), Way.SWINGING),
        ((9, 5, 8, 5, 4.1, 3.9, 4, 3), Way.UNKNOWN),
        ((9, 5, 8, 5, 4.1, 3.9, 4.1, 3), Way.SWINGING),
        ((9, 8, 7, 6, 5, 1e-5), Way.FALLING),
        ((9, 8, 7, 6, 5, 1e-14), Way.SETTLED),
        ((9, 5, 8, 5, 7, 0), Way.SETTLED),
        ((5, 1, 2, 3, 4, 5), Way.UNKNOWN),
        ((5, 4, 2, 3, 4, 6), Way.UNKNOWN),
        ((5, 4, 2, 3, 7, 6), Way.UNKNOWN),
        ((9, 5, 8, 5, 17, 5), Way.UNKNOWN),
    ],
    ids=str,
)
def test_that_losses_are_told_by_their_way(losses: tuple[float, ...], expected: Way) -> None:
    assert way(*losses).way is expected


def test_that_a_plain_crest_counts_once() -> None:
    assert way(9, 3, 8, 8, 3, 7, 3).way is Way.SWINGING


def test_that_swings_are_told_of_the_later_half() -> None:
    found = way(90, 1, 80, 2, 70, 3, 60, 4, 50, 5)
    assert found.way is Way.SWINGING
    assert (found.low, found.high) == pytest.approx((3.0, 60.0))


def test_that_only_what_came_before_the_statement_counts() -> None:
    losses = (9, 8, 7, 6, 5, 4, 30, 40, 50, 60, 70)
    assert way(*losses, index=5).way is Way.FALLING
    assert way(*losses, index=4).way is Way.UNKNOWN
    assert way(*losses).way is Way.GROWING


def test_that_what_lies_long_ago_does_not_count() -> None:
    first, second = 200, 3000  # where two crests are
    losses = 5 - np.arange(6000) / 1e4
    losses[[first, second]] = 9.0
    seen = [way(*losses[: first + WINDOW + k]).way for k in (-1000, -1, 0, 1, 500)]
    assert seen == [Way.SWINGING, Way.SWINGING, Way.FALLING, Way.FALLING, Way.FALLING]


def test_that_a_loss_that_falls_again_does_not_swing_any_more() -> None:
    swings, falls = [9.0, 5.0] * 20, list(np.linspace(4.9, 3, 30))
    assert way(*swings, 4.95).way is Way.SWINGING
    assert way(*swings, *falls).way is Way.FALLING


def test_that_a_loop_with_zero_again_falls_after_it_swung_without() -> None:
    controller = cpu()
    controller.set_skip(Step.ZERO, True)
    assert controller.advance(10**6, Goal(20)).course.way is Way.SWINGING
    controller.set_skip(Step.ZERO, False)
    controller.do("zero")
    snapshot = controller.advance(10**6, Goal(120))
    loss = snapshot.columns.loss[-5 * 90 :]
    assert np.all(np.diff(loss) <= 0)
    assert snapshot.course == Course(Way.FALLING)


def test_that_a_loss_that_has_settled_stays_so_when_nothing_moves_any_more() -> None:
    controller = cpu(lr=0.5)
    assert controller.advance(10**6, Goal(300)).course == Course(Way.SETTLED)
    columns = controller.advance(10**6, Goal(1300)).columns
    assert len(set(columns.b[-WINDOW:])) == 1  # as near as float32 can come
    assert controller.snapshot().course == Course(Way.SETTLED)


@pytest.mark.parametrize("beyond", [np.nan, np.inf], ids=str)
def test_that_a_loss_that_is_no_number_is_passed_over(beyond: float) -> None:
    assert way(4, 5, 6, 7, 8, 9, beyond).way is Way.GROWING
    assert way(4, 5, 6, 7, beyond, 8).way is Way.UNKNOWN
