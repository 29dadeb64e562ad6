"""While predicting, the number that comes true can be read nowhere before the guess."""

import math
from collections.abc import Callable, Iterator

import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QGraphicsTextItem,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gradlab.app import Gradlab
from gradlab.core.number_format import format_number
from gradlab.core.program import Program
from tests.flow.hidden_number import places, snapshots, tells
from tests.flow.windows import choose, opened, press

PREDICT = "Pr&edict, then reveal"
FIRST_EPOCH = ("forward", "loss", "backward", "update", "zero")
NUMBER = -3.1125078201293945


@pytest.fixture
def gradlab(qtbot: QtBot) -> Iterator[Gradlab]:
    yield from opened(qtbot, Program(device="cpu"))


class Ahead:
    """The lesson's loop in ordinary PyTorch, which does each statement before the window does.

    Attributes:
        stood: Every number that has stood so far, and so may be shown.
    """

    def __init__(self) -> None:
        from tests.core.bare_torch import BareLoop

        self._loop = BareLoop()
        self.stood: set[float | None] = set(self._loop.values())

    def coming(self, statement_id: str) -> list[float]:
        """Do the statement, and return the numbers that it gives and that have not stood yet."""
        *_, values = self._loop.do(statement_id)
        new = {value for value in values if value is not None} - self.stood - {0.0}
        self.stood |= new
        return sorted(new)


def where(gradlab: Gradlab, numbers: list[float]) -> list[str]:
    """Return each place in both windows where one of `numbers` can be read, behind the number."""
    if not numbers:
        return []
    found = [places(root, numbers) for root in (gradlab.window, gradlab.presentation)]
    return [f"{n!r} at {place}" for each in found for n in numbers for place in each[n]]


def only_veiled(gradlab: Gradlab) -> bool:
    """Return whether whatever keeps a snapshot keeps a veiled one, or the empty one."""
    kept = [*snapshots(gradlab.window), *snapshots(gradlab.presentation)]
    assert len(kept) > 3
    return all(each.veiled or not each.ready for _, each in kept)


def predict(gradlab: Gradlab, statement_id: str, coming: list[float]) -> None:
    """Press Step, and see that the numbers are there after the guess and not before it."""
    press(gradlab, "step_button")
    question = gradlab.bridge.last.question
    assert question is not None
    assert question.statement.id == statement_id
    QApplication.processEvents()
    assert where(gradlab, coming) == []
    assert only_veiled(gradlab)
    press(gradlab, "choice_A")
    assert gradlab.bridge.last.verdict is not None
    QApplication.processEvents()
    seen = where(gradlab, coming)
    for number in coming:
        for kind in ("QTableWidget in tensor_table", "spoken"):
            assert any(place.startswith(f"{number!r} at {kind}") for place in seen)


def walk(gradlab: Gradlab) -> int:
    """Predict two epochs, zero_() skipped between them, and return how many numbers were hidden."""
    ahead, hidden = Ahead(), 0
    for epoch in (1, 2):
        for statement_id in FIRST_EPOCH:
            if statement_id == "forward":
                ahead.coming("forward")
                press(gradlab, "step_button")
            elif statement_id == "zero" and epoch == 1:
                press(gradlab, "skip_zero", "step_button", "choice_C")
            else:
                coming = ahead.coming(statement_id)
                hidden += len(coming)
                predict(gradlab, statement_id, coming)
    return hidden


def test_that_the_number_to_come_is_hidden_until_it_has_been_guessed(gradlab: Gradlab) -> None:
    choose(gradlab, PREDICT)
    assert walk(gradlab) == 10


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1024, 700)])
def test_that_it_is_hidden_in_a_narrow_window_where_panels_stand_behind_tabs(
    gradlab: Gradlab, width: int, height: int
) -> None:
    gradlab.window.resize(width, height)
    QApplication.processEvents()
    choose(gradlab, PREDICT)
    assert walk(gradlab) == 10


