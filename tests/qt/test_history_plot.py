"""The plot over the statements: what it draws."""

import math
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gradlab.core.limits import LARGEST
from gradlab.core.outcome import Numbers
from gradlab.core.outline import CURVES
from gradlab.core.snapshot import EMPTY
from gradlab.qt.history_plot import HistoryPlot, spread
from gradlab.qt.roles import Role
from gradlab.qt.theme import DARK, LIGHT, Theme
from tests.qt.history_items import (
    RUN,
    TWO,
    cursor,
    ends,
    lines,
    made,
    points,
    texts,
    view,
    words,
    x_of,
)
from tests.qt.snapshots import DATA, at, long, of_loop, pin, snapshot, twice_backward

OTHER = of_loop(*[Numbers(b=4.0, w=-2.0, b_grad=5.0, w_grad=-6.0, loss=8.0)] * 12)
UNDRAWABLE = (
    [1.0, math.nan, 1e13, -1e30, math.inf, 2.0],
    [math.nan] * 4,
    [math.inf, -math.inf],
    [1.0, 1e12, 1.0001e12],
    [5.0, 0.0, -3.0],
    [0.0, 0.0],
    [1e-300, 1e-5],
)


@pytest.fixture
def plot(qtbot: QtBot) -> HistoryPlot:
    return made(qtbot, TWO)


# --- what it draws


@pytest.mark.parametrize("name", CURVES)
def test_that_each_curve_ends_at_the_number_of_the_last_statement(qtbot: QtBot, name: str) -> None:
    plot = made(qtbot, {name: Role(name, "data")})
    plot.show_curves(RUN)
    assert RUN.numbers.b is not None
    assert RUN.numbers.w is not None
    errors = RUN.numbers.b + RUN.numbers.w * DATA.x_val - DATA.y_val
    expected = {**RUN.numbers._asdict(), "val_loss": float(np.mean(errors**2))}[name]
    assert ends(plot) == [pytest.approx(expected, rel=1e-6 if name == "val_loss" else 0)]
    assert words(plot) == [name]
    (text,) = texts(plot)
    assert text.pos().y() == pytest.approx(expected)
    assert text.pos().x() > 8


def test_that_a_curve_begins_where_there_was_a_number(plot: HistoryPlot) -> None:
    plot.show_curves(RUN)
    train, validation = lines(plot)
    assert train.getOriginalDataset()[0][0] == 2  # the first loss
    assert validation.getOriginalDataset()[0][0] == 0


def test_that_curves_without_numbers_have_no_name(plot: HistoryPlot) -> None:
    plot.show_curves(snapshot())
    assert words(plot) == ["validation"]
    plot.show_curves(RUN)
    plot.show_curves(EMPTY)
    assert "train" not in words(plot)


def test_that_the_cursor_stands_at_the_statement_and_the_curves_stay(plot: HistoryPlot) -> None:
    plot.show_curves(RUN)
    assert cursor(plot) == 8
    before = [line.getOriginalDataset()[1].tolist() for line in lines(plot)]
    plot.show_curves(at(3, RUN))
    assert cursor(plot) == 3
    assert [line.getOriginalDataset()[1].tolist() for line in lines(plot)] == before


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: str(theme.name))
@pytest.mark.parametrize("log", [False, True], ids=["linear", "log"])
def test_that_a_veil_lies_over_what_is_later_and_only_there(
    plot: HistoryPlot, theme: Theme, log: bool
) -> None:
    plot.show_theme(theme)
    plot.show_curves(RUN)
    plot.show_log(log)
    fresh = plot.grab().toImage()
    plot.show_curves(at(4, RUN))
    veiled = plot.grab().toImage()
    area, _ = view(plot)
    left, now, right = (round(x) for x in (area.left() + 2, x_of(plot, 4), area.right() - 2))
    rows = range(round(area.top()) + 12, round(area.bottom()) - 2)  # below the cursor's handle

    def changed(columns: Iterable[int]) -> list[tuple[int, int]]:
        beside = [x for x in columns if abs(x - x_of(plot, 8)) > 2]  # where the cursor was
        return [(x, y) for x in beside for y in rows if fresh.pixel(x, y) != veiled.pixel(x, y)]

    assert not changed(range(left, now - 2))
    paler = changed(range(now + 3, right))
    ground = fresh.pixelColor(left, rows[1]).lightness()
    for x, y in paler:
        before, after = fresh.pixelColor(x, y), veiled.pixelColor(x, y)
        assert abs(after.lightness() - ground) <= abs(before.lightness() - ground)
    assert {x for x, _ in paler} >= set(range(now + 3, round(x_of(plot, 8)) - 2))
    plot.show_curves(RUN)
    assert plot.grab().toImage() == fresh
    tail = round(x_of(plot, 8.15))
    colours = {fresh.pixelColor(tail, y).name().upper() for y in rows}
    assert {theme.fit, theme.data} <= colours  # no veil over the ends of the curves


