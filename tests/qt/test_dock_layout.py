"""The layouts as trees: nothing is lost or doubled in a narrow window, and each has its columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from gradlab.qt.dock_layout import (
    EXPLORE,
    GRADIENTS,
    GRAPH,
    LAYOUTS,
    LEAST,
    LECTURE,
    LOOP,
    MEDIUM,
    SURFACE,
    TALL,
    WIDE,
    Split,
    Tabs,
    Tree,
    beside,
    first_of,
    fitted,
    panels_in,
    stacked,
)

PANELS = {
    "loop",
    "data",
    "gradients",
    "tensors",
    "graph",
    "surface",
    "loss",
    "parameters",
    "compare",
}
WIDTHS = st.floats(1, 4000) | st.sampled_from((LEAST, MEDIUM, WIDE))
HEIGHTS = st.floats(1, 3000) | st.just(TALL)


def stacks_in(tree: Tree) -> int:
    """Return how often panels stand one above the other, anywhere in `tree`."""
    if not isinstance(tree, Split):
        return 0
    own = int(tree.way is Qt.Orientation.Vertical)
    return own + sum(stacks_in(part) for part, _ in tree.parts)


@given(st.sampled_from(sorted(LAYOUTS)), WIDTHS, HEIGHTS)
def test_that_every_panel_of_a_layout_is_kept_once_at_any_size(
    name: str, width: float, height: float
) -> None:
    before = panels_in(LAYOUTS[name])
    after = panels_in(fitted(LAYOUTS[name], width, height))
    assert sorted(after) == sorted(before)
    assert len(set(after)) == len(after)


@given(st.sampled_from(sorted(LAYOUTS)), WIDTHS, HEIGHTS)
def test_that_the_order_of_the_eye_stays_and_the_loop_is_first(
    name: str, width: float, height: float
) -> None:
    tree = fitted(LAYOUTS[name], width, height)
    assert panels_in(tree) == panels_in(LAYOUTS[name])
    assert first_of(tree) == LOOP


@given(st.sampled_from(sorted(LAYOUTS)), WIDTHS, HEIGHTS)
def test_that_every_part_gets_some_room(name: str, width: float, height: float) -> None:
    def shares(tree: Tree) -> list[int]:
        if not isinstance(tree, Split):
            return []
        return [n for part, share in tree.parts for n in (share, *shares(part))]

    assert min(shares(fitted(LAYOUTS[name], width, height))) > 0


@given(st.sampled_from(sorted(LAYOUTS)), st.floats(1, 4000), st.floats(1, TALL - 1))
def test_that_a_low_window_never_halves_a_column(name: str, width: float, height: float) -> None:
    tree = fitted(LAYOUTS[name], width, height)
    assert stacks_in(tree) == int(width < LEAST)  # a narrow one has the loop above all else


@pytest.mark.parametrize(
    ("width", "columns"),
    [
        (WIDE, 3),
        (WIDE - 1, 3),
        (MEDIUM, 3),
        (MEDIUM - 1, 2),
        (LEAST, 2),
        (LEAST - 1, 2),
    ],
)
def test_that_the_number_of_columns_follows_the_width(width: float, columns: int) -> None:
    tree = fitted(LAYOUTS[EXPLORE], width, 1000)
    assert len(tree.parts) == columns
    assert tree.way is (Qt.Orientation.Vertical if width < LEAST else Qt.Orientation.Horizontal)


def test_that_a_wide_window_shows_the_layout_as_it_is_written() -> None:
    for layout in LAYOUTS.values():
        assert fitted(layout, WIDE, TALL) == layout


def test_that_the_right_column_becomes_tabs_before_the_centre_does() -> None:
    right, centre = ("tensors", "graph", "surface"), ("data", "gradients")
    narrower = fitted(LAYOUTS[EXPLORE], WIDE - 1, TALL)
    assert isinstance(narrower.parts[2][0], Tabs)
    assert set(right) <= set(narrower.parts[2][0].panels)
    assert panels_in(narrower.parts[1][0]) == centre
    assert stacks_in(narrower) == 1
    narrowest = fitted(LAYOUTS[EXPLORE], MEDIUM - 1, TALL)
    assert isinstance(narrowest.parts[1][0], Tabs)
    assert {*centre, *right} <= set(narrowest.parts[1][0].panels)


def test_that_a_lecture_keeps_its_two_plots_at_1280_by_720() -> None:
    assert fitted(LAYOUTS[LECTURE], 1280, 720) == LAYOUTS[LECTURE]


def test_that_a_part_with_one_panel_has_no_tabs() -> None:
    layout = beside((LOOP, 1), ("data", 1), ("graph", 1))
    assert fitted(layout, WIDE - 1, TALL).parts[2][0] == "graph"


def test_that_the_layouts_show_what_they_are_named_after() -> None:
    assert set(panels_in(LAYOUTS[EXPLORE])) == PANELS
    assert set(panels_in(LAYOUTS[LECTURE])) == {"loop", "data", "gradients"}
    for name, panel in ((GRADIENTS, "gradients"), (GRAPH, "graph"), (SURFACE, "surface")):
        part, share = LAYOUTS[name].parts[1]
        assert first_of(part) == panel
        assert share == max(share for _, share in LAYOUTS[name].parts)


def test_that_names_and_first_panel_are_read_from_a_tree_in_the_order_of_the_eye() -> None:
    tree = beside((stacked((Tabs(("c", "a")), 1), ("d", 2)), 3), ("b", 4))
    assert panels_in(tree) == ("c", "a", "d", "b")
    assert first_of(tree) == "c"
