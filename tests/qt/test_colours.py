"""Every colour of every theme, held against what can be read, seen and told apart.

Text needs 7:1 on each ground that it stands on, what is selected 4.5:1, what is disabled and every
mark, line, ring and edge of something that can be used 3:1. Hairlines around panels and between
rows, the grid and the axes of a plot only decorate (`Theme.line`) and need nothing. Numbers on the
blocks of the ledger need 4.5:1: a block that is seen on the panel at 3:1 can give no more.
"""

import re
from itertools import product

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gradlab.core.statements import LOOP, variants
from gradlab.qt import style_sheet
from gradlab.qt.highlight import highlight
from gradlab.qt.panels.gradient_plot import OLDER
from gradlab.qt.plot import ink_on, mixed
from gradlab.qt.roles import B_GRAD, W_GRAD, Role
from gradlab.qt.step_card import CardState, StepCard
from gradlab.qt.theme import LIGHT, THEMES, Theme
from tests.qt.colour_science import BRIGHT_ROOM, SIGHT, contrast, difference, least_difference
from tests.qt.plot_roles import MEETINGS, Meeting

CODE = ("text", "muted", "keyword", "number", "builtin")
CARDS = ("panel", "accent_fill", "skipped_fill", "raised_fill")
TEXTS = {
    "background": ("text", "muted", "accent", "raised"),  # dialogs, links, nodes of the graph
    "panel": (*CODE, "accent", "skipped", "raised", "b", "w", "fit", "data"),
    "accent_fill": CODE,  # the card that just ran, cells that changed
    "skipped_fill": (*CODE, "skipped"),
    "raised_fill": (*CODE, "raised"),
    "mark": ("text",),
    "accent": ("on_accent",),  # the step button
}
"""What is written on which ground. `line` is a ground too, of the disabled step button alone."""

GROUNDS = ("background", *CARDS)
MARKS = ("control", "accent", "raised", "skipped", "fit", "muted", "b", "w")
"""Dots of the timeline, frames of the graph's nodes, edges of cards, boxes, rings, letters."""

each_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
each_plot = pytest.mark.parametrize("meeting", MEETINGS.values(), ids=MEETINGS)


def of(theme: Theme, name: str) -> str:
    return str(getattr(theme, name))


def test_that_light_is_the_first_and_there_is_one_of_high_contrast() -> None:
    assert list(THEMES) == ["light", "dark", "contrast"]
    assert {THEMES["contrast"].background, THEMES["contrast"].text} == {"#000000", "#FFFFFF"}


@each_theme
def test_that_every_text_can_be_read_on_every_ground(theme: Theme) -> None:
    pairs = [(ink, ground) for ground, inks in TEXTS.items() for ink in inks]
    faint = [(i, g) for i, g in pairs if contrast(of(theme, i), of(theme, g)) < 7]
    assert not faint


@each_theme
def test_that_what_is_selected_or_disabled_can_be_read(theme: Theme) -> None:
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.muted, theme.line) >= 3  # the step button, disabled
    for ground in ("panel", "background"):
        enabled, disabled = (contrast(c, of(theme, ground)) for c in (theme.text, theme.control))
        assert 3 <= disabled < enabled / 1.5  # and is seen to be disabled


@each_theme
def test_that_every_mark_edge_and_ring_can_be_seen(theme: Theme) -> None:
    faint = [name for name in MARKS if contrast(of(theme, name), theme.panel) < 3]
    assert not faint
    for name, ground in product(("control", "accent"), GROUNDS):
        assert contrast(of(theme, name), of(theme, ground)) >= 3, (name, ground)
    for name in ("skipped", "raised"):
        assert contrast(of(theme, name), of(theme, f"{name}_fill")) >= 3


@each_theme
@each_plot
def test_that_every_line_and_marker_can_be_seen_also_of_pinned_runs(
    theme: Theme, meeting: Meeting
) -> None:
    for role in (*meeting.own, *meeting.ghosts):
        assert contrast(role.stroke(theme), theme.panel) >= 3, role
        assert contrast(role.ink(theme), theme.panel) >= 3, role


@each_plot
def test_that_marks_can_still_be_seen_on_a_projection_in_a_bright_room(meeting: Meeting) -> None:
    for role in (*meeting.own, *meeting.ghosts):
        assert contrast(role.stroke(LIGHT), LIGHT.panel, BRIGHT_ROOM) >= 2.5, role
    for tint in (tint for tints in tints_of(LIGHT) for tint in tints):
        assert contrast(tint, LIGHT.panel, BRIGHT_ROOM) >= 2.5
    for name in MARKS:
        assert contrast(of(LIGHT, name), LIGHT.panel, BRIGHT_ROOM) >= 2.5, name


# --- told apart


