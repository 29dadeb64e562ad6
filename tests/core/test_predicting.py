"""Predict, then reveal: a statement waits for a guess, and the guess is judged."""

import math
from collections.abc import Callable

import pytest

from gradlab.core.controller import Controller
from gradlab.core.errors import ProgramError, UnknownStatementError
from gradlab.core.goal import Goal
from gradlab.core.lesson import find_lesson, lessons_folder
from gradlab.core.prediction import Score
from gradlab.core.snapshot import EMPTY, Snapshot
from gradlab.core.statements import Step
from gradlab.core.vote import Tally
from tests.core.runs import GRADS, IDS, after, cpu, picture

ZERO = find_lesson("zero", lessons_folder())
BACKWARD = ("negative", "0 or None", "positive", "an error or nan")


def predicting(*statement_ids: str) -> Controller:
    """Return a controller that asks, after these statements."""
    controller = after(*statement_ids)
    controller.set_predicting(True)
    return controller


def asked() -> Controller:
    """Return a controller that asks about backward()."""
    controller = predicting("forward", "loss")
    assert controller.step().question is not None
    return controller


# --- asking


def test_that_nothing_is_asked_until_it_is_turned_on() -> None:
    controller = cpu()
    for statement_id in IDS:
        shown = controller.do(statement_id)
        assert (shown.predicting, shown.question, shown.verdict) == (False, None, None)
    assert shown.index == 5
    assert (EMPTY.predicting, EMPTY.veiled, EMPTY.score) == (False, False, Score())


def test_that_a_statement_waits_for_the_guess() -> None:
    controller = predicting("forward", "loss")
    before = controller.snapshot()
    shown = controller.step()
    assert shown.question is not None
    assert shown.question.statement.id == "backward"
    assert shown.question.choices == BACKWARD
    assert (shown.predicting, shown.verdict) == (True, None)
    assert picture(shown) == picture(before)


def test_that_a_statement_without_a_question_just_runs() -> None:
    controller = predicting()
    assert controller.step().index == 1
    assert controller.set_learning_rate(0.5).index == 2
    assert controller.do("type-x").question is None


def test_that_another_question_takes_the_place_of_the_first() -> None:
    controller = asked()
    shown = controller.do("zero")
    assert shown.question is not None
    assert (shown.question.statement.id, shown.index) == ("zero", 2)


def test_that_a_statement_without_a_question_runs_and_drops_the_one_that_waits() -> None:
    shown = asked().do("forward")
    assert (shown.question, shown.index) == (None, 3)


def test_that_asking_again_for_the_same_keeps_the_question_and_its_vote() -> None:
    controller = asked()
    controller.open_vote()
    controller.cast("A")
    first = controller.snapshot()
    again = controller.step()
    assert (again.question, again.vote) == (first.question, first.vote)
    assert again.vote == Tally(BACKWARD, open=True, total=1)


def test_that_an_unknown_statement_leaves_the_question() -> None:
    controller = asked()
    with pytest.raises(UnknownStatementError):
        controller.do("backwards")
    assert controller.snapshot().question is not None


def test_that_turning_it_off_takes_the_question_back() -> None:
    controller = asked()
    shown = controller.set_predicting(False)
    assert (shown.question, shown.predicting, shown.veiled, shown.index) == (None, False, False, 2)
    assert controller.step().index == 3


# --- guessing


def test_that_a_guess_runs_what_waited_and_is_judged() -> None:
    shown = asked().guess("negative")
    verdict = shown.verdict
    assert verdict is not None
    assert (shown.index, shown.question) == (3, None)
    assert (verdict.guess, verdict.outcome, verdict.right) == ("negative", "negative", True)
    assert verdict.why.startswith("Along b the loss has the slope −3.1125")
    assert (verdict.difference, verdict.vote) == ("", None)
    assert shown.score == Score(1, 1)


def test_that_a_wrong_guess_is_told_with_what_came_true() -> None:
    shown = asked().guess("positive")
    assert shown.verdict is not None
    assert (shown.verdict.outcome, shown.verdict.right) == ("negative", False)
    assert shown.score == Score(0, 1)


