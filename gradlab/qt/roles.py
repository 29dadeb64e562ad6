"""What each thing in a plot looks like: the one table of colours, markers, dashes and names.

Nothing is told apart by its colour alone: no two roles that meet in one plot share both their
marker and their dash.
"""

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QPen

from gradlab.core.number_format import MINUS
from gradlab.core.pin import LETTERS
from gradlab.qt.plot import mixed
from gradlab.qt.theme import Theme

SOLID, DASHED, DOTTED = Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine
DASH_DOTTED, NO_LINE = Qt.PenStyle.DashDotLine, Qt.PenStyle.NoPen
PALE = 0.65  # how much of its colour has what is past, or another run's
GHOST_WIDTH = 1.5
_MARKERS = {"o": "●", "d": "◇", "s": "□"}
_DASHES = {SOLID: "━", DASHED: "- -", DOTTED: "· ·", DASH_DOTTED: "- ·"}


@dataclass(frozen=True, slots=True)
class Role:
    """How something in a plot is drawn.

    Attributes:
        label: What it is called in the plot.
        colour: The name of a colour of Theme.
        marker: A symbol of pyqtgraph's; or the letter at the line's end, or "1" for numbers on it.
        dash: How its line is dashed.
        width: The width of its line, or of the outline of a hollow marker, in pixels at 100 %.
        size: The width of its marker in pixels at 100 %.
        share: How much of the colour its line has; the rest is the ground's.
    """

    label: str
    colour: str
    marker: str = ""
    dash: Qt.PenStyle = SOLID
    width: float = 1.0
    size: float = 0.0
    share: float = 1.0

    @property
    def sign(self) -> str:
        """What stands for it in a legend: its marker, or else its dash."""
        return _MARKERS.get(self.marker) or _DASHES[self.dash]

    def ink(self, theme: Theme) -> str:
        """Return the colour of words about it."""
        return str(getattr(theme, self.colour))

    def stroke(self, theme: Theme) -> str:
        """Return the colour that it is drawn in."""
        return mixed(self.ink(theme), theme.panel, self.share)

    def pen(self, theme: Theme) -> QPen:
        """Return the pen of its line, or of the outline of its marker."""
        dash = SOLID if self.dash is NO_LINE else self.dash
        return theme.pen(self.stroke(theme), self.width, dash)

    def of_run(self, pin: "Role") -> "Role":
        """Return the same of a run that is pinned: paler, and dashed and lettered as `pin` is."""
        label = f"{pin.marker} {self.label}"
        return replace(pin, label=label, colour=self.colour, share=PALE, width=GHOST_WIDTH)


# --- the data
TRAIN = Role("train", "data", "o", NO_LINE, size=8)
VALIDATION = Role("validation", "data", "d", NO_LINE, width=1.5, size=10)
RESIDUAL = Role("residual", "residual", "|", NO_LINE)
FIT = Role("yhat", "fit", width=4)
BEFORE = Role("before", "fit", dash=DOTTED, width=1.5)
TRUE = Role("true", "data", dash=DASHED, width=2)
# --- what goes over the statements
LOSS = Role("train", "fit", width=2.5)
VALIDATION_LOSS = Role("validation", "data", dash=DASHED, width=2.5)
B, W = Role("b", "b", width=2.5), Role("w", "w", dash=DASHED, width=2.5)
B_GRAD, W_GRAD = replace(B, label="b.grad"), replace(W, label="w.grad")
CURSOR = Role("now", "control", "v", width=1.5, size=9)
# --- the map of the loss
PATH = Role("path", "accent", "o", width=2, size=5)
UNDONE = Role("undone", "accent", width=1.5, share=PALE)
POINT = Role("now", "accent", "o", NO_LINE, width=1.5, size=12)
START = Role("start", "accent", "s", NO_LINE, width=2, size=15)
UPDATE = Role(f"{MINUS}.grad", "accent", "arrow_right", NO_LINE)
LEVEL = Role("loss", "residual", "1")
MINIMUM = Role("minimum", "fit", "crosshair", NO_LINE, width=2, size=10)
VALLEY = Role("minimum: this line", "fit", dash=DASHED, width=2)
# --- runs that are pinned
PINS = tuple(
    Role(f"run {letter}", "muted", letter, dash, GHOST_WIDTH)
    for letter, dash in zip(LETTERS, (DASHED, DOTTED, DASH_DOTTED), strict=True)
)
