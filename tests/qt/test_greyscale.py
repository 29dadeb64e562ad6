"""Without any colour, every state can still be told: by a word, a shape or a dash."""

from itertools import combinations, pairwise

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from gradlab.core.outcome import OK, SKIPPED, Kind, Numbers, Outcome
from gradlab.core.snapshot import Snapshot, TimelineEntry
from gradlab.core.statements import Step, variants
from gradlab.qt.panels.gradient_plot import GradientPlot
from gradlab.qt.step_card import CardState, StepCard
from gradlab.qt.theme import THEMES, Theme
from gradlab.qt.timeline_drawing import DOTS_Y, PITCH, ROW_TOP, Cells
from tests.qt.snapshots import snapshot

each_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
RAISED = Outcome(Kind.RAISED, "RuntimeError: no")
FINE = 4
ONCE = Numbers(b=0.25, w=0.5, b_grad=-3.0, w_grad=-2.0, loss=2.5)


def grey(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)


def level(image: QImage, x: int, y: int) -> int:
    return image.pixelColor(x, y).value()


# --- the cards


@pytest.fixture
def card(qtbot: QtBot) -> StepCard:
    card = StepCard(5, "Zero", variants(Step.ZERO), "skip zero_()")
    qtbot.addWidget(card)
    card.show_statement(variants(Step.ZERO)[0])
    return card


def test_that_every_state_of_a_card_has_a_word_of_its_own(card: StepCard) -> None:
    said = set()
    for state in CardState:
        card.show_state(state)
        words = frozenset(label.text() for label in card.findChildren(QLabel))
        said.add((words, card.accessibleName()))
        assert state.value in words
    assert len(said) == len({state.value for state in CardState}) == len(CardState)


@each_theme
def test_that_the_edge_of_a_skipped_card_is_dashed_and_of_no_other(
    card: StepCard, theme: Theme
) -> None:
    card.show_theme(theme)
    for state in CardState:
        card.show_state(state, struck=state is CardState.TO_SKIP)
        card.resize(260, 120)
        shown = grey(card)
        column = [level(shown, 3, y) for y in range(12, 108)]
        turns = sum(abs(a - b) > 15 for a, b in pairwise(column))
        dashed = state in {CardState.SKIPPED, CardState.TO_SKIP}
        assert (turns >= 6) == dashed, state


def test_that_code_that_is_passed_over_is_struck_through(card: StepCard) -> None:
    for struck in (True, False):
        card.show_state(CardState.TO_SKIP, struck=struck)
        styles = " ".join(label.styleSheet() for label in card.findChildren(QLabel))
        assert ("line-through" in styles) == struck


# --- the timeline


def dot(theme: Theme, outcome: Outcome, time: int) -> set[tuple[int, int]]:
    """Return the pixels of a dot that stand out from the panel, four times as fine, in grey."""
    cells = Cells()
    cells.show_theme(theme)
    cell = cells.cell(TimelineEntry(1, "zero_()", Step.ZERO, outcome), time, FINE)
    shown = QImage(cell.size(), QImage.Format.Format_Grayscale8)
    shown.setDevicePixelRatio(FINE)
    shown.fill(QColor(theme.panel))
    ground = level(shown, 0, 0)
    painter = QPainter(shown)
    painter.drawPixmap(0, 0, cell)
    painter.end()
    middle, height = FINE * PITCH // 2, int(FINE * (DOTS_Y - ROW_TOP))
    columns, rows = range(middle - 9 * FINE, middle + 9 * FINE), range(2 * height)
    return {(x, y) for x in columns for y in rows if abs(level(shown, x, y) - ground) > 40}


@each_theme
@pytest.mark.parametrize("time", [-1, 0, 1], ids=["past", "now", "to redo"])
def test_that_dots_of_statements_that_ran_raised_or_were_skipped_differ_in_shape(
    theme: Theme, time: int
) -> None:
    shapes = [dot(theme, outcome, time) for outcome in (OK, RAISED, SKIPPED)]
    for one, other in combinations(shapes, 2):
        assert len(one ^ other) > 0.2 * len(one | other)


