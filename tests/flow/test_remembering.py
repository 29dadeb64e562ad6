"""What comes back when the program is started again."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QInputDialog, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gradlab.app import Gradlab, assemble
from gradlab.core.program import Program
from gradlab.qt.dock_layout import LAYOUTS, LECTURE, panels_in
from gradlab.qt.remembering import Remembering, bring_onto_screen
from gradlab.qt.settings import Settings
from gradlab.qt.system_theme import SYSTEM
from gradlab.qt.theme import THEMES
from gradlab.qt.view_menu import THEME_NAMES
from tests.flow.windows import caption, choose, find

Start = Callable[..., Gradlab]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


@pytest.fixture
def start(qtbot: QtBot, path: Path) -> Iterator[Start]:
    """Start the program, as often as asked for, each time with what the file holds by then."""
    running: list[Gradlab] = []

    def begin(theme: str = "", zoom: float = 0.0) -> Gradlab:
        for gradlab in running:
            gradlab.window.close()
        gradlab = assemble("light")
        running.append(gradlab)
        qtbot.addWidget(gradlab.window)
        Remembering(gradlab.window, Settings(path)).restore(theme, zoom)
        gradlab.window.show()
        QApplication.processEvents()
        return gradlab

    yield begin
    for gradlab in running:
        gradlab.runner.stop()


def hide_from_menu(gradlab: Gradlab, name: str) -> None:
    menu = find(gradlab, QToolButton, f"{name}_menu").menu()
    (hide,) = [action for action in menu.actions() if action.text() == "&Hide"]
    hide.trigger()


def hidden(gradlab: Gradlab) -> set[str]:
    return {name for name, dock in gradlab.window.dock_area.docks.items() if dock.isHidden()}


@pytest.mark.parametrize("name", ["dark", "contrast", SYSTEM])
def test_that_the_theme_comes_back(start: Start, name: str) -> None:
    choose(start(), THEME_NAMES[name])
    assert start().window.theme_choice == name


def test_that_the_zoom_comes_back(start: Start) -> None:
    start().window.set_zoom(1.4)
    assert start().window.zoom == 1.4


def test_that_the_layout_comes_back(start: Start) -> None:
    choose(start(), "&2 Lecture")
    again = start()
    assert again.window.dock_area.layout_name == LECTURE
    assert hidden(again) == set(again.window.panels) - set(panels_in(LAYOUTS[LECTURE]))


def test_that_what_a_hand_has_moved_comes_back(start: Start) -> None:
    first = start()
    first.window.resize(700, 600)
    hide_from_menu(first, "data")
    again = start()
    assert "data" in hidden(again)
    again.window.resize(600, 500)
    QApplication.processEvents()
    assert "data" in hidden(again)


def test_that_panels_as_their_layout_says_fit_another_size_at_the_next_start(
    start: Start, path: Path
) -> None:
    start().window.close()
    assert Settings(path).docks == b""


def test_that_own_layouts_come_back(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("mine, & only", True))
    first = start()
    hide_from_menu(first, "graph")
    gone = hidden(first)
    choose(first, "&Keep this layout …")
    again = start()
    assert list(again.window.own_layouts) == ["mine, & only"]
    choose(again, "&1 Explore")
    assert hidden(again) == set()
    again.window.view_menu.ownLayoutChosen.emit("mine, & only")
    assert hidden(again) == gone == {"graph"}


def test_that_a_forgotten_layout_does_not_come_back(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("mine", True))
    first = start()
    choose(first, "&Keep this layout …")
    first.window.view_menu.ownLayoutForgotten.emit("mine")
    assert start().window.own_layouts == {}


def test_that_size_and_place_come_back(start: Start) -> None:
    first = start().window
    first.setGeometry(40, 60, 640, 500)
    QApplication.processEvents()
    assert start().window.geometry() == QRect(40, 60, 640, 500)


def test_that_a_window_on_a_screen_that_has_gone_comes_to_one_that_is_there(
    start: Start,
) -> None:
    first = start().window
    first.setGeometry(9000, 7000, 640, 500)
    QApplication.processEvents()
    again = start().window
    area = QGuiApplication.primaryScreen().availableGeometry()
    assert area.contains(again.frameGeometry().topLeft())
    assert area.contains(again.frameGeometry().center())


@pytest.mark.parametrize(
    "place",
    [
        QRect(14_942_208, 23, 640, 500),
        QRect(-5000, 10, 640, 500),
        QRect(10, -400, 640, 500),  # its head, by which it could be dragged, is above the screen
        QRect(100, 90_000, 5000, 4000),
    ],
)
def test_that_a_window_that_cannot_be_dragged_is_brought_back(qtbot: QtBot, place: QRect) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setGeometry(place)
    bring_onto_screen(window)
    area = QGuiApplication.primaryScreen().availableGeometry()
    assert area.contains(window.frameGeometry())


@pytest.mark.parametrize("place", [QRect(0, 0, 640, 500), QRect(-200, 20, 640, 500)])
def test_that_a_window_that_can_be_dragged_stays(qtbot: QtBot, place: QRect) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setGeometry(place)
    bring_onto_screen(window)
    assert window.geometry() == place


def test_that_what_the_command_line_says_holds_for_this_start_alone(
    start: Start, path: Path
) -> None:
    choose(start(), THEME_NAMES["dark"])
    once = start("contrast", 2.0)
    assert (once.window.theme_choice, once.window.zoom) == ("contrast", 2.0)
    again = start()
    assert (again.window.theme_choice, again.window.zoom) == ("dark", 1.0)


def test_that_the_screen_to_present_on_and_predicting_are_noted(start: Start, path: Path) -> None:
    window = start().window
    window.view_menu.screenChosen.emit("HDMI-1 (42)")
    window.loop_menu.predictingRequested.emit(True)
    settings = Settings(path)
    assert settings.presentation_screen == "HDMI-1 (42)"
    assert settings.predicting


def test_that_a_damaged_file_is_said_kept_and_replaced(start: Start, path: Path) -> None:
    path.write_bytes(b"[look]\ntheme=@Variant(\x00\xff)\n")
    damaged = path.read_bytes()
    first = start()
    assert "The settings could not be read" in caption(first)
    assert path.with_name(path.name + ".damaged").read_bytes() == damaged
    assert first.window.theme_choice == "light"
    choose(first, THEME_NAMES["dark"])
    assert start().window.theme_choice == "dark"


def test_that_the_word_of_a_damaged_file_stays_until_the_first_step(
    start: Start, path: Path
) -> None:
    path.write_bytes(b"\x00\xff")
    gradlab = start()
    gradlab.start_engine(Program())
    assert "The settings could not be read" in caption(gradlab)
    gradlab.bridge.step()
    assert "The settings could not be read" not in caption(gradlab)


def test_that_a_state_of_other_docks_is_not_taken(
    start: Start, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = start()
    with monkeypatch.context() as patch:
        patch.setattr("gradlab.qt.dock_area.VERSION", 99)
        other = bytes(first.window.dock_area.state_now().data())
    first.window.close()
    Settings(path).docks = other
    assert hidden(start()) == set()


@pytest.mark.parametrize("state", [b"\x00", b"\xff" * 600, bytes(range(256)) * 3])
def test_that_nonsense_for_a_state_is_not_taken(start: Start, path: Path, state: bytes) -> None:
    settings = Settings(path)
    settings.docks = settings.geometry = state
    settings.layouts = {"odd": state}
    settings.layout = "no such layout"
    gradlab = start()
    assert hidden(gradlab) == set()
    gradlab.window.view_menu.ownLayoutChosen.emit("odd")
    assert hidden(gradlab) == set()
    assert not gradlab.window.dock_area.restore(QByteArray(state))


def test_that_an_unknown_theme_in_the_file_is_the_light_one(start: Start, path: Path) -> None:
    path.write_text("[look]\ntheme=pink\nzoom=7\n", "utf-8")
    window = start().window
    assert window.theme_choice in THEMES
    assert (window.theme_choice, window.zoom) == ("light", 1.0)
