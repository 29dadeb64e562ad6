"""The list of all keys, as F1 shows it."""

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

Keys = tuple[str, str, str]
"""Where a key works, the key, and what it does."""

EVERYWHERE = "in the window"
WITH_FOCUS: tuple[Keys, ...] = (
    ("on a button or a card", "Space", "Press it; at the start it is the Step button"),
    ("on a button or a card", "Tab, Shift+Tab", "To the next or the one before, as the eye goes"),
    ("on the timeline", "Left, Right", "One statement back or on"),
    ("on the timeline", "PgUp, PgDown", "To the first statement of this epoch, or the next"),
    ("on the timeline", "Home, End", "To the start, to the end"),
    ("on the graph", "Left, Right", "To the node before, or the next"),
    ("in a field", "Return", "Take the number"),
    ("in a field", "Esc", "Bring the number in force back"),
    ("on a table", "Ctrl+C", "Copy the selected cells at full precision"),
    ("on a question", "A, B, C, D", "Answer it; in a vote, count a ballot"),
    ("on a question", "Backspace, Return", "In a vote: take the last ballot back, close the vote"),
)


def keys_of(actions: Iterable[QAction]) -> tuple[Keys, ...]:
    """Return the keys of `actions`, with what they do."""
    found = []
    for action in actions:
        keys = [key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()]
        if keys:
            words = action.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
            found.append((EVERYWHERE, ", ".join(keys), words.removesuffix(" …")))
    return tuple(found)


class ShortcutList(QDialog):
    """A table of keys that closes on Esc.

    Args:
        keys: What to list.
        parent: The window that it belongs to.
    """

    def __init__(self, keys: Iterable[Keys], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcut_list")
        self.setWindowTitle("Keys")
        rows = tuple(keys)
        table = QTableWidget(len(rows), 3)
        table.setAccessibleName("Keys, and what they do")
        table.setHorizontalHeaderLabels(["where", "key", "what it does"])
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        for row, words in enumerate(rows):
            for column, text in enumerate(words):
                table.setItem(row, column, QTableWidgetItem(text))
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        table.resizeColumnsToContents()
        table.resizeRowsToContents()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(table)
        layout.addWidget(buttons)
        edges = layout.contentsMargins()
        bar = table.verticalScrollBar().sizeHint().width()
        width = header.length() + bar + 2 * table.frameWidth() + edges.left() + edges.right()
        wanted = QSize(width + bar, 40 * self.fontMetrics().horizontalAdvance("m"))
        self.resize(wanted.boundedTo(self.screen().availableSize()))
