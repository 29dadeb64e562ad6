"""How large every text in a window really is: what is painted, not what a font was set to."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import (
    QFont,
    QFontInfo,
    QFontMetricsF,
    QPaintDevice,
    QPaintEngine,
    QPaintEngineState,
    QRegion,
    QTextItem,
    QTransform,
)
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QWidget
from typing_extensions import override

HEADLINES = {"strip_phase", "strip_loss", "strip_b", "strip_w", "strip_b_grad", "strip_w_grad"}
ASIDE = {"presentation_keys", *(f"plot_{i}" for i in range(1, 8))}  # for the speaker alone
LEAST, BODY, X_HEIGHT = 0.02, 0.03, 0.03  # of the picture's height


class Text(NamedTuple):
    """A text as it was painted.

    Attributes:
        widget: What painted it; of a plot the viewport.
        words: What it says.
        pixels: The size of its font on the screen.
        x_height: The height of an x of it on the screen, in pixels.
    """

    widget: QWidget
    words: str
    pixels: float
    x_height: float

    @property
    def place(self) -> str:
        """The names of the widget and of what it stands in, from the outside."""
        names: list[str] = []
        widget: QWidget | None = self.widget
        while widget is not None:
            names.append(widget.objectName() or type(widget).__name__)
            widget = widget.parentWidget()
        return " > ".join(reversed(names))


class _Engine(QPaintEngine):
    """Keeps every text that is painted, and nothing else."""

    def __init__(self) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.texts: list[tuple[str, QFont, float]] = []
        self._transform = QTransform()

    @override
    def begin(self, device: QPaintDevice) -> bool:
        self.setActive(True)
        return True

    @override
    def end(self) -> bool:
        self.setActive(False)
        return True

    @override
    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    @override
    def updateState(self, state: QPaintEngineState) -> None:
        if state.state() & QPaintEngine.DirtyFlag.DirtyTransform:
            self._transform = state.transform()

    @override
    def drawTextItem(self, place: Any, item: QTextItem) -> None:
        scale = math.sqrt(abs(self._transform.determinant()))  # also of what is turned
        if item.text().strip():
            self.texts.append((item.text(), item.font(), scale))

    def _draw_nothing(self, *args: Any, **named: Any) -> None: ...

    drawPixmap = drawImage = drawTiledPixmap = drawPath = drawPolygon = _draw_nothing  # noqa: N815  # Qt's names
    drawLines = drawRects = drawEllipse = drawPoints = _draw_nothing  # noqa: N815


class _Device(QPaintDevice):
    """Something to paint on, of a size."""

    def __init__(self, size: QSize) -> None:
        super().__init__()
        self.engine, self._size = _Engine(), size

    @override
    def paintEngine(self) -> QPaintEngine:
        return self.engine

    @override
    def metric(self, metric: QPaintDevice.PaintDeviceMetric) -> int:
        which = QPaintDevice.PaintDeviceMetric
        return {
            which.PdmWidth: self._size.width(),
            which.PdmHeight: self._size.height(),
            which.PdmDevicePixelRatio: 1,
            which.PdmDevicePixelRatioScaled: round(QPaintDevice.devicePixelRatioFScale()),
            which.PdmDepth: 32,
            which.PdmNumColors: 1 << 24,
        }.get(metric, 96)  # dots per inch, and what does not matter


def painted(window: QWidget) -> list[Text]:
    """Return every text that `window` paints where it can be seen."""
    texts = []
    for widget in (window, *window.findChildren(QWidget)):
        apart = widget.isWindow() and widget is not window
        if widget.isVisible() and not apart and not widget.visibleRegion().isEmpty():
            texts += _painted_by(widget)
    return texts


def _painted_by(widget: QWidget) -> list[Text]:
    """Return the texts of `widget` alone, without its children."""
    device = _Device(widget.size())
    with _uncached(widget.parentWidget()):
        widget.render(device, QPoint(), QRegion(), QWidget.RenderFlag(0))
    return [
        Text(
            widget,
            words,
            QFontInfo(font).pixelSize() * scale,
            QFontMetricsF(font).xHeight() * scale,
        )
        for words, font, scale in device.engine.texts
    ]


@contextmanager
def _uncached(view: QWidget | None) -> Iterator[None]:
    """Let what `view` shows be painted anew: of a picture kept from before no text is seen."""
    items = view.scene().items() if isinstance(view, QGraphicsView) else []
    kept = [(item, item.cacheMode()) for item in items]
    none = QGraphicsItem.CacheMode.NoCache
    kept = [(item, mode) for item, mode in kept if mode is not none]
    for item, _ in kept:
        item.setCacheMode(none)
    yield
    for item, mode in kept:
        item.setCacheMode(mode)


def too_small(texts: list[Text], height: int) -> list[str]:
    """Return what is too small for a picture `height` pixels high, each as a sentence."""
    return [
        f"{text.words!r} is {text.pixels:.1f} px ({text.pixels / height:.2%}) in {text.place}"
        for text in texts
        if not _large_enough(text, height)
    ]


def _large_enough(text: Text, height: int) -> bool:
    name = text.widget.objectName()
    if name in HEADLINES:
        return text.x_height >= X_HEIGHT * height
    return text.pixels >= (LEAST if name in ASIDE else BODY) * height
