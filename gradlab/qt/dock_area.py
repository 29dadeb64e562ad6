"""Where the panels stand: docks in named layouts, which fit themselves to the window's size."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from itertools import pairwise

from PySide6.QtCore import QByteArray, QChildEvent, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMainWindow, QTabBar, QTabWidget, QWidget
from typing_extensions import override

from gradlab.qt.dock_layout import EXPLORE, LAYOUTS, Split, Tabs, Tree, first_of, fitted, panels_in
from gradlab.qt.panel import Panel
from gradlab.qt.panel_dock import PanelDock
from gradlab.qt.theme import LIGHT, Theme

VERSION = 1  # of the saved state: another one is not taken
SEAL = 32  # bytes before a saved state that tell whether it is whole


class DockArea(QMainWindow):
    """The docks, without a central widget; it stands inside the window.

    Args:
        panels: The panels by the names that layouts call them.

    Attributes:
        docks: The docks by those names.

    Signals:
        cameUp: A panel can be seen again, which may have missed something: the Panel.
    """

    cameUp = Signal(object)

    def __init__(self, panels: dict[str, Panel]) -> None:
        super().__init__()
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setDockNestingEnabled(True)
        self.setAnimated(False)  # who sees motion badly is spared it
        self.setDocumentMode(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._theme = LIGHT
        self._layout_name = EXPLORE
        self._tree: Split | None = None
        self._by_hand = self._arranging = False
        self.docks = {name: PanelDock(name, panel) for name, panel in panels.items()}
        for dock in self.docks.values():
            dock.comeUp.connect(partial(self.cameUp.emit, dock.panel))
            dock.placed.connect(self._note_hand)
            dock.dockLocationChanged.connect(self._note_hand)
            dock.topLevelChanged.connect(self._note_hand)
        self._fit()

    @property
    def layout_name(self) -> str:
        """The layout that was chosen last."""
        return self._layout_name

    def choose(self, name: str) -> None:
        """Put the panels as the layout `name` says, whatever a hand has moved."""
        self._layout_name, self._by_hand, self._tree = name, False, None
        self._fit()

    def state(self) -> QByteArray:
        """Return where every panel stands, for restore(); empty where it is as its layout says."""
        return self.state_now() if self._by_hand else QByteArray()

    def state_now(self) -> QByteArray:
        """Return where every panel stands, for restore(), in any case."""
        state = self.saveState(VERSION)
        return QByteArray(_seal(state) + state.data())

    def restore(self, state: QByteArray) -> bool:
        """Put the panels where they were; return False, with nothing moved, for another state."""
        # Qt crashes on a state with a wrong byte in it: what its seal does not fit is not tried
        seal, bare = state.first(min(SEAL, state.size())), state.sliced(min(SEAL, state.size()))
        if seal != _seal(bare):
            return False
        before = self.saveState(VERSION)
        with self._rearranged():
            restored = self.restoreState(bare, VERSION)
            if not restored:
                self.restoreState(before, VERSION)
        self._by_hand |= restored
        return restored

    def bring_up(self, name: str) -> None:
        """Let the panel `name` be seen, from behind its tab or from hiding."""
        self.docks[name].show()
        self.docks[name].raise_()

    def show_theme(self, theme: Theme) -> None:
        """Take the colours and sizes of `theme`."""
        self._theme = theme
        for dock in self.docks.values():
            dock.show_theme(theme)
        self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the layout to the new size."""
        super().resizeEvent(event)
        self._fit()

    @override
    def childEvent(self, event: QChildEvent) -> None:
        """Dress a tab bar, which Qt makes when it needs one."""
        super().childEvent(event)
        bar = event.child()
        if event.type() is QEvent.Type.ChildPolished and isinstance(bar, QTabBar):
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.setUsesScrollButtons(True)
            bar.setAccessibleName("Panels")
            bar.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Tab stop at a tab bar, before its panels, unless it is an idle one, out of sight."""
        if event.type() is QEvent.Type.Move and isinstance(watched, QTabBar):
            if self.rect().intersects(watched.geometry()):
                watched.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                self._put_in_focus_chain(watched)
            else:
                watched.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        """Arrange the chosen layout for the size of the window, unless a hand has arranged it."""
        window = self.window()
        width, height = (n / self._theme.zoom for n in (window.width(), window.height()))
        tree = fitted(LAYOUTS[self._layout_name], width, height)
        if self._by_hand or tree == self._tree:
            return
        self._tree = tree
        with self._rearranged():
            first = self.docks[first_of(tree)]
            self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, first)
            self._place(tree)
            self._lay_by([name for name in self.docks if name not in panels_in(tree)])
            for name in panels_in(tree):
                self.docks[name].show()
            self._share(tree)
            self._raise_first(tree)
            self._order_focus(panels_in(tree))

    @contextmanager
    def _rearranged(self) -> Iterator[None]:
        """Take all panels out, let them be put in anew, and leave the focus where it was."""
        focused: QWidget | None = self.window().focusWidget()
        self._arranging = True
        for dock in self.docks.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)  # or Qt leaves the tab bars that it needs no more on top
        yield
        self._arranging = False
        if focused is not None and focused.isVisible():
            focused.setFocus()  # to be hidden for a moment has taken it away

    def _order_focus(self, names: Iterable[str]) -> None:
        """Let Tab go through the panels in this order."""
        stops = [w for w in _focus_chain(self) if w.focusPolicy() is not Qt.FocusPolicy.NoFocus]
        docks = [self.docks[name] for name in names]
        ordered = [stop for dock in docks for stop in stops if dock.isAncestorOf(stop)]
        for one, following in pairwise(ordered):
            QWidget.setTabOrder(one, following)

    def _put_in_focus_chain(self, bar: QTabBar) -> None:
        """Let Tab stop at `bar` before it goes into the first of its panels."""
        titles = [bar.tabText(i) for i in range(bar.count())]
        docks = [dock for dock in self.docks.values() if dock.windowTitle() in titles]
        before: QWidget | None = None
        for widget in _focus_chain(bar):
            if any(dock.isAncestorOf(widget) for dock in docks):
                break
            if widget.focusPolicy() is not Qt.FocusPolicy.NoFocus:
                before = widget
        if before is not None and before is not bar:
            QWidget.setTabOrder(before, bar)

    def _lay_by(self, names: list[str]) -> None:
        """Keep the panels that the layout has no place for, hidden, behind its last one.

        There they come up when they are asked for, and a saved state knows of them.
        """
        assert self._tree is not None
        last = self.docks[panels_in(self._tree)[-1]]
        for name in names:
            self.tabifyDockWidget(last, self.docks[name])
            self.docks[name].hide()

    def _place(self, tree: Tree) -> None:
        """Place what is in `tree`, whose first panel stands already."""
        if isinstance(tree, Tabs):
            for name in tree.panels[1:]:
                self.tabifyDockWidget(self.docks[tree.panels[0]], self.docks[name])
        elif isinstance(tree, Split):
            parts = [part for part, _ in tree.parts]
            for part, following in pairwise(parts):
                first, second = self.docks[first_of(part)], self.docks[first_of(following)]
                self.splitDockWidget(first, second, tree.way)
            for part in parts:
                self._place(part)

    def _share(self, tree: Tree) -> None:
        """Give each part its share of the room."""
        if not isinstance(tree, Split):
            return
        firsts = [self.docks[first_of(part)] for part, _ in tree.parts]
        whole = self.width() if tree.way is Qt.Orientation.Horizontal else self.height()
        total = sum(share for _, share in tree.parts)
        self.resizeDocks(firsts, [whole * share // total for _, share in tree.parts], tree.way)
        for part, _ in tree.parts:
            self._share(part)

    def _raise_first(self, tree: Tree) -> None:
        if isinstance(tree, Tabs):
            self.docks[tree.panels[0]].raise_()
        elif isinstance(tree, Split):
            for part, _ in tree.parts:
                self._raise_first(part)

    def _note_hand(self) -> None:
        """Note that a hand has moved a panel: from now on it is left where it is."""
        self._by_hand |= not self._arranging and self.isVisible()


def _focus_chain(first: QWidget) -> Iterator[QWidget]:
    """Yield all widgets of the window in the order of Tab, from `first` on, once round."""
    yield first
    widget = first.nextInFocusChain()
    while widget is not None and widget is not first:
        yield widget
        widget = widget.nextInFocusChain()


def _seal(state: QByteArray) -> bytes:
    """Return the bytes that stand before `state` where it is kept."""
    return sha256(bytes((VERSION,)) + state.data()).digest()
