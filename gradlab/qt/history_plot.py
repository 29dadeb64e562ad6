"""A plot over the statements, with a cursor at the current one, that can be clicked to go there."""

from collections.abc import Sequence
from math import log10
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent
from PySide6.QtWidgets import QGraphicsRectItem
from typing_extensions import override

from gradlab.core.outline import CURVES, Curve
from gradlab.core.pin import Pin
from gradlab.core.snapshot import EMPTY, Snapshot
from gradlab.qt.plot import Plot, StepCurve, Text, log_span, passes, room_for, span
from gradlab.qt.roles import CURSOR, PINS, Role
from gradlab.qt.theme import LIGHT, SMALL, Theme

NAME_HEIGHT = 17  # pixels from one name to the next
VEIL = 150  # how opaque what hides the later part is, of 255


class HistoryPlot(Plot):
    """Curves over the statements: a line each, its name at its end, those of pinned runs paler.

    Args:
        name: What a screen reader calls it.
        curves: Which of CURVES to draw, and as what; its label is written at its end.

    Signals:
        statementPicked: The statement that was clicked, or dragged to.
    """

    statementPicked = Signal(int)

    def __init__(self, name: str, curves: dict[str, Role]) -> None:
        super().__init__(name, "statement")
        assert set(curves) <= set(CURVES)
        self._roles = curves
        self._snapshot = EMPTY
        self._theme = LIGHT
        self._log = False
        self._asked = -1
        self._ghosts = {
            pin.marker: [self._line(role.of_run(pin)) for role in curves.values()] for pin in PINS
        }
        self._lines = [self._line(role) for role in curves.values()]
        self._veil = QGraphicsRectItem()
        self._veil.setPen(pg.mkPen(None))
        self._cursor = pg.InfiniteLine(0, angle=90)
        for item in (self._veil, self._cursor):
            self.addItem(item, ignoreBounds=True)
        self._veil.setZValue(5)
        self._cursor.setZValue(6)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.getPlotItem().getViewBox().sigResized.connect(self._make_room)

    @override
    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`, also for what is drawn already."""
        super().show_theme(theme)
        self._theme = theme
        veil = QColor(theme.panel)
        veil.setAlpha(VEIL)
        self._veil.setBrush(veil)
        self._cursor.setPen(CURSOR.pen(theme))
        self._cursor.clearMarkers()
        self._cursor.addMarker(CURSOR.marker, 1.0, theme.px(CURSOR.size))
        own = list(self._roles.values())
        self._show_looks(self._lines, own)
        for pin in PINS:
            self._show_looks(self._ghosts[pin.marker], [role.of_run(pin) for role in own])
        self.show_curves(self._snapshot)

    def show_log(self, log: bool) -> None:
        """Show the y axis in powers of ten, or not; numbers that are not positive have no place."""
        self._log = log
        self.getPlotItem().setLogMode(x=False, y=log)
        self.show_curves(self._snapshot)

    def show_curves(self, snapshot: Snapshot) -> None:
        """Draw the run of `snapshot` and those pinned, the cursor at its statement."""
        self._snapshot = snapshot
        end = room_for(max([snapshot.recorded, *(pin.statements for pin in snapshot.pins)]))
        own = [snapshot.curves.curve(name) for name in self._roles]
        pinned = {pin.letter: self._curves_of(pin) for pin in snapshot.pins}
        low, high = self._span([*own, *(curve for each in pinned.values() for curve in each)])
        self.show_range((-0.02 * end, end * self._room_for_names()), (low, high))
        drawn = self._draw(self._lines, own, end)
        for letter, lines in self._ghosts.items():
            for line, text in lines:
                line.setVisible(letter in pinned)
                text.setVisible(False)
            if letter in pinned:
                drawn += self._draw(lines, pinned[letter], end)
        self._put_names(drawn, high - low)
        self._cursor.setPos(snapshot.index)
        self._veil.setVisible(snapshot.index < snapshot.recorded)
        room = high - low
        self._veil.setRect(snapshot.index, low - room, 2 * end, 3 * room)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the statement under the mouse."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._asked = -1
            self._ask(event)
            event.accept()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse while its button is held."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._ask(event)
            event.accept()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Keep what was asked for."""
        event.accept()

    def _make_room(self) -> None:
        if self._snapshot.ready:
            self.show_curves(self._snapshot)

    def _ask(self, event: QMouseEvent) -> None:
        at = self.getPlotItem().getViewBox().mapSceneToView(event.position()).x()
        if not self._snapshot.ready or not passes(at):
            return
        picked = min(max(round(at), 0), self._snapshot.recorded)
        if picked not in {self._asked, self._snapshot.index}:
            self._asked = picked
            self.statementPicked.emit(picked)

    def _curves_of(self, pin: Pin) -> list[Curve]:
        return [pin.curves.curve(name) for name in self._roles]

    def _span(self, curves: Sequence[Curve]) -> tuple[float, float]:
        numbers = [number for curve in curves for number in (curve.low, curve.high)]
        low, high = log_span(*numbers) if self._log else span(*numbers)
        return (low, high) if high > low else (low, low + 1.0)

    def _draw(
        self, lines: Sequence[tuple[StepCurve, Any]], curves: Sequence[Curve], end: float
    ) -> list[tuple[float, float, Any]]:
        """Draw `curves`, and return where the name of each would best stand, with its item."""
        places = []
        for (line, text), curve in zip(lines, curves, strict=True):
            line.show_curve(curve, tail=0.03 * end)
            value = float(curve.high[-1])
            y = log10(value) if self._log and value > 0 else value
            text.setVisible(passes(y) and (value > 0 or not self._log))
            if text.isVisible():
                places.append((y, float(curve.at[-1]) + 0.04 * end, text))
        return places

    def _put_names(self, places: list[tuple[float, float, Any]], height: float) -> None:
        """Write the names at the ends of the curves, each clear of the others and of the top."""
        area = self.getPlotItem().getViewBox()
        gap = self._theme.px(NAME_HEIGHT) / max(float(area.height()), 1.0) * height * 1.12
        ordered = sorted(places, key=lambda place: place[0])
        levels = spread([y for y, _, _ in ordered], gap, float(area.viewRange()[1][1]) - gap / 2)
        for (_, x, text), level in zip(ordered, levels, strict=True):
            text.setPos(x, level)

    def _room_for_names(self) -> float:
        """Return how much longer than the curves the axis has to be, for the names at its end."""
        metrics = QFontMetrics(self._theme.sans(SMALL, bold=True))
        runs = (self._lines, *(self._ghosts[pin.letter] for pin in self._snapshot.pins))
        names = (text.toPlainText() for lines in runs for _, text in lines)
        longest = max(metrics.horizontalAdvance(name) for name in names)
        width = float(self.getPlotItem().getViewBox().width())
        return 1.05 / (1.0 - min((longest + self._theme.px(12)) / max(width, 1.0), 0.5))

    def _line(self, role: Role) -> tuple[StepCurve, Any]:
        text = Text(role.label)
        text.setAnchor((0.0, 0.5))
        text.setZValue(7)
        line = StepCurve(self)
        self.addItem(text, ignoreBounds=True)
        text.setVisible(False)
        return line, text

    def _show_looks(self, lines: Sequence[tuple[StepCurve, Any]], looks: Sequence[Role]) -> None:
        theme = self._theme
        for (line, text), role in zip(lines, looks, strict=True):
            line.show_style(theme, role.stroke(theme), role.dash, role.width)
            text.show_theme(theme, role.ink(theme))
            text.fill = pg.mkBrush(theme.panel)


def spread(levels: Sequence[float], gap: float, top: float) -> list[float]:
    """Return `levels`, which ascend, moved so that each is `gap` above the last.

    They move up, and from `top` down again where they would come to lie above it.
    """
    moved: list[float] = []
    for level in levels:
        moved.append(max(level, moved[-1] + gap) if moved else level)
    for i in reversed(range(len(moved))):
        moved[i] = min(moved[i], top)
        top = moved[i] - gap
    return moved
