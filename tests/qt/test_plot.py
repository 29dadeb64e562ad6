"""The gate before every plot item, and the curves drawn as steps."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gradlab.core.outline import Curve
from gradlab.qt.plot import (
    MOST_FANCY,
    Plot,
    StepCurve,
    Text,
    gate,
    log_span,
    passes,
    room_for,
    span,
)
from gradlab.qt.roles import PINS
from gradlab.qt.theme import DARK, LIGHT, Theme


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1.1e12, -1e38])
def test_that_nothing_undrawable_passes_the_gate(value: float) -> None:
    assert np.isnan(gate([value])).all()
    assert not passes(0.0, value)


def test_that_drawable_numbers_pass_the_gate_unchanged() -> None:
    numbers = np.array([-1e12, -0.5, 0.0, 1e-30, 1e12])
    assert gate(numbers).tolist() == numbers.tolist()
    assert passes(*numbers)


def test_that_the_gate_leaves_its_argument_alone() -> None:
    numbers = np.array([math.inf])
    gate(numbers)
    assert np.isinf(numbers).all()


def test_that_a_range_with_an_undrawable_end_is_not_shown(qtbot: QtBot) -> None:
    plot = Plot("plot")
    qtbot.addWidget(plot)
    plot.show_range((0.0, 1.0), (0.0, 2.0))
    before = plot.getPlotItem().getViewBox().viewRange()
    plot.show_range((0.0, math.nan), (0.0, 2.0))
    assert plot.getPlotItem().getViewBox().viewRange() == before


def curve(values: Sequence[float]) -> Curve:
    """Return a curve with a point for each statement."""
    numbers = np.array(values, np.float64)
    return Curve(np.arange(len(numbers), dtype=np.float64), numbers, numbers, 1)


@pytest.fixture
def plot(qtbot: QtBot) -> Plot:
    plot = Plot("plot")
    qtbot.addWidget(plot)
    return plot


@pytest.fixture
def line(plot: Plot) -> StepCurve:
    return StepCurve(plot)


def points(line: StepCurve) -> tuple[list[float], list[float]]:
    """Return the x and y that `line` draws."""
    x, y = line._curve.getOriginalDataset()
    return ([], []) if x is None else (x.tolist(), y.tolist())


def test_that_a_step_curve_is_flat_until_the_statement_that_changed_it(line: StepCurve) -> None:
    line.show_curve(curve([math.nan, 1.0, 1.0, 3.0]), tail=0.5)
    x, y = points(line)
    assert x == [1, 2, 2, 3, 3, 3.5]
    assert y == [1, 1, 1, 1, 3, 3]


def test_that_a_step_curve_without_a_number_is_empty(line: StepCurve) -> None:
    line.show_curve(curve([1.0, 2.0]))
    line.show_curve(curve([math.nan, math.nan]))
    assert points(line) == ([], [])


def test_that_a_number_that_cannot_be_drawn_is_a_gap(line: StepCurve) -> None:
    line.show_curve(curve([1.0, math.inf, 1e13, 2.0]))
    _, y = points(line)
    assert y == pytest.approx([1, 1, *[math.nan] * 4, 2, 2], nan_ok=True)


def test_that_a_point_for_several_statements_reaches_from_the_lowest_to_the_highest(
    line: StepCurve,
) -> None:
    at, low, high = np.array([0.0, 4.0]), np.array([-1.0, 0.0]), np.array([2.0, 1.0])
    line.show_curve(Curve(at, low, high, 4))
    assert points(line) == ([0, 0, 4, 4], [-1, 2, 0, 1])


@pytest.mark.parametrize("dash", [Qt.PenStyle.SolidLine, *(pin.dash for pin in PINS)])
def test_that_long_curves_have_a_solid_pen_and_gaps_where_they_are_dashed(
    line: StepCurve, dash: Qt.PenStyle
) -> None:
    line.show_style(LIGHT, "#112233", dash)
    line.show_curve(curve([0.0] * 10))
    assert line._curve.opts["pen"].style() == dash
    assert not np.isnan(points(line)[1]).any()
    line.show_curve(curve([0.0] * (MOST_FANCY + 1)))
    assert line._curve.opts["pen"].style() == Qt.PenStyle.SolidLine
    assert np.isnan(points(line)[1]).any() == (dash != Qt.PenStyle.SolidLine)


def test_that_a_step_curve_can_be_hidden(line: StepCurve) -> None:
    line.show_curve(curve([1.0]))
    assert line._curve.isVisible()
    line.setVisible(False)
    assert not line._curve.isVisible()


def test_that_the_span_holds_zero_and_every_drawable_number() -> None:
    assert span([1.0, math.inf], [-2.0, math.nan]) == (-2.0, 1.0)
    assert span([0.5], least=2.0) == (0.0, 2.0)


@pytest.mark.parametrize(
    ("columns", "powers"),
    [
        (([0.001, 1000.0], [1.0]), (-3.0, 3.0)),
        (([0.0, -5.0, 10.0], [math.nan, 1e13, math.inf]), (1.0, 1.0)),
        (([0.0, -1.0], []), (0.0, 1.0)),
    ],
)
def test_that_the_span_in_powers_of_ten_holds_every_positive_drawable_number(
    columns: tuple[list[float], ...], powers: tuple[float, float]
) -> None:
    assert log_span(*columns) == powers


def test_that_an_axis_has_room_for_all_and_seldom_moves() -> None:
    ends = [room_for(n) for n in range(100_001)]
    assert all(n <= end <= max(2 * n, 10) for n, end in enumerate(ends))
    assert ends == sorted(ends)
    assert len(set(ends)) <= 25


def test_that_html_in_a_plot_text_shows_as_typed(qtbot: QtBot) -> None:
    assert Text("<b>x</b>").toPlainText() == "<b>x</b>"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_that_a_plot_takes_the_colour_of_the_panel(qtbot: QtBot, theme: Theme) -> None:
    plot = Plot("plot", "x", "y")
    qtbot.addWidget(plot)
    plot.show_theme(theme)
    assert plot.backgroundBrush().color().name().upper() == theme.panel
