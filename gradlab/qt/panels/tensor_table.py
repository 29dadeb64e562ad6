"""The tensors: what each name holds and is, with what just changed marked."""

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem
from typing_extensions import override

from gradlab.core.number_format import format_number
from gradlab.core.snapshot import Snapshot, TensorView
from gradlab.qt.panel import Panel
from gradlab.qt.theme import SMALL, TARGET, Theme

COLUMNS = (
    ("name", "name", "x_train_tensor"),
    ("value", "value", "−0.0000"),
    ("grad", "grad", "−0.0000"),
    ("requires_grad", "req.", "False"),
    ("is_leaf", "leaf", "False"),
    ("grad_fn", "grad_fn", "MeanBackward0"),
    ("version", "ver.", "0000"),
    ("dtype", "dtype", "float32"),
    ("device", "device", "cuda:0"),
    ("shape", "shape", "[80, 1]"),
)
"""The field, its head, and a text that the column is made wide enough for."""

PADDING = 8


class TensorTable(Panel):
    """A row for each named tensor that exists."""

    def __init__(self) -> None:
        super().__init__("Tensors")
        self._table = QTableWidget(0, len(COLUMNS))
        self._table.setObjectName("tensor_table")
        self._table.setAccessibleName("Tensors")
        for i, (field, head, _) in enumerate(COLUMNS):
            item = QTableWidgetItem(head)
            item.setToolTip(field)
            self._table.setHorizontalHeaderItem(i, item)
        self._table.verticalHeader().hide()
        self._table.setShowGrid(False)
        self._table.setWordWrap(False)
        self._table.setTabKeyNavigation(False)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        self.content.addWidget(self._table)
        self._snapshot: Snapshot | None = None
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self._table)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self._copy)

    @override
    def show_theme(self, theme: Theme) -> None:
        """Take the colours and fonts of `theme`."""
        grown = theme.zoom / self.theme.zoom
        super().show_theme(theme)
        self._table.setFont(theme.mono(SMALL))
        self._table.horizontalHeader().setFont(theme.sans(SMALL))
        metrics, heads = QFontMetrics(theme.mono(SMALL, bold=True)), QFontMetrics(theme.sans(SMALL))
        for i, (_, _, widest) in enumerate(COLUMNS):
            # where numbers have been shown, they may have made a column wider
            now = math.ceil(self._table.columnWidth(i) * grown) if self._snapshot else 0
            item = self._table.horizontalHeaderItem(i)
            head = heads.horizontalAdvance(item.text() if item is not None else "")
            least = max(metrics.horizontalAdvance(widest), head) + theme.px(PADDING)
            self._table.setColumnWidth(i, max(now, least))
        height = metrics.height() + theme.px(12)
        self._table.verticalHeader().setMinimumSectionSize(min(height, TARGET))
        self._table.verticalHeader().setDefaultSectionSize(height)
        if self._snapshot is not None:
            self.show_snapshot(self._snapshot)

    @override
    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show every tensor; a cell that the last statement changed is shaded and bold."""
        self._snapshot = snapshot
        self._table.setRowCount(len(snapshot.tensors))
        before = {view.name: view for view in snapshot.tensors_before if view.named}
        for row, view in enumerate(snapshot.tensors):
            for column, (field, _, _) in enumerate(COLUMNS):
                changed = view.named and (view.name, field) in snapshot.changed
                item = self._item(row, column)
                self._show_cell(item, cell_text(view, field), changed, name=column == 0)
                item.setToolTip(_tip(view, field, before.get(view.name)))
        if snapshot.tensors:
            types = {view.type_name for view in snapshot.tensors}
            word = types.pop() if len(types) == 1 else "different types: see dtype"
            self.set_note(f"{word} · {snapshot.tensors[0].device}    changed cells are shaded")

    def mark(self, variable: str) -> None:
        """Select the row of `variable`, which may be no longer named; "" selects none."""
        self._table.clearSelection()
        if self._snapshot is None:
            return
        for row, view in enumerate(self._snapshot.tensors):
            if cell_text(view, "name") == variable:
                self._table.selectRow(row)

    def _item(self, row: int, column: int) -> QTableWidgetItem:
        """Return the cell, made if it is not there yet."""
        item = self._table.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            self._table.setItem(row, column, item)
        return item

    def _copy(self) -> None:
        """Copy the selected cells, a row a line, at full precision."""
        if self._snapshot is None:
            return
        lines: dict[int, list[str]] = {}
        for index in sorted(self._table.selectedIndexes()):
            view = self._snapshot.tensors[index.row()]
            cell = in_full(view, COLUMNS[index.column()][0])
            lines.setdefault(index.row(), []).append(cell)
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines.values()))

    def _make_room(self, item: QTableWidgetItem) -> None:
        """Widen the column for a longer text; it never shrinks, so that nothing jumps."""
        metrics = QFontMetrics(self.theme.mono(SMALL, bold=True))
        needed = metrics.horizontalAdvance(item.text()) + self.theme.px(PADDING)
        if needed > self._table.columnWidth(item.column()):
            self._table.setColumnWidth(item.column(), needed)

    def _show_cell(self, item: QTableWidgetItem, text: str, changed: bool, name: bool) -> None:
        if text != item.text():
            item.setText(text)
            self._make_room(item)
        item.setFont(self.theme.mono(SMALL, bold=changed or name))
        muted = text in {"None", "False"} and not changed
        item.setForeground(QBrush(QColor(self.theme.muted if muted else self.theme.text)))
        item.setBackground(QBrush(QColor(self.theme.accent_fill)) if changed else QBrush())


def cell_text(view: TensorView, field: str) -> str:
    """Return what the table says of `field`: a single number, or the shape of many."""
    content = getattr(view, field)
    if field == "name" and not view.named:
        return f"{content} (no longer named)"
    if field == "shape":
        return str(list(content))
    if field == "dtype":
        return str(content).removeprefix("torch.")
    if field == "value":
        return format_number(content[0]) if len(content) == 1 else str(list(view.shape))
    if field == "grad" and content is not None:
        return format_number(content[0]) if len(content) == 1 else str(list(view.shape))
    return str(content)


def _tip(view: TensorView, field: str, before: TensorView | None) -> str:
    """Return the cell in full precision, and what it was before the last statement."""
    now = in_full(view, field)
    if not view.named:
        return f"{now}\nThe leaf that {view.name} stood for: it still holds its gradient."
    if before is None or in_full(before, field) == now:
        return now
    rebound = "\nThe name stands for a new tensor." if before.serial != view.serial else ""
    return f"{now}\nbefore: {in_full(before, field)}{rebound}"


def in_full(view: TensorView, field: str) -> str:
    """Return `field` at full precision; of a large tensor, its first numbers."""
    content = getattr(view, field)
    if field in {"value", "grad"} and content is not None:
        numbers = ", ".join(repr(value) for value in content)
        more = ", …" if len(content) < math.prod(view.shape) else ""
        return f"[{numbers}{more}]" if view.shape else numbers
    return str(list(content)) if field == "shape" else str(content)
