"""What lies over everything else while presenting: a black screen, or what the keys do."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget
from shiboken6 import isValid
from typing_extensions import override

from gradlab.qt.key_list import KeyList
from gradlab.qt.theme import Theme


class Blank(QFrame):
    """All black. It keeps the focus: nothing is pressed that nobody sees."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("blank")
        self.setStyleSheet("background: #000000")
        self.setCursor(Qt.CursorShape.BlankCursor)

    @override
    def focusNextPrevChild(self, forward: bool) -> bool:
        """Return False: Tab goes nowhere."""
        return False

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take every key that is no shortcut, so that none goes on to what is covered."""
        event.accept()


class Covers:
    """At most one of the two covers is up; the one in whose place another is asked for goes.

    Args:
        window: What they cover.
    """

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._blank, self._keys = Blank(window), KeyList(window)
        self._focused: QWidget | None = None
        for cover in (self._blank, self._keys):
            cover.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            cover.hide()

    @property
    def up(self) -> bool:
        """Whether something is covered."""
        return not (self._blank.isHidden() and self._keys.isHidden())

    def toggle_blank(self) -> None:
        """Make everything black, or bring the picture back."""
        self._toggle(self._blank)

    def toggle_keys(self) -> None:
        """Show what the keys do, or no longer."""
        self._toggle(self._keys)

    def lift(self) -> bool:
        """Take the cover away, and return whether there was one."""
        if not self.up:
            return False
        self._blank.hide()
        self._keys.hide()
        back, self._focused = self._focused, None
        if back is not None and isValid(back) and back.isVisible():
            back.setFocus()
        else:
            self._window.setFocus()
        return True

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        self._keys.show_theme(theme)

    def place(self) -> None:
        """Put the black over everything, and the keys into the middle."""
        self._blank.setGeometry(self._window.rect())
        self._keys.adjustSize()
        area = self._keys.rect()
        area.moveCenter(self._window.rect().center())
        self._keys.setGeometry(area)

    def _toggle(self, cover: QWidget) -> None:
        wanted = cover.isHidden()
        self.lift()
        if wanted:
            self._focused = self._window.focusWidget()
            cover.show()
            cover.raise_()
            cover.setFocus()
