"""The timeline: what it says, and what it asks for."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from gradlab.core.outcome import OK, SKIPPED, Kind, Numbers, Outcome
from gradlab.core.snapshot import EMPTY, Snapshot
from gradlab.core.statements import find
from gradlab.qt.panels.timeline import Timeline
from gradlab.qt.theme import DARK, LIGHT, Theme
from gradlab.qt.timeline_drawing import MOST_CELLS
from tests.mouse import MOVE, PRESS, RELEASE, drag, mouse
from tests.qt.snapshots import START, snapshot

RAISED = Outcome(Kind.RAISED, "RuntimeError: x")
EPOCH = ("forward", "loss", "backward", "update", "zero")
# two epochs and the first two statements of a third; numbers that are not None end an epoch
TOLD = (*EPOCH, *EPOCH, "forward", "loss")
NUMBERS = Numbers(b=0.25, w=0.5, b_grad=0.0, w_grad=0.0, loss=1.0)
WHOLE = snapshot(*((name, OK, NUMBERS) for name in TOLD))
MIXED = snapshot(
    ("forward", OK, START),
    ("zero", RAISED, START),
    ("zero", SKIPPED, START),
    ("loss", OK, NUMBERS),
    ("zero", RAISED, NUMBERS),
    ("zero", SKIPPED, NUMBERS),
)
LENGTH = 1_000_000
WIDTH = 1800  # room for all of WHOLE
# where things are to be seen, in pixels from the left and the top
TRACK, DOTS, NAMES = 38, 57, 71
LEFT, RIGHT = 19, WIDTH - 19  # of the track
FIRST_DOT, PITCH = 62, 124
BUTTONS = ("timeline_start", "timeline_back", "timeline_redo", "timeline_end")


def at(index: int, shown: Snapshot = WHOLE) -> Snapshot:
    """Return `shown` as it would be after going to the statement `index`."""
    entry = shown.timeline[index]
    return replace(
        shown,
        index=index,
        statement=find(TOLD[index - 1]) if index and shown is WHOLE else None,
        outcome=entry.outcome,
        redo=find(TOLD[index]) if shown is WHOLE and index < len(TOLD) else None,
        epoch=int(shown.columns.epoch[index]),
    )


def long(index: int) -> Snapshot:
    """Return a snapshot with a million statements recorded, of five to an epoch."""
    rows = np.zeros(LENGTH + 1, [("b", np.float64), ("epoch", np.uint32), ("none", np.uint8)])
    rows["epoch"][1:] = np.arange(LENGTH) // 5 + 1
    rows["epoch"][0] = 1
    columns = replace(WHOLE.columns, b=rows["b"], epoch=rows["epoch"])
    return replace(
        WHOLE,
        index=index,
        recorded=LENGTH,
        epoch=int(rows["epoch"][index]),
        curves=replace(WHOLE.curves, columns=columns),
        timeline=(),
    )


class Asked(list[int]):
    """What a timeline asked for."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__()
        timeline.seekRequested.connect(self.append)


@pytest.fixture
def timeline(qtbot: QtBot) -> Timeline:
    widget = Timeline()
    qtbot.addWidget(widget)
    widget.resize(WIDTH, widget.sizeHint().height())
    return widget


def click(timeline: Timeline, x: float, y: float) -> None:
    drag(timeline, (x, y))


def hold(timeline: Timeline, *xs: float) -> None:
    """Press on the track at the first place, and move to the others without letting go."""
    mouse(timeline, PRESS, xs[0], TRACK)
    for x in xs[1:]:
        mouse(timeline, MOVE, x, TRACK)


def button(timeline: Timeline, name: str) -> QAbstractButton:
    found = timeline.findChild(QAbstractButton, name)
    assert isinstance(found, QAbstractButton)
    return found


def colour(timeline: Timeline, x: float, y: float) -> QColor:
    return timeline.grab().toImage().pixelColor(round(x), round(y))


