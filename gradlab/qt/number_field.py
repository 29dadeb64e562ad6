"""A field for a number that means the same in every country and never changes it silently."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from gradlab.core.limits import LARGEST


class NumberField(QLineEdit):
    """A line edit for one number, in a point or a single comma, also as 1e-3.

    A spin box reads "0.1" as 1.0 in some countries and rounds to two decimals; this one takes
    what is typed or says what is wrong. Esc brings the number in force back.

    Signals:
        valueCommitted: A new number was entered, a float (also for whole numbers).
        refused: What is wrong with the text, or "" when it is right again.
    """

    valueCommitted = Signal(float)
    refused = Signal(str)

    def __init__(
        self,
        name: str,
        whole: bool = False,
        low: float = -LARGEST,
        high: float = LARGEST,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._name, self._whole, self._low, self._high = name, whole, low, high
        self._value = low
        self.editingFinished.connect(self.commit)
        self.textEdited.connect(self._unmark)

    @property
    def value(self) -> float:
        """The number in force, whatever is being typed."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show `value` without asking for anything; what is being typed is left alone."""
        if value == self._value and (self.text() or self.hasFocus()):
            return
        self._value = value
        self._restore()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Bring the number in force back on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self._restore()
        else:
            super().keyPressEvent(event)

    def _restore(self) -> None:
        self.setText(f"{int(self._value)}" if self._whole else f"{self._value!r}")
        self.setCursorPosition(0)  # of a long number the beginning tells more
        self._mark("")

    def commit(self) -> None:
        """Take what is typed, if it is a number, and ask for it; otherwise say what is wrong."""
        value = self._parse(self.text())
        if value is None:
            kind = "a whole number such as 100" if self._whole else "a number such as 0.1"
            self._mark(f"{self._name}: type {kind}; it stays {self._value:g}.")
            return
        changed, self._value = value != self._value, value
        self._restore()
        if changed:
            self.valueCommitted.emit(value)

    def _parse(self, text: str) -> float | None:
        plain = text.strip().replace("\u2212", "-")
        if plain.count(",") == 1 and "." not in plain and not self._whole:
            plain = plain.replace(",", ".")
        if "_" in plain:  # Python would take 1_0 for 10
            return None
        try:
            value = float(plain)
        except ValueError:
            return None
        if not self._low <= value <= self._high or (self._whole and value != int(value)):
            return None
        return value

    def _unmark(self) -> None:
        if self.property("wrong"):
            self._mark("")

    def _mark(self, message: str) -> None:
        self.setProperty("wrong", bool(message))
        self.style().unpolish(self)
        self.style().polish(self)
        self.refused.emit(message)
