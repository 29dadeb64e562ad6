"""The whole window on real tensors, and hands to use it with."""

from collections.abc import Iterator
from typing import TypeVar

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gradlab.app import Gradlab, build
from gradlab.core.program import Program

Kind = TypeVar("Kind", bound=QWidget)
FULL_SPEED = 4


def opened(qtbot: QtBot, program: Program) -> Iterator[Gradlab]:
    """Yield a window of 1920x1000 that shows `program`; what runs is stopped in the end.

    Its slices of time are long: what is asked for is done when the call returns, also on a slow
    machine.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gradlab.qt.runner.SLICE", 60.0)
        gradlab = build(program)
        qtbot.addWidget(gradlab.window)
        qtbot.addWidget(gradlab.presentation)
        gradlab.window.resize(1920, 1000)
        gradlab.window.show()
        qtbot.waitExposed(gradlab.window)
        yield gradlab
        gradlab.runner.stop()


def find(gradlab: Gradlab, kind: type[Kind], name: str) -> Kind:
    """Return the widget of that object name."""
    found = gradlab.window.findChild(kind, name)
    assert isinstance(found, kind), name
    return found


def press(gradlab: Gradlab, *names: str) -> None:
    """Press the buttons of these object names, one after the other."""
    for name in names:
        find(gradlab, QAbstractButton, name).click()


def choose(gradlab: Gradlab, text: str) -> None:
    """Choose the menu command of that text."""
    (action,) = [a for a in gradlab.window.findChildren(QAction) if a.text() == text]
    action.trigger()


def enter(gradlab: Gradlab, name: str, text: str) -> None:
    """Type `text` into the field of that name and press Enter."""
    field = find(gradlab, QLineEdit, name)
    field.setText(text)
    field.editingFinished.emit()


def words(gradlab: Gradlab, name: str) -> str:
    """Return what the label of that name says."""
    return find(gradlab, QLabel, name).text()


def caption(gradlab: Gradlab) -> str:
    """Return what just happened, in plain words."""
    return find(gradlab, QLabel, "caption").accessibleDescription()


def finish(gradlab: Gradlab) -> None:
    """Let a run come to its end, without waiting for its timer."""
    assert gradlab.runner.running
    while gradlab.runner.running:
        gradlab.runner.tick()


def bring_up(gradlab: Gradlab, panel: QWidget) -> None:
    """Bring the tab with `panel` up."""
    area = gradlab.window.dock_area
    (name,) = [name for name, dock in area.docks.items() if dock.panel is panel]
    area.bring_up(name)
    QApplication.processEvents()  # it gets its size
    assert area.docks[name].seen
