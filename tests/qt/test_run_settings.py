"""The settings of a run: what it is to be, and what is said of them."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from gradlab.core.snapshot import EMPTY, Snapshot
from gradlab.qt.run_settings import RunSettings
from gradlab.qt.runner import SPEEDS, UNTIL_EPOCHS, UNTIL_LOSS, UNTIL_SETTLED
from tests.qt.snapshots import snapshot

EPOCHS, LOSS, SETTLED = range(3)  # the places in the list of what ends a run
LIMIT = 0.8055
TOO_FAST = "lr 0.9 is above 0.8055, the largest stable one: the loss will grow."


@pytest.fixture
def settings(qtbot: QtBot) -> RunSettings:
    settings = RunSettings()
    qtbot.addWidget(settings)
    settings.resize(330, 120)
    settings.show_snapshot(shown())
    return settings


def shown(lr: float = 0.1, limit: float = LIMIT) -> Snapshot:
    return replace(snapshot(), lr=lr, rate_limit=limit)


def field(settings: RunSettings, name: str) -> QLineEdit:
    found = settings.findChild(QLineEdit, f"{name}_field")
    assert isinstance(found, QLineEdit)
    return found


def box(settings: RunSettings, name: str) -> QComboBox:
    found = settings.findChild(QComboBox, name)
    assert isinstance(found, QComboBox)
    return found


def label(settings: RunSettings, name: str) -> QLabel:
    found = settings.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found


def message(settings: RunSettings) -> str:
    """Return what the message line says, or "" while it is hidden."""
    line = label(settings, "run_message")
    assert line.isHidden() is not bool(line.text())
    return line.text()


def enter(settings: RunSettings, name: str, text: str) -> None:
    field(settings, name).setText(text)
    field(settings, name).editingFinished.emit()


def asked(settings: RunSettings) -> list[float]:
    rates: list[float] = []
    settings.learningRateRequested.connect(rates.append)
    return rates


# --- what a run is to be


@pytest.mark.parametrize(
    ("chosen", "seen"), [(EPOCHS, ["epochs"]), (LOSS, ["target"]), (SETTLED, [])]
)
def test_that_only_the_field_of_what_ends_a_run_is_there(
    settings: RunSettings, chosen: int, seen: list[str]
) -> None:
    others = (LOSS, EPOCHS, SETTLED) if chosen != EPOCHS else ()  # which it begins with
    for other in (*others, chosen):
        box(settings, "until").setCurrentIndex(other)
    hidden = [name for name in ("epochs", "target") if field(settings, name).isHidden()]
    assert sorted([*seen, *hidden]) == ["epochs", "target"]
    assert not field(settings, "lr").isHidden()


def test_that_a_run_is_wanted_as_the_fields_say(settings: RunSettings) -> None:
    assert settings.wanted() == (UNTIL_EPOCHS, 1000.0, 2)
    box(settings, "until").setCurrentIndex(LOSS)
    assert settings.wanted() == (UNTIL_LOSS, 0.01, 2)
    box(settings, "speed").setCurrentIndex(4)
    box(settings, "until").setCurrentIndex(SETTLED)
    assert settings.wanted()[::2] == (UNTIL_SETTLED, 4)


def test_that_each_speed_can_be_chosen(settings: RunSettings) -> None:
    speeds = box(settings, "speed")
    labels = [speeds.itemText(i) for i in range(speeds.count())]
    assert labels == [speed.label for speed in SPEEDS]


@pytest.mark.parametrize(
    ("chosen", "name", "text", "value"),
    [(EPOCHS, "epochs", "60", 60.0), (LOSS, "target", "0,25", 0.25), (LOSS, "target", "0", 0.0)],
)
def test_that_what_is_still_being_typed_counts(
    settings: RunSettings, chosen: int, name: str, text: str, value: float
) -> None:
    box(settings, "until").setCurrentIndex(chosen)
    field(settings, name).setText(text)  # without Enter
    assert settings.wanted()[1] == value


@pytest.mark.parametrize(
    ("chosen", "name", "text", "in_force", "words"),
    [
        (
            EPOCHS,
            "epochs",
            "1.5",
            1000.0,
            "epochs: type a whole number such as 100; it stays 1000.",
        ),
        (EPOCHS, "epochs", "0", 1000.0, "epochs: type a whole number such as 100; it stays 1000."),
        (LOSS, "target", "-1", 0.01, "target loss: type a number such as 0.1; it stays 0.01."),
        (LOSS, "target", "", 0.01, "target loss: type a number such as 0.1; it stays 0.01."),
    ],
)
def test_that_a_run_is_wanted_with_what_was_in_force_where_the_text_is_wrong(
    settings: RunSettings, chosen: int, name: str, text: str, in_force: float, words: str
) -> None:
    box(settings, "until").setCurrentIndex(chosen)
    field(settings, name).setText(text)
    assert settings.wanted()[1] == in_force
    assert message(settings) == words


def test_that_a_typed_learning_rate_is_asked_for_once(settings: RunSettings) -> None:
    rates = asked(settings)
    field(settings, "lr").setText("0.5")
    assert rates == []
    settings.commit()
    settings.commit()
    assert rates == [0.5]


# --- what is said of them


def test_that_a_refusal_stays_until_the_field_is_right(settings: RunSettings) -> None:
    settings.show_snapshot(shown(lr=0.9))
    enter(settings, "lr", "fast")
    words = "learning rate: type a number such as 0.1; it stays 0.9."
    assert message(settings) == words
    settings.show_snapshot(shown(lr=0.9))
    enter(settings, "epochs", "20")  # another one that is right
    assert message(settings) == words
    enter(settings, "lr", "0.2")
    assert message(settings) == TOO_FAST  # of the snapshot that was shown last
    settings.show_snapshot(shown(lr=0.2))
    assert message(settings) == ""


def test_that_a_refusal_goes_where_another_rate_comes_into_force(settings: RunSettings) -> None:
    enter(settings, "lr", "fast")
    settings.show_snapshot(shown(lr=0.9))
    assert field(settings, "lr").text() == "0.9"
    assert message(settings) == TOO_FAST


def test_that_of_several_refusals_the_latest_that_still_holds_is_said(
    settings: RunSettings,
) -> None:
    enter(settings, "lr", "fast")
    enter(settings, "epochs", "many")
    assert message(settings).startswith("epochs: type a whole number")
    settings.show_snapshot(shown())
    assert message(settings).startswith("epochs: type a whole number")
    enter(settings, "epochs", "3")
    assert message(settings).startswith("learning rate: type a number")
    enter(settings, "lr", "0.1")
    assert message(settings) == ""


def test_that_nothing_is_said_of_a_field_that_cannot_be_seen(settings: RunSettings) -> None:
    box(settings, "until").setCurrentIndex(LOSS)
    enter(settings, "target", "low")
    words = "target loss: type a number such as 0.1; it stays 0.01."
    assert message(settings) == words
    box(settings, "until").setCurrentIndex(SETTLED)
    assert message(settings) == ""
    box(settings, "until").setCurrentIndex(LOSS)
    assert message(settings) == words


@pytest.mark.parametrize(
    ("lr", "words"), [(0.1, ""), (0.8, ""), (LIMIT, ""), (0.9, TOO_FAST), (-0.9, "")]
)
def test_that_a_learning_rate_beyond_the_stable_ones_is_warned_of(
    settings: RunSettings, lr: float, words: str
) -> None:
    settings.show_snapshot(shown(lr=0.9))
    settings.show_snapshot(shown(lr=lr))
    assert message(settings) == words


def test_that_nothing_is_warned_of_where_no_rate_diverges(settings: RunSettings) -> None:
    settings.show_snapshot(shown(lr=1e12, limit=float("inf")))
    assert message(settings) == ""


@pytest.mark.parametrize("words", ["12 of 40, 3 s left", "settled, epoch 32", ""])
def test_that_it_says_how_far_a_run_has_come(settings: RunSettings, words: str) -> None:
    settings.show_progress("1 of 40")
    settings.show_progress(words)
    progress = label(settings, "progress")
    assert progress.text() == progress.toolTip() == words  # the line may be too short for it


def test_that_long_progress_does_not_make_it_wider(settings: RunSettings) -> None:
    settings.show()
    before = settings.minimumSizeHint().width()
    settings.show_progress("999999 of 1000000, 100 min left and more words" * 3)
    QApplication.processEvents()
    assert settings.minimumSizeHint().width() == before
    settings.hide()


# --- the fields


def test_that_nothing_can_be_set_before_pytorch_is_there(settings: RunSettings) -> None:
    for state, enabled in ((EMPTY, False), (snapshot(), True)):
        settings.show_snapshot(state)
        assert {stop.isEnabled() for stop in settings.stops} == {enabled}


def test_that_tab_goes_as_the_eye_does(settings: RunSettings) -> None:
    names = [stop.objectName() for stop in settings.stops]
    assert names == ["lr_field", "speed", "until", "epochs_field", "target_field"]
    for stop in settings.stops:
        assert stop.accessibleName()
    settings.show()
    places = [stop.geometry() for stop in settings.stops if stop.isVisible()]
    assert places == sorted(places, key=lambda place: (place.center().y() // 20, place.x()))
    settings.hide()


def test_that_showing_never_asks(settings: RunSettings) -> None:
    rates = asked(settings)
    for state in (EMPTY, shown(lr=0.9), shown(lr=0.3), snapshot()):
        settings.show_snapshot(state)
        settings.show_progress("words")
    assert rates == []


def test_that_what_is_being_typed_is_left_alone(qtbot: QtBot, settings: RunSettings) -> None:
    qtbot.keyClicks(field(settings, "lr"), "5")
    text = field(settings, "lr").text()
    assert text != "0.1"
    settings.show_snapshot(shown())
    assert field(settings, "lr").text() == text
