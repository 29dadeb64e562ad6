"""Lets the loop run by itself, in slices short enough that the window never waits."""

import math
from dataclasses import dataclass
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

from gradlab.core.goal import NEVER, Goal
from gradlab.core.number_format import format_number
from gradlab.core.snapshot import EMPTY, Snapshot

SLICE = 0.020  # seconds of stepping in a tick at full speed; the rest of a frame is for painting
HURRY = 50  # milliseconds between ticks, from which down a run is in a hurry
MOST = 100_000  # statements in a tick
UNTIL_EPOCHS, UNTIL_LOSS, UNTIL_SETTLED = "epochs", "loss", "settled"


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
    """Asks for the next statements until a goal is reached, something raises, or Stop.

    It also asks again for a far point in time that one slice does not suffice to reach.

    Signals:
        advanceRequested: Do at most this many statements, towards this goal, and begin none after
            this many seconds.
        returnRequested: Go back to the run before this one.
        seekRequested: Go to this statement, in at most this many seconds.
        runningChanged: Whether the loop is running now.
        hurryChanged: Whether it runs faster than all panels could be painted and read.
        progressChanged: How far a run has come, in words, or why it ended.
    """

    advanceRequested = Signal(int, object, float)
    returnRequested = Signal()
    seekRequested = Signal(int, float)
    runningChanged = Signal(bool)
    hurryChanged = Signal(bool)
    progressChanged = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.tick)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self.seek_on)
        self._speed = SPEEDS[-1]
        self._goal = Goal()
        self._target = 0
        self._begun = 0.0
        self._told = ""
        self._begin_epoch = 0
        self._snapshot = EMPTY

    @property
    def running(self) -> bool:
        """Whether the loop is running."""
        return self._timer.isActive()

    def start(self, until: str, value: float, speed: int) -> None:
        """Run at SPEEDS[speed].

        Args:
            until: UNTIL_EPOCHS, UNTIL_LOSS or UNTIL_SETTLED.
            value: How many more epochs, or the loss.
            speed: The index of a Speed.
        """
        self._again.stop()
        self._speed = SPEEDS[speed]
        if until == UNTIL_EPOCHS:
            self._goal = Goal(last_epoch=self._snapshot.epochs_done + int(value))
        else:
            loss = value if until == UNTIL_LOSS else None
            self._goal = Goal(loss=loss, settled=until == UNTIL_SETTLED)
        self._begun, self._begin_epoch = perf_counter(), self._snapshot.epochs_done
        self._timer.start(self._speed.pause)
        self.runningChanged.emit(True)
        self.hurryChanged.emit(self._speed.pause <= HURRY)
        self._tell("")

    def stop(self) -> None:
        """Stop; what has been run stays."""
        self._again.stop()
        if self.running:
            self._end("")

    def seek(self, index: int) -> None:
        """Stop, and go to the statement `index`, or to the nearest that is recorded."""
        self.stop()
        self._target = min(max(index, 0), self._snapshot.recorded)
        self.seek_on()

    def give_up_seek(self) -> None:
        """Stay where the last slice of a seek has led."""
        self._again.stop()

    def back(self) -> None:
        """Stop, and undo the last statement; at the start, go back to the run before."""
        if not self._snapshot.index and self._snapshot.earlier:
            self.stop()
            self.returnRequested.emit()
            return
        self.seek(self._snapshot.index - 1)

    def redo(self) -> None:
        """Stop, and do the statement again that is recorded next."""
        self.seek(self._snapshot.index + 1)

    def seek_on(self) -> None:
        """Go on towards the statement that was asked for last."""
        before = self._snapshot.index
        self.seekRequested.emit(self._target, SLICE)
        if self._snapshot.index not in {before, min(self._target, self._snapshot.recorded)}:
            self._again.start(0)

    def tick(self) -> None:
        """Ask for the statements of one tick; at full speed, for as many as fit into a slice."""
        self.advanceRequested.emit(self._speed.statements or MOST, self._goal, SLICE)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Note how far the run has come, and stop where it cannot or need not go on."""
        elsewhere = (snapshot.run, snapshot.index) != (self._snapshot.run, self._snapshot.index)
        self._snapshot = snapshot
        if not self.running:
            if elsewhere and self._told:
                self._tell("")  # what a run came to is no longer where it stands
            return
        if snapshot.stuck or snapshot.goal_reached:
            self._end(_ending(snapshot, self._goal))
        else:
            self._tell(self._progress())

    def _end(self, words: str) -> None:
        self._timer.stop()
        self._tell(words)
        self.runningChanged.emit(False)
        self.hurryChanged.emit(False)

    def _tell(self, words: str) -> None:
        self._told = words
        self.progressChanged.emit(words)

    def _progress(self) -> str:
        """Return how far the run has come, and how long it will take where that can be told."""
        done, goal = self._snapshot.epochs_done, self._goal
        if goal.last_epoch == NEVER:
            return f"epoch {done + 1}, loss {format_number(self._snapshot.numbers.loss)}"
        spent, ran = perf_counter() - self._begun, done - self._begin_epoch
        wanted = goal.last_epoch - self._begin_epoch
        words = f"{ran} of {wanted}"
        if not ran:
            return words
        left = spent / ran * (wanted - ran)
        return f"{words}, {_duration(left)} left"


def _ending(snapshot: Snapshot, goal: Goal) -> str:
    """Return why a run ended."""
    if snapshot.stuck:
        return f"stopped at {snapshot.index}"
    if goal.loss is not None:
        return "loss reached"
    if goal.settled:
        return "settled"
    return "done"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{math.ceil(seconds)} s"
    if seconds < 3600:
        return f"{math.ceil(seconds / 60)} min"
    return f"{math.ceil(seconds / 3600)} h"
