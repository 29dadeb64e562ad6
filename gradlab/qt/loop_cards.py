"""The five cards of the loop, in a column that scrolls where there is no room for all."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from gradlab.core.outcome import Kind, Outcome
from gradlab.core.snapshot import EMPTY, Snapshot
from gradlab.core.statements import CATALOGUE, LOOP, Step, variants
from gradlab.qt.step_card import SIDES, CardState, StepCard
from gradlab.qt.theme import SMALL, Theme
from gradlab.qt.variant_picker import WIDTH as PICKER

TITLES = {
    Step.FORWARD: "Forward",
    Step.LOSS: "Loss",
    Step.BACKWARD: "Backward",
    Step.UPDATE: "Update",
    Step.ZERO: "Zero",
}
SKIP_TEXTS = {Step.UPDATE: "skip update", Step.ZERO: "skip zero_()"}


class LoopCards(QScrollArea):
    """A card for each step, in loop order.

    Args:
        compact: Whether to leave out what can be told from elsewhere, for a window with little
            room.

    Attributes:
        cards: The card of each step.

    Signals:
        statementRequested: The id of a statement to run.
        skipRequested: A step and whether to skip it.
        variantRequested: The id of the statement that the card of its step is to hold.
    """

    statementRequested = Signal(str)
    skipRequested = Signal(str, bool)
    variantRequested = Signal(str)

    def __init__(self, compact: bool = False) -> None:
        super().__init__()
        self._compact = compact
        self.cards = {step: _card(i, step, compact) for i, step in enumerate(LOOP, 1)}
        self._veiled = False
        self._snapshot = EMPTY
        self._column = QWidget()
        self._build(1 if compact else 4)
        for card in self.cards.values():
            card.clicked.connect(self._request_statement)
            card.variantChosen.connect(self.variantRequested)
            if card.skip is not None:
                # clicked, not toggled: showing a snapshot toggles as well, and must not ask
                card.skip.clicked.connect(self._request_skip)

    @property
    def stops(self) -> list[QWidget]:
        """What Tab stops at, from above."""
        parts = [(card, card.picker, card.skip) for card in self.cards.values()]
        return [part for each in parts for part in each if part is not None]

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the state of each step, and bring the one that was done last into view."""
        skips = snapshot.program.skips
        for statement, (step, card) in zip(snapshot.loop, self.cards.items(), strict=True):
            card.show_statement(statement)
            if card.picker is not None and snapshot.veiled != self._veiled:
                card.picker.show_expected(not snapshot.veiled)
            _show_card(card, step, snapshot)
            if card.skip is not None:
                card.skip.setChecked(step in skips)
            card.setEnabled(snapshot.ready)
        self._veiled = snapshot.veiled
        self._snapshot = snapshot
        self._bring_up()

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        for card in self.cards.values():
            card.show_theme(theme)
        # as wide as the cards need: they never scroll sideways
        least = self._column.minimumSizeHint().width()
        bar = self.verticalScrollBar().sizeHint().width()
        if self._compact:  # beside a large plot they get no more than they ask for
            least = max(least, _code_width(theme))
        self.setMinimumWidth(least + bar)

    def mark(self, variable: str) -> None:
        """Underlay the lines on the cards that give `variable` a value; "" marks none."""
        for card in self.cards.values():
            card.mark(variable)

    def _bring_up(self) -> None:
        """Bring the step that was done last into view, and before it the one that is next."""
        done = self._snapshot.statement
        for step in (self._snapshot.next_step, done.step if done is not None else None):
            if step in self.cards:
                self.ensureWidgetVisible(self.cards[step], 0, 0)

    def _request_statement(self) -> None:
        pressed = self.sender()
        for card in self.cards.values():
            if card is pressed and card.statement is not None:
                self.statementRequested.emit(card.statement.id)

    def _request_skip(self, skip: bool) -> None:
        switched = self.sender()
        for step, card in self.cards.items():
            if card.skip is switched:
                self.skipRequested.emit(step.value, skip)

    def _build(self, gap: int) -> None:
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        for card in self.cards.values():
            column.addWidget(card)
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidget(self._column)
        self.verticalScrollBar().rangeChanged.connect(self._bring_up)  # the cards have changed size
        self._column.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)


def _code_width(theme: Theme) -> int:
    """Return how wide a card has to be for the lesson's own lines not to wrap."""
    metrics = QFontMetrics(theme.mono(SMALL))
    lines = [line for step in LOOP for line in CATALOGUE[step].code.splitlines()]
    widest = max(metrics.horizontalAdvance(line) for line in lines)
    return widest + theme.px(SIDES + 4) + theme.target(PICKER)  # it stands beside the code


def _show_card(card: StepCard, step: Step, snapshot: Snapshot) -> None:
    ended = {statement.id: outcome for statement, outcome in snapshot.last_outcomes}
    held = card.statement.id if card.statement is not None else ""
    outcome = ended.get(held)
    just = snapshot.statement is not None and snapshot.statement.id == held
    struck = step in snapshot.program.skips
    message = (outcome.error or outcome.warning or "") if outcome and just else ""
    card.show_state(_state(step, snapshot, outcome, just), message, struck)


def _state(step: Step, snapshot: Snapshot, outcome: Outcome | None, just: bool) -> CardState:
    """Return what the card of `step` says: how it ended in this epoch, or what will be."""
    next_one = snapshot.ready and step is snapshot.next_step
    if step in snapshot.program.skips and (outcome is None or (next_one and not just)):
        return CardState.TO_SKIP
    if outcome is not None and outcome.kind is Kind.RAISED:
        return CardState.RAISED
    if outcome is not None and outcome.kind is Kind.SKIPPED:
        return CardState.SKIPPED
    if just and outcome is not None:
        return CardState.JUST_RAN
    if next_one:
        return CardState.NEXT
    return CardState.READY if outcome is None else CardState.RAN


def _card(number: int, step: Step, compact: bool) -> StepCard:
    card = StepCard(number, TITLES[step], variants(step), SKIP_TEXTS.get(step, ""), compact)
    card.setObjectName(f"{step.value}_button")
    if card.skip is not None:
        card.skip.setObjectName(f"skip_{step.value}")
    if card.picker is not None:
        card.picker.setObjectName(f"{step.value}_variant")
    return card
