"""The loop panel: it shows how each step stands, and asks when it is pressed."""

import pytest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QPushButton
from pytestqt.qtbot import QtBot

from gradlab.core.outcome import OK, SKIPPED, Kind, Numbers, Outcome
from gradlab.core.program import Program
from gradlab.core.snapshot import EMPTY
from gradlab.core.statements import LOOP, Step
from gradlab.qt.panels.loop_panel import LoopPanel
from gradlab.qt.step_card import CardState, first_sentence
from gradlab.qt.theme import DARK
from tests.qt.snapshots import START, snapshot, twice_backward

REFUSED = Outcome(Kind.RAISED, "RuntimeError: Trying again. More words.")


@pytest.fixture
def panel(qtbot: QtBot) -> LoopPanel:
    panel = LoopPanel()
    qtbot.addWidget(panel)
    panel.show_snapshot(snapshot())
    return panel


def states(panel: LoopPanel) -> list[CardState]:
    return [card._state for card in panel.cards.values()]


def button(panel: LoopPanel, name: str) -> QPushButton:
    found = panel.findChild(QPushButton, name)
    assert found is not None
    return found


def test_that_nothing_can_be_pressed_before_pytorch_is_there(panel: LoopPanel) -> None:
    panel.show_snapshot(EMPTY)
    names = ("step_button", "run_button", "restart_button", "new_seed_button", "back_button")
    assert not any(button(panel, name).isEnabled() for name in names)
    assert not any(card.isEnabled() for card in panel.cards.values())


def test_that_the_first_card_is_next_at_the_start(panel: LoopPanel) -> None:
    assert states(panel) == [CardState.NEXT, *[CardState.READY] * 4]
    assert button(panel, "step_button").text() == "Step: Forward"
    assert not button(panel, "back_button").isEnabled()


def test_that_cards_say_what_ran_and_what_comes_next(panel: LoopPanel) -> None:
    panel.show_snapshot(twice_backward())
    assert states(panel) == [
        CardState.RAN,
        CardState.RAN,
        CardState.JUST_RAN,
        CardState.NEXT,
        CardState.READY,
    ]
    assert button(panel, "back_button").isEnabled()


def test_that_a_raised_card_shows_the_first_sentence_of_pytorchs_words(panel: LoopPanel) -> None:
    panel.show_snapshot(snapshot(("backward", REFUSED, START)))
    card = panel.cards[Step.BACKWARD]
    assert card._state is CardState.RAISED
    assert card._message.text() == "RuntimeError: Trying again. …"
    assert card.accessibleDescription() == REFUSED.error


def test_that_a_warning_is_shown_in_the_card_that_ran(panel: LoopPanel) -> None:
    warned = Outcome(Kind.OK, None, "UserWarning: not a leaf")
    panel.show_snapshot(snapshot(("forward", warned, START)))
    assert panel.cards[Step.FORWARD]._message.text() == "UserWarning: not a leaf"


def test_that_a_skipped_step_is_struck_through_and_announced(panel: LoopPanel) -> None:
    program = Program(skips=frozenset({Step.ZERO}))
    ran = [(step.value, OK, START) for step in LOOP[:4]]
    panel.show_snapshot(snapshot(*ran, program=program))
    card = panel.cards[Step.ZERO]
    assert "line-through" in card._code.styleSheet()
    assert card.skip is not None
    assert card.skip.isChecked()
    assert button(panel, "step_button").text() == "Step: Zero (skipped)"
    assert states(panel)[4] is CardState.TO_SKIP
    panel.show_snapshot(snapshot(("zero", SKIPPED, START), program=program))
    assert states(panel)[4] is CardState.SKIPPED
    panel.show_snapshot(snapshot(("zero", SKIPPED, START)))
    assert states(panel)[4] is CardState.SKIPPED  # also once its switch is off again
    assert "line-through" not in card._code.styleSheet()


def test_that_the_code_shown_is_the_catalogues(panel: LoopPanel) -> None:
    shown = [card.statement.code for card in panel.cards.values() if card.statement]
    assert shown == [statement.code for statement in EMPTY.loop]


@pytest.mark.parametrize("step", LOOP)
def test_that_pressing_a_card_asks_for_its_statement(
    qtbot: QtBot, panel: LoopPanel, step: Step
) -> None:
    card = panel.findChild(QAbstractButton, f"{step.value}_button")
    assert card is panel.cards[step]
    with qtbot.waitSignal(panel.statementRequested) as signal:
        panel.cards[step].click()
    assert signal.args == [step.value]


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("step_button", "stepRequested"),
        ("restart_button", "restartRequested"),
        ("new_seed_button", "newSeedRequested"),
    ],
)
def test_that_each_button_asks_for_its_own(
    qtbot: QtBot, panel: LoopPanel, name: str, signal: str
) -> None:
    with qtbot.waitSignal(getattr(panel, signal)):
        button(panel, name).click()


