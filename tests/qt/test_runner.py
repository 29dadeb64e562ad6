"""The runner, driven by hand: no test waits for its timer."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from gradlab.core.outcome import OK
from gradlab.core.snapshot import Snapshot
from gradlab.qt.runner import MOST, SLICE, SPEEDS, Runner
from tests.qt.snapshots import START, snapshot

FULL = len(SPEEDS) - 1


@pytest.fixture
def runner(qtbot: QtBot) -> Runner:
    return Runner()


def after(epochs: int) -> Snapshot:
    return snapshot(*[("zero", OK, START)] * epochs)


def test_that_a_run_ends_when_its_epochs_are_done(qtbot: QtBot, runner: Runner) -> None:
    runner.show_snapshot(after(1))
    with qtbot.waitSignal(runner.runningChanged) as signal:
        runner.start(2, 2)
    assert signal.args == [True]
    runner.show_snapshot(after(2))
    assert runner.running
    with qtbot.waitSignal(runner.runningChanged) as signal:
        runner.show_snapshot(after(3))
    assert signal.args == [False]
    assert not runner.running


def test_that_a_run_stops_where_a_statement_raised(runner: Runner) -> None:
    runner.start(10, FULL)
    runner.show_snapshot(replace(after(1), stuck=True))
    assert not runner.running


def test_that_a_tick_asks_for_the_statements_of_its_speed(qtbot: QtBot, runner: Runner) -> None:
    runner.start(10, 3)
    with qtbot.waitSignal(runner.advanceRequested) as signal:
        runner.tick()
    assert signal.args == [5, 10, SLICE]
    runner.stop()


def test_that_full_speed_asks_for_all_that_fits_into_a_slice(qtbot: QtBot, runner: Runner) -> None:
    runner.start(10, FULL)
    with qtbot.waitSignal(runner.advanceRequested) as signal:
        runner.tick()
    assert signal.args == [MOST, 10, SLICE]
    runner.stop()


def test_that_stopping_twice_is_announced_once(qtbot: QtBot, runner: Runner) -> None:
    runner.start(1, FULL)
    runner.stop()
    with qtbot.assertNotEmitted(runner.runningChanged):
        runner.stop()
