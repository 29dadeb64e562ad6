"""The window: its panels, its menus, and which panel shows a snapshot when."""

from time import perf_counter

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QInputDialog,
    QLabel,
    QMainWindow,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from gradlab.core.lesson import Lesson
from gradlab.core.number_format import format_number
from gradlab.core.program import SeededStart
from gradlab.core.snapshot import EMPTY, Caption, Snapshot
from gradlab.qt import style_sheet, zoom
from gradlab.qt.about import AboutDialog
from gradlab.qt.actions import HelpMenu, LoopMenu, add_lesson_menu, add_probe_menu, hide_tips
from gradlab.qt.announce import announce
from gradlab.qt.dock_area import DockArea
from gradlab.qt.icons import app_icon
from gradlab.qt.layout_scale import scale_layouts
from gradlab.qt.panel import Panel, View
from gradlab.qt.panels.caption import CaptionBar
from gradlab.qt.panels.compare_table import CompareTable
from gradlab.qt.panels.data_plot import DataPlot
from gradlab.qt.panels.gradient_plot import GradientPlot
from gradlab.qt.panels.graph_view import GraphView
from gradlab.qt.panels.lesson_bar import LessonBar
from gradlab.qt.panels.loop_panel import LoopPanel
from gradlab.qt.panels.loss_plot import LossPlot
from gradlab.qt.panels.parameter_plot import ParameterPlot
from gradlab.qt.panels.prediction_bar import PredictionBar
from gradlab.qt.panels.surface_plot import SurfacePlot
from gradlab.qt.panels.tensor_table import TensorTable
from gradlab.qt.panels.timeline import Timeline
from gradlab.qt.screens import find_screen
from gradlab.qt.shortcut_list import WITH_FOCUS, ShortcutList, keys_of
from gradlab.qt.system_theme import SYSTEM, SystemTheme
from gradlab.qt.theme import THEMES, Theme
from gradlab.qt.view_menu import ViewMenu

GAP = 8
NOTCH = 120  # what a wheel turns from one step to the next, in eighths of a degree
CALM = 0.5  # seconds between two changes of what must not flicker, in a fast run


