"""Margins and gaps that grow with the zoom."""

from PySide6.QtWidgets import QBoxLayout, QGridLayout, QWidget

from gradlab.qt.theme import Theme

_AT_100 = "margins and gap at 100 %"


def scale_layouts(root: QWidget, theme: Theme) -> None:
    """Give every box and grid below `root` the margins and the gap of the theme's zoom.

    What they were when they were seen first counts as 100 %; it is kept with each.
    """
    for layout in (*root.findChildren(QBoxLayout), *root.findChildren(QGridLayout)):
        if layout.property(_AT_100) is None:
            edges = layout.contentsMargins()
            sides = [edges.left(), edges.top(), edges.right(), edges.bottom()]
            layout.setProperty(_AT_100, [*sides, layout.spacing()])
        *sides, gap = (theme.px(size) for size in layout.property(_AT_100))
        layout.setContentsMargins(*sides)
        layout.setSpacing(gap)
