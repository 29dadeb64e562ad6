"""The map of the loss: the plane of b and w, its level lines, and what is drawn on them."""

import math
from typing import Any

import pyqtgraph as pg
from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainterPath, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem
from typing_extensions import override

from gradlab.core.limits import LARGEST
from gradlab.core.pin import Pin
from gradlab.core.surface import Quadratic
from gradlab.qt import contours, roles
from gradlab.qt.contours import NOTHING, Box, Lines, Path, Place
from gradlab.qt.plot import MOST_FANCY, Plot, Text, passes
from gradlab.qt.theme import LIGHT, Theme

PIN_ANCHORS = ((1.1, 0.5), (-0.1, 0.5), (0.5, 0.1))  # runs that end in one place stay legible
MOST_LABELS = 5
ARROW = 50  # pixels
GRIP = 12  # pixels around the start from where it can be taken hold of
SHAKE = 3  # pixels that a hand may move without meaning to drag


class LossMap(Plot):
    """A plot with one scale for both axes, on which the start can be taken hold of.

    Attributes:
        theme: The colours and the zoom.
        start: Where the start is; None where it cannot be moved.
        holding: Whether it is held at present.

    Signals:
        resized: The same part of the plane, or more of it, is shown in another size.
        startHeld: The start is held at this b and w.
        startDropped: It was let go there.
    """

    resized = Signal()
    startHeld = Signal(float, float)
    startDropped = Signal(float, float)

    def __init__(self, name: str, x_label: str, y_label: str) -> None:
        super().__init__(name, x_label, y_label)
        self.start: Place | None = None
        self.holding = False
        self._pressed: QPoint | None = None
        self._grip = QPointF()
        self._area = self.getPlotItem().getViewBox()
        self.theme = LIGHT
        self._area.setAspectLocked(True)
        self._area.sigResized.connect(self.resized)
        self.getPlotItem().showGrid(x=False, y=False)
        self.setAntialiasing(True)

    @property
    def view(self) -> Box:
        """The part of the plane that is shown, as far as can be drawn."""
        (left, right), (low, high) = self._area.viewRange()
        return _drawable(Box(left, right, low, high))

    @property
    def pixel(self) -> float:
        """How far apart two pixels are in the plane."""
        left, right = self._area.viewRange()[0]
        return float(right - left) / max(float(self._area.width()), 1.0)

    @override
    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`, those of b and w for the axes' names."""
        super().show_theme(theme)
        self.theme = theme
        for side, role in (("bottom", roles.B), ("left", roles.W)):
            self.getAxis(side).setLabel(role.label, color=role.ink(theme))

    def show_box(self, box: Box) -> None:
        """Show `box`, and what is beside it for the sake of the scale."""
        box = _drawable(box)
        self.show_range((box.left, box.right), (box.low, box.high))

    def drawn(self, path: Path, most: int) -> Lines:
        """Return what is to be seen of `path`, in about `most` points at most."""
        return contours.cut(*contours.thinned(*path, self.pixel, most), self.view, crossing=False)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the start, which comes to the pointer unless it is there."""
        at = event.position().toPoint()
        if event.button() != Qt.MouseButton.LeftButton or not self._can_hold(at):
            return
        near = self._is_near(at)
        self._pressed, self.holding = at, not near
        self._grip = self._offset(at) if near else QPointF()
        if self.holding:
            self.startHeld.emit(*self._place(at))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the start follow, or show that it can be taken hold of."""
        at = event.position().toPoint()
        if not event.buttons() & Qt.MouseButton.LeftButton:
            self._pressed, self.holding = None, False  # let go where nobody saw it
        if self._pressed is not None:
            self.holding |= (at - self._pressed).manhattanLength() > SHAKE
        if self.holding:
            self.startHeld.emit(*self._place(at))
            return
        shape = Qt.CursorShape.ArrowCursor
        if self._can_hold(at):
            near = self._is_near(at)
            shape = Qt.CursorShape.OpenHandCursor if near else Qt.CursorShape.CrossCursor
        self.viewport().setCursor(shape)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the start."""
        if event.button() == Qt.MouseButton.LeftButton and self._pressed is not None:
            dropped, self._pressed, self.holding = self.holding, None, False
            if dropped:
                self.startDropped.emit(*self._place(event.position().toPoint()))

    def _can_hold(self, at: QPoint) -> bool:
        inside = self._area.sceneBoundingRect().contains(self.mapToScene(at))
        return inside and self.start is not None

    def _offset(self, at: QPoint) -> QPointF:
        """Return how far the pixel `at` of the widget is from the start, in pixels."""
        assert self.start is not None
        offset: QPointF = self.mapToScene(at) - self._area.mapViewToScene(QPointF(*self.start))
        return offset

    def _is_near(self, at: QPoint) -> bool:
        offset = self._offset(at)
        return max(abs(offset.x()), abs(offset.y())) <= self.theme.px(GRIP)

    def _place(self, at: QPoint) -> Place:
        """Return b and w at a pixel of the widget, to the digits that a pixel can tell."""
        point = self._area.mapSceneToView(self.mapToScene(at) - self._grip)
        view, digits = self.view, math.ceil(-math.log10(self.pixel))
        b = round(min(max(point.x(), view.left), view.right), digits)
        w = round(min(max(point.y(), view.low), view.high), digits)
        return b + 0.0, w + 0.0  # not -0.0


class Relief:
    """The lines of equal loss, the loss on some of them, and the minimum."""

    def __init__(self, plot: LossMap) -> None:
        self._map = plot
        self._lines, self._floor = curve_item(plot, -3), curve_item(plot, -3)
        self._labels = [_text(plot, "", -2, bold=False) for _ in range(MOST_LABELS)]
        self._word = _text(plot, roles.MINIMUM.label, -1)
        self._ring = marker(plot, Symbols[roles.MINIMUM.marker], 2)
        for item in (self._lines, self._floor):
            # what does not move is painted once
            item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        self._lines.setPen(roles.LEVEL.pen(theme))
        self._floor.setPen(roles.VALLEY.pen(theme))
        self._ring.setPen(roles.MINIMUM.pen(theme))
        self._ring.setScale(roles.MINIMUM.size * theme.zoom)
        self._ring.setBrush(pg.mkBrush(theme.panel))
        for text in (self._word, *self._labels):
            text.show_theme(theme, theme.muted)
            text.fill = pg.mkBrush(theme.panel)
        self._word.show_theme(theme, roles.MINIMUM.ink(theme))

    def show(self, surface: Quadratic, bottom: Place, start: Place) -> None:
        """Draw the lines of `surface`, which is least at `bottom`, in what the map shows.

        The words keep clear of the way from `start`.
        """
        view = self._map.view
        losses = contours.levels(surface, bottom, view)
        lines = [contours.level_line(surface, loss, bottom, view) for loss in losses]
        valley = contours.floor(surface, view)
        show_lines(self._lines, contours.together(lines))
        show_lines(self._floor, valley)
        self._ring.setVisible(not len(valley))
        self._ring.setPos(*bottom)
        left, above = start[0] > bottom[0], start[1] <= bottom[1]
        self._word.setText((roles.VALLEY if len(valley) else roles.MINIMUM).label)
        self._word.setPos(*bottom)
        self._word.setAnchor((0.0 if left else 1.0, 1.1 if above else -0.1))
        self._word.setVisible(True)
        self._show_labels(surface, losses, bottom, -1.0 if left else 1.0)

    def _show_labels(
        self, surface: Quadratic, losses: list[float], bottom: Place, side: float
    ) -> None:
        """Write the loss where a line crosses the w of the minimum, away from the start.

        There it grows by the square of the distance in b.
        """
        least, pixel = surface.loss(*bottom), self._map.pixel * self._map.theme.zoom
        unused, end = list(self._labels), 12 * pixel
        for loss in losses:
            text, away = f"{loss:g}", math.sqrt(loss - least)
            half = (8 + 4 * len(text)) * pixel
            b = bottom[0] + side * away
            clear = away - half >= end + 8 * pixel
            if unused and clear and self._map.view.padded(-half).has(b, bottom[1]):
                label, end = unused.pop(), away + half
                label.setText(text)
                label.setPos(b, bottom[1])
                label.setVisible(True)
        for label in unused:
            label.setVisible(False)


class Ghost:
    """The path of a pinned run, with its letter at the end."""

    def __init__(self, plot: LossMap, slot: int) -> None:
        self._map, self._role = plot, roles.PINS[slot]
        self._curve = curve_item(plot, 0)
        self._curve.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._letter = _text(plot, self._role.marker, 1)
        self._letter.setAnchor(PIN_ANCHORS[slot])

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        self._curve.setPen(self._role.pen(theme))
        self._letter.show_theme(theme, self._role.ink(theme))
        self._letter.fill = pg.mkBrush(theme.panel)

    def show(self, pin: Pin | None) -> None:
        """Draw the path of `pin`, or nothing."""
        path = pin.curves.path(pin.statements) if pin else None
        lines = self._map.drawn(path, MOST_FANCY) if path else NOTHING
        show_lines(self._curve, lines)
        self._letter.setVisible(len(lines) > 0)
        if len(lines):
            self._letter.setPos(float(lines.b[-1]), float(lines.w[-1]))


class Arrow:
    """The direction of the negative gradient, with the word; its length says nothing."""

    def __init__(self, plot: LossMap, height: int) -> None:
        self._map = plot
        self._shape = marker(plot, _arrow(), height)
        self._word = _text(plot, roles.UPDATE.label, height)

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        self._shape.setPen(pg.mkPen(None))
        self._shape.setScale(theme.zoom)
        self._shape.setBrush(pg.mkBrush(roles.UPDATE.stroke(theme)))
        self._word.show_theme(theme, roles.UPDATE.ink(theme))
        self._word.fill = pg.mkBrush(*pg.mkColor(theme.panel).getRgb()[:3], 190)

    def show(self, place: Place | None, b_grad: float | None, w_grad: float | None) -> None:
        """Draw it from `place`, or not at all where there is no direction."""
        size = 0.0
        if b_grad is not None and w_grad is not None and passes(b_grad, w_grad):
            size = math.hypot(b_grad, w_grad)
        drawn = place is not None and size > 0
        self._shape.setVisible(drawn)
        self._word.setVisible(drawn)
        if place is None or b_grad is None or w_grad is None or not drawn:
            return
        right, up = -b_grad / size, -w_grad / size
        self._shape.setPos(*place)
        self._shape.setRotation(math.degrees(math.atan2(-up, right)))  # clockwise on a screen
        reach = ARROW * self._map.pixel * self._map.theme.zoom
        self._word.setAnchor((0.5 - right / 2, 0.5 + up / 2))
        self._word.setPos(place[0] + right * reach, place[1] + up * reach)


def _drawable(box: Box) -> Box:
    edges = (box.left, box.right, box.low, box.high)
    return Box(*(min(max(edge, -LARGEST), LARGEST) for edge in edges))


def show_lines(item: Any, lines: Lines) -> None:
    """Draw `lines` with a curve item, or hide it where there are none."""
    # hidden, not cleared: pyqtgraph does not repaint what a cleared curve covered
    item.setVisible(len(lines) > 1)
    if len(lines) > 1:
        fancy = len(lines) <= MOST_FANCY or item.cacheMode() != QGraphicsItem.CacheMode.NoCache
        item.setData(lines.b, lines.w, connect=lines.connect, antialias=fancy)


def curve_item(plot: Plot, height: int) -> Any:
    """Return a curve that was added to `plot`, so high above others."""
    return _added(plot, pg.PlotCurveItem(), height)


def _text(plot: Plot, text: str, height: int, bold: bool = True) -> Any:
    item = Text(text, bold)
    item.setAnchor((0.5, 0.5))
    return _added(plot, item, height)


def marker(plot: Plot, shape: QPainterPath, height: int) -> Any:
    """Return `shape`, in pixels, so high above others; it keeps its size in every range."""
    item = QGraphicsPathItem(shape)
    item.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
    return _added(plot, item, height)


def _added(plot: Plot, item: Any, height: int) -> Any:
    item.setZValue(height)
    item.hide()
    plot.addItem(item, ignoreBounds=True)
    return item


def _arrow() -> QPainterPath:
    """Return an arrow to the right, in pixels, from beside the point to its tip."""
    half = ((5, 1.5), (ARROW - 13, 1.5), (ARROW - 13, 6), (ARROW, 0))
    other = [(x, -y) for x, y in half[-2::-1]]
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in (*half, *other)]))
    path.closeSubpath()
    return path