class MainWindow(QMainWindow):
    """All panels. It shows snapshots and knows nothing of where they come from.

    Args:
        theme: The colours to begin with.
        lessons: What the Lesson menu offers.

    Attributes:
        loop: The panel whose signals ask for things.
        lesson_bar, prediction: The same, for a lesson and for predictions.
        timeline, surface, compare: The same, for time, start values and pinned runs.
        loss: The panel that says how its axis is shown.
        panels: All panels that stand in docks, by the names that layouts call them.
        dock_area: Where they stand.
        view_menu, loop_menu: The menus whose signals ask for things.

    Signals:
        lessonRequested: A Lesson to open.
        statementPicked: A statement to go to, clicked in a plot.
        appearanceChanged: The chosen theme's name, perhaps SYSTEM, and the zoom.
        themeShown: The Theme that is shown now.
        presentationRequested: Present on this QScreen.
        layoutsChanged: Other layouts are kept than before.
        closing: The window is about to close.
    """

    lessonRequested = Signal(object)
    statementPicked = Signal(int)
    appearanceChanged = Signal(str, float)
    themeShown = Signal(object)
    presentationRequested = Signal(object)
    layoutsChanged = Signal()
    closing = Signal()

    def __init__(self, theme: Theme, lessons: tuple[Lesson, ...] = ()) -> None:
        super().__init__()
        self.setWindowTitle("gradlab")
        self.setWindowIcon(app_icon())
        self.loop, self.lesson_bar, self.prediction = LoopPanel(), LessonBar(), PredictionBar()
        self._caption, self.timeline = CaptionBar(), Timeline()
        self.surface, self.compare, self.loss = SurfacePlot(), CompareTable(), LossPlot()
        self.panels = self._make_panels()
        self.dock_area = DockArea(self.panels)
        self._stale: set[Panel] = set()
        self._hurried = False
        self._all_shown_at = 0.0
        self._turn = 0
        self._info = QLabel()
        self._theme = theme
        self._theme_choice = theme.name
        self._system = SystemTheme()
        self._own_layouts: dict[str, bytes] = {}
        self._wheel = 0
        self._snapshot = EMPTY
        self._trouble, self._note, self._told = "", "", EMPTY.caption
        self._ready = False
        self._build()
        self.loop_menu = LoopMenu(self, self.loop)
        self._lessons = add_lesson_menu(self, lessons, self.lessonRequested.emit)
        self._probes = add_probe_menu(self, self.loop.statementRequested.emit)
        self.view_menu = ViewMenu(self, self.dock_area.docks.values())
        self._help_menu = HelpMenu(self)
        self._connect()
        self.show_theme(theme)

    @property
    def theme_choice(self) -> str:
        """The name of the theme that was chosen, perhaps SYSTEM."""
        return self._theme_choice

    @property
    def zoom(self) -> float:
        """How large everything is, 1.0 for 100 %."""
        return self._theme.zoom

    @property
    def own_layouts(self) -> dict[str, bytes]:
        """The layouts that the user has kept, by name."""
        return dict(self._own_layouts)

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
            behind = isinstance(view, Panel) and not self._seen(view)
            if isinstance(view, Panel) and behind and not snapshot.veiled:
                self._stale.add(view)  # behind a tab: it is shown what stands when it comes up
            else:
                view.show_snapshot(snapshot)
        self._keep_note(snapshot)
        self._info.setText(_info(snapshot))
        self.loop_menu.show_predicting(snapshot.predicting)
        for menu in (self._lessons, self._probes):
            hide_tips(menu, snapshot.veiled)
        if not self._hurried and snapshot.caption != self._told:
            self._told = snapshot.caption
            announce(self, self._caption.words, urgent=not snapshot.outcome.advances)
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

    def show_note(self, message: str) -> None:
        """Say something that is not about the loop, in the caption, until the next step."""
        self._note = message
        self._caption.show_caption(Caption("", message))

    def _keep_note(self, snapshot: Snapshot) -> None:
        """Let a note stand until something is done."""
        if snapshot.index or snapshot.question is not None:
            self._note = ""
        elif self._note:
            self._caption.show_caption(Caption("", self._note))

    def choose_theme(self, name: str) -> None:
        """Show the theme `name`; SYSTEM stands for the one that fits the desktop, now and later."""
        self._theme_choice = name
        self._show_choice()
        self.appearanceChanged.emit(name, self.zoom)

    def set_zoom(self, zoom: float) -> None:
        """Show everything `zoom` times as large as at 100 %."""
        if zoom != self.zoom:
            self.show_theme(self._theme.at(zoom))
            self.appearanceChanged.emit(self._theme_choice, zoom)

    def show_theme(self, theme: Theme) -> None:
        """Give the application and every panel the colours and the zoom of `theme`."""
        self._theme = theme
        application = QApplication.instance()
        if isinstance(application, QApplication):
            style_sheet.apply(application, theme)
        self._info.setFixedWidth(theme.px(420))  # a menu bar does not give a corner more room later
        self._info.setContentsMargins(0, theme.px(7), theme.px(14), 0)
        for view in self._views():
            view.show_theme(theme)
            view.show_snapshot(self._snapshot)
        self.dock_area.show_theme(theme)
        scale_layouts(self, theme)
        if self._trouble:
            self.show_trouble(self._trouble)
        self.view_menu.show_theme_choice(self._theme_choice)
        self.themeShown.emit(theme)

    def present(self, screen: str = "") -> None:
        """Ask for the presentation on `screen`: its key, name or number, or the one chosen last."""
        self.presentationRequested.emit(find_screen(screen or self.view_menu.screen))

    def show_own_layouts(self, layouts: dict[str, bytes]) -> None:
        """Offer these layouts, which the user has kept, in the menu."""
        self._own_layouts = dict(layouts)
        self.view_menu.show_own_layouts(self._own_layouts)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Listen to the wheel before any panel does."""
        super().showEvent(event)
        handle = self.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Zoom when the wheel is turned with Ctrl held."""
        if not (
            isinstance(event, QWheelEvent)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            return super().eventFilter(watched, event)
        self._wheel += event.angleDelta().y()
        while abs(self._wheel) >= NOTCH:
            way = 1 if self._wheel > 0 else -1
            self._wheel -= way * NOTCH
            self._zoom_by(way)
        return True

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Say so."""
        self.closing.emit()
        super().closeEvent(event)

    def _show_choice(self) -> None:
        name = self._system.name if self._theme_choice == SYSTEM else self._theme_choice
        self.show_theme(THEMES[name].at(self.zoom))

    def _follow_system(self) -> None:
        if self._theme_choice == SYSTEM:
            self._show_choice()

    def _zoom_by(self, way: int) -> None:
        steps = {1: zoom.larger(self.zoom), -1: zoom.smaller(self.zoom), 0: 1.0}
        self.set_zoom(steps[way])

    def _due_views(self) -> tuple[View, ...]:
        """Return what is to show the next snapshot."""
        now = perf_counter()
        if not self._hurried or now - self._all_shown_at > CALM:
            self._all_shown_at = now
            return self._views()
        panels = self.panels
        others = (panels["loss"], panels["parameters"], self.surface, self.timeline)
        turns: tuple[tuple[View, ...], ...] = ((panels["data"],), (panels["gradients"],), others)
        self._turn = (self._turn + 1) % len(turns)
        return turns[self._turn]

    def _views(self) -> tuple[View, ...]:
        return (
            *self.panels.values(),
            self.lesson_bar,
            self.prediction,
            self._caption,
            self.timeline,
        )

    def _seen(self, panel: Panel) -> bool:
        return any(dock.seen for dock in self.dock_area.docks.values() if dock.panel is panel)

    def _freshen(self, panel: Panel) -> None:
        """Show a panel that has come up what it missed."""
        if panel in self._stale:
            self._stale.remove(panel)
            panel.show_snapshot(self._snapshot)

    def _make_panels(self) -> dict[str, Panel]:
        return {
            "loop": self.loop,
            "data": DataPlot(),
            "gradients": GradientPlot(),
            "tensors": TensorTable(),
            "graph": GraphView(),
            "surface": self.surface,
            "loss": self.loss,
            "parameters": ParameterPlot(),
            "compare": self.compare,
        }

    def _build(self) -> None:
        centre = QWidget()
        layout = _Column(centre)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.setSpacing(GAP)
        layout.addWidget(self.dock_area, 1)
        for widget in (self.lesson_bar, self.prediction, self._caption, self.timeline):
            layout.addWidget(widget)
        scroll = QScrollArea()  # for a large zoom in a small window
        scroll.setObjectName("scroll")
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(centre)
        self.setCentralWidget(scroll)
        self._info.setProperty("role", "note")
        self._info.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.menuBar().setCornerWidget(self._info, Qt.Corner.TopRightCorner)
        self.setMinimumSize(480, 320)

    def _connect(self) -> None:
        graph, tensors = self.panels["graph"], self.panels["tensors"]
        assert isinstance(graph, GraphView)
        assert isinstance(tensors, TensorTable)
        graph.tensorMarked.connect(tensors.mark)
        graph.tensorMarked.connect(self.loop.mark)
        for panel in self.panels.values():
            if isinstance(panel, GradientPlot | LossPlot | ParameterPlot):
                panel.statementPicked.connect(self.statementPicked)
        self.dock_area.cameUp.connect(self._freshen)
        self._system.changed.connect(self._follow_system)
        menu = self.view_menu
        menu.zoomRequested.connect(self._zoom_by)
        menu.themeChosen.connect(self.choose_theme)
        menu.layoutChosen.connect(self._choose_layout)
        menu.ownLayoutChosen.connect(self._choose_own_layout)
        menu.ownLayoutForgotten.connect(self._forget_layout)
        menu.layoutKept.connect(self._keep_layout)
        menu.presentationRequested.connect(self.present)
        menu.screenChosen.connect(self.present)
        menu.fullScreenRequested.connect(self._toggle_full_screen)
        self._help_menu.keysRequested.connect(self._show_keys)
        self._help_menu.aboutRequested.connect(self._show_about)

    def _choose_layout(self, name: str) -> None:
        self.dock_area.choose(name)
        self.layoutsChanged.emit()

    def _choose_own_layout(self, name: str) -> None:
        if not self.dock_area.restore(QByteArray(self._own_layouts[name])):
            self.show_note(f"The layout {name} is of another version of gradlab; keep it anew.")
        self.layoutsChanged.emit()

    def _keep_layout(self) -> None:
        name, given = QInputDialog.getText(self, "Keep this layout", "What shall it be called?")
        name = " ".join(name.split())[:60]
        if given and name:
            state = self.dock_area.state_now().data()
            self.show_own_layouts({**self._own_layouts, name: bytes(state)})
            self.layoutsChanged.emit()

    def _forget_layout(self, name: str) -> None:
        self.show_own_layouts({n: s for n, s in self._own_layouts.items() if n != name})
        self.layoutsChanged.emit()

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _show_keys(self) -> None:
        ShortcutList((*keys_of(self.findChildren(QAction)), *WITH_FOCUS), self).exec()

    def _show_about(self) -> None:
        AboutDialog(self).exec()


class _Column(QVBoxLayout):
    """A column that may be as low as its parts allow: a scroll area would ask for its best height.

    That is what a scroll area does with a layout whose height depends on its width.
    """

    @override
    def hasHeightForWidth(self) -> bool:
        """Return False."""
        return False


def _info(snapshot: Snapshot) -> str:
    if not snapshot.ready:
        return "starting PyTorch"
    start = snapshot.program.start
    if isinstance(start, SeededStart):
        words = f"start: seed {start.seed}"
    else:
        words = f"start: b = {format_number(start.b)}, w = {format_number(start.w)}"
    return f"{words}   ·   device: {snapshot.device}"
