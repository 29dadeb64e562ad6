"""The window for the projector: the loop's cards, one large plot, the numbers, one sentence."""

from collections.abc import Callable
from functools import partial
from time import perf_counter

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent, QResizeEvent, QScreen, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from gradlab.core.snapshot import EMPTY, Snapshot
from gradlab.qt import style_sheet
from gradlab.qt.big_plot import CHOICES, BigPlot
from gradlab.qt.covers import Covers
from gradlab.qt.layout_scale import scale_layouts
from gradlab.qt.loop_cards import LoopCards
from gradlab.qt.panels.caption import CaptionBar
from gradlab.qt.panels.prediction_bar import PredictionBar
from gradlab.qt.presentation_bar import PresentationBar
from gradlab.qt.projection import LEAST_TARGET, projected
from gradlab.qt.resting_pointer import RestingPointer
from gradlab.qt.screen_awake import ScreenAwake
from gradlab.qt.step_strip import StepStrip
from gradlab.qt.theme import LIGHT, SMALL, Theme

CALM = 0.5  # seconds between two changes of what must not flicker, in a fast run
TURNS = 3  # in a fast run, the plot is painted at every third snapshot
CAPTION_HEIGHT = 55  # pixels at 100 %
GAP = 3
SHEET = """
SkipSwitch { border: none; padding: 0; min-height: 0; }  /* it paints its own ring */
QPushButton { min-height: @inside; }
QHeaderView::section { font-size: @small; }
"""


