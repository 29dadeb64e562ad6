"""One step of the loop as a card: its code, how it ended, and the button that runs it."""

from enum import Enum

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QSizePolicy,
    QVBoxLayout,
)
from typing_extensions import override

from gradlab.core.statements import Statement
from gradlab.qt.fonts import MONO
from gradlab.qt.highlight import highlight
from gradlab.qt.skip_switch import SkipSwitch
from gradlab.qt.theme import BODY, LIGHT, SMALL, Theme
from gradlab.qt.variant_picker import VariantPicker

EDGE = 5
RADIUS = 8
LEFT, RIGHT = EDGE + 9, 10
SIDES = LEFT + RIGHT  # pixels at 100 % beside the texts
PITCH = 85  # per cent of the code font's own, from one line to the next in a compact card


class CardState(Enum):
    """What a card says of its step; the value is the word beside its title."""

    READY = ""
    NEXT = "next"
    RAN = "✓ ran"
    JUST_RAN = "▶ just ran"
    RAISED = "✗ raised"
    SKIPPED = "skipped"
    TO_SKIP = "to skip"


SKIPPED_STATES = frozenset({CardState.SKIPPED, CardState.TO_SKIP})
SHORT = {CardState.RAN: "✓", CardState.JUST_RAN: "▶"}  # the others' words are short