def ink(timeline: Timeline, index: int, dxs: range, dys: range) -> int:
    """Return how much darker than white it is around the dot `index`, all pixels together."""
    image, x = timeline.grab().toImage(), FIRST_DOT + PITCH * index
    return sum(255 - image.pixelColor(x + dx, DOTS + dy).lightness() for dx in dxs for dy in dys)


def track_x(index: int, recorded: int) -> float:
    return LEFT + (RIGHT - LEFT) * index / recorded


# --- what it says


@pytest.mark.parametrize(
    ("shown", "sentence"),
    [
        (EMPTY, ""),
        (snapshot(), "statement 0 · epoch 1 · start"),
        (WHOLE, "statement 12 · epoch 3 · loss"),
        (at(7), "statement 7 of 12 · epoch 2 · loss · 5 later ones can be redone"),
        (at(11), "statement 11 of 12 · epoch 3 · forward · 1 later one can be redone"),
        (at(0), "statement 0 of 12 · epoch 1 · start · 12 later ones can be redone"),
        (snapshot(("zero", SKIPPED, START)), "statement 1 · epoch 1 · zero_() skipped"),
        (snapshot(("zero", RAISED, START)), "statement 1 · epoch 1 · zero_() raised"),
    ],
)
def test_that_a_sentence_says_where_it_stands(
    timeline: Timeline, shown: Snapshot, sentence: str
) -> None:
    timeline.show_snapshot(WHOLE)
    timeline.show_snapshot(shown)
    assert timeline.accessibleDescription() == sentence


def test_that_a_screen_reader_is_told_the_same(timeline: Timeline) -> None:
    timeline.show_snapshot(at(7))
    told = QAccessible.queryAccessibleInterface(timeline)
    assert told.text(QAccessible.Text.Name) == "Timeline"
    assert told.text(QAccessible.Text.Description).startswith("statement 7 of 12 · epoch 2")
    for name in BUTTONS:
        assert QAccessible.queryAccessibleInterface(button(timeline, name)).text(
            QAccessible.Text.Name
        )


def test_that_showing_never_asks(qtbot: QtBot, timeline: Timeline) -> None:
    asked = Asked(timeline)
    timeline.show()
    mouse(timeline, PRESS, LEFT, TRACK)  # of an empty timeline
    for theme in (LIGHT, DARK):
        timeline.show_theme(theme)
        for shown in (EMPTY, WHOLE, at(0), at(5), MIXED, at(2, MIXED), long(7), snapshot()):
            timeline.show_snapshot(shown)
            timeline.repaint()
    timeline.hide()
    assert asked == []


# --- the track


@pytest.mark.parametrize(
    ("x", "index"),
    [
        (LEFT, 0),
        (0, 0),
        ((LEFT + RIGHT) / 2, 6),
        (track_x(7, 12), 7),
        (track_x(7, 12) + 50, 7),  # 146 pixels a statement
        (track_x(7, 12) + 90, 8),
        (RIGHT, 12),
        (WIDTH - 1, 12),
    ],
)
def test_that_a_press_on_the_track_goes_to_the_nearest_statement(
    timeline: Timeline, x: float, index: int
) -> None:
    timeline.show_snapshot(at(3))
    asked = Asked(timeline)
    click(timeline, x, TRACK)
    assert asked == [index]


@pytest.mark.parametrize("y", [28, 51])
def test_that_the_track_can_be_pressed_24_pixels_high(timeline: Timeline, y: int) -> None:
    timeline.show_snapshot(at(3))
    asked = Asked(timeline)
    click(timeline, RIGHT, y)
    assert asked == [12]


def test_that_a_drag_asks_once_for_each_statement_on_its_way(timeline: Timeline) -> None:
    timeline.show_snapshot(at(0))
    asked = Asked(timeline)
    timeline.seekRequested.connect(lambda index: timeline.show_snapshot(at(index)))
    there = [LEFT + k / 2 for k in range(2 * (RIGHT - LEFT) + 1)]
    hold(timeline, *there, *reversed(there))
    assert asked == [*range(1, 13), *range(11, -1, -1)]


