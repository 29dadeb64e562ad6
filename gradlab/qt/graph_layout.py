"""Where the nodes of an autograd graph stand, and the ways of its edges. It paints nothing."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from gradlab.core.graph import Graph

NODE_HEIGHT = 56.0
LAYER_GAP = 18.0
ROW_PITCH = 84.0
STAGGER = 0.58 * NODE_HEIGHT  # up and down: two neighbours of a chain may then overlap sideways


def place(graph: Graph, widths: list[float]) -> list[QRectF]:
    """Return the box of each node: layers from left to right, a chain of operations staggered.

    Args:
        graph: What to lay out; rows go upwards.
        widths: The width that each node needs.
    """
    boxes: list[QRectF] = []
    lefts, shifts = _layers(graph, widths)
    wide = _widest(graph, widths)
    for node in graph.nodes:
        top = -node.row * ROW_PITCH + shifts[node.layer]
        boxes.append(QRectF(lefts[node.layer], top, wide[node.layer], NODE_HEIGHT))
    return boxes


def edge(a: QRectF, b: QRectF) -> QPainterPath:
    """Return the way from node `a` to the node `b` that used its result; it crosses no node."""
    end = QPointF(b.left(), b.center().y())
    if b.left() < a.right() + LAYER_GAP / 2:  # staggered: out at the top or the bottom
        below = b.center().y() > a.center().y()
        path = QPainterPath(QPointF(a.center().x(), a.bottom() if below else a.top()))
        path.quadTo(QPointF(a.center().x(), end.y()), end)
        return path
    start = QPointF(a.right(), a.center().y())
    # straight on beside the layers between, and up or down only in the last gap
    near = QPointF(end.x() - LAYER_GAP, start.y())
    path = QPainterPath(start)
    path.lineTo(near)
    bend = QPointF(LAYER_GAP * 0.6, 0)
    path.cubicTo(near + bend, end - bend, end)
    return path


def _widest(graph: Graph, widths: list[float]) -> dict[int, float]:
    wide: dict[int, float] = {}
    for node, width in zip(graph.nodes, widths, strict=True):
        wide[node.layer] = max(wide.get(node.layer, 0.0), width)
    return wide


def _layers(graph: Graph, widths: list[float]) -> tuple[dict[int, float], dict[int, float]]:
    """Return the left edge of each layer, and how far it is shifted up or down."""
    wide, chained = _widest(graph, widths), _chained(graph)
    lefts: dict[int, float] = {}
    shifts: dict[int, float] = {}
    left, free = 0.0, 0.0  # free: where a layer two further on may begin
    for layer in sorted(wide):
        last = layer - 1
        if layer in chained:
            shifts[layer] = STAGGER if shifts[last] <= 0 else -STAGGER
            shifts[last] = shifts[last] or -shifts[layer]
            left = max(lefts[last] + wide[last] / 2 + LAYER_GAP, free)
        else:
            shifts[layer] = 0.0
            left = lefts[last] + wide[last] + LAYER_GAP if layer else 0.0
        free = lefts[last] + wide[last] + LAYER_GAP if layer else 0.0
        lefts[layer] = left
    return lefts, shifts


def _chained(graph: Graph) -> frozenset[int]:
    """Return the layers with one operation that stands level with the one of the layer before."""
    rows: dict[int, list[float]] = {}
    for node in graph.nodes:
        rows.setdefault(node.layer, []).append(node.row)
    return frozenset(
        layer
        for layer, row in rows.items()
        if layer >= 2 and len(row) == 1 and rows[layer - 1] == row
    )
