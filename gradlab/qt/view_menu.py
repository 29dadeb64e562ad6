"""The View menu: presentation, zoom, theme, layouts and panels."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from gradlab.qt.actions import add_action
from gradlab.qt.dock_layout import LAYOUTS
from gradlab.qt.panel_dock import PanelDock
from gradlab.qt.screens import screen_key, screen_label
from gradlab.qt.system_theme import SYSTEM

THEME_NAMES = {
    "light": "&Light theme",
    "dark": "&Dark theme",
    "contrast": "&High contrast",
    SYSTEM: "As the s&ystem",
}


class ViewMenu(QObject):
    """Asks for how the window is to look; what holds is shown by ticks.

    Args:
        window: The window whose menu bar it stands in.
        docks: The panels that can be shown and hidden.

    Signals:
        presentationRequested: Present, or leave the presentation.
        screenChosen: The `screen_key` of the screen to present on.
        zoomRequested: 1 for larger, -1 for smaller, 0 for 100 %.
        themeChosen: The name of a theme, or SYSTEM.
        layoutChosen: The name of a layout that comes with the program.
        ownLayoutChosen, ownLayoutForgotten: The name of one of the user's own.
        layoutKept: Keep where the panels stand as a layout.
        singleKeysChosen: Whether single letters and signs are keys in the presentation.
        fullScreenRequested: Fill the screen, or not.
    """

    presentationRequested = Signal()
    screenChosen = Signal(str)
    zoomRequested = Signal(int)
    themeChosen = Signal(str)
    layoutChosen = Signal(str)
    ownLayoutChosen = Signal(str)
    ownLayoutForgotten = Signal(str)
    layoutKept = Signal()
    singleKeysChosen = Signal(bool)
    fullScreenRequested = Signal()

    def __init__(self, window: QMainWindow, docks: Iterable[PanelDock]) -> None:
        super().__init__(window)
        menu = window.menuBar().addMenu("&View")
        add_action(menu, "&Present", "F5", self.presentationRequested.emit)
        self._screens = menu.addMenu("Present on s&creen")
        self._screens.aboutToShow.connect(self._list_screens)
        self._screen = ""
        self._single_keys = menu.addAction("Single &keys while presenting")
        self._single_keys.setCheckable(True)
        self._single_keys.setChecked(True)
        self._single_keys.toggled.connect(self.singleKeysChosen)
        add_action(menu, "&Full screen", "F11", self.fullScreenRequested.emit)
        menu.addSeparator()
        self._add_zoom(menu)
        self._themes = self._add_themes(menu)
        menu.addSeparator()
        self._layouts = menu.addMenu("La&yout")
        self._forget = QMenu("&Forget", self._layouts)
        self._own: tuple[str, ...] = ()
        self._list_layouts()
        panels = menu.addMenu("Pa&nels")
        for dock in docks:
            panels.addAction(dock.toggleViewAction())

    @property
    def screen(self) -> str:
        """The `screen_key` of the screen to present on, or ""."""
        return self._screen

    def show_theme_choice(self, name: str) -> None:
        """Tick the theme that was chosen."""
        for action in self._themes.actions():
            action.setChecked(action.data() == name)

    def show_screen(self, key: str) -> None:
        """Tick the screen with the `screen_key` `key` as the one to present on."""
        self._screen = key

    def show_single_keys(self, on: bool) -> None:
        """Tick whether single letters and signs are keys in the presentation."""
        self._single_keys.setChecked(on)

    def show_own_layouts(self, names: Iterable[str]) -> None:
        """List the user's own layouts."""
        self._own = tuple(names)
        self._list_layouts()

    def _add_zoom(self, menu: QMenu) -> None:
        for text, keys, by in (
            ("&Larger", ("Ctrl++", "Ctrl+="), 1),
            ("&Smaller", ("Ctrl+-",), -1),
            ("&100 %", ("Ctrl+0",), 0),
        ):
            action = add_action(menu, text, keys[0], partial(self.zoomRequested.emit, by))
            # QKeySequence.StandardKey.ZoomIn is Ctrl++ alone on Linux: a key that needs Shift
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setAutoRepeat(True)

    def _add_themes(self, menu: QMenu) -> QActionGroup:
        themes = menu.addMenu("&Theme")
        group = QActionGroup(self)
        for name, text in THEME_NAMES.items():
            action = themes.addAction(text)
            action.setData(name)
            action.setCheckable(True)
            group.addAction(action)
        group.triggered.connect(self._choose_theme)
        return group

    def _choose_theme(self, action: QAction) -> None:
        self.themeChosen.emit(action.data())

    def _list_screens(self) -> None:
        self._screens.clear()
        for number, screen in enumerate(QGuiApplication.screens(), 1):
            action = self._screens.addAction(screen_label(screen, number))
            action.setCheckable(True)
            action.setChecked(screen_key(screen) == self._screen)
            action.triggered.connect(partial(self._choose_screen, screen_key(screen)))

    def _choose_screen(self, key: str) -> None:
        self._screen = key
        self.screenChosen.emit(key)

    def _list_layouts(self) -> None:
        self._layouts.clear()
        self._forget.clear()
        for number, name in enumerate(LAYOUTS, 1):
            act = partial(self.layoutChosen.emit, name)
            add_action(self._layouts, f"&{number} {name}", f"Alt+{number}", act)
        self._layouts.addSeparator()
        for name in self._own:
            words = name.replace("&", "&&")
            add_action(self._layouts, words, "", partial(self.ownLayoutChosen.emit, name))
        add_action(self._layouts, "&Keep this layout …", "", self.layoutKept.emit)
        if self._own:
            self._layouts.addMenu(self._forget)
            for name in self._own:
                words = name.replace("&", "&&")
                add_action(self._forget, words, "", partial(self.ownLayoutForgotten.emit, name))
