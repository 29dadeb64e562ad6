"""The drawing of the graph: nothing overlaps, and a marked node names its tensor."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gradlab.core.graph import EMPTY_GRAPH, Graph, GraphNode, Kept, SavedTensor
from gradlab.core.statements import CATALOGUE
from gradlab.qt.graph_drawing import GraphDrawing
from gradlab.qt.graph_layout import edge, place
from gradlab.qt.highlight import highlight
from gradlab.qt.panels.graph_view import GraphView
from gradlab.qt.panels.tensor_table import TensorTable
from gradlab.qt.theme import LIGHT
from tests.qt.snapshots import snapshot

SAVED = SavedTensor("self", "error", (80, 1), 0, Kept.KEPT)


def node(number: int, name: str, variable: str, layer: int, row: float) -> GraphNode:
    return GraphNode(number, name, variable, name == "AccumulateGrad", layer, row)


LESSON = Graph(
    "loss",
    (
        node(0, "AccumulateGrad", "w", 0, 0.0),
        node(1, "MulBackward0", "", 1, 0.0),
        node(2, "AccumulateGrad", "b", 0, 1.0),
        node(3, "AddBackward0", "yhat", 2, 0.5),
        node(4, "SubBackward0", "error", 3, 0.5),
        replace(node(5, "PowBackward0", "", 4, 0.5), saved=(SAVED,)),
        node(6, "MeanBackward0", "loss", 5, 0.5),
    ),
    ((0, 1), (2, 3), (1, 3), (3, 4), (4, 5), (5, 6)),
)


def mouse_at(at: QPointF) -> QMouseEvent:
    none = Qt.MouseButton.NoButton
    keys = Qt.KeyboardModifier.NoModifier
    return QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, keys)


@pytest.fixture
def drawing(qtbot: QtBot) -> GraphDrawing:
    drawing = GraphDrawing()
    qtbot.addWidget(drawing)
    drawing.resize(900, 300)
    drawing.show_graph(LESSON, snapshot())
    return drawing


@pytest.mark.parametrize("width", [60.0, 110.0, 170.0])
def test_that_no_two_nodes_overlap(width: float) -> None:
    boxes = place(LESSON, [width] * len(LESSON.nodes))
    for i, box in enumerate(boxes):
        assert not any(box.intersects(other) for other in boxes[i + 1 :])


@pytest.mark.parametrize("width", [60.0, 110.0, 170.0])
def test_that_no_edge_crosses_a_node_that_it_does_not_join(width: float) -> None:
    boxes = place(LESSON, [width] * len(LESSON.nodes))
    for used, user in LESSON.edges:
        way = edge(boxes[used], boxes[user])
        for number, box in enumerate(boxes):
            if number not in {used, user}:
                points = (way.pointAtPercent(k / 100) for k in range(101))
                assert not any(box.contains(point) for point in points), (used, user, number)


def test_that_every_layer_begins_to_the_right_of_the_one_before() -> None:
    boxes = place(LESSON, [110.0] * len(LESSON.nodes))
    lefts = {node.layer: box.left() for node, box in zip(LESSON.nodes, boxes, strict=True)}
    assert sorted(lefts.values()) == [lefts[layer] for layer in sorted(lefts)]


def test_that_words_are_never_smaller_than_can_be_read(drawing: GraphDrawing) -> None:
    whole = drawing._whole()
    assert drawing.minimumSizeHint().width() >= 0.73 * whole.width()
    drawing.resize(drawing.minimumSizeHint())
    assert drawing._transform().m11() >= 0.73


def test_that_the_node_under_the_mouse_names_its_tensor(
    qtbot: QtBot, drawing: GraphDrawing
) -> None:
    at = drawing._transform().map(drawing._boxes[4].center())
    with qtbot.waitSignal(drawing.marked) as signal:
        QApplication.sendEvent(drawing, mouse_at(at))
    assert signal.args == ["error"]
    assert drawing.toolTip() == "SubBackward0 made error"


def test_that_arrow_keys_walk_the_nodes_and_focus_going_unmarks(
    qtbot: QtBot, drawing: GraphDrawing
) -> None:
    named: list[str] = []
    drawing.marked.connect(named.append)
    for _ in range(7):
        qtbot.keyClick(drawing, Qt.Key.Key_Right)
    qtbot.keyClick(drawing, Qt.Key.Key_Left)
    # what has no name of its own names what it helped to make
    assert named == ["w", "yhat", "b", "yhat", "error", "loss", "loss", "loss"]
    drawing.show_graph(EMPTY_GRAPH, snapshot())
    assert named[-1] == ""
    qtbot.keyClick(drawing, Qt.Key.Key_Right)
    assert named[-1] == ""


def test_that_a_graph_is_told_in_words(drawing: GraphDrawing) -> None:
    told = drawing.accessibleDescription()
    assert told == (
        "The graph of loss, backwards: loss, PowBackward0, error, yhat, b, MulBackward0, w."
    )


def test_that_the_panel_says_what_has_become_of_saved_tensors(qtbot: QtBot) -> None:
    panel = GraphView()
    qtbot.addWidget(panel)
    panel.show_snapshot(replace(snapshot(), graph=LESSON))
    assert panel._note.text() == "of loss"
    freed = replace(SAVED, kept=Kept.FREED, version=-1)
    nodes = tuple(replace(n, saved=(freed,)) if n.saved else n for n in LESSON.nodes)
    panel.show_snapshot(replace(snapshot(), graph=replace(LESSON, nodes=nodes)))
    assert panel._note.text() == "of loss; saved tensors freed by backward()"
    assert not panel.grab().isNull()
    panel.show_snapshot(snapshot())
    assert panel._note.text() == "nothing recorded"


def test_that_a_marked_tensor_is_selected_in_the_table(qtbot: QtBot) -> None:
    table = TensorTable()
    qtbot.addWidget(table)
    table.mark("b")  # before there is anything to mark
    table.show_snapshot(snapshot())
    table.mark("w")
    assert {index.row() for index in table._table.selectedIndexes()} == {1}
    table.mark("")
    assert not table._table.selectedIndexes()


def test_that_the_line_which_makes_a_marked_tensor_is_underlaid() -> None:
    code = CATALOGUE["loss"].code
    first, second = highlight(code, LIGHT, "error").split("<br>")
    assert LIGHT.mark in first
    assert LIGHT.mark not in second
    assert LIGHT.mark not in highlight(code, LIGHT, "err")
    assert LIGHT.mark not in highlight(code, None, "error")


def test_that_an_edge_ends_at_the_node_that_used_the_result() -> None:
    a, b = QRectF(0, 0, 50, 56), QRectF(100, 40, 50, 56)
    end = edge(a, b).pointAtPercent(1.0)
    assert (end.x(), end.y()) == (b.left(), b.center().y())
