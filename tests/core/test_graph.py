"""The graph, against PyTorch's own objects."""

import pytest
import torch

from gradlab.core.graph import EMPTY_GRAPH, MOST_NODES, Graph, GraphNode, Kept, read_graph
from tests.core.runs import after, cpu

LESSON = ("MeanBackward0", "PowBackward0", "SubBackward0", "AddBackward0", "MulBackward0")


def graph_after(*ids: str) -> Graph:
    return after(*ids).snapshot().graph


def node(graph: Graph, name: str) -> GraphNode:
    return next(n for n in graph.nodes if n.name == name)


def test_that_nothing_is_recorded_before_forward() -> None:
    assert cpu().snapshot().graph == EMPTY_GRAPH


def test_that_the_lessons_graph_is_read_from_the_loss() -> None:
    graph = graph_after("forward", "loss")
    assert graph.root == "loss"
    operations = [n.name for n in reversed(graph.nodes) if not n.leaf]
    assert operations == list(LESSON)
    assert {n.variable for n in graph.nodes if n.leaf} == {"b", "w"}
    made = {n.name: n.variable for n in graph.nodes if n.variable and not n.leaf}
    assert made == {"AddBackward0": "yhat", "SubBackward0": "error", "MeanBackward0": "loss"}


def test_that_edges_go_from_what_is_used_to_what_used_it() -> None:
    graph = graph_after("forward", "loss")
    names = {n.number: n.variable or n.name for n in graph.nodes}
    assert {(names[a], names[b]) for a, b in graph.edges} == {
        ("b", "yhat"),
        ("w", "MulBackward0"),
        ("MulBackward0", "yhat"),
        ("yhat", "error"),
        ("error", "PowBackward0"),
        ("PowBackward0", "loss"),
    }


def test_that_every_edge_goes_to_a_later_layer_and_no_two_nodes_share_a_place() -> None:
    graph = graph_after("forward", "loss", "backward", "update-reassign", "forward", "loss")
    layers = {n.number: n.layer for n in graph.nodes}
    assert all(layers[a] < layers[b] for a, b in graph.edges)
    places = [(n.layer, n.row) for n in graph.nodes]
    assert len(set(places)) == len(places)


def test_that_saved_tensors_have_name_shape_and_version_until_backward_frees_them() -> None:
    kept = graph_after("forward", "loss")
    (saved,) = node(kept, "PowBackward0").saved
    assert (saved.slot, saved.variable, saved.shape) == ("self", "error", (80, 1))
    assert (saved.version, saved.kept) == (0, Kept.KEPT)
    (other,) = node(kept, "MulBackward0").saved
    assert other.variable == "x_train_tensor"
    assert not kept.freed
    freed = graph_after("forward", "loss", "backward")
    assert freed.freed
    assert node(freed, "PowBackward0").saved[0].kept is Kept.FREED
    assert not graph_after("forward", "loss", "backward-retain").freed


def test_that_a_saved_tensor_changed_in_place_is_marked() -> None:
    graph = graph_after("forward", "loss", "error-inplace")
    assert Kept.CHANGED in {s.kept for n in graph.nodes for s in n.saved}


def test_that_yhats_graph_is_shown_before_the_loss_and_when_it_is_newer() -> None:
    assert graph_after("forward").root == "yhat"
    assert graph_after("forward", "loss", "forward").root == "yhat"
    assert graph_after("forward", "loss", "forward", "loss").root == "loss"


def test_that_a_forward_under_no_grad_leaves_no_graph() -> None:
    assert graph_after("forward-no-grad") == EMPTY_GRAPH
    assert graph_after("forward-no-grad", "loss") == EMPTY_GRAPH
    assert graph_after("forward-no-grad", "loss", "loss-false-cure") == EMPTY_GRAPH


def test_that_a_detached_b_is_not_in_the_graph() -> None:
    graph = graph_after("forward-detach", "loss")
    assert [n.variable for n in graph.nodes if n.leaf] == ["w"]


def test_that_a_leaf_that_lost_its_name_is_still_the_start_of_the_graph() -> None:
    graph = graph_after("forward", "loss", "backward", "update-reassign", "forward")
    leaves = {n.variable for n in graph.nodes if n.leaf}
    assert leaves == {"b (no longer named)", "w (no longer named)"}
    assert {"b", "w"} <= {n.variable for n in graph.nodes if n.name == "SubBackward0"}


@pytest.mark.parametrize("length", [MOST_NODES - 2, MOST_NODES, MOST_NODES + 40])
def test_that_a_very_large_graph_is_cut_and_says_so(length: int) -> None:
    x = torch.ones(1, requires_grad=True)
    y = x
    for _ in range(length):
        y = y + 1
    graph = read_graph({"yhat": y}, {"b": x})
    assert len(graph.nodes) == min(length + 1, MOST_NODES)
    assert graph.cut == max(length + 1 - MOST_NODES, 0)


def test_that_an_unnamed_leaf_has_no_name() -> None:
    y = torch.ones(1, requires_grad=True) * 2
    graph = read_graph({"yhat": y}, {})
    assert [n.variable for n in graph.nodes if n.leaf] == [""]


def test_that_a_function_used_twice_is_one_node() -> None:
    x = torch.ones(1, requires_grad=True)
    double = x * 2
    graph = read_graph({"yhat": double * double}, {"b": x})
    assert [n.name for n in graph.nodes].count("MulBackward0") == 2
    assert len(graph.nodes) == 3
