"""The bridge between panels and controller."""

from unittest.mock import Mock

import pytest
from pytestqt.qtbot import QtBot

from gradlab.core.snapshot import EMPTY, Snapshot
from gradlab.core.statements import Step
from gradlab.qt.bridge import Acts, Bridge
from tests.qt.snapshots import twice_backward


def bridge_with(controller: Mock) -> Bridge:
    bridge = Bridge()
    bridge.attach(controller)
    return bridge


def controller() -> Mock:
    acts = Mock(spec=Acts)
    for name in (
        "do",
        "step",
        "back",
        "advance",
        "restart",
        "new_seed",
        "set_skip",
        "snapshot",
        "set_variant",
        "open_lesson",
        "go_to_stop",
        "leave_lesson",
    ):
        getattr(acts, name).return_value = twice_backward()
    acts.set_learning_rate.return_value = twice_backward()
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
        ("advance", (5, 2, 0.5), (5, 2, 0.5)),
        ("set_variant", ("zero-none",), ("zero-none",)),
        ("go_to_stop", (2,), (2,)),
        ("leave_lesson", (), ()),
        ("restart", (), ()),
        ("new_seed", (), ()),
        ("set_skip", ("zero", True), (Step.ZERO, True)),
        ("set_learning_rate", (0.5,), (0.5,)),
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


def test_that_back_at_the_start_asks_for_nothing(qtbot: QtBot) -> None:
    acts = controller()
    acts.snapshot.return_value = EMPTY
    bridge_with(acts).back()
    acts.back.assert_not_called()


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
