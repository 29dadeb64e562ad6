"""A plot as this window uses it: themed, still, and never given a number it cannot draw."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGraphicsItem

from gradlab.core.limits import LARGEST
from gradlab.core.outline import Curve
from gradlab.qt.theme import LIGHT, SMALL, Theme

MOST_FANCY = 200  # points up to which antialiasing and dashes are cheap

Points = NDArray[np.float64]


def gate(values: ArrayLike) -> Points:
    """Return `values` as float64, with nan for every number that is not finite or beyond 1e12.

    The one gate before any plot item: pyqtgraph raises in each repaint for a line or an arrow at
    nan, and its ranges stop following beyond 1e12. A nan in a curve is a gap.
    """
    points = np.array(values, dtype=np.float64)
    points[~(np.abs(points) <= LARGEST)] = np.nan
    return points


def passes(*values: float) -> bool:
    """Return whether each of `values` may be drawn as the position of an item."""
    return bool(np.isfinite(gate(values)).all())


class Plot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph ships no types
    """A PlotWidget without menu, buttons or mouse panning; ranges change only when told to.

    Args:
        name: What a screen reader calls it.
        x_label: The words under the x axis.
        y_label: The words beside the y axis.
    """

    def __init__(self, name: str, x_label: str = "", y_label: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMouseEnabled(x=False, y=False)
        self.setFrameShape(self.Shape.NoFrame)
        self.getPlotItem().getViewBox().disableAutoRange()
        self.getPlotItem().showGrid(x=True, y=True, alpha=0.16)
        for side in ("bottom", "left"):
            # texts are dear to paint; the cache is made anew when the axis changes
            self.getAxis(side).setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._range: tuple[float, ...] = ()
        self._labels = {"bottom": x_label, "left": y_label}

    def show_theme(self, theme: Theme) -> None:
        """Take the colours and fonts of `theme`; items keep their own pens."""
        self.setBackground(QColor(theme.panel))
        for side in ("bottom", "left"):
            axis = self.getAxis(side)
            axis.setPen(theme.pen(theme.line))
            axis.setTextPen(theme.pen(theme.muted))
            axis.setTickFont(theme.sans(SMALL))
            axis.setStyle(tickTextOffset=theme.px(2), tickLength=-theme.px(5))
            if self._labels[side]:
                axis.setLabel(self._labels[side], color=theme.muted)
                axis.label.setFont(theme.sans(SMALL))

    def show_range(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Show this part of the plane, where it can be drawn, with a margin above and below."""
        if not passes(*x, *y) or self._range == (*x, *y):
            return
        self._range = (*x, *y)
        low, high = y
        room = (high - low) * 0.06 or max(abs(high), 1.0) * 0.1
        view = self.getPlotItem().getViewBox()
        view.setRange(xRange=x, yRange=(low - room, high + room), padding=0.0)


class StepCurve:
    """A number over the statements, drawn as steps: flat until the statement that changed it."""

    def __init__(self, plot: Plot) -> None:
        self._curve = pg.PlotDataItem(connect="finite")
        self._dash = Qt.PenStyle.SolidLine
        self._pen = self._thin = LIGHT.pen("#000000")
        plot.addItem(self._curve)

    def show_style(
        self,
        theme: Theme,
        colour: str,
        dash: Qt.PenStyle = Qt.PenStyle.SolidLine,
        width: float = 2.5,
    ) -> None:
        """Draw in `colour`; dash and width are kept for short curves, where they are cheap."""
        self._dash = dash
        self._pen, self._thin = theme.pen(colour, width, dash), theme.pen(colour)

    def show_curve(self, curve: Curve, tail: float = 0.0) -> None:
        """Draw `curve`; its last point goes on for `tail`."""
        low, high = gate(curve.low), gate(curve.high)
        drawn = np.flatnonzero(np.isfinite(low))
        if not len(drawn):
            self._curve.setData([], [])
            return
        first = int(drawn[0])
        short = len(low) - first <= MOST_FANCY
        pen, dash = self._pen if short else self._thin, self._dash
        at, low, high = curve.at[first:], low[first:], high[first:]
        ends = np.append(at[1:], at[-1] + tail)
        if not short and dash is not Qt.PenStyle.SolidLine:
            low, high = _with_gaps(low, dash), _with_gaps(high, dash)
        if curve.size == 1:
            x, y = np.column_stack([at, ends]).ravel(), np.repeat(low, 2)
        else:
            x, y = np.repeat(at, 2), np.column_stack([low, high]).ravel()
        self._curve.setData(x, y, pen=pen, antialias=False)

    def setVisible(self, visible: bool) -> None:  # noqa: N802  # Qt's name for Qt's thing
        """Show or hide it."""
        self._curve.setVisible(visible)


