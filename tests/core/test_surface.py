"""The loss as a quadratic, and the gradients checked against it."""

import numpy as np
import pytest
import torch

from gradlab.core.checks import gradient_checks
from gradlab.core.controller import Controller
from gradlab.core.dataset import Dataset, generate
from gradlab.core.loop_position import Added, Pass
from gradlab.core.program import DataSpec, Program
from gradlab.core.snapshot import Snapshot
from gradlab.core.surface import Quadratic, quadratic
from tests.core.runs import LESSON_DATA, after

SURFACE = quadratic(LESSON_DATA.x_train, LESSON_DATA.y_train)
FLB = ("forward", "loss", "backward")


def bare_loss(data: Dataset, b: float, w: float) -> float:
    x = data.x_train.astype(np.float32).astype(np.float64)
    y = data.y_train.astype(np.float32).astype(np.float64)
    return float(((b + w * x - y) ** 2).mean())


@pytest.mark.parametrize(("b", "w"), [(0.0, 0.0), (1.0, 2.0), (-3.5, 0.25), (100.0, -7.0)])
def test_that_the_quadratic_is_the_mean_squared_error_everywhere(b: float, w: float) -> None:
    assert SURFACE.loss(b, w) == pytest.approx(bare_loss(LESSON_DATA, b, w), rel=1e-12)


@pytest.mark.parametrize(("b", "w"), [(0.0, 0.0), (1.0, 2.0), (-3.5, 0.25)])
def test_that_its_gradient_is_that_of_autograd_in_float64(b: float, w: float) -> None:
    x = torch.as_tensor(LESSON_DATA.x_train.copy()).float().double()
    y = torch.as_tensor(LESSON_DATA.y_train.copy()).float().double()
    leaves = [torch.tensor([v], dtype=torch.float64, requires_grad=True) for v in (b, w)]
    loss = ((leaves[0] + leaves[1] * x - y) ** 2).mean()
    loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    found = [leaf.grad.item() for leaf in leaves if leaf.grad is not None]
    assert SURFACE.gradient(b, w) == pytest.approx(found, rel=1e-12)


def test_that_minimum_eigenvalues_and_largest_stable_rate_are_the_lessons() -> None:
    assert SURFACE.minimum() == pytest.approx((1.023540748939672, 1.968964483224816))
    assert SURFACE.eigenvalues() == pytest.approx((0.15107055228224342, 2.4829117888451875))
    assert SURFACE.largest_stable_rate() == pytest.approx(0.8055058617004708)
    assert SURFACE.loss(1.023540748939672, 1.968964483224816) == pytest.approx(0.008044656513867748)


def test_that_the_gradient_is_nothing_at_the_minimum() -> None:
    minimum = SURFACE.minimum()
    assert minimum is not None
    assert SURFACE.gradient(*minimum) == pytest.approx((0.0, 0.0), abs=1e-12)


def test_that_points_above_one_x_have_no_single_minimum() -> None:
    assert Quadratic(x=2.0, y=1.0, xx=4.0, xy=2.0, yy=1.0).minimum() is None
    two = generate(DataSpec(n=2))
    assert quadratic(two.x_train, two.y_train).minimum() is None


@pytest.mark.parametrize(("b", "w"), [(0.0, 0.0), (1.0, 2.0), (-3.5, 0.25), (1e5, -7e4)])
def test_that_the_excess_is_the_loss_over_the_least(b: float, w: float) -> None:
    x, y = (a.astype(np.float32).astype(np.float64) for a in (
        LESSON_DATA.x_train, LESSON_DATA.y_train))  # fmt: skip
    (best_b, best_w), *_ = np.linalg.lstsq(np.hstack([np.ones_like(x), x]), y[:, 0], rcond=None)
    over = bare_loss(LESSON_DATA, b, w) - bare_loss(LESSON_DATA, best_b, best_w)
    assert SURFACE.excess(b, w) == pytest.approx(over, rel=1e-9)


def test_that_the_excess_keeps_its_digits_near_the_minimum() -> None:
    b, w = SURFACE.minimum() or (0.0, 0.0)
    assert SURFACE.excess(b, w) < 1e-30
    assert SURFACE.excess(b + 1e-9, w) == pytest.approx(1e-18, rel=1e-6)
    assert SURFACE.excess(b, w - 1e-9) == pytest.approx(1e-18 * SURFACE.xx, rel=1e-6)


def test_that_above_one_x_the_excess_is_that_of_the_height_there() -> None:
    surface = Quadratic(x=2.0, y=1.0, xx=4.0, xy=2.0, yy=1.5)
    assert surface.excess(1.0, 0.0) == 0.0
    assert surface.excess(-3.0, 2.0) == 0.0
    assert surface.excess(0.0, 2.0) == 9.0


@pytest.mark.parametrize("clearing", [True, False], ids=["clearing", "piling-up"])
@pytest.mark.parametrize(("share", "grows"), [(0.95, False), (1.05, True)], ids=["below", "above"])
def test_that_descent_grows_beyond_the_largest_stable_rate_and_not_below(
    clearing: bool, share: float, grows: bool
) -> None:
    lr = share * SURFACE.largest_stable_rate(clearing)
    x, y = LESSON_DATA.x_train.ravel(), LESSON_DATA.y_train.ravel()
    line, held = np.array([0.3, 0.1]), np.zeros(2)
    sizes = []
    for _ in range(600):
        error = line[0] + line[1] * x - y
        gradient = 2 * np.array([error.mean(), (x * error).mean()])
        held = gradient if clearing else held + gradient
        line = line - lr * held
        sizes.append(np.abs(line).max())
    assert (sizes[-1] > 1e6) == grows
    assert max(sizes) < 20 or grows


