"""The loss as a map over b and w, with the way that training takes over it."""

import math

import numpy as np
import pyqtgraph as pg
from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from gradlab.core.dataset import Dataset
from gradlab.core.number_format import MINUS, format_number
from gradlab.core.pin import LETTERS
from gradlab.core.snapshot import EMPTY, Snapshot
from gradlab.core.surface import Quadratic
from gradlab.qt import contours
from gradlab.qt.contours import NOTHING, Box, Path, Place
from gradlab.qt.loss_map import Arrow, Ghost, LossMap, Relief, curve_item, marker, show_lines
from gradlab.qt.number_field import NumberField
from gradlab.qt.panel import Panel
from gradlab.qt.plot import mixed, passes
from gradlab.qt.theme import Theme

MARGIN = 0.15
SMALLEST = 0.3  # share of the map that a new run has to fill, or the map is made anew for it
MOST_DOTS = 100
MOST_POINTS = 1024
FIELDS_WIDTH = 340  # pixels that the two fields take
HIDDEN = "Hidden while you predict.\nUntick “Predict, then reveal” in the Loop menu to see the map."


class SurfacePlot(Panel):
    """Lines of equal loss over b and w, the path so far, and where the next update would go.

    Both axes have one scale, so that minus the gradient crosses the lines at a right angle; where
    .grad holds more than the gradient here, it does not.

    Signals:
        startRequested: Begin again from these values of b and w.
    """

    startRequested = Signal(float, float)

    def __init__(self) -> None:
        super().__init__("Loss surface", "Surface")
        self._snapshot = EMPTY
        self._data: Dataset | None = None
        self._run = 0
        self._start = self._bottom = (math.nan, math.nan)
        self._box = Box(0.0, 0.0, 0.0, 0.0)
        self._drawn: tuple[object, ...] = ()
        self._seen = self._box
        self._points = (np.empty(0),) * 4
        self._map = LossMap("Loss as a function of b and w", "b", "w")
        self._map.setObjectName("surface_plot")
        self._fields = NumberField("start b"), NumberField("start w")
        self._hint = QLabel("□  drag it, or click the map")
        self._message = QLabel()
        self._veil = QLabel(HIDDEN)
        self._pages = QStackedWidget()  # the map and what belongs to it, or the veil
        self._relief = Relief(self._map)
        self._ghosts = [Ghost(self._map, i) for i in range(len(LETTERS))]
        self._later, self._path = curve_item(self._map, 3), curve_item(self._map, 4)
        self._dots = pg.ScatterPlotItem(symbol="o", pxMode=True)
        self._dots.setZValue(4)
        self._map.addItem(self._dots, ignoreBounds=True)
        self._square = marker(self._map, Symbols["s"], 5)
        self._arrow = Arrow(self._map, 6)
        self._point = marker(self._map, Symbols["o"], 7)
        self._build()
        self._connect()

    @override
    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        super().show_theme(theme)
        self._map.show_theme(theme)
        self._relief.show_theme(theme)
        self._arrow.show_theme(theme)
        for ghost in self._ghosts:
            ghost.show_theme(theme)
        for shape, size in ((self._square, 15), (self._point, 12)):
            shape.setScale(theme.zoom * size)
        self._dots.setSize(theme.px(5))
        for field in self._fields:
            field.setFixedWidth(theme.px(104))
        self._later.setPen(theme.pen(mixed(theme.accent, theme.panel, 0.65), 1.5))
        self._path.setPen(theme.pen(theme.accent, 2))
        self._dots.setPen(None)
        self._dots.setBrush(pg.mkBrush(theme.accent))
        self._square.setPen(theme.pen(theme.accent, 2))
        self._square.setBrush(pg.mkBrush(theme.panel))
        self._point.setPen(theme.pen(theme.panel, 1.5))
        self._point.setBrush(pg.mkBrush(theme.accent))

    @override
    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show where the run stands on the map, and the way that it took; nothing of it veiled."""
        self._snapshot = snapshot
        self._show_veil(snapshot.veiled)
        if snapshot.veiled:
            return
        start = float(snapshot.columns.b[0]), float(snapshot.columns.w[0])
        bottom = contours.lowest(snapshot.surface, start)
        known = snapshot.ready and passes(*start, *bottom)
        self._map.start = start if known else None
        for field, value in zip(self._fields, start, strict=True):
            field.setEnabled(known)
            if known:
                _show_value(field, value)
        if not known:
            return
        path = whole = snapshot.curves.path(snapshot.index)
        if snapshot.recorded > snapshot.index:
            whole = snapshot.curves.path(snapshot.recorded)
        self._bottom = bottom
        self._show_range(snapshot, start, whole)
        self._show_map(snapshot)
        self._show_path(path, whole)
        self._show_point(snapshot)

    def _show_veil(self, veiled: bool) -> None:
        """Say in place of the map that it is hidden, or not; what was drawn is forgotten."""
        if veiled:
            self._map.start = None
            self._drawn, self._points = (), (np.empty(0),) * 4
            self._bottom = (math.nan, math.nan)
            self.set_note("hidden")
            self._map.setAccessibleDescription("Hidden while you predict.")
        # not the axes, which lose their size when they are hidden
        self._map.getPlotItem().getViewBox().childGroup.setVisible(not veiled)
        self._pages.setCurrentIndex(int(veiled))
        self._message.setVisible(not veiled and bool(self._message.text()))

    def _show_range(self, snapshot: Snapshot, start: Place, path: Path) -> None:
        """Let the map hold the start, the minimum and the path; it only grows in a run.

        A new run gets a new range, unless it can be seen well in the one that is there.
        """
        known_data = snapshot.data is self._data
        fresh = not known_data or start != self._start or snapshot.run != self._run
        self._data, self._start = snapshot.data, start
        pinned = [pin.curves.path(pin.statements) for pin in snapshot.pins]
        needed = contours.worth_showing(start, self._bottom, [path, *pinned])
        room = MARGIN * max(needed.width, needed.height)
        seen = self._map.view
        fits = seen.holds(needed.padded(room / 2))
        large = max(needed.width / seen.width, needed.height / seen.height) > SMALLEST
        if fresh and not (fits and large and known_data):
            self._box = needed.padded(room)
        elif not fits:
            self._box = self._box.joined(needed.padded(room))
        self._map.show_box(self._box)

    def _show_map(self, snapshot: Snapshot) -> None:
        """Draw what stays while the loop runs, if it is not what is drawn."""
        place = (self._map.view, self._map.pixel, self._start, self._bottom)
        state = (*place, snapshot.surface, snapshot.pins)
        if state == self._drawn:
            return
        self._drawn = state
        self._relief.show(snapshot.surface, self._bottom, self._start)
        pins = {pin.letter: pin for pin in snapshot.pins}
        for letter, ghost in zip(LETTERS, self._ghosts, strict=True):
            ghost.show(pins.get(letter))

    def _show_path(self, path: Path, whole: Path) -> None:
        """Draw the path so far, over the whole one, if it is not what is drawn."""
        view, new = self._map.view, (*path, *whole)
        pairs = zip(new, self._points, strict=True)
        if view == self._seen and all(np.array_equal(a, b) for a, b in pairs):
            return  # most statements leave b and w as they are
        self._seen, self._points = view, new
        later = NOTHING if whole is path else self._map.drawn(whole, MOST_POINTS)
        show_lines(self._later, later)
        show_lines(self._path, self._map.drawn(path, MOST_POINTS))
        few = 1 < len(path[0]) <= MOST_DOTS
        self._dots.setVisible(few)
        if few:
            here = view.has(*path)
            self._dots.setData(path[0][here], path[1][here])

    def _show_point(self, snapshot: Snapshot) -> None:
        numbers = snapshot.numbers
        b, w = (math.nan if value is None else value for value in numbers[:2])
        seen = bool(self._map.view.has(b, w))
        self._point.setVisible(seen)
        if seen:
            self._point.setPos(b, w)
        self._square.setVisible(True)
        self._arrow.show((b, w) if seen else None, numbers.b_grad, numbers.w_grad)
        loss = format_number(_loss(snapshot.surface, b, w))
        if not self._map.holding:
            self._square.setPos(*self._start)
            self.set_note(f"loss {loss}" if seen else f"loss {loss}, off the map")
        self._map.setAccessibleDescription(
            f"b is {format_number(b)}, w is {format_number(w)}, the loss is {loss}"
            f"{_distance(snapshot.surface, b, w)}."
        )

    def _show_held(self, b: float, w: float) -> None:
        """Let the start follow the hand, and say what it would be."""
        if self._snapshot.veiled:
            return
        self._square.setPos(b, w)
        loss = format_number(self._snapshot.surface.loss(b, w))
        self.set_note(f"start b {b:g}, w {w:g}: loss {loss}".replace("-", MINUS))

    def _request(self, b: float, w: float) -> None:
        self.startRequested.emit(b, w)
        self._reshow()  # so that the start stands where it was if nobody has answered

    def _request_typed(self) -> None:
        b, w = self._fields
        self.startRequested.emit(b.value, w.value)

    def _show_message(self, message: str) -> None:
        """Show what is wrong in a field; it goes when neither field is wrong any more."""
        if message or not any(field.property("wrong") for field in self._fields):
            self._message.setText(message)
            self._message.setVisible(bool(message))

    def _reshow(self) -> None:
        self.show_snapshot(self._snapshot)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the hint out where there is no room for it."""
        super().resizeEvent(event)
        room = event.size().width() - self.theme.px(FIELDS_WIDTH)
        self._hint.setVisible(room >= self._hint.sizeHint().width())

    def _connect(self) -> None:
        self._map.resized.connect(self._reshow)
        self._map.startHeld.connect(self._show_held)
        self._map.startDropped.connect(self._request)
        for field in self._fields:
            field.valueCommitted.connect(self._request_typed)
            field.refused.connect(self._show_message)

    def _build(self) -> None:
        row = QHBoxLayout()
        for name, field in zip("bw", self._fields, strict=True):
            field.setObjectName(f"start_{name}_field")
            label = QLabel(f"start {name}")
            label.setBuddy(field)
            label.setProperty("role", "note")
            row.addWidget(label)
            row.addWidget(field)
        row.addStretch(0)
        row.addWidget(self._hint, 1)
        self._hint.setProperty("role", "note")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        # so that it asks for no room: where there is none it is left out
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._message.setProperty("role", "message")
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setWordWrap(True)
        self._message.hide()
        self._veil.setObjectName("surface_veil")
        self._veil.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._veil.setWordWrap(True)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._map, 1)
        column.addLayout(row)
        for each in (page, self._veil):
            self._pages.addWidget(each)
        self.content.setSpacing(4)
        self.content.addWidget(self._pages, 1)
        self.content.addWidget(self._message)


def _loss(surface: Quadratic, b: float, w: float) -> float:
    """Return the loss at (b, w): inf where that is too far out to be worked out, nan for nan."""
    if math.isnan(b) or math.isnan(w):
        return math.nan
    loss = surface.loss(b, w)
    return math.inf if math.isnan(loss) else loss


def _distance(surface: Quadratic, b: float, w: float) -> str:
    """Return how far it is to the minimum, in words; where that is a line, to the nearest point."""
    if not passes(b, w):
        return ""
    lowest_b, lowest_w = contours.lowest(surface, (b, w))
    return f", {format_number(math.hypot(b - lowest_b, w - lowest_w))} away from the minimum"


def _show_value(field: NumberField, value: float) -> None:
    """Show the shortest number that gives the float32 in the tensor, from its first digit on."""
    short = float(str(np.float32(value)))
    if short != field.value or not (field.text() or field.hasFocus()):
        field.set_value(short)
        field.setCursorPosition(0)
