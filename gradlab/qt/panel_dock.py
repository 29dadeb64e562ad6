"""A panel that can be moved about the window, stood behind a tab, let float, or hidden."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDockWidget, QMenu, QToolButton
from typing_extensions import override

from gradlab.qt.panel import Panel
from gradlab.qt.theme import LIGHT, Theme

CORNER = 10  # pixels at 100 %


class PanelDock(QDockWidget):
    """A dock whose title bar is the panel's own head, with a menu at its end.

    Args:
        name: What layouts call it.
        panel: What it holds.

    Attributes:
        name: What layouts call it.
        panel: What it holds.
        seen: Whether it can be seen: it is neither hidden nor behind another tab.

    Signals:
        comeUp: It can be seen again.
        placed: A hand, or the menu, has put it somewhere else.
    """

    comeUp = Signal()
    placed = Signal()

    def __init__(self, name: str, panel: Panel) -> None:
        super().__init__(panel.tab)
        self.setObjectName(f"{name}_dock")  # a saved state finds it by this
        self.name, self.panel, self.seen = name, panel, True
        self._theme = LIGHT
        self._menu_button = QToolButton()
        self._menu_button.setObjectName(f"{name}_menu")
        self._menu_button.setText("▾")
        self._menu_button.setAccessibleName(f"Menu of the panel {panel.title}")
        self._menu_button.setToolTip("Let this panel float, or hide it")
        self._menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._menu_button.setMenu(self._menu())
        panel.dock(self._menu_button)
        self.setTitleBarWidget(panel.head_bar)
        self.setWidget(panel)
        for part in (panel, panel.head_bar):
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(True)  # what it needs when it comes up counts before
            part.setSizePolicy(policy)
        self.visibilityChanged.connect(self._note_seen)
        self.toggleViewAction().triggered.connect(self._note_chosen)

    def show_theme(self, theme: Theme) -> None:
        """Take the colours and sizes of `theme`."""
        self._theme = theme
        self._menu_button.setFixedSize(theme.target(24), theme.target(24))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame around the head and the panel."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = max(self._theme.zoom, 1.0)
        painter.setPen(QPen(QColor(self._theme.line), line))
        painter.setBrush(QColor(self._theme.panel))
        area = QRectF(self.rect()).adjusted(line / 2, line / 2, -line / 2, -line / 2)
        corner = self._theme.px(CORNER)
        painter.drawRoundedRect(area, corner, corner)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        self._float = menu.addAction("&Float or put back")
        self._float.triggered.connect(self._toggle_floating)
        hide = menu.addAction("&Hide")
        hide.triggered.connect(self._hide)
        return menu

    def _toggle_floating(self) -> None:
        self.setFloating(not self.isFloating())
        self.placed.emit()

    def _hide(self) -> None:
        self.hide()
        self.placed.emit()

    def _note_chosen(self, shown: bool) -> None:
        """Let a panel that was chosen in a menu come up before those it shares its place with."""
        if shown:
            self.raise_()
        self.placed.emit()

    def _note_seen(self, seen: bool) -> None:
        self.seen = seen
        for part in (self.panel, self.panel.head_bar):
            part.setVisible(seen)  # Qt only moves it aside: Tab would go to what nobody sees
        if seen:
            self.comeUp.emit()
