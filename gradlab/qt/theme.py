"""Colours and sizes: the one place that says how things look."""

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPen

from gradlab.qt import fonts

SMALL, BODY, TITLE, LARGE = 13, 14, 15, 22  # pixels at 100 %
TARGET = 24  # the least width and height in pixels of what can be pressed, at any zoom


@dataclass(frozen=True, slots=True)
class Theme:
    """A colour for every role, as #RRGGBB, and how large everything is.

    Every size in the window is a number of pixels at 100 %, and goes through this class.

    Attributes:
        zoom: How large everything is, 1.0 for 100 %.
    """

    name: str
    background: str
    panel: str
    line: str
    control: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_fill: str
    mark: str
    b: str
    w: str
    fit: str
    data: str
    residual: str
    skipped_fill: str
    skipped: str
    raised_fill: str
    raised: str
    zoom: float = 1.0

    def at(self, zoom: float) -> "Theme":
        """Return the theme with everything `zoom` times as large as at 100 %."""
        return replace(self, zoom=zoom)

    def px(self, size: float) -> int:
        """Return the pixels that `size` pixels at 100 % come to; never less than 1 for a size."""
        return max(round(size * self.zoom), 1) if size else 0

    def target(self, size: float) -> int:
        """Return the same for something that can be pressed: never less than 24."""
        return max(round(size * self.zoom), TARGET)

    def sans(self, size: int = BODY, bold: bool = False) -> QFont:
        """Return the text font at `size` pixels at 100 %."""
        return fonts.sans(self.px(size), bold)

    def mono(self, size: int = SMALL, bold: bool = False) -> QFont:
        """Return the code font at `size` pixels at 100 %."""
        return fonts.mono(self.px(size), bold)

    def pen(
        self, colour: str, width: float = 1.0, dash: Qt.PenStyle = Qt.PenStyle.SolidLine
    ) -> QPen:
        """Return a pen `width` pixels wide at 100 %, whatever a plot's range is."""
        pen = QPen(QColor(colour), max(width * self.zoom, 1.0), dash)
        pen.setCosmetic(True)
        return pen


LIGHT = Theme(
    name="light",
    background="#F6F7F9",
    panel="#FFFFFF",
    line="#D5DAE1",
    control="#7A8594",
    text="#14181F",
    muted="#4B5563",
    accent="#1F4FD8",
    on_accent="#FFFFFF",
    accent_fill="#E8EDFF",
    mark="#FFE48A",
    b="#0067A5",
    w="#B84A00",
    fit="#00704F",
    data="#374151",
    residual="#8A93A0",
    skipped_fill="#FFF3D6",
    skipped="#6B4A00",
    raised_fill="#FDECEC",
    raised="#8F1515",
)
DARK = Theme(
    name="dark",
    background="#0E1116",
    panel="#161B22",
    line="#38414D",
    control="#7C8794",
    text="#F2F5F9",
    muted="#B3BDC9",
    accent="#7AA2FF",
    on_accent="#0E1116",
    accent_fill="#1B2A4E",
    mark="#5A4A00",
    b="#56B4E9",
    w="#F0A24A",
    fit="#3DD6A3",
    data="#DCE3EC",
    residual="#77818E",
    skipped_fill="#3A2D0E",
    skipped="#FFD98A",
    raised_fill="#3A1616",
    raised="#FFA3A3",
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}
