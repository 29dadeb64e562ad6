"""The runner, driven by hand: no test waits for its timer."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, QTimer, SignalInstance
from pytestqt.qtbot import QtBot

from gradlab.core.goal import NEVER, Goal
from gradlab.core.outcome import OK, Numbers
from gradlab.core.snapshot import Snapshot
from gradlab.qt.runner import (
    MOST,
    SLICE,
    SPEEDS,
    UNTIL_EPOCHS,
    UNTIL_LOSS,
    UNTIL_SETTLED,
    Runner,
)
from tests.qt.snapshots import START, snapshot

FULL = len(SPEEDS) - 1
FOREVER = 10_000


@pytest.fixture
def runner(qtbot: QtBot) -> Runner:
    return Runner()


def after(epochs: int) -> Snapshot:
    return snapshot(*[("zero", OK, START)] * epochs)


def at(index: int, recorded: int) -> Snapshot:
    return replace(after(recorded), index=index)


def told(signal: SignalInstance) -> list[object]:
    """Return a list that gets what `signal` says: the value, or all of several."""
    said: list[object] = []
    signal.connect(lambda *values: said.append(values[0] if len(values) == 1 else values))
    return said


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr("gradlab.qt.runner.perf_counter", lambda: self.now)


class SlowActs:
    """Stands for bridge and controller: goes at most 10 statements of the way in a slice."""

    def __init__(self, runner: Runner, index: int, recorded: int) -> None:
        self.runner, self.index, self.recorded = runner, index, recorded
        self.asked: list[int] = []
        runner.seekRequested.connect(self.seek)
        self.show()

    def seek(self, target: int, seconds: float) -> None:
        assert seconds == SLICE
        self.asked.append(target)
        target = min(target, self.recorded)  # as the bridge has it
        self.index += min(max(target - self.index, -10), 10)
        self.show()

    def show(self) -> None:
        self.runner.show_snapshot(at(self.index, self.recorded))


def pending(runner: Runner) -> bool:
    """Return whether the runner is about to ask again for a point in time."""
    return any(timer.isActive() and timer.isSingleShot() for timer in runner.findChildren(QTimer))


# --- running


@pytest.mark.parametrize(
    ("until", "value", "goal"),
    [
        (UNTIL_EPOCHS, 2.0, Goal(last_epoch=5)),
        (UNTIL_LOSS, 0.25, Goal(loss=0.25)),
        (UNTIL_LOSS, 0.0, Goal(loss=0.0)),
        (UNTIL_SETTLED, 7.0, Goal(settled=True)),
    ],
)
def test_that_a_run_has_the_goal_that_was_asked_for(
    runner: Runner, until: str, value: float, goal: Goal
) -> None:
    runner.show_snapshot(after(3))
    runner.start(until, value, FULL)
    assert runner._goal == goal
    assert (goal.last_epoch == NEVER) is (until != UNTIL_EPOCHS)
    runner.stop()


def test_that_a_run_ends_when_its_goal_is_reached(qtbot: QtBot, runner: Runner) -> None:
    runner.show_snapshot(after(1))
    with qtbot.waitSignal(runner.runningChanged) as signal:
        runner.start(UNTIL_EPOCHS, 2, 2)
    assert signal.args == [True]
    runner.show_snapshot(after(2))
    assert runner.running
    with qtbot.waitSignal(runner.runningChanged) as signal:
        runner.show_snapshot(replace(after(3), goal_reached=True))
    assert signal.args == [False]
    assert not runner.running


def test_that_a_run_stops_where_a_statement_raised(runner: Runner) -> None:
    runner.start(UNTIL_EPOCHS, 10, FULL)
    runner.show_snapshot(replace(after(1), stuck=True))
    assert not runner.running


def test_that_a_goal_reached_by_hand_starts_and_says_nothing(runner: Runner) -> None:
    running, words = told(runner.runningChanged), told(runner.progressChanged)
    runner.show_snapshot(replace(after(1), stuck=True, goal_reached=True))
    assert running == words == []


@pytest.mark.parametrize(
    ("speed", "statements"), [(0, 1), (1, 1), (2, 1), (3, 5), (FULL, MOST)], ids=str
)
def test_that_a_tick_asks_for_the_statements_of_its_speed(
    qtbot: QtBot, runner: Runner, speed: int, statements: int
) -> None:
    runner.start(UNTIL_EPOCHS, 10, speed)
    (ticking,) = [timer for timer in runner.findChildren(QTimer) if timer.isActive()]
    assert ticking.interval() == SPEEDS[speed].pause
    with qtbot.waitSignal(runner.advanceRequested) as signal:
        runner.tick()
    assert signal.args == [statements, Goal(last_epoch=10), SLICE]
    runner.stop()


def test_that_stopping_twice_is_announced_once(qtbot: QtBot, runner: Runner) -> None:
    runner.start(UNTIL_EPOCHS, 1, FULL)
    runner.stop()
    with qtbot.assertNotEmitted(runner.runningChanged):
        runner.stop()


# --- how far it has come, in words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.01, "3 of 100, 1 s left"),  # 97 more of those
        (0.5, "3 of 100, 49 s left"),
        (0.62, "3 of 100, 2 min left"),  # 60.14 s, and never less than it takes
        (36, "3 of 100, 59 min left"),
        (37.2, "3 of 100, 2 h left"),
        (3600, "3 of 100, 97 h left"),
    ],
)
def test_that_the_time_left_is_told_from_the_time_that_the_epochs_took(
    runner: Runner, monkeypatch: pytest.MonkeyPatch, seconds: float, words: str
) -> None:
    clock = Clock(monkeypatch)
    runner.start(UNTIL_EPOCHS, 100, FULL)
    said = told(runner.progressChanged)
    clock.now += 3 * seconds
    runner.show_snapshot(after(3))
    assert said == [words]
    runner.stop()


def test_that_only_the_epochs_of_this_run_count_for_the_time(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner.show_snapshot(after(10))
    clock = Clock(monkeypatch)
    said = told(runner.progressChanged)
    runner.start(UNTIL_EPOCHS, 10, FULL)
    runner.show_snapshot(after(10))  # none yet, so that no time can be told
    clock.now += 4
    runner.show_snapshot(after(12))
    assert said == ["", "0 of 10", "2 of 10, 16 s left"]
    runner.stop()


@pytest.mark.parametrize("until", [UNTIL_LOSS, UNTIL_SETTLED])
def test_that_a_run_without_a_known_end_says_epoch_and_loss(runner: Runner, until: str) -> None:
    said = told(runner.progressChanged)
    runner.start(until, 0.01, FULL)
    shown = after(2)
    runner.show_snapshot(replace(shown, numbers=Numbers(b=0.0, w=0.0, loss=0.5)))
    assert said == ["", "epoch 3, loss 0.5000"]
    runner.stop()


@pytest.mark.parametrize(
    ("until", "stuck", "words"),
    [
        (UNTIL_EPOCHS, False, "done"),
        (UNTIL_LOSS, False, "loss reached"),
        (UNTIL_SETTLED, False, "settled"),
        (UNTIL_EPOCHS, True, "stopped at 3"),
        (UNTIL_LOSS, True, "stopped at 3"),
        (UNTIL_SETTLED, True, "stopped at 3"),
    ],
)
def test_that_it_says_why_a_run_ended(runner: Runner, until: str, stuck: bool, words: str) -> None:
    runner.start(until, 3, FULL)
    said = told(runner.progressChanged)
    runner.show_snapshot(replace(after(3), stuck=stuck, goal_reached=True))
    assert said == [words]


def test_that_what_a_run_came_to_is_said_until_something_else_is_done(runner: Runner) -> None:
    for other in (replace(after(3), index=2), replace(after(3), run=1), after(4)):
        runner.show_snapshot(after(2))
        runner.start(UNTIL_EPOCHS, 3, FULL)
        runner.show_snapshot(replace(after(3), goal_reached=True))
        said = told(runner.progressChanged)
        runner.show_snapshot(after(3))  # such as after a pin
        assert said == []
        runner.show_snapshot(other)
        assert said == [""]
        runner.show_snapshot(after(5))
        assert said == [""]


def test_that_stop_takes_back_what_was_said_of_the_run(runner: Runner) -> None:
    said = told(runner.progressChanged)
    runner.start(UNTIL_EPOCHS, 3, FULL)
    runner.show_snapshot(after(1))
    runner.stop()
    assert str(said[1]).startswith("1 of 3")
    assert said[2:] == [""]


@pytest.mark.parametrize(("speed", "hurried"), list(enumerate([False, False, False, True, True])))
def test_that_a_run_too_fast_to_be_read_is_in_a_hurry_until_it_ends(
    runner: Runner, speed: int, hurried: bool
) -> None:
    said = told(runner.hurryChanged)
    runner.start(UNTIL_EPOCHS, FOREVER, speed)
    assert said == [hurried]
    runner.stop()
    assert said == [hurried, False]


# --- to another time


def test_that_a_far_point_is_asked_for_until_it_is_reached(qtbot: QtBot, runner: Runner) -> None:
    acts = SlowActs(runner, index=0, recorded=100)
    runner.seek(25)
    assert acts.asked == [25]  # the rest in slices, between which the window can paint
    qtbot.waitUntil(lambda: acts.index == 25)
    assert acts.asked == [25, 25, 25]
    assert not pending(runner)


def test_that_stop_ends_the_way_to_a_far_point(runner: Runner) -> None:
    acts = SlowActs(runner, index=0, recorded=100)
    runner.seek(25)
    assert pending(runner)
    runner.stop()
    assert not pending(runner)
    assert acts.asked == [25]


def test_that_a_run_ends_the_way_to_a_far_point(runner: Runner) -> None:
    acts = SlowActs(runner, index=0, recorded=100)
    runner.seek(25)
    runner.start(UNTIL_EPOCHS, FOREVER, FULL)
    assert not pending(runner)
    runner.stop()
    assert acts.asked == [25]


def test_that_another_point_takes_the_place_of_the_one_on_the_way(
    qtbot: QtBot, runner: Runner
) -> None:
    acts = SlowActs(runner, index=50, recorded=100)
    runner.seek(90)
    runner.seek(40)
    qtbot.waitUntil(lambda: acts.index == 40)
    assert acts.asked == [90, 40, 40]
    assert not pending(runner)


def test_that_the_way_to_a_far_point_can_be_given_up(runner: Runner) -> None:
    acts = SlowActs(runner, index=0, recorded=100)
    runner.seek(25)
    runner.give_up_seek()
    assert not pending(runner)
    runner.start(UNTIL_EPOCHS, FOREVER, FULL)
    runner.give_up_seek()
    assert runner.running  # it is not for runs
    runner.stop()
    assert acts.asked == [25]


def test_that_a_far_point_that_is_cut_off_meanwhile_is_not_asked_for_for_ever(
    qtbot: QtBot, runner: Runner
) -> None:
    acts = SlowActs(runner, index=0, recorded=100)
    runner.seek(25)
    acts.recorded = 15
    acts.show()
    qtbot.waitUntil(lambda: not pending(runner))
    assert acts.index == 15
    assert acts.asked == [25, 25]


@pytest.mark.parametrize(
    ("go", "target"),
    [
        (lambda runner: runner.seek(7), 7),
        (lambda runner: runner.seek(-3), 0),
        (lambda runner: runner.seek(1000), 9),
        (Runner.back, 4),
        (Runner.redo, 6),
    ],
    ids=["seek", "before the start", "beyond the end", "back", "redo"],
)
def test_that_going_anywhere_stops_a_run_and_asks_for_what_is_recorded(
    runner: Runner, go: Callable[[Runner], None], target: int
) -> None:
    acts = SlowActs(runner, index=5, recorded=9)
    runner.start(UNTIL_EPOCHS, FOREVER, FULL)
    go(runner)
    assert not runner.running
    assert acts.asked == [target]
    assert acts.index == target


@pytest.mark.parametrize(("index", "go"), [(0, Runner.back), (9, Runner.redo)])
def test_that_back_and_redo_stay_at_the_ends(
    runner: Runner, index: int, go: Callable[[Runner], None]
) -> None:
    acts = SlowActs(runner, index=index, recorded=9)
    go(runner)
    assert acts.index == index
    assert set(acts.asked) <= {index}
    assert not pending(runner)


def test_that_back_at_the_start_asks_for_the_run_before(runner: Runner) -> None:
    acts = SlowActs(runner, index=0, recorded=9)
    returns = told(runner.returnRequested)
    runner.show_snapshot(replace(at(0, 9), earlier=True))
    runner.start(UNTIL_EPOCHS, FOREVER, FULL)
    runner.back()
    assert not runner.running
    assert (returns, acts.asked) == ([()], [])
    runner.show_snapshot(replace(at(1, 9), earlier=True))
    runner.back()
    runner.show_snapshot(at(0, 9))
    runner.back()
    assert len(returns) == 1


class CutBridge(QObject):
    """Answers seeks with a place on the way, in a record that was cut in between."""

    def __init__(self, runner: Runner) -> None:
        super().__init__()
        self.runner, self.asked = runner, 0
        runner.seekRequested.connect(self.answer)

    def answer(self, _target: int, _seconds: float) -> None:
        self.asked += 1
        recorded = 209 if self.asked > 1 else 20000
        self.runner.show_snapshot(replace(after(0), index=200, recorded=recorded))


def test_that_a_seek_to_what_was_cut_off_meanwhile_ends(runner: Runner) -> None:
    runner.show_snapshot(replace(after(0), index=20000, recorded=20000))
    bridge = CutBridge(runner)
    runner.seek(10000)
    assert runner._again.isActive()
    runner._again.stop()  # by hand, not by time
    runner.seek_on()
    assert bridge.asked == 2
    assert not runner._again.isActive()
