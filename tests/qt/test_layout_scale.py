"""Margins and gaps follow the zoom, and come back to what they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gradlab.qt.layout_scale import scale_layouts
from gradlab.qt.theme import LIGHT
from gradlab.qt.zoom import STEPS

Sizes = tuple[int, int, int, int, int]


def sizes(layout: QLayout) -> Sizes:
    """Return the margins from the left, clockwise, and the gap."""
    edges = layout.contentsMargins()
    return edges.left(), edges.top(), edges.right(), edges.bottom(), layout.spacing()


@pytest.fixture
def root(qtbot: QtBot) -> QWidget:
    """A widget with a column, in it a row, and beside it a widget that has a grid."""
    root = QWidget()
    qtbot.addWidget(root)
    column, row, grid = QVBoxLayout(root), QHBoxLayout(), QGridLayout()
    column.setContentsMargins(12, 8, 0, 10)
    column.setSpacing(6)
    row.setContentsMargins(1, 2, 3, 4)
    row.setSpacing(5)
    inner = QWidget()
    inner.setLayout(grid)
    grid.setContentsMargins(40, 30, 20, 10)
    grid.setSpacing(0)
    column.addLayout(row)
    column.addWidget(inner)
    return root


def all_of(root: QWidget) -> list[Sizes]:
    boxes = root.findChildren(QBoxLayout)
    return [sizes(layout) for layout in (*boxes, *root.findChildren(QGridLayout))]


AT_100 = [(12, 8, 0, 10, 6), (1, 2, 3, 4, 5), (40, 30, 20, 10, 0)]


def test_that_every_box_and_grid_grows_with_the_zoom(root: QWidget) -> None:
    scale_layouts(root, LIGHT.at(2.0))
    assert all_of(root) == [tuple(2 * size for size in layout) for layout in AT_100]


@pytest.mark.parametrize("zoom", STEPS)
def test_that_margins_and_gaps_are_what_the_theme_makes_of_them(zoom: float, root: QWidget) -> None:
    scale_layouts(root, LIGHT)
    scale_layouts(root, LIGHT.at(zoom))
    wanted = [
        tuple(max(round(size * zoom), 1) if size else 0 for size in layout) for layout in AT_100
    ]
    assert all_of(root) == wanted


@given(zooms=st.lists(st.sampled_from(STEPS), max_size=12))
def test_that_any_way_there_and_back_leaves_the_margins_as_they_were(zooms: list[float]) -> None:
    root = QWidget()
    layout = QVBoxLayout(root)
    layout.setContentsMargins(12, 7, 1, 10)
    layout.setSpacing(3)
    for zoom in (1.0, *zooms, 1.0):
        scale_layouts(root, LIGHT.at(zoom))
    assert sizes(layout) == (12, 7, 1, 10, 3)


def test_that_a_layout_that_comes_later_counts_from_when_it_is_seen(root: QWidget) -> None:
    scale_layouts(root, LIGHT.at(2.0))
    late = QVBoxLayout()
    late.setContentsMargins(5, 5, 5, 5)
    root.findChildren(QVBoxLayout)[0].addLayout(late)
    scale_layouts(root, LIGHT.at(3.0))
    assert sizes(late)[:4] == (15, 15, 15, 15)
    scale_layouts(root, LIGHT)
    assert sizes(late)[:4] == (5, 5, 5, 5)


def test_that_layouts_outside_are_left_alone(root: QWidget, qtbot: QtBot) -> None:
    other = QWidget()
    qtbot.addWidget(other)
    layout = QHBoxLayout(other)
    layout.setContentsMargins(9, 9, 9, 9)
    scale_layouts(root, LIGHT.at(3.0))
    assert sizes(layout)[:4] == (9, 9, 9, 9)