def test_that_the_limit_is_twice_as_high_where_the_gradient_is_not_cleared() -> None:
    assert SURFACE.largest_stable_rate(False) == 2 * SURFACE.largest_stable_rate()
    assert SURFACE.largest_stable_rate(True) == SURFACE.largest_stable_rate()


def test_that_the_validation_set_has_its_own_quadratic() -> None:
    x, y = LESSON_DATA.x_val, LESSON_DATA.y_val
    error = 0.5 - 2 * x.astype(np.float32).astype(np.float64) - y.astype(np.float32)
    assert quadratic(x, y).loss(0.5, -2.0) == pytest.approx((error**2).mean(), rel=1e-12)


def test_that_the_quadratic_of_several_lines_is_worked_out_together() -> None:
    b, w = np.array([0.0, 1.0, -3.5]), np.array([0.0, 2.0, 0.25])
    each = [SURFACE.loss(*pair) for pair in zip(b.tolist(), w.tolist(), strict=True)]
    assert SURFACE.loss(b, w).tolist() == pytest.approx(each, rel=1e-15)


def checks_after(*ids: str) -> Snapshot:
    return after(*ids).snapshot()


def test_that_three_ways_agree_on_the_gradient() -> None:
    checks = checks_after("forward", "loss", "backward").checks
    assert [check.name for check in checks] == ["b.grad", "w.grad"]
    for check, figure in zip(checks, (-3.1124958992004395, -1.815643072128296), strict=True):
        assert check.autograd == figure
        assert check.by_hand == pytest.approx(figure, rel=1e-6)
        assert check.by_difference == pytest.approx(check.by_hand, rel=1e-9)


def test_that_only_the_latest_backward_is_checked_where_gradients_pile_up() -> None:
    checks = checks_after("forward", "loss", "backward", "forward", "loss", "backward").checks
    assert checks[0].autograd == -3.1124958992004395


def test_that_a_stale_gradient_is_checked_at_the_line_of_its_forward_pass() -> None:
    checks = checks_after("forward", "loss", "nudge-w", "backward").checks
    assert checks[0].by_hand == pytest.approx(-3.1124958992004395, rel=1e-6)


@pytest.mark.parametrize(
    "ids", [(), ("forward", "loss"), ("forward", "loss", "backward", "zero"), ("backward",)]
)
def test_that_without_a_gradient_there_is_nothing_to_check(ids: tuple[str, ...]) -> None:
    assert checks_after(*ids).checks == ()


def added(part: int, b: float | None = -1.0, line: float | None = 0.0) -> Added:
    return Added(Pass(line, 0.0, part), b, -0.5)


def test_that_all_parts_together_are_checked_against_the_whole_set() -> None:
    checks = gradient_checks(SURFACE, [added(0), added(1, -2.0)], batches=2)
    assert [check.autograd for check in checks] == [-3.0, -1.0]
    assert checks[0].by_hand == pytest.approx(SURFACE.gradient(0.0, 0.0)[0])


@pytest.mark.parametrize(
    "turn",
    [
        [],
        [added(0)],
        [added(0), added(0)],
        [added(0), added(1, line=0.5)],
        [added(0, line=None), added(1, line=None)],
    ],
    ids=["none", "one", "the same twice", "the line moved", "unknown line"],
)
def test_that_there_is_no_check_unless_each_part_had_its_turn_once(turn: list[Added]) -> None:
    assert gradient_checks(SURFACE, turn, batches=2) == ()


def test_that_a_leaf_that_gained_nothing_is_not_checked() -> None:
    checks = gradient_checks(SURFACE, [added(0, b=None)], batches=1)
    assert [check.name for check in checks] == ["w.grad"]


@pytest.mark.parametrize(
    ("ids", "by_hand"),
    [
        (("forward", "loss", "nudge-w", "forward", "backward"), -3.1124958992004395),
        ((*FLB, "update", "forward", "loss", "backward"), -2.3184338),
    ],
)
def test_that_the_line_is_that_of_the_loss_that_was_walked(
    ids: tuple[str, ...], by_hand: float
) -> None:
    check = checks_after(*ids).checks[0]
    assert check.by_hand == pytest.approx(by_hand, rel=1e-5)
    assert check.autograd == pytest.approx(check.by_hand, rel=1e-5)


def test_that_a_detached_b_has_no_check_after_an_earlier_gradient() -> None:
    checks = checks_after(*FLB, "update", "forward-detach", "loss", "backward").checks
    assert [check.name for check in checks] == ["w.grad"]


@pytest.mark.parametrize("batches", [4, 16])
def test_that_parts_are_checked_once_all_have_been_used(batches: int) -> None:
    controller = Controller(Program(device="cpu", batches=batches))
    for _ in range(batches - 1):
        assert controller.run(FLB).checks == ()
    checks = controller.run(FLB).checks
    assert checks[0].autograd == pytest.approx(-3.1124958992004395, abs=1e-6)
    assert checks[0].by_hand == pytest.approx(-3.1124958992004395, rel=1e-6)


def test_that_a_loop_in_parts_goes_on_until_every_part_was_used() -> None:
    controller = Controller(Program(device="cpu", batches=4))
    controller.run([*FLB, "forward", *FLB, *FLB, *FLB])
    assert controller.snapshot().next_step == "forward"
    assert controller.run(FLB).next_step == "update"


def test_that_the_program_knows_its_training_set() -> None:
    assert Program().n_train == 80
