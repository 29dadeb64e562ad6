"""The menus: every command with its key, in one place."""

from collections.abc import Callable

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from gradlab.qt.theme import THEMES


def add_action(menu: QMenu, text: str, key: str, act: Callable[[], object]) -> QAction:
    """Add a command to `menu`; holding its key runs it once."""
    action = menu.addAction(text)
    action.setShortcut(QKeySequence(key))
    action.setAutoRepeat(False)
    action.triggered.connect(act)
    return action


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
