"""What the timeline is drawn with: a frame, a track, arrows on buttons, dots and their names."""

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QToolButton
from typing_extensions import override

from gradlab.core.outcome import Kind, Outcome
from gradlab.core.snapshot import TimelineEntry
from gradlab.core.statements import Step
from gradlab.qt.fonts import sans
from gradlab.qt.theme import LIGHT, SMALL, Theme

BUTTON = QSize(30, 26)  # pixels at 100 %, as all that follows
ROW_TOP, DOTS_Y, NAMES_Y, ROW_BOTTOM = 48, 57.0, 71.0, 82  # of the row of dots, in the timeline
TRACK_Y, HANDLE = 38.0, 7.0
TICK = 4.5  # half of a cross on the track
PITCH = 124  # from one dot to the next
RADIUS = 5.0
CELL = QSize(PITCH, ROW_BOTTOM - ROW_TOP)  # a dot and its name
MOST_CELLS = 256


class ArrowButton(QToolButton):
    """A small flat button; its arrow is painted, since the bundled fonts lack two of them.

    Args:
        name: Its object name.
        text: What it does, for the tool tip and a screen reader.
        side: 1 for an arrow to the left, -1 for one to the right.
        bar: Whether a bar stands at the arrow's point.
    """

    def __init__(self, name: str, text: str, side: int, bar: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setToolTip(text)
        self._arrow = _arrow(side, bar)
        self.show_theme(LIGHT)

    def show_theme(self, theme: Theme) -> None:
        """Take the colours and the size of `theme`."""
        self._theme = theme
        self.setFixedSize(theme.target(BUTTON.width()), theme.target(BUTTON.height()))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button, and the arrow on it."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(QRectF(self.rect()).center())
        painter.scale(self._theme.zoom, self._theme.zoom)
        ink = self._theme.text if self.isEnabled() else self._theme.control
        painter.fillPath(self._arrow, QColor(ink))


class Cells:
    """Pictures of dots with their names; they recur, and painting them is dear."""

    def __init__(self) -> None:
        self._theme = LIGHT
        self._cells: dict[tuple[object, ...], QPixmap] = {}

    def __len__(self) -> int:
        """Return how many pictures are kept."""
        return len(self._cells)

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`, in pictures that are painted anew."""
        self._theme = theme
        self._cells.clear()

    def cell(self, entry: TimelineEntry, time: int, ratio: float) -> QPixmap:
        """Return the picture of `entry`, of the size CELL.

        Args:
            entry: What to show.
            time: Negative for the past, 0 for now, positive for what can be redone.
            ratio: How many pixels of the screen make one at 100 %.
        """
        time = (time > 0) - (time < 0)
        key = (entry.label, entry.step, entry.outcome.kind, time, ratio)
        if key not in self._cells:
            if len(self._cells) >= MOST_CELLS:
                self._cells.clear()  # a new learning rate is a new name: there is no end of them
            self._cells[key] = _cell(entry, time, self._theme, ratio)
        return self._cells[key]


def draw_frame(painter: QPainter, theme: Theme, area: QRectF, focused: bool) -> None:
    """Draw the ground of the timeline, and an edge around it, a ring where it has the focus."""
    ring = 2.0 if focused else 1.0
    painter.setPen(QPen(QColor(theme.accent if focused else theme.line), ring))
    painter.setBrush(QColor(theme.panel))
    half = ring / 2
    painter.drawRoundedRect(area.adjusted(half, half, -half, -half), 10, 10)


def draw_track(
    painter: QPainter, theme: Theme, place: tuple[float, float, float], raised: Sequence[float]
) -> None:
    """Draw the track over all statements, filled up to now, with a handle there.

    Args:
        painter: What to draw with.
        theme: The colours.
        place: Where it begins, where now is, and where it ends.
        raised: Where statements raised; a cross marks each.
    """
    left, now, right = (QPointF(x, TRACK_Y) for x in place)
    painter.setPen(QPen(QColor(theme.control), 2))
    painter.drawLine(now, right)
    painter.setPen(QPen(QColor(theme.accent), 4))
    painter.drawLine(left, now)
    painter.setPen(QPen(QColor(theme.raised), 2))
    for x in raised:
        painter.drawLines(_cross(QPointF(x, TRACK_Y), TICK))
    painter.setPen(QPen(QColor(theme.panel), 2))  # a gap between the handle and a cross
    painter.setBrush(QColor(theme.accent))
    painter.drawEllipse(now, HANDLE, HANDLE)


def draw_time(painter: QPainter, theme: Theme, left: float, here: float, right: float) -> None:
    """Draw the line through the dots: solid from `left` to `here`, dashed from there on."""
    pen = QPen(QColor(theme.control), 2)
    painter.setPen(pen)
    painter.drawLine(QLineF(left, DOTS_Y, here, DOTS_Y))
    pen.setWidthF(1)
    pen.setDashPattern([3.0, 3.0])
    painter.setPen(pen)
    painter.drawLine(QLineF(here, DOTS_Y, right, DOTS_Y))


def ending(outcome: Outcome) -> str:
    """Return what is said behind the name of a statement that did not end well."""
    return {Kind.OK: "", Kind.RAISED: " raised", Kind.SKIPPED: " skipped"}[outcome.kind]


def _arrow(side: int, bar: bool = False) -> QPainterPath:
    """Return an arrow around (0, 0), to the left for 1, to the right for -1; a bar at its point."""
    tip = -3.0 if bar else -5.0
    back = side * (tip + 8.5)
    path = QPainterPath()
    path.addPolygon([QPointF(side * tip, 0), QPointF(back, -5.5), QPointF(back, 5.5)])
    if bar:
        path.addRect(QRectF(-5 * side - 1, -5.5, 2, 11))
    return path


def _cross(at: QPointF, radius: float) -> list[QLineF]:
    """Return the two lines of a cross at `at`, each twice `radius` wide and high."""
    down, up = QPointF(radius, radius), QPointF(radius, -radius)
    return [QLineF(at - down, at + down), QLineF(at - up, at + up)]


def _cell(entry: TimelineEntry, time: int, theme: Theme, ratio: float) -> QPixmap:
    """Paint a dot and its name; `time` is negative for the past, 0 for now."""
    picture = QPixmap(CELL * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(PITCH / 2, -ROW_TOP)
    _paint_dot(painter, entry, time, theme)
    painter.setFont(sans(SMALL, bold=time == 0))
    painter.setPen(QColor(theme.muted if time > 0 else theme.text))
    words = painter.fontMetrics().elidedText(
        entry.label + ending(entry.outcome), Qt.TextElideMode.ElideMiddle, PITCH - 6
    )
    box = QRectF(-PITCH / 2, NAMES_Y - 8, PITCH, 16)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
    return picture


def _paint_dot(painter: QPainter, entry: TimelineEntry, time: int, theme: Theme) -> None:
    at, kind = QPointF(0, DOTS_Y), entry.outcome.kind
    radius = RADIUS if time else RADIUS + 2
    colour = QColor(_colour(entry, time, theme))
    pen = QPen(colour, 1.2 if time > 0 else 2)
    if time > 0 and kind is Kind.SKIPPED:
        pen.setDashPattern([2.0, 3.0])
    painter.setPen(pen)
    if kind is Kind.RAISED:
        painter.drawLines(_cross(at, radius))
        return
    hollow = time > 0 or kind is Kind.SKIPPED
    painter.setBrush(QColor(theme.panel) if hollow else colour)
    painter.drawEllipse(at, radius, radius)


def _colour(entry: TimelineEntry, time: int, theme: Theme) -> str:
    if time >= 0:
        return theme.control if time else theme.accent
    if entry.outcome.kind is Kind.RAISED:
        return theme.raised
    if entry.outcome.kind is Kind.SKIPPED:
        return theme.skipped
    step = entry.step or Step.SETTING
    return {Step.FORWARD: theme.fit, Step.BACKWARD: theme.accent}.get(step, theme.muted)