class StepCard(QAbstractButton):
    """A button that shows a step's title, code and state.

    Signals:
        variantChosen: The id of the statement that the card is to hold.

    Args:
        number: The place of the step in the loop, from 1.
        title: The step's name.
        choices: The statements that the card can hold.
        skip_text: The text of the switch that skips the step, or "" where it cannot be skipped.
        compact: Whether its words are as short and its margins as narrow as can be.

    Attributes:
        skip: The switch, or None.
        picker: The button whose menu chooses what the card holds, or None where it is always one.
        statement: What pressing the card runs.
    """

    variantChosen = Signal(str)

    def __init__(
        self,
        number: int,
        title: str,
        choices: tuple[Statement, ...],
        skip_text: str = "",
        compact: bool = False,
    ) -> None:
        super().__init__()
        self._compact = compact
        self._title, self._state, self._theme = title, CardState.READY, LIGHT
        self.statement: Statement | None = None
        self._struck = False
        self._marked = ""
        self._look: tuple[Theme, CardState, bool] | None = None
        self._hovered = False
        self._heading = QLabel(f"{number}  {title}")
        self._word = QLabel()
        self._code = QLabel()
        self._code.setTextFormat(Qt.TextFormat.RichText)
        self._code.setWordWrap(True)
        self._message = QLabel()
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setWordWrap(True)
        self._message.hide()
        self.skip = _switch(skip_text, compact) if skip_text else None
        self.picker = VariantPicker(choices) if len(choices) > 1 else None
        if self.picker is not None:
            self.picker.variantChosen.connect(self.variantChosen)
        self._build()
        for label in (self._heading, self._word, self._code, self._message):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def show_statement(self, statement: Statement) -> None:
        """Show the text that pressing the card runs, and mark it in the picker."""
        if statement == self.statement:
            return
        self.statement = statement
        self._show_code()
        if self.picker is not None:
            self.picker.show_choice(statement.id)
        self.setToolTip(statement.expect)
        self.updateGeometry()

    def mark(self, variable: str) -> None:
        """Underlay the lines that give `variable` a value; "" marks none."""
        if variable != self._marked:
            self._marked = variable
            self._show_code()

    def show_state(self, state: CardState, message: str = "", struck: bool = False) -> None:
        """Show how the step stands; of `message`, what PyTorch said, the first sentence.

        The code is struck through where the loop passes over it.
        """
        self._state, self._struck = state, struck
        self._word.setText(SHORT.get(state, state.value) if self._compact else state.value)
        self._message.setText(first_sentence(message))
        self._message.setVisible(bool(message) and not self._compact)  # there the caption says it
        self.setAccessibleName(f"{self._title}: {state.value}" if state.value else self._title)
        self.setAccessibleDescription(message or self._code_text())
        self._recolour()
        self.updateGeometry()
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        self._theme = theme
        self._heading.setFont(theme.sans(BODY, bold=True))
        if not self._compact:
            self._heading.setMinimumHeight(theme.target(24))
        for label in (self._word, self._message):
            label.setFont(theme.sans())
        if self.picker is not None:
            self.picker.show_theme(theme)
        self._recolour()
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        """Return the size of the texts."""
        return self._laid_out().sizeHint()

    @override
    def minimumSizeHint(self) -> QSize:
        """Return the least size that shows the texts whole."""
        return self._laid_out().minimumSize()

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that the card can be pressed."""
        self._hovered = True
        self.update()
        super().enterEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        """Stop showing it."""
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame, the edge that shows the state, and the focus ring."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = max(theme.zoom, 1.0) * (2.0 if self.hasFocus() else 1.0)
        area = QRectF(self.rect()).adjusted(ring / 2, ring / 2, -ring / 2, -ring / 2)
        path = QPainterPath()
        path.addRoundedRect(area, theme.px(RADIUS), theme.px(RADIUS))
        painter.fillPath(path, QColor(self._fill()))
        painter.save()
        painter.setClipPath(path)
        self._paint_edge(painter)
        painter.restore()
        bright = self.hasFocus() or self._hovered or self.isDown()
        painter.setPen(QPen(QColor(theme.accent if bright else theme.control), ring))
        painter.drawPath(path)

    def _paint_edge(self, painter: QPainter) -> None:
        edge = self._theme.px(EDGE)
        pen = QPen(QColor(self._edge()), edge)
        if self._state in SKIPPED_STATES:
            pen.setDashPattern([1.6, 1.2])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(QPointF(edge / 2, 0), QPointF(edge / 2, self.height()))

    def _fill(self) -> str:
        theme = self._theme
        return {
            CardState.JUST_RAN: theme.accent_fill,
            CardState.RAISED: theme.raised_fill,
            CardState.SKIPPED: theme.skipped_fill,
            CardState.TO_SKIP: theme.skipped_fill,
        }.get(self._state, theme.panel)

    def _edge(self) -> str:
        theme = self._theme
        return {
            CardState.NEXT: theme.accent,
            CardState.JUST_RAN: theme.accent,
            CardState.RAN: theme.fit,
            CardState.RAISED: theme.raised,
            CardState.SKIPPED: theme.skipped,
            CardState.TO_SKIP: theme.skipped,
        }.get(self._state, theme.line)

    def _code_text(self) -> str:
        return self.statement.code if self.statement else ""

    def _show_code(self) -> None:
        """Show the code coloured, or struck through in one colour: coloured it would look alive."""
        theme = None if self._struck else self._theme
        text = highlight(self._code_text(), theme, self._marked)
        self._code.setText(
            f'<p style="line-height: {PITCH}%">{text}</p>' if self._compact else text
        )

    def _recolour(self) -> None:
        """Give the labels their colours; nothing is done where they have them already."""
        look = (self._theme, self._state, self._struck)
        if look == self._look:
            return
        self._look = look
        theme = self._theme
        ink = theme.skipped if self._state in SKIPPED_STATES else theme.text
        word = {
            CardState.NEXT: theme.accent,
            CardState.SKIPPED: theme.skipped,
            CardState.TO_SKIP: theme.skipped,
            CardState.RAISED: theme.raised,
        }.get(self._state, theme.muted)
        self._show_code()
        for label, colour in (
            (self._heading, ink),
            (self._word, word),
            (self._message, theme.raised),
        ):
            label.setStyleSheet(f"color: {colour}")
        # a style sheet of its own, since one with a colour alone loses a font that was set
        strike = "; text-decoration: line-through" if self._struck else ""
        self._code.setStyleSheet(
            f"color: {ink}; font-family: '{MONO}'; font-size: {theme.px(SMALL)}px{strike}"
        )
        if self.skip is not None:
            self.skip.show_colours(theme, ink)

    def _laid_out(self) -> QLayout:
        layout = self.layout()
        assert layout is not None
        return layout

    def _build(self) -> None:
        if self._compact:
            self._build_compact()
            return
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._heading)
        if self.picker is not None:
            head.addWidget(self.picker)
        head.addStretch(1)
        head.addWidget(self._word)
        if self.skip is not None:
            head.addWidget(self.skip)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(LEFT, 4, RIGHT, 6)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._code)
        layout.addWidget(self._message)

    def _build_compact(self) -> None:
        """Put what can be pressed beside title and code: it is higher than a line of text."""
        grid = QGridLayout(self)
        grid.setContentsMargins(LEFT, 1, 3, 2)
        grid.setSpacing(0)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(2, 1)
        grid.addWidget(self._heading, 0, 0)
        grid.addWidget(self._word, 0, 1)
        grid.addWidget(self._code, 1, 0, 1, 2)
        controls = QHBoxLayout()
        controls.setContentsMargins(4, 0, 0, 0)
        for part in (self.skip, self.picker):
            if part is not None:
                controls.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(controls, 0, 2, 2, 1)
        grid.addWidget(self._message, 2, 0, 1, 3)


def _switch(text: str, compact: bool) -> SkipSwitch:
    switch = SkipSwitch("skip" if compact else text)
    switch.setAccessibleName(text)
    return switch


def first_sentence(message: str) -> str:
    """Return `message` up to its first full stop, with an ellipsis where more follows."""
    first, stop, rest = message.partition(". ")
    return f"{first}. …" if stop and rest else message
