"""The parameters over the statements, in words."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from gradlab.core.outcome import Numbers
from gradlab.core.snapshot import EMPTY
from gradlab.qt.history_plot import HistoryPlot
from gradlab.qt.panels.parameter_plot import ParameterPlot
from gradlab.qt.theme import LIGHT
from tests.qt.snapshots import DATA, at, of_loop

RUN = of_loop(Numbers(b=0.25, w=0.5), Numbers(b=0.25, w=0.5), Numbers(b=-1.5, w=1e-5))


@pytest.fixture
def panel(qtbot: QtBot) -> ParameterPlot:
    panel = ParameterPlot()
    qtbot.addWidget(panel)
    panel.resize(600, 300)
    panel.show_theme(LIGHT)
    return panel


def plot(panel: ParameterPlot) -> HistoryPlot:
    found = panel.findChild(HistoryPlot, "parameter_plot")
    assert isinstance(found, HistoryPlot)
    return found


def test_that_the_note_says_what_b_and_w_are_now(panel: ParameterPlot) -> None:
    panel.show_snapshot(EMPTY)
    assert panel._note.text() == ""
    panel.show_snapshot(RUN)
    assert panel._note.text() == "b = −1.5000   w = 1.000e-05".replace("-", "−")
    panel.show_snapshot(at(2, RUN))
    assert panel._note.text() == "b = 0.2500   w = 0.5000"


def test_that_a_screen_reader_is_told_where_the_loss_is_least(panel: ParameterPlot) -> None:
    panel.show_snapshot(at(2, RUN))
    x = DATA.x_train.ravel()
    b, w = np.linalg.lstsq(np.column_stack([np.ones_like(x), x]), DATA.y_train.ravel())[0]
    assert plot(panel).accessibleDescription() == (
        "After 2 statements b is 0.2500 and w is 0.5000."
        f" The loss is least at b = {b:.4f}, w = {w:.4f}."
    )


def test_that_nothing_is_said_of_a_least_loss_where_there_is_no_single_one(
    panel: ParameterPlot,
) -> None:
    panel.show_snapshot(EMPTY)  # its surface is flat
    assert "least" not in plot(panel).accessibleDescription()


def test_that_a_click_in_it_is_passed_on(qtbot: QtBot, panel: ParameterPlot) -> None:
    panel.show_snapshot(RUN)
    panel.grab()
    with qtbot.waitSignal(panel.statementPicked) as signal:
        qtbot.mouseClick(plot(panel).viewport(), Qt.MouseButton.LeftButton, pos=QPoint(1, 50))
    assert signal.args == [0]