def test_that_a_number_may_be_guessed() -> None:
    shown = asked().guess(-3.0)
    assert shown.verdict is not None
    assert (shown.verdict.guess, shown.verdict.outcome) == ("−3.0000", "−3.1125")
    assert (shown.verdict.right, shown.verdict.difference) == (True, "0.1125 too high")


@pytest.mark.parametrize("guess", ["", "Negative", "−3.1125", math.nan, math.inf, -math.inf])
def test_that_a_guess_that_is_no_answer_is_refused_and_the_question_stays(
    guess: str | float,
) -> None:
    controller = asked()
    with pytest.raises(ProgramError) as caught:
        controller.guess(guess)
    assert "\n" not in str(caught.value)
    assert str(caught.value) == (
        f"the guess is {guess!r}, but must be one of 'negative', '0 or None', 'positive',"
        " 'an error or nan' or a finite number"
    )
    shown = controller.snapshot()
    assert (shown.question is not None, shown.index, shown.score) == (True, 2, Score())


def test_that_no_number_can_be_guessed_where_none_is_asked_for() -> None:
    controller = predicting(*GRADS, "update")
    controller.step()
    with pytest.raises(ProgramError, match=r"one of '0', 'None', 'unchanged', 'an error or nan'$"):
        controller.guess(0.0)


def test_that_a_guess_without_a_question_does_nothing() -> None:
    controller = predicting("forward", "loss")
    assert controller.guess("negative").index == 2
    assert controller.guess("nonsense").score == Score()
    assert cpu().guess(1.0).index == 0


def test_that_a_statement_can_be_seen_without_a_guess() -> None:
    controller = asked()
    shown = controller.reveal()
    assert (shown.index, shown.question, shown.verdict, shown.score) == (3, None, None, Score())
    assert controller.reveal().index == 3


def test_that_what_was_guessed_is_what_an_ordinary_run_gives() -> None:
    controller, plain = predicting(), cpu()
    for _ in range(3 * len(IDS)):
        shown = controller.step()
        if shown.question is not None:
            shown = controller.guess(shown.question.choices[0])
        plain.step()
    revealed = controller.set_predicting(False)
    assert picture(revealed) == picture(plain.snapshot())


def test_that_the_next_statement_drops_the_verdict() -> None:
    controller = asked()
    controller.guess("negative")
    assert controller.do("forward").verdict is None
    controller.do("loss")
    assert controller.guess("the same").verdict is not None
    assert controller.step().verdict is None


def test_that_going_on_by_redo_is_not_asked_about() -> None:
    controller = asked()
    controller.guess("negative")
    controller.back()
    shown = controller.redo()
    assert (shown.index, shown.question, shown.verdict) == (3, None, None)
    assert controller.redo().index == 3


def test_that_the_score_and_the_verdicts_outlive_the_run() -> None:
    controller = asked()
    controller.guess("negative")
    controller.restart()
    controller.do("loss")
    controller.guess("below 1")
    assert controller.new_seed().score == Score(1, 2)
    assert controller.set_predicting(False).score == Score(1, 2)
    assert [(v.guess, v.outcome) for v in controller.predictions] == [
        ("negative", "negative"),
        ("below 1", "an error or nan"),
    ]


def test_that_a_skipped_statement_is_recorded_as_skipped_after_the_guess() -> None:
    controller = predicting(*GRADS, "update")
    controller.set_skip(Step.ZERO, True)
    shown = controller.step()
    assert shown.question is not None
    assert shown.question.skipped
    told = controller.guess("unchanged")
    assert told.verdict is not None
    assert told.verdict.right
    assert told.outcome.kind.word == "skipped"


def test_that_guessing_the_statement_recorded_next_keeps_what_comes_after_it() -> None:
    controller = after(*IDS, *IDS)
    controller.seek(2)
    controller.set_predicting(True)
    controller.step()
    controller.guess("negative")
    assert controller.set_predicting(False).recorded == 10


# --- what takes a question back

ACTS: dict[str, Callable[[Controller], Snapshot]] = {
    "back": lambda c: c.back(),
    "redo": lambda c: c.redo(),
    "seek": lambda c: c.seek(0),
    "restart": lambda c: c.restart(),
    "new seed": lambda c: c.new_seed(),
    "start": lambda c: c.set_start(1.0, 2.0),
    "run": lambda c: c.run(["zero"]),
    "advance": lambda c: c.advance(5, Goal()),
    "lesson": lambda c: c.open_lesson(ZERO),
    "stop": lambda c: (c.open_lesson(ZERO), c.go_to_stop(0))[1],
    "leave": lambda c: c.leave_lesson(),
    "skip": lambda c: c.set_skip(Step.ZERO, True),
    "variant": lambda c: c.set_variant("zero-none"),
    "on": lambda c: c.set_predicting(True),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=list(ACTS))
