"""The autograd graph as it was recorded: leaves at the left, the loss at the right."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from gradlab.core.graph import EMPTY_GRAPH, Graph, GraphNode, Kept, SavedTensor
from gradlab.core.number_format import format_number
from gradlab.core.snapshot import Snapshot
from gradlab.qt.panel import Panel
from gradlab.qt.theme import LIGHT, SMALL, Theme, mono, sans

NODE_HEIGHT = 56.0
NODE_PAD = 7.0
LAYER_GAP = 20.0
ROW_PITCH = 80.0
CORNER = 8.0
DETAIL = 11  # pixels, the size of the lines under a name


class GraphView(Panel):
    """Operations with the names that PyTorch gives them, and what each saved for backward()."""

    def __init__(self) -> None:
        super().__init__("Autograd graph")
        self._drawing = GraphDrawing()
        self._drawing.setObjectName("graph_view")
        self.content.addWidget(self._drawing)

    @override
    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        super().show_theme(theme)
        self._drawing.show_theme(theme)

    @override
    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw what autograd has recorded by now."""
        graph = snapshot.graph
        self._drawing.show_graph(graph, snapshot)
        if not graph.root:
            self.set_note("nothing recorded")
        elif graph.freed:
            self.set_note(f"of {graph.root}; saved tensors freed by backward()")
        else:
            self.set_note(f"of {graph.root}")


class GraphDrawing(QWidget):
    """Paints a graph, as large as fits and never cut."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Autograd graph")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(110)
        self._graph = EMPTY_GRAPH
        self._theme = LIGHT
        self._values: dict[str, tuple[str, str]] = {}
        self._boxes: list[QRectF] = []

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        self._theme = theme
        self.update()

    def show_graph(self, graph: Graph, snapshot: Snapshot) -> None:
        """Draw `graph`, with the values and gradients that its leaves have in `snapshot`."""
        self._graph = graph
        self._values = _leaf_values(snapshot)
        self._boxes = self._place()
        self.setAccessibleDescription(_sentence(graph))
        self.setToolTip("\n".join(_node_in_words(node) for node in graph.nodes))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the edges, then the nodes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._boxes:
            painter.setPen(QColor(self._theme.muted))
            painter.setFont(sans())
            words = "No graph: nothing that needs a gradient has been recorded."
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()), flags, words)
            return
        self._fit(painter)
        for used, user in self._graph.edges:
            self._paint_edge(painter, used, user)
        for node, box in zip(self._graph.nodes, self._boxes, strict=True):
            self._paint_node(painter, node, box)

    def _place(self) -> list[QRectF]:
        """Return the box of each node: layers from left to right, each as wide as it needs."""
        nodes = self._graph.nodes
        widths: dict[int, float] = {}
        for node in nodes:
            widths[node.layer] = max(widths.get(node.layer, 0.0), self._width(node))
        left, lefts = 0.0, {}
        for layer in sorted(widths):
            lefts[layer] = left
            left += widths[layer] + LAYER_GAP
        return [
            QRectF(lefts[n.layer], -n.row * ROW_PITCH, widths[n.layer], NODE_HEIGHT) for n in nodes
        ]

    def _width(self, node: GraphNode) -> float:
        name = QFontMetricsF(sans(SMALL, bold=True)).horizontalAdvance(_name(node))
        detail = QFontMetricsF(mono(DETAIL))
        return max(name, *(detail.horizontalAdvance(d) for d in self._details(node))) + 2 * NODE_PAD

    def _details(self, node: GraphNode) -> tuple[str, str]:
        """Return the two lines under a name: a leaf's numbers, or what was made and saved."""
        if node.leaf:
            value, grad = self._values.get(node.variable, ("leaf", ""))
            return value, grad
        lines = [f"→ {node.variable}"] if node.variable else []
        lines += [line for saved in node.saved for line in _saved_lines(saved)]
        return (*lines, "", "")[0], (*lines, "", "")[1]

    def _fit(self, painter: QPainter) -> None:
        whole = self._boxes[0]
        for box in self._boxes:
            whole = whole.united(box)
        whole.adjust(-4, -4, 4, 4)
        scale = min(self.width() / whole.width(), self.height() / whole.height(), 1.25)
        painter.translate(self.width() / 2, self.height() / 2)
        painter.scale(scale, scale)
        painter.translate(-whole.center())

    def _paint_edge(self, painter: QPainter, used: int, user: int) -> None:
        a, b = self._boxes[used], self._boxes[user]
        start, end = QPointF(a.right(), a.center().y()), QPointF(b.left(), b.center().y())
        bend = min(LAYER_GAP, (end.x() - start.x()) / 2)
        path = QPainterPath(start)
        # straight on beside the layers between, and down only in the last gap: no node is crossed
        near = QPointF(end.x() - LAYER_GAP, start.y())
        path.lineTo(near)
        path.cubicTo(near + QPointF(bend, 0), end - QPointF(bend, 0), end)
        painter.setPen(QPen(QColor(self._theme.control), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)

    def _paint_node(self, painter: QPainter, node: GraphNode, box: QRectF) -> None:
        theme = self._theme
        freed = any(saved.kept is Kept.FREED for saved in node.saved)
        changed = any(saved.kept is Kept.CHANGED for saved in node.saved)
        pen = QPen(QColor(self._edge(node, changed)), 2.2 if node.leaf else 1.4)
        if freed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(QColor(theme.raised_fill if changed else theme.background))
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

    def _edge(self, node: GraphNode, changed: bool) -> str:
        if changed:
            return self._theme.raised
        by_leaf = {"b": self._theme.b, "w": self._theme.w}
        return by_leaf.get(node.variable[:1] if node.leaf else "", self._theme.control)


def _name(node: GraphNode) -> str:
    return node.variable or node.name if node.leaf else node.name


def _saved_lines(saved: SavedTensor) -> tuple[str, ...]:
    if saved.kept is not Kept.KEPT:
        return (f"{saved.slot} {saved.kept}",)
    return f"saved {saved.variable or saved.slot}", f"{list(saved.shape)} v{saved.version}"


def _node_in_words(node: GraphNode) -> str:
    made = f" made {node.variable}" if node.variable and not node.leaf else ""
    leaf = f" of {node.variable}" if node.leaf else ""
    saved = ", ".join(
        f"{s.slot} = {s.variable or '?'} {list(s.shape)} v{s.version}"
        if s.kept is Kept.KEPT
        else f"{s.slot} {s.kept}"
        for s in node.saved
    )
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
        return "No graph: nothing that needs a gradient has been recorded."
    names = ", ".join(node.variable or node.name for node in reversed(graph.nodes))
    return f"The graph of {graph.root}, backwards: {names}."
