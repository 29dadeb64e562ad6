"""Every colour that the items of a plot have, hidden or not, and how their lines are dashed."""

from collections.abc import Iterator
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsRectItem

from gradlab.qt.plot import Plot


def colours(plot: Plot) -> set[str]:
    """Return the colours of all items, of the axes and their words, and of the ground."""
    found = {_name(plot.backgroundBrush().color())}
    for item in plot.getPlotItem().items:
        found |= set(_of_item(item))
    for side in ("bottom", "left"):
        axis = plot.getAxis(side)
        found |= {_name(axis.pen().color()), _name(axis.textPen().color())}
        found |= {str(axis.labelStyle["color"])} if axis.labelText else set()
    return {colour.upper() for colour in found}


def lines(plot: Plot) -> set[tuple[str, Qt.PenStyle]]:
    """Return colour and dash of each line that can be seen."""
    kinds = (pg.PlotDataItem, pg.PlotCurveItem, pg.InfiniteLine)
    shown = [i for i in plot.getPlotItem().items if isinstance(i, kinds) and i.isVisible()]
    pens = [pg.mkPen(i.pen if isinstance(i, pg.InfiniteLine) else i.opts["pen"]) for i in shown]
    return {(_name(pen.color()).upper(), pen.style()) for pen in pens}


def _of_item(item: Any) -> Iterator[str]:
    """Yield the colours of `item`; of a curve without points, which has not been drawn, none."""
    if isinstance(item, pg.PlotDataItem):
        if item.getOriginalDataset()[0] is not None:
            yield from _painted(item.opts["pen"])
    elif isinstance(item, pg.PlotCurveItem):
        yield from _painted(item.opts["pen"])
    elif isinstance(item, pg.ScatterPlotItem):
        yield from _painted(item.opts["pen"], item.opts["brush"])
    elif isinstance(item, pg.BarGraphItem):
        if item.isVisible():
            yield from _painted(*item.opts["pens"], *item.opts["brushes"])
    elif isinstance(item, pg.InfiniteLine):
        yield from _painted(item.pen)
    elif isinstance(item, pg.TextItem):
        yield _name(item.color)
        yield from _painted(item.fill)
    else:
        assert isinstance(item, QGraphicsPathItem | QGraphicsRectItem), item
        yield from _painted(item.pen(), item.brush())


def _painted(*tools: object) -> Iterator[str]:
    nothing = (Qt.PenStyle.NoPen, Qt.BrushStyle.NoBrush)
    for tool in tools:
        made = tool if isinstance(tool, QPen | QBrush) else pg.mkPen(tool)
        if made.style() not in nothing:
            yield _name(made.color())


def _name(colour: QColor) -> str:
    return colour.name()
