"""The frame that every panel stands in: a title, a note at its right, and the content."""

from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gradlab.core.snapshot import Snapshot
from gradlab.qt.theme import LIGHT, Theme


class View(Protocol):
    """What shows snapshots in the colours of a theme."""

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show `snapshot`."""

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""


class Panel(QFrame):
    """A titled frame.

    Attributes:
        title: What the panel is called.
        tab: What its tab is called, where it stands behind one: a word.
        content: The layout that the panel's own widgets go into.
        head: The layout of the line above it; what is added stands at its right.
        head_bar: The widget of that line.
    """

    def __init__(self, title: str, tab: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.title, self.tab = title, tab or title
        self.theme: Theme = LIGHT
        self.head_bar = QWidget()
        self.head = QHBoxLayout(self.head_bar)
        self.head.setContentsMargins(0, 0, 0, 0)
        self.head.addWidget(_label(title, "title"))
        self.head.addStretch(1)
        self._note = _label("", "note")
        self.head.addWidget(self._note)
        self.content = QVBoxLayout()
        self.content.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(6)
        layout.addWidget(self.head_bar)
        layout.addLayout(self.content, 1)

    def dock(self, button: QWidget) -> None:
        """Get ready to stand in a dock, which takes the head, ending with `button`, and the frame.

        The margins are then those inside the dock's frame.
        """
        self.setProperty("role", "docked")
        self.head.addWidget(button)
        self.head.setContentsMargins(12, 6, 6, 2)
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(12, 0, 12, 10)

    def set_note(self, text: str) -> None:
        """Show `text` at the right of the title."""
        self._note.setText(text)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show `snapshot`; never asks for anything."""
        raise NotImplementedError

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        self.theme = theme


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    return label
