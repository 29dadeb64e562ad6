"""The gate before every plot item, and the curves drawn as steps."""

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gradlab.qt.plot import Plot, StepCurve, gate, passes, span, text_item
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


def test_that_a_step_curve_is_flat_until_the_statement_that_changed_it(qtbot: QtBot) -> None:
    plot = Plot("plot")
    qtbot.addWidget(plot)
    curve = StepCurve(plot)
    curve.show_values([math.nan, 1.0, 1.0, 3.0], tail=0.5)
    x, y = curve._curve.getOriginalDataset()
    assert x.tolist() == [1, 2, 2, 3, 3, 3.5]
    assert y.tolist() == [1, 1, 1, 1, 3, 3]


def test_that_a_step_curve_without_a_number_is_empty(qtbot: QtBot) -> None:
    plot = Plot("plot")
    qtbot.addWidget(plot)
    curve = StepCurve(plot)
    curve.show_values([math.nan, math.nan])
    assert curve._curve.getData() == (None, None)


def test_that_long_curves_are_downsampled(qtbot: QtBot) -> None:
    plot = Plot("plot")
    qtbot.addWidget(plot)
    plot.resize(400, 300)
    curve = StepCurve(plot)
    plot.show_range((0.0, 1e5), (-1.0, 1.0))
    curve.show_values(np.sin(np.arange(100_000.0)))
    plot.grab()
    assert len(curve._curve.getData()[0]) < 20_000


def test_that_long_curves_are_drawn_solid(qtbot: QtBot) -> None:
    plot = Plot("plot")
    qtbot.addWidget(plot)
    curve = StepCurve(plot)
    curve.show_style("#112233", Qt.PenStyle.DashLine)
    curve.show_values(np.zeros(10))
    assert curve._curve.opts["pen"].style() == Qt.PenStyle.DashLine
    curve.show_values(np.zeros(1000))
    assert curve._curve.opts["pen"].style() == Qt.PenStyle.SolidLine


def test_that_the_span_holds_zero_and_every_drawable_number() -> None:
    assert span([1.0, math.inf], [-2.0, math.nan]) == (-2.0, 1.0)
    assert span([0.5], least=2.0) == (0.0, 2.0)


def test_that_html_in_a_plot_text_shows_as_typed(qtbot: QtBot) -> None:
    assert text_item("<b>x</b>", "#000000").toPlainText() == "<b>x</b>"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_that_a_plot_takes_the_colour_of_the_panel(qtbot: QtBot, theme: Theme) -> None:
    plot = Plot("plot", "x", "y")
    qtbot.addWidget(plot)
    plot.show_theme(theme)
    assert plot.backgroundBrush().color().name().upper() == theme.panel
