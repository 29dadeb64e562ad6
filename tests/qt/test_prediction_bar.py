"""The bar that asks, lets a class vote, and shows what came of a guess."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gradlab.core.prediction import Question, Score, Verdict
from gradlab.core.snapshot import EMPTY, Snapshot
from gradlab.core.statements import find
from gradlab.core.vote import Tally
from gradlab.qt.panels.prediction_bar import PredictionBar
from gradlab.qt.theme import DARK, LIGHT
from gradlab.qt.vote_chart import VoteChart
from tests.flow.hidden_number import contents
from tests.qt.snapshots import snapshot

SIGN = Question(
    find("backward"),
    "b.grad is None. What sign will it have after backward()?",
    ("negative", "0 or None", "positive", "an error or nan"),
    "b_grad",
)
SUM = Question(
    find("backward"),
    "b.grad holds −3.1125 already. What will it hold after backward()?",
    ("unchanged", "exactly twice as much", "another number", "an error or nan"),
    "b_grad",
)
RUNS = Question(find("zero"), "Will b.grad.zero_() run?", ("it runs", "it raises an error"))
CHOICES = SIGN.choices
LETTERED = ("A  negative", "B  0 or None", "C  positive", "D  an error or nan")
OPEN = Tally(CHOICES, True, 12)
CLOSED = Tally(CHOICES, False, 12, (7, 0, 5, 0))
TWICE = Tally(CHOICES, False, 11, (1, 0, 10, 0), (7, 0, 5, 0))
WHY = "Along b the loss has the slope −3.1125: with b a little larger it would be less."
WRONG = Verdict(SIGN, "positive", "negative", False, WHY, vote=TWICE)
RIGHT = Verdict(SIGN, "negative", "negative", True, WHY)
NEAR = Verdict(SIGN, "−3.0000", "−3.1125", True, WHY, "0.1125 too high")
BASE = replace(snapshot(), predicting=True, veiled=True)
SHOWN = {
    "nothing": BASE,
    "empty": EMPTY,
    "question": replace(BASE, question=SIGN),
    "two choices": replace(BASE, question=RUNS, score=Score(3, 4)),
    "open": replace(BASE, question=SIGN, vote=OPEN),
    "closed": replace(BASE, question=SIGN, vote=CLOSED, score=Score(0, 1)),
    "twice": replace(BASE, question=SUM, vote=replace(TWICE, choices=SUM.choices)),
    "wrong": replace(BASE, verdict=WRONG, score=Score(0, 1)),
    "right": replace(BASE, verdict=RIGHT, score=Score(1, 1)),
    "near": replace(BASE, verdict=NEAR, score=Score(12, 345)),
}
SOMETHING = [name for name in SHOWN if name not in {"nothing", "empty"}]
ASKED, VOTING, VOTED = SHOWN["question"], SHOWN["open"], SHOWN["closed"]


class Window(QWidget):
    """A bar under a button and a field, as in the main window."""

    def __init__(self) -> None:
        super().__init__()
        self.step, self.field, self.bar = QPushButton("Step"), QLineEdit("0.1"), PredictionBar()
        first = QPushButton("Back")  # Qt's own choice where nothing is left to have the focus
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (first, self.step, self.field, self.bar):
            layout.addWidget(widget)
        layout.addStretch(1)

    def focus(self) -> str:
        """Return the name of what has the focus in the window."""
        return self.focusWidget().objectName()


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    window = Window()
    qtbot.addWidget(window)
    window.step.setObjectName("step")
    window.field.setObjectName("field")
    window.bar.show_theme(LIGHT)
    window.resize(1000, 400)
    window.show()
    window.activateWindow()
    window.step.setFocus()
    yield window
    window.hide()


@pytest.fixture
def bar(window: Window) -> PredictionBar:
    return window.bar


@pytest.fixture
def asked(bar: PredictionBar) -> list[object]:
    """Return a list that every request is added to."""
    requests: list[object] = []
    bar.guessRequested.connect(requests.append)
    bar.voteCast.connect(lambda letter: requests.append(f"cast {letter}"))
    for words, signal in (
        ("reveal", bar.revealRequested),
        ("open", bar.voteOpened),
        ("undo", bar.voteUndone),
        ("close", bar.voteClosed),
        ("again", bar.voteReopened),
    ):
        signal.connect(lambda words=words: requests.append(words))
    return requests


def button(bar: PredictionBar, name: str) -> QAbstractButton:
    found = bar.findChild(QAbstractButton, name)
    assert isinstance(found, QAbstractButton), name
    return found


def words(bar: PredictionBar, name: str) -> str:
    found = bar.findChild(QLabel, name)
    assert isinstance(found, QLabel), name
    return found.text() if found.isVisible() else ""


def field(bar: PredictionBar) -> QLineEdit:
    found = bar.findChild(QLineEdit, "guess_field")
    assert isinstance(found, QLineEdit)
    return found


def offered(bar: PredictionBar) -> list[str]:
    """Return what the buttons say that can be seen, in the order of the eye."""
    seen = [each for each in bar.findChildren(QAbstractButton) if each.isVisible()]
    return [each.text() for each in sorted(seen, key=lambda each: _corner(bar, each))]


def _corner(bar: PredictionBar, widget: QWidget) -> tuple[int, int]:
    at = widget.mapTo(bar, QPoint(0, widget.height()))
    return at.y() // 20, at.x()


def press(qtbot: QtBot, window: QWidget, *keys: Qt.Key | str) -> None:
    """Press the keys one after the other, each where the focus is then."""
    for key in keys:
        focused = window.focusWidget()
        assert focused is not None
        if isinstance(key, str):
            qtbot.keyClicks(focused, key)
        else:
            qtbot.keyClick(focused, key)


def test_that_it_is_hidden_where_there_is_nothing_to_say(bar: PredictionBar) -> None:
    for name, shown in SHOWN.items():
        bar.show_snapshot(shown)
        assert bar.isHidden() is (name in {"nothing", "empty"}), name


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        (
            "question",
            [*LETTERED, "Guess", "Vote"],
        ),
        ("two choices", ["A  it runs", "B  it raises an error", "Vote"]),
        (
            "closed",
            [*LETTERED, "Guess", "Vote again"],
        ),
    ],
)
def test_that_each_choice_has_a_letter_and_the_rest_follows(
    bar: PredictionBar, name: str, texts: list[str]
) -> None:
    bar.show_snapshot(SHOWN[name])
    QApplication.processEvents()
    assert offered(bar) == [*texts, "Show me"]
    asked = SHOWN[name].question
    assert asked is not None
    assert words(bar, "prediction_question") == asked.text
    assert field(bar).isVisible() is bool(asked.number)


def test_that_a_choice_is_the_guess(bar: PredictionBar, asked: list[object]) -> None:
    bar.show_snapshot(ASKED)
    for letter in "ABCD":
        button(bar, f"choice_{letter}").click()
    assert asked == list(CHOICES)


def test_that_a_letter_chooses_while_the_focus_is_in_the_bar(
    qtbot: QtBot, window: Window, asked: list[object]
) -> None:
    window.bar.show_snapshot(ASKED)
    press(qtbot, window, "c", "D")
    assert asked == ["positive", "an error or nan"]
    window.bar.show_snapshot(SHOWN["two choices"])
    press(qtbot, window, "d", "e", "1")  # no such choices
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    window.step.setFocus()
    press(qtbot, window, "a")
    assert len(asked) == 2


def test_that_no_letter_is_taken_from_a_field(
    qtbot: QtBot, window: Window, asked: list[object]
) -> None:
    window.bar.show_snapshot(ASKED)
    field(window.bar).setFocus()
    press(qtbot, window, "abc")
    assert field(window.bar).text() == "abc"
    assert asked == []


def test_that_show_me_asks_for_the_outcome_alone(bar: PredictionBar, asked: list[object]) -> None:
    bar.show_snapshot(ASKED)
    button(bar, "reveal_button").click()
    assert asked == ["reveal"]


@pytest.mark.parametrize(
    ("typed", "guess"), [("-3", -3.0), ("−2,5", -2.5), (" 1e-3 ", 0.001), ("0", 0.0)]
)
def test_that_a_number_can_be_guessed(
    qtbot: QtBot, window: Window, asked: list[object], typed: str, guess: float
) -> None:
    window.bar.show_snapshot(ASKED)
    field(window.bar).setFocus()
    field(window.bar).setText(typed)
    press(qtbot, window, Qt.Key.Key_Return)
    assert asked == [guess]
    button(window.bar, "guess_button").click()
    assert asked == [guess, guess]
    assert all(isinstance(each, float) for each in asked)


@pytest.mark.parametrize("typed", ["", "   ", "minus", "nan", "inf", "1_0", "1e13"])
def test_that_what_is_no_number_is_refused_in_one_line(
    qtbot: QtBot, window: Window, asked: list[object], typed: str
) -> None:
    window.bar.show_snapshot(ASKED)
    field(window.bar).setFocus()
    press(qtbot, window, typed, Qt.Key.Key_Return)
    assert asked == []
    message = words(window.bar, "prediction_message")
    assert message.startswith("Type a number")
    assert "\n" not in message
    assert field(window.bar).text() == typed
    press(qtbot, window, Qt.Key.Key_Escape)
    assert words(window.bar, "prediction_message") == ""
    assert field(window.bar).text() == ""


def test_that_leaving_the_field_guesses_nothing(
    qtbot: QtBot, window: Window, asked: list[object]
) -> None:
    window.bar.show_snapshot(ASKED)
    for typed, message in (("-3", False), ("", False), ("minus", True)):
        field(window.bar).setText(typed)
        field(window.bar).setFocus()
        press(qtbot, window, Qt.Key.Key_Tab)
        assert bool(words(window.bar, "prediction_message")) is message
    assert asked == []


def test_that_what_is_typed_stays_until_there_is_another_question(bar: PredictionBar) -> None:
    bar.show_snapshot(ASKED)
    field(bar).setText("-3")
    bar.show_theme(DARK.at(1.5))
    bar.show_snapshot(replace(ASKED, vote=CLOSED))
    assert field(bar).text() == "-3"
    bar.show_snapshot(SHOWN["twice"])
    assert field(bar).text() == ""
    assert field(bar).accessibleName() == "guess for b.grad"


def test_that_a_refusal_is_told_until_the_guess_is_taken(bar: PredictionBar) -> None:
    bar.show_snapshot(ASKED)
    bar.show_refusal("the guess is 'red', but must be one of 'negative'.")
    assert words(bar, "prediction_message").startswith("the guess is 'red'")
    assert bar.isVisible()
    bar.show_snapshot(SHOWN["right"])
    assert words(bar, "prediction_message") == ""


def test_that_the_first_choice_has_the_focus_when_a_question_comes_up(window: Window) -> None:
    window.bar.show_snapshot(ASKED)
    assert window.focus() == "choice_A"
    button(window.bar, "choice_C").setFocus()
    window.bar.show_snapshot(replace(ASKED, score=Score(1, 1)))
    assert window.focus() == "choice_C"
    window.bar.show_snapshot(SHOWN["two choices"])  # C is gone
    assert window.focus() == "choice_A"


@pytest.mark.parametrize("end", ["right", "nothing"])
def test_that_the_focus_goes_back_to_where_it_was(window: Window, end: str) -> None:
    window.bar.show_snapshot(ASKED)
    window.bar.show_snapshot(SHOWN["two choices"])
    window.bar.show_snapshot(SHOWN[end])
    assert window.focus() == "step"
    window.bar.show_snapshot(ASKED)
    assert window.focus() == "choice_A"


def test_that_a_field_that_is_typed_in_keeps_the_focus(window: Window) -> None:
    window.field.setFocus()
    for name in ("question", "open", "closed", "right", "question", "nothing"):
        window.bar.show_snapshot(SHOWN[name])
        assert window.focus() == "field"


def test_that_a_bar_on_another_page_takes_no_focus_until_it_is_shown(window: Window) -> None:
    page = QWidget(window)
    hidden = PredictionBar()
    QVBoxLayout(page).addWidget(hidden)
    hidden.show_snapshot(ASKED)
    assert window.focus() == "step"
    page.show()
    assert window.focusWidget() is hidden.findChild(QWidget, "choice_A")


def test_that_the_widget_before_may_be_gone(window: Window) -> None:
    gone = QPushButton(window)
    gone.show()
    gone.setFocus()
    window.bar.show_snapshot(ASKED)
    gone.deleteLater()
    QApplication.sendPostedEvents(gone, QEvent.Type.DeferredDelete)
    window.bar.show_snapshot(BASE)
    assert not window.bar.isVisible()


def test_that_a_vote_is_counted_by_letter_and_closed_with_enter(
    qtbot: QtBot, window: Window, asked: list[object]
) -> None:
    window.bar.show_snapshot(ASKED)
    button(window.bar, "vote_button").click()
    window.bar.show_snapshot(VOTING)
    press(qtbot, window, "a", "B", "d", Qt.Key.Key_Backspace, Qt.Key.Key_Return)
    window.bar.show_snapshot(VOTED)
    press(qtbot, window, Qt.Key.Key_Return, Qt.Key.Key_Backspace)  # too late: they do nothing
    button(window.bar, "vote_again_button").click()
    press(qtbot, window, "a")
    assert asked == ["open", "cast A", "cast B", "cast D", "undo", "close", "again", "negative"]


def test_that_a_vote_can_be_counted_with_the_pointer(
    bar: PredictionBar, asked: list[object]
) -> None:
    bar.show_snapshot(VOTING)
    QApplication.processEvents()
    assert offered(bar) == [
        *("A +  negative", "B +  0 or None", "C +  positive", "D +  an error or nan"),
        *("Take the last back", "Close the vote"),
    ]
    for name in ("choice_B", "choice_D", "vote_undo_button", "vote_close_button"):
        button(bar, name).click()
    assert asked == ["cast B", "cast D", "undo", "close"]


def test_that_a_click_beside_the_buttons_brings_the_keys_to_the_vote(
    qtbot: QtBot, window: Window, asked: list[object]
) -> None:
    window.bar.show_snapshot(VOTING)
    window.step.setFocus()
    qtbot.mouseClick(window.bar, Qt.MouseButton.LeftButton, pos=QPoint(900, 20))
    press(qtbot, window, "b")
    assert asked == ["cast B"]


def test_that_a_key_that_is_held_is_one_ballot(window: Window, asked: list[object]) -> None:
    window.bar.show_snapshot(VOTING)
    none = Qt.KeyboardModifier.NoModifier
    for key, text in ((Qt.Key.Key_A, "a"), (Qt.Key.Key_Return, "\r")):
        for held in (False, True, True):
            press = QKeyEvent(QEvent.Type.KeyPress, key, none, text, held)
            QApplication.sendEvent(window.focusWidget(), press)
    assert asked == ["cast A", "close"]


def test_that_the_focus_stays_in_the_bar_when_a_vote_begins_and_ends(window: Window) -> None:
    window.bar.show_snapshot(ASKED)
    for name, shown in (
        ("vote_button", VOTING),
        ("vote_close_button", VOTED),
        ("vote_again_button", VOTING),
        ("choice_B", VOTED),
    ):
        button(window.bar, name).setFocus()
        window.bar.show_snapshot(shown)
        assert window.focus() == ("choice_B" if name == "choice_B" else "choice_A")


def test_that_only_the_total_is_told_while_a_vote_is_open(bar: PredictionBar) -> None:
    bar.show_snapshot(VOTED)  # 7 and 5 ballots, in a first round
    bar.show_snapshot(VOTING)
    assert words(bar, "vote_total") == "12 votes"
    texts = [thing for _, thing in contents(bar) if isinstance(thing, str)]
    told = [text for text in texts if "7" in text or "5" in text]
    assert told == []
    assert not any(chart.isVisible() for chart in bar.findChildren(VoteChart))
    bar.show_snapshot(VOTED)
    assert any("negative: 7" in str(thing) for _, thing in contents(bar))


def test_that_one_vote_is_no_plural(bar: PredictionBar) -> None:
    bar.show_snapshot(replace(VOTING, vote=Tally(CHOICES, True, 1)))
    assert words(bar, "vote_total") == "1 vote"


def test_that_the_chart_stands_beside_a_closed_vote_and_beside_its_verdict(
    bar: PredictionBar,
) -> None:
    chart = bar.findChild(VoteChart)
    assert isinstance(chart, VoteChart)
    for name, shown in SHOWN.items():
        bar.show_snapshot(shown)
        assert chart.isVisible() is (name in {"closed", "twice", "wrong"}), name


@pytest.mark.parametrize(
    ("name", "word"), [("wrong", "Not so"), ("right", "Right"), ("near", "Right")]
)
def test_that_a_verdict_shows_the_guess_beside_the_outcome_and_why(
    bar: PredictionBar, name: str, word: str
) -> None:
    shown = SHOWN[name]
    bar.show_snapshot(shown)
    verdict = shown.verdict
    assert verdict is not None
    assert words(bar, "prediction_question") == verdict.question.text
    assert words(bar, "verdict_word") == word
    assert words(bar, "verdict_guess") == verdict.guess
    assert words(bar, "verdict_outcome") == verdict.outcome
    assert words(bar, "verdict_difference") == verdict.difference
    assert words(bar, "verdict_why") == WHY
    assert not any(each.isVisible() for each in bar.findChildren(QAbstractButton))


def test_that_a_verdict_is_forgotten_when_it_was_undone(bar: PredictionBar) -> None:
    for name in ("nothing", "question"):
        bar.show_snapshot(SHOWN["near"])
        bar.show_snapshot(SHOWN[name])
        texts = [thing for _, thing in contents(bar) if isinstance(thing, str)]
        assert not any("3.1125" in text or "higher" in text for text in texts)


def test_that_right_and_wrong_differ_in_word_picture_and_edge(bar: PredictionBar) -> None:
    looks = []
    for name in ("right", "wrong"):
        bar.show_snapshot(SHOWN[name])
        mark = bar.findChild(QWidget, "verdict_mark")
        assert mark is not None
        (icon,) = [each for each in mark.findChildren(QLabel) if not each.pixmap().isNull()]
        image = icon.pixmap().toImage()
        shape = [
            image.pixelColor(x, y).alpha() > 128
            for y in range(image.height())
            for x in range(image.width())
        ]
        edge = "dashed" if "dashed" in mark.styleSheet() else "solid"
        looks.append((words(bar, "verdict_word"), edge, shape))
    (word, edge, shape), (other_word, other_edge, other_shape) = looks
    assert word != other_word
    assert edge != other_edge
    assert shape != other_shape
    assert any(shape)
    assert any(other_shape)


def test_that_the_score_is_told_once_there_is_one(bar: PredictionBar) -> None:
    for name, score in (
        ("question", ""),
        ("two choices", "3 of 4 right"),
        ("wrong", "0 of 1 right"),
    ):
        bar.show_snapshot(SHOWN[name])
        assert words(bar, "prediction_score") == score


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("question", [SIGN.text, "A, negative.", "D, an error or nan.", "Or type b.grad."]),
        ("open", [SIGN.text, "B, 0 or None.", "12 votes."]),
        ("wrong", ["Not so.", "positive", "negative", WHY, "0 of 1 right."]),
        ("near", ["Right.", "0.1125 too high", "−3.1125", "12 of 345 right."]),
    ],
)
def test_that_a_screen_reader_is_told_all_of_it(
    bar: PredictionBar, name: str, parts: list[str]
) -> None:
    bar.show_snapshot(SHOWN[name])
    assert bar.accessibleName() == "Prediction"
    for part in parts:
        assert part in bar.accessibleDescription()


@pytest.mark.parametrize("name", SHOWN)
def test_that_whatever_can_be_pressed_has_a_name_and_is_large_enough(
    bar: PredictionBar, name: str
) -> None:
    for zoom in (0.5, 1.0):
        bar.show_theme(LIGHT.at(zoom))
        bar.show_snapshot(SHOWN[name])
        QApplication.processEvents()
        pressed = bar.findChildren(QAbstractButton)
        assert all(each.accessibleName() or each.text() for each in pressed if each.isVisible())
        assert field(bar).accessibleName()
        for each in (*pressed, field(bar)):
            assert not each.isVisible() or min(each.width(), each.height()) >= 24


def test_that_tab_goes_through_all_of_it_in_the_order_of_the_eye(
    qtbot: QtBot, window: Window
) -> None:
    window.bar.show_snapshot(VOTED)
    names = []
    for _ in range(8):
        names.append(window.focus())
        press(qtbot, window, Qt.Key.Key_Tab)
    choices = [f"choice_{letter}" for letter in "ABCD"]
    rest = ["guess_field", "guess_button", "vote_again_button", "reveal_button"]
    assert names == [*choices, *rest]


@pytest.mark.parametrize("width", [500, 640, 1000, 1600])
@pytest.mark.parametrize("name", SOMETHING)
def test_that_nothing_is_cut_off_at_any_width(window: Window, width: int, name: str) -> None:
    window.resize(width, 700)
    window.bar.show_snapshot(SHOWN[name])
    for _ in range(3):
        QApplication.processEvents()
    assert window.width() == width
    for each in window.bar.findChildren(QWidget):
        if each.isVisible() and isinstance(each, QLabel | QAbstractButton | QLineEdit | VoteChart):
            whole = QRect(each.mapTo(window.bar, QPoint(0, 0)), each.size())
            assert window.bar.rect().contains(whole), each.objectName()
            parent = each.parentWidget()
            assert parent is not None
            assert parent.rect().contains(each.geometry()), each.objectName()
            if isinstance(each, QLabel):
                assert each.wordWrap() or each.width() >= each.sizeHint().width()
                assert each.height() >= each.heightForWidth(each.width()), each.objectName()


def test_that_a_compact_one_shows_the_vote_in_place_of_the_number(qtbot: QtBot) -> None:
    compact = PredictionBar(compact=True)
    qtbot.addWidget(compact)
    compact.show_theme(LIGHT)
    for name, shown in SHOWN.items():
        compact.show_snapshot(shown)
        question, vote = shown.question, shown.vote
        number = question is not None and bool(question.number) and vote is None
        assert field(compact).isVisible() is number, name
        assert words(compact, "prediction_hint") == ""


@pytest.mark.parametrize("name", SOMETHING)
def test_that_it_leaves_room_in_the_smallest_window(window: Window, name: str) -> None:
    window.resize(984, 700)
    window.bar.show_snapshot(SHOWN[name])
    for _ in range(3):
        QApplication.processEvents()
    assert window.bar.height() <= 150


@pytest.mark.parametrize("name", SHOWN)
def test_that_showing_never_asks(bar: PredictionBar, asked: list[object], name: str) -> None:
    shown: Snapshot = SHOWN[name]
    for theme in (LIGHT, DARK.at(2.0), LIGHT.at(0.5)):
        bar.show_theme(theme)
        bar.show_snapshot(shown)
        assert not bar.grab().isNull()
    assert asked == []
