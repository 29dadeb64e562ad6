"""The presentation in the whole program: a remote control, two screens, and the way back."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gradlab.app import Gradlab
from gradlab.core.program import LESSON_GPU_START, Program
from gradlab.core.snapshot import Snapshot
from tests.flow.windows import opened, press

Key = Qt.Key
SCREENS = (("LAPTOP-1", 0, 1366, 768), ("HDMI-1", 1366, 1920, 1080))
PRESENT = """
import json, sys
from PySide6.QtWidgets import QApplication
from gradlab.app import application, assemble
application_ = application()
gradlab = assemble("light")
gradlab.window.resize(1200, 700)
gradlab.window.show()
before = gradlab.window.screen().name()
primary, *others = [screen.name() for screen in application_.screens()]
told = {"primary": primary, "other": others[0]}
for wanted in sys.argv[1:]:
    gradlab.window.present(wanted)
    QApplication.processEvents()
    shown = gradlab.presentation
    told[wanted] = [shown.screen().name(), *shown.geometry().getRect(), shown.isFullScreen()]
    shown.leave()
    assert gradlab.window.screen().name() == before
gradlab.window.close()
print(json.dumps(told))
"""


@pytest.fixture
def gradlab(qtbot: QtBot) -> Iterator[Gradlab]:
    yield from opened(qtbot, Program(start=LESSON_GPU_START))


def key(gradlab: Gradlab, code: Key) -> None:
    """Press a key of a remote control, which goes to the window in front."""
    window = gradlab.presentation if gradlab.presentation.presenting else gradlab.window
    window.activateWindow()
    QApplication.processEvents()
    focused: QWidget | None = window.focusWidget()
    QTest.keyClick(focused if focused is not None else window, code)


def now(gradlab: Gradlab) -> Snapshot:
    return gradlab.bridge.last


def model(gradlab: Gradlab) -> tuple[object, ...]:
    shown = now(gradlab)
    return shown.index, shown.numbers, shown.tensors, shown.program


def look(gradlab: Gradlab) -> tuple[object, ...]:
    """Return how the main window looks, as far as anything could change it."""
    window, application = gradlab.window, QApplication.instance()
    assert isinstance(application, QApplication)
    docks = [(name, dock.geometry().getRect()) for name, dock in window.dock_area.docks.items()]
    focus: QWidget | None = window.focusWidget()
    return (
        window.geometry().getRect(),
        window.windowState(),
        window.dock_area.state_now().data(),
        docks,
        focus.objectName() if focus is not None else "",
        window.zoom,
        application.styleSheet(),
        application.font().toString(),
        window.grab().toImage().pixel(300, 300),
    )


def test_that_f5_and_esc_in_turn_leave_everything_as_it_was(gradlab: Gradlab) -> None:
    press(gradlab, "step_button", "step_button", "step_button")
    QApplication.processEvents()
    model_before, look_before = model(gradlab), look(gradlab)
    for turn in range(20):
        key(gradlab, Key.Key_Escape if turn % 2 else Key.Key_F5)
        QApplication.processEvents()
        assert gradlab.presentation.presenting is (turn % 2 == 0)
        assert gradlab.presentation.isVisible() is (turn % 2 == 0)
        assert gradlab.window.isVisible()
        assert model(gradlab) == model_before
    assert look(gradlab) == look_before


@pytest.mark.parametrize("wrong", [Key.Key_Escape, Key.Key_F5])
def test_that_a_remote_control_out_of_step_does_no_harm(gradlab: Gradlab, wrong: Key) -> None:
    before = model(gradlab)
    for code in (wrong, Key.Key_F5, Key.Key_F5, Key.Key_Escape, Key.Key_Escape, wrong):
        key(gradlab, code)
        assert gradlab.window.isVisible()
        assert model(gradlab) == before


def test_that_a_remote_control_steps_and_goes_back(gradlab: Gradlab) -> None:
    key(gradlab, Key.Key_F5)
    numbers = [now(gradlab).numbers]
    for _ in range(7):
        key(gradlab, Key.Key_PageDown)
        numbers.append(now(gradlab).numbers)
    assert now(gradlab).index == 7
    phase = gradlab.presentation.findChild(QLabel, "strip_phase")
    assert phase is not None
    assert phase.text() == "Loss"
    for n in range(6, -1, -1):
        key(gradlab, Key.Key_PageUp)
        assert now(gradlab).index == n
        assert now(gradlab).numbers == numbers[n]
    assert phase.text() == "Start"
    key(gradlab, Key.Key_F5)
    assert not gradlab.presentation.presenting


def test_that_the_cards_of_a_presentation_are_wired(gradlab: Gradlab) -> None:
    key(gradlab, Key.Key_F5)
    cards = list(gradlab.presentation._cards.cards.values())
    cards[0].click()
    cards[1].click()
    assert now(gradlab).index == 2
    skip = cards[4].skip
    assert skip is not None
    skip.click()
    assert [step.value for step in now(gradlab).program.skips] == ["zero"]
    gradlab.presentation.statementPicked.emit(1)
    assert now(gradlab).index == 1
    gradlab.presentation.leave()


def test_that_a_question_is_answered_in_the_presentation(gradlab: Gradlab) -> None:
    gradlab.bridge.set_predicting(True)
    key(gradlab, Key.Key_F5)
    for _ in range(3):
        key(gradlab, Key.Key_PageDown)
    assert now(gradlab).question is not None
    key(gradlab, Key.Key_A)
    assert now(gradlab).question is None
    assert now(gradlab).verdict is not None
    gradlab.presentation.leave()


def test_that_no_key_means_two_things_in_a_window(gradlab: Gradlab) -> None:
    key(gradlab, Key.Key_F5)
    for window in (gradlab.window, gradlab.presentation):
        keys = [k.toString() for a in window.findChildren(QAction) for k in a.shortcuts()]
        keys += [shortcut.key().toString() for shortcut in window.findChildren(QShortcut)]
        keys = [each for each in keys if each]
        assert len(keys) == len(set(keys))
    ambiguous: list[object] = []
    for shortcut in gradlab.presentation.findChildren(QShortcut):
        shortcut.activatedAmbiguously.connect(lambda: ambiguous.append(1))
    for code in (Key.Key_F1, Key.Key_F1, Key.Key_PageDown, Key.Key_PageUp, Key.Key_2, Key.Key_F5):
        key(gradlab, code)
    assert not ambiguous
    assert not gradlab.presentation.presenting


def test_that_a_theme_chosen_meanwhile_is_shown(gradlab: Gradlab) -> None:
    key(gradlab, Key.Key_F5)
    gradlab.window.choose_theme("dark")
    assert gradlab.presentation._theme.name == "dark"
    gradlab.presentation.leave()
    gradlab.window.choose_theme("contrast")
    key(gradlab, Key.Key_F5)
    assert gradlab.presentation._theme.name == "contrast"
    gradlab.presentation.leave()


def test_that_it_ends_with_the_window(gradlab: Gradlab) -> None:
    key(gradlab, Key.Key_F5)
    gradlab.window.close()
    assert not gradlab.presentation.presenting
    assert not gradlab.presentation.isVisible()


def test_that_it_fills_the_screen_that_was_chosen(tmp_path: Path) -> None:
    screens = [
        {"name": name, "x": x, "y": 0, "width": width, "height": height}
        | {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        for name, x, width, height in SCREENS
    ]
    whole = {"synchronousWindowSystemEvents": False, "windowFrameMargins": True}
    (tmp_path / "screens.json").write_text(json.dumps(whole | {"screens": screens}))
    done = subprocess.run(
        [sys.executable, "-c", PRESENT, "HDMI-1", "LAPTOP-1", "1", "2", "gone", ""],
        env=os.environ
        | {"QT_QPA_PLATFORM": "offscreen:configfile=screens.json"}
        | {"PYTHONPATH": str(Path(__file__).parents[2])},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    full = {name: [name, x, 0, width, height, True] for name, x, width, height in SCREENS}
    primary, other = told.pop("primary"), told.pop("other")
    assert {primary, other} == set(full)
    first = dict.fromkeys(("1", "gone", ""), full[primary])  # one that is gone, or none chosen yet
    assert told == full | first | {"2": full[other]}
