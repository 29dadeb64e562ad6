"""The window: where the panels stand at each width."""

from enum import Enum
from functools import partial
from time import perf_counter

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QMessageBox,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from gradlab import __version__
from gradlab.core.lesson import Lesson
from gradlab.core.number_format import format_number
from gradlab.core.program import SeededStart
from gradlab.core.snapshot import EMPTY, Caption, Snapshot
from gradlab.core.statements import LOOP
from gradlab.qt import style_sheet
from gradlab.qt.actions import add_action, add_lesson_menu, add_probe_menu, add_theme_menu
from gradlab.qt.layout_scale import scale_layouts
from gradlab.qt.panel import Panel, View
from gradlab.qt.panels.caption import CaptionBar
from gradlab.qt.panels.compare_table import CompareTable
from gradlab.qt.panels.data_plot import DataPlot
from gradlab.qt.panels.gradient_plot import GradientPlot
from gradlab.qt.panels.graph_view import GraphView
from gradlab.qt.panels.lesson_bar import LessonBar
from gradlab.qt.panels.loop_panel import TITLES, LoopPanel
from gradlab.qt.panels.loss_plot import LossPlot
from gradlab.qt.panels.parameter_plot import ParameterPlot
from gradlab.qt.panels.surface_plot import SurfacePlot
from gradlab.qt.panels.tensor_table import TensorTable
from gradlab.qt.panels.timeline import Timeline
from gradlab.qt.theme import THEMES, Theme

WIDE = 1500
MEDIUM = 1160
GAP = 8
CALM = 0.5  # seconds between two changes of what must not flicker, in a fast run


class Arrangement(Enum):
    """How the panels beside the loop stand: two columns, tabs at the right, all in tabs."""

    WIDE = "wide"
    MEDIUM = "medium"
    NARROW = "narrow"


