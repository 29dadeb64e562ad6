"""A history plot to test with, and what can be seen in it."""

from collections.abc import Iterator
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from gradlab.core.outcome import Numbers
from gradlab.qt.history_plot import HistoryPlot
from gradlab.qt.roles import LOSS, VALIDATION_LOSS, Role
from gradlab.qt.theme import LIGHT
from tests.qt.snapshots import of_loop

RUN = of_loop(
    Numbers(b=0.25, w=0.5),
    Numbers(b=0.25, w=0.5, loss=2.5),
    Numbers(b=0.25, w=0.5, b_grad=-3.0, w_grad=-2.0, loss=2.5),
    Numbers(b=0.5, w=0.75, b_grad=-3.0, w_grad=-2.0, loss=2.5),
    Numbers(b=0.5, w=0.75, b_grad=0.0, w_grad=0.0, loss=2.5),
    Numbers(b=0.5, w=0.75, b_grad=0.0, w_grad=0.0, loss=2.5),
    Numbers(b=0.5, w=0.75, b_grad=0.0, w_grad=0.0, loss=1.25),
    Numbers(b=0.5, w=0.75, b_grad=-1.5, w_grad=-1.0, loss=1.25),
)
TWO = {"loss": LOSS, "val_loss": VALIDATION_LOSS}


def made(qtbot: QtBot, curves: dict[str, Role]) -> HistoryPlot:
    plot = HistoryPlot("history", curves)
    qtbot.addWidget(plot)
    plot.resize(640, 320)
    plot.show_theme(LIGHT)
    plot.grab()  # lays it out
    return plot


def view(plot: HistoryPlot) -> tuple[QRectF, list[list[float]]]:
    """Return the part of the plot inside the axes, in pixels, and the ranges of both."""
    box = plot.getPlotItem().getViewBox()
    return box.sceneBoundingRect(), box.viewRange()


def x_of(plot: HistoryPlot, statement: float) -> float:
    """Return the pixel column of a statement, worked out from what the axis spans."""
    area, ((first, last), _) = view(plot)
    return area.left() + (statement - first) / (last - first) * area.width()


def y_of(plot: HistoryPlot, value: float) -> float:
    area, (_, (low, high)) = view(plot)
    return area.bottom() - (value - low) / (high - low) * area.height()


def texts(plot: HistoryPlot) -> list[Any]:
    """Return the names that can be seen."""
    shown = (item for item in plot.getPlotItem().items if isinstance(item, pg.TextItem))
    return [item for item in shown if item.isVisible()]


def words(plot: HistoryPlot) -> list[str]:
    return [item.toPlainText() for item in texts(plot)]


def lines(plot: HistoryPlot) -> list[Any]:
    """Return the curves that can be seen and have something to show."""
    shown = (item for item in plot.getPlotItem().items if isinstance(item, pg.PlotDataItem))
    return [line for line in shown if line.isVisible() and line.getOriginalDataset()[0] is not None]


def ends(plot: HistoryPlot) -> list[float]:
    """Return the value that each curve ends at."""
    return [float(line.getOriginalDataset()[1][-1]) for line in lines(plot)]


def cursor(plot: HistoryPlot) -> float:
    (found,) = [i for i in plot.getPlotItem().items if isinstance(i, pg.InfiniteLine)]
    return float(found.value())


def points(plot: HistoryPlot) -> Iterator[float]:
    """Yield every number that an item of the plot was given to draw or to stand at."""
    for item in plot.getPlotItem().items:
        if isinstance(item, pg.PlotDataItem):
            for column in (*item.getOriginalDataset(), *item.curve.getData()):
                yield from () if column is None else column.tolist()
        else:
            yield from (item.pos().x(), item.pos().y())
