"""What is said to a screen reader: short, once, and no more urgent than it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gradlab.qt.announce import LONGEST, announce, shortened

POLITE = QAccessible.AnnouncementPoliteness.Polite
ASSERTIVE = QAccessible.AnnouncementPoliteness.Assertive
Said = list[tuple[object, str, QAccessible.AnnouncementPoliteness]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    """What has been sent, as long as the test goes on: offscreen, nothing receives it."""
    events: Said = []

    def note(event: QAccessibleAnnouncementEvent) -> None:
        assert event.type() is QAccessible.Event.Announcement
        events.append((event.object(), event.message(), event.politeness()))

    monkeypatch.setattr(QAccessible, "updateAccessibility", note)
    return events


@pytest.fixture
def widget(qtbot: QtBot) -> QLabel:
    label = QLabel()
    qtbot.addWidget(label)
    return label


def test_that_what_happened_waits_for_what_is_being_read(widget: QLabel, said: Said) -> None:
    announce(widget, "backward()  the gradient doubled.")
    assert said == [(widget, "backward()  the gradient doubled.", POLITE)]


def test_that_an_error_does_not_wait(widget: QLabel, said: Said) -> None:
    announce(widget, "RuntimeError: no graph", urgent=True)
    assert said == [(widget, "RuntimeError: no graph", ASSERTIVE)]


def test_that_no_more_is_said_than_can_be_heard_in_one_go(widget: QLabel, said: Said) -> None:
    announce(widget, "the gradient doubled " * 20)
    ((_, message, _),) = said
    assert len(message) <= 120
    assert message.endswith(" …")


@given(st.text(max_size=400))
def test_that_a_message_is_cut_to_120_characters(message: str) -> None:
    assert len(shortened(message)) <= LONGEST == 120


@given(st.text(max_size=120))
def test_that_a_message_of_up_to_120_characters_is_said_whole(message: str) -> None:
    assert shortened(message) == message


@given(st.lists(st.text("abc−.0", min_size=1, max_size=30), min_size=30, max_size=60))
def test_that_a_message_is_cut_between_two_words(words: list[str]) -> None:
    message = " ".join(words)
    cut = shortened(message)
    if len(message) <= LONGEST:
        return
    assert cut.endswith(" …")
    kept = cut.removesuffix(" …").split(" ")
    assert kept == words[: len(kept)]
    assert len(" ".join([*kept, words[len(kept)]])) > LONGEST - 2  # one more would not fit


@pytest.mark.parametrize("message", ["x" * 300, "a " + "x" * 300, "x" * 119 + " y"])
def test_that_one_long_word_is_not_lost(message: str) -> None:
    assert message.startswith(shortened(message).removesuffix(" …"))
    assert len(shortened(message)) > 100
