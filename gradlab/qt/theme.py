"""Colours and sizes: the one place that says how things look."""

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPen

from gradlab.qt import fonts

SMALL, BODY, TITLE, LARGE = 13, 14, 15, 22  # pixels at 100 %
TARGET = 24  # the least width and height in pixels of what can be pressed, at any zoom


@dataclass(frozen=True, slots=True)
class Theme:
    """A colour for every use, as #RRGGBB, and how large everything is.

    Every size in the window is a number of pixels at 100 %, and goes through this class. What the
    colours are held to stands in tests/qt/test_colours.py: all that is text reaches a contrast of
    7:1 on each ground it stands on.

    Attributes:
        line: Hairlines that only decorate.
        control: Edges of what can be used, what is disabled, and the cursor of the histories.
        muted: Words of less weight.
        accent: What is next or now, the focus, what is selected.
        mark: The ground under lines of code that are pointed at; what stands on it is `text`.
        keyword, number, builtin: Words of code.
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
    keyword: str
    number: str
    builtin: str
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
    muted="#454E5B",
    accent="#1B43BE",
    on_accent="#FFFFFF",
    accent_fill="#E8EDFF",
    mark="#FFE48A",
    b="#005A94",
    w="#983C00",
    fit="#00643C",
    data="#374151",
    residual="#8A93A0",
    skipped_fill="#FFF3D6",
    skipped="#6B4A00",
    raised_fill="#FDECEC",
    raised="#8F1515",
    keyword="#1A3FB4",
    number="#863500",
    builtin="#005080",
)
DARK = Theme(
    name="dark",
    background="#0E1116",
    panel="#161B22",
    line="#38414D",
    control="#7C8794",
    text="#F2F5F9",
    muted="#B9C2CE",
    accent="#84A9FF",
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
    raised="#FFB0B0",
    keyword="#AFC6FF",
    number="#F7B873",
    builtin="#8ECDF5",
)
HIGH_CONTRAST = Theme(
    name="contrast",
    background="#000000",
    panel="#000000",
    line="#7A7A7A",
    control="#B4B4B4",
    text="#FFFFFF",
    muted="#E0E0E0",
    accent="#FFE600",
    on_accent="#000000",
    accent_fill="#2E2A00",
    mark="#5A4A00",
    b="#5CC8FF",
    w="#FF9A3D",
    fit="#3DE0A0",
    data="#FFFFFF",
    residual="#8C8C8C",
    skipped_fill="#2B2200",
    skipped="#FFE08A",
    raised_fill="#4A0000",
    raised="#FFC2C2",
    keyword="#FFE600",
    number="#FFB870",
    builtin="#8AD8FF",
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK, HIGH_CONTRAST)}
