"""What the keys do while presenting, over everything else until another key is pressed."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget
from typing_extensions import override

from gradlab.qt.theme import SMALL, Theme

KEYS = (
    ("PgDn", "do the next step"),
    ("PgUp", "go back one statement"),
    ("1 … 7", "choose the plot"),
    ("Ctrl+1 … 5", "press a card"),
    ("A … D", "choose an answer, or count a vote for it"),
    ("Backspace, Enter", "take the last vote back, close the vote"),
    (".", "black screen, and back"),
    ("? or F1", "show these keys, or hide them"),
    ("F5 or Esc", "leave"),
)


class KeyList(QFrame):
    """A frame with a line for each key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setObjectName("key_list")
        grid = QGridLayout(self)
        grid.setContentsMargins(20, 14, 20, 14)
        grid.setSpacing(10)
        self._labels: list[tuple[QLabel, QLabel]] = []
        for row, (key, words) in enumerate(KEYS):
            line = QLabel(key), QLabel(words)
            for column, label in enumerate(line):
                label.setTextFormat(Qt.TextFormat.PlainText)
                grid.addWidget(label, row, column)
            self._labels.append(line)

    @override
    def focusNextPrevChild(self, forward: bool) -> bool:
        """Return False: Tab goes nowhere while the keys are shown."""
        return False

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take every key that is no shortcut, so that none goes on to what is covered."""
        event.accept()

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        for key, words in self._labels:
            key.setFont(theme.sans(SMALL, bold=True))
            words.setFont(theme.sans(SMALL))