def test_that_it_is_hidden_where_it_has_been_seen_before(gradlab: Gradlab) -> None:
    for name in (*FIRST_EPOCH[:-1], "forward", "loss", "backward", "update"):
        press(gradlab, f"{name}_button")
    press(gradlab, "pin_button", "timeline_start")
    choose(gradlab, PREDICT)
    assert walk(gradlab) == 10


def test_that_it_is_hidden_again_when_it_was_undone(gradlab: Gradlab) -> None:
    choose(gradlab, PREDICT)
    ahead = Ahead()
    ahead.coming("forward")
    press(gradlab, "step_button")
    for statement_id in ("loss", "backward", "update"):
        coming = ahead.coming(statement_id)
        predict(gradlab, statement_id, coming)
        press(gradlab, "back_button")
        predict(gradlab, statement_id, coming)


def test_that_it_is_hidden_in_a_presentation(gradlab: Gradlab) -> None:
    choose(gradlab, PREDICT)
    gradlab.presentation.start()
    try:
        assert walk(gradlab) == 10
    finally:
        gradlab.presentation.leave()


def test_that_all_of_it_can_be_done_with_the_keyboard(qtbot: QtBot, gradlab: Gradlab) -> None:
    window, key = gradlab.window, Qt.Key

    def hit(*keys: Qt.Key) -> None:
        for each in keys:
            focused = window.focusWidget()
            assert focused is not None
            qtbot.keyClick(focused, each)

    def focus(name: str) -> None:
        """Go on with Tab until that has the focus."""
        for _ in range(12):
            if window.focusWidget().objectName() == name:
                return
            hit(key.Key_Tab)
        raise AssertionError(name)

    choose(gradlab, PREDICT)
    window.activateWindow()
    focus("step_button")
    hit(key.Key_Space, key.Key_Space)  # forward, and the question on the loss
    focus("vote_button")
    hit(key.Key_Space)
    hit(key.Key_A, key.Key_B, key.Key_B, key.Key_C, key.Key_Backspace)
    tally = gradlab.bridge.last.vote
    assert tally is not None
    assert (tally.open, tally.total, tally.counts) == (True, 3, ())
    hit(key.Key_Return)
    focus("vote_again_button")
    hit(key.Key_Space, key.Key_B, key.Key_B, key.Key_B, key.Key_Enter)
    hit(key.Key_B)  # the guess
    verdict = gradlab.bridge.last.verdict
    assert verdict is not None
    assert verdict.right
    assert verdict.vote is not None
    assert (verdict.vote.first, verdict.vote.counts) == ((1, 2, 0), (0, 3, 0))
    assert window.focusWidget() is window.loop.step_button
    hit(key.Key_Space)  # backward
    focus("guess_field")
    qtbot.keyClicks(window.focusWidget(), "-3.1")
    hit(key.Key_Return)
    verdict = gradlab.bridge.last.verdict
    assert verdict is not None
    assert verdict.difference == "0.0125 too high"
    hit(key.Key_Space)  # the update
    focus("reveal_button")
    hit(key.Key_Space)
    assert gradlab.bridge.last.index == 4
    assert (gradlab.bridge.last.score.right, gradlab.bridge.last.score.made) == (2, 2)
    assert window.focusWidget() is window.loop.step_button


# --- the search itself


def _table(window: QMainWindow, role: Qt.ItemDataRole) -> None:
    table = QTableWidget(1, 1, window)
    item = QTableWidgetItem("cell")
    item.setData(role, f"grad {NUMBER!r}")
    table.setItem(0, 0, item)


def _head(window: QMainWindow) -> None:
    table = QTableWidget(1, 1, window)
    table.setHorizontalHeaderItem(0, QTableWidgetItem(format_number(NUMBER)))


def _combo(window: QMainWindow) -> None:
    model = QStandardItemModel(window)
    model.appendRow([QStandardItem("0.1"), QStandardItem("0.2")])
    model.item(0, 1).setToolTip(format_number(NUMBER))
    QComboBox(window).setModel(model)


def _action(window: QMainWindow) -> None:
    menu = window.menuBar().addMenu("Loop")
    menu.addAction(QAction("Step", menu, statusTip=f"to {NUMBER:.3f}"))