@each_theme
@each_plot
@pytest.mark.parametrize("sight", SIGHT)
def test_that_the_colours_of_a_plot_are_few_and_differ_to_every_eye(
    theme: Theme, meeting: Meeting, sight: str
) -> None:
    colours = sorted({role.ink(theme) for role in (*meeting.own, *(meeting.pinned or ghosts()))})
    assert 2 <= len(colours) <= 4
    assert least_difference(colours, sight) >= 10


def ghosts() -> tuple[Role, ...]:
    return MEETINGS["map"].ghosts


@each_theme
@pytest.mark.parametrize("name", ["gradients", "loss", "parameters"])
@pytest.mark.parametrize("sight", SIGHT)
def test_that_a_curve_of_a_pinned_run_is_not_taken_for_the_other_curve(
    theme: Theme, name: str, sight: str
) -> None:
    one, other = MEETINGS[name].pinned
    shades = [(role.ink(theme), ghost_of(role, theme)) for role in (one, other)]
    assert min(difference(a, b, sight) for a, b in product(*shades)) >= 10


def ghost_of(role: Role, theme: Theme) -> str:
    return role.of_run(ghosts()[0]).stroke(theme)


# --- the blocks of the ledger


def tints_of(theme: Theme) -> list[list[str]]:
    """Return the colours of blocks, from the oldest to the latest, of both gradients."""
    shares = (*OLDER, 1.0)
    return [[mixed(r.ink(theme), theme.panel, s) for s in shares] for r in (B_GRAD, W_GRAD)]


@each_theme
def test_that_blocks_can_be_seen_and_their_numbers_read(theme: Theme) -> None:
    for tint in (tint for tints in tints_of(theme) for tint in tints):
        assert contrast(tint, theme.panel) >= 3
        assert contrast(ink_on(tint), tint) >= 4.5


@pytest.mark.parametrize("sight", SIGHT)
@each_theme
def test_that_the_blocks_of_one_gradient_are_not_taken_for_the_others(
    theme: Theme, sight: str
) -> None:
    assert min(difference(b, w, sight) for b, w in product(*tints_of(theme))) >= 10


def test_that_black_or_white_is_whichever_has_more_contrast() -> None:
    greys = [f"#{level:02X}{level:02X}{level:02X}" for level in range(256)]
    for colour in (*greys, "#0000FF", "#FF0000", "#00FF00", "#D55E00", "#56B4E9"):
        black, white = contrast("#000000", colour), contrast("#FFFFFF", colour)
        assert ink_on(colour) == ("#000000" if black > white else "#FFFFFF"), colour


# --- what is really painted


@each_theme
@pytest.mark.parametrize("state", CardState)
@pytest.mark.parametrize("struck", [False, True], ids=["", "struck"])
def test_that_every_word_on_a_card_can_be_read_on_its_ground(
    qtbot: QtBot, theme: Theme, state: CardState, struck: bool
) -> None:
    for step in LOOP:
        card = StepCard(1, "Step", variants(step), "skip")
        qtbot.addWidget(card)
        card.show_theme(theme)
        card.show_statement(variants(step)[0])
        card.show_state(state, "RuntimeError: no", struck)
        card.resize(card.sizeHint())
        ground = card.grab().toImage().pixelColor(card.width() // 2, 3).name()
        labels = card.findChildren(QLabel)
        html = " ".join(label.styleSheet() + label.text() for label in labels)
        inks = set(re.findall(r"color: ?(#[0-9A-Fa-f]{6})", html))
        assert len(inks) >= 2
        assert [ink for ink in inks if contrast(ink, ground) < 7] == []


@each_theme
def test_that_lines_of_code_that_are_pointed_at_are_in_the_colour_for_their_ground(
    theme: Theme,
) -> None:
    marked, other = highlight("b = torch.randn(1)\nw = 1", theme, "b").split("<br>")
    assert set(re.findall(r"#[0-9A-F]{6}", marked)) == {theme.mark, theme.text}
    assert "font-weight:700" in marked
    assert theme.number in other


@each_theme
def test_that_the_palette_of_the_application_can_be_read(theme: Theme) -> None:
    palette = style_sheet.palette(theme)
    role, group = palette.ColorRole, palette.ColorGroup

    def name(which: object, state: object = group.Active) -> str:
        return QColor(palette.color(state, which)).name()  # type: ignore[call-overload]

    for ink, ground in (
        *((role.WindowText, role.Window), (role.Text, role.Base), (role.ButtonText, role.Button)),
        *((role.PlaceholderText, role.Base), (role.ToolTipText, role.ToolTipBase)),
        *(
            (role.Link, role.Window),
            (role.LinkVisited, role.Window),
            (role.Text, role.AlternateBase),
        ),
    ):
        assert contrast(name(ink), name(ground)) >= 7, ink
    assert contrast(name(role.HighlightedText), name(role.Highlight)) >= 4.5
    for ink in (role.WindowText, role.Text, role.ButtonText):
        for ground in (role.Window, role.Base, role.Button):
            assert contrast(name(ink, group.Disabled), name(ground)) >= 3