def test_that_a_run_of_200_000_statements_has_few_points_and_keeps_its_peak(
    plot: HistoryPlot,
) -> None:
    values = np.sin(np.arange(200_001.0))
    values[123_457] = 50.0
    plot.show_curves(long(values.tolist()))
    for line in lines(plot):
        assert len(line.getData()[0]) <= 2 * 1024
    train, _ = lines(plot)
    x, y = train.getOriginalDataset()
    assert y.max() == 50.0
    assert abs(x[y.argmax()] - 123_457) <= 256
    _, (_, (low, high)) = view(plot)
    assert low <= -1
    assert high >= 50


@pytest.mark.parametrize("log", [False, True], ids=["linear", "log"])
def test_that_what_cannot_be_drawn_reaches_no_item(plot: HistoryPlot, log: bool) -> None:
    plot.show_log(log)
    for values in UNDRAWABLE:
        shown = long(values)
        for index in (len(values) - 1, 0):
            plot.show_curves(replace(shown, index=index, pins=(pin("A", shown),)))
            # nan is a gap in a curve
            assert not [value for value in points(plot) if abs(value) > LARGEST], values
            assert all(math.isfinite(text.pos().y()) for text in texts(plot)), values
            plot.grab()


# --- powers of ten


def test_that_the_log_axis_spans_the_powers_of_ten_of_what_is_positive(plot: HistoryPlot) -> None:
    run = of_loop(*(Numbers(b=0.25, w=0.5, loss=loss) for loss in (100.0, 0.0, 0.01)))
    plot.show_curves(run)
    plot.show_log(True)
    train, validation = lines(plot)
    y = train.getData()[1]
    assert y[~np.isnan(y)].tolist() == pytest.approx([2, 2, -2, -2])
    _, (_, (low, high)) = view(plot)
    assert -2.5 < low < -2 < 2 < high < 2.5
    level = math.log10(float(np.mean((0.25 + 0.5 * DATA.x_val - DATA.y_val) ** 2)))
    assert validation.getData()[1].tolist() == pytest.approx([level] * 8)
    heights = {text.toPlainText(): text.pos().y() for text in texts(plot)}
    assert heights == {"train": pytest.approx(-2), "validation": pytest.approx(level)}
    plot.show_log(False)
    _, (_, (low, high)) = view(plot)
    assert low < 0
    assert high > 100


def test_that_a_curve_that_ends_at_zero_has_no_name_on_a_log_axis(plot: HistoryPlot) -> None:
    plot.show_curves(of_loop(Numbers(b=0.25, w=0.5, loss=0.0)))
    assert words(plot) == ["train", "validation"]
    plot.show_log(True)
    assert words(plot) == ["validation"]


# --- pinned runs


