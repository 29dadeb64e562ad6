"""Colours, fonts and sizes: the one place that says how things look."""

from dataclasses import dataclass, fields

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from gradlab.qt import resources

SANS = "Inter"
MONO = "JetBrains Mono"
SMALL, BODY, TITLE, LARGE = 13, 14, 15, 22  # pixels


@dataclass(frozen=True, slots=True)
class Theme:
    """A colour for every role, as #RRGGBB."""

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


def load_fonts() -> None:
    """Make the bundled fonts known to Qt, so that every machine shows the same glyphs."""
    if {SANS, MONO} <= set(QFontDatabase.families()):
        return
    for file in sorted(resources.path("fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(file))


def sans(size: int = BODY, bold: bool = False) -> QFont:
    """Return the text font at `size` pixels; its figures are all of one width."""
    font = QFont(SANS)
    font.setPixelSize(size)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def mono(size: int = SMALL, bold: bool = False) -> QFont:
    """Return the code font at `size` pixels, without ligatures: code shows as it is typed."""
    font = QFont(MONO)
    font.setPixelSize(size)
    font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    for ligature in ("calt", "liga"):
        font.setFeature(QFont.Tag(ligature), 0)
    return font


def apply(application: QApplication, theme: Theme) -> None:
    """Give the whole application the colours of `theme` and the text font, unless it has them."""
    if application.property("theme") == theme.name:
        return  # a style sheet is dear to apply
    application.setProperty("theme", theme.name)
    application.setStyle("Fusion")
    application.setFont(sans())
    application.setPalette(_palette(theme))
    application.setStyleSheet(_style_sheet(theme))


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for colour, *roles in (
        (theme.background, role.Window, role.AlternateBase),
        (theme.panel, role.Base, role.Button, role.ToolTipBase),
        (theme.text, role.WindowText, role.Text, role.ButtonText, role.ToolTipText),
        (theme.accent, role.Highlight, role.Link),
        (theme.on_accent, role.HighlightedText),
        (theme.muted, role.PlaceholderText),
        (theme.line, role.Mid, role.Midlight, role.Light),
    ):
        for each in roles:
            palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.control))
    return palette


_SHEET = """
QFrame[role="panel"] {
  background: @panel; border: 1px solid @line; border-radius: 10px; }
QLabel { background: transparent; }
QLabel[role="title"] { color: @muted; font-weight: 600; }
QLabel[role="note"] { color: @muted; }
QLabel[role="message"] { color: @raised; }
* { outline: 0; }
QPushButton { background: @panel; color: @text; border: 1px solid @line; border-radius: 8px;
  padding: 4px 10px; min-height: 26px; }
QPushButton:hover { border-color: @accent; }
QPushButton:focus, QLineEdit:focus, QComboBox:focus { border: 2px solid @accent; }
QPushButton:pressed { background: @accent_fill; }
QPushButton:disabled { color: @control; }
QPushButton#step_button { background: @accent; color: @on_accent; border-color: @accent;
  font-weight: 600; }
QPushButton#step_button:focus { border: 2px solid @text; }
QPushButton#step_button:disabled { background: @line; color: @muted; border-color: @line; }
QToolButton { color: @text; border: 1px solid transparent; border-radius: 6px; }
QToolButton:hover, QToolButton:focus { border: 2px solid @accent; }
QToolButton::menu-indicator { image: none; }
QLineEdit, QComboBox { background: @panel; color: @text; border: 1px solid @control;
  border-radius: 6px; padding: 2px 4px; min-height: 24px; }
QLineEdit[wrong="true"] { border: 2px solid @raised; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url(@icons/down-@name.svg); width: 12px; height: 12px; }
QTableWidget { background: @panel; color: @text; border: none; gridline-color: @line;
  selection-background-color: @accent; selection-color: @on_accent; }
QTableWidget:focus { border: 2px solid @accent; }
QHeaderView, QHeaderView::section {
  background: @panel; color: @muted; border: none; padding: 3px 3px; }
QHeaderView::section { border-bottom: 1px solid @line; }
QTabWidget::pane { border: none; }
QTabBar::tab { color: @muted; padding: 5px 12px; min-height: 18px; border: 1px solid transparent; }
QTabBar::tab:selected { color: @text; font-weight: 600; border-bottom: 3px solid @accent; }
QTabBar::tab:focus { border: 2px solid @accent; }
QMenuBar { background: @panel; color: @text; border-bottom: 1px solid @line; }
QMenuBar::item { padding: 5px 10px; background: transparent; }
QMenuBar::item:selected, QMenu::item:selected { background: @accent; color: @on_accent; }
QMenu { background: @panel; color: @text; border: 1px solid @line; }
QSplitter::handle { background: transparent; }
"""


def _style_sheet(theme: Theme) -> str:
    sheet = _SHEET.replace("@icons", resources.path("icons").as_posix())
    # the longest names first: @accent_fill begins with @accent
    for each in sorted(fields(theme), key=lambda f: -len(f.name)):
        sheet = sheet.replace(f"@{each.name}", getattr(theme, each.name))
    return sheet