def test_that_a_drag_asks_once_even_if_going_there_takes_a_while(timeline: Timeline) -> None:
    timeline.show_snapshot(at(0))
    asked = Asked(timeline)
    hold(timeline, LEFT, RIGHT, RIGHT - 1, RIGHT - 2)
    timeline.show_snapshot(at(4))  # on the way
    mouse(timeline, MOVE, RIGHT, TRACK)
    assert asked == [12]
    mouse(timeline, MOVE, track_x(4, 12), TRACK)  # stay where it is now
    assert asked == [12, 4]


def test_that_a_drag_goes_on_outside_and_ends_with_the_button(timeline: Timeline) -> None:
    timeline.show_snapshot(at(3))
    asked = Asked(timeline)
    hold(timeline, track_x(3, 12))
    mouse(timeline, MOVE, WIDTH + 500, -300)
    mouse(timeline, MOVE, -500, 900)
    mouse(timeline, RELEASE, -500, 900, held=False)
    mouse(timeline, PRESS, FIRST_DOT + 2 * PITCH, DOTS)
    mouse(timeline, MOVE, FIRST_DOT + 8 * PITCH, DOTS)
    assert asked == [12, 0, 2]


def test_that_a_drag_whose_end_was_missed_is_over(timeline: Timeline) -> None:
    timeline.show_snapshot(at(3))
    asked = Asked(timeline)
    hold(timeline, track_x(5, 12))
    mouse(timeline, MOVE, track_x(6, 12), TRACK, held=False)
    mouse(timeline, MOVE, track_x(7, 12), TRACK)
    assert asked == [5]


def test_that_only_the_left_button_goes_anywhere(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.show_snapshot(at(3))
    asked = Asked(timeline)
    qtbot.mouseClick(timeline, Qt.MouseButton.RightButton, pos=QPointF(RIGHT, TRACK).toPoint())
    assert asked == []


def test_that_the_track_serves_a_million_statements(timeline: Timeline) -> None:
    timeline.show_snapshot(long(123_456))
    assert timeline.accessibleDescription().startswith("statement 123456 of 1000000 · epoch 24692")
    asked = Asked(timeline)
    hold(timeline, *range(WIDTH))
    assert asked == sorted(set(asked))
    assert (asked[0], asked[-1]) == (0, LENGTH)
    assert len(asked) == RIGHT - LEFT + 1  # each pixel another one
    hold(timeline, (LEFT + RIGHT) / 2)
    assert asked[-1] == LENGTH // 2


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: str(theme.name))
def test_that_the_track_is_filled_up_to_now_and_marks_what_raised(
    timeline: Timeline, theme: Theme
) -> None:
    timeline.show_theme(theme)
    timeline.show_snapshot(replace(at(4, MIXED), raised=(2, 5)))
    half = (RIGHT - LEFT) / 12  # of the way between two statements
    assert colour(timeline, track_x(3, 6) + half, TRACK) == QColor(theme.accent)
    assert colour(timeline, track_x(4, 6) + half, TRACK) == QColor(theme.control)
    assert colour(timeline, track_x(4, 6), TRACK) == QColor(theme.accent)
    for index, marked in ((1, False), (2, True), (3, False), (5, True)):
        tip = colour(timeline, track_x(index, 6) - 3, TRACK - 4)
        assert (tip != QColor(theme.panel)) is marked
    assert colour(timeline, track_x(5, 6), TRACK - 1) == QColor(theme.raised)


# --- the row of dots


@pytest.mark.parametrize("y", [DOTS, NAMES])
@pytest.mark.parametrize("index", [0, 2, 12])
def test_that_a_click_on_a_dot_or_its_name_goes_there(
    timeline: Timeline, index: int, y: int
) -> None:
    timeline.show_snapshot(at(7))
    asked = Asked(timeline)
    click(timeline, FIRST_DOT + PITCH * index + 20, y)
    assert asked == [index]


