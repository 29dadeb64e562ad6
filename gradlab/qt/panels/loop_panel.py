"""The loop: five cards, the buttons that step through them, and the settings of a run."""

from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget
from typing_extensions import override

from gradlab.core.pin import LETTERS
from gradlab.core.snapshot import Snapshot
from gradlab.qt.loop_cards import TITLES, LoopCards
from gradlab.qt.panel import Panel
from gradlab.qt.run_settings import RunSettings
from gradlab.qt.theme import Theme

__all__ = ["TITLES", "LoopPanel"]


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
        self._cards = LoopCards()
        self.cards = self._cards.cards
        self._back = _button("back_button", "◀ Back", "Undo the last statement")
        self._step = _button("step_button", "Step", "Do the next step of the loop")
        self._run = _button("run_button", "▶ Run", "Run the loop by itself, or stop it")
        self._restart = _button("restart_button", "Restart, same start", "Begin again")
        self._new_seed = _button("new_seed_button", "New seed", "Begin again from other values")
        self._pin = _button("pin_button", "Pin run", "Keep this run in every plot, to compare")
        self._settings = RunSettings()
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
        self._cards.show_snapshot(snapshot)
        title = TITLES[snapshot.next_step]
        skipped = " (skipped)" if snapshot.next_step in snapshot.program.skips else ""
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
        self._cards.show_theme(theme)
        self._settings.show_theme(theme)

    def mark(self, variable: str) -> None:
        """Underlay the lines on the cards that give `variable` a value; "" marks none."""
        self._cards.mark(variable)

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

    def _request_statement(self, statement_id: str) -> None:
        self._settings.commit()
        self.statementRequested.emit(statement_id)

    def _connect(self) -> None:
        self._cards.statementRequested.connect(self._request_statement)
        self._cards.skipRequested.connect(self.skipRequested)
        self._cards.variantRequested.connect(self.variantRequested)
        self._back.clicked.connect(self.backRequested)
        self._step.clicked.connect(self.request_step)
        self._run.clicked.connect(self.request_run)
        self._pin.clicked.connect(self.pinRequested)
        self._restart.clicked.connect(self.restartRequested)
        self._new_seed.clicked.connect(self.newSeedRequested)
        self._settings.learningRateRequested.connect(self.learningRateRequested)

    def _build(self) -> None:
        self.content.addWidget(self._cards, 1)
        self.content.addLayout(self._buttons())
        self.content.addWidget(self._settings)
        self.content.addLayout(self._ways_to_begin())
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Let Tab follow the eye: the cards from above, then what stands below them."""
        stops = [*self._cards.stops, self._back, self._step, self._run, *self._settings.stops]
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


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(tip)
    return button
