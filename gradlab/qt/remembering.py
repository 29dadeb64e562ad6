"""Carries what is remembered between the settings and the window."""

from PySide6.QtCore import QByteArray, QObject, QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from gradlab.qt.dock_layout import LAYOUTS
from gradlab.qt.main_window import MainWindow
from gradlab.qt.settings import Settings


class Remembering(QObject):
    """Gives the window the look it had last, and notes each change of it.

    Args:
        window: The window, before it is shown.
        settings: What is remembered.
    """

    def __init__(self, window: MainWindow, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings

    def restore(self, theme: str = "", zoom: float = 0.0) -> None:
        """Give the window its look; what is given here goes before what is remembered."""
        window, settings = self._window, self._settings
        window.set_zoom(zoom or settings.zoom)
        window.choose_theme(theme or settings.theme)
        window.show_own_layouts(dict(settings.layouts))
        window.view_menu.show_screen(settings.presentation_screen)
        window.loss.show_log(settings.log_loss)
        window.view_menu.show_single_keys(settings.single_key_shortcuts)
        if settings.layout in LAYOUTS:
            window.dock_area.choose(settings.layout)
        if settings.geometry:
            window.restoreGeometry(QByteArray(settings.geometry))
            bring_onto_screen(window)
        if settings.docks:
            window.dock_area.restore(QByteArray(settings.docks))
        if settings.trouble:
            window.show_note(settings.trouble)
        self._listen()

    def _listen(self) -> None:
        window = self._window
        window.appearanceChanged.connect(self._note_appearance)
        window.layoutsChanged.connect(self._note_layouts)
        window.view_menu.screenChosen.connect(self._note_screen)
        window.view_menu.themeChosen.connect(self._note_theme)
        window.loop_menu.predictingRequested.connect(self._note_predicting)
        window.loss.logToggled.connect(self._note_log)
        window.view_menu.singleKeysChosen.connect(self._note_single_keys)
        window.closing.connect(self._note_places)

    def _note_theme(self, name: str) -> None:
        self._settings.theme = name

    def _note_appearance(self, _: str, zoom: float) -> None:
        self._settings.zoom = zoom

    def _note_layouts(self) -> None:
        self._settings.layouts = self._window.own_layouts
        self._settings.layout = self._window.dock_area.layout_name

    def _note_screen(self, key: str) -> None:
        self._settings.presentation_screen = key

    def _note_predicting(self, predicting: bool) -> None:
        self._settings.predicting = predicting

    def _note_log(self, log: bool) -> None:
        self._settings.log_loss = log

    def _note_single_keys(self, on: bool) -> None:
        self._settings.single_key_shortcuts = on

    def _note_places(self) -> None:
        self._settings.geometry = bytes(self._window.saveGeometry().data())
        self._settings.docks = bytes(self._window.dock_area.state().data())


def bring_onto_screen(window: QWidget) -> None:
    """Move `window` to where it can be seen and dragged, if its upper edge is on no screen.

    Qt does so for a screen that has gone, but not for every place that a file may hold.
    """
    frame = window.frameGeometry()
    handle = QPoint(frame.center().x(), frame.top())
    areas = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    if not any(area.contains(handle) for area in areas):
        area = QGuiApplication.primaryScreen().availableGeometry()
        window.resize(window.size().boundedTo(area.size()))
        window.move(area.topLeft())
