"""One plot of choice, as large as there is room for, without what is only there to edit."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QTableWidget,
    QWidget,
)
from typing_extensions import override

from gradlab.core.snapshot import EMPTY, Snapshot
from gradlab.qt import style_sheet
from gradlab.qt.checks_table import ChecksTable
from gradlab.qt.graph_drawing import DETAIL
from gradlab.qt.history_plot import HistoryPlot
from gradlab.qt.layout_scale import scale_layouts
from gradlab.qt.number_field import NumberField
from gradlab.qt.panel import Panel
from gradlab.qt.panels.data_plot import DataPlot
from gradlab.qt.panels.gradient_plot import GradientPlot
from gradlab.qt.panels.graph_view import GraphView
from gradlab.qt.panels.loss_plot import LossPlot
from gradlab.qt.panels.parameter_plot import ParameterPlot
from gradlab.qt.panels.surface_plot import SurfacePlot
from gradlab.qt.panels.tensor_table import COLUMNS, TensorTable
from gradlab.qt.plot import Plot
from gradlab.qt.theme import LIGHT, SMALL, Theme

COLUMN_ORDER = (
    "name", "value", "grad", "grad_fn", "is_leaf", "requires_grad", "version", "shape", "dtype",
    "device",
)  # fmt: skip  # what the tensors' columns are worth where there is not room for all


@dataclass(frozen=True, slots=True)
class Choice:
    """A plot that can be chosen: its name, how to make it, what of it is left out."""

    name: str
    make: Callable[[], Panel]
    left_out: tuple[type[QWidget], ...] = ()


CHOICES = (
    Choice("Data", DataPlot),
    Choice("Gradients", GradientPlot, (HistoryPlot, ChecksTable)),
    Choice("Loss", LossPlot),
    Choice("Parameters", ParameterPlot),
    Choice("Surface", SurfacePlot, (NumberField, QLabel)),
    Choice("Tensors", TensorTable),
    Choice("Graph", lambda: GraphView(least_scale=SMALL / DETAIL)),
)
FIRST = 1
HEAD_SIDES = 16  # pixels at 100 % above and below the words in the head of a table


class BigPlot(QStackedWidget):
    """The plots of CHOICES, each made when it is chosen first; only the one in sight is painted.

    Attributes:
        chosen: The index of the one in sight, in CHOICES.

    Signals:
        statementPicked: A statement to go to, clicked in a plot.
        made: A panel that has just been made.
    """

    statementPicked = Signal(int)
    made = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.chosen = FIRST
        self._panels: dict[int, Panel] = {}
        self._theme, self._snapshot = LIGHT, EMPTY

    def choose(self, index: int) -> None:
        """Show the plot CHOICES[index]."""
        self.chosen = index
        if index not in self._panels:
            self._make(index)
        panel = self._panels[index]
        if panel.theme is not self._theme:
            style_sheet.give_font(panel, self._theme)
            panel.show_theme(self._theme)
            for table in panel.findChildren(QTableWidget):
                _show_head(table, self._theme)
            scale_layouts(panel, self._theme)
        self.setCurrentWidget(panel)
        self.show_snapshot(self._snapshot)

    def show_theme(self, theme: Theme) -> None:
        """Take the colours and the size of `theme`."""
        self._theme = theme
        self.choose(self.chosen)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show `snapshot` in the plot in sight."""
        self._snapshot = snapshot
        if self.chosen not in self._panels:
            return
        panel = self._panels[self.chosen]
        panel.show_snapshot(snapshot)
        if isinstance(panel, TensorTable):
            self._show_columns(panel)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose anew which of the tensors' columns there is room for."""
        super().resizeEvent(event)
        panel = self._panels.get(self.chosen)
        if isinstance(panel, TensorTable):
            self._show_columns(panel)

    def _make(self, index: int) -> None:
        choice = CHOICES[index]
        panel = choice.make()
        _leave_out(panel, choice.left_out)
        for row in panel.findChildren(QHBoxLayout):
            _let_wrap(row)
        for plot in panel.findChildren(Plot):
            if not isinstance(plot, HistoryPlot):  # that one is clicked to go somewhere
                plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for table in panel.findChildren(QTableWidget):
            table.horizontalHeader().setStretchLastSection(False)
        if isinstance(panel, LossPlot | ParameterPlot | GradientPlot):
            panel.statementPicked.connect(self.statementPicked)
        self._panels[index] = panel
        self.addWidget(panel)
        self.made.emit(panel)

    def _show_columns(self, panel: TensorTable) -> None:
        """Show the columns that there is room for, and bring what changed into view."""
        table = panel.findChild(QTableWidget)
        assert table is not None
        fields = [field for field, _, _ in COLUMNS]
        room = table.viewport().width()
        for field in COLUMN_ORDER:
            column = fields.index(field)
            table.setColumnHidden(column, False)
            room -= table.columnWidth(column)
            table.setColumnHidden(column, room < 0)
        changed = {name for name, _ in self._snapshot.changed}
        for row, view in enumerate(self._snapshot.tensors):
            item = table.item(row, 0)
            if item is not None and view.named and view.name in changed:
                table.scrollToItem(item)


def _let_wrap(row: QHBoxLayout) -> None:
    """Give the last text in `row` the width that is free, and let it go on in another line."""
    items = [item for i in range(row.count()) if (item := row.itemAt(i)) is not None]
    for i, item in enumerate(items):
        if item.spacerItem() is not None:
            row.setStretch(i, 0)
    labels = [i for i, item in enumerate(items) if isinstance(item.widget(), QLabel)]
    if len(labels) > 1:
        label = items[labels[-1]].widget()
        assert isinstance(label, QLabel)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.setStretch(labels[-1], 1)


def _show_head(table: QTableWidget, theme: Theme) -> None:
    """Give the head of `table` its font: under a style sheet it would have the application's."""
    head = table.horizontalHeader()
    head.setStyleSheet(f"font-size: {theme.px(SMALL)}px")
    height = QFontMetrics(theme.sans(SMALL)).height() + theme.px(HEAD_SIDES)
    head.setMinimumHeight(height)  # it knows its height by the application's font only


def _leave_out(panel: Panel, kinds: tuple[type[QWidget], ...]) -> None:
    """Put what is of one of `kinds` where it is never seen: where the first of them stands."""
    if not kinds:
        return
    attic = QWidget(panel)
    attic.hide()
    first = panel.findChild(kinds[0])
    home = panel if first is None else first.parentWidget() or panel
    for widget in home.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if isinstance(widget, kinds):
            widget.setParent(attic)
