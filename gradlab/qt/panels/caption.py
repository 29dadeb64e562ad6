"""One or two sentences, large: what just happened."""

import html
import re

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel
from typing_extensions import override

from gradlab.core.snapshot import Caption, Snapshot
from gradlab.qt.theme import LARGE, LIGHT, Theme

HEIGHT = 72
SIZES = (LARGE, 19, 17, 15, 13)


class CaptionBar(QFrame):
    """The caption, in the largest size that shows it whole.

    Its height never changes, unless even the smallest size does not fit: then it grows.

    Args:
        height: Its height in pixels at 100 %.
    """

    def __init__(self, height: int = HEIGHT) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._height = height
        self._caption = Caption("", "")
        self._theme = LIGHT
        self._edge = ""
        self._bar = QFrame()
        self._label = QLabel()
        self._label.setObjectName("caption")
        self._label.setAccessibleName("What just happened")
        self._label.setTextFormat(Qt.TextFormat.RichText)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 12, 0)
        layout.setSpacing(14)
        layout.addWidget(self._bar)
        layout.addWidget(self._label, 1)

    @property
    def words(self) -> str:
        """What it says, in plain words."""
        return _plain(self._caption)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Say what the last statement did."""
        colour = self._theme.accent if snapshot.outcome.advances else self._theme.raised
        if colour != self._edge:
            self._show_edge(colour)
        self.show_caption(snapshot.caption)

    def show_caption(self, caption: Caption) -> None:
        """Say `caption`."""
        self._caption = caption
        self._label.setText(_rich(caption))
        self._label.setAccessibleDescription(_plain(caption))
        self._fit()

    def show_trouble(self, caption: Caption) -> None:
        """Say `caption` with the edge of an error."""
        self._show_edge(self._theme.raised)
        self.show_caption(caption)

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        self._theme = theme
        self._bar.setFixedWidth(theme.px(6))
        self._show_edge(theme.accent)
        self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the size of the text anew."""
        super().resizeEvent(event)
        self._fit()

    def _show_edge(self, colour: str) -> None:
        self._edge = colour
        self._bar.setStyleSheet(f"background: {colour}; border-radius: {self._theme.px(3)}px")

    def _fit(self) -> None:
        area = QRect(0, 0, max(self.width() - self._theme.px(40), 100), 10_000)
        text = _plain(self._caption)
        for size in SIZES:
            font = self._theme.sans(size, bold=True)  # bold is the wider one
            needed = QFontMetrics(font).boundingRect(area, Qt.TextFlag.TextWordWrap, text).height()
            if needed <= self._theme.px(self._height - 8):
                break
        self._label.setFont(self._theme.sans(size))
        height = max(self._theme.px(self._height), needed + self._theme.px(8))
        if self.minimumHeight() != height:
            self.setFixedHeight(height)


def _rich(caption: Caption) -> str:
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html.escape(caption.text))
    return f"<b>{html.escape(caption.head)}</b>&nbsp; {text}" if caption.head else text


def _plain(caption: Caption) -> str:
    return f"{caption.head}  {caption.text}".replace("**", "").strip()
