"""The loop: five cards, the buttons that step through them, and the settings of a run."""

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from gradlab.core.outcome import Kind, Outcome
from gradlab.core.pin import LETTERS
from gradlab.core.snapshot import Snapshot
from gradlab.core.statements import LOOP, Step, variants
from gradlab.qt.panel import Panel
from gradlab.qt.run_settings import RunSettings
from gradlab.qt.step_card import CardState, StepCard
from gradlab.qt.theme import Theme

TITLES = {
    Step.FORWARD: "Forward",
    Step.LOSS: "Loss",
    Step.BACKWARD: "Backward",
    Step.UPDATE: "Update",
    Step.ZERO: "Zero",
}
SKIP_TEXTS = {Step.UPDATE: "skip update", Step.ZERO: "skip zero_()"}


class LoopPanel(Panel):
    """The loop's own lines as its controls.

    Signals:
        statementRequested: The id of a statement to run.
        stepRequested, backRequested, restartRequested, newSeedRequested, pinRequested: A button was
            pressed.
        runRequested: Run the loop: until what, the epochs or the loss, the index in SPEEDS.
        stopRequested: Stop running.
        skipRequested: A step and whether to skip it.
        learningRateRequested: A new learning rate.
        variantRequested: The id of the statement that the card of its step is to hold.
    """

    statementRequested = Signal(str)
    stepRequested = Signal()
    backRequested = Signal()
    runRequested = Signal(str, float, int)
    stopRequested = Signal()
    restartRequested = Signal()
    newSeedRequested = Signal()
    pinRequested = Signal()
    skipRequested = Signal(str, bool)
    learningRateRequested = Signal(float)
    variantRequested = Signal(str)

    def __init__(self) -> None:
        super().__init__("The training loop")
        self.cards = {step: _card(i, step) for i, step in enumerate(LOOP, 1)}
        self._back = _button("back_button", "◀ Back", "Undo the last statement")
        self._step = _button("step_button", "Step", "Do the next step of the loop")
        self._run = _button("run_button", "▶ Run", "Run the loop by itself, or stop it")
        self._restart = _button("restart_button", "Restart, same start", "Begin again")
        self._new_seed = _button("new_seed_button", "New seed", "Begin again from other values")
        self._pin = _button("pin_button", "Pin run", "Keep this run in every plot, to compare")
        self._settings = RunSettings()
        self._scroll, self._cards = QScrollArea(), QWidget()
        self._running = False
        self._build()
        self._connect()

    @property
    def step_button(self) -> QPushButton:
        """The button that has the focus at the start, so that Space steps."""
        return self._step

    @override
    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the state of each step, and what Step will do."""
        skips = snapshot.program.skips
        for statement, (step, card) in zip(snapshot.loop, self.cards.items(), strict=True):
            card.show_statement(statement)
            self._show_card(card, step, snapshot)
            if card.skip is not None:
                card.skip.setChecked(step in skips)
            card.setEnabled(snapshot.ready)
            if snapshot.statement is not None and snapshot.statement.step is step:
                self._scroll.ensureWidgetVisible(card, 0, 0)
        title = TITLES[snapshot.next_step]
        skipped = " (skipped)" if snapshot.next_step in skips else ""
        self._step.setText(f"Step: {title}{skipped}")
        self._settings.show_snapshot(snapshot)
        self.set_note(f"epoch {snapshot.epoch} · statement {snapshot.index}")
        for button in (self._step, self._run, self._restart, self._new_seed):
            button.setEnabled(snapshot.ready)
        if not (snapshot.index or snapshot.earlier) and self._back.hasFocus():
            self._step.setFocus()
        self._back.setEnabled(snapshot.index > 0 or snapshot.earlier)
        self._pin.setEnabled(snapshot.recorded > 0 and len(snapshot.pins) < len(LETTERS))

    def show_running(self, running: bool) -> None:
        """Say on the Run button what pressing it will do."""
        self._running = running
        self._run.setText("■ Stop" if running else "▶ Run")

    def show_progress(self, words: str) -> None:
        """Say how far a run has come, or why it ended."""
        self._settings.show_progress(words)

    @override
    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        super().show_theme(theme)
        for card in self.cards.values():
            card.show_theme(theme)
        self._settings.show_theme(theme)
        self._keep_wide()

    def mark(self, variable: str) -> None:
        """Underlay the lines on the cards that give `variable` a value; "" marks none."""
        for card in self.cards.values():
            card.mark(variable)

    def press(self, name: str) -> None:
        """Press the button of that object name, if it can be pressed now."""
        button = self.findChild(QPushButton, name)
        assert button is not None
        button.click()

    def request_step(self) -> None:
        """Ask for the next step, with what is typed in the learning rate field taken first."""
        self._settings.commit()
        self.stepRequested.emit()

    def request_run(self) -> None:
        """Ask to run, or to stop if the loop is running, with what is typed taken first."""
        self._settings.commit()
        wanted = self._settings.wanted()
        if self._running:
            self.stopRequested.emit()
        else:
            self.runRequested.emit(*wanted)

    def _show_card(self, card: StepCard, step: Step, snapshot: Snapshot) -> None:
        ended = {statement.id: outcome for statement, outcome in snapshot.last_outcomes}
        held = card.statement.id if card.statement is not None else ""
        outcome = ended.get(held)
        just = snapshot.statement is not None and snapshot.statement.id == held
        struck = step in snapshot.program.skips
        message = (outcome.error or outcome.warning or "") if outcome and just else ""
        card.show_state(_state(step, snapshot, outcome, just), message, struck)

    def _request_statement(self) -> None:
        pressed = self.sender()
        self._settings.commit()
        for card in self.cards.values():
            if card is pressed and card.statement is not None:
                self.statementRequested.emit(card.statement.id)

    def _request_skip(self, skip: bool) -> None:
        switched = self.sender()
        for step, card in self.cards.items():
            if card.skip is switched:
                self.skipRequested.emit(step.value, skip)

    def _connect(self) -> None:
        for card in self.cards.values():
            card.clicked.connect(self._request_statement)
            card.variantChosen.connect(self.variantRequested)
            if card.skip is not None:
                # clicked, not toggled: showing a snapshot toggles as well, and must not ask
                card.skip.clicked.connect(self._request_skip)
        self._back.clicked.connect(self.backRequested)
        self._step.clicked.connect(self.request_step)
        self._run.clicked.connect(self.request_run)
        self._pin.clicked.connect(self.pinRequested)
        self._restart.clicked.connect(self.restartRequested)
        self._new_seed.clicked.connect(self.newSeedRequested)
        self._settings.learningRateRequested.connect(self.learningRateRequested)

    def _build(self) -> None:
        cards = self._cards
        column = QVBoxLayout(cards)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for card in self.cards.values():
            column.addWidget(card)
        column.addStretch(1)
        scroll = self._scroll
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(cards)
        cards.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        self.content.addWidget(scroll, 1)
        self.content.addLayout(self._buttons())
        self.content.addWidget(self._settings)
        self.content.addLayout(self._ways_to_begin())
        self._order_tabs()

    def _keep_wide(self) -> None:
        """Ask for as much width as the cards need: they never scroll sideways."""
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        self._scroll.setMinimumWidth(self._cards.minimumSizeHint().width() + bar)

    def _order_tabs(self) -> None:
        """Let Tab follow the eye: the cards from above, then what stands below them."""
        stops: list[QWidget] = []
        for card in self.cards.values():
            stops += [w for w in (card, card.picker, card.skip) if w is not None]
        stops += [self._back, self._step, self._run, *self._settings.stops]
        stops += [self._restart, self._new_seed, self._pin]
        for first, second in pairwise(stops):
            QWidget.setTabOrder(first, second)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for button, share in ((self._back, 2), (self._step, 5), (self._run, 2)):
            button.setProperty("role", "step")
            row.addWidget(button, share)
        return row

    def _ways_to_begin(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(5)
        for button, share in ((self._restart, 4), (self._new_seed, 2), (self._pin, 2)):
            row.addWidget(button, share)
        return row


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


def _card(number: int, step: Step) -> StepCard:
    card = StepCard(number, TITLES[step], variants(step), SKIP_TEXTS.get(step, ""))
    card.setObjectName(f"{step.value}_button")
    if card.skip is not None:
        card.skip.setObjectName(f"skip_{step.value}")
    if card.picker is not None:
        card.picker.setObjectName(f"{step.value}_variant")
    return card


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(tip)
    return button
