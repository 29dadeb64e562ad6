"""The gradient values: what each backward() added, and how they went."""

from itertools import pairwise

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout
from typing_extensions import override

from gradlab.core.ledger import Ledger
from gradlab.core.number_format import format_number
from gradlab.core.snapshot import Snapshot
from gradlab.qt import roles
from gradlab.qt.checks_table import ChecksTable
from gradlab.qt.history_plot import HistoryPlot
from gradlab.qt.panel import Panel
from gradlab.qt.plot import Plot, Text, gate, ink_on, mixed, passes, span
from gradlab.qt.theme import LIGHT, SMALL, TITLE, Theme

PITCH = 1.1  # from one column to the next
WIDTH = 0.8
OLDER = (0.65, 0.78)  # how much of its colour has a block that is not the latest, in turn
ENDINGS = {1: "st", 2: "nd", 3: "rd"}


class GradientPlot(Panel):
    """Left a block for each backward() since the last zero_(), and the sum; right the history.

    Signals:
        statementPicked: The statement that was clicked.
    """

    statementPicked = Signal(int)

    def __init__(self) -> None:
        super().__init__("Gradient values", "Gradients")
        self.setObjectName("gradient_plot")
        self._ledger = Plot("Ledger of the gradients")
        self._ledger.getAxis("bottom").setTicks([[]])
        self._history = HistoryPlot(
            "History of the gradients",
            {"b_grad": roles.B_GRAD, "w_grad": roles.W_GRAD},
        )
        self._history.statementPicked.connect(self.statementPicked)
        self._checks = ChecksTable()
        both = (roles.B_GRAD, roles.W_GRAD)
        self._columns = [_Column(self._ledger, i, role) for i, role in enumerate(both)]
        row = QHBoxLayout()
        row.addWidget(self._ledger, 6)
        row.addWidget(self._history, 5)
        self.content.addLayout(row, 1)
        self.content.addWidget(self._checks)

    @override
    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        super().show_theme(theme)
        for plot in (self._ledger, self._history):
            plot.show_theme(theme)
        for column in self._columns:
            column.show_theme(theme)
        self._checks.show_theme(theme)
        self._ledger.getAxis("bottom").setPen(theme.pen(theme.panel))

    @override
    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the gradients as they stand, and their sum."""
        self._show_ledger(snapshot)
        self._show_history(snapshot)
        self._checks.show_snapshot(snapshot)

    def _show_ledger(self, snapshot: Snapshot) -> None:
        ledgers = (snapshot.b_ledger, snapshot.w_ledger)
        edges = [edge for each in ledgers for edge in _edges(each)]
        low, high = span(edges) if len(edges) > 2 else (-0.5, 0.5)
        room = 0.1 * (high - low)  # for the name at one end of a bar and the sum at the other
        self._ledger.show_range((-0.6, 1.7), (low - room, high + room))
        for column, each in zip(self._columns, ledgers, strict=True):
            column.show(each, high - low)
        words = (_stale(snapshot), _without_accumulation(snapshot))
        self.set_note("  ·  ".join(word for word in words if word))
        self._ledger.setAccessibleDescription(
            f"b.grad is {format_number(snapshot.numbers.b_grad)}, from "
            f"{snapshot.b_ledger.count} of backward(); "
            f"w.grad is {format_number(snapshot.numbers.w_grad)}."
        )

    def _show_history(self, snapshot: Snapshot) -> None:
        self._history.show_curves(snapshot)
        self._history.setAccessibleDescription(f"Both gradients over {snapshot.index} statements.")


class _Column:
    """The blocks of one gradient, its name above and its sum beside it."""

    def __init__(self, plot: Plot, place: int, role: roles.Role) -> None:
        self._plot, self._place, self._role = plot, place * PITCH, role
        self._bars = pg.BarGraphItem(x0=[], x1=[], y0=[], y1=[])
        self._head = Text(role.label, size=TITLE)
        self._head.setAnchor((0.5, 1.0))
        self._sum = Text(size=TITLE)
        self._theme = LIGHT
        self._shown: tuple[Ledger, float] | None = None
        self._texts: list[Text] = []
        for item in (self._bars, self._head, self._sum):
            plot.addItem(item, ignoreBounds=True)

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`, also for the blocks that are drawn already."""
        self._theme = theme
        for text in (self._head, self._sum):
            text.show_theme(theme, self._role.ink(theme))
        for text in self._texts:
            text.show_theme(theme)
        if self._shown is not None:
            self.show(*self._shown)

    def show(self, ledger: Ledger, height: float) -> None:
        """Draw a block for each contribution and write the sum."""
        self._shown = (ledger, height)
        edges = gate(_edges(ledger))
        blocks = list(pairwise(edges))
        drawn = [b for b in blocks if passes(*b)]
        slots = _slots(ledger, len(drawn))
        left = self._place - WIDTH / 2
        brushes = [pg.mkBrush(self._tint(i, len(drawn))) for i in range(len(drawn))]
        self._show_texts(ledger, drawn, slots, height)
        self._show_sum(ledger, drawn)
        # WORKAROUND for pyqtgraph 0.14: a BarGraphItem with an empty list of pens raises
        self._bars.setVisible(bool(drawn))
        if not drawn:
            return
        self._bars.setOpts(
            x0=[left + a * WIDTH for a, _ in slots],
            x1=[left + b * WIDTH for _, b in slots],
            y0=[a for a, _ in drawn],
            y1=[b for _, b in drawn],
            brushes=brushes,
            pens=[self._theme.pen(self._theme.panel)] * len(drawn),
        )

    def _show_texts(
        self,
        ledger: Ledger,
        drawn: list[tuple[float, float]],
        slots: list[tuple[float, float]],
        height: float,
    ) -> None:
        stacked = slots[:1] == [(0.0, 1.0)]
        wide = [i for i, (a, b) in enumerate(drawn) if stacked and abs(b - a) > 0.07 * height]
        while len(self._texts) < len(wide):
            item = Text(bold=False)
            item.show_theme(self._theme)
            item.setAnchor((0.5, 0.5))
            self._plot.addItem(item, ignoreBounds=True)
            self._texts.append(item)
        for item in self._texts[len(wide) :]:
            item.setVisible(False)
        for item, i in zip(self._texts, wide, strict=False):
            low, high = drawn[i]
            item.setText(self._words(ledger, i, high - low))
            item.setColor(ink_on(self._tint(i, len(drawn))))
            item.setPos(self._place, (low + high) / 2)
            item.setVisible(True)

    def _words(self, ledger: Ledger, i: int, added: float) -> str:
        """Return what stands on block `i`: its number where there is room, and what it added."""
        number = ledger.first + i - bool(ledger.earlier)
        short = format_number(added)
        long = f"{_ordinal(number, ledger)}  {short}"
        metrics = QFontMetrics(self._theme.sans(SMALL))
        texts = (long, short, format_number(added, 3), format_number(added, 2))
        room = self._pixels(WIDTH) - self._theme.px(4)
        return next((text for text in texts if metrics.horizontalAdvance(text) < room), "")

    def _tint(self, i: int, n: int) -> str:
        """Return the colour of block `i`: older ones paler, the latest in full colour."""
        share = 1.0 if i == n - 1 else OLDER[i % 2]
        return mixed(self._role.ink(self._theme), self._theme.panel, share)

    def _pixels(self, share: float) -> float:
        """Return how many pixels wide `share` of the distance between two columns is."""
        return share / float(self._plot.getPlotItem().getViewBox().viewPixelSize()[0])

    def _sum_in_words(self, ledger: Ledger) -> str:
        """Return the sum, with as many decimals as there is room for beside the other's."""
        if ledger.total is None:
            return "None"
        metrics = QFontMetrics(self._theme.sans(TITLE, bold=True))
        texts = [f"= {format_number(ledger.total, decimals)}" for decimals in (4, 3, 2)]
        room = self._pixels(PITCH) - self._theme.px(6)
        return next((t for t in texts if metrics.horizontalAdvance(t) < room), texts[-1])

    def _show_sum(self, ledger: Ledger, drawn: list[tuple[float, float]]) -> None:
        """Write the name at the root of the bar and the sum at its end."""
        end = drawn[-1][1] if drawn else 0.0
        down = end <= 0
        edges = [0.0, *(edge for block in drawn for edge in block)]
        self._head.setAnchor((0.5, 1.0) if down else (0.5, 0.0))
        self._head.setPos(self._place, max(edges) if down else min(edges))
        self._sum.setAnchor((0.5, 0.0) if down else (0.5, 1.0))
        self._sum.setPos(self._place, min(edges) if down else max(edges))
        self._sum.setText(self._sum_in_words(ledger))


