"""Every statement so far, as far as there is room, the latest at the right."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from gradlab.core.outcome import Kind
from gradlab.core.snapshot import EMPTY, Snapshot, TimelineEntry
from gradlab.core.statements import Step
from gradlab.qt.theme import LIGHT, SMALL, Theme, sans

PITCH = 124  # pixels between two statements
MARGIN = 62
RADIUS = 6.0


class Timeline(QWidget):
    """A dot a statement: filled where it ran, hollow where skipped, a cross where it raised."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("timeline")
        self.setAccessibleName("Timeline")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._snapshot = EMPTY
        self._theme = LIGHT

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the statements of `snapshot`, the latest marked."""
        self._snapshot = snapshot
        self.setAccessibleDescription(self._sentence())
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        self._theme = theme
        self.update()

    @override
    def sizeHint(self) -> QSize:
        """Return room for a line of dots and their names."""
        return QSize(600, 48)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line, and as many statements as fit."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fitting = max((self.width() - 2 * MARGIN) // PITCH + 1, 1)
        entries = self._snapshot.timeline[-fitting:]
        if not entries:
            return
        y = 14.0
        last = MARGIN + PITCH * (len(entries) - 1)
        first = 0 if entries[0].index else MARGIN
        painter.setPen(QPen(QColor(self._theme.control), 2))
        painter.drawLine(QPointF(first, y), QPointF(last, y))
        for i, entry in enumerate(entries):
            self._paint_entry(painter, entry, QPointF(MARGIN + i * PITCH, y))

    def _sentence(self) -> str:
        snapshot = self._snapshot
        if not snapshot.ready:
            return ""
        label = snapshot.statement.label if snapshot.statement else "start"
        return f"statement {snapshot.index}  ·  epoch {snapshot.epoch}  ·  {label}"

    def _paint_entry(self, painter: QPainter, entry: TimelineEntry, at: QPointF) -> None:
        theme, current = self._theme, entry.index == self._snapshot.index
        colour = QColor(theme.accent if current else self._colour(entry))
        radius = RADIUS + 2 if current else RADIUS
        painter.setPen(QPen(colour, 2))
        painter.setBrush(colour)
        if entry.outcome.kind is Kind.RAISED:
            painter.drawLine(at - QPointF(radius, radius), at + QPointF(radius, radius))
            painter.drawLine(at - QPointF(radius, -radius), at + QPointF(radius, -radius))
        else:
            if entry.outcome.kind is Kind.SKIPPED:
                painter.setBrush(QColor(theme.panel))
            painter.drawEllipse(at, radius, radius)
        painter.setFont(sans(SMALL, bold=current))
        painter.setPen(QColor(theme.text if current else theme.muted))
        box = QRectF(at.x() - PITCH / 2, at.y() + 10, PITCH, 22)
        words = painter.fontMetrics().elidedText(
            _words(entry), Qt.TextElideMode.ElideMiddle, PITCH - 6
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _colour(self, entry: TimelineEntry) -> str:
        theme = self._theme
        if entry.outcome.kind is Kind.RAISED:
            return theme.raised
        if entry.outcome.kind is Kind.SKIPPED:
            return theme.skipped
        return {Step.FORWARD: theme.fit, Step.BACKWARD: theme.accent}.get(
            entry.step or Step.SETTING, theme.muted
        )


def _words(entry: TimelineEntry) -> str:
    ending = {Kind.OK: "", Kind.RAISED: " raised", Kind.SKIPPED: " skipped"}[entry.outcome.kind]
    return entry.label + ending