def test_that_a_click_on_the_current_dot_or_beside_all_asks_nothing(timeline: Timeline) -> None:
    timeline.show_snapshot(at(7))
    asked = Asked(timeline)
    click(timeline, FIRST_DOT + PITCH * 7, DOTS)
    click(timeline, FIRST_DOT + PITCH * 13, DOTS)
    click(timeline, FIRST_DOT + PITCH * 2, 14)  # the sentence
    assert asked == []


@pytest.mark.parametrize(
    ("now", "shown"),
    [(6, [4, 5, 6, 7, 8]), (0, [0, 1, 2, 3, 4]), (1, [0, 1, 2, 3, 4]), (12, [8, 9, 10, 11, 12])],
)
def test_that_the_row_is_centred_on_now_as_far_as_there_is_more(
    timeline: Timeline, now: int, shown: list[int]
) -> None:
    timeline.resize(2 * FIRST_DOT + 4 * PITCH, timeline.height())
    timeline.show_snapshot(at(now))
    asked = Asked(timeline)
    for place in range(5):
        click(timeline, FIRST_DOT + place * PITCH, DOTS)
    assert asked == [index for index in shown if index != now]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: str(theme.name))
def test_that_dots_are_filled_hollow_or_crosses_and_later_ones_hollow(
    timeline: Timeline, theme: Theme
) -> None:
    timeline.show_theme(LIGHT)
    timeline.show_snapshot(at(4, MIXED))
    timeline.grab()  # a picture that was painted before the theme was chosen does not stay
    timeline.show_theme(theme)

    def seen(index: int, dx: int = 0, dy: int = 0) -> QColor:
        return colour(timeline, FIRST_DOT + PITCH * index + dx, DOTS + dy)

    panel = QColor(theme.panel)
    assert seen(1) == QColor(theme.fit)  # forward
    assert seen(2) == QColor(theme.raised)
    assert seen(2, dy=4) == panel  # between the arms of a cross
    assert seen(3) == panel  # skipped
    assert seen(3, dy=-5).name() != panel.name()
    assert seen(4) == seen(4, dy=-7) == QColor(theme.accent)  # now, and larger
    assert seen(1, dy=-7) == panel
    assert seen(5).name() != panel.name()
    assert seen(5).saturation() < min(QColor(theme.raised).saturation(), 60)  # raised, but later
    assert seen(6) == panel
    timeline.show_snapshot(at(0, MIXED))
    assert seen(1) == panel  # has become a later one


def test_that_a_later_one_that_was_skipped_has_a_broken_outline(timeline: Timeline) -> None:
    timeline.show_snapshot(at(0, MIXED))
    skipped, ran = (ink(timeline, k, range(-6, 6), range(-6, 6)) for k in (3, 4))
    assert 0 < skipped < 0.8 * ran


def test_that_the_name_of_now_is_bold_and_later_ones_are_paler(timeline: Timeline) -> None:
    timeline.show_snapshot(at(6))  # three times forward: before, now and after
    before, now, after = (ink(timeline, k, range(-40, 40), range(8, 22)) for k in (1, 6, 11))
    assert now > 1.05 * before
    assert before > 1.2 * after > 0


def test_that_the_line_is_dashed_from_now_on(timeline: Timeline) -> None:
    timeline.show_snapshot(at(4))
    image = timeline.grab().toImage()

    def colours(index: int) -> set[str]:
        start = FIRST_DOT + PITCH * index
        return {image.pixelColor(x, DOTS).name() for x in range(start + 12, start + PITCH - 12)}

    assert len(colours(3)) == 1
    assert QColor(LIGHT.panel).name() in colours(4)


def test_that_a_row_of_ever_new_names_keeps_few_pictures(timeline: Timeline) -> None:
    entry = WHOLE.timeline[1]
    for start in range(0, 3 * MOST_CELLS, 12):
        names = tuple(
            replace(entry, index=k, label=f"lr = {start + k}") for k in range(1, len(TOLD) + 1)
        )
        timeline.show_snapshot(replace(WHOLE, timeline=names))
        timeline.grab()
    assert 0 < len(timeline._cells) <= MOST_CELLS


