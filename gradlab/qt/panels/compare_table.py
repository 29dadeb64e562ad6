"""The pinned runs beside the current one: what each has come to."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
)
from typing_extensions import override

from gradlab.core.number_format import format_number
from gradlab.core.pin import LETTERS, Pin
from gradlab.core.snapshot import Snapshot
from gradlab.qt.panel import Panel
from gradlab.qt.theme import SMALL, Theme

HEADS = ("run", "", "epochs", "b", "w", "loss", "validation", "")
RUN, NAME, UNPIN = 0, 1, len(HEADS) - 1
DASH_WORDS = dict(zip(LETTERS, ("╌╌", "⋯", "╌⋅"), strict=True))
HINT = (
    "Pin a run to keep all of it as a ghost in the plots. Then change one thing, restart from the"
    " same start, and compare: up to three runs stay."
)

HIDDEN_HINT = (
    "While you predict, the losses and the pinned runs are hidden; they come back afterwards."
)
HIDDEN = "hidden"


class CompareTable(Panel):
    """A row for the current run and one for each that is pinned.

    Signals:
        pinRequested: Keep the current run.
        unpinRequested: Let the run of this letter go.
    """

    pinRequested = Signal()
    unpinRequested = Signal(str)

    def __init__(self) -> None:
        super().__init__("Compare")
        self._pin = QPushButton("Pin this run")
        self._pin.setObjectName("pin_run")
        self._pin.setToolTip("Keep this run in every plot, to compare others with it")
        self._pin.clicked.connect(self.pinRequested)
        self._hint = QLabel(HINT)
        self._hint.setWordWrap(True)
        self._hint.setProperty("role", "note")
        self._table = QTableWidget(0, len(HEADS))
        self._table.setObjectName("compare_table")
        self._table.setAccessibleName("Pinned runs compared")
        self._table.setHorizontalHeaderLabels(HEADS)
        self._table.verticalHeader().hide()
        self._table.setShowGrid(False)
        self._table.setWordWrap(True)
        self._table.setTabKeyNavigation(False)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        self._pins: tuple[Pin, ...] = ()
        self.head.addWidget(self._pin)
        self.content.addWidget(self._hint)
        self.content.addWidget(self._table, 1)

    @override
    def show_theme(self, theme: Theme) -> None:
        """Take the colours and fonts of `theme`."""
        super().show_theme(theme)
        self._table.setFont(theme.mono(SMALL))
        self._table.horizontalHeader().setFont(theme.sans(SMALL))
        self._table.horizontalHeader().setMinimumSectionSize(theme.px(44))
        self._table.verticalHeader().setMinimumSectionSize(theme.target(30))
        for button in self._table.findChildren(QToolButton):
            button.setMinimumSize(QSize(theme.target(26), theme.target(26)))
        self._table.resizeRowsToContents()

    @override
    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show what the current run and the pinned ones have come to."""
        full = len(snapshot.pins) == len(LETTERS)
        self._pin.setEnabled(snapshot.recorded > 0 and not full)
        self._pin.setText("Three are pinned" if full else "Pin this run")
        self._table.setRowCount(1 + len(snapshot.pins))
        if snapshot.pins != self._pins:
            self._pins = snapshot.pins
            self._show_pins()
        self._hint.setText(HIDDEN_HINT if snapshot.veiled else HINT)
        self._hint.setVisible(not snapshot.pins)
        self._show_row(0, _current(snapshot))
        self._table.resizeRowsToContents()

    def _show_pins(self) -> None:
        for row, pin in enumerate(self._pins, 1):
            numbers = (pin.numbers.b, pin.numbers.w, pin.loss, pin.val_loss)
            label = f"{pin.letter} {DASH_WORDS[pin.letter]}"
            words = (format_number(number) for number in numbers)
            self._show_row(row, (label, pin.name, str(pin.epochs), *words))
            self._table.setCellWidget(row, UNPIN, self._unpin_button(pin))

    def _unpin_button(self, pin: Pin) -> QToolButton:
        button = QToolButton()
        button.setText("✕")
        button.setObjectName(f"unpin_{pin.letter}")
        button.setAccessibleName(f"Unpin {pin.letter}, {pin.name}")
        button.setToolTip("Let this run go")
        button.setMinimumSize(QSize(self.theme.target(26), self.theme.target(26)))
        button.setProperty("letter", pin.letter)
        button.clicked.connect(self._request_unpin)
        return button

    def _request_unpin(self) -> None:
        letter = self.sender().property("letter")
        self._table.setFocus()  # not on the next run's button, which Space would press
        self.unpinRequested.emit(letter)

    def _show_row(self, row: int, words: tuple[str, ...]) -> None:
        for column, text in enumerate(words):
            item = self._table.item(row, column)
            if item is None:
                item = QTableWidgetItem()
                side = Qt.AlignmentFlag.AlignLeft if column <= NAME else Qt.AlignmentFlag.AlignRight
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                self._table.setItem(row, column, item)
            if item.text().strip() != text:
                item.setText(f"  {text}" if column > NAME else text)
                item.setToolTip(text if column == NAME else "")


def _current(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the words of the current run's row."""
    b, w = snapshot.numbers.b, snapshot.numbers.w
    line = ("now ━", snapshot.run_name, str(snapshot.epochs_done), *map(format_number, (b, w)))
    if snapshot.veiled:
        return (*line, HIDDEN, HIDDEN)
    loss = None if b is None or w is None else snapshot.surface.loss(b, w)
    return (*line, *map(format_number, (loss, snapshot.val_loss)))
