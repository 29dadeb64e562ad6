"""Lets the loop run by itself, in slices short enough that the window never waits."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from gradlab.core.snapshot import Snapshot

SLICE = 0.018  # seconds of stepping in a tick at full speed; the rest of a frame is for painting
MOST = 100_000  # statements in a tick


@dataclass(frozen=True, slots=True)
class Speed:
    """A pace: milliseconds between ticks, and statements in a tick (0: all that fit)."""

    label: str
    pause: int
    statements: int


SPEEDS = (
    Speed("2 s a step", 2000, 1),
    Speed("1 step/s", 1000, 1),
    Speed("5 steps/s", 200, 1),
    Speed("20 epochs/s", 50, 5),
    Speed("full speed", 0, 0),
)


class Runner(QObject):
    """Asks for the next statements until the epochs are done, something raises, or Stop.

    Signals:
        advanceRequested: Do at most this many statements, none after this epoch, and begin none
            after this many seconds.
        runningChanged: Whether the loop is running now.
    """

    advanceRequested = Signal(int, int, float)
    runningChanged = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.tick)
        self._speed = SPEEDS[-1]
        self._epochs_done = 0
        self._last_epoch = 0

    @property
    def running(self) -> bool:
        """Whether the loop is running."""
        return self._timer.isActive()

    def start(self, epochs: int, speed: int) -> None:
        """Run `epochs` more epochs at SPEEDS[speed]."""
        self._speed = SPEEDS[speed]
        self._last_epoch = self._epochs_done + epochs
        self._timer.start(self._speed.pause)
        self.runningChanged.emit(True)

    def stop(self) -> None:
        """Stop; what has been run stays."""
        if self.running:
            self._timer.stop()
            self.runningChanged.emit(False)

    def tick(self) -> None:
        """Ask for the statements of one tick; at full speed, for as many as fit into a slice."""
        self.advanceRequested.emit(self._speed.statements or MOST, self._last_epoch, SLICE)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Note how far the run has come, and stop where it cannot or need not go on."""
        self._epochs_done = snapshot.epochs_done
        if self.running and (snapshot.stuck or self._epochs_done >= self._last_epoch):
            self.stop()
