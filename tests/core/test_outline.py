"""The curves of a long history: few points, and every peak of it."""

import itertools
import random

import numpy as np
import pytest
from numpy.typing import NDArray

from gradlab.core.history import Columns
from gradlab.core.outcome import NUMBER_NAMES
from gradlab.core.outline import BUCKET, CURVES, MOST, VALIDATION, Curve, Outline
from gradlab.core.surface import quadratic
from tests.core.runs import IDS, LESSON_DATA, cpu

VALIDATION_LOSS = quadratic(LESSON_DATA.x_val, LESSON_DATA.y_val)
WHOLE = MOST * BUCKET  # statements from which on whole buckets are kept
LENGTHS = [
    1,
    31,
    32,
    33,
    MOST - 1,
    MOST,
    MOST + 1,
    2 * MOST,
    WHOLE // 2 + 1,
    WHOLE,
    WHOLE + 1,
    100_001,
]


def columns_of(values: NDArray[np.float64]) -> Columns:
    """Return a history with these numbers, shape (n, 5)."""
    n = len(values)
    epoch, added, none = np.ones(n, np.uint32), np.zeros(n, np.bool_), np.zeros(n, np.uint8)
    b, w, b_grad, w_grad, loss = np.ascontiguousarray(values.T)
    return Columns(b, w, b_grad, w_grad, loss, epoch, added, none)


