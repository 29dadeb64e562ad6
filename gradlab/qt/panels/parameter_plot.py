"""The parameters over the statements."""

from PySide6.QtCore import Signal
from typing_extensions import override

from gradlab.core.number_format import format_number
from gradlab.core.snapshot import Snapshot
from gradlab.qt import roles
from gradlab.qt.history_plot import HistoryPlot
from gradlab.qt.panel import Panel
from gradlab.qt.theme import Theme


class ParameterPlot(Panel):
    """How b and w went.

    Signals:
        statementPicked: The statement that was clicked.
    """

    statementPicked = Signal(int)

    def __init__(self) -> None:
        super().__init__("Parameters")
        self._plot = HistoryPlot("Parameters over the statements", {"b": roles.B, "w": roles.W})
        self._plot.setObjectName("parameter_plot")
        self._plot.statementPicked.connect(self.statementPicked)
        self.content.addWidget(self._plot)

    @override
    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        super().show_theme(theme)
        self._plot.show_theme(theme)

    @override
    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show how b and w went, with what they are now written out."""
        self._plot.show_curves(snapshot)
        b, w = format_number(snapshot.numbers.b), format_number(snapshot.numbers.w)
        self.set_note(f"b = {b}   w = {w}" if snapshot.ready else "")
        minimum = snapshot.surface.minimum()
        least = (
            ""
            if minimum is None
            else (
                f" The loss is least at b = {format_number(minimum[0])},"
                f" w = {format_number(minimum[1])}."
            )
        )
        self._plot.setAccessibleDescription(
            f"After {snapshot.index} statements b is {b} and w is {w}.{least}"
        )
