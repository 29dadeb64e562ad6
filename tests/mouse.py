"""A mouse, moved by hand: events that pytest-qt cannot send, such as a drag outside a widget."""

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

PRESS, MOVE, RELEASE = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonRelease,
)


def mouse(widget: QWidget, kind: QEvent.Type, x: float, y: float, held: bool = True) -> None:
    """Send a mouse event; `held` says whether the left button is down after it."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    where = QPointF(x, y)
    event = QMouseEvent(
        kind,
        where,
        where,
        none if kind == MOVE else left,
        left if held else none,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def drag(widget: QWidget, *places: tuple[float, float]) -> None:
    """Press the left button at the first place, move to the others, and let go at the last."""
    mouse(widget, PRESS, *places[0])
    for place in places[1:]:
        mouse(widget, MOVE, *place)
    mouse(widget, RELEASE, *places[-1], held=False)
