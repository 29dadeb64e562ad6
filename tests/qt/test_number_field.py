"""The number field, which must mean the same in every country."""

import pytest
from PySide6.QtCore import QLocale, Qt
from pytestqt.qtbot import QtBot

from gradlab.qt.number_field import NumberField


@pytest.fixture
def field(qtbot: QtBot) -> NumberField:
    field = NumberField("learning rate")
    qtbot.addWidget(field)
    field.set_value(0.1)
    return field


def enter(field: NumberField, text: str) -> None:
    field.setText(text)
    field.editingFinished.emit()


@pytest.mark.parametrize("country", ["de_DE", "en_US", "fr_FR", "C"])
@pytest.mark.parametrize(
    ("text", "value"),
    [("0.25", 0.25), ("0,25", 0.25), ("1e-3", 0.001), (" 0.8055 ", 0.8055), ("−2", -2.0)],
)
def test_that_a_number_means_the_same_in_every_country(
    qtbot: QtBot, field: NumberField, country: str, text: str, value: float
) -> None:
    usual = QLocale()
    QLocale.setDefault(QLocale(country))
    try:
        with qtbot.waitSignal(field.valueCommitted) as signal:
            enter(field, text)
    finally:
        QLocale.setDefault(usual)
    assert signal.args == [value]
    assert field.value == value


@pytest.mark.parametrize("text", ["", "abc", "1,000.5", "1,2,3", "nan", "inf", "1e13", "0.1.2"])
def test_that_what_is_not_a_number_is_refused_in_one_line_and_kept_for_mending(
    qtbot: QtBot, field: NumberField, text: str
) -> None:
    with (
        qtbot.assertNotEmitted(field.valueCommitted),
        qtbot.waitSignal(field.refused) as signal,
    ):
        enter(field, text)
    (message,) = signal.args or [""]
    assert message == "learning rate: type a number such as 0.1; it stays 0.1."
    assert field.text() == text
    assert field.value == 0.1


def test_that_the_same_number_again_asks_for_nothing(qtbot: QtBot, field: NumberField) -> None:
    with qtbot.assertNotEmitted(field.valueCommitted):
        enter(field, "0.10")


def test_that_escape_brings_the_number_in_force_back(qtbot: QtBot, field: NumberField) -> None:
    field.setText("rubbish")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "0.1"


def test_that_the_complaint_goes_as_soon_as_the_text_is_mended(
    qtbot: QtBot, field: NumberField
) -> None:
    enter(field, "rubbish")
    with qtbot.waitSignal(field.refused) as signal:
        qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert signal.args == [""]


def test_that_typing_reaches_the_field(qtbot: QtBot, field: NumberField) -> None:
    field.clear()
    qtbot.keyClicks(field, "0.5")
    assert field.text() == "0.5"


def test_that_showing_a_snapshot_leaves_what_is_being_typed(field: NumberField) -> None:
    field.setText("0.")
    field.set_value(0.1)
    assert field.text() == "0."


def test_that_showing_a_value_asks_for_nothing(qtbot: QtBot, field: NumberField) -> None:
    with qtbot.assertNotEmitted(field.valueCommitted):
        field.set_value(0.123456789)
    assert field.text() == "0.123456789"


def test_that_a_whole_number_field_takes_whole_numbers_only(qtbot: QtBot) -> None:
    epochs = NumberField("epochs", whole=True, low=1, high=1e9)
    qtbot.addWidget(epochs)
    epochs.set_value(1000)
    assert epochs.text() == "1000"
    with qtbot.waitSignal(epochs.refused) as signal:
        enter(epochs, "2.5")
    assert signal.args == ["epochs: type a whole number such as 100; it stays 1000."]
    enter(epochs, "20")
    assert epochs.value == 20
