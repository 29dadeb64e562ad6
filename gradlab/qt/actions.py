"""The menus: every command with its key, in one place."""

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from gradlab.core.lesson import Lesson
from gradlab.core.statements import CATALOGUE
from gradlab.qt.theme import THEMES


def add_action(menu: QMenu, text: str, key: str, act: Callable[[], object]) -> QAction:
    """Add a command to `menu`; holding its key runs it once."""
    action = menu.addAction(text)
    action.setShortcut(QKeySequence(key))
    action.setAutoRepeat(False)
    action.triggered.connect(act)
    return action


def add_probe_menu(window: QMainWindow, act: Callable[[str], object]) -> None:
    """Add the Probe menu: statements beside the loop; `act` gets the id of the one chosen."""
    menu = window.menuBar().addMenu("&Probe")
    menu.setToolTipsVisible(True)
    for statement in CATALOGUE.values():
        if not statement.variant:
            action = menu.addAction(statement.code.replace("\n    ", " "))
            action.setData(statement.id)
            action.setToolTip(statement.expect)
    menu.triggered.connect(partial(_choose, act))


def _choose(act: Callable[[str], object], action: QAction) -> None:
    act(action.data())


def add_lesson_menu(
    window: QMainWindow, lessons: tuple[Lesson, ...], act: Callable[[Lesson], object]
) -> None:
    """Add the Lesson menu; `act` gets the lesson that was chosen."""
    menu = window.menuBar().addMenu("L&esson")
    menu.setToolTipsVisible(True)
    for lesson in lessons:
        action = menu.addAction(f"{lesson.section}  {lesson.title}".strip())
        action.setData(lesson.id)
        action.setToolTip(lesson.goal)
    by_id = {lesson.id: lesson for lesson in lessons}
    menu.triggered.connect(partial(_open, by_id, act))


def _open(by_id: dict[str, Lesson], act: Callable[[Lesson], object], action: QAction) -> None:
    act(by_id[action.data()])


def add_theme_menu(window: QMainWindow, chosen: str, act: Callable[[QAction], object]) -> None:
    """Add the View menu, with a choice of the themes; `act` gets the action, its data the name."""
    menu = window.menuBar().addMenu("&View")
    group = QActionGroup(window)
    for name in THEMES:
        action = menu.addAction(f"{name.capitalize()} theme")
        action.setData(name)
        action.setCheckable(True)
        action.setChecked(name == chosen)
        group.addAction(action)
    group.triggered.connect(act)
