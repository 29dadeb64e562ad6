"""The small button on a card that chooses another way to do its step."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from gradlab.core.statements import Statement
from gradlab.qt.theme import LIGHT, Theme

WIDTH = 26  # pixels at 100 %


class VariantPicker(QToolButton):
    """A button with a menu of statements, one of them marked.

    Signals:
        variantChosen: The id of a statement.
    """

    variantChosen = Signal(str)

    def __init__(self, choices: tuple[Statement, ...]) -> None:
        super().__init__()
        self.setText("▾")
        self.setAccessibleName("Choose another way")
        self.setToolTip("Choose another way to do this step")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._expected = {choice.id: choice.expect for choice in choices}
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for choice in choices:
            action = menu.addAction(choice.label)
            action.setData(choice.id)
            action.setCheckable(True)
        menu.triggered.connect(self._choose)
        self.setMenu(menu)
        self.show_expected(True)
        self.show_theme(LIGHT)

    def show_theme(self, theme: Theme) -> None:
        """Take the size that `theme` gives to what can be pressed."""
        self.setFixedSize(theme.target(WIDTH), theme.target(24))
        self.setFont(theme.sans())
        self.menu().setFont(theme.sans())  # a menu is a window: it takes no font from a card

    def show_choice(self, statement_id: str) -> None:
        """Mark the statement that stands on the card."""
        for action in self.menu().actions():
            action.setChecked(action.data() == statement_id)

    def show_expected(self, told: bool) -> None:
        """Say of each statement what to expect of it, or keep it for after a guess."""
        for action in self.menu().actions():
            action.setToolTip(self._expected[action.data()] if told else "")

    def _choose(self, action: QAction) -> None:
        self.variantChosen.emit(action.data())
