"""The loop: five cards, the buttons that step through them, and the settings of a run."""

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from gradlab.core.outcome import Kind, Outcome
from gradlab.core.snapshot import Snapshot
from gradlab.core.statements import LOOP, Step, variants
from gradlab.qt.number_field import NumberField
from gradlab.qt.panel import Panel
from gradlab.qt.runner import SPEEDS
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
        stepRequested, backRequested, restartRequested, newSeedRequested: A button was pressed.
        runRequested: Run the loop: epochs, and the index of the speed in SPEEDS.
        stopRequested: Stop running.
        skipRequested: A step and whether to skip it.
        learningRateRequested: A new learning rate.
        variantRequested: The id of the statement that the card of its step is to hold.
    """

    statementRequested = Signal(str)
    stepRequested = Signal()
    backRequested = Signal()
    runRequested = Signal(int, int)
    stopRequested = Signal()
    restartRequested = Signal()
    newSeedRequested = Signal()
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
        self._lr = NumberField("learning rate")
        self._lr.setObjectName("lr_field")
        self._epochs = NumberField("epochs", whole=True, low=1, high=1e9)
        self._epochs.setObjectName("epochs_field")
        self._epochs.set_value(1000)
        self._speed = QComboBox()
        self._message = QLabel()
        self._scroll = QScrollArea()
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
        self._lr.set_value(snapshot.lr)
        self.set_note(f"epoch {snapshot.epoch} · statement {snapshot.index}")
        buttons = (self._step, self._run, self._restart, self._new_seed)
        for control in (*buttons, self._lr, self._epochs, self._speed):
            control.setEnabled(snapshot.ready)
        self._back.setEnabled(snapshot.index > 0)

    def show_running(self, running: bool) -> None:
        """Say on the Run button what pressing it will do."""
        self._running = running
        self._run.setText("■ Stop" if running else "▶ Run")

    @override
    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        super().show_theme(theme)
        for card in self.cards.values():
            card.show_theme(theme)

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
        self._lr.commit()
        self.stepRequested.emit()

    def request_run(self) -> None:
        """Ask to run, or to stop if the loop is running, with what is typed taken first."""
        self._lr.commit()
        self._epochs.commit()
        if self._running:
            self.stopRequested.emit()
        else:
            self.runRequested.emit(int(self._epochs.value), self._speed.currentIndex())

    def _show_card(self, card: StepCard, step: Step, snapshot: Snapshot) -> None:
        ended = {statement.id: outcome for statement, outcome in snapshot.last_outcomes}
        held = card.statement.id if card.statement is not None else ""
        outcome = ended.get(held)
        just = snapshot.statement is not None and snapshot.statement.id == held
        struck = step in snapshot.program.skips
        message = (outcome.error or outcome.warning or "") if outcome and just else ""
        card.show_state(_state(step, snapshot, outcome, just), message, struck)

    def _show_message(self, message: str) -> None:
        """Show what is wrong in a field; the word goes when neither field is wrong any more."""
        if message or not (self._lr.property("wrong") or self._epochs.property("wrong")):
            self._message.setText(message)
            self._message.setVisible(bool(message))

    def _request_statement(self) -> None:
        pressed = self.sender()
        self._lr.commit()
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
        self._restart.clicked.connect(self.restartRequested)
        self._new_seed.clicked.connect(self.newSeedRequested)
        self._lr.valueCommitted.connect(self.learningRateRequested)
        self._lr.refused.connect(self._show_message)
        self._epochs.refused.connect(self._show_message)

    def _build(self) -> None:
        cards = QWidget()
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
        bar = scroll.verticalScrollBar().sizeHint().width()
        scroll.setMinimumWidth(cards.minimumSizeHint().width() + bar)  # it never scrolls sideways
        cards.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        self.content.addWidget(scroll, 1)
        self.content.addLayout(self._buttons())
        self.content.addLayout(self._settings())
        self._message.setProperty("role", "message")
        self._message.setWordWrap(True)
        self.content.addWidget(self._message)
        self._message.hide()
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Let Tab follow the eye: the cards from above, then what stands below them."""
        stops: list[QWidget] = []
        for card in self.cards.values():
            stops += [w for w in (card, card.picker, card.skip) if w is not None]
        stops += [self._back, self._step, self._run, self._lr, self._epochs, self._speed]
        stops += [self._restart, self._new_seed]
        for first, second in pairwise(stops):
            QWidget.setTabOrder(first, second)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for button, share in ((self._back, 2), (self._step, 5), (self._run, 2)):
            button.setMinimumHeight(38)
            row.addWidget(button, share)
        return row

    def _settings(self) -> QVBoxLayout:
        self._speed.addItems([speed.label for speed in SPEEDS])
        self._speed.setCurrentIndex(2)
        self._speed.setAccessibleName("speed of a run")
        self._speed.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        fields = QHBoxLayout()
        fields.setSpacing(5)
        for text, field, least in (("lr", self._lr, 50), ("epochs", self._epochs, 62)):
            label = QLabel(text)
            label.setBuddy(field)
            label.setProperty("role", "note")
            field.setMinimumWidth(least)
            fields.addWidget(label)
            fields.addWidget(field, 1)
        fields.addWidget(self._speed, 2)
        again = QHBoxLayout()
        again.addWidget(self._restart, 1)
        again.addWidget(self._new_seed, 1)
        settings = QVBoxLayout()
        settings.addLayout(fields)
        settings.addLayout(again)
        return settings


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