def _tab(window: QMainWindow) -> None:
    tabs = QTabWidget(window)
    tabs.setTabToolTip(tabs.addTab(QWidget(), "Loss"), format_number(NUMBER))


def _item(window: QMainWindow, item: object) -> None:
    pg.PlotWidget(window).addItem(item)


def _painted(window: QMainWindow) -> None:
    class Painted(QWidget):
        def __init__(self) -> None:
            super().__init__(window)
            self._values = {"b": [("old", (format_number(NUMBER),))]}

    Painted()


def _spoken(window: QMainWindow) -> None:
    QWidget(window).setAccessibleDescription(f"b.grad is {format_number(NUMBER)}.")


PLANTED: dict[str, Callable[[QMainWindow], object]] = {
    "title": lambda window: window.setWindowTitle(f"gradlab {NUMBER}"),
    "label": lambda window: QLabel(f"b.grad = {format_number(NUMBER)}", window),
    "hidden label": lambda window: QLabel(f"{NUMBER:.2f}", window).hide(),
    "without its sign": lambda window: QLabel(f"{-NUMBER:12.6f}", window),
    "tool tip": lambda window: QWidget(window).setToolTip(repr(NUMBER)),
    "what it is": lambda window: QWidget(window).setWhatsThis(repr(NUMBER)),
    "field": lambda window: QLineEdit(f"{NUMBER:g}", window),
    "field, before it is used": lambda window: QLineEdit(window).setPlaceholderText(str(NUMBER)),
    "text": lambda window: QPlainTextEdit(f"{NUMBER:.3e}", window),
    "property": lambda window: window.setProperty("grad", NUMBER),
    "cell": lambda window: _table(window, Qt.ItemDataRole.DisplayRole),
    "cell's tool tip": lambda window: _table(window, Qt.ItemDataRole.ToolTipRole),
    "cell, spoken": lambda window: _table(window, Qt.ItemDataRole.AccessibleDescriptionRole),
    "cell, of our own": lambda window: _table(window, Qt.ItemDataRole.UserRole),
    "head": _head,
    "combo box": _combo,
    "status tip of a command": _action,
    "tab": _tab,
    "spoken": _spoken,
    "painted": _painted,
    "curve": lambda window: _item(window, pg.PlotDataItem([0, 1], [0, NUMBER])),
    "thin curve": lambda window: _item(window, pg.PlotCurveItem([0, 1], [0, NUMBER])),
    "dots": lambda window: _item(window, pg.ScatterPlotItem([0, 1], [0, NUMBER])),
    "bars": lambda window: _item(window, pg.BarGraphItem(x0=[0], x1=[1], y0=[0], y1=[NUMBER])),
    "line": lambda window: _item(window, pg.InfiniteLine(NUMBER)),
    "text in a plot": lambda window: _item(window, pg.TextItem(format_number(NUMBER, 3))),
    "text in a scene": lambda window: _item(window, QGraphicsTextItem(format_number(NUMBER))),
}


@pytest.mark.parametrize("plant", PLANTED.values(), ids=list(PLANTED))
def test_that_a_number_is_found_wherever_it_is_planted(
    qtbot: QtBot, plant: Callable[[QMainWindow], object]
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    assert places(window, [NUMBER]) == {NUMBER: []}
    kept = plant(window)
    found = places(window, [NUMBER, NUMBER + 0.02])
    assert found[NUMBER] != []
    assert found[NUMBER + 0.02] == []
    del kept


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("b.grad = −3.1125", True),
        ("3.113", True),
        ("−3.11", True),
        ("[-3.1125078201293945]", True),
        ("-3.113e+00", True),
        ("−3.1124", False),
        ("-3.1", False),
        ("3.12", False),
        ("31125", False),
        ("", False),
    ],
)
def test_that_a_text_tells_a_number_to_as_many_digits_as_it_has(text: str, told: bool) -> None:
    assert tells(text, NUMBER) is told


def test_that_numbers_are_compared_to_nine_digits() -> None:
    assert tells([1.0, math.nan, -NUMBER], NUMBER)
    assert not tells([NUMBER * (1 + 1e-8)], NUMBER)
