"""The bars of a closed vote."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from gradlab.core.vote import Tally
from gradlab.qt.theme import DARK, LIGHT, Theme
from gradlab.qt.vote_chart import HEIGHT, VoteChart, count_in_words
from tests.flow.hidden_number import contents

CHOICES = ("negative", "0 or None", "positive")
OPEN = Tally(CHOICES, True, 9)
CLOSED = Tally(CHOICES, False, 9, (6, 0, 3))
TWICE = Tally(CHOICES, False, 8, (2, 0, 6), (6, 1, 3))


@pytest.fixture
def chart(qtbot: QtBot) -> VoteChart:
    chart = VoteChart()
    qtbot.addWidget(chart)
    chart.show_theme(LIGHT)
    return chart


def painted(chart: VoteChart, tally: Tally, outcome: str = "") -> QImage:
    """Return what is painted of `tally`, on the panel's colour."""
    chart.show_tally(tally, outcome)
    chart.resize(chart.sizeHint())
    image = QImage(chart.size(), QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.panel))
    chart.render(image)
    return image


def heights(image: QImage, columns: int, per_column: int) -> list[list[int]]:
    """Return how high each bar is, in pixels, measured at its left edge, for each choice."""
    found = []
    width = image.width() // columns
    for column in range(columns):
        tall = [
            sum(_is_accent(image.pixelColor(x, y)) for y in range(image.height()))
            for x in range(column * width, (column + 1) * width)
        ]
        half = len(tall) // 2
        parts = [tall] if per_column == 1 else [tall[:half], tall[half:]]
        found.append([max(part) for part in parts])
    return found


def _is_accent(colour: QColor) -> bool:
    """Return whether `colour` is the accent's, or, at a smoothed edge, nearly so."""
    accent = QColor(LIGHT.accent)
    pairs = ((colour.red(), accent.red()), (colour.green(), accent.green()))
    return all(abs(a - b) < 120 for a, b in pairs) and colour.blue() - colour.red() > 60


def test_that_nothing_is_told_of_an_open_vote_or_of_none(chart: VoteChart) -> None:
    for tally in (CLOSED, OPEN, CLOSED, None):
        chart.show_tally(tally)
        assert chart.isHidden() is (tally is not CLOSED)
    assert chart.accessibleDescription() == ""
    assert not any("negative" in str(thing) for _, thing in contents(chart))


def test_that_a_screen_reader_is_told_all_counts(chart: VoteChart) -> None:
    chart.show_tally(CLOSED)
    assert chart.accessibleName() == "The class's vote"
    assert (
        chart.accessibleDescription() == "9 votes: A, negative: 6; B, 0 or None: 0; C, positive: 3."
    )
    chart.show_tally(TWICE)
    assert chart.accessibleDescription() == (
        "8 votes: A, negative: 2; B, 0 or None: 0; C, positive: 6."
        " In the first round: A, negative: 6; B, 0 or None: 1; C, positive: 3."
    )


def test_that_a_bar_is_as_high_as_its_share_of_the_highest(chart: VoteChart) -> None:
    (six,), (none,), (three,) = heights(painted(chart, CLOSED), 3, 1)
    assert three == pytest.approx(six / 2, abs=2)
    assert none <= 4
    assert six > 40


def test_that_the_bars_grow_with_the_zoom(chart: VoteChart) -> None:
    once = heights(painted(chart, CLOSED), 3, 1)[0][0]
    chart.show_theme(LIGHT.at(2.0))
    twice = heights(painted(chart, CLOSED), 3, 1)[0][0]
    assert twice == pytest.approx(2 * once, abs=4)


def test_that_the_first_round_stands_hollow_beside_the_second(chart: VoteChart) -> None:
    image = painted(chart, TWICE)
    first, second = zip(*heights(image, 3, 2), strict=True)
    assert first[0] > first[2] > first[1]
    assert second[2] > second[0] > second[1]
    assert first[0] == pytest.approx(second[2], abs=3)  # both are 6
    # the middle of A's first bar is the panel's, that of C's second one the accent's
    width, low = image.width() // 3, image.height() - 30
    hollow = QColor(image.pixel(width // 2 - 13, low)).name()
    filled = QColor(image.pixel(2 * width + width // 2 + 13, low)).name()
    assert (hollow, filled) == (LIGHT.panel.lower(), LIGHT.accent.lower())


def test_that_what_came_true_is_marked(chart: VoteChart) -> None:
    plain, marked = painted(chart, CLOSED), painted(chart, CLOSED, "positive")
    width = plain.width() // 3
    changed = [
        plain.copy(QRect(i * width, 0, width, plain.height()))
        != marked.copy(QRect(i * width, 0, width, plain.height()))
        for i in range(3)
    ]
    assert changed == [False, False, True]


@pytest.mark.parametrize("theme", [LIGHT, DARK, LIGHT.at(2.0), DARK.at(0.5)])
def test_that_it_is_as_large_as_the_zoom_says_and_may_get_narrower(
    chart: VoteChart, theme: Theme
) -> None:
    chart.show_theme(theme)
    chart.show_tally(TWICE, "positive")
    assert chart.sizeHint().height() == theme.px(HEIGHT)
    assert 0 < chart.minimumSizeHint().width() < chart.sizeHint().width()
    for size in (chart.sizeHint(), chart.minimumSizeHint()):
        chart.resize(size)
        assert not chart.grab().isNull()


@pytest.mark.parametrize("choices", [2, 4])
def test_that_a_vote_in_which_nobody_voted_is_drawn_too(chart: VoteChart, choices: int) -> None:
    names = ("it runs", "it raises an error", "neither", "both")[:choices]
    painted(chart, Tally(names, False, 0, (0,) * choices))
    assert chart.accessibleDescription().startswith("0 votes: A, it runs: 0;")


def test_that_votes_are_counted_in_words() -> None:
    assert [count_in_words(n) for n in (0, 1, 2)] == ["0 votes", "1 vote", "2 votes"]
