"""Paints an autograd graph, and marks the node under the mouse or chosen with the arrow keys."""

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from gradlab.core.graph import EMPTY_GRAPH, Graph, GraphNode, Kept, SavedTensor
from gradlab.core.number_format import format_number
from gradlab.core.snapshot import Snapshot
from gradlab.qt import roles
from gradlab.qt.fonts import mono, sans
from gradlab.qt.graph_layout import edge, place
from gradlab.qt.theme import LIGHT, SMALL, Theme

NODE_PAD = 7.0
CORNER = 8.0
DETAIL = 11  # pixels, the size of the lines under a name; all of it is drawn to a scale
LEAST_SCALE = 0.74  # at 100 %, where nothing else is asked for
MOST_SCALE = 1.4
NO_GRAPH = "No graph: nothing that needs a gradient has been recorded."


class GraphDrawing(QWidget):
    """Operations with the names that PyTorch gives them, and what each saved for backward().

    Args:
        least_scale: The scale, at 100 %, below which its words are too small.

    Signals:
        marked: The variable that the marked node made or stands for, or "" when none is.
    """

    marked = Signal(str)

    def __init__(self, least_scale: float = LEAST_SCALE) -> None:
        super().__init__()
        self._least_scale = least_scale
        self.setObjectName("graph_view")
        self.setAccessibleName("Autograd graph")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._graph = EMPTY_GRAPH
        self._theme = LIGHT
        self._values: dict[str, tuple[str, str]] = {}
        self._boxes: list[QRectF] = []
        self._texts: dict[int, tuple[str, str, str]] = {}
        self._changed: list[int] = []
        self._mark = -1

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        self._theme = theme
        self.setMinimumSize(self.minimumSizeHint())
        self.update()

    def show_graph(self, graph: Graph, snapshot: Snapshot) -> None:
        """Draw `graph`, with the values and gradients that its leaves have in `snapshot`."""
        self._graph = graph
        self._values = _leaf_values(snapshot)
        self._boxes = place(graph, [self._width(node) for node in graph.nodes])
        texts = {node.number: (_name(node), *self._details(node)) for node in graph.nodes}
        self._changed = [i for i, words in texts.items() if self._texts.get(i) != words]
        self._texts = texts
        self._set_mark(-1)
        self.setAccessibleDescription(_sentence(graph))
        self.setMinimumSize(self.minimumSizeHint())
        self.update()

    def changed_area(self) -> QRect:
        """Return where the nodes stand whose words the last graph changed; empty where none did."""
        area = QRectF()
        for number in self._changed:
            area = area.united(self._boxes[number])
        return self._transform().mapRect(area).toAlignedRect() if self._changed else QRect()

    @override
    def minimumSizeHint(self) -> QSize:
        """Return the size below which the words could not be read."""
        size = self._whole().size() * (self._least_scale * self._theme.zoom)
        return QSize(int(size.width()), max(int(size.height()), self._theme.px(90)))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the edges, the nodes, and the names on the edges."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._boxes:
            painter.setPen(QColor(self._theme.muted))
            painter.setFont(self._theme.sans())
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()), flags, NO_GRAPH)
            return
        painter.setTransform(self._transform(), combine=True)
        for used, user in self._graph.edges:
            painter.setPen(QPen(QColor(self._theme.control), 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(edge(self._boxes[used], self._boxes[user]))
        for node, box in zip(self._graph.nodes, self._boxes, strict=True):
            self._paint_node(painter, node, box)
        for used, user in self._graph.edges:
            self._paint_name(painter, used, user)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the node under the mouse."""
        inverted, _ = self._transform().inverted()
        at = inverted.map(event.position())
        found = (i for i, box in enumerate(self._boxes) if box.contains(at))
        self._set_mark(next(found, -1))

    @override
    def leaveEvent(self, event: QEvent) -> None:
        """Mark nothing."""
        self._set_mark(-1)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Mark nothing."""
        super().focusOutEvent(event)
        self._set_mark(-1)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Mark the next node with the right arrow, the one before with the left."""
        by = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        if by is None or not self._boxes:
            super().keyPressEvent(event)
            return
        start = self._mark if self._mark >= 0 or by > 0 else 0
        self._set_mark((start + by) % len(self._boxes))

    def _set_mark(self, number: int) -> None:
        if number == self._mark:
            return
        self._mark = number
        node = self._graph.nodes[number] if number >= 0 else None
        self.setToolTip(_node_in_words(node) if node else "")
        self.marked.emit(_variable(self._graph, number) if node else "")
        self.update()

    def _whole(self) -> QRectF:
        whole = QRectF()
        for box in self._boxes:
            whole = whole.united(box)
        return whole.adjusted(-4, -4, 4, 4)

    def _transform(self) -> QTransform:
        """Return what puts the graph in the middle, as large as fits."""
        whole = self._whole()
        most = MOST_SCALE * self._theme.zoom
        scale = min(self.width() / whole.width(), self.height() / whole.height(), most)
        transform = QTransform.fromTranslate(self.width() / 2, self.height() / 2)
        transform.scale(scale, scale)
        return transform.translate(-whole.center().x(), -whole.center().y())

    def _width(self, node: GraphNode) -> float:
        name = QFontMetricsF(sans(SMALL, bold=True)).horizontalAdvance(_name(node))
        detail = QFontMetricsF(mono(DETAIL))
        return max(name, *(detail.horizontalAdvance(d) for d in self._details(node))) + 2 * NODE_PAD

    def _details(self, node: GraphNode) -> tuple[str, str]:
        """Return the two lines under a name: a leaf's numbers, or what was made or saved."""
        if node.leaf:
            return self._values.get(node.variable, ("leaf", ""))
        last = node.number == len(self._graph.nodes) - 1
        lines = [f"→ {self._graph.root}"] if last else []
        lines += [line for saved in node.saved for line in _saved_lines(saved)]
        return (*lines, "", "")[0], (*lines, "", "")[1]

    def _paint_name(self, painter: QPainter, used: int, user: int) -> None:
        """Write the name of the variable that goes along an edge onto it."""
        node = self._graph.nodes[used]
        if node.leaf or not node.variable:
            return
        painter.setFont(mono(DETAIL, bold=True))
        middle = edge(self._boxes[used], self._boxes[user]).pointAtPercent(0.55)
        width = painter.fontMetrics().horizontalAdvance(node.variable) + 6
        area = QRectF(middle.x() - width / 2, middle.y() - 8, width, 16)
        painter.fillRect(area, QColor(self._theme.panel))
        painter.setPen(QColor(self._theme.text))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, node.variable)

    def _paint_node(self, painter: QPainter, node: GraphNode, box: QRectF) -> None:
        theme = self._theme
        changed = any(saved.kept is Kept.CHANGED for saved in node.saved)
        painter.setPen(self._pen(node, changed))
        painter.setBrush(QColor(theme.raised_fill if changed else self._fill(node)))
        painter.drawRoundedRect(box, CORNER, CORNER)
        details = [line for line in self._details(node) if line]
        top = box.top() + (box.height() - 18 - 15 * len(details)) / 2
        painter.setPen(QColor(theme.text))
        painter.setFont(sans(SMALL, bold=True))
        area = QRectF(box.left(), top, box.width(), 18)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, _name(node))
        painter.setPen(QColor(theme.raised if changed else theme.muted))
        painter.setFont(mono(DETAIL))
        for i, line in enumerate(details):
            area = QRectF(box.left(), top + 18 + 15 * i, box.width(), 15)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, line)

    def _fill(self, node: GraphNode) -> str:
        return self._theme.accent_fill if node.number == self._mark else self._theme.background

    def _pen(self, node: GraphNode, changed: bool) -> QPen:
        """Return the pen of a frame: dashed where freed, thick for a leaf or the marked node."""
        theme = self._theme
        by_leaf = {role.label: role.ink(theme) for role in (roles.B, roles.W)}
        colour = by_leaf.get(node.variable[:1] if node.leaf else "", theme.control)
        if node.number == self._mark:
            colour = theme.accent
        pen = QPen(QColor(theme.raised if changed else colour), 1.4)
        if node.leaf or node.number == self._mark:
            pen.setWidthF(2.4)
        if any(saved.kept is Kept.FREED for saved in node.saved):
            pen.setStyle(Qt.PenStyle.DashLine)
        return pen


