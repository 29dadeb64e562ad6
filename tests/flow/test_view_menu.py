"""Zoom and themes: by menu, key and wheel, live."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QColor, QPalette, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from gradlab.app import Gradlab
from gradlab.core.program import LESSON_GPU_START, Program
from gradlab.qt import zoom
from gradlab.qt.screens import screen_key
from gradlab.qt.shortcut_list import ShortcutList
from gradlab.qt.system_theme import SYSTEM, SystemTheme
from gradlab.qt.theme import THEMES
from gradlab.qt.view_menu import THEME_NAMES
from tests.flow.windows import choose, opened

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def gradlab(qtbot: QtBot) -> Iterator[Gradlab]:
    for gradlab in opened(qtbot, Program(start=LESSON_GPU_START)):
        gradlab.window.activateWindow()
        yield gradlab


def turn_wheel(gradlab: Gradlab, turn: int, modifiers: Qt.KeyboardModifier = CTRL) -> None:
    """Turn the wheel over the middle of the window, as the desktop would tell of it."""
    handle = gradlab.window.windowHandle()
    where = QPointF(gradlab.window.rect().center())
    event = QWheelEvent(
        where,
        gradlab.window.mapToGlobal(where),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(handle, event)


def ticked(gradlab: Gradlab) -> list[str]:
    """Return the names of the themes that have a tick."""
    actions = gradlab.window.findChildren(QAction)
    return [a.data() for a in actions if a.text() in THEME_NAMES.values() and a.isChecked()]


def colours(gradlab: Gradlab) -> tuple[str, str]:
    """Return the colours of the window's ground and of its words."""
    palette = QApplication.palette()
    roles = (QPalette.ColorRole.Window, QPalette.ColorRole.WindowText)
    ground, words = (palette.color(role).name().upper() for role in roles)
    assert gradlab.window.palette().color(QPalette.ColorRole.Window) == QColor(ground)
    return ground, words


@pytest.mark.parametrize(
    ("key", "modifiers", "wanted"),
    [
        (Qt.Key.Key_Plus, CTRL, zoom.larger(1.0)),
        (Qt.Key.Key_Equal, CTRL, zoom.larger(1.0)),
        (Qt.Key.Key_Minus, CTRL, zoom.smaller(1.0)),
    ],
)
def test_that_a_key_zooms_by_one_step(
    gradlab: Gradlab, qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier, wanted: float
) -> None:
    qtbot.keyClick(gradlab.window.focusWidget(), key, modifiers)
    assert gradlab.window.zoom == wanted
    qtbot.keyClick(gradlab.window.focusWidget(), Qt.Key.Key_0, CTRL)
    assert gradlab.window.zoom == 1.0


def test_that_keys_reach_both_ends_and_stop_there(gradlab: Gradlab, qtbot: QtBot) -> None:
    for key, near, end in ((Qt.Key.Key_Minus, 0.55, 0.5), (Qt.Key.Key_Equal, 2.9, 3.0)):
        gradlab.window.set_zoom(near)
        for _ in range(3):
            qtbot.keyClick(gradlab.window.focusWidget(), key, CTRL)
        assert gradlab.window.zoom == end


def test_that_ctrl_and_the_wheel_zoom_and_the_wheel_alone_does_not(gradlab: Gradlab) -> None:
    turn_wheel(gradlab, 120)
    assert gradlab.window.zoom == zoom.larger(1.0)
    turn_wheel(gradlab, -240)
    assert gradlab.window.zoom == zoom.smaller(1.0)
    turn_wheel(gradlab, 1200, Qt.KeyboardModifier.NoModifier)
    assert gradlab.window.zoom == zoom.smaller(1.0)


def test_that_a_touchpads_small_turns_add_up_to_a_step(gradlab: Gradlab) -> None:
    for _ in range(3):
        turn_wheel(gradlab, 30)
        assert gradlab.window.zoom == 1.0
    turn_wheel(gradlab, 30)
    assert gradlab.window.zoom == zoom.larger(1.0)


def test_that_zoom_makes_every_word_larger(gradlab: Gradlab) -> None:
    def sizes() -> dict[str, int]:
        named = [w for w in gradlab.window.findChildren(QWidget) if w.objectName().strip("_")]
        return {w.objectName(): w.font().pixelSize() for w in named if w.font().pixelSize() > 0}

    before = sizes()
    gradlab.window.set_zoom(2.0)
    after = sizes()
    assert before
    grown = {name: after[name] / before[name] for name in before if name in after}
    assert grown
    assert {name: n for name, n in grown.items() if not 1.8 <= n <= 2.2 and name != "caption"} == {}


