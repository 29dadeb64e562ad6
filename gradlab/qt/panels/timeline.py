"""Every statement so far: a track over all of them, and a row of dots around the current one."""

from bisect import bisect_left

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from gradlab.core.snapshot import EMPTY, Snapshot, TimelineEntry
from gradlab.qt.fonts import sans
from gradlab.qt.theme import LIGHT, SMALL, Theme
from gradlab.qt.timeline_drawing import (
    BUTTON,
    HANDLE,
    PITCH,
    ROW_BOTTOM,
    ROW_TOP,
    ArrowButton,
    Cells,
    draw_frame,
    draw_time,
    draw_track,
    ending,
)

PAD = 12  # pixels at 100 %, as all that follows
TRACK_TOP, TRACK_BOTTOM = 28, 52  # where the track can be pressed
INSET = PAD + HANDLE  # what the track keeps free at either side, so that the handle is never cut
MARGIN = 62  # from the left edge to the first dot


class Timeline(QWidget):
    """Says where in the run we stand, and goes to any other statement of it.

    On the track, pressing or dragging goes to the statement under the pointer; in the row, a
    press goes to the dot. With the focus, Left and Right go one statement, PageUp and PageDown to
    the first statement of this epoch or the one before, and of the next, Home and End to the start
    and the end.

    In the row a dot is filled where the statement ran, hollow where it was skipped, a cross where
    it raised. What lies after the current statement has thin outlines, on a dashed line.

    Signals:
        seekRequested: The number of the statement to go to; 0 is the start.
    """

    seekRequested = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("timeline")
        self.setAccessibleName("Timeline")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._snapshot = EMPTY
        self._sentence = ""
        self._theme = LIGHT
        self._font = sans(SMALL)
        self._cells = Cells()
        self._dragged_to: int | None = None
        self._start = ArrowButton("timeline_start", "To the start", 1, bar=True)
        self._back = ArrowButton("timeline_back", "Back one statement", 1)
        self._redo = ArrowButton("timeline_redo", "Redo one statement", -1)
        self._end = ArrowButton("timeline_end", "To the end", -1, bar=True)
        self._build()
        self.show_snapshot(EMPTY)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show where `snapshot` stands in the run; never asks for anything."""
        self._snapshot = snapshot
        sentence = _sentence(snapshot)
        if sentence != self._sentence:
            self._sentence = sentence
            self.setAccessibleDescription(sentence)
        self._enable((self._start, self._back), snapshot.index > 0)
        self._enable((self._redo, self._end), snapshot.index < snapshot.recorded)
        self._redo.setToolTip(f"Redo: {snapshot.redo.label}" if snapshot.redo else "Redo")
        self.update(QRegion(self.rect()).subtracted(QRegion(self.childrenRect())))

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        self._theme = theme
        self._cells.show_theme(theme)
        for button in (self._start, self._back, self._redo, self._end):
            button.show_theme(theme)
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        """Return room for the sentence, the track, and a row of dots with their names."""
        return QSize(600, self._theme.px(ROW_BOTTOM))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go where the key says; keys with Ctrl and the like are not for the timeline."""
        target = self._key_target(event.key())
        if target is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            self._ask(target)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the statement under the pointer, and follow the pointer if it is on the track."""
        at = self._at_100(event)
        entry = self._entry_at(at)
        if event.button() is not Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        elif self._on_track(at):
            self._dragged_to = self._snapshot.index
            self._drag(at.x())
        elif entry is not None:
            self._ask(entry.index)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a drag; otherwise show by the pointer's shape what can be pressed."""
        if not event.buttons() & Qt.MouseButton.LeftButton:
            self._dragged_to = None
        if self._dragged_to is not None:
            self._drag(self._at_100(event).x())
            return
        at = self._at_100(event)
        if self._on_track(at) or self._entry_at(at) is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.unsetCursor()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self._dragged_to = None

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame, the sentence, the track and the row of dots."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_frame(painter, self._theme, QRectF(self.rect()), self.hasFocus())
        painter.scale(self._theme.zoom, self._theme.zoom)
        if self._snapshot.ready:
            self._paint_sentence(painter)
            self._paint_track(painter)
            self._paint_row(painter)

    @property
    def _width(self) -> float:
        """How wide it is in pixels at 100 %, which is what everything is painted in."""
        return self.width() / self._theme.zoom

    def _at_100(self, event: QMouseEvent) -> QPointF:
        return event.position() / self._theme.zoom

    def _ask(self, target: int) -> None:
        """Ask for the statement `target`, or for the nearest that is recorded."""
        target = min(max(target, 0), self._snapshot.recorded)
        if target != self._snapshot.index:
            self.seekRequested.emit(target)

    def _drag(self, x: float) -> None:
        """Ask for the statement at `x` unless it was the last one that this drag asked for."""
        # not the current one: a far one takes a while, and dragging back meanwhile means to stay
        target = self._statement_at(x)
        if target != self._dragged_to:
            self._dragged_to = target
            self.seekRequested.emit(target)

    def _key_target(self, key: int) -> int | None:
        """Return the statement that `key` leads to, perhaps beyond the ends; None: not our key."""
        snapshot = self._snapshot
        return {
            int(Qt.Key.Key_Left): snapshot.index - 1,
            int(Qt.Key.Key_Right): snapshot.index + 1,
            int(Qt.Key.Key_PageUp): self._epoch_before(),
            int(Qt.Key.Key_PageDown): self._first_of_epoch(snapshot.epoch + 1),
            int(Qt.Key.Key_Home): 0,
            int(Qt.Key.Key_End): snapshot.recorded,
        }.get(key)

    def _epoch_before(self) -> int:
        """Return the first statement of this epoch; from there, of the one before."""
        first = self._first_of_epoch(self._snapshot.epoch)
        if first < self._snapshot.index:
            return first
        return self._first_of_epoch(self._snapshot.epoch - 1)

    def _first_of_epoch(self, epoch: int) -> int:
        """Return the first statement of `epoch`; before the first epoch, the start."""
        # not np.searchsorted, which would copy the whole column: it is one field of the rows
        first = bisect_left(self._snapshot.columns.epoch, epoch)
        return max(first, 1) if epoch > 0 else 0  # row 0, the start, counts to epoch 1

    def _on_track(self, at: QPointF) -> bool:
        return self._snapshot.recorded > 0 and TRACK_TOP <= at.y() < TRACK_BOTTOM

    def _statement_at(self, x: float) -> int:
        """Return the statement whose place on the track is nearest to `x`."""
        recorded = self._snapshot.recorded
        share = (x - INSET) / max(self._width - 2 * INSET, 1)
        return round(min(max(share, 0.0), 1.0) * recorded)

    def _x(self, index: int) -> float:
        """Return where on the track the statement `index` has its place."""
        return INSET + (self._width - 2 * INSET) * index / max(self._snapshot.recorded, 1)

    def _row(self) -> tuple[tuple[TimelineEntry, ...], float]:
        """Return the entries that fit, all or those around now, and the pixels between two."""
        entries, room = self._snapshot.timeline, max(self._width - 2 * MARGIN, 0)
        fitting = int(room // PITCH) + 1
        if len(entries) <= fitting:
            return entries, PITCH
        now = self._snapshot.index - entries[0].index
        first = min(max(now - fitting // 2, 0), len(entries) - fitting)
        return entries[first : first + fitting], room / max(fitting - 1, 1)

    def _entry_at(self, at: QPointF) -> TimelineEntry | None:
        """Return the entry whose dot or name is at that place, if there is one."""
        entries, pitch = self._row()
        place = round((at.x() - MARGIN) / (pitch or PITCH))
        found = at.y() >= TRACK_BOTTOM and 0 <= place < len(entries)
        return entries[place] if found else None

    def _paint_sentence(self, painter: QPainter) -> None:
        painter.setFont(self._font)
        painter.setPen(QColor(self._theme.muted))
        right = self._start.x() / self._theme.zoom
        box = QRectF(PAD, 2, right - 2 * PAD, BUTTON.height())
        words = painter.fontMetrics().elidedText(
            self._sentence, Qt.TextElideMode.ElideRight, int(box.width())
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_track(self, painter: QPainter) -> None:
        raised = [self._x(index) for index in self._snapshot.raised]
        place = INSET, self._x(self._snapshot.index), self._width - INSET
        draw_track(painter, self._theme, place, raised)

    def _paint_row(self, painter: QPainter) -> None:
        entries, pitch = self._row()
        if not entries:
            return
        now, oldest, newest = self._snapshot.index, entries[0].index, entries[-1].index
        # the line runs on to the edge where there are more
        left = PAD if oldest else MARGIN
        right = self._width - PAD
        if newest == self._snapshot.recorded:
            right = MARGIN + round(pitch * (len(entries) - 1))
        here = min(max(MARGIN + pitch * (now - oldest), left), right)
        draw_time(painter, self._theme, left, here, right)
        ratio = self.devicePixelRatioF() * self._theme.zoom
        for i, entry in enumerate(entries):
            picture = self._cells.cell(entry, entry.index - now, ratio)
            painter.drawPixmap(round(i * pitch), ROW_TOP, picture)

    def _enable(self, buttons: tuple[ArrowButton, ...], enabled: bool) -> None:
        for button in buttons:
            if not enabled and button.hasFocus():
                self.setFocus()  # Qt would pass it to the next button, which does the opposite
            button.setEnabled(enabled)

    def _build(self) -> None:
        self._start.clicked.connect(lambda: self._ask(0))
        self._back.clicked.connect(lambda: self._ask(self._snapshot.index - 1))
        self._redo.clicked.connect(lambda: self._ask(self._snapshot.index + 1))
        self._end.clicked.connect(lambda: self._ask(self._snapshot.recorded))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(PAD, 2, PAD - 4, 0)
        layout.setSpacing(2)
        layout.addStretch(1)
        for button in (self._start, self._back, self._redo, self._end):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)


def _sentence(snapshot: Snapshot) -> str:
    """Say which statement is shown, and how many later ones there are."""
    if not snapshot.ready:
        return ""
    later = snapshot.recorded - snapshot.index
    of = f" of {snapshot.recorded}" if later else ""
    label = snapshot.statement.label + ending(snapshot.outcome) if snapshot.statement else "start"
    parts = [f"statement {snapshot.index}{of}", f"epoch {snapshot.epoch}", label]
    if later:
        parts.append(f"{later} later one{'s' if later > 1 else ''} can be redone")
    return " · ".join(parts)
