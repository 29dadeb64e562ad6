"""Level lines against the points themselves, and paths against what is in the box."""

import math

import numpy as np
import pytest

from gradlab.core.dataset import generate
from gradlab.core.program import DataSpec
from gradlab.core.surface import Quadratic, quadratic
from gradlab.qt.contours import (
    MOST_LEVELS,
    NOTHING,
    Box,
    Lines,
    cut,
    floor,
    level_line,
    levels,
    lowest,
    thinned,
    together,
    worth_showing,
)
from tests.qt.snapshots import DATA, SURFACE

VALLEY = Quadratic(x=2.0, y=1.0, xx=4.0, xy=2.0, yy=1.5)
BOX = Box(-3.0, 4.5, -0.5, 2.75)
BOTTOM = lowest(SURFACE, (0.0, 0.0))


def pieces(lines: Lines) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the pieces that are drawn, each as its b and w."""
    ends = np.flatnonzero(lines.connect == 0) + 1
    bs, ws = np.split(lines.b, ends)[:-1], np.split(lines.w, ends)[:-1]
    return list(zip(bs, ws, strict=True))


def length(lines: Lines) -> float:
    return sum(float(np.hypot(np.diff(b), np.diff(w)).sum()) for b, w in pieces(lines))


def mean_squared_error(b: np.ndarray, w: np.ndarray) -> np.ndarray:
    x, y = (c.astype(np.float32).astype(np.float64) for c in (DATA.x_train, DATA.y_train))
    return np.asarray(((b + w * x - y) ** 2).mean(axis=0))


def test_that_level_lines_are_level_sets_of_the_mean_squared_error() -> None:
    for level in levels(SURFACE, BOTTOM, BOX):
        line = level_line(SURFACE, level, BOTTOM, BOX)
        assert len(line) >= 5
        assert mean_squared_error(line.b, line.w) == pytest.approx(level, rel=1e-9)
        assert SURFACE.loss(line.b, line.w) == pytest.approx(level, rel=1e-9)


@pytest.mark.parametrize("noise", [0.0, 0.1, 3.0, 1e4])
@pytest.mark.parametrize("box", [BOX, Box(-1e6, 1e6, -1e6, 1e6), Box(0.9, 1.2, 1.8, 2.1)])
def test_that_level_lines_are_level_sets_of_any_data(noise: float, box: Box) -> None:
    data = generate(DataSpec(seed=7, n=30, noise=noise))
    surface = quadratic(data.x_train, data.y_train)
    bottom = lowest(surface, (0.0, 0.0))
    for level in levels(surface, bottom, box):
        line = level_line(surface, level, bottom, box)
        assert surface.loss(line.b, line.w) == pytest.approx(level, rel=1e-9)


def test_that_no_part_of_a_level_line_in_the_box_is_missing() -> None:
    """Along each ray from the minimum, the line has to pass where the loss has that value."""
    far = math.hypot(BOX.width, BOX.height) / 1000
    seen = 0
    for level in levels(SURFACE, BOTTOM, BOX):
        line = level_line(SURFACE, level, BOTTOM, BOX)
        for angle in np.linspace(0, 2 * math.pi, 200):
            along = math.cos(angle), math.sin(angle)
            slope = SURFACE.excess(BOTTOM[0] + along[0], BOTTOM[1] + along[1])
            reach = math.sqrt((level - SURFACE.loss(*BOTTOM)) / slope)
            place = BOTTOM[0] + reach * along[0], BOTTOM[1] + reach * along[1]
            if BOX.padded(-far).has(*place):
                seen += 1
                assert min(_distance(place, b, w) for b, w in pieces(line)) < far
    assert seen > 500


def _distance(place: tuple[float, float], b: np.ndarray, w: np.ndarray) -> float:
    """Return how far it is from `place` to a line through points."""
    first, step = np.stack([b[:-1], w[:-1]]), np.stack([np.diff(b), np.diff(w)])
    to = np.array(place)[:, None] - first
    share = np.clip((to * step).sum(axis=0) / (step**2).sum(axis=0), 0, 1)
    return float(np.hypot(*(to - share * step)).min())


def test_that_level_lines_keep_to_the_box() -> None:
    for level in levels(SURFACE, BOTTOM, BOX):
        line = level_line(SURFACE, level, BOTTOM, BOX)
        assert BOX.padded(1e-9).has(line.b, line.w).all()


def test_that_a_whole_ellipse_is_closed() -> None:
    line = level_line(SURFACE, 0.02, BOTTOM, BOX)
    assert len(pieces(line)) == 1
    assert (line.b[0], line.w[0]) == pytest.approx((line.b[-1], line.w[-1]))


def test_that_an_ellipse_out_of_the_box_is_not_drawn() -> None:
    assert len(level_line(SURFACE, 0.02, BOTTOM, Box(5.0, 6.0, 5.0, 6.0))) == 0
    # the box lies inside it
    assert len(level_line(SURFACE, 100.0, BOTTOM, BOX)) == 0


def test_that_a_level_below_the_minimum_has_no_line() -> None:
    assert len(level_line(SURFACE, 0.001, BOTTOM, BOX)) == 0
    assert len(level_line(SURFACE, math.inf, BOTTOM, BOX)) == 0


def test_that_levels_are_round_and_grow_evenly() -> None:
    found = levels(SURFACE, BOTTOM, BOX)
    assert found == [0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0]
    # around a minimum that is not next to nothing
    noisy = Quadratic(SURFACE.x, SURFACE.y, SURFACE.xx, SURFACE.xy, SURFACE.yy + 1.0)
    rises = np.array(levels(noisy, BOTTOM, BOX)) - noisy.loss(*BOTTOM)
    assert (np.diff(np.log(rises)) > 0.3).all()
    assert (np.diff(np.log(rises)) < 1.3).all()
    assert all(len(f"{level:g}") <= 5 for level in levels(noisy, BOTTOM, BOX))


def test_that_there_are_8_to_12_levels_up_to_the_highest_in_the_box() -> None:
    for box in (BOX, Box(-1e3, 1e3, -5, 5), Box(0.9, 1.2, 1.8, 2.1)):
        found = levels(SURFACE, BOTTOM, box)
        corners = [SURFACE.loss(b, w) for b in (box.left, box.right) for w in (box.low, box.high)]
        assert len(found) == MOST_LEVELS
        assert max(corners) / 4 < found[-1] < max(corners) * 1.3


def test_that_a_surface_without_a_slope_has_no_levels() -> None:
    flat = Box(1.0, 1.0, 2.0, 2.0)
    assert levels(VALLEY, (-3.0, 2.0), Box(-3.0, -3.0, 2.0, 2.0)) == []
    assert levels(SURFACE, (1.0, 2.0), flat) == []


def test_that_levels_too_near_the_least_loss_to_tell_are_left_out() -> None:
    high = Quadratic(SURFACE.x, SURFACE.y, SURFACE.xx, SURFACE.xy, SURFACE.yy + 1e9)
    assert all(level - 1e9 > 0.9 for level in levels(high, BOTTOM, BOX))


def test_that_the_lowest_place_is_the_minimum() -> None:
    assert SURFACE.minimum() == BOTTOM


def test_that_without_a_minimum_the_nearest_lowest_place_is_found() -> None:
    start = (0.3, -0.4)
    b, w = lowest(VALLEY, start)
    assert b + 2 * w == pytest.approx(1.0)
    line = np.linspace(-5, 5, 100_001)
    nearest = np.hypot(1 - 2 * line - start[0], line - start[1]).min()
    assert math.hypot(b - start[0], w - start[1]) == pytest.approx(nearest, abs=1e-8)


def test_that_without_a_minimum_the_level_lines_are_parallel() -> None:
    bottom = lowest(VALLEY, (0.0, 0.0))
    for level in levels(VALLEY, bottom, BOX):
        for b, w in pieces(level_line(VALLEY, level, bottom, BOX)):
            assert VALLEY.loss(b, w) == pytest.approx(level, rel=1e-9)
            assert (b[-1] - b[0]) / (w[-1] - w[0]) == pytest.approx(-2.0)


def test_that_the_floor_of_a_valley_is_a_line_and_that_of_a_bowl_is_not() -> None:
    line = floor(VALLEY, BOX)
    assert VALLEY.loss(line.b, line.w) == pytest.approx(0.5)
    assert length(line) > 1.0
    assert len(floor(SURFACE, BOX)) == 0


@pytest.mark.parametrize("seed", range(20))
def test_that_a_path_is_cut_to_exactly_what_lies_in_the_box(seed: int) -> None:
    random = np.random.default_rng(seed)
    b, w = random.normal(0, 2, (2, 40)).round(random.integers(1, 4))
    b[random.integers(0, 40, 3)] = math.nan
    box = Box(-1.0, 2.0, -1.5, 1.0)
    lines = cut(b, w, box)
    assert np.isfinite(lines.b).all()
    assert box.padded(1e-12).has(lines.b, lines.w).all()
    t = (np.arange(20_000) + 0.5) / 20_000
    inside = 0.0
    for i in range(len(b) - 1):
        here = box.has(b[i] + t * (b[i + 1] - b[i]), w[i] + t * (w[i + 1] - w[i]))
        if here.any():
            inside += here.mean() * math.hypot(b[i + 1] - b[i], w[i + 1] - w[i])
    assert length(lines) == pytest.approx(inside, abs=2e-2)
    kept = set(zip(lines.b, lines.w, strict=True))
    joints = box.has(b, w)[1:-1] & np.isfinite(b[:-2]) & np.isfinite(b[2:])
    assert {(b[i + 1], w[i + 1]) for i in np.flatnonzero(joints)} <= kept


def test_that_a_path_within_the_box_stays_as_it_is() -> None:
    b, w = np.array([0.0, 1.0, 0.5]), np.array([0.0, 1.0, 0.25])
    lines = cut(b, w, BOX)
    assert lines.b.tolist() == b.tolist()
    assert lines.w.tolist() == w.tolist()
    assert lines.connect.tolist() == [1, 1, 0]


def test_that_a_path_is_joined_only_where_it_stayed_in_the_box() -> None:
    b, w = np.array([0.0, 1.0, 9.0, 1.0, 0.0]), np.array([0.0, 0.0, 0.0, 1.0, 1.0])
    parts = pieces(cut(b, w, Box(-1.0, 2.0, -1.0, 2.0)))
    assert [len(each) for each, _ in parts] == [3, 3]


def test_that_a_move_across_the_box_can_be_left_out() -> None:
    b, w = np.array([-9.0, 9.0, 0.0]), np.array([0.0, 0.0, 0.5])
    box = Box(-1.0, 1.0, -1.0, 1.0)
    assert len(pieces(cut(b, w, box))) == 2
    (rest,) = pieces(cut(b, w, box, crossing=False))
    assert (rest[0][-1], rest[1][-1]) == (0.0, 0.5)


@pytest.mark.parametrize("n", [0, 1])
def test_that_a_path_of_no_moves_has_no_lines(n: int) -> None:
    assert len(cut(np.zeros(n), np.zeros(n), BOX)) == 0
    assert len(cut(np.full(n, math.nan), np.zeros(n), BOX)) == 0
    assert len(together([])) == len(NOTHING) == 0


def test_that_moves_too_small_to_be_seen_are_left_out() -> None:
    b = np.linspace(0, 1, 10_001)
    thin, _ = thinned(b, np.zeros_like(b), 0.01, 1000)
    assert 90 <= len(thin) <= 110
    assert (thin[0], thin[-1]) == (0.0, 1.0)


def test_that_a_path_is_thinned_to_about_the_most_with_both_its_ends() -> None:
    b = np.arange(5000) % 2 + np.arange(5000) * 1e-4
    thin, w = thinned(b, np.zeros_like(b), 0.01, 1000)
    assert 900 <= len(thin) <= 1001
    assert len(w) == len(thin)
    assert (thin[0], thin[-1]) == (b[0], b[-1])


def test_that_what_is_worth_showing_holds_start_minimum_and_near_paths() -> None:
    near = np.array([0.0, 3.0]), np.array([0.0, -2.0])
    far = np.array([0.0, 1e9, math.nan]), np.array([0.0, -1e9, math.nan])
    box = worth_showing((0.0, 0.0), (1.0, 2.0), [near, far])
    assert box.holds(Box(0.0, 3.0, -2.0, 2.0))
    assert box.width < 4
    assert box.height < 5


def test_that_a_start_at_the_minimum_is_shown_with_some_room() -> None:
    box = worth_showing((1.0, 2.0), (1.0, 2.0), [])
    assert min(box.width, box.height) > 0.1


def test_that_a_box_knows_what_it_has() -> None:
    assert BOX.has(0.0, 0.0)
    assert not BOX.has(math.nan, 0.0)
    assert not BOX.has(0.0, 9.0)
    assert BOX.has(np.array([0.0, 9.0]), np.array([0.0, 0.0])).tolist() == [True, False]
    assert not BOX.holds(BOX.padded(0.1))
    assert BOX.joined(Box(9.0, 10.0, 0.0, 1.0)) == Box(-3.0, 10.0, -0.5, 2.75)
