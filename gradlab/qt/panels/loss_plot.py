"""The loss over the statements."""

import numpy as np
import pyqtgraph as pg
from typing_extensions import override

from gradlab.core.number_format import format_number
from gradlab.core.snapshot import Snapshot
from gradlab.qt.panel import Panel
from gradlab.qt.plot import Plot, StepCurve, passes, room_for, span
from gradlab.qt.theme import Theme


class LossPlot(Panel):
    """The training loss, a step where the loss step ran."""

    def __init__(self) -> None:
        super().__init__("Loss")
        self._plot = Plot("Loss over the statements", "statement")
        self._plot.setObjectName("loss_plot")
        self._curve = StepCurve(self._plot)
        self._cursor = pg.InfiniteLine(0, angle=90)
        self._cursor.setZValue(-1)
        self._plot.addItem(self._cursor, ignoreBounds=True)
        self.content.addWidget(self._plot)

    @override
    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        super().show_theme(theme)
        self._plot.show_theme(theme)
        self._curve.show_style(theme.fit)
        self._cursor.setPen(pg.mkPen(theme.accent, width=1))

    @override
    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show every loss so far, with the latest written out."""
        loss = snapshot.columns.loss
        end = room_for(snapshot.index)
        self._plot.show_range(
            (-0.02 * end, end * 1.04),
            span(loss) if len(loss) and np.isfinite(loss).any() else (0.0, 1.0),
        )
        self._curve.show_values(loss, tail=0.03 * end)
        if passes(snapshot.index):
            self._cursor.setPos(snapshot.index)
        latest = snapshot.numbers.loss
        text = "no loss yet" if latest is None else format_number(latest)
        if latest is not None and not passes(latest):
            text += ", off the scale"
        self.set_note(text)
        self._plot.setAccessibleDescription(f"Loss: {text}, after {snapshot.index} statements.")