_GAPS = {
    Qt.PenStyle.DashLine: (1, 1, 1, 1, 1, 1, 0, 0, 0),
    Qt.PenStyle.DotLine: (1, 1, 0, 0),
    Qt.PenStyle.DashDotLine: (1, 1, 1, 1, 1, 1, 0, 0, 1, 0, 0),
}


def _with_gaps(values: Points, dash: Qt.PenStyle) -> Points:
    """Return `values` with nan in the rhythm of `dash`: a long dashed pen would be slow to draw."""
    kept = np.resize(np.array(_GAPS[dash], np.bool_), len(values))
    return np.where(kept, values, np.nan)


def span(*columns: ArrayLike, least: float = 0.0) -> tuple[float, float]:
    """Return the lowest and highest drawable number in `columns`, and 0, at least `least` apart."""
    points: Sequence[Any] = [gate(column).ravel() for column in columns]
    all_points = np.concatenate([*points, np.zeros(1)])
    low, high = float(np.nanmin(all_points)), float(np.nanmax(all_points))
    return (low, high) if high - low >= least else (low, low + least)


def log_span(*columns: ArrayLike) -> tuple[float, float]:
    """Return the powers of ten of the lowest and highest positive drawable number in `columns`."""
    points = np.concatenate([gate(column).ravel() for column in columns])
    positive = points[points > 0]
    if not len(positive):
        return 0.0, 1.0
    return float(np.log10(positive.min())), float(np.log10(positive.max()))


def room_for(n: int) -> float:
    """Return the end of an axis for `n` statements: 10, 15, 20, 30 …, so that it seldom moves."""
    power = 10.0
    while True:
        for end in (1.0, 1.5, 2.0, 3.0, 5.0, 7.5):
            if end * power >= n:
                return end * power
        power *= 10


def mixed(colour: str, ground: str, share: float) -> str:
    """Return `colour` and `ground` mixed, of the first so much as `share` says, as #RRGGBB."""
    full, back = QColor(colour), QColor(ground)
    parts = zip(full.getRgb()[:3], back.getRgb()[:3], strict=True)  # type: ignore[index]  # PySide6 types it as object
    return QColor(*(round(share * a + (1 - share) * b) for a, b in parts)).name()


def ink_on(ground: str) -> str:
    """Return black or white, whichever has the higher contrast to `ground` by WCAG 2."""
    light = _luminance(ground)
    return "#000000" if (light + 0.05) ** 2 > 1.05 * 0.05 else "#FFFFFF"


def _luminance(colour: str) -> float:
    """Return the relative luminance, 0 for black to 1 for white, as WCAG 2 defines it."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class Text(pg.TextItem):  # type: ignore[misc]  # pyqtgraph ships no types
    """A plain text for a plot; HTML in it shows as typed.

    Args:
        text: What it says.
        bold: Whether in bold.
        size: In pixels at 100 %.
    """

    def __init__(self, text: str = "", bold: bool = True, size: int = SMALL) -> None:
        super().__init__(text)
        self._bold, self._size = bold, size
        self.show_theme(LIGHT)

    def show_theme(self, theme: Theme, colour: str = "") -> None:
        """Take the size of `theme`, and `colour`, or that of text."""
        self.setFont(theme.sans(self._size, self._bold))
        self.setColor(colour or theme.text)
