"""The data and the fitted line, with the errors as sticks after the loss."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGraphicsItem
from typing_extensions import override

from gradlab.core.dataset import Dataset
from gradlab.core.number_format import MINUS, format_number
from gradlab.core.snapshot import Snapshot
from gradlab.qt.panel import Panel
from gradlab.qt.plot import Plot, Points, gate, passes, span, text_item
from gradlab.qt.theme import TITLE, Theme

DOTTED = Qt.PenStyle.DotLine
DASHED = Qt.PenStyle.DashLine


class DataPlot(Panel):
    """Training points as filled circles, validation points as hollow diamonds, three lines."""

    def __init__(self) -> None:
        super().__init__("Data and fitted line")
        self._data: Dataset | None = None
        self._x = (0.0, 1.0)
        self._y = (0.0, 1.0)
        self._plot = Plot("Data and fitted line", "x", "y")
        self._plot.setObjectName("data_plot")
        self._sticks = pg.PlotDataItem(connect="pairs")
        self._true = pg.PlotDataItem(antialias=True)
        self._train = pg.ScatterPlotItem(symbol="o", size=8, pxMode=True)
        self._val = pg.ScatterPlotItem(symbol="d", size=10, pxMode=True)
        self._ghost = pg.PlotDataItem(antialias=True)
        self._fit = pg.PlotDataItem(antialias=True)
        self._true_text = text_item("", "#000000", size=TITLE)
        self._fit_text = text_item("", "#000000", size=TITLE)
        for scatter in (self._train, self._val):
            # what does not move is painted once, whatever the number of points
            scatter.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        for item in (self._sticks, self._true, self._train, self._val, self._ghost, self._fit):
            self._plot.addItem(item)
        for text in (self._true_text, self._fit_text):
            self._plot.addItem(text, ignoreBounds=True)
        self.content.addWidget(self._plot)

    @override
    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        super().show_theme(theme)
        self._plot.show_theme(theme)
        self._sticks.setPen(pg.mkPen(theme.residual, width=1))
        self._true.setPen(pg.mkPen(theme.muted, width=2, style=DASHED))
        self._ghost.setPen(pg.mkPen(theme.fit, width=1.5, style=DOTTED))
        self._fit.setPen(pg.mkPen(theme.fit, width=4))
        self._train.setPen(None)
        self._train.setBrush(pg.mkBrush(theme.data))
        self._val.setPen(pg.mkPen(theme.data, width=1.5))
        self._val.setBrush(pg.mkBrush(theme.panel))
        self._true_text.setColor(theme.muted)
        self._fit_text.setColor(theme.fit)
        for text in (self._true_text, self._fit_text):
            text.fill = pg.mkBrush(theme.panel)

    @override
    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the line that b and w make now, and the points if they are other ones."""
        if snapshot.data is not None and snapshot.data is not self._data:
            self._show_data(snapshot.data)
        numbers = snapshot.numbers
        if numbers.b is None or numbers.w is None or self._data is None:
            return
        line = self._line(numbers.b, numbers.w)
        if snapshot.index == 0:
            self._y = span(self._data.y_train, self._data.y_val, line)
        self._widen(line)
        self._fit.setData(gate(self._x), line)
        before = snapshot.previous_line
        self._ghost.setData(gate(self._x), self._line(*before)) if before else self._ghost.clear()
        self._show_sticks(snapshot)
        text = f"yhat = {_equation(numbers.b, numbers.w)}"
        self._show_text(self._fit_text, text, 0.8, (numbers.b, numbers.w))
        error = "" if numbers.loss is None else f" Loss {format_number(numbers.loss)}."
        self._plot.setAccessibleDescription(f"The fitted line is {text}.{error}")

    def _show_data(self, data: Dataset) -> None:
        self._data = data
        spec = data.spec
        self._x = (0.0, 1.0)
        self._train.setData(data.x_train.ravel(), data.y_train.ravel())
        self._val.setData(data.x_val.ravel(), data.y_val.ravel())
        self._true.setData(gate(self._x), self._line(spec.true_b, spec.true_w))
        self._show_text(
            self._true_text,
            f"true: {spec.true_b:g}{_term(spec.true_w, f'{abs(spec.true_w):g}')}",
            0.62,
            (spec.true_b, spec.true_w),
        )
        self.set_note(f"●  train {len(data.x_train)}    ◇  validation {len(data.x_val)}")

    def _show_sticks(self, snapshot: Snapshot) -> None:
        residuals = snapshot.residuals
        if residuals is None or self._data is None:
            self._sticks.clear()
            return
        x = self._data.x_train[: len(residuals)].ravel()
        y = self._data.y_train[: len(residuals)].ravel()
        ends = np.column_stack([y, y + residuals]).ravel()
        self._sticks.setData(np.repeat(x, 2), gate(ends))

    def _line(self, b: float, w: float) -> Points:
        return gate([b + w * x for x in self._x])

    def _widen(self, line: Points) -> None:
        """Let the line stay in sight; the range grows when it must and never shrinks in a run."""
        low, high = span(line, self._y)
        self._y = (min(self._y[0], low), max(self._y[1], high))
        margin = (self._x[1] - self._x[0]) * 0.02
        self._plot.show_range((self._x[0] - margin, self._x[1] + margin), self._y)

    def _show_text(
        self, item: pg.TextItem, text: str, share: float, line: tuple[float, float]
    ) -> None:
        x = self._x[0] + share * (self._x[1] - self._x[0])
        y = line[0] + line[1] * x
        rising = line[1] >= 0
        if item is self._fit_text:  # above the line, on the side where the line falls away
            item.setAnchor((1.0, 1.1) if rising else (0.0, 1.1))
        else:  # below it, on the other side
            item.setAnchor((0.0, -0.1) if rising else (1.0, -0.1))
        item.setVisible(passes(x, y))
        if passes(x, y):
            item.setText(text)
            item.setPos(x, y)


def _equation(b: float, w: float) -> str:
    return format_number(b, 3) + _term(w, format_number(abs(w), 3))


def _term(w: float, size: str) -> str:
    return f" {MINUS if w < 0 else '+'} {size}·x"
