"""The lowest line while presenting: where the run stands, the plots to choose from, the keys."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QToolButton, QWidget
from typing_extensions import override

from gradlab.core.snapshot import Snapshot
from gradlab.qt import fonts
from gradlab.qt.big_plot import CHOICES
from gradlab.qt.projection import aside_pixels
from gradlab.qt.theme import SMALL, Theme

HINTS = ("PgDn next · PgUp back · F5 leave · . blank · ? keys", "F5 leave · ? keys", "? keys")
GAP = 6


class PresentationBar(QWidget):
    """One line; what the speaker alone needs is smaller, and the keys are told where there is room.

    Signals:
        plotChosen: The index in CHOICES of the plot to show.
    """

    plotChosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._place, self._hint = QLabel(), QLabel()
        self._place.setObjectName("presentation_place")
        for label in (self._place, self._hint):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setMinimumWidth(1)  # the hint is chosen to fit
        self._hint.setProperty("aside", True)
        self._choices = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(GAP)
        row.addWidget(self._place)
        row.addStretch(1)
        for i, choice in enumerate(CHOICES):
            button = QToolButton()
            button.setText(f"{i + 1} {choice.name}")
            button.setObjectName(f"plot_{i + 1}")
            button.setCheckable(True)
            button.setProperty("aside", True)
            self._choices.addButton(button, i)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._hint)
        self._choices.idClicked.connect(self.plotChosen)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Say where the run stands."""
        self._place.setText(f"statement {snapshot.index} · epoch {snapshot.epoch}")

    def show_choice(self, index: int) -> None:
        """Mark the plot CHOICES[index]."""
        self._choices.button(index).setChecked(True)

    def show_theme(self, theme: Theme, height: int) -> None:
        """Take the colours of `theme`, for a picture `height` pixels high."""
        aside = aside_pixels(height)
        self._place.setFont(theme.sans(SMALL))
        self._hint.setFont(fonts.sans(aside))
        self._hint.setStyleSheet(f"color: {theme.muted}")
        least = f"min-height: {theme.target(24)}px; min-width: {theme.target(24)}px"
        for button in self._choices.buttons():
            button.setStyleSheet(
                f"QToolButton {{ color: {theme.muted}; font-size: {aside}px; {least};"
                f" border: none; border-bottom: {theme.px(2)}px solid transparent; }}"
                f"QToolButton:checked {{ color: {theme.text}; font-weight: 600;"
                f" border-bottom-color: {theme.accent}; }}"
                f"QToolButton:focus {{ border: {theme.px(1)}px solid {theme.accent}; }}"
            )
        self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose anew how much is said of the keys."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Tell as many of the keys as there is room for beside the rest."""
        taken = self._place.sizeHint().width()
        layout = self.layout()
        assert layout is not None
        for button in self._choices.buttons():
            taken += button.sizeHint().width() + layout.spacing()
        room = self.width() - taken - 6 * layout.spacing()
        metrics = QFontMetrics(self._hint.font())
        fitting = (hint for hint in HINTS if metrics.horizontalAdvance(hint) <= room)
        self._hint.setText(next(fitting, ""))
