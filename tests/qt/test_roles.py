"""The table of roles: nothing in a plot is told apart by its colour alone."""

from collections import Counter

import pytest
from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from pytestqt.qtbot import QtBot

from gradlab.core.pin import LETTERS
from gradlab.qt import roles
from gradlab.qt.panels.data_plot import DataPlot
from gradlab.qt.panels.gradient_plot import OLDER
from gradlab.qt.plot import Plot, ink_on, mixed
from gradlab.qt.roles import NO_LINE, PINS, SOLID, Role
from gradlab.qt.theme import DARK, LIGHT, THEMES, Theme
from tests.qt.colour_science import contrast
from tests.qt.plot_colours import colours, lines
from tests.qt.plot_roles import MEETINGS, Meeting, everything

ROLES = [each for each in vars(roles).values() if isinstance(each, Role)]
CURSOR_MARKER = "v"  # of pyqtgraph's InfiniteLine
NUMBERS = "1"


@pytest.mark.parametrize("meeting", MEETINGS.values(), ids=MEETINGS)
def test_that_no_two_roles_of_a_plot_share_both_marker_and_dash(meeting: Meeting) -> None:
    looks = Counter((role.marker, role.dash) for role in (*meeting.own, *PINS))
    assert set(looks.values()) == {1}, looks


@pytest.mark.parametrize("meeting", MEETINGS.values(), ids=MEETINGS)
def test_that_the_curves_of_pinned_runs_can_be_told_apart_by_their_names(meeting: Meeting) -> None:
    names = [role.label for role in (*meeting.pinned, *meeting.ghosts)]
    assert len(set(names)) == len(names)


def test_that_every_role_has_a_colour_of_the_theme_a_shape_and_a_name() -> None:
    assert {role for meeting in MEETINGS.values() for role in meeting.own} == set(ROLES)
    for role in (*ROLES, *PINS):
        assert role.label
        assert role.marker or role.dash is not NO_LINE
        assert role.ink(DARK).startswith("#")
        known = role.marker in {"", NUMBERS, CURSOR_MARKER, *LETTERS}
        assert known or role.marker in Symbols, role


def test_that_a_pinned_run_is_the_same_in_paler_with_its_dash_and_letter() -> None:
    ghost = roles.W_GRAD.of_run(PINS[1])
    assert ghost.ink(LIGHT) == roles.W_GRAD.ink(LIGHT)
    assert contrast(ghost.stroke(LIGHT), LIGHT.panel) < contrast(LIGHT.w, LIGHT.panel)
    assert (ghost.dash, ghost.marker, ghost.label) == (PINS[1].dash, "B", "B w.grad")


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("meeting", MEETINGS.values(), ids=MEETINGS)
def test_that_a_panel_draws_what_the_table_says_and_nothing_else(
    qtbot: QtBot, meeting: Meeting, theme: Theme
) -> None:
    panel = meeting.panel()
    qtbot.addWidget(panel)
    panel.resize(700, 400)
    panel.show_theme(theme)
    panel.show_snapshot(everything())
    shown = (*meeting.own, *meeting.ghosts)
    expected = {
        (role.stroke(theme).upper(), SOLID if role.dash is NO_LINE else role.dash) for role in shown
    }
    drawn = {look for plot in panel.findChildren(Plot) for look in lines(plot)}
    assert drawn <= expected
    strung = {role for role in shown if role.dash is not NO_LINE} - {roles.VALLEY}
    assert {(role.stroke(theme).upper(), role.dash) for role in strung} <= drawn


def test_that_the_points_and_the_legend_follow_the_table(qtbot: QtBot) -> None:
    panel = DataPlot()
    qtbot.addWidget(panel)
    panel.show_snapshot(everything())
    assert panel._train.opts["symbol"] == roles.TRAIN.marker
    assert panel._val.opts["symbol"] == roles.VALIDATION.marker
    assert panel._note.text() == "● train 80   ◇ validation 20"
    assert panel._legend.text() == "- - true: 1 + 2·x   · · before"


# --- another theme, while everything stands there


@pytest.mark.parametrize("meeting", MEETINGS.values(), ids=MEETINGS)
def test_that_what_is_drawn_follows_a_change_of_theme(qtbot: QtBot, meeting: Meeting) -> None:
    panel = meeting.panel()
    qtbot.addWidget(panel)
    panel.resize(700, 400)
    panel.show_theme(LIGHT)
    panel.show_snapshot(everything())
    panel.grab()
    plots = {plot.accessibleName(): plot for plot in panel.findChildren(Plot)}
    assert set(plots) == set(meeting.plots)
    for theme in (*THEMES.values(), *THEMES.values()):
        panel.show_theme(theme)
        for plot in plots.values():
            found = colours(plot)
            assert theme.panel in found
            assert found <= _belonging(theme, meeting)
        panel.grab()


def _belonging(theme: Theme, meeting: Meeting) -> set[str]:
    """Return every colour that something in the plot may have: of the roles, and of words."""
    shown = (*meeting.own, *meeting.ghosts, roles.B, roles.W)
    marks = {role.stroke(theme).upper() for role in shown} | {role.ink(theme) for role in shown}
    words = {theme.panel, theme.line, theme.muted, theme.text}
    return marks | words | (_blocks(theme) if roles.B_GRAD in meeting.own else set())


def _blocks(theme: Theme) -> set[str]:
    """Return the colours of the blocks of the ledger, and of the words on them."""
    inks = [role.ink(theme) for role in (roles.B_GRAD, roles.W_GRAD)]
    tints = {mixed(ink, theme.panel, share) for ink in inks for share in (1.0, *OLDER)}
    return {tint.upper() for tint in tints} | {ink_on(tint) for tint in tints}
