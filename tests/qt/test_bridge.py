"""The bridge between panels and controller."""

from unittest.mock import Mock

import pytest
from pytestqt.qtbot import QtBot

from gradlab.core.errors import ProgramError
from gradlab.core.goal import Goal
from gradlab.core.lesson import Lesson
from gradlab.core.snapshot import EMPTY, Snapshot
from gradlab.core.statements import Step
from gradlab.qt.bridge import Acts, Bridge
from tests.qt.snapshots import twice_backward

LESSON = Mock(spec=Lesson)


def bridge_with(controller: Mock) -> Bridge:
    bridge = Bridge()
    bridge.attach(controller)
    return bridge


def controller() -> Mock:
    acts = Mock(spec=Acts)
    for name in (name for name in vars(Acts) if not name.startswith("_")):
        getattr(acts, name).return_value = twice_backward()
    return acts


def test_that_requests_before_pytorch_is_there_do_nothing(qtbot: QtBot) -> None:
    bridge = Bridge()
    with qtbot.assertNotEmitted(bridge.snapshotChanged):
        bridge.step()
    assert bridge.last is EMPTY


@pytest.mark.parametrize(
    ("request_name", "arguments", "passed"),
    [
        ("do", ("zero",), ("zero",)),
        ("step", (), ()),
        ("back", (), ()),
        ("seek", (2, 0.5), (2, 0.5)),
        ("seek", (0, 0.5), (0, 0.5)),
        ("advance", (5, Goal(loss=0.1), 0.5), (5, Goal(loss=0.1), 0.5)),
        ("set_start", (0.5, -1.0), (0.5, -1.0)),
        ("pin", (), ()),
        ("unpin", ("B",), ("B",)),
        ("open_lesson", (LESSON,), (LESSON,)),
        ("set_variant", ("zero-none",), ("zero-none",)),
        ("go_to_stop", (2,), (2,)),
        ("leave_lesson", (), ()),
        ("restart", (), ()),
        ("new_seed", (), ()),
        ("set_skip", ("zero", True), (Step.ZERO, True)),
        ("set_learning_rate", (0.5,), (0.5,)),
        ("set_predicting", (True,), (True,)),
        ("guess", ("negative",), ("negative",)),
        ("guess", (-3.5,), (-3.5,)),
        ("reveal", (), ()),
        ("open_vote", (), ()),
        ("cast", ("B",), ("B",)),
        ("undo_vote", (), ()),
        ("close_vote", (), ()),
        ("revote", (), ()),
    ],
)
def test_that_each_request_reaches_the_controller_and_its_snapshot_comes_back(
    qtbot: QtBot, request_name: str, arguments: tuple[object, ...], passed: tuple[object, ...]
) -> None:
    acts = controller()
    bridge = bridge_with(acts)
    with qtbot.waitSignal(bridge.snapshotChanged) as signal:
        getattr(bridge, request_name)(*arguments)
    getattr(acts, request_name).assert_called_once_with(*passed)
    assert signal.args == [bridge.last]


def test_that_every_act_of_a_controller_can_be_asked_for() -> None:
    acts = {name for name in vars(Acts) if not name.startswith("_")}
    assert {name for name in acts if not callable(getattr(Bridge, name, None))} == {"snapshot"}


@pytest.mark.parametrize(("asked", "passed"), [(-1, 0), (5, 4), (10**9, 4)])
def test_that_a_point_in_time_is_the_nearest_that_is_recorded(
    qtbot: QtBot, asked: int, passed: int
) -> None:
    acts = controller()
    bridge_with(acts).seek(asked, 0.5)
    acts.seek.assert_called_once_with(passed, 0.5)


@pytest.mark.parametrize(
    ("request_name", "arguments"),
    [
        ("seek", (3, 0.5)),
        ("pin", ()),
        ("unpin", ("A",)),
        ("set_start", (1.0, 2.0)),
        ("set_predicting", (True,)),
        ("guess", ("negative",)),
        ("cast", ("A",)),
    ],
)
def test_that_time_pins_and_guesses_wait_for_pytorch(
    qtbot: QtBot, request_name: str, arguments: tuple[object, ...]
) -> None:
    bridge = Bridge()
    with qtbot.assertNotEmitted(bridge.snapshotChanged):
        getattr(bridge, request_name)(*arguments)
    assert bridge.last is EMPTY


def test_that_a_view_which_asks_while_it_is_shown_a_snapshot_is_refused(qtbot: QtBot) -> None:
    bridge = bridge_with(controller())
    refused: list[str] = []

    def ask_again(_: Snapshot) -> None:
        try:
            bridge.step()
        except RuntimeError as error:
            refused.append(str(error))

    bridge.snapshotChanged.connect(ask_again)
    bridge.step()
    assert refused == ["a view asked for something while a snapshot was being shown"]
    bridge.snapshotChanged.disconnect(ask_again)
    bridge.step()  # and the bridge can be used again


def test_that_a_refused_guess_is_one_line_and_changes_nothing(qtbot: QtBot) -> None:
    acts = controller()
    bridge = bridge_with(acts)
    stood = bridge.last
    acts.guess.side_effect = ProgramError("the guess is 'red', but must be one of 'blue'")
    with (
        qtbot.assertNotEmitted(bridge.snapshotChanged),
        qtbot.waitSignal(bridge.guessRefused) as signal,
    ):
        bridge.guess("red")
    assert signal.args == ["the guess is 'red', but must be one of 'blue'."]
    assert bridge.last is stood
    acts.guess.side_effect = None
    with qtbot.assertNotEmitted(bridge.guessRefused), qtbot.waitSignal(bridge.snapshotChanged):
        bridge.guess("blue")  # and it can be answered again


def test_that_only_what_a_guess_is_wrong_about_is_caught() -> None:
    acts = controller()
    bridge = bridge_with(acts)
    acts.guess.side_effect = ValueError("a fault of ours")
    with pytest.raises(ValueError, match="a fault of ours"):
        bridge.guess("red")


def test_that_a_guess_while_a_snapshot_is_shown_is_refused(qtbot: QtBot) -> None:
    bridge = bridge_with(controller())
    refused: list[str] = []

    def guess_again(_: Snapshot) -> None:
        try:
            bridge.guess("negative")
        except RuntimeError as error:
            refused.append(str(error))

    bridge.snapshotChanged.connect(guess_again)
    bridge.guess("positive")
    assert refused == ["a view asked for something while a snapshot was being shown"]