# --- the keys


@pytest.mark.parametrize(
    ("key", "now", "target"),
    [
        (Qt.Key.Key_Left, 7, 6),
        (Qt.Key.Key_Right, 7, 8),
        (Qt.Key.Key_Home, 7, 0),
        (Qt.Key.Key_End, 7, 12),
        (Qt.Key.Key_PageUp, 7, 6),
        (Qt.Key.Key_PageUp, 6, 1),
        (Qt.Key.Key_PageUp, 12, 11),
        (Qt.Key.Key_PageUp, 11, 6),
        (Qt.Key.Key_PageUp, 3, 1),
        (Qt.Key.Key_PageUp, 1, 0),
        (Qt.Key.Key_PageDown, 0, 6),
        (Qt.Key.Key_PageDown, 5, 6),
        (Qt.Key.Key_PageDown, 6, 11),
        (Qt.Key.Key_PageDown, 11, 12),  # nor one after
    ],
)
def test_that_each_key_goes_where_it_should(
    qtbot: QtBot, timeline: Timeline, key: Qt.Key, now: int, target: int
) -> None:
    timeline.show_snapshot(at(now))
    asked = Asked(timeline)
    qtbot.keyClick(timeline, key)
    assert asked == [target]


def test_that_keys_stop_at_the_ends(qtbot: QtBot, timeline: Timeline) -> None:
    asked = Asked(timeline)
    for now, keys in (
        (0, (Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_PageUp)),
        (12, (Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_PageDown)),
    ):
        timeline.show_snapshot(at(now))
        for key in keys:
            qtbot.keyClick(timeline, key)
    assert asked == []


