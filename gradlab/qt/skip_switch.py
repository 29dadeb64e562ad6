"""A check box whose box can be seen on every card, in every theme."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox
from typing_extensions import override

from gradlab.qt.theme import LIGHT, SMALL, Theme, sans

BOX = 16
GAP = 7
HEIGHT = 24


class SkipSwitch(QCheckBox):
    """Says whether a step is skipped, in the ink of the card it stands on."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setFont(sans(SMALL))
        self._theme, self._ink = LIGHT, LIGHT.text

    def show_colours(self, theme: Theme, ink: str) -> None:
        """Take the theme, and the colour that the card's words have."""
        self._theme, self._ink = theme, ink
        self.update()

    @override
    def sizeHint(self) -> QSize:
        """Return room for the box, the text, and the focus ring."""
        return QSize(BOX + GAP + self.fontMetrics().horizontalAdvance(self.text()) + 8, HEIGHT)

    @override
    def minimumSizeHint(self) -> QSize:
        """Return the same: the text is never cut."""
        return self.sizeHint()

    @override
    def hitButton(self, pos: object) -> bool:
        """Return True: all of it can be pressed, not only the text."""
        return True

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, its tick, the text, and a ring where it has the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - BOX) / 2
        painter.setPen(QPen(QColor(self._ink), 1.5))
        painter.setBrush(QColor(self._theme.panel))
        painter.drawRoundedRect(QRectF(3, top, BOX, BOX), 3, 3)
        if self.isChecked():
            painter.setPen(QPen(QColor(self._ink), 2.5))
            corners = (QPointF(6.5, top + 8), QPointF(10, top + 12), QPointF(16, top + 4))
            painter.drawPolyline(corners)
        painter.setPen(QColor(self._ink))
        words = QRectF(3 + BOX + GAP, 0, self.width(), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
