"""A fixture that fails a test which leaves a window, a timer or a thread behind."""

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from gradlab.qt import fonts, style_sheet
from gradlab.qt.theme import LIGHT


@pytest.fixture(autouse=True)
def no_leftovers(qapp: QApplication, qtbot: QtBot) -> Iterator[None]:
    """Give the test the program's look, and see that it leaves nothing open or running."""
    fonts.load_fonts()
    style_sheet.apply(qapp, LIGHT)
    yield
    # processEvents() leaves deleteLater() undone; without this the closed windows pile up
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    open_windows = [w.objectName() or w for w in QApplication.topLevelWidgets() if w.isVisible()]
    assert not open_windows, "a window was left open"
    alive = [o for o in gc.get_objects() if issubclass(type(o), QTimer | QThread) and isValid(o)]
    assert not any(o.isActive() for o in alive if isinstance(o, QTimer)), "a timer runs"
    assert not any(o.isRunning() for o in alive if isinstance(o, QThread)), "a thread runs"
