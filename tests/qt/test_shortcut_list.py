"""The list of keys: every key of every command, in words."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QTableWidget
from pytestqt.qtbot import QtBot

from gradlab.qt.shortcut_list import EVERYWHERE, WITH_FOCUS, ShortcutList, keys_of


def action(text: str, *keys: str) -> QAction:
    made = QAction(text)
    made.setShortcuts([QKeySequence(key) for key in keys])
    return made


def opened(qtbot: QtBot) -> tuple[ShortcutList, QTableWidget]:
    dialog = ShortcutList((*keys_of([action("&Step", "Ctrl+Return")]), *WITH_FOCUS))
    qtbot.addWidget(dialog)
    dialog.show()
    table = dialog.findChild(QTableWidget)
    assert table is not None
    return dialog, table


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("&Step", "Step"),
        ("Restart, s&ame start", "Restart, same start"),
        ("This && that", "This & that"),
        ("&This && that", "This & that"),
        ("&Keep this layout …", "Keep this layout"),
    ],
)
def test_that_a_command_is_named_as_its_menu_shows_it(text: str, words: str) -> None:
    assert keys_of([action(text, "F5")]) == ((EVERYWHERE, "F5", words),)


def test_that_every_key_of_a_command_is_listed() -> None:
    ((_, keys, _),) = keys_of([action("&Larger", "Ctrl++", "Ctrl+=")])
    assert keys == "Ctrl++, Ctrl+="


def test_that_a_command_without_a_key_is_left_out() -> None:
    assert keys_of([action("&About gradlab"), action("Pa&nels")]) == ()


def test_that_the_list_shows_every_row_whole(qtbot: QtBot) -> None:
    _, table = opened(qtbot)
    assert table.editTriggers() == QTableWidget.EditTrigger.NoEditTriggers
    shown = [
        tuple(_text(table, row, column) for column in range(3)) for row in range(table.rowCount())
    ]
    assert shown == [(EVERYWHERE, "Ctrl+Return", "Step"), *WITH_FOCUS]
    metrics = table.fontMetrics()
    for row, words in enumerate(shown):
        for column, text in enumerate(words):
            assert metrics.horizontalAdvance(text) <= table.columnWidth(column), text
        assert table.rowHeight(row) >= metrics.height()
    assert sum(table.columnWidth(column) for column in range(3)) <= table.viewport().width()


def _text(table: QTableWidget, row: int, column: int) -> str:
    item = table.item(row, column)
    assert item is not None
    return item.text()


def test_that_escape_closes_it(qtbot: QtBot) -> None:
    dialog, table = opened(qtbot)
    table.setFocus()
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_that_tab_leaves_the_table(qtbot: QtBot) -> None:
    dialog, table = opened(qtbot)
    dialog.activateWindow()
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Tab)
    assert dialog.focusWidget() is not table
    assert dialog.focusWidget().isVisible()


def test_that_a_screen_reader_gets_a_name(qtbot: QtBot) -> None:
    _, table = opened(qtbot)
    assert table.accessibleName()
