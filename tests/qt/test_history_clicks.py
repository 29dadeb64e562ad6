"""The plot over the statements: where a press on it asks to go."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from gradlab.core.snapshot import EMPTY, Snapshot
from gradlab.qt.history_plot import HistoryPlot
from gradlab.qt.theme import DARK, LIGHT
from tests.mouse import MOVE, drag, mouse
from tests.qt.history_items import RUN, TWO, made, view, x_of
from tests.qt.snapshots import at, long, pin, snapshot


@pytest.fixture
def plot(qtbot: QtBot) -> HistoryPlot:
    return made(qtbot, TWO)


class Asked(list[int]):
    """What a plot asked for."""

    def __init__(self, plot: HistoryPlot) -> None:
        super().__init__()
        plot.statementPicked.connect(self.append)


def sweep(plot: HistoryPlot, xs: Iterable[float], y: float = 150) -> None:
    """Press at the first of these columns, move to the others, and let go."""
    drag(plot.viewport(), *((x, y) for x in xs))


@pytest.mark.parametrize("statement", [0, 3, 7])
def test_that_a_click_asks_for_the_statement_under_it(plot: HistoryPlot, statement: int) -> None:
    plot.show_curves(RUN)
    asked = Asked(plot)
    sweep(plot, [x_of(plot, statement + 0.3)])
    sweep(plot, [x_of(plot, statement - 0.3)])
    assert asked == [statement, statement]


@pytest.mark.parametrize("log", [False, True], ids=["linear", "log"])
@pytest.mark.parametrize(("x", "statement"), [(1, 0), (638, 8)], ids=["left", "right"])
def test_that_a_click_beside_the_curves_asks_for_an_end(
    plot: HistoryPlot, x: int, statement: int, log: bool
) -> None:
    plot.show_log(log)
    plot.show_curves(at(4, RUN))
    asked = Asked(plot)
    sweep(plot, [x])
    sweep(plot, [x], y=-5_000)
    assert asked == [statement, statement]


def test_that_a_drag_asks_once_for_each_statement_on_its_way(plot: HistoryPlot) -> None:
    plot.show_curves(at(0, RUN))
    asked = Asked(plot)
    plot.statementPicked.connect(lambda index: plot.show_curves(at(index, RUN)))
    there = np.arange(-100.0, 900.0, 0.5).tolist()
    sweep(plot, [*there, *reversed(there)])
    assert asked == [*range(1, 9), *range(7, -1, -1)]


def test_that_a_drag_asks_once_even_if_going_there_takes_a_while(plot: HistoryPlot) -> None:
    plot.show_curves(at(0, RUN))
    asked = Asked(plot)
    sweep(plot, [x_of(plot, 6), x_of(plot, 6.1), x_of(plot, 5.9), x_of(plot, 7)])
    assert asked == [6, 7]


def test_that_moving_without_the_button_asks_for_nothing(plot: HistoryPlot) -> None:
    plot.show_curves(RUN)
    asked = Asked(plot)
    for x in range(0, 640, 20):
        mouse(plot.viewport(), MOVE, x, 100, held=False)
    assert asked == []


def test_that_only_the_left_button_goes_anywhere(qtbot: QtBot, plot: HistoryPlot) -> None:
    plot.show_curves(RUN)
    asked = Asked(plot)
    for button in (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton):
        qtbot.mouseClick(plot.viewport(), button, pos=QPointF(x_of(plot, 3), 100).toPoint())
    assert asked == []


def test_that_a_click_at_the_cursor_asks_for_nothing(plot: HistoryPlot) -> None:
    plot.show_curves(at(5, RUN))
    asked = Asked(plot)
    sweep(plot, [x_of(plot, 5)])
    assert asked == []


def test_that_nothing_is_asked_before_pytorch_or_while_showing(
    qtbot: QtBot, plot: HistoryPlot
) -> None:
    asked = Asked(plot)
    plot.show()
    qtbot.waitExposed(plot)
    plot.show_curves(EMPTY)
    sweep(plot, range(0, 640, 10))
    for theme in (LIGHT, DARK):
        plot.show_theme(theme)
        for shown in (EMPTY, snapshot(), RUN, at(0, RUN), at(5, RUN), long([1.0] * 5000)):
            for log in (True, False):
                plot.show_log(log)
                plot.show_curves(replace(shown, pins=(pin("B", RUN),)))
                plot.repaint()
    plot.hide()
    assert asked == []


def test_that_a_click_goes_anywhere_in_a_million_statements(plot: HistoryPlot) -> None:
    shown: Snapshot = long(np.zeros(1_000_001).tolist())
    plot.show_curves(shown)
    asked = Asked(plot)
    sweep(plot, [x_of(plot, 500_000)])
    assert len(asked) == 1
    _, ((first, last), _) = view(plot)
    assert abs(asked[0] - 500_000) <= (last - first) / 500  # a pixel
