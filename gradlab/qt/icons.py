"""The drawings on buttons and in menus, in whatever colour the theme has."""

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gradlab.qt import resources

SIZE = 24  # pixels, at a zoom of 100 %
RATIOS = (1, 2, 3)  # pixels of the screen for one of ours
APP_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
NAMES = (
    *("back", "redo", "start", "end", "step", "run", "stop", "restart"),
    *("pin", "skip", "check", "cross", "close", "float", "present", "zoom"),
)


def icon(name: str, colour: str, size: int = SIZE) -> QIcon:
    """Return the icon `name`, sharp on any screen.

    Args:
        name: One of `NAMES`.
        colour: What it is drawn in, as #RRGGBB.
        size: Its height and width, in pixels.

    Raises:
        KeyError: There is no such icon.
        ValueError: There is no such colour.
    """
    if name not in NAMES:
        raise KeyError(f"there is no icon {name!r}, but {', '.join(NAMES)}")
    if not QColor(colour).isValid():
        raise ValueError(f"{colour!r} is no colour")
    drawing = _drawing(name).replace("currentColor", QColor(colour).name())
    made = QIcon()
    for ratio in RATIOS:
        made.addPixmap(_pixmap(drawing, size * ratio))  # Qt takes the one that fits the screen
    return made


def app_icon() -> QIcon:
    """Return the program's own icon, in every size that desktops ask for."""
    made = QIcon()
    for size in APP_SIZES:
        made.addPixmap(_pixmap(_drawing("gradlab"), size))
    return made


def _drawing(name: str) -> str:
    return (resources.path("icons") / f"{name}.svg").read_text("utf-8")


def _pixmap(drawing: str, size: int) -> QPixmap:
    """Return the SVG `drawing` on a clear square of `size` pixels."""
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(pixmap.rect()))
    painter.end()
    return pixmap
