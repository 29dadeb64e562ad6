"""The table of the current run and the pinned ones."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QTableWidget, QToolButton
from pytestqt.qtbot import QtBot

from gradlab.core.outcome import Numbers
from gradlab.core.pin import Pin
from gradlab.core.snapshot import EMPTY, Snapshot
from gradlab.core.veil import HIDDEN
from gradlab.qt.panels.compare_table import HIDDEN_HINT, HINT, CompareTable
from gradlab.qt.theme import DARK, LIGHT
from tests.qt.snapshots import DATA, mean_squared_error, of_loop, pin, snapshot

NOW = replace(
    of_loop(*[Numbers(b=-0.5, w=1.5, b_grad=0.0, w_grad=0.0, loss=2.0)] * 5), run_name="lr 0.25"
)
ONE = of_loop(*[Numbers(b=1.0, w=2.0, b_grad=0.0, w_grad=0.0, loss=2.0)] * 10)
TWO = of_loop(*[Numbers(b=3e12, w=float("inf"), b_grad=0.0, w_grad=0.0, loss=2.0)] * 3)
PINS = (pin("A", ONE, "lr 0.1"), pin("B", TWO, "lr 50"), pin("C", ONE, "lr 0.1, zero_() skipped"))


@pytest.fixture
def panel(qtbot: QtBot) -> CompareTable:
    panel = CompareTable()
    qtbot.addWidget(panel)
    panel.show_theme(LIGHT)
    panel.resize(700, 300)
    return panel


def table(panel: CompareTable) -> QTableWidget:
    found = panel.findChild(QTableWidget, "compare_table")
    assert isinstance(found, QTableWidget)
    return found


def rows(panel: CompareTable) -> list[list[str]]:
    """Return the words of each row."""
    cells = table(panel)
    return [
        [item.text().strip() if (item := cells.item(row, column)) else "" for column in range(7)]
        for row in range(cells.rowCount())
    ]


def button(panel: CompareTable, name: str) -> QAbstractButton:
    found = panel.findChild(QAbstractButton, name)
    assert isinstance(found, QAbstractButton)
    return found


def unpin_letters(panel: CompareTable) -> list[str]:
    """Return the object names of the buttons at the ends of the rows, from above."""
    cells = table(panel)
    return [cells.cellWidget(row, 7).objectName() for row in range(1, cells.rowCount())]


def test_that_the_current_run_is_told_with_the_losses_of_its_line(panel: CompareTable) -> None:
    panel.show_snapshot(NOW)
    loss = mean_squared_error(NOW.numbers, DATA.x_train, DATA.y_train)
    val_loss = mean_squared_error(NOW.numbers, DATA.x_val, DATA.y_val)
    assert rows(panel) == [
        ["now ━", "lr 0.25", "1", "−0.5000", "1.5000", f"{loss:.4f}", f"{val_loss:.4f}"]
    ]


def test_that_each_pinned_run_has_a_row_with_what_it_came_to(panel: CompareTable) -> None:
    panel.show_snapshot(replace(NOW, pins=PINS))
    _, one, two, three = rows(panel)
    loss = mean_squared_error(ONE.numbers, DATA.x_train, DATA.y_train)
    val_loss = mean_squared_error(ONE.numbers, DATA.x_val, DATA.y_val)
    numbers = ["2", "1.0000", "2.0000", f"{loss:.4f}", f"{val_loss:.4f}"]
    assert one[1:] == ["lr 0.1", *numbers]
    assert two[1:] == ["lr 50", "0", "3.000e+12", "inf", "inf", "inf"]
    assert three[1:] == ["lr 0.1, zero_() skipped", *numbers]
    assert [row[0][0] for row in (one, two, three)] == ["A", "B", "C"]
    assert len({row[0][2:] for row in rows(panel)}) == 4  # each its own dashes


def test_that_a_run_that_was_let_go_takes_its_row_and_no_other(panel: CompareTable) -> None:
    panel.show_snapshot(replace(NOW, pins=PINS))
    panel.show_snapshot(replace(NOW, pins=(PINS[0], PINS[2])))
    assert [row[1] for row in rows(panel)] == ["lr 0.25", PINS[0].name, PINS[2].name]
    assert unpin_letters(panel) == ["unpin_A", "unpin_C"]
    panel.show_snapshot(replace(NOW, pins=(PINS[2], pin("A", TWO, "lr 9"))))
    assert [row[0][0] for row in rows(panel)] == ["n", "C", "A"]
    assert unpin_letters(panel) == ["unpin_C", "unpin_A"]
    panel.show_snapshot(NOW)
    assert len(rows(panel)) == 1


@pytest.mark.parametrize("letter", ["A", "B", "C"])
def test_that_a_row_can_let_its_run_go(qtbot: QtBot, panel: CompareTable, letter: str) -> None:
    panel.show_snapshot(replace(NOW, pins=PINS))
    with qtbot.waitSignal(panel.unpinRequested) as signal:
        button(panel, f"unpin_{letter}").click()
    assert signal.args == [letter]


def test_that_a_run_can_be_let_go_while_its_row_goes(qtbot: QtBot, panel: CompareTable) -> None:
    kept = list(PINS)

    def let_go(letter: str) -> None:
        kept[:] = [each for each in kept if each.letter != letter]
        panel.show_snapshot(replace(NOW, pins=tuple(kept)))

    panel.unpinRequested.connect(let_go)
    panel.show_snapshot(replace(NOW, pins=PINS))
    panel.show()
    for letter in "BAC":
        button(panel, f"unpin_{letter}").click()
    panel.hide()
    assert len(rows(panel)) == 1


def test_that_there_is_nothing_to_pin_before_anything_has_run(
    qtbot: QtBot, panel: CompareTable
) -> None:
    for shown, can in ((EMPTY, False), (snapshot(), False), (NOW, True)):
        panel.show_snapshot(shown)
        assert button(panel, "pin_run").isEnabled() is can
    panel.show_snapshot(replace(NOW, index=0))  # all of it can be redone
    with qtbot.waitSignal(panel.pinRequested):
        button(panel, "pin_run").click()


def test_that_a_fourth_run_cannot_be_pinned(panel: CompareTable) -> None:
    words = []
    for pins in (PINS, PINS[:2]):
        panel.show_snapshot(replace(NOW, pins=pins))
        words.append((button(panel, "pin_run").text(), button(panel, "pin_run").isEnabled()))
    assert words == [("Three are pinned", False), ("Pin this run", True)]


def test_that_space_pressed_twice_lets_one_run_go(qtbot: QtBot, panel: CompareTable) -> None:
    panel.show_snapshot(replace(NOW, pins=PINS))
    letters: list[str] = []
    panel.unpinRequested.connect(letters.append)
    panel.show()
    panel.activateWindow()
    button(panel, "unpin_A").setFocus()
    for _ in range(2):
        focused = panel.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Space)
        panel.show_snapshot(replace(NOW, pins=PINS[1:]))
    panel.hide()
    assert letters == ["A"]


def test_that_a_hint_stands_there_until_a_run_is_pinned(panel: CompareTable) -> None:
    (hint,) = [label for label in panel.findChildren(QLabel) if label.text() == HINT]
    for pins in ((), PINS[:1], ()):
        panel.show_snapshot(replace(NOW, pins=pins))
        assert hint.isHidden() is bool(pins)


def test_that_a_screen_reader_is_told_which_run_a_button_lets_go(panel: CompareTable) -> None:
    panel.show_snapshot(replace(NOW, pins=PINS))
    assert button(panel, "unpin_C").accessibleName() == "Unpin C, lr 0.1, zero_() skipped"
    assert table(panel).accessibleName()


def test_that_its_buttons_are_at_least_24_pixels_large(panel: CompareTable) -> None:
    panel.show_snapshot(replace(NOW, pins=PINS))
    panel.show()
    for each in (*panel.findChildren(QToolButton), button(panel, "pin_run")):
        assert each.width() >= 24
        assert each.height() >= 24
    panel.hide()


def test_that_tab_leaves_the_table(panel: CompareTable) -> None:
    assert not table(panel).tabKeyNavigation()


@pytest.mark.parametrize("pins", [(), PINS], ids=["none", "three"])
def test_that_showing_never_asks(panel: CompareTable, pins: tuple[Pin, ...]) -> None:
    asked: list[object] = []
    panel.pinRequested.connect(lambda: asked.append("pin"))
    panel.unpinRequested.connect(asked.append)
    for theme in (LIGHT, DARK):
        panel.show_theme(theme)
        for shown in (EMPTY, NOW, ONE, TWO):
            both: Snapshot = replace(shown, pins=pins)
            panel.show_snapshot(both)
            panel.grab()
    assert asked == []


def test_that_no_loss_is_told_while_predicting_and_comes_back_afterwards(
    panel: CompareTable,
) -> None:
    hint = panel._hint
    panel.show_snapshot(replace(NOW, pins=PINS))
    before = rows(panel)
    panel.show_snapshot(replace(NOW, veiled=True, surface=HIDDEN, val_loss=None, run_name=""))
    assert rows(panel) == [["now ━", "", "1", "−0.5000", "1.5000", "hidden", "hidden"]]
    assert not hint.isHidden()
    assert hint.text() == HIDDEN_HINT
    panel.show_snapshot(replace(NOW, pins=PINS))
    assert rows(panel) == before
    panel.show_snapshot(NOW)
    assert hint.text() == HINT
