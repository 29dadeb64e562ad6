"""A pointer that is out of sight while it is not moved."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget
from typing_extensions import override

REST = 3000  # milliseconds without a movement, after which the pointer is hidden


class RestingPointer(QObject):
    """Hides the pointer over a window when it rests, and brings it back when it moves.

    Args:
        window: The window, which is its parent.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._own: list[tuple[QWidget, QCursor]] = []
        self._hidden = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST)
        self._timer.timeout.connect(self._hide)

    def watch(self) -> None:
        """Begin; the window has to be on a screen."""
        self._window.windowHandle().installEventFilter(self)
        self._timer.start()

    def stop(self) -> None:
        """End, with the pointer in sight."""
        self._timer.stop()
        self._window.windowHandle().removeEventFilter(self)
        self._show()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the pointer come back when it is moved."""
        if event.type() == QEvent.Type.MouseMove:
            self._show()
            self._timer.start()
        return False

    def _hide(self) -> None:
        """Hide it, also over what has a pointer of its own, such as a field."""
        self._hidden = True
        parts = self._window.findChildren(QWidget)
        own = [part for part in parts if part.testAttribute(Qt.WidgetAttribute.WA_SetCursor)]
        self._own = [(part, part.cursor()) for part in own]
        for part in (self._window, *own):
            part.setCursor(Qt.CursorShape.BlankCursor)

    def _show(self) -> None:
        if not self._hidden:
            return
        self._hidden = False
        self._window.unsetCursor()
        for part, cursor in self._own:
            part.setCursor(cursor)
        self._own = []