def _variable(graph: Graph, number: int) -> str:
    """Return the variable that a node made or stands for, or helped to make first."""
    while not graph.nodes[number].variable:
        number = next((user for used, user in graph.edges if used == number), -1)
        if number < 0:
            return ""
    return graph.nodes[number].variable


def _name(node: GraphNode) -> str:
    if not node.leaf:
        return node.name
    return node.variable.replace("no longer named", "old") or node.name


def _saved_lines(saved: SavedTensor) -> tuple[str, ...]:
    if saved.kept is not Kept.KEPT:
        return (f"saved: {saved.kept}",)
    return f"saved {saved.variable or saved.slot}", f"{list(saved.shape)} v{saved.version}"


def _node_in_words(node: GraphNode) -> str:
    made = f" made {node.variable}" if node.variable and not node.leaf else ""
    leaf = f" of {node.variable}" if node.leaf else ""
    saved = ", ".join(" ".join(_saved_lines(each)) for each in node.saved)
    return f"{node.name}{leaf}{made}" + (f"; {saved}" if saved else "")


def _leaf_values(snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    """Return value and gradient of each leaf, by the name that the graph gives it."""
    values = {}
    for view in snapshot.tensors:
        name = view.name if view.named else f"{view.name} (no longer named)"
        if view.is_leaf and len(view.value) == 1:
            grad = format_number(view.grad[0]) if view.grad else "None"
            values[name] = (format_number(view.value[0]), f"grad {grad}")
    return values


def _sentence(graph: Graph) -> str:
    if not graph.root:
        return NO_GRAPH
    names = ", ".join(node.variable or node.name for node in reversed(graph.nodes))
    return f"The graph of {graph.root}, backwards: {names}."
