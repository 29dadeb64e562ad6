"""The lowest line while presenting: where the run stands, the plots to choose from, the keys."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QToolButton, QWidget
from typing_extensions import override

from gradlab.core.snapshot import Snapshot
from gradlab.qt import fonts
from gradlab.qt.big_plot import CHOICES
from gradlab.qt.projection import aside_pixels
from gradlab.qt.theme import LIGHT, SMALL, Theme

HINTS = (
    "PgDn next · PgUp back · F5 leave · . blank · ? keys",
    "PgDn next · PgUp back · ? keys",
    "F5 leave · ? keys",
    "? keys",
)
GAP = 4  # pixels at 100 %
SIDES = 8  # beside a plot's name


class PresentationBar(QWidget):
    """One line; what the speaker alone needs is smaller, and left out where there is no room.

    Signals:
        plotChosen: The index in CHOICES of the plot to show.
    """

    plotChosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._theme, self._picture = LIGHT, 0
        self._place, self._hint = QLabel(), QLabel()
        self._place.setObjectName("presentation_place")
        self._hint.setObjectName("presentation_keys")
        self._choices = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, 0, GAP, 0)
        row.setSpacing(GAP)
        row.addWidget(self._place)
        row.addStretch(1)
        for i, choice in enumerate(CHOICES):
            button = QToolButton()
            button.setObjectName(f"plot_{i + 1}")
            button.setAccessibleName(choice.name)
            button.setCheckable(True)
            self._choices.addButton(button, i)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._hint)
        for label in (self._place, self._hint):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._choices.idClicked.connect(self.plotChosen)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Say where the run stands."""
        self._place.setText(f"statement {snapshot.index} · epoch {snapshot.epoch}")
        self._fit()

    def show_choice(self, index: int) -> None:
        """Mark the plot CHOICES[index]."""
        self._choices.button(index).setChecked(True)
        self._fit()

    def show_theme(self, theme: Theme, height: int) -> None:
        """Take the colours of `theme`, for a picture `height` pixels high."""
        self._theme, self._picture = theme, height
        self._place.setFont(theme.sans(SMALL))
        self._hint.setFont(fonts.sans(aside_pixels(height)))
        self._hint.setStyleSheet(f"color: {theme.muted}")
        edge = max(theme.px(1), 2)
        for button in self._choices.buttons():
            button.setFixedHeight(theme.target(24))
            button.setStyleSheet(
                f"QToolButton {{ color: {theme.muted}; font-size: {aside_pixels(height)}px;"
                f" border: {edge}px solid transparent; border-radius: 0; padding: 0; }}"
                f"QToolButton:checked {{ color: {theme.text}; font-weight: 600;"
                f" border-bottom-color: {theme.accent}; }}"
                f"QToolButton:focus {{ border-color: {theme.accent}; }}"
            )
        self._fit()

    @override
    def minimumSizeHint(self) -> QSize:
        """Return no width: what it says follows from the width it gets."""
        return QSize(1, self._theme.target(24))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose anew what there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Name all plots, or only the one in sight, and tell the keys, as there is room for."""
        if not self._picture:
            return
        names = [f"{i} {choice.name}" for i, choice in enumerate(CHOICES, 1)]
        taken = sum(map(self._width, names))
        room = self.width() - self._place.sizeHint().width() - self._theme.px(12 * GAP)
        for button, name in zip(self._choices.buttons(), names, strict=True):
            shown = name if taken <= room or button.isChecked() else name.split()[0]
            if shown != button.text() or self._width(shown) != button.width():
                button.setText(shown)
                button.setFixedWidth(self._width(shown))
        metrics = QFontMetrics(self._hint.font())
        fitting = (hint for hint in HINTS if metrics.horizontalAdvance(hint) <= room - taken)
        self._hint.setText(next(fitting, ""))

    def _width(self, words: str) -> int:
        """Return how wide the button of a plot has to be that says `words`."""
        metrics = QFontMetrics(fonts.sans(aside_pixels(self._picture), bold=True))
        return max(metrics.horizontalAdvance(words) + self._theme.px(SIDES), self._theme.target(24))