def _stale(snapshot: Snapshot) -> str:
    """Return that the gradients are of a b and w that have moved on since, where it is so."""
    if snapshot.last_added is None:
        return ""
    of, now = snapshot.last_added.of, snapshot.numbers
    same = repr((of.b, of.w)) == repr((now.b, now.w))  # nan is not equal to itself, but reads so
    return "" if same else "stale: of an earlier b and w"


def _without_accumulation(snapshot: Snapshot) -> str:
    """Return what the gradients would be, had they been cleared before the last backward().

    Nothing is said where nothing has piled up, or where parts of the training set are to add up.
    """
    count = max(snapshot.b_ledger.count, snapshot.w_ledger.count)
    if snapshot.last_added is None or count <= snapshot.program.batches:
        return ""
    b, w = (format_number(added or 0.0) for added in (snapshot.last_added.b, snapshot.last_added.w))
    return f"with zero_(): {b} and {w}"


def _edges(ledger: Ledger) -> list[float]:
    """Return the heights between the blocks, from 0 to the sum."""
    edges = [0.0]
    for block in ((ledger.earlier,) if ledger.earlier else ()) + ledger.contributions:
        edges.append(edges[-1] + block)
    return edges


def _slots(ledger: Ledger, n: int) -> list[tuple[float, float]]:
    """Return the left and right of each block, as shares of the width.

    Blocks of one sign are stacked. Where the signs are mixed they would cover each other, so they
    go side by side, each from where the one before ended.
    """
    signs = {np.sign(c) for c in (ledger.earlier, *ledger.contributions) if c}
    if len(signs) <= 1:
        return [(0.0, 1.0)] * n
    return [(i / n, (i + 1) / n) for i in range(n)]


def _ordinal(number: int, ledger: Ledger) -> str:
    if number < ledger.first:
        return "earlier"
    ending = "th" if number % 100 in {11, 12, 13} else ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"