class MainWindow(QMainWindow):
    """All panels. It shows snapshots and knows nothing of where they come from.

    Args:
        theme: The colours to begin with.
        lessons: What the Lesson menu offers.

    Attributes:
        loop: The panel whose signals ask for things.
        lesson_bar: The same, for a lesson.
        timeline, surface, compare: The same, for time, start values and pinned runs.

    Signals:
        lessonRequested: A Lesson to open.
        statementPicked: A statement to go to, clicked in a plot.
        redoRequested: Do again what was undone.
    """

    lessonRequested = Signal(object)
    statementPicked = Signal(int)
    redoRequested = Signal()

    def __init__(self, theme: Theme, lessons: tuple[Lesson, ...] = ()) -> None:
        super().__init__()
        self.lesson_bar = LessonBar()
        self.setWindowTitle("gradlab")
        self.loop = LoopPanel()
        self._data = DataPlot()
        self._gradients = GradientPlot()
        self._tensors = TensorTable()
        self._graph = GraphView()
        self._loss = LossPlot()
        self._caption = CaptionBar()
        self.timeline = Timeline()
        self.surface = SurfacePlot()
        self.compare = CompareTable()
        self._parameters = ParameterPlot()
        self._stale: set[Panel] = set()
        self._hurried = False
        self._all_shown_at = 0.0
        self._turn = 0
        others = (self._loss, self._parameters, self.surface, self.timeline)
        self._turns: tuple[tuple[View, ...], ...] = ((self._data,), (self._gradients,), others)
        self._info = QLabel()
        self._info.setProperty("role", "note")
        self._info.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._containers: list[QSplitter | QTabWidget] = []
        self._arrangement: Arrangement | None = None
        self._theme = theme
        self._snapshot = EMPTY
        self._trouble = ""
        self._ready = False
        self._build()
        self._build_menus(lessons)
        self._graph.tensorMarked.connect(self._tensors.mark)
        self._graph.tensorMarked.connect(self.loop.mark)
        for panel in (self._gradients, self._loss, self._parameters):
            panel.statementPicked.connect(self.statementPicked)
        self._arrange(Arrangement.WIDE)
        self.show_theme(theme)

    @override
    def sizeHint(self) -> QSize:
        """Return the size the window has when the screen allows it."""
        return QSize(1600, 940)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show `snapshot` in every panel, in one frame.

        While a run sends more than can be painted, each frame paints some of the plots, and the
        rest, which would only flicker, follows twice a second.
        """
        self._snapshot = snapshot
        for view in self._due_views():
            if isinstance(view, Panel) and view.isHidden():
                self._stale.add(view)  # behind a tab: it is shown what stands when it comes up
            else:
                view.show_snapshot(snapshot)
        self._info.setText(_info(snapshot))
        if snapshot.ready and not self._ready:
            self._ready = True
            self.loop.step_button.setFocus()

    def show_hurry(self, hurried: bool) -> None:
        """Note whether a fast run goes on; when it ends, show where it ended in every panel."""
        self._hurried = hurried
        if not hurried:
            self.show_snapshot(self._snapshot)

    def show_trouble(self, message: str) -> None:
        """Say in the caption why the loop cannot be used."""
        self._trouble = message
        self._caption.show_trouble(Caption("PyTorch", message))
        self._info.setText("PyTorch is not running")

    def show_theme(self, theme: Theme) -> None:
        """Give the application and every panel the colours of `theme`."""
        self._theme = theme
        application = QApplication.instance()
        if isinstance(application, QApplication):
            style_sheet.apply(application, theme)
        self._info.setFixedWidth(theme.px(420))  # a menu bar does not give a corner more room later
        self._info.setContentsMargins(0, theme.px(7), theme.px(14), 0)
        for view in self._views():
            view.show_theme(theme)
            view.show_snapshot(self._snapshot)
        scale_layouts(self, theme)
        if self._trouble:
            self.show_trouble(self._trouble)
        self._rearrange()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the panels as the new width asks."""
        super().resizeEvent(event)
        self._rearrange()

    def _rearrange(self) -> None:
        width = self.width() / self._theme.zoom
        if width >= WIDE:
            self._arrange(Arrangement.WIDE)
        else:
            self._arrange(Arrangement.MEDIUM if width >= MEDIUM else Arrangement.NARROW)

    def _due_views(self) -> tuple[View, ...]:
        """Return what is to show the next snapshot."""
        now = perf_counter()
        if not self._hurried or now - self._all_shown_at > CALM:
            self._all_shown_at = now
            return self._views()
        self._turn = (self._turn + 1) % len(self._turns)
        return self._turns[self._turn]

    def _views(self) -> tuple[View, ...]:
        return (*self._panels(), self.loop, self.lesson_bar, self._caption, self.timeline)

    def _panels(self) -> tuple[Panel, ...]:
        centre = (self._data, self._gradients)
        right = (self._tensors, self._graph, self.surface)
        return (*centre, *right, self._loss, self._parameters, self.compare)

    def _freshen(self) -> None:
        """Show the panels that have come up what they missed."""
        for panel in [panel for panel in self._stale if not panel.isHidden()]:
            self._stale.remove(panel)
            panel.show_snapshot(self._snapshot)

    def _build(self) -> None:
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.setSpacing(GAP)
        self._columns.setHandleWidth(GAP)
        self._columns.setChildrenCollapsible(False)
        self._columns.addWidget(self.loop)
        layout.addWidget(self._columns, 1)
        layout.addWidget(self.lesson_bar)
        layout.addWidget(self._caption)
        layout.addWidget(self.timeline)
        self.setCentralWidget(centre)
        self.menuBar().setCornerWidget(self._info, Qt.Corner.TopRightCorner)
        self.setMinimumSize(1000, 640)

    def _build_menus(self, lessons: tuple[Lesson, ...]) -> None:
        loop = self.loop
        menu = self.menuBar().addMenu("&Loop")
        add_action(menu, "&Step", "Ctrl+Return", partial(loop.press, "step_button"))
        add_action(menu, "&Back", "Ctrl+Backspace", partial(loop.press, "back_button"))
        add_action(menu, "Red&o", "Ctrl+Shift+Backspace", self.redoRequested.emit)
        add_action(menu, "&Run or stop", "Ctrl+R", partial(loop.press, "run_button"))
        menu.addSeparator()
        for number, step in enumerate(LOOP, 1):
            add_action(menu, TITLES[step], f"Ctrl+{number}", loop.cards[step].click)
        menu.addSeparator()
        add_action(
            menu, "Restart, &same start", "Ctrl+Shift+R", partial(loop.press, "restart_button")
        )
        add_action(menu, "&New seed", "Ctrl+Shift+N", partial(loop.press, "new_seed_button"))
        add_action(menu, "&Pin this run", "Ctrl+Shift+P", partial(loop.press, "pin_button"))
        menu.addSeparator()
        add_action(menu, "&Quit", "Ctrl+Q", self.close)
        add_lesson_menu(self, lessons, self.lessonRequested.emit)
        add_probe_menu(self, loop.statementRequested.emit)
        add_theme_menu(self, self._theme.name, self._choose_theme)
        about = self.menuBar().addMenu("&Help")
        add_action(about, "&About gradlab", "", self._show_about)

    def _choose_theme(self, action: QAction) -> None:
        self.show_theme(THEMES[action.data()])

    def _show_about(self) -> None:
        QMessageBox.about(
            self,
            "About gradlab",
            f"gradlab {__version__}: step a real PyTorch training loop by hand.\n"
            "MIT licence, the gradlab authors. Qt by way of PySide6 (LGPL), pyqtgraph (MIT),"
            " NumPy and PyTorch (BSD). Fonts: Inter and JetBrains Mono (OFL).",
        )

    def _arrange(self, arrangement: Arrangement) -> None:
        """Put the panels into fresh containers; the panels themselves stay."""
        if arrangement is self._arrangement:
            return
        self._arrangement = arrangement
        old = self._containers
        data, gradients, tensors, graph, *others = self._panels()
        if arrangement is Arrangement.WIDE:
            right = _stack(tensors, graph, self._tabs(*others))
            self._containers = [_stack(data, gradients), right]
            shares = [400, 850, 610]
        elif arrangement is Arrangement.MEDIUM:
            self._containers = [_stack(data, gradients), self._tabs(tensors, graph, *others)]
            shares = [316, 416, 536]
        else:
            self._containers = [self._tabs(*self._panels())]
            shares = [340, 660]
        for container in self._containers:
            self._columns.addWidget(container)
        for container in old:
            container.hide()
            container.setParent(None)
            container.deleteLater()
        for i in range(self._columns.count()):
            self._columns.setStretchFactor(i, 1 if i == 1 else 0)
        self._columns.setSizes(shares)
        self._freshen()

    def _tabs(self, *panels: Panel) -> QTabWidget:
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        for panel in panels:
            tabs.addTab(panel, panel.tab)
        tabs.currentChanged.connect(self._freshen)
        return tabs


def _stack(*panels: QWidget) -> QSplitter:
    splitter = QSplitter(Qt.Orientation.Vertical)
    splitter.setHandleWidth(GAP)
    splitter.setChildrenCollapsible(False)
    for panel in panels:
        splitter.addWidget(panel)
        panel.show()
    splitter.setSizes([110, 100] if len(panels) == 2 else [270, 200, 230])
    return splitter


def _info(snapshot: Snapshot) -> str:
    if not snapshot.ready:
        return "starting PyTorch"
    start = snapshot.program.start
    if isinstance(start, SeededStart):
        words = f"start: seed {start.seed}"
    else:
        words = f"start: b = {format_number(start.b)}, w = {format_number(start.w)}"
    return f"{words}   ·   device: {snapshot.device}"