def test_that_pinned_runs_are_drawn_and_named_and_go_again(plot: HistoryPlot) -> None:
    pins = (pin("A", OTHER), pin("C", twice_backward()))
    plot.show_curves(replace(RUN, pins=pins))
    assert sorted(words(plot)) == [
        *("A train", "A validation", "C train", "C validation"),
        *("train", "validation"),
    ]
    assert RUN.val_loss is not None
    val_losses = [RUN.val_loss, *(each.val_loss for each in pins)]
    assert sorted(ends(plot)) == pytest.approx(sorted([1.25, 8.0, 2.5, *val_losses]), rel=1e-6)
    _, ((_, last), (_, high)) = view(plot)
    assert last > 12
    assert high > 8
    plot.show_curves(replace(RUN, pins=pins[1:]))
    assert sorted(words(plot)) == ["C train", "C validation", "train", "validation"]
    plot.show_curves(RUN)
    assert words(plot) == ["train", "validation"]
    assert len(lines(plot)) == 2


def test_that_pinned_runs_are_dashed_unlike_each_other_and_thinner(plot: HistoryPlot) -> None:
    pins = tuple(pin(letter, OTHER) for letter in "ABC")
    plot.show_curves(replace(RUN, pins=pins))
    pens = [line.opts["pen"] for line in lines(plot)]
    ghosts, own = pens[:6], pens[6:]
    assert len({pen.style() for pen in ghosts}) == 3
    assert Qt.PenStyle.SolidLine not in {pen.style() for pen in ghosts}
    assert max(pen.widthF() for pen in ghosts) < min(pen.widthF() for pen in own)


@pytest.mark.parametrize("log", [False, True], ids=["linear", "log"])
def test_that_names_stand_apart_where_curves_end_together(
    qtbot: QtBot, plot: HistoryPlot, log: bool
) -> None:
    numbers = [Numbers(b=b, w=1.0, loss=b) for b in (9.0, 5.0, 1.0)]
    end = float(np.mean((1.0 + DATA.x_val - DATA.y_val) ** 2))
    run = of_loop(*numbers, Numbers(b=1.0, w=1.0, loss=end))  # both curves end at one height
    plot.show_log(log)
    plot.show_curves(replace(run, pins=(pin("A", run), pin("B", run))))
    plot.show()
    qtbot.waitExposed(plot)
    assert len(texts(plot)) == 6
    areas = [text.mapRectToScene(text.boundingRect()) for text in texts(plot)]
    for one, other in combinations(areas, 2):
        assert not one.adjusted(0, 2, 0, -2).intersects(other.adjusted(0, 2, 0, -2))
    plot.hide()


def test_that_the_names_have_room_behind_the_curves_at_any_width(
    qtbot: QtBot, plot: HistoryPlot
) -> None:
    plot.show_curves(of_loop(*[Numbers(b=0.25, w=0.5, loss=2.5)] * 10))  # to the axis' end
    plot.show()
    qtbot.waitExposed(plot)
    for width in (900, 400, 300, 700):
        plot.resize(width, 320)
        QApplication.processEvents()
        area, _ = view(plot)
        for text in texts(plot):
            drawn = text.mapRectToScene(text.boundingRect())
            assert x_of(plot, 10) < drawn.left()
            assert drawn.right() <= area.right() + 1, width
    plot.hide()


@pytest.mark.parametrize(
    ("levels", "top", "wanted"),
    [
        ([], 9.0, []),
        ([1.0, 5.0], 9.0, [1.0, 5.0]),
        ([1.0, 1.0, 1.5], 9.0, [1.0, 2.0, 3.0]),
        ([8.5, 9.0], 9.0, [8.0, 9.0]),
        ([9.0, 9.0, 9.0], 9.0, [7.0, 8.0, 9.0]),
        ([3.0, 12.0], 9.0, [3.0, 9.0]),
    ],
)
def test_that_names_are_spread_below_the_top(
    levels: list[float], top: float, wanted: list[float]
) -> None:
    assert spread(levels, 1.0, top) == wanted
