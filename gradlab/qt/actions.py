"""The menus: every command with its key, in one place."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from gradlab.core.lesson import Lesson
from gradlab.core.statements import CATALOGUE, LOOP
from gradlab.qt.panels.loop_panel import TITLES, LoopPanel

TIP = "tip"  # where an action keeps its tool tip while that is hidden


def add_action(menu: QMenu, text: str, key: str, act: Callable[[], object]) -> QAction:
    """Add a command to `menu`; holding its key runs it once."""
    action = menu.addAction(text)
    action.setShortcut(QKeySequence(key))
    action.setAutoRepeat(False)
    action.triggered.connect(act)
    return action


class LoopMenu(QObject):
    """The Loop menu: all that the loop panel's buttons do, and predicting.

    Args:
        window: The window whose menu bar it stands in.
        loop: The panel whose buttons it presses.

    Signals:
        redoRequested: Do again what was undone.
        predictingRequested: Whether to ask for a prediction before a step.
    """

    redoRequested = Signal()
    predictingRequested = Signal(bool)

    def __init__(self, window: QMainWindow, loop: LoopPanel) -> None:
        super().__init__(window)
        menu = window.menuBar().addMenu("&Loop")
        add_action(menu, "&Step", "Ctrl+Return", partial(loop.press, "step_button"))
        add_action(menu, "&Back", "Ctrl+Backspace", partial(loop.press, "back_button"))
        add_action(menu, "Red&o", "Ctrl+Shift+Backspace", self.redoRequested.emit)
        add_action(menu, "&Run or stop", "Ctrl+R", partial(loop.press, "run_button"))
        menu.addSeparator()
        for number, step in enumerate(LOOP, 1):
            text = f"&{number} {TITLES[step]}"
            add_action(menu, text, f"Ctrl+{number}", loop.cards[step].click)
        menu.addSeparator()
        self._predict = menu.addAction("Pr&edict, then reveal")
        self._predict.setCheckable(True)
        self._predict.setShortcut(QKeySequence("Ctrl+G"))
        self._predict.setAutoRepeat(False)
        self._predict.triggered.connect(self.predictingRequested)
        menu.addSeparator()
        restart = partial(loop.press, "restart_button")
        add_action(menu, "Restart, s&ame start", "Ctrl+Shift+R", restart)
        add_action(menu, "&New seed", "Ctrl+Shift+N", partial(loop.press, "new_seed_button"))
        add_action(menu, "&Pin this run", "Ctrl+Shift+P", partial(loop.press, "pin_button"))
        menu.addSeparator()
        add_action(menu, "&Quit", "Ctrl+Q", window.close)

    def show_predicting(self, predicting: bool) -> None:
        """Tick whether predictions are asked for."""
        self._predict.setChecked(predicting)


class HelpMenu(QObject):
    """The Help menu.

    Args:
        window: The window whose menu bar it stands in.

    Signals:
        keysRequested, aboutRequested: Show that.
    """

    keysRequested = Signal()
    aboutRequested = Signal()

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        menu = window.menuBar().addMenu("&Help")
        add_action(menu, "&Keys", "F1", self.keysRequested.emit)
        add_action(menu, "&About gradlab", "", self.aboutRequested.emit)


def add_probe_menu(window: QMainWindow, act: Callable[[str], object]) -> QMenu:
    """Add the Probe menu: statements beside the loop; `act` gets the id of the one chosen."""
    menu = window.menuBar().addMenu("&Probe")
    menu.setToolTipsVisible(True)
    for statement in CATALOGUE.values():
        if not statement.variant:
            action = menu.addAction(statement.code.replace("\n    ", " "))
            action.setData(statement.id)
            action.setProperty(TIP, statement.expect)
            action.setToolTip(statement.expect)
    menu.triggered.connect(partial(_choose, act))
    return menu


def hide_tips(menu: QMenu, hidden: bool) -> None:
    """Take the tool tips off `menu`, which tell what will happen, or put them back."""
    for action in menu.actions():
        action.setToolTip(action.text() if hidden else action.property(TIP))


def _choose(act: Callable[[str], object], action: QAction) -> None:
    act(action.data())


def add_lesson_menu(
    window: QMainWindow, lessons: tuple[Lesson, ...], act: Callable[[Lesson], object]
) -> QMenu:
    """Add the Lesson menu; `act` gets the lesson that was chosen."""
    menu = window.menuBar().addMenu("L&esson")
    menu.setToolTipsVisible(True)
    for lesson in lessons:
        action = menu.addAction(f"{lesson.section}  {lesson.title}".strip())
        action.setData(lesson.id)
        action.setProperty(TIP, lesson.goal)
        action.setToolTip(lesson.goal)
    by_id = {lesson.id: lesson for lesson in lessons}
    menu.triggered.connect(partial(_open, by_id, act))
    return menu


def _open(by_id: dict[str, Lesson], act: Callable[[Lesson], object], action: QAction) -> None:
    act(by_id[action.data()])
