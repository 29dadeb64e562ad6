"""What the keys do while presenting, over everything else until another key is pressed."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel

from gradlab.qt.theme import SMALL, Theme

KEYS = (
    ("PgDn", "do the next step"),
    ("PgUp", "go back one statement"),
    ("1 … 7", "choose the plot"),
    ("Ctrl+1 … 5", "press a card"),
    (".", "black screen, and back"),
    ("? or F1", "show these keys, or hide them"),
    ("F5 or Esc", "leave"),
)


class KeyList(QFrame):
    """A frame with a line for each key."""

    def __init__(self) -> None:
        super().__init__()
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

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        for key, words in self._labels:
            key.setFont(theme.sans(SMALL, bold=True))
            words.setFont(theme.sans(SMALL))