def test_that_whatever_else_is_done_takes_the_question_back_with_its_vote(
    act: Callable[[Controller], Snapshot],
) -> None:
    controller = asked()
    controller.open_vote()
    shown = act(controller)
    assert (shown.predicting, shown.question, shown.vote) == (True, None, None)
    index = shown.index
    assert controller.guess("negative").index == index


@pytest.mark.parametrize("act", ACTS.values(), ids=list(ACTS))
def test_that_a_verdict_stays_only_where_nothing_was_done_to_the_run(
    act: Callable[[Controller], Snapshot],
) -> None:
    controller = asked()
    controller.guess("negative")
    stays = act in {ACTS["skip"], ACTS["variant"]}
    assert (act(controller).verdict is not None) == stays


def test_that_a_run_by_itself_asks_nothing() -> None:
    controller = predicting()
    assert controller.advance(50, Goal()).index == 50
    assert controller.run(IDS, repeat=3).index == 65


def test_that_pins_and_a_refused_skip_leave_the_question() -> None:
    controller = asked()
    controller.pin()
    controller.unpin("A")
    with pytest.raises(ProgramError):
        controller.set_skip(Step.LOSS, True)
    assert controller.snapshot().question is not None


def test_that_going_back_to_the_run_before_asks_anew() -> None:
    controller = predicting("forward")
    controller.restart()
    controller.do("loss")
    shown = controller.back()
    assert (shown.index, shown.question) == (1, None)


# --- votes


def test_that_without_a_question_there_is_no_vote() -> None:
    controller = predicting()
    for act in (controller.open_vote, controller.undo_vote, controller.close_vote):
        assert act().vote is None
    assert controller.cast("A").vote is None
    assert controller.revote().vote is None


def test_that_a_vote_is_counted_in_secret_and_shown_when_closed() -> None:
    controller = asked()
    assert controller.cast("A").vote is None
    assert controller.open_vote().vote == Tally(BACKWARD, open=True, total=0)
    for letter in "AABD?":
        shown = controller.cast(letter)
    assert shown.vote == Tally(BACKWARD, open=True, total=4)
    assert controller.undo_vote().vote == Tally(BACKWARD, open=True, total=3)
    assert controller.open_vote().vote == Tally(BACKWARD, open=True, total=3)
    assert controller.close_vote().vote == Tally(BACKWARD, False, 3, (2, 1, 0, 0))
    assert controller.cast("A").vote == Tally(BACKWARD, False, 3, (2, 1, 0, 0))


def test_that_a_class_can_vote_again_after_a_talk() -> None:
    controller = asked()
    controller.open_vote()
    controller.cast("C")
    controller.close_vote()
    assert controller.revote().vote == Tally(BACKWARD, open=True, total=0)
    controller.cast("A")
    closed = controller.close_vote().vote
    assert closed == Tally(BACKWARD, False, 1, (1, 0, 0, 0), (0, 0, 1, 0))
    verdict = controller.guess("negative").verdict
    assert verdict is not None
    assert verdict.vote == closed


def test_that_a_guess_closes_the_vote_and_keeps_it_beside_the_outcome() -> None:
    controller = asked()
    controller.open_vote()
    controller.cast("B")
    shown = controller.guess("0 or None")
    assert shown.vote is None
    assert shown.verdict is not None
    assert shown.verdict.vote == Tally(BACKWARD, False, 1, (0, 1, 0, 0))
    assert controller.predictions == (shown.verdict,)


def test_that_a_refused_guess_leaves_the_vote_open() -> None:
    controller = asked()
    controller.open_vote()
    with pytest.raises(ProgramError):
        controller.guess("A")
    assert controller.snapshot().vote == Tally(BACKWARD, open=True, total=0)


def test_that_the_next_question_has_no_vote_yet() -> None:
    controller = asked()
    controller.open_vote()
    assert controller.do("zero").vote is None