def test_that_other_keys_and_those_with_ctrl_are_left_to_others(
    qtbot: QtBot, timeline: Timeline
) -> None:
    timeline.show_snapshot(at(7))
    asked = Asked(timeline)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Up, Qt.Key.Key_Return):
        qtbot.keyClick(timeline, key)
    qtbot.keyClick(timeline, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(timeline, Qt.Key.Key_Left, Qt.KeyboardModifier.KeypadModifier)
    assert asked == [6]


@pytest.mark.parametrize("now", [0, 1, 5, 6, 499_998, 999_996, LENGTH])
def test_that_epochs_are_found_among_a_million_statements(
    qtbot: QtBot, timeline: Timeline, now: int
) -> None:
    shown = long(now)
    timeline.show_snapshot(shown)
    asked = Asked(timeline)
    qtbot.keyClick(timeline, Qt.Key.Key_PageUp)
    qtbot.keyClick(timeline, Qt.Key.Key_PageDown)
    this, before = (
        int(np.searchsorted(shown.columns.epoch[1:], epoch)) + 1
        for epoch in (shown.epoch, shown.epoch - 1)
    )
    after = int(np.searchsorted(shown.columns.epoch[1:], shown.epoch + 1)) + 1
    earlier = before if shown.epoch > 1 else 0
    expected = [this if this < now else earlier, min(after, LENGTH)]
    assert asked == [index for index in expected if index != now]


def test_that_the_focus_has_a_ring(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.show_snapshot(at(7))
    assert colour(timeline, 400, 0) == QColor(LIGHT.line)
    assert colour(timeline, 400, 1) == QColor(LIGHT.panel)
    timeline.show()
    timeline.activateWindow()
    timeline.setFocus()
    qtbot.waitUntil(timeline.hasFocus)
    assert colour(timeline, 400, 0) == colour(timeline, 400, 1) == QColor(LIGHT.accent)
    timeline.hide()


def test_that_tab_and_a_click_bring_the_focus(timeline: Timeline) -> None:
    assert timeline.focusPolicy() is Qt.FocusPolicy.StrongFocus
    for name in BUTTONS:
        assert button(timeline, name).focusPolicy() & Qt.FocusPolicy.TabFocus


# --- the buttons


@pytest.mark.parametrize(
    ("shown", "enabled"),
    [
        (EMPTY, (False, False, False, False)),
        (snapshot(), (False, False, False, False)),
        (at(0), (False, False, True, True)),
        (at(7), (True, True, True, True)),
        (WHOLE, (True, True, False, False)),
    ],
    ids=["empty", "nothing recorded", "start", "middle", "end"],
)
def test_that_buttons_are_there_where_they_can_act(
    timeline: Timeline, shown: Snapshot, enabled: tuple[bool, ...]
) -> None:
    assert not any(button(timeline, name).isEnabled() for name in BUTTONS)
    timeline.show_snapshot(at(7))
    timeline.show_snapshot(shown)
    assert tuple(button(timeline, name).isEnabled() for name in BUTTONS) == enabled


@pytest.mark.parametrize(("name", "target"), list(zip(BUTTONS, (0, 6, 8, 12), strict=True)))
def test_that_each_button_goes_where_it_says(timeline: Timeline, name: str, target: int) -> None:
    timeline.show_snapshot(at(7))
    asked = Asked(timeline)
    button(timeline, name).click()
    assert asked == [target]


def test_that_buttons_are_large_enough_and_stay_off_the_track(timeline: Timeline) -> None:
    timeline.show()
    for name in BUTTONS:
        area = button(timeline, name).geometry()
        assert area.width() >= 24
        assert area.height() >= 24
        assert area.bottom() < 28
        assert area.right() < WIDTH
        assert button(timeline, name).toolTip()
    timeline.hide()


def test_that_the_redo_button_says_what_comes_again(timeline: Timeline) -> None:
    timeline.show_snapshot(at(7))
    assert button(timeline, "timeline_redo").toolTip() == "Redo: backward()"
    timeline.show_snapshot(WHOLE)
    assert button(timeline, "timeline_redo").toolTip() == "Redo"


@pytest.mark.parametrize(
    ("name", "now"), [("timeline_back", 0), ("timeline_start", 0), ("timeline_redo", 12)]
)
def test_that_a_button_that_can_do_no_more_hands_the_focus_to_the_timeline(
    qtbot: QtBot, timeline: Timeline, name: str, now: int
) -> None:
    timeline.show_snapshot(at(7))
    timeline.show()
    timeline.activateWindow()
    button(timeline, name).setFocus()
    qtbot.waitUntil(button(timeline, name).hasFocus)
    timeline.show_snapshot(at(now))
    assert timeline.hasFocus()
    timeline.hide()


# --- nothing recorded


@pytest.mark.parametrize("shown", [EMPTY, snapshot()], ids=["empty", "start"])
def test_that_nothing_is_asked_where_nothing_is_recorded(
    qtbot: QtBot, timeline: Timeline, shown: Snapshot
) -> None:
    timeline.show_snapshot(shown)
    asked = Asked(timeline)
    hold(timeline, LEFT, RIGHT, WIDTH / 2)
    click(timeline, FIRST_DOT, DOTS)
    keys = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)
    for key in (*keys, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
        qtbot.keyClick(timeline, key)
    assert asked == []


@pytest.mark.parametrize("width", [1, 60, 130, 300])
def test_that_it_can_be_narrow(timeline: Timeline, width: int) -> None:
    timeline.resize(width, timeline.height())
    timeline.show_snapshot(at(7))
    assert not timeline.grab().isNull()
    click(timeline, 0, TRACK)
    click(timeline, width - 1, NAMES)


def test_that_the_pointer_shows_what_can_be_pressed(timeline: Timeline) -> None:
    timeline.show_snapshot(at(7))
    seen = []
    for x, y in ((LEFT, TRACK), (FIRST_DOT, DOTS), (400, 14), (FIRST_DOT + 13 * PITCH, DOTS)):
        mouse(timeline, MOVE, x, y, held=False)
        seen.append(timeline.cursor().shape())
    hand, arrow = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor
    assert seen == [hand, hand, arrow, arrow]
    timeline.show_snapshot(snapshot())
    mouse(timeline, MOVE, LEFT, TRACK, held=False)
    assert timeline.cursor().shape() is arrow