# --- the gradients


def gradients(qtbot: QtBot, theme: Theme, shown: Snapshot) -> GradientPlot:
    panel = GradientPlot()
    qtbot.addWidget(panel)
    panel.resize(900, 400)
    panel.show_theme(theme)
    panel.grab()  # lays it out
    panel.show_snapshot(shown)
    return panel


def after(*told: tuple[str, Outcome, Numbers]) -> Snapshot:
    """Return a snapshot after a first forward, loss and backward(), and what is `told`."""
    start = Numbers(b=0.25, w=0.5)
    begin = (("forward", OK, start), ("loss", OK, start), ("backward", OK, ONCE))
    return snapshot(*begin, *told)


MOVED = ONCE._replace(b=0.5, w=0.75)
FRESH = after()
STALE = after(("update", OK, MOVED))
ACCUMULATED = after(
    ("zero", SKIPPED, ONCE),
    ("forward", OK, ONCE),
    ("backward", OK, ONCE._replace(b_grad=-6.0, w_grad=-4.0)),
)
CLEARED = after(("update", OK, MOVED), ("zero", OK, MOVED._replace(b_grad=0.0, w_grad=0.0)))


def test_that_a_stale_gradient_is_said_to_be_one(qtbot: QtBot) -> None:
    notes = {}
    for name, shown in (("fresh", FRESH), ("stale", STALE), ("cleared", CLEARED)):
        panel = gradients(qtbot, THEMES["light"], shown)
        notes[name] = panel._note.text()
    assert notes == {"fresh": "", "stale": "stale: of an earlier b and w", "cleared": ""}


def test_that_a_gradient_that_is_stale_and_accumulated_is_said_to_be_both(qtbot: QtBot) -> None:
    twice = ONCE._replace(b_grad=-6.0, w_grad=-4.0)
    shown = after(("backward", OK, twice), ("update", OK, twice._replace(b=0.5)))
    panel = gradients(qtbot, THEMES["light"], shown)
    assert panel._note.text() == (
        "stale: of an earlier b and w  ·  with zero_(): −3.0000 and −2.0000"
    )


def test_that_a_gradient_of_numbers_that_are_none_is_not_stale(qtbot: QtBot) -> None:
    nan = float("nan")
    gone = Numbers(b=nan, w=nan, b_grad=nan, w_grad=nan, loss=nan)
    shown = snapshot(*((step, OK, gone) for step in ("update", "forward", "loss", "backward")))
    assert shown.last_added is not None
    panel = gradients(qtbot, THEMES["light"], shown)
    assert panel._note.text() == ""


@each_theme
def test_that_an_accumulated_gradient_shows_a_gap_between_its_blocks(
    qtbot: QtBot, theme: Theme
) -> None:
    gaps = {}
    for name, shown in (("once", FRESH), ("twice", ACCUMULATED)):
        panel = gradients(qtbot, theme, shown)
        image = grey(panel._ledger)
        box = panel._ledger.getPlotItem().getViewBox()
        bottom = box.mapViewToScene(QPointF(-0.36, panel._columns[0]._bars.opts["y1"][-1]))
        top = box.mapViewToScene(QPointF(-0.36, 0.0))
        rows = range(round(top.y()) + 3, round(bottom.y()) - 3)
        column = [level(image, round(top.x()), y) for y in rows]
        ground = level(image, round(top.x()), round(bottom.y()) + 4)
        gaps[name] = sum(abs(value - ground) < 40 for value in column)
    assert gaps["once"] == 0
    assert gaps["twice"] in {1, 2}  # pixels


def test_that_the_blocks_of_an_accumulated_gradient_are_counted(qtbot: QtBot) -> None:
    panel = gradients(qtbot, THEMES["light"], ACCUMULATED)
    words = [text.toPlainText() for text in panel._columns[0]._texts if text.isVisible()]
    assert words == ["1st  −3.0000", "2nd  −3.0000"]
