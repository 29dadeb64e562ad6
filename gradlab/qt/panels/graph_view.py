"""The autograd graph as it was recorded: leaves at the left, the loss at the right."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea
from typing_extensions import override

from gradlab.core.snapshot import Snapshot
from gradlab.qt.graph_drawing import LEAST_SCALE, GraphDrawing
from gradlab.qt.panel import Panel
from gradlab.qt.theme import Theme


class GraphView(Panel):
    """The drawing, which scrolls where it could not be read any smaller.

    Args:
        least_scale: The scale, at 100 %, below which it scrolls.

    Signals:
        tensorMarked: The variable that the marked node made or stands for, or "".
    """

    tensorMarked = Signal(str)

    def __init__(self, least_scale: float = LEAST_SCALE) -> None:
        super().__init__("Autograd graph", "Graph")
        self._drawing = GraphDrawing(least_scale)
        self._drawing.marked.connect(self.tensorMarked)
        self._scroll = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._drawing)
        scroll.viewport().setAutoFillBackground(False)
        self._drawing.setAutoFillBackground(False)
        self.content.addWidget(scroll)

    @override
    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        super().show_theme(theme)
        self._drawing.show_theme(theme)

    @override
    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw what autograd has recorded by now."""
        graph = snapshot.graph
        cut = f"; {graph.cut} older nodes left out" if graph.cut else ""
        self._drawing.show_graph(graph, snapshot)
        self._bring_up_changes()
        if not graph.root:
            self.set_note("nothing recorded")
        elif graph.freed:
            self.set_note(f"of {graph.root}; saved tensors freed by backward(){cut}")
        else:
            self.set_note(f"of {graph.root}{cut}")

    def _bring_up_changes(self) -> None:
        """Bring what has just changed into view; where that is too much, its left end."""
        scroll, drawing = self._scroll, self._drawing
        # the scroll area does the same later, and without it does not know yet how far it reaches
        drawing.resize(drawing.minimumSize().expandedTo(scroll.viewport().size()))
        area = drawing.changed_area()
        if not area.isNull():
            for corner in (area.bottomRight(), area.topLeft()):
                scroll.ensureVisible(corner.x(), corner.y(), 0, 0)
