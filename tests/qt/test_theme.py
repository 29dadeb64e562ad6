"""What a theme makes of Qt's own widgets: in its colours, seen at rest, and ringed in focus."""

import re
import xml.etree.ElementTree as ET
from itertools import product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gradlab.qt import resources, style_sheet
from gradlab.qt.panels.loss_plot import LossPlot
from gradlab.qt.theme import THEMES, Theme
from tests.qt.colour_science import contrast

each_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
RINGED = ("button", "step_button", "line", "choice", "box", "tool")


class Stand(QWidget):
    """One of each kind of widget, on a panel, and one more that takes the focus."""

    def __init__(self) -> None:
        super().__init__()
        self.button, self.step_button = QPushButton("Back"), QPushButton("Step")
        self.step_button.setObjectName("step_button")
        self.line, self.choice, self.box = QLineEdit("0.1"), QComboBox(), QCheckBox("log")
        self.choice.addItem("fast")
        self.tool, self.other = QToolButton(), QPushButton("other")
        self.tool.setText("Checks")
        self.tool.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout = QVBoxLayout(self)
        for name in RINGED:
            layout.addWidget(getattr(self, name))
        layout.addWidget(self.other)


@pytest.fixture
def stand(qtbot: QtBot) -> Stand:
    stand = Stand()
    qtbot.addWidget(stand)
    stand.setAutoFillBackground(True)
    return stand


def put_on(stand: QWidget, theme: Theme) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    style_sheet.apply(app, theme)
    palette = stand.palette()
    palette.setColor(palette.ColorRole.Window, QColor(theme.panel))
    stand.setPalette(palette)


def names(image: QImage) -> list[list[str]]:
    """Return the colour of each pixel, row by row."""
    rows, columns = range(image.height()), range(image.width())
    return [[image.pixelColor(x, y).name() for x in columns] for y in rows]


@each_theme
def test_that_the_style_sheet_has_no_colour_but_those_of_the_theme(theme: Theme) -> None:
    sheet = style_sheet.style_sheet(theme)
    assert "@" not in sheet
    known = {str(getattr(theme, field)) for field in Theme.__slots__}
    assert set(re.findall(r"#[0-9A-Fa-f]{6}\b", sheet)) <= known


@each_theme
@pytest.mark.parametrize("name", ["down", "tick"])
def test_that_every_theme_has_its_drawings_in_its_colours(theme: Theme, name: str) -> None:
    path = resources.path("icons") / f"{name}-{theme.name}.svg"
    assert path.as_posix() in style_sheet.style_sheet(theme)
    (line,) = ET.parse(path).getroot()
    expected = {"down": theme.muted, "tick": theme.on_accent}[name]
    assert line.get("stroke") == expected


@each_theme
def test_that_what_is_disabled_is_in_the_colour_of_what_is_disabled(
    stand: Stand, theme: Theme
) -> None:
    put_on(stand, theme)
    disabled = QColor(theme.control).name()
    for name in ("button", "line", "tool"):
        widget = getattr(stand, name)
        widget.setStyleSheet("border: none")  # an edge has this colour as well
        seen = []
        for enabled in (True, False):
            widget.setEnabled(enabled)
            seen.append({pixel for row in names(widget.grab().toImage()) for pixel in row})
        assert QColor(theme.text).name() in seen[0] - seen[1], name
        assert disabled in seen[1], name


@each_theme
def test_that_the_edge_of_what_can_be_used_can_be_seen(stand: Stand, theme: Theme) -> None:
    put_on(stand, theme)
    for name in ("button", "line", "choice"):
        widget = getattr(stand, name)
        image = widget.grab().toImage()
        middle = image.height() // 2
        assert contrast(image.pixelColor(0, middle).name(), theme.panel) >= 3, name


@each_theme
@pytest.mark.parametrize("checked", [False, True], ids=["unchecked", "checked"])
def test_that_the_log_box_can_be_seen_and_so_can_its_tick(
    qtbot: QtBot, theme: Theme, checked: bool
) -> None:
    panel = LossPlot()
    qtbot.addWidget(panel)
    put_on(panel, theme)
    panel.show_theme(theme)
    panel.resize(500, 300)
    panel._log.setChecked(checked)
    pixels = names(panel._log.grab().toImage())
    clear = [
        (x, y)
        for y, row in enumerate(pixels)
        for x, pixel in enumerate(row[:20])  # the box, without the word
        if contrast(pixel, theme.panel) >= 3
    ]
    frame = 4 * 13  # pixels
    assert len(clear) >= (100 if checked else 0.8 * frame)
    ground = theme.accent if checked else theme.panel
    left, top = min(x for x, _ in clear) + 2, min(y for _, y in clear) + 2
    inside = [pixels[y][x] for x, y in product(range(left, left + 10), range(top, top + 10))]
    tick = [pixel for pixel in inside if contrast(pixel, ground) >= 3]
    assert bool(tick) == checked


@each_theme
def test_that_the_focus_has_a_ring_two_pixels_wide_that_can_be_seen(
    qtbot: QtBot, stand: Stand, theme: Theme
) -> None:
    """The pixels that change by 3:1 are as many as in a line two pixels wide around it."""
    put_on(stand, theme)
    stand.show()
    stand.activateWindow()
    qtbot.waitUntil(stand.isActiveWindow)
    for name in RINGED:
        widget = getattr(stand, name)
        stand.other.setFocus()
        before = names(widget.grab().toImage())
        widget.setFocus()
        after = names(widget.grab().toImage())
        assert len(before) == len(after)
        changed = sum(
            contrast(old, new) >= 3
            for one, other in zip(before, after, strict=True)
            for old, new in zip(one, other, strict=True)
        )
        corners = 4 * 14  # they are round
        assert changed >= 2 * 2 * (widget.width() + widget.height()) - corners, name
    stand.hide()


@each_theme
def test_that_a_ring_moves_nothing(qtbot: QtBot, stand: Stand, theme: Theme) -> None:
    put_on(stand, theme)
    stand.show()
    stand.activateWindow()
    qtbot.waitUntil(stand.isActiveWindow)
    stand.other.setFocus()
    sizes = [getattr(stand, name).sizeHint() for name in RINGED]
    for name, size in zip(RINGED, sizes, strict=True):
        getattr(stand, name).setFocus()
        if name != "tool":  # has no edge at rest
            assert getattr(stand, name).sizeHint() == size, name
    stand.hide()
