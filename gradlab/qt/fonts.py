"""The bundled fonts, so that every machine shows the same glyphs at the same widths."""

from PySide6.QtGui import QFont, QFontDatabase

from gradlab.qt import resources

SANS = "Inter"
MONO = "JetBrains Mono"


def load_fonts() -> None:
    """Make the bundled fonts known to Qt."""
    if {SANS, MONO} <= set(QFontDatabase.families()):
        return
    for file in sorted(resources.path("fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(file))


def sans(pixels: int, bold: bool = False) -> QFont:
    """Return the text font; its figures are all of one width."""
    font = QFont(SANS)
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def mono(pixels: int, bold: bool = False) -> QFont:
    """Return the code font, without ligatures: code shows as it is typed."""
    font = QFont(MONO)
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    for ligature in ("calt", "liga"):
        font.setFeature(QFont.Tag(ligature), 0)
    return font
