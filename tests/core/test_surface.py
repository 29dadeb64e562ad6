"""The loss as a quadratic, and the gradients checked against it."""

import numpy as np
import pytest
import torch

from gradlab.core.checks import gradient_checks
from gradlab.core.dataset import Dataset, generate
from gradlab.core.ledger import Ledger
from gradlab.core.loop_state import line_of_last_backward
from gradlab.core.program import DataSpec, Program
from gradlab.core.snapshot import Snapshot
from gradlab.core.surface import Quadratic, quadratic
from tests.core.runs import LESSON_DATA, after

SURFACE = quadratic(LESSON_DATA)


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
    assert quadratic(generate(DataSpec(n=2))).minimum() is None


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


def test_that_all_parts_together_are_checked_against_the_whole_set() -> None:
    ledgers = (Ledger(-3.0, (-1.0, -2.0)), Ledger(-1.5, (-0.5, -1.0)))
    checks = gradient_checks(SURFACE, (0.0, 0.0), ledgers, batches=2)
    assert [check.autograd for check in checks] == [-3.0, -1.5]
    assert gradient_checks(SURFACE, (0.0, 0.0), ledgers, batches=3) == ()


def test_that_a_backward_without_a_forward_has_no_line() -> None:
    assert line_of_last_backward(after("backward")._history) is None


def test_that_the_program_knows_its_training_set() -> None:
    assert Program().n_train == 80
