"""The window for the projector: its keys, what it covers, and what it leaves behind."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QHelpEvent, QKeyEvent, QKeySequence, QShortcut, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLineEdit,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gradlab.core.statements import LOOP
from gradlab.qt import presentation as module
from gradlab.qt.big_plot import CHOICES, BigPlot
from gradlab.qt.panels.surface_plot import SurfacePlot
from gradlab.qt.plot import Plot
from gradlab.qt.presentation import Presentation
from gradlab.qt.screen_awake import ScreenAwake
from gradlab.qt.theme import DARK, LIGHT
from tests.qt.snapshots import twice_backward
from tests.qt.test_text_sizes import WALKS

Key = Qt.Key
FORBIDDEN = ("Space", "Return", "Enter", "Left", "Right", "Up", "Down", "Home", "End", "Tab")
LEAST_TARGET = 44


class Desktop:
    """Counts how often the screen is held awake and let go."""

    def __init__(self) -> None:
        self.kept = self.released = 0

    def hold(self) -> Callable[[], object]:
        self.kept += 1
        return self._let_go

    def _let_go(self) -> None:
        self.released += 1


@pytest.fixture
def desktop() -> Desktop:
    return Desktop()


@pytest.fixture
def hidden(qtbot: QtBot, desktop: Desktop) -> Iterator[Presentation]:
    presentation = Presentation(LIGHT, ScreenAwake(desktop.hold))
    qtbot.addWidget(presentation)
    yield presentation
    presentation.leave()


@pytest.fixture
def shown(hidden: Presentation) -> Presentation:
    hidden.show_snapshot(WALKS["asked"])
    hidden.start()
    hidden.showNormal()
    hidden.resize(1366, 768)
    for _ in range(3):
        QApplication.processEvents()
    hidden.activateWindow()
    return hidden


@pytest.fixture
def asked(shown: Presentation) -> list[object]:
    """Return a list that every request is added to."""
    requests: list[object] = []
    shown.stepRequested.connect(lambda: requests.append("step"))
    shown.backRequested.connect(lambda: requests.append("back"))
    shown.left.connect(lambda: requests.append("left"))
    shown.statementRequested.connect(requests.append)
    shown.skipRequested.connect(lambda step, skip: requests.append((step, skip)))
    shown.prediction.guessRequested.connect(requests.append)
    return requests


def press(presentation: Presentation, key: Key) -> None:
    """Press `key` where the focus is."""
    focused: QWidget | None = presentation.focusWidget()
    QTest.keyClick(focused if focused is not None else presentation, key)


def stops(presentation: Presentation) -> list[QWidget]:
    """Return everything in it that can have the focus now, and the window itself."""
    parts = [part for part in presentation.findChildren(QWidget) if part.focusProxy() is None]
    none = Qt.FocusPolicy.NoFocus
    return [presentation, *(w for w in parts if w.isVisible() and w.focusPolicy() != none)]


def black(presentation: Presentation) -> bool:
    return presentation.grab().toImage().pixelColor(5, 5).lightness() == 0


def test_that_the_keys_of_a_remote_control_work_wherever_the_focus_is(
    shown: Presentation, asked: list[object]
) -> None:
    places = [stop for stop in stops(shown) if stop.isEnabled()]
    assert any(isinstance(place, QLineEdit) for place in places)
    assert sum(isinstance(place, QAbstractButton) for place in places) > 10
    for place in places:
        place.setFocus()
        assert shown.focusWidget() is place
        asked.clear()
        press(shown, Key.Key_PageDown)
        press(shown, Key.Key_PageUp)
        assert asked == ["step", "back"], place
        press(shown, Key.Key_Period)
        assert black(shown), place
        press(shown, Key.Key_Period)
        assert not black(shown), place
        assert shown.focusWidget() is place


@pytest.mark.parametrize("key", [Key.Key_F5, Key.Key_Escape])
def test_that_f5_and_esc_leave_wherever_the_focus_is(
    shown: Presentation, asked: list[object], key: Key
) -> None:
    for place in [stop for stop in stops(shown) if stop.isEnabled()]:
        shown.start()
        shown.activateWindow()
        place.setFocus()
        asked.clear()
        press(shown, key)
        assert asked == ["left"], place
        assert not shown.presenting
        assert not shown.isVisible()


def test_that_a_point_is_typed_where_a_number_has_begun(shown: Presentation) -> None:
    field = shown.findChild(QLineEdit, "guess_field")
    assert field is not None
    field.setFocus()
    QTest.keyClicks(field, "2.5")
    assert field.text() == "2.5"
    assert not black(shown)
    press(shown, Key.Key_Period)
    assert field.text() == "2.5"
    assert black(shown)


def test_that_single_keys_can_be_turned_off(shown: Presentation) -> None:
    shown.single_keys = False
    assert not shown.single_keys
    shown.setFocus()
    chosen = shown._plot.chosen
    for key in (Key.Key_Period, Key.Key_Question, Key.Key_5):
        press(shown, key)
        assert not shown._covers.up
        assert shown._plot.chosen == chosen
    field = shown.findChild(QLineEdit, "guess_field")
    assert field is not None
    QTest.keyClicks(field, ".5")
    assert field.text() == ".5"
    shown.single_keys = True
    shown.setFocus()
    press(shown, Key.Key_5)
    assert shown._plot.chosen == 4


def test_that_a_number_chooses_a_plot_and_the_button_of_it(shown: Presentation) -> None:
    shown.setFocus()
    for index, choice in enumerate(CHOICES):
        press(shown, Key(Key.Key_1.value + index))
        assert shown._plot.chosen == index
        button = shown.findChild(QAbstractButton, f"plot_{index + 1}")
        assert button is not None
        assert button.isChecked()
        assert button.accessibleName() == choice.name


def test_that_ctrl_and_a_number_press_a_card(shown: Presentation, asked: list[object]) -> None:
    shown.show_snapshot(twice_backward())
    for number in range(1, 6):
        key = Key(Key.Key_0.value + number)
        QTest.keyClick(shown, key, Qt.KeyboardModifier.ControlModifier)
    assert asked == [step.value for step in LOOP]


def test_that_no_key_repeats_is_ambiguous_or_is_needed_by_widgets(shown: Presentation) -> None:
    shortcuts = shown.findChildren(QShortcut)
    assert len(shortcuts) == 19
    assert not any(shortcut.autoRepeat() for shortcut in shortcuts)
    keys = [shortcut.key().toString() for shortcut in shortcuts]
    actions = shown.findChildren(QAction)
    keys += [key.toString() for action in actions for key in action.shortcuts()]
    assert len(keys) == len(set(keys))
    assert not set(keys) & {QKeySequence(name).toString() for name in FORBIDDEN}


def test_that_a_held_key_asks_once(shown: Presentation, asked: list[object]) -> None:
    press(shown, Key.Key_PageDown)
    none = Qt.KeyboardModifier.NoModifier
    for _ in range(5):
        kind = QEvent.Type.KeyPress
        held = QKeyEvent(kind, Key.Key_PageDown, none, "", True)
        QApplication.sendEvent(shown, held)
    assert asked == ["step"]


def test_that_nothing_happens_that_nobody_sees(shown: Presentation, asked: list[object]) -> None:
    button = shown.findChild(QAbstractButton, "choice_A")
    assert button is not None
    button.setFocus()
    for cover in (Key.Key_Period, Key.Key_F1):
        for key in (Key.Key_PageDown, Key.Key_PageUp, Key.Key_3):
            press(shown, cover)
            assert shown._covers.up
            press(shown, key)
            assert not shown._covers.up
        press(shown, cover)
        for key in (Key.Key_Space, Key.Key_A, Key.Key_Tab, Key.Key_Space, Key.Key_Return):
            press(shown, key)
        assert shown._covers.up
        press(shown, cover)
        assert shown.focusWidget() is button
    assert not asked


def test_that_one_cover_takes_the_place_of_the_other(shown: Presentation) -> None:
    shown.setFocus()
    press(shown, Key.Key_Period)
    press(shown, Key.Key_Question)
    assert not black(shown)
    assert shown._covers.up
    QTest.mouseClick(shown, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert not shown._covers.up


def test_that_a_new_start_shows_the_picture(shown: Presentation) -> None:
    press(shown, Key.Key_Period)
    shown.leave()
    shown.start()
    assert not shown._covers.up
    assert shown.focusWidget() in {None, shown} or not isinstance(shown.focusWidget(), QLineEdit)


def test_that_no_tool_tip_comes_up(shown: Presentation) -> None:
    shown.choose_plot(4)
    tipped = [w for w in shown.findChildren(QWidget) if w.toolTip()]
    assert len(tipped) > 5
    for widget in (*tipped, *shown._plot.findChildren(QWidget)):
        event = QHelpEvent(QEvent.Type.ToolTip, QPoint(1, 1), widget.mapToGlobal(QPoint(1, 1)))
        QApplication.sendEvent(widget, event)
        assert not QToolTip.isVisible()


@pytest.mark.parametrize("walk", ["doubled", "asked", "voting", "voted", "judged"])
@pytest.mark.parametrize("size", [(1366, 768), (1024, 768)], ids=str)
def test_that_everything_can_be_hit(shown: Presentation, walk: str, size: tuple[int, int]) -> None:
    shown.resize(*size)
    shown.show_snapshot(WALKS[walk])
    for _ in range(3):
        QApplication.processEvents()
    for target in (*shown.findChildren(QAbstractButton), *shown.findChildren(QLineEdit)):
        if target.isVisible():
            assert target.width() >= LEAST_TARGET, target.objectName()
            assert target.height() >= LEAST_TARGET, target.objectName()


@pytest.mark.parametrize("index", range(len(CHOICES)))
def test_that_wheel_and_drag_leave_a_plot_as_it_is(
    shown: Presentation, asked: list[object], index: int
) -> None:
    shown.show_snapshot(WALKS["doubled"])
    shown.choose_plot(index)
    QApplication.processEvents()
    plots = [plot for plot in shown._plot.findChildren(Plot) if plot.isVisible()]
    before = [plot.getPlotItem().getViewBox().viewRange() for plot in plots]
    for plot in plots:
        middle = plot.mapTo(shown, plot.rect().center())
        target = shown.childAt(middle)
        assert target is not None
        turned = QWheelEvent(
            QPointF(target.rect().center()), QPointF(shown.mapToGlobal(middle)), QPoint(0, 0),
            QPoint(0, 240), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(target, turned)
        place = target.rect().center()
        QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseMove(target, place + QPoint(40, 40))
        QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=place + QPoint(40, 40))
    assert [plot.getPlotItem().getViewBox().viewRange() for plot in plots] == before
    assert not asked


def test_that_the_surface_has_its_map_alone(shown: Presentation) -> None:
    shown.show_snapshot(WALKS["doubled"])
    shown.choose_plot(4)
    QApplication.processEvents()
    panel = shown._plot.currentWidget()
    assert isinstance(panel, SurfacePlot)
    assert panel._map.isVisible()
    assert not any(field.isVisible() for field in panel.findChildren(QLineEdit))


def test_that_a_resting_pointer_is_hidden_until_it_moves(shown: Presentation) -> None:
    timer = shown._pointer._timer
    field = shown.findChild(QLineEdit, "guess_field")
    assert field is not None
    assert timer.isActive()
    assert timer.interval() == 3000
    blank = Qt.CursorShape.BlankCursor
    before = field.cursor().shape()
    for _ in range(2):
        timer.stop()
        timer.timeout.emit()
        assert {shown.cursor().shape(), field.cursor().shape()} == {blank}
        QTest.mouseMove(shown.windowHandle(), QPoint(50, 50))
        QTest.mouseMove(shown.windowHandle(), QPoint(60, 60))
        QApplication.processEvents()
        assert shown.cursor().shape() != blank
        assert field.cursor().shape() == before
        assert timer.isActive()
    timer.timeout.emit()
    shown.leave()
    assert not timer.isActive()
    assert shown.cursor().shape() != blank


def test_that_the_screen_is_awake_as_long_as_it_presents(
    hidden: Presentation, desktop: Desktop
) -> None:
    for turn in range(1, 4):
        hidden.start()
        hidden.start()
        assert (desktop.kept, desktop.released) == (turn, turn - 1)
        (hidden.leave if turn % 2 else hidden.close)()
        hidden.leave()
        assert (desktop.kept, desktop.released) == (turn, turn)


def test_that_it_costs_nothing_before_the_first_start(hidden: Presentation) -> None:
    hidden.show_snapshot(twice_backward())
    hidden.show_theme(DARK)
    hidden.show_hurry(True)
    hidden.show_hurry(False)
    assert not hidden.findChildren(BigPlot)
    assert not hidden.findChildren(Plot)


def test_that_it_shows_nothing_while_it_is_hidden(
    shown: Presentation, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown.leave()
    painted: list[object] = []
    views = (shown._strip, shown._cards, shown._caption, shown.prediction, shown._bar, shown._plot)
    for view in views:
        monkeypatch.setattr(view, "show_snapshot", painted.append)
    later = replace(twice_backward(), epoch=7)
    shown.show_snapshot(later)
    shown.show_hurry(True)
    shown.show_hurry(False)
    assert not painted
    shown.start()
    assert painted.count(later) >= len(views)


def test_that_a_fast_run_paints_at_most_the_plot_in_a_frame(
    shown: Presentation, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(module, "perf_counter", lambda: now[0])
    painted: list[str] = []
    views = {
        "strip": shown._strip, "cards": shown._cards, "caption": shown._caption,
        "prediction": shown.prediction, "bar": shown._bar, "plot": shown._plot,
    }  # fmt: skip
    for name, view in views.items():
        monkeypatch.setattr(view, "show_snapshot", lambda _, name=name: painted.append(name))
    shown.show_hurry(True)
    shown.show_snapshot(twice_backward())  # the first of a run is shown at once
    assert sorted(painted) == sorted(views)
    frames = []
    for _ in range(9):
        painted.clear()
        now[0] += 0.03
        shown.show_snapshot(twice_backward())
        frames.append(tuple(painted))
    assert set(frames) == {(), ("plot",)}
    assert frames.count(("plot",)) == 3
    now[0] += module.CALM
    shown.show_snapshot(twice_backward())
    painted.clear()
    shown.show_hurry(False)  # where it ended is shown in all
    assert sorted(painted) == sorted(views)


def test_that_closing_it_leaves_once(shown: Presentation, asked: list[object]) -> None:
    shown.close()
    shown.leave()
    assert asked == ["left"]
    assert not shown.presenting
