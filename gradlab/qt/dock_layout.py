"""The named layouts of the panels, as plain trees; none of it touches a widget."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt

WIDE, MEDIUM, LEAST, TALL = 1500, 1160, 700, 600
"""The width from which all columns stand, the one from which two stand beside the loop, and the one
from which one does; the height from which panels stand one above the other. In pixels at 100 %."""


@dataclass(frozen=True, slots=True)
class Split:
    """Parts beside each other.

    Attributes:
        way: Horizontal for side by side, vertical for one above the other.
        parts: What stands there, each with its share of the room.
    """

    way: Qt.Orientation
    parts: tuple[tuple["Tree", int], ...]


@dataclass(frozen=True, slots=True)
class Tabs:
    """Panels behind tabs, the first in front."""

    panels: tuple[str, ...]


Tree = str | Split | Tabs
"""A panel by its name, panels side by side or one above the other, or panels behind tabs."""


def beside(*parts: tuple[Tree, int]) -> Split:
    """Return `parts` side by side."""
    return Split(Qt.Orientation.Horizontal, parts)


def stacked(*parts: tuple[Tree, int]) -> Split:
    """Return `parts` one above the other."""
    return Split(Qt.Orientation.Vertical, parts)


LOOP = "loop"
EXPLORE, LECTURE, GRADIENTS, GRAPH, SURFACE = "Explore", "Lecture", "Gradients", "Graph", "Surface"
LAYOUTS: dict[str, Split] = {
    EXPLORE: beside(
        (LOOP, 390),
        (stacked(("data", 110), ("gradients", 100)), 830),
        (
            stacked(
                ("tensors", 270),
                ("graph", 200),
                (Tabs(("surface", "loss", "parameters", "compare")), 230),
            ),
            640,
        ),
    ),
    LECTURE: beside((LOOP, 400), (stacked(("data", 110), ("gradients", 100)), 1460)),
    GRADIENTS: beside((LOOP, 400), ("gradients", 850), (stacked(("tensors", 1), ("loss", 1)), 610)),
    GRAPH: beside((LOOP, 400), (stacked(("graph", 3), ("tensors", 2)), 1460)),
    SURFACE: beside((LOOP, 400), ("surface", 850), (stacked(("data", 1), ("loss", 1)), 610)),
}


def panels_in(tree: Tree) -> tuple[str, ...]:
    """Return the names of the panels in `tree`, in the order of the eye."""
    if isinstance(tree, str):
        return (tree,)
    if isinstance(tree, Tabs):
        return tree.panels
    return tuple(name for part, _ in tree.parts for name in panels_in(part))


def first_of(tree: Tree) -> str:
    """Return the panel at the top left of `tree`."""
    return panels_in(tree)[0]


def fitted(layout: Split, width: float, height: float) -> Split:
    """Return `layout` as it stands in a window so wide and high, in pixels at 100 %.

    Where there is no room for all columns, the last ones become tabs; where there is none for
    panels one above the other, they become tabs as well.
    """
    columns = list(layout.parts)
    if width < LEAST:
        return stacked((LOOP, 1), (_tabs([part for part, _ in columns[1:]]), 1))
    if height < TALL:
        columns = [(_tabs([part]), share) for part, share in columns]
    if width < MEDIUM:
        columns = [(LOOP, 340), (_tabs([part for part, _ in columns[1:]]), 660)]
    elif width < WIDE and len(columns) > 2:
        (loop, _), (centre, _), *others = columns
        columns = [(loop, 316), (centre, 416), (_tabs([part for part, _ in others]), 536)]
    return Split(layout.way, tuple(columns))


def _tabs(trees: Sequence[Tree]) -> str | Tabs:
    names = tuple(name for tree in trees for name in panels_in(tree))
    return names[0] if len(names) == 1 else Tabs(names)