def test_that_run_asks_for_the_epochs_and_the_speed_and_then_for_stop(
    qtbot: QtBot, panel: LoopPanel
) -> None:
    with qtbot.waitSignal(panel.runRequested) as signal:
        button(panel, "run_button").click()
    assert signal.args == [1000, 2]
    panel.show_running(True)
    assert button(panel, "run_button").text() == "■ Stop"
    with qtbot.waitSignal(panel.stopRequested):
        button(panel, "run_button").click()


def test_that_a_skip_switch_asks_and_showing_a_snapshot_does_not(
    qtbot: QtBot, panel: LoopPanel
) -> None:
    switch = panel.findChild(QCheckBox, "skip_zero")
    assert switch is not None
    with qtbot.waitSignal(panel.skipRequested) as signal:
        switch.click()
    assert signal.args == ["zero", True]
    with qtbot.assertNotEmitted(panel.skipRequested):
        panel.show_snapshot(snapshot())
    assert not switch.isChecked()


def test_that_a_wrong_learning_rate_is_explained_below_the_field(panel: LoopPanel) -> None:
    panel._lr.setText("fast")
    panel._lr.editingFinished.emit()
    assert "learning rate: type a number" in panel._message.text()
    assert not panel._message.isHidden()
    panel._lr.setText("0.1")
    panel._lr.editingFinished.emit()
    assert panel._message.isHidden()


def test_that_every_control_is_at_least_24_pixels_high(panel: LoopPanel) -> None:
    panel.show_theme(DARK)
    for control in (*panel.findChildren(QAbstractButton), panel._lr, panel._epochs, panel._speed):
        if not control.objectName().startswith("qt_"):
            height = max(control.sizeHint().height(), control.minimumHeight())
            assert height >= 24, control.objectName()


def test_that_a_typed_learning_rate_is_taken_before_the_step(
    qtbot: QtBot, panel: LoopPanel
) -> None:
    panel._lr.setText("0.5")
    with qtbot.waitSignals([panel.learningRateRequested, panel.stepRequested], order="strict"):
        panel.request_step()


def test_that_a_variant_can_be_chosen_on_its_card(qtbot: QtBot, panel: LoopPanel) -> None:
    picker = panel.cards[Step.UPDATE].picker
    assert picker is not None
    actions = {action.data(): action for action in picker.menu().actions()}
    with qtbot.waitSignal(panel.variantRequested) as signal:
        actions["update-inplace"].trigger()
    assert signal.args == ["update-inplace"]


def test_that_a_card_shows_no_ending_of_another_statement(panel: LoopPanel) -> None:
    refused = snapshot(("update-inplace", REFUSED, START))
    panel.show_snapshot(refused)  # the card holds the plain update
    assert states(panel)[3] is not CardState.RAISED
    assert panel.cards[Step.UPDATE]._message.text() == ""


def test_that_every_card_offers_its_variants(panel: LoopPanel) -> None:
    offered = {
        step: [action.data() for action in card.picker.menu().actions()]
        for step, card in panel.cards.items()
        if card.picker is not None
    }
    assert offered[Step.UPDATE] == ["update", "update-inplace", "update-reassign", "update-data"]
    assert set(offered) == set(LOOP)


def test_that_a_long_error_makes_its_card_taller_not_clipped(
    qtbot: QtBot, panel: LoopPanel
) -> None:
    card = panel.cards[Step.LOSS]
    panel.resize(340, 800)
    panel.show()
    before = card.height()
    error = Outcome(Kind.RAISED, "RuntimeError: " + "many words " * 30)
    panel.show_snapshot(snapshot(("loss", error, Numbers(b=1.0, w=1.0))))
    qtbot.waitUntil(lambda: card.height() > before + 60)
    assert card._message.height() >= card._message.heightForWidth(card._message.width())
    panel.hide()


@pytest.mark.parametrize(
    ("message", "first"),
    [("", ""), ("One.", "One."), ("One. Two.", "One. …"), ("No stop", "No stop")],
)
def test_that_a_first_sentence_ends_at_its_full_stop(message: str, first: str) -> None:
    assert first_sentence(message) == first
