"""The graph that autograd recorded, read from grad_fn: frozen nodes in layers, and edges.

It asks PyTorch's objects for their attributes and imports nothing of it: the names of nodes,
next_functions and _saved_... are documented at
https://docs.pytorch.org/docs/stable/notes/autograd.html#saved-tensors.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MOST_NODES = 60
LEAF_NAME = "AccumulateGrad"


class Kept(StrEnum):
    """What has become of a tensor that an operation saved for backward()."""

    KEPT = "saved"
    FREED = "freed"
    CHANGED = "changed since"


@dataclass(frozen=True, slots=True)
class SavedTensor:
    """A tensor that an operation saved.

    Attributes:
        slot: The operation's own word for it, such as "self" or "other".
        variable: The name it has in the code, or "".
        shape: Its shape; () where it cannot be read any more.
        version: Its _version when it was saved; -1 where it cannot be read any more.
        kept: Whether backward() can still use it.
    """

    slot: str
    variable: str
    shape: tuple[int, ...]
    version: int
    kept: Kept


@dataclass(frozen=True, slots=True)
class GraphNode:
    """An operation that was recorded, or a leaf.

    Attributes:
        number: Its place in Graph.nodes.
        name: PyTorch's name, such as "MulBackward0", or "AccumulateGrad" for a leaf.
        variable: The name in the code of what it made, or of the leaf, or "".
        leaf: Whether it is a leaf.
        layer: Its distance from the farthest leaf below it, from 0.
        row: Its height in the layer; rows of one layer are at least 1 apart.
        saved: What it saved for backward().
    """

    number: int
    name: str
    variable: str
    leaf: bool
    layer: int
    row: float
    saved: tuple[SavedTensor, ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    """What was recorded, ending in `root`; edges go from a node to the one that used its result.

    Attributes:
        root: "loss" or "yhat", or "" where there is no graph.
        nodes: The nodes, each before those that use it.
        edges: Pairs of node numbers.
        cut: How many nodes were left out of a very large graph.
    """

    root: str = ""
    nodes: tuple[GraphNode, ...] = ()
    edges: tuple[tuple[int, int], ...] = ()
    cut: int = 0

    @property
    def freed(self) -> bool:
        """Whether backward() has freed what the graph saved."""
        return any(saved.kept is Kept.FREED for node in self.nodes for saved in node.saved)


EMPTY_GRAPH = Graph()


def read_graph(names: Mapping[str, Any], leaves: Mapping[str, Any]) -> Graph:
    """Return the graph of the loss, or of yhat where that is newer or there is no loss.

    Args:
        names: The tensors by the names that they have in the code.
        leaves: The leaves as they were made, also those that are no longer named.
    """
    root = _root(names)
    if not root:
        return EMPTY_GRAPH
    found = list(_walk(names[root].grad_fn))
    kept = found[:MOST_NODES]
    order = list(reversed(kept))
    numbers = {id(function): i for i, function in enumerate(order)}
    edges = tuple(
        (numbers[id(used)], numbers[id(function)])
        for function in order
        for used in _inputs(function)
        if id(used) in numbers
    )
    layers = _layers(len(order), edges)
    rows = _rows(layers, edges)
    nodes = tuple(
        _node(i, function, names, leaves, (layers[i], rows[i])) for i, function in enumerate(order)
    )
    return Graph(root, nodes, edges, len(found) - len(kept))


def _root(names: Mapping[str, Any]) -> str:
    loss, yhat = (getattr(names.get(name), "grad_fn", None) for name in ("loss", "yhat"))
    if yhat is not None and (loss is None or all(fn is not yhat for fn in _walk(loss))):
        return "yhat"
    return "loss" if loss is not None else ""


def _walk(root: Any) -> Iterator[Any]:
    """Yield each function once, after every function that uses its result."""
    seen: dict[int, Any] = {}
    users: dict[int, int] = {}
    stack = [root]
    while stack:
        function = stack.pop()
        if id(function) in seen:
            continue
        seen[id(function)] = function  # kept, since PyTorch makes these objects when asked
        for used in _inputs(function):
            users[id(used)] = users.get(id(used), 0) + 1
            stack.append(used)
    ready = [root]
    while ready:
        function = ready.pop(0)
        yield function
        for used in _inputs(function):
            users[id(used)] -= 1
            if not users[id(used)]:
                ready.append(used)


def _inputs(function: Any) -> list[Any]:
    return [used for used, _ in function.next_functions if used is not None]


def _layers(n: int, edges: tuple[tuple[int, int], ...]) -> list[int]:
    layers = [0] * n
    for used, user in edges:  # sorted by user, and every node stands before its users
        layers[user] = max(layers[user], layers[used] + 1)
    return layers


def _rows(layers: list[int], edges: tuple[tuple[int, int], ...]) -> list[float]:
    """Put leaves below each other and each operation at the mean height of what it uses."""
    rows: list[float] = []
    taken: dict[int, float] = {}
    leaf_row = 0.0
    for i, layer in enumerate(layers):
        used = [rows[a] for a, b in edges if b == i]
        row = sum(used) / len(used) if used else leaf_row
        if not used:
            leaf_row += 1.0
        if layer in taken:
            row = max(row, taken[layer] + 1.0)
        taken[layer] = row
        rows.append(row)
    return rows


def _node(
    number: int,
    function: Any,
    names: Mapping[str, Any],
    leaves: Mapping[str, Any],
    place: tuple[int, float],
) -> GraphNode:
    leaf = hasattr(function, "variable")
    if leaf:
        variable = _leaf_name(function.variable, names, leaves)
    else:
        variable = next((n for n, t in names.items() if _made_by(t, function)), "")
    name = LEAF_NAME if leaf else function.name()
    saved = () if leaf else tuple(_saved(function, names))
    return GraphNode(number, name, variable, leaf, *place, saved)


def _made_by(tensor: Any, function: Any) -> bool:
    return getattr(tensor, "grad_fn", None) is function


def _leaf_name(tensor: Any, names: Mapping[str, Any], leaves: Mapping[str, Any]) -> str:
    named = next((name for name, t in names.items() if t is tensor), "")
    lost = next((name for name, t in leaves.items() if t is tensor), "")
    return named or (f"{lost} (no longer named)" if lost else "")


def _saved(function: Any, names: Mapping[str, Any]) -> Iterator[SavedTensor]:
    for attribute in dir(function):
        if not attribute.startswith("_saved_"):
            continue
        slot = attribute.removeprefix("_saved_")
        try:
            value = getattr(function, attribute)
        except RuntimeError as refusal:
            changed = "modified by an inplace operation" in str(refusal)
            yield SavedTensor(slot, "", (), -1, Kept.CHANGED if changed else Kept.FREED)
            continue
        if hasattr(value, "data_ptr"):
            variable = next((n for n, t in names.items() if _same_data(t, value)), "")
            yield SavedTensor(slot, variable, tuple(value.shape), value._version, Kept.KEPT)


def _same_data(tensor: Any, other: Any) -> bool:
    return (
        hasattr(tensor, "data_ptr")
        and tensor.data_ptr() == other.data_ptr()
        and tensor.shape == other.shape
    )
