"""The loss over the statements: its words, and its switch."""

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from gradlab.core.course import Course, Way
from gradlab.core.outcome import Numbers
from gradlab.core.snapshot import EMPTY
from gradlab.qt.history_plot import HistoryPlot
from gradlab.qt.panels.loss_plot import LossPlot
from gradlab.qt.theme import LIGHT
from tests.qt.snapshots import at, of_loop, snapshot

RUN = of_loop(*(Numbers(b=0.25, w=0.5, loss=loss) for loss in (100.0, 2.5, 0.5)))


@pytest.fixture
def panel(qtbot: QtBot) -> LossPlot:
    panel = LossPlot()
    qtbot.addWidget(panel)
    panel.resize(600, 300)
    panel.show_theme(LIGHT)
    return panel


def plot(panel: LossPlot) -> HistoryPlot:
    found = panel.findChild(HistoryPlot, "loss_plot")
    assert isinstance(found, HistoryPlot)
    return found


def note(panel: LossPlot) -> str:
    return panel._note.text()


@pytest.mark.parametrize(
    ("course", "words"),
    [
        (Course(), "0.5000"),
        (Course(Way.FALLING), "0.5000  ·  falling"),
        (Course(Way.SETTLED), "0.5000  ·  settled at its least"),
        (Course(Way.GROWING), "0.5000  ·  growing"),
        (Course(Way.SWINGING, 0.25, 4.0), "0.5000  ·  swings between 0.2500 and 4.0000"),
    ],
    ids=lambda value: "" if isinstance(value, str) else value.way.name,
)
def test_that_the_note_says_the_loss_and_how_it_goes(
    panel: LossPlot, course: Course, words: str
) -> None:
    panel.show_snapshot(replace(RUN, course=course))
    assert note(panel) == words
    told = plot(panel).accessibleDescription().casefold()
    assert told.startswith("loss: 0.5000, after 3 statements.")
    assert told.endswith(words.partition("·")[2].strip())


def test_that_every_way_has_a_word(panel: LossPlot) -> None:
    said = set()
    for way in Way:
        panel.show_snapshot(replace(RUN, course=Course(way, 1.0, 2.0)))
        said.add(note(panel))
    assert len(said) == len(Way)


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (None, "no loss yet"),
        (0.0, "0"),
        (math.nan, "nan, off the scale"),
        (math.inf, "inf, off the scale"),
        (2e12, "2.000e+12, off the scale"),
        (1e12, "1.000e+12"),
    ],
)
def test_that_the_note_says_what_cannot_be_seen(
    panel: LossPlot, loss: float | None, words: str
) -> None:
    panel.show_snapshot(of_loop(Numbers(b=0.25, w=0.5, loss=loss)))
    assert note(panel) == words
    panel.grab()


def test_that_nothing_is_said_before_pytorch(panel: LossPlot) -> None:
    panel.show_snapshot(EMPTY)
    assert note(panel) == "no loss yet"


def test_that_the_note_is_of_the_current_statement(panel: LossPlot) -> None:
    panel.show_snapshot(RUN)
    panel.show_snapshot(at(2, RUN))
    assert note(panel) == "2.5000"


def test_that_the_switch_shows_powers_of_ten_and_back(panel: LossPlot) -> None:
    panel.show_snapshot(RUN)
    switch = panel.findChild(QCheckBox, "log_loss")
    assert isinstance(switch, QCheckBox)
    box = plot(panel).getPlotItem().getViewBox()
    high = box.viewRange()[1][1]
    assert high > 100
    switch.click()
    assert 2 < box.viewRange()[1][1] < 3
    panel.show_snapshot(snapshot())
    panel.show_snapshot(RUN)
    assert 2 < box.viewRange()[1][1] < 3  # it stays switched
    switch.click()
    assert box.viewRange()[1][1] == high


def test_that_a_click_in_it_is_passed_on(qtbot: QtBot, panel: LossPlot) -> None:
    panel.show_snapshot(RUN)
    panel.grab()
    with qtbot.waitSignal(panel.statementPicked) as signal:
        qtbot.mouseClick(plot(panel).viewport(), Qt.MouseButton.LeftButton, pos=QPoint(1, 50))
    assert signal.args == [0]
