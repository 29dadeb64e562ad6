"""The data and the fitted line, with the errors as sticks after the loss."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGraphicsItem, QHBoxLayout, QLabel
from typing_extensions import override

from gradlab.core.dataset import Dataset
from gradlab.core.number_format import MINUS, format_number
from gradlab.core.snapshot import Snapshot
from gradlab.qt import roles
from gradlab.qt.panel import Panel
from gradlab.qt.plot import Plot, Points, Text, gate, passes, span
from gradlab.qt.theme import SMALL, Theme

PINNED = tuple(roles.FIT.of_run(pin) for pin in roles.PINS)


class DataPlot(Panel):
    """Training points as filled circles, validation points as hollow diamonds, three lines."""

    def __init__(self) -> None:
        super().__init__("Data and fitted line", "Data")
        self._data: Dataset | None = None
        self._run = 0
        self._x = (0.0, 1.0)
        self._y = (0.0, 1.0)
        self._plot = Plot("Data and fitted line", "x", "y")
        self._plot.setObjectName("data_plot")
        self._sticks = pg.PlotDataItem(connect="pairs")
        self._true = pg.PlotDataItem(antialias=True)
        self._train = pg.ScatterPlotItem(symbol=roles.TRAIN.marker, pxMode=True)
        self._val = pg.ScatterPlotItem(symbol=roles.VALIDATION.marker, pxMode=True)
        self._ghost = pg.PlotDataItem(antialias=True)
        self._fit = pg.PlotDataItem(antialias=True)
        self._pins = [(pg.PlotDataItem(antialias=True), Text(p.marker)) for p in PINNED]
        self._equation = QLabel()
        self._equation.setObjectName("equation")
        self._equation.setTextFormat(Qt.TextFormat.PlainText)
        self._legend = QLabel()
        self._legend.setTextFormat(Qt.TextFormat.PlainText)
        for scatter in (self._train, self._val):
            # what does not move is painted once, whatever the number of points
            scatter.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        for item in (self._sticks, self._true, self._train, self._val, self._ghost, self._fit):
            self._plot.addItem(item)
        for line, letter in self._pins:
            letter.setAnchor((1.0, 0.5))
            for item in (line, letter):
                self._plot.addItem(item, ignoreBounds=True)
                item.setVisible(False)
        words = QHBoxLayout()
        words.addWidget(self._equation)
        words.addStretch(1)
        words.addWidget(self._legend)
        self.content.setSpacing(0)
        self.content.addLayout(words)
        self.content.addWidget(self._plot, 1)

    @override
    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        super().show_theme(theme)
        self._plot.show_theme(theme)
        for item, role in (
            (self._sticks, roles.RESIDUAL),
            (self._true, roles.TRUE),
            (self._ghost, roles.BEFORE),
            (self._fit, roles.FIT),
            (self._val, roles.VALIDATION),
        ):
            item.setPen(role.pen(theme))
        for (line, letter), role in zip(self._pins, PINNED, strict=True):
            line.setPen(role.pen(theme))
            letter.show_theme(theme, role.ink(theme))
            letter.fill = pg.mkBrush(theme.panel)
        self._train.setSize(theme.px(roles.TRAIN.size))
        self._val.setSize(theme.px(roles.VALIDATION.size))
        self._train.setPen(None)
        self._train.setBrush(pg.mkBrush(roles.TRAIN.stroke(theme)))
        self._val.setBrush(pg.mkBrush(theme.panel))
        self._equation.setStyleSheet(f"color: {roles.FIT.ink(theme)}; font-weight: 600")
        self._legend.setStyleSheet(f"color: {theme.muted}; font-size: {theme.px(SMALL)}px")

    @override
    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the line that b and w make now, and the points if they are other ones."""
        fresh = snapshot.data is not None and snapshot.data is not self._data
        if snapshot.data is not None and fresh:
            self._show_data(snapshot.data)
        numbers = snapshot.numbers
        if numbers.b is None or numbers.w is None or self._data is None:
            return
        line = self._line(numbers.b, numbers.w)
        if snapshot.run != self._run or fresh:
            self._run = snapshot.run
            self._y = span(self._data.y_train, self._data.y_val, line)
        self._widen(line)
        self._fit.setData(gate(self._x), line)
        before = snapshot.previous_line
        # hidden, not cleared: pyqtgraph does not repaint what a cleared curve covered
        self._ghost.setVisible(before is not None)
        if before is not None:
            self._ghost.setData(gate(self._x), self._line(*before))
        self._show_sticks(snapshot)
        self._show_pins(snapshot)
        text = f"{roles.FIT.label} = {_equation(numbers.b, numbers.w)}"
        far = not passes(*line)
        self._equation.setText(f"{text}: too large to draw" if far else f"{roles.FIT.sign} {text}")
        error = "" if numbers.loss is None else f" Loss {format_number(numbers.loss)}."
        self._plot.setAccessibleDescription(f"The fitted line is {text}.{error}")

    def _show_data(self, data: Dataset) -> None:
        self._data = data
        spec = data.spec
        self._x = (0.0, 1.0)
        self._train.setData(data.x_train.ravel(), data.y_train.ravel())
        self._val.setData(data.x_val.ravel(), data.y_val.ravel())
        self._true.setData(gate(self._x), self._line(spec.true_b, spec.true_w))
        true = f"{spec.true_b:g}{_term(spec.true_w, f'{abs(spec.true_w):g}')}".replace("-", MINUS)
        n_train, n_val = len(data.x_train), len(data.x_val)
        self.set_note(f"{_named(roles.TRAIN)} {n_train}   {_named(roles.VALIDATION)} {n_val}")
        self._legend.setText(f"{_named(roles.TRUE)}: {true}   {_named(roles.BEFORE)}")

    def _show_sticks(self, snapshot: Snapshot) -> None:
        residuals = snapshot.residuals
        self._sticks.setVisible(residuals is not None)
        if residuals is None or self._data is None:
            return
        here = np.isfinite(residuals)  # nan outside the part of the training set in use
        x = self._data.x_train[: len(residuals)].ravel()[here]
        y = self._data.y_train[: len(residuals)].ravel()[here]
        ends = np.column_stack([y, y + residuals[here]]).ravel()
        self._sticks.setData(np.repeat(x, 2), gate(ends))

    def _show_pins(self, snapshot: Snapshot) -> None:
        """Draw the last line of each pinned run, with its letter at the right end."""
        pinned = {pin.letter: pin.numbers for pin in snapshot.pins}
        for role, (line, text) in zip(PINNED, self._pins, strict=True):
            numbers = pinned.get(role.marker)
            ends = gate([]) if numbers is None else self._line(numbers.b or 0.0, numbers.w or 0.0)
            shown = bool(len(ends)) and passes(*ends)
            line.setVisible(shown)
            text.setVisible(shown)
            if shown:
                line.setData(gate(self._x), ends)
                text.setPos(self._x[1], float(ends[1]))

    def _line(self, b: float, w: float) -> Points:
        return gate([b + w * x for x in self._x])

    def _widen(self, line: Points) -> None:
        """Let the line stay in sight; the range grows when it must and never shrinks in a run."""
        low, high = span(line, self._y)
        self._y = (min(self._y[0], low), max(self._y[1], high))
        margin = (self._x[1] - self._x[0]) * 0.02
        self._plot.show_range((self._x[0] - margin, self._x[1] + margin), self._y)


def _named(role: roles.Role) -> str:
    return f"{role.sign} {role.label}"


def _equation(b: float, w: float) -> str:
    return format_number(b, 3) + _term(w, format_number(abs(w), 3))


def _term(w: float, size: str) -> str:
    return f" {MINUS if w < 0 else '+'} {size}·x"