def wild(n: int, seed: int = 0) -> NDArray[np.float64]:
    """Return numbers with peaks, gaps, and values that cannot be drawn, float32 as in a run."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, 5)).cumsum(axis=0)
    for what in (np.nan, np.inf, -np.inf, 2e12, 1e12, -1e12, 1e-30):
        values[rng.integers(0, n, size=1 + n // 50), rng.integers(0, 5)] = what
    values[: n // 3, 4] = np.nan
    return values.astype(np.float32).astype(np.float64)


def drawable(columns: Columns, name: str) -> NDArray[np.float64]:
    """Return what a curve has to show, worked out from the points themselves."""
    values: NDArray[np.float64]
    if name == VALIDATION:
        x = LESSON_DATA.x_val.astype(np.float32).astype(np.float64).ravel()
        y = LESSON_DATA.y_val.astype(np.float32).astype(np.float64).ravel()
        with np.errstate(all="ignore"):
            error = columns.b[:, None] + columns.w[:, None] * x - y
            values = (error**2).mean(axis=1)
    else:
        values = getattr(columns, name).copy()
    values[~(np.abs(values) <= 1e12)] = np.nan
    return values


def extremes(values: NDArray[np.float64], size: int) -> tuple[NDArray[np.float64], ...]:
    """Return the lowest and highest of every `size` values, nan where there are only nan."""
    padded = np.full(-(-len(values) // size) * size, np.nan)
    padded[: len(values)] = values
    groups = padded.reshape(-1, size)
    low = np.where(np.isnan(groups), np.inf, groups).min(axis=1)
    high = np.where(np.isnan(groups), -np.inf, groups).max(axis=1)
    low[np.isinf(low)], high[np.isinf(high)] = np.nan, np.nan
    return low, high


def size_for(n: int) -> int:
    size = 1
    while size * MOST < n:
        size *= 2
    return size


@pytest.mark.parametrize("n", LENGTHS, ids=str)
@pytest.mark.parametrize("name", CURVES)
def test_that_a_curve_keeps_every_peak_in_few_points(n: int, name: str) -> None:
    columns = columns_of(wild(n))
    curve = Outline(VALIDATION_LOSS).follow(columns).curve(name)
    size = size_for(n)
    low, high = extremes(drawable(columns, name), size)
    assert len(curve.at) == len(curve.low) == len(curve.high) == -(-n // size) <= MOST
    assert curve.size == size
    assert curve.at.tolist() == list(range(0, n, size))
    rounding = 1e-9 if size < BUCKET else 1e-6  # longer ones are kept in float32
    assert np.allclose(curve.low, low, rtol=rounding, atol=0, equal_nan=True)
    assert np.allclose(curve.high, high, rtol=rounding, atol=0, equal_nan=True)
    if name != VALIDATION:
        assert np.array_equal(curve.high, high, equal_nan=True)  # float32 as PyTorch gave them
        assert np.array_equal(curve.low, low, equal_nan=True)


@pytest.mark.parametrize("name", NUMBER_NAMES)
def test_that_a_short_curve_is_the_numbers_themselves(name: str) -> None:
    columns = cpu().run(IDS, repeat=100).columns
    curve = Outline(VALIDATION_LOSS).follow(columns).curve(name)
    values = getattr(columns, name)
    assert curve.size == 1
    assert np.array_equal(curve.low, values, equal_nan=True)
    assert np.array_equal(curve.high, values, equal_nan=True)
    assert not np.shares_memory(curve.low, values)


def test_that_a_number_that_was_never_there_has_no_point() -> None:
    columns = cpu().snapshot().columns
    curve = Outline(VALIDATION_LOSS).follow(columns).curve("b_grad")
    assert (curve.at.tolist(), np.isnan(curve.high).tolist()) == ([0.0], [True])


def test_that_a_diverged_run_is_drawn_up_to_1e12_without_a_warning() -> None:
    controller = cpu(lr=1e12)
    columns = controller.run(IDS, repeat=50).columns
    curves = Outline(VALIDATION_LOSS).follow(columns)
    assert np.isnan(columns.b[-1])
    for name in CURVES:
        high = curves.curve(name).high
        assert np.nanmax(np.abs(high)) <= 1e12
    assert np.isnan(curves.curve("b").high[-1])


def prefix(columns: Columns, n: int) -> Columns:
    return Columns(*(getattr(columns, name)[:n] for name in Columns.__slots__))


def same(one: Curve, other: Curve) -> bool:
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("at", "low", "high")]
    return one.size == other.size and all(np.array_equal(*p, equal_nan=True) for p in pairs)


def test_that_curves_that_grew_and_were_cut_are_those_made_at_once() -> None:
    rnd, longest = random.Random(3), 0
    rows = wild(1)
    outline = Outline(VALIDATION_LOSS)
    outline.follow(columns_of(rows))
    for step in range(60):
        if rnd.random() < 0.2:
            length = rnd.randint(1, len(rows))
            outline.cut(length)
            rows = rows[:length]
        rows = np.vstack([rows, wild(rnd.choice((1, 5, 31, 32, 300, 20_000)), seed=step)])
        columns = columns_of(rows)
        curves = outline.follow(columns)
        expected = Outline(VALIDATION_LOSS).follow(columns)
        for name in ("b", "loss", VALIDATION):
            assert same(curves.curve(name), expected.curve(name)), step
        longest = max(longest, len(rows))
    assert longest > WHOLE


@pytest.mark.parametrize("cut", [1, 31, 32, 33, 50_000, 99_999], ids=str)
def test_that_curves_given_out_stay_as_they_were(cut: int) -> None:
    rows = wild(100_000)
    outline = Outline(VALIDATION_LOSS)
    kept = outline.follow(columns_of(rows))
    before = {name: kept.curve(name) for name in CURVES}
    outline.cut(cut)
    outline.follow(columns_of(np.vstack([rows[:cut], wild(100_000, seed=1)])))
    assert all(same(kept.curve(name), before[name]) for name in CURVES)


def test_that_a_look_at_the_same_history_again_gives_the_same() -> None:
    columns = columns_of(wild(100_000))
    outline = Outline(VALIDATION_LOSS)
    one, other = outline.follow(columns), outline.follow(columns)
    assert all(same(one.curve(name), other.curve(name)) for name in CURVES)


def test_that_curves_cannot_be_written_to() -> None:
    curves = Outline(VALIDATION_LOSS).follow(columns_of(wild(1000)))
    for array in (curves.lows, curves.highs):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_that_few_bytes_are_kept_and_counted() -> None:
    outline = Outline(VALIDATION_LOSS)
    assert outline.nbytes == 0
    curves = outline.follow(columns_of(wild(100_000)))
    assert outline.nbytes == curves.lows.nbytes + curves.highs.nbytes <= 1.5 * 100_000
    outline.cut(320)
    assert outline.nbytes == 10 * 6 * 4 * 2


# --- the path of the line


@pytest.mark.parametrize(
    "index", [0, 1, 5, MOST - 1, MOST, MOST + 1, 2 * MOST - 2, 2 * MOST, 30_000], ids=str
)
def test_that_a_path_goes_from_the_start_to_the_statement_in_few_points(index: int) -> None:
    n = np.arange(30_001)
    values = np.column_stack([n / 7, -n / 3, n, n, n]).astype(np.float64)
    b, w = Outline(VALIDATION_LOSS).follow(columns_of(values)).path(index)
    assert (b[0], w[0], b[-1], w[-1]) == (0, 0, index / 7, -index / 3)
    assert len(b) == len(w) <= MOST + 1
    assert len(b) > min(index, MOST // 2)
    rows = b * 7
    assert np.allclose(rows, np.round(rows))
    assert np.all(np.diff(rows) > 0.5)


def test_that_a_path_has_a_point_for_each_move_only() -> None:
    controller = cpu()
    columns = controller.run(IDS, repeat=40).columns
    b, w = Outline(VALIDATION_LOSS).follow(columns).path(143)
    lines = [(columns.b[k], columns.w[k]) for k in range(144)]
    moved = [line for line, _ in itertools.groupby(lines)]
    assert list(zip(b.tolist(), w.tolist(), strict=True)) == moved
    assert len(moved) == 29


def test_that_a_line_beyond_the_plot_leaves_a_gap_in_the_path() -> None:
    values = np.ones((4, 5))
    values[1, 0], values[2, 1] = 2e12, np.nan
    b, w = Outline(VALIDATION_LOSS).follow(columns_of(values)).path(3)
    assert [str(value) for value in b] == ["1.0", "nan", "1.0", "1.0"]
    assert [str(value) for value in w] == ["1.0", "1.0", "nan", "1.0"]
