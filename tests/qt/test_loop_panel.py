"""The loop panel: it shows how each step stands, and asks when it is pressed."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from gradlab.core.outcome import OK, SKIPPED, Kind, Numbers, Outcome
from gradlab.core.program import Program
from gradlab.core.snapshot import EMPTY
from gradlab.core.statements import LOOP, Step
from gradlab.qt.panels.loop_panel import LoopPanel
from gradlab.qt.runner import UNTIL_EPOCHS, UNTIL_LOSS, UNTIL_SETTLED
from gradlab.qt.step_card import CardState, first_sentence
from gradlab.qt.theme import DARK
from tests.qt.snapshots import START, pin, snapshot, twice_backward

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
    assert not any(button(panel, name).isEnabled() for name in (*names, "pin_button"))
    fields = panel.findChildren(QLineEdit) + panel.findChildren(QComboBox)
    assert len(fields) == 5
    assert not any(each.isEnabled() for each in fields)
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
        ("back_button", "backRequested"),
        ("pin_button", "pinRequested"),
    ],
)
def test_that_each_button_asks_for_its_own(
    qtbot: QtBot, panel: LoopPanel, name: str, signal: str
) -> None:
    panel.show_snapshot(twice_backward())
    with qtbot.waitSignal(getattr(panel, signal)):
        button(panel, name).click()


def test_that_run_asks_for_the_epochs_and_the_speed_and_then_for_stop(
    qtbot: QtBot, panel: LoopPanel
) -> None:
    with qtbot.waitSignal(panel.runRequested) as signal:
        button(panel, "run_button").click()
    assert signal.args == [UNTIL_EPOCHS, 1000.0, 2]
    panel.show_running(True)
    assert button(panel, "run_button").text() == "■ Stop"
    with qtbot.assertNotEmitted(panel.runRequested), qtbot.waitSignal(panel.stopRequested):
        button(panel, "run_button").click()
    panel.show_running(False)
    assert button(panel, "run_button").text() == "▶ Run"


def test_that_run_asks_for_a_loss_or_for_what_has_settled(qtbot: QtBot, panel: LoopPanel) -> None:
    until = panel.findChild(QComboBox, "until")
    assert until is not None
    for chosen, wanted in ((1, [UNTIL_LOSS, 0.01]), (2, [UNTIL_SETTLED, 0.01])):
        until.setCurrentIndex(chosen)
        with qtbot.waitSignal(panel.runRequested) as signal:
            button(panel, "run_button").click()
        assert signal.args == [*wanted, 2]


def test_that_there_is_nothing_to_pin_until_something_is_recorded(panel: LoopPanel) -> None:
    assert not button(panel, "pin_button").isEnabled()
    panel.show_snapshot(replace(twice_backward(), index=0))  # all of it can be redone
    assert button(panel, "pin_button").isEnabled()
    assert not button(panel, "back_button").isEnabled()


def test_that_a_fourth_run_cannot_be_pinned(panel: LoopPanel) -> None:
    shown = twice_backward()
    for letters, can in (("ABC", False), ("AB", True)):
        panel.show_snapshot(replace(shown, pins=tuple(pin(each, shown) for each in letters)))
        assert button(panel, "pin_button").isEnabled() is can


def test_that_back_is_there_at_the_start_where_a_run_came_before(panel: LoopPanel) -> None:
    for earlier in (True, False):
        panel.show_snapshot(replace(snapshot(), earlier=earlier))
        assert button(panel, "back_button").isEnabled() is earlier


def test_that_progress_is_told_below_the_buttons(panel: LoopPanel) -> None:
    panel.show_progress("12 of 40, 3 s left")
    progress = panel.findChild(QLabel, "progress")
    assert progress is not None
    assert progress.text() == "12 of 40, 3 s left"


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
    lr, message = panel.findChild(QLineEdit, "lr_field"), panel.findChild(QLabel, "run_message")
    assert lr is not None
    assert message is not None
    lr.setText("fast")
    lr.editingFinished.emit()
    assert "learning rate: type a number" in message.text()
    assert not message.isHidden()
    panel.show()
    below = panel.mapFromGlobal(message.mapToGlobal(QPoint(0, 0))).y()
    assert below > panel.mapFromGlobal(lr.mapToGlobal(QPoint(0, lr.height()))).y()
    panel.hide()
    lr.setText("0.1")
    lr.editingFinished.emit()
    assert message.isHidden()


def test_that_every_control_is_at_least_24_pixels_high(panel: LoopPanel) -> None:
    panel.show_theme(DARK)
    fields = panel.findChildren(QLineEdit) + panel.findChildren(QComboBox)
    for control in (*panel.findChildren(QAbstractButton), *fields):
        if not control.objectName().startswith("qt_"):
            height = max(control.sizeHint().height(), control.minimumHeight())
            assert height >= 24, control.objectName()


def test_that_a_typed_learning_rate_is_taken_before_the_step(
    qtbot: QtBot, panel: LoopPanel
) -> None:
    lr = panel.findChild(QLineEdit, "lr_field")
    assert lr is not None
    lr.setText("0.5")
    with qtbot.waitSignals([panel.learningRateRequested, panel.stepRequested], order="strict"):
        panel.request_step()
    lr.setText("0.25")
    with qtbot.waitSignals([panel.learningRateRequested, panel.runRequested], order="strict"):
        panel.request_run()
    lr.setText("0.125")
    asked = [panel.learningRateRequested, panel.statementRequested]
    with qtbot.waitSignals(asked, order="strict"):
        panel.cards[Step.LOSS].click()


def test_that_tab_goes_from_the_cards_through_the_buttons_and_the_fields(
    panel: LoopPanel,
) -> None:
    order, widget = [], panel.nextInFocusChain()
    while widget is not None and widget is not panel:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            order.append(widget.objectName())
        widget = widget.nextInFocusChain()
    assert [name for name in order if not name.startswith("qt_")] == [
        "forward_button", "forward_variant", "loss_button", "loss_variant",
        "backward_button", "backward_variant", "update_button", "update_variant", "skip_update",
        "zero_button", "zero_variant", "skip_zero",
        "back_button", "step_button", "run_button", "lr_field", "speed",
        "until", "epochs_field", "target_field",
        "restart_button", "new_seed_button", "pin_button",
    ]  # fmt: skip  # a line for each part of the panel


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
