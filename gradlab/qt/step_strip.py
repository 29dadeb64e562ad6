"""What happened last, and the five numbers that matter, to be read from far away."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy
from typing_extensions import override

from gradlab.core.number_format import MINUS, format_number
from gradlab.core.outcome import Kind
from gradlab.core.snapshot import EMPTY, Snapshot
from gradlab.core.statements import Step
from gradlab.qt import fonts
from gradlab.qt.loop_cards import TITLES
from gradlab.qt.projection import headline_pixels
from gradlab.qt.theme import LIGHT, SMALL, Theme

NUMBERS = {"loss": "loss", "b": "b", "w": "w", "b_grad": "b.grad", "w_grad": "w.grad"}
PHASES = {**TITLES, Step.PROBE: "Probe", Step.SETTING: "lr"}
ENDINGS = {Kind.RAISED: "✗ raised", Kind.SKIPPED: "skipped"}
START = "Start"
NEXT_TO_NOTHING = 1e-9  # two digits of an exponent take more room than is there
PADDING = 6  # pixels at 100 % beside a number


class StepStrip(QFrame):
    """A row of names over values; a number has as many decimals as fit, and is never clipped."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setObjectName("step_strip")
        self._theme, self._snapshot = LIGHT, EMPTY
        self._picture = 0
        self._ending, self._phase = QLabel(), QLabel()
        self._phase.setObjectName("strip_phase")
        self._names = {field: QLabel(name) for field, name in NUMBERS.items()}
        self._values = {field: QLabel() for field in NUMBERS}
        for field, value in self._values.items():
            value.setObjectName(f"strip_{field}")
        self._grid = QGridLayout(self)
        self._build()

    @property
    def headlines(self) -> list[QLabel]:
        """The labels that everybody looks at: the phase and the numbers."""
        return [self._phase, *self._values.values()]

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show what was done last, and the numbers after it."""
        self._snapshot = snapshot
        statement, kind = snapshot.statement, snapshot.outcome.kind
        self._phase.setText(START if statement is None else PHASES[statement.step or Step.PROBE])
        done = ENDINGS.get(kind, "just ran") if statement is not None else ""
        self._ending.setText(done or "ready")
        self._recolour()
        self._write()

    def show_theme(self, theme: Theme, height: int) -> None:
        """Take the colours of `theme`, for a picture `height` pixels high."""
        self._theme, self._picture = theme, height
        for label in self.headlines:
            label.setFont(self._headline())
        for label in (self._ending, *self._names.values()):
            label.setFont(theme.sans(SMALL))
        metrics = QFontMetrics(self._headline())
        widest = max(metrics.horizontalAdvance(word) for word in (START, *PHASES.values()))
        self._phase.setMinimumWidth(widest)
        self._grid.setHorizontalSpacing(theme.px(PADDING))
        for field, label in self._values.items():
            label.setStyleSheet(f"color: {self._colour(field)}")
            self._names[field].setStyleSheet(f"color: {self._colour(field)}")
        self._recolour()
        self._write()

    @override
    def resizeEvent(self, event: object) -> None:
        """Choose the decimals anew."""
        self._write()

    def _headline(self) -> QFont:
        return fonts.sans(headline_pixels(self._picture), bold=True)

    def _write(self) -> None:
        """Write the numbers, each in as much detail as its share of the width allows."""
        if not self._picture:
            return
        metrics = QFontMetrics(self._headline())
        edges = self._grid.contentsMargins()
        sides = edges.left() + edges.right() + self._grid.horizontalSpacing() * len(NUMBERS)
        whole = self.contentsRect().width() - sides - self._phase.minimumWidth()
        room = whole // len(NUMBERS) - 2  # each column's width is rounded
        for field, label in self._values.items():
            value = getattr(self._snapshot.numbers, field)
            texts = list(_texts(value)) if self._snapshot.ready else [""]
            fitting = (text for text in texts if metrics.horizontalAdvance(text) <= room)
            label.setText(next(fitting, texts[-1]))
            label.setAccessibleName(f"{NUMBERS[field]} {format_number(value)}")

    def _recolour(self) -> None:
        theme, kind = self._theme, self._snapshot.outcome.kind
        colour = {Kind.RAISED: theme.raised, Kind.SKIPPED: theme.skipped}.get(kind, theme.text)
        for label in (self._phase, self._ending):
            if label.property("colour") != colour:
                label.setProperty("colour", colour)
                label.setStyleSheet(f"color: {colour}")

    def _colour(self, field: str) -> str:
        own = {"b": self._theme.b, "b_grad": self._theme.b}
        own |= {"w": self._theme.w, "w_grad": self._theme.w}
        return own.get(field, self._theme.text)

    def _build(self) -> None:
        grid = self._grid
        grid.setContentsMargins(PADDING, 1, PADDING, 1)
        grid.setVerticalSpacing(0)
        columns = [(self._ending, self._phase)]
        columns += [(self._names[field], self._values[field]) for field in NUMBERS]
        for i, (name, value) in enumerate(columns):
            for row, label in enumerate((name, value)):
                label.setTextFormat(Qt.TextFormat.PlainText)
                grid.addWidget(label, row, i)
            if i:  # a number asks for no width: what it says follows from what it gets
                value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
                grid.setColumnStretch(i, 1)
        grid.setRowStretch(1, 1)


def _texts(value: float | None) -> Iterator[str]:
    """Yield ways to write `value`, the longest first."""
    for decimals in (4, 3, 2):
        yield format_number(value, decimals)
    if value is None or value == 0:
        return
    if 10 <= abs(value) < 1e6:
        yield f"{value:.1f}".replace("-", MINUS)
        yield f"{value:.0f}".replace("-", MINUS)
    for decimals in (1, 0):
        yield _short_exponent(value, decimals)
    if abs(value) < NEXT_TO_NOTHING:
        yield "≈ 0"


def _short_exponent(value: float, decimals: int) -> str:
    """Return `value` as in 1.2e5: without the plus and the leading zero of the exponent."""
    digits, e, exponent = f"{value:.{decimals}e}".partition("e")
    return f"{digits}{e}{int(exponent or 0)}".replace("-", MINUS) if e else format_number(value)
