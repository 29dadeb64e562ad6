"""The words of a lesson, and what stands there while they are hidden."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from gradlab.core.lesson import Lesson, Stop
from gradlab.core.prediction import Question
from gradlab.core.program import Program
from gradlab.core.snapshot import Snapshot
from gradlab.core.statements import find
from gradlab.qt.panels.lesson_bar import GONE_ON, HIDDEN, PREDICT_FIRST, LessonBar
from gradlab.qt.theme import LIGHT
from tests.qt.snapshots import snapshot

STOPS = (Stop(("forward",), "Five."), Stop(("loss",), "Six."))
LESSON = Lesson("sums", "Sums", "3.3.4", "See that they add up.", Program(), STOPS)
SILENT = replace(LESSON, stops=(replace(STOPS[0], words=""), replace(STOPS[1], words="")))
ASKED = Question(find("loss"), "What will the loss be?", ("5", "6"), at_stop=True)


@pytest.fixture
def bar(qtbot: QtBot) -> LessonBar:
    bar = LessonBar()
    qtbot.addWidget(bar)
    bar.show_theme(LIGHT)
    return bar


def said(bar: LessonBar) -> tuple[str, bool, bool]:
    """Return the words, whether they hold, and whether one is said to have gone on."""
    words, title = bar.findChild(QLabel, "lesson_words"), bar.findChild(QLabel, "lesson_title")
    assert words is not None
    assert title is not None
    return words.text(), words.isEnabled(), GONE_ON in title.text()


def at(stop: int, lesson: Lesson = LESSON, at_stop: bool = True, veiled: bool = False) -> Snapshot:
    return replace(snapshot(), lesson=lesson, stop=stop, at_stop=at_stop, veiled=veiled)


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (at(0), ("See that they add up. Five.", True, False)),
        (at(1), ("Six.", True, False)),
        (at(1, at_stop=False), ("Six.", False, True)),
        (at(1, veiled=True), ("Six.", True, False)),
        # the goal of a lesson gives answers away
        (at(0, veiled=True), ("Five.", True, False)),
        (at(0, SILENT, at_stop=False, veiled=True), (HIDDEN, False, True)),
        (
            replace(at(1, SILENT, at_stop=False, veiled=True), question=ASKED),
            (PREDICT_FIRST, True, False),
        ),
        (
            replace(
                at(1, SILENT, at_stop=False, veiled=True), question=replace(ASKED, at_stop=False)
            ),
            (HIDDEN, False, True),
        ),
    ],
    ids=["first", "second", "past", "told", "first told", "hidden", "asked", "asked beside it"],
)
def test_that_the_words_of_a_stop_hold_where_they_can_be_known(
    bar: LessonBar, shown: Snapshot, words: tuple[str, bool, bool]
) -> None:
    bar.show_snapshot(shown)
    assert said(bar) == words


def test_that_a_long_title_makes_nothing_wider(bar: LessonBar) -> None:
    bar.show_snapshot(at(1, replace(LESSON, title="Sums of sums " * 12), at_stop=False))
    QApplication.processEvents()
    assert bar.minimumSizeHint().width() < 700
