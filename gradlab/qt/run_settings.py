"""The settings of a run: learning rate, speed and end, with how far it has come, and messages."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gradlab.core.number_format import format_number
from gradlab.core.snapshot import Snapshot
from gradlab.qt.number_field import NumberField
from gradlab.qt.runner import SPEEDS, UNTIL_EPOCHS, UNTIL_LOSS, UNTIL_SETTLED
from gradlab.qt.theme import Theme

UNTILS = ((UNTIL_EPOCHS, "epochs"), (UNTIL_LOSS, "loss ≤"), (UNTIL_SETTLED, "it settles"))


class RunSettings(QWidget):
    """Two rows of fields, and under them a line that says what is wrong, where something is.

    Attributes:
        stops: What can have the focus, in the order of the eye.

    Signals:
        learningRateRequested: A new learning rate.
    """

    learningRateRequested = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._lr = NumberField("learning rate")
        self._lr.setObjectName("lr_field")
        self._epochs = NumberField("epochs", whole=True, low=1, high=1e9)
        self._epochs.setObjectName("epochs_field")
        self._epochs.set_value(1000)
        self._target = NumberField("target loss", low=0)
        self._target.setObjectName("target_field")
        self._target.set_value(0.01)
        self._speed = QComboBox()
        self._until = QComboBox()
        self._progress = QLabel()
        self._message = QLabel()
        self._refusals: dict[NumberField, str] = {}
        self._warning = ""
        self.stops = (self._lr, self._speed, self._until, self._epochs, self._target)
        self._build()
        self._connect()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the learning rate in force, with a warning where it is too large."""
        self._lr.set_value(snapshot.lr)
        for field in self.stops:
            field.setEnabled(snapshot.ready)
        self._warning = _too_fast(snapshot)
        self._show_message()

    def show_progress(self, words: str) -> None:
        """Say how far a run has come, or why it ended."""
        self._progress.setText(words)
        self._progress.setToolTip(words)

    def show_theme(self, theme: Theme) -> None:
        """Take the sizes of `theme`."""
        for field, least in ((self._lr, 50), (self._epochs, 62), (self._target, 62)):
            field.setMinimumWidth(theme.px(least))
            field.setMaximumWidth(theme.px(90))

    def commit(self) -> None:
        """Take the learning rate that is typed."""
        self._lr.commit()

    def wanted(self) -> tuple[str, float, int]:
        """Take what is typed on the end of a run, and return what a run is to be.

        That is until what, one of UNTIL_EPOCHS, UNTIL_LOSS and UNTIL_SETTLED, the number of epochs
        or the loss, and the index in SPEEDS.
        """
        self._epochs.commit()
        self._target.commit()
        until = UNTILS[self._until.currentIndex()][0]
        field = self._epochs if until == UNTIL_EPOCHS else self._target
        return until, field.value, self._speed.currentIndex()

    def _note_refusal(self, words: str) -> None:
        """Note what is wrong in the field that says so, or "" where it is right again."""
        field = self.sender()
        assert isinstance(field, NumberField)
        self._refusals.pop(field, None)  # so that the latest is the last
        if words:
            self._refusals[field] = words
        self._show_message()

    def _show_message(self) -> None:
        """Say what is wrong in a field that can be seen, the latest; else warn of the rate."""
        refusals = [words for field, words in self._refusals.items() if not field.isHidden()]
        words = refusals[-1] if refusals else self._warning
        self._message.setText(words)
        self._message.setVisible(bool(words))

    def _show_until(self, chosen: int) -> None:
        until = UNTILS[chosen][0]
        self._epochs.setVisible(until == UNTIL_EPOCHS)
        self._target.setVisible(until == UNTIL_LOSS)
        self._show_message()

    def _connect(self) -> None:
        self._lr.valueCommitted.connect(self.learningRateRequested)
        for field in (self._lr, self._epochs, self._target):
            field.refused.connect(self._note_refusal)
        self._until.currentIndexChanged.connect(self._show_until)

    def _build(self) -> None:
        self._speed.addItems([speed.label for speed in SPEEDS])
        self._speed.setCurrentIndex(2)
        self._speed.setObjectName("speed")
        self._speed.setAccessibleName("speed of a run")
        self._until.addItems([words for _, words in UNTILS])
        self._until.setObjectName("until")
        self._until.setAccessibleName("what ends a run")
        for box in (self._speed, self._until):
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._progress.setProperty("role", "note")
        self._progress.setObjectName("progress")
        self._progress.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._message.setProperty("role", "message")
        self._message.setObjectName("run_message")
        self._message.setWordWrap(True)
        self._message.hide()
        first = _row(_note("lr", self._lr), self._lr, self._speed)
        first.setStretch(2, 1)
        second = _row(_note("until", self._until), self._until, self._epochs, self._target)
        second.addWidget(self._progress, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(first)
        layout.addLayout(second)
        layout.addWidget(self._message)
        self._show_until(0)


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(5)
    for widget in widgets:
        row.addWidget(widget)
    return row


def _note(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(buddy)
    label.setProperty("role", "note")
    return label


def _too_fast(snapshot: Snapshot) -> str:
    """Return a warning of a learning rate with which the loop diverges."""
    if not snapshot.lr > snapshot.rate_limit:
        return ""
    limit = format_number(snapshot.rate_limit)
    return f"lr {snapshot.lr:g} is above {limit}, the largest stable one: the loss will grow."