class Presentation(QWidget):
    """A window of its own, so that leaving it gives the main window back as it was.

    It is a view: it shows snapshots, and asks by signals. While it is hidden it costs nothing;
    when it starts, it shows the snapshot that it was given last.

    Args:
        theme: The colours to begin with; how large things are follows from the window's height,
            but is never less than the theme's zoom.
        awake: What keeps the screen awake.

    Attributes:
        prediction: The question and the vote, with signals of their own.

    Signals:
        statementRequested: The id of a statement to run.
        stepRequested, backRequested: Do the next step, or undo the last statement.
        skipRequested: A step and whether to skip it.
        variantRequested: The id of the statement that the card of its step is to hold.
        statementPicked: A statement to go to, clicked in a plot.
        left: It was left, and is hidden now.
    """

    statementRequested = Signal(str)
    stepRequested = Signal()
    backRequested = Signal()
    skipRequested = Signal(str, bool)
    variantRequested = Signal(str)
    statementPicked = Signal(int)
    left = Signal()

    def __init__(self, theme: Theme = LIGHT, awake: ScreenAwake | None = None) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName("presentation")
        self.setWindowTitle("gradlab: presentation")
        self.prediction = PredictionBar(compact=True)
        self._given, self._theme = theme, theme
        self._snapshot = EMPTY
        self._awake = awake or ScreenAwake()
        self._presenting = self._built = self._hurried = False
        self._all_shown_at, self._turn = 0.0, 0
        self._single_keys = True
        self._look: tuple[Theme, int] | None = None
        self._single: list[QShortcut] = []
        self._pointer = RestingPointer(self)

    @property
    def presenting(self) -> bool:
        """Whether it is on a screen."""
        return self._presenting

    @property
    def single_keys(self) -> bool:
        """Whether the keys that are one character do something."""
        return self._single_keys

    @single_keys.setter
    def single_keys(self, on: bool) -> None:
        self._single_keys = on
        for shortcut in self._single:
            shortcut.setEnabled(on)

    def start(self, screen: QScreen | None = None) -> None:
        """Fill `screen`, or the one that the window is on, and show how things stand."""
        if self._presenting:
            return
        target = screen or self.screen()
        self.setScreen(target)
        self.setGeometry(target.geometry())
        self._build()
        self._presenting = True
        self._show_look()
        self._show_all()
        self.showFullScreen()
        self.activateWindow()
        self.setFocus()  # on nothing that takes a key for itself
        self._pointer.watch()
        self._awake.keep()

    def leave(self) -> None:
        """Hide, and let the screen rest again; the run stays as it is."""
        if not self._presenting:
            return
        self._presenting = False
        self._pointer.stop()
        self._awake.release()
        self._covers.lift()
        self.hide()
        self.left.emit()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show `snapshot`, in a fast run no more of it than can be read."""
        self._snapshot = snapshot
        if not self._presenting:
            return
        now = perf_counter()
        if not self._hurried or now - self._all_shown_at > CALM:
            self._all_shown_at = now
            self._show_all()
            return
        self._turn = (self._turn + 1) % TURNS
        if not self._turn:
            self._plot.show_snapshot(snapshot)

    def show_hurry(self, hurried: bool) -> None:
        """Note whether a fast run goes on; when it ends, show where it ended."""
        self._hurried = hurried
        if not hurried:
            self.show_snapshot(self._snapshot)

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`."""
        self._given = theme
        if self._presenting:
            self._show_look()
            self._show_all()

    def choose_plot(self, index: int) -> None:
        """Show the plot CHOICES[index]."""
        self._plot.choose(index)
        self._bar.show_choice(index)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let everything follow the height."""
        super().resizeEvent(event)
        if self._presenting:
            self._show_look()
            self._show_all()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave: closing it ends nothing else."""
        super().closeEvent(event)
        self.leave()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring the picture back, where it was covered."""
        self._covers.lift()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let no tool tip up: it would be too small. Let "." be a key where it is no number."""
        kind = event.type()
        if kind == QEvent.Type.ToolTip:
            return True
        if kind == QEvent.Type.ShortcutOverride and isinstance(watched, QLineEdit):
            begun = watched.text() and "." not in watched.text()
            return isinstance(event, QKeyEvent) and event.text() == "." and not begun
        return False

    def _show_all(self) -> None:
        """Show the latest snapshot in everything."""
        snapshot = self._snapshot
        asked = snapshot.question is not None or snapshot.verdict is not None
        self._caption.setVisible(not asked)
        for view in (self._strip, self._cards, self._caption, self.prediction, self._bar):
            view.show_snapshot(snapshot)
        self._plot.show_snapshot(snapshot)

    def _show_look(self) -> None:
        """Take colours and sizes, unless they are in force; a style sheet is dear to apply."""
        look = (self._given, self.height())
        if look == self._look:
            self._covers.place()
            return
        self._look = look
        self._theme = theme = projected(*look)
        self.setFont(theme.sans())
        self.setPalette(style_sheet.palette(theme))
        inside = LEAST_TARGET - 2 * theme.px(4) - 2 * theme.px(1)  # padding and edge come to it
        own = SHEET.replace("@inside", f"{max(inside, 0)}px")
        own = own.replace("@small", f"{theme.px(SMALL)}px")
        self.setStyleSheet(style_sheet.style_sheet(theme) + own)
        style_sheet.give_font(self, theme)
        scale_layouts(self, theme)
        self._strip.show_theme(theme, self.height())
        self._bar.show_theme(theme, self.height())
        for view in (self._cards, self._caption, self.prediction, self._plot, self._covers):
            view.show_theme(theme)
        self._covers.place()

    def _build(self) -> None:
        """Make everything, when it is to be seen for the first time."""
        if self._built:
            return
        self._built = True
        self._strip, self._cards = StepStrip(), LoopCards(compact=True)
        self._plot, self._bar = BigPlot(), PresentationBar()
        self._caption = CaptionBar(CAPTION_HEIGHT)
        self._lay_out()
        self._covers = Covers(self)
        self._cards.statementRequested.connect(self.statementRequested)
        self._cards.skipRequested.connect(self.skipRequested)
        self._cards.variantRequested.connect(self.variantRequested)
        self._plot.statementPicked.connect(self.statementPicked)
        self._plot.made.connect(self._without_tips)
        self._bar.plotChosen.connect(self.choose_plot)
        self._bar.show_choice(self._plot.chosen)
        self._without_tips(self)
        self._bind_keys()

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(GAP)
        middle.addWidget(self._cards)
        middle.addWidget(self._plot, 1)
        layout = QVBoxLayout(self)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)  # the screen decides
        layout.setContentsMargins(GAP, GAP, GAP, 1)
        layout.setSpacing(GAP)
        layout.addWidget(self._strip)
        layout.addLayout(middle, 1)
        layout.addWidget(self.prediction)
        layout.addWidget(self._caption)
        layout.addWidget(self._bar)

    def _without_tips(self, widget: QWidget) -> None:
        for each in widget.findChildren(QWidget):
            each.installEventFilter(self)

    def _bind_keys(self) -> None:
        """Bind the keys of a remote control, and a few more; none that a widget needs."""
        self._bind("PgDown", partial(self._unless_covered, self.stepRequested.emit))
        self._bind("PgUp", partial(self._unless_covered, self.backRequested.emit))
        for key in ("F5", "Esc"):
            self._bind(key, self.leave)
        for number, card in enumerate(self._cards.cards.values(), 1):
            self._bind(f"Ctrl+{number}", partial(self._unless_covered, card.click))
        self._bind("F1", self._covers.toggle_keys)
        self._bind("?", self._covers.toggle_keys)
        self._bind(".", self._covers.toggle_blank)
        for index in range(len(CHOICES)):
            choose = partial(self.choose_plot, index)
            self._bind(str(index + 1), partial(self._unless_covered, choose))
        self.single_keys = self._single_keys

    def _bind(self, key: str, act: Callable[[], None]) -> None:
        shortcut = QShortcut(key, self)
        shortcut.setAutoRepeat(False)  # to hold a key is not to ask many times
        shortcut.activated.connect(act)
        if len(key) == 1:
            self._single.append(shortcut)

    def _unless_covered(self, act: Callable[[], None]) -> None:
        """Do `act`; where a cover is up, only take it away: nothing happens that nobody sees."""
        if not self._covers.lift():
            act()
