"""Autograd's gradients beside two worked out in other ways, folded away until asked for."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from gradlab.core.checks import GradientCheck
from gradlab.core.number_format import MINUS
from gradlab.core.snapshot import Snapshot
from gradlab.qt.fonts import MONO
from gradlab.qt.theme import Theme

HEAD = f"{'added to':9}{'autograd':>12}{'by hand':>12}{'difference':>12}{'gap':>9}"
SIZE = 11  # pixels; four numbers have to stand side by side in a narrow window
NOTHING = (
    "Nothing to check: since the last update or zero_()\n"
    "not every point has had its backward() just once."
)


class ChecksTable(QWidget):
    """A button that unfolds a small table."""

    def __init__(self) -> None:
        super().__init__()
        self._fold = QToolButton()
        self._fold.setObjectName("checks_fold")
        self._fold.setText("Checks: is autograd right?")
        self._fold.setCheckable(True)
        self._fold.setArrowType(Qt.ArrowType.RightArrow)
        self._fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._fold.setAutoRaise(True)
        self._fold.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._fold.toggled.connect(self._unfold)
        self._table = QLabel()
        self._table.setObjectName("checks_table")
        self._table.setTextFormat(Qt.TextFormat.PlainText)
        self._table.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._table.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._fold)
        layout.addWidget(self._table)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the checks of the latest backward()."""
        rows = [_row(check) for check in snapshot.checks]
        text = "\n".join([HEAD, *rows]) if rows else NOTHING
        self._table.setText(text)

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`, and the code font: columns stand below each other."""
        self._fold.setMinimumHeight(theme.target(24))
        self._table.setStyleSheet(
            f"color: {theme.text}; font-family: '{MONO}'; font-size: {theme.px(SIZE)}px"
        )

    def _unfold(self, unfolded: bool) -> None:
        self._fold.setArrowType(Qt.ArrowType.DownArrow if unfolded else Qt.ArrowType.RightArrow)
        self._table.setVisible(unfolded)


def _row(check: GradientCheck) -> str:
    values = (check.autograd, check.by_hand, check.by_difference)
    gap = max(values) - min(values)
    numbers = f"{values[0]:12.6f}{values[1]:12.6f}{values[2]:12.6f}{gap:9.0e}"
    return f"{check.name:9}{numbers}".replace("-", MINUS)