def test_that_a_step_after_zooming_shows_as_before(gradlab: Gradlab) -> None:
    for _ in range(3):
        gradlab.bridge.step()
    index = gradlab.bridge.last.index
    gradlab.window.set_zoom(3.0)
    assert gradlab.bridge.last.index == index
    gradlab.bridge.step()
    gradlab.window.grab()


def test_that_a_theme_is_shown_at_once_and_ticked(gradlab: Gradlab) -> None:
    assert ticked(gradlab) == ["light"]
    for name in ("dark", "contrast", "light"):
        choose(gradlab, THEME_NAMES[name])
        assert colours(gradlab) == (THEMES[name].background, THEMES[name].text)
        assert ticked(gradlab) == [name]
        assert gradlab.window.theme_choice == name


def test_that_a_theme_keeps_the_zoom_and_the_zoom_the_theme(gradlab: Gradlab) -> None:
    gradlab.window.set_zoom(1.5)
    choose(gradlab, THEME_NAMES["dark"])
    assert gradlab.window.zoom == 1.5
    gradlab.window.set_zoom(1.0)
    assert colours(gradlab)[0] == THEMES["dark"].background


def test_that_a_change_of_theme_shows_what_stands(gradlab: Gradlab) -> None:
    for _ in range(3):
        gradlab.bridge.step()
    choose(gradlab, THEME_NAMES["contrast"])
    plot = gradlab.window.findChild(QWidget, "loss_plot")
    assert plot is not None
    assert "after 3 statements" in plot.accessibleDescription()


def test_that_as_the_system_follows_the_system(
    gradlab: Gradlab, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = "dark"
    monkeypatch.setattr(SystemTheme, "name", property(lambda _: wanted))
    system = gradlab.window._system
    choose(gradlab, THEME_NAMES[SYSTEM])
    assert ticked(gradlab) == [SYSTEM]
    assert colours(gradlab)[0] == THEMES["dark"].background
    wanted = "contrast"
    system.changed.emit(wanted)
    assert colours(gradlab)[0] == THEMES["contrast"].background
    assert gradlab.window.theme_choice == SYSTEM
    choose(gradlab, THEME_NAMES["light"])
    wanted = "dark"
    system.changed.emit(wanted)
    assert colours(gradlab)[0] == THEMES["light"].background


def test_that_the_screens_are_listed_when_the_menu_opens(gradlab: Gradlab, qtbot: QtBot) -> None:
    (menu,) = [m for m in gradlab.window.findChildren(QMenu) if m.title() == "Present on s&creen"]
    menu.aboutToShow.emit()
    (action,) = menu.actions()
    screen = gradlab.window.screen()
    assert action.text().startswith("1: ")
    with qtbot.waitSignal(gradlab.window.view_menu.screenChosen) as told:
        action.trigger()
    assert told.args == [screen_key(screen)]
    menu.aboutToShow.emit()
    assert [action.isChecked() for action in menu.actions()] == [True]


def test_that_full_screen_comes_and_goes_and_the_panels_stay(gradlab: Gradlab) -> None:
    choose(gradlab, "&2 Lecture")
    choose(gradlab, "&Full screen")
    assert gradlab.window.isFullScreen()
    choose(gradlab, "&Full screen")
    assert not gradlab.window.isFullScreen()
    assert gradlab.window.dock_area.layout_name == "Lecture"


def test_that_a_menu_shows_its_keys_in_the_list_of_keys(
    gradlab: Gradlab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists: list[tuple[tuple[str, str, str], ...]] = []

    class Noted(ShortcutList):
        def __init__(self, keys: tuple[tuple[str, str, str], ...], parent: QWidget) -> None:
            lists.append(keys)
            super().__init__(keys, parent)

        @override
        def exec(self) -> int:
            return 0

    monkeypatch.setattr("gradlab.qt.main_window.ShortcutList", Noted)
    choose(gradlab, "&Keys")
    ((*keys,),) = lists
    words = {what: key for _, key, what in keys}
    assert words["Step"] == "Ctrl+Return"
    assert words["Larger"] == "Ctrl++, Ctrl+="
    assert words["Quit"] == "Ctrl+Q"
    bound = [a for a in gradlab.window.findChildren(QAction) if a.shortcuts()]
    assert sum(where == "in the window" for where, _, _ in keys) == len(bound)
