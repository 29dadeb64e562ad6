"""The guess of a number: a field that is empty at first and asks only when told to."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget
from typing_extensions import override

from gradlab.qt.number_field import NumberField
from gradlab.qt.theme import Theme

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
WRONG = "Type a number such as 0.1, or choose an answer."
WIDTH = 96  # pixels of the field at 100 %


class GuessField(NumberField):
    """A number field that may be left empty, and left without anything happening.

    Signals:
        numberGuessed: The number that was entered, a float; also the same one again.
    """

    numberGuessed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("guess", parent=parent)
        self.returnPressed.connect(self.guess)

    def clear_guess(self) -> None:
        """Empty it, and forget what was wrong."""
        self.clear()
        self._mark("")

    def guess(self) -> None:
        """Ask with what is typed, if it is a number; otherwise say what is wrong."""
        number = self._parse(self.text())
        if number is None:
            self._mark(WRONG)
            self.setFocus()
        else:
            self._mark("")
            self.numberGuessed.emit(number)

    @override
    def commit(self) -> None:
        """Say what is wrong with what is typed, if anything; ask for nothing."""
        if self.text().strip():
            self._mark(WRONG if self._parse(self.text()) is None else "")

    @override
    def _restore(self) -> None:
        """Empty it on Esc: there is no number in force."""
        self.clear_guess()


class BarButton(QPushButton):
    """A button that leaves Enter to what it stands in: on some desktops it would be pressed."""

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass Enter on."""
        if event.key() in ENTER:
            event.ignore()
        else:
            super().keyPressEvent(event)


class NumberGuess(QWidget):
    """A field for a number, and a button that takes it as the guess.

    Signals:
        numberGuessed: The number.
        refused: What is wrong with what is typed, or "" when it is right again.
    """

    numberGuessed = Signal(float)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._name, self._field = QLabel(), GuessField()
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setBuddy(self._field)
        self._field.setObjectName("guess_field")
        take = BarButton("Guess")
        take.setObjectName("guess_button")
        take.setToolTip("Take the number as the guess")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self._name, self._field, take):
            layout.addWidget(widget)
        take.clicked.connect(self._field.guess)
        self._field.numberGuessed.connect(self.numberGuessed)
        self._field.refused.connect(self.refused)

    def begin(self, label: str) -> None:
        """Empty the field for another number, which is called `label`."""
        self._name.setText(f"or {label} =")
        self._field.setAccessibleName(f"guess for {label}")
        self._field.clear_guess()

    def show_theme(self, theme: Theme) -> None:
        """Take the sizes of `theme`."""
        self._field.setFixedWidth(theme.px(WIDTH))
