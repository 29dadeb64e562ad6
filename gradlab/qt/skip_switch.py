"""A check box whose box can be seen on every card, in every theme."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox
from typing_extensions import override

from gradlab.qt.theme import LIGHT, SMALL, Theme

BOX = 16
GAP = 7
HEIGHT = 24


class SkipSwitch(QCheckBox):
    """Says whether a step is skipped, in the ink of the card it stands on."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._theme, self._ink = LIGHT, LIGHT.text
        self.setFont(LIGHT.sans(SMALL))

    def show_colours(self, theme: Theme, ink: str) -> None:
        """Take the theme, and the colour that the card's words have."""
        font = theme.sans(SMALL)
        if font != self.font():
            self.setFont(font)
            self.updateGeometry()
        self._theme, self._ink = theme, ink
        self.update()

    @override
    def sizeHint(self) -> QSize:
        """Return room for the box, the text, and the focus ring."""
        width = self._theme.px(BOX + GAP + 8) + self.fontMetrics().horizontalAdvance(self.text())
        return QSize(width, self._theme.target(HEIGHT))

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
        painter.setPen(QColor(self._ink))
        words = QRectF(self._theme.px(3 + BOX + GAP), 0, self.width(), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        painter.translate(0, self.height() / 2)
        painter.scale(self._theme.zoom, self._theme.zoom)
        self._paint_box(painter)

    def _paint_box(self, painter: QPainter) -> None:
        """Paint the box around the height 0, in pixels at 100 %."""
        painter.setPen(QPen(QColor(self._ink), 1.5))
        painter.setBrush(QColor(self._theme.panel))
        painter.drawRoundedRect(QRectF(3, -BOX / 2, BOX, BOX), 3, 3)
        if self.isChecked():
            painter.setPen(QPen(QColor(self._ink), 2.5))
            painter.drawPolyline((QPointF(6.5, 0), QPointF(10, 4), QPointF(16, -4)))
