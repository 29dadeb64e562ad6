"""How Qt's own widgets look, in the colours and sizes of a theme."""

import re

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from gradlab.qt import fonts, resources
from gradlab.qt.theme import Theme


def apply(application: QApplication, theme: Theme) -> None:
    """Give the whole application the colours of `theme` and the text font, unless it has them."""
    key = f"{theme.name} {theme.zoom}"
    if application.property("theme") == key:
        return  # a style sheet is dear to apply
    application.setProperty("theme", key)
    application.setStyle("Fusion")
    application.setFont(theme.sans())
    application.setPalette(palette(theme))
    application.setStyleSheet(style_sheet(theme))


def give_font(root: QWidget, theme: Theme) -> None:
    """Give every text below `root` the text font of `theme`.

    For a window that is not of the application's size: under a style sheet, what has no font of
    its own takes the application's, not its parent's. What has one gets it back from show_theme.
    """
    for kind in (QLabel, QPushButton, QLineEdit, QToolButton, QCheckBox):
        for widget in root.findChildren(kind):
            widget.setFont(theme.sans())


def palette(theme: Theme) -> QPalette:
    """Return the colours of `theme` for what no style sheet reaches."""
    colours = QPalette()
    role = QPalette.ColorRole
    for colour, *roles in (
        (theme.background, role.Window, role.AlternateBase),
        (theme.panel, role.Base, role.Button, role.ToolTipBase),
        (theme.text, role.WindowText, role.Text, role.ButtonText, role.ToolTipText),
        (theme.accent, role.Highlight, role.Link, role.LinkVisited, role.Accent),
        (theme.on_accent, role.HighlightedText),
        (theme.muted, role.PlaceholderText),
        (theme.line, role.Mid, role.Midlight, role.Light),
        (theme.control, role.Dark),
    ):
        for each in roles:
            colours.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        colours.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.control))
    return colours


_SHEET = """
QFrame[role="panel"] {
  background: @panel; border: 1px solid @line; border-radius: 10px; }
QLabel { background: transparent; }
QLabel[role="title"] { color: @muted; font-weight: 600; }
QLabel[role="note"] { color: @muted; font-size: 13px; }
QLabel[role="message"] { color: @raised; }
* { outline: 0; }
QPushButton { background: @panel; color: @text; border: 1px solid @control; border-radius: 8px;
  padding: 4px 10px; min-height: 26target; }
QPushButton:hover { border-color: @accent; }
QPushButton:focus { border: 3px solid @accent; padding: 2px 8px; }
QPushButton:pressed { background: @accent_fill; }
QPushButton:disabled { color: @control; }
QPushButton[role="step"] { min-height: 30target; }
QPushButton#step_button { background: @accent; color: @on_accent; border-color: @accent;
  font-weight: 600; }
QPushButton#step_button:focus { border: 3px double @on_accent; }
QPushButton#step_button:disabled { background: @line; color: @muted; border-color: @line; }
QToolButton { color: @text; border: 1px solid transparent; border-radius: 6px; }
QToolButton:hover, QToolButton:focus { border: 2px solid @accent; }
QToolButton:disabled { color: @control; }
QToolButton::menu-indicator { image: none; }
QLineEdit, QComboBox { background: @panel; color: @text; border: 1px solid @control;
  border-radius: 6px; padding: 2px 4px; min-height: 24target; }
QLineEdit:focus, QComboBox:focus { border: 3px solid @accent; padding: 0px 2px; }
QLineEdit:disabled, QComboBox:disabled { color: @control; }
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
QCheckBox { min-height: 24target; spacing: 6px; color: @text; padding: 0px 3px;
  border: 2px solid transparent; border-radius: 5px; }
QCheckBox:focus { border-color: @accent; }
QCheckBox:disabled { color: @control; }
QCheckBox::indicator { width: 13px; height: 13px; background: @panel;
  border: 1px solid @control; border-radius: 3px; }
QCheckBox::indicator:hover { border-color: @accent; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent;
  image: url(@icons/tick-@name.svg); }
QMenuBar { background: @panel; color: @text; border-bottom: 1px solid @line; }
QMenuBar::item { padding: 5px 10px; background: transparent; }
QMenuBar::item:selected, QMenu::item:selected { background: @accent; color: @on_accent; }
QMenu::item:disabled, QMenuBar::item:disabled { color: @control; }
QMenu { background: @panel; color: @text; border: 1px solid @line; }
QMainWindow::separator { background: transparent; width: 8px; height: 8px; }
QMainWindow::separator:hover { background: @line; }
QScrollArea#scroll { border: none; }
"""


def style_sheet(theme: Theme) -> str:
    """Return the style sheet in the colours and sizes of `theme`."""
    sheet = _SHEET.replace("@icons", resources.path("icons").as_posix())
    sheet = sheet.replace("@name", theme.name).replace("@mono", fonts.MONO)
    sheet = re.sub(r"(\d+)px", lambda found: f"{theme.px(int(found[1]))}px", sheet)
    sheet = re.sub(r"(\d+)target", lambda found: f"{theme.target(int(found[1]))}px", sheet)
    return re.sub(r"@(\w+)", lambda found: str(getattr(theme, found[1])), sheet)
