"""The loss over the statements."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox
from typing_extensions import override

from gradlab.core.course import Course, Way
from gradlab.core.number_format import format_number
from gradlab.core.snapshot import Snapshot
from gradlab.qt import roles
from gradlab.qt.history_plot import HistoryPlot
from gradlab.qt.panel import Panel
from gradlab.qt.plot import passes
from gradlab.qt.theme import Theme


class LossPlot(Panel):
    """The loss of the training and of the validation set, and how it goes, in a word.

    Signals:
        statementPicked: The statement that was clicked.
        logToggled: Whether the loss is shown in powers of ten.
    """

    statementPicked = Signal(int)
    logToggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__("Loss")
        self._plot = HistoryPlot(
            "Loss over the statements",
            {"loss": roles.LOSS, "val_loss": roles.VALIDATION_LOSS},
        )
        self._plot.setObjectName("loss_plot")
        self._plot.statementPicked.connect(self.statementPicked)
        self._log = QCheckBox("log")
        self._log.setObjectName("log_loss")
        self._log.setAccessibleName("Loss in powers of ten")
        self._log.setToolTip("Show the loss in powers of ten")
        self._log.toggled.connect(self._plot.show_log)
        self._log.toggled.connect(self.logToggled)
        self.head.addWidget(self._log)
        self.content.addWidget(self._plot)

    def show_log(self, log: bool) -> None:
        """Show the loss in powers of ten, or not."""
        self._log.setChecked(log)

    @override
    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        super().show_theme(theme)
        self._plot.show_theme(theme)

    @override
    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show every loss that is recorded, with the current one written out."""
        self._plot.show_curves(snapshot)
        now = snapshot.numbers.loss
        text = "no loss yet" if now is None else format_number(now)
        if now is not None and not passes(now):
            text += ", off the scale"
        way = _words(snapshot.course)
        self.set_note(f"{text}  ·  {way}" if way else text)
        self._plot.setAccessibleDescription(
            f"Loss: {text}, after {snapshot.index} statements. {way.capitalize()}".strip()
        )


def _words(course: Course) -> str:
    """Return how the loss goes, in words."""
    if course.way is Way.SWINGING:
        low, high = format_number(course.low), format_number(course.high)
        return f"swings between {low} and {high}"
    return _WAYS[course.way]


_WAYS = {
    Way.UNKNOWN: "",
    Way.FALLING: "falling",
    Way.SETTLED: "settled at its least",
    Way.GROWING: "growing",
}
