"""While predicting, nothing in a snapshot gives the next statement away."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradlab.core.controller import Controller
from gradlab.core.course import UNTOLD
from gradlab.core.lesson import Lesson, find_lesson, lessons_folder, load_lessons
from gradlab.core.outline import BUCKET, CURVES, VALIDATION
from gradlab.core.program import Program
from gradlab.core.snapshot import MOST_TIMELINE, Snapshot
from gradlab.core.statements import Step
from gradlab.core.surface import quadratic
from gradlab.core.veil import HIDDEN, veiled
from tests.core.leaks import as_text, contents, leaks
from tests.core.runs import ALL, GRADS, IDS, LESSON_DATA, anything, cpu, cpu_program, split_program

LESSONS, _ = load_lessons(lessons_folder())
EPOCHS = 3


def walk(controller: Controller, ids: tuple[str, ...]) -> int:
    """Do these while predicting, search each picture before a question, and return how many."""
    asked = 0
    controller.set_predicting(True)
    for statement_id in ids:
        shown = controller.do(statement_id)
        if shown.question is not None:
            asked += 1
            # what is pending must not show either when it is looked at once more
            for picture in (shown, controller.snapshot()):
                coming = reference(controller)
                assert leaks(picture, coming) == []
            controller.reveal()
    return asked


def reference(controller: Controller) -> Snapshot:
    """Return what comes next, unveiled, and leave the question as it was."""
    pending = controller._predicting.pending
    assert pending is not None
    attempt = controller._attempt
    k, recorded = attempt.history.index, len(attempt.history)
    other = Controller(attempt.program)
    for row in range(1, k + 1):
        statement = attempt.history.statement(row)
        assert statement is not None
        skip = attempt.history.outcome(row).kind.word == "skipped"
        other._attempt.run.do(statement, skip)
    coming = other.run(pending.run, pending.repeat)
    assert (attempt.history.index, len(attempt.history)) == (k, recorded)
    return coming


def with_a_future(program: Program) -> Controller:
    """Return a controller back at the start, with the same run recorded after it and pinned."""
    controller = Controller(program)
    controller.run(IDS, repeat=EPOCHS + 2)
    controller.pin()
    controller.seek(0)
    return controller


def pinned(program: Program) -> Controller:
    """Return a controller at the start, beside a pinned run from the same start."""
    controller = Controller(program)
    controller.run(IDS, repeat=EPOCHS + 2)
    controller.pin()
    controller.restart()
    return controller


def without_zero(program: Program) -> Controller:
    controller = with_a_future(program)
    controller.set_skip(Step.ZERO, True)
    return controller


MAKERS: dict[str, Callable[[Program], Controller]] = {
    "fresh": Controller,
    "with a future": with_a_future,
    "beside a pin": pinned,
    "zero skipped": without_zero,
}
PROGRAMS = {
    "lesson": cpu_program(),
    "fast": cpu_program(lr=0.9),
    "in parts": split_program(4),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=list(MAKERS))
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=list(PROGRAMS))
def test_that_no_number_to_come_is_found_before_it_was_guessed(
    program: Program, make: Callable[[Program], Controller]
) -> None:
    assert walk(make(program), IDS * EPOCHS) >= 4 * EPOCHS - 1


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: str(lesson.id))
def test_that_no_number_to_come_is_found_in_any_lesson(lesson: Lesson) -> None:
    controller = cpu()
    controller.set_predicting(True)
    controller.open_lesson(lesson)
    for stop, each in enumerate(lesson.stops):
        shown = controller.go_to_stop(stop)
        if shown.question is not None and each.repeat == 1:
            coming = reference(controller)
            assert leaks(shown, coming) == []
        assert (shown.question is None) == (each.ask is None)
    walk(controller, IDS * 2)


@settings(max_examples=15)
@given(anything, anything)
def test_that_no_number_to_come_is_found_whatever_was_done(
    first: list[str], then: list[str]
) -> None:
    controller = cpu()
    controller.run(first)
    controller.pin()
    controller.seek(len(first) // 2)
    walk(controller, (*then, *IDS))


@settings(max_examples=25)
@given(anything, st.integers(0, 30), st.sampled_from(ALL))
def test_that_what_was_recorded_later_makes_no_difference(
    ids: list[str], further: int, last: str
) -> None:
    ids = [*ids, *GRADS]
    short, long = cpu(), cpu()
    for controller in (short, long):
        controller.run(ids)
    long.run(IDS, repeat=further + 1)
    long.do(last)
    long.pin()
    for controller in (short, long):
        controller.seek(len(ids) - 1)
        controller.seek(len(ids))
        controller.set_variant(short.program.loop[1])
        controller.set_predicting(True)
    for statement_id in ("forward", "update", "backward"):
        assert as_text(short.do(statement_id)) == as_text(long.do(statement_id))


def test_that_a_long_future_makes_no_difference_either() -> None:
    short, long = cpu(), cpu()
    for controller, epochs in ((short, 40), (long, 400)):
        controller.run(IDS, repeat=epochs)
        controller.seek(40 * len(IDS))
        controller.set_predicting(True)
    assert as_text(short.snapshot()) == as_text(long.snapshot())
    assert len(long.snapshot().timeline) == MOST_TIMELINE // 2


# --- what is left out, one by one


def test_that_what_is_veiled_says_so() -> None:
    controller = cpu()
    assert not controller.snapshot().veiled
    assert controller.set_predicting(True).veiled
    assert not controller.set_predicting(False).veiled


def test_that_a_question_is_veiled_and_so_is_all_after_its_answer() -> None:
    controller = with_a_future(cpu_program())
    controller.set_predicting(True)
    for shown in (controller.do("forward"), controller.do("loss"), controller.guess("below 1")):
        assert (shown.recorded, shown.redo) == (shown.index, None)
        assert len(shown.columns) == shown.index + 1
        assert [entry.index for entry in shown.timeline] == list(range(shown.index + 1))
        assert (shown.pins, shown.val_loss, shown.surface) == ((), None, HIDDEN)
        assert (shown.rate_limit, shown.course, shown.run_name) == (math.inf, UNTOLD, "")
        assert {statement.expect for statement in shown.loop} == {""}


def test_that_all_is_there_again_without_the_veil() -> None:
    controller = with_a_future(cpu_program())
    before = as_text(controller.snapshot())
    controller.set_predicting(True)
    controller.do("loss")
    assert as_text(controller.set_predicting(False)) == before


def test_that_a_run_that_raised_later_is_not_listed() -> None:
    controller = cpu()
    controller.run(["update", "forward", "zero"])
    assert controller.seek(2).raised == (1, 3)
    assert controller.set_predicting(True).raised == (1,)


def test_that_the_veil_leaves_out_how_the_loss_goes_by_itself() -> None:
    controller = Controller(find_lesson("zero-skipped", lessons_folder()).program)
    whole = controller.run(IDS, repeat=120)
    assert whole.course != UNTOLD
    assert math.isfinite(whole.rate_limit)
    shown = veiled(whole)
    assert (shown.course, shown.rate_limit) == (UNTOLD, math.inf)


def test_that_the_caption_does_not_say_what_is_coming() -> None:
    controller = cpu(lr=0.9)
    controller.run(IDS, repeat=6)
    assert "largest stable rate" in controller.do("lr=0.9").caption.text
    controller.back()
    controller.set_predicting(True)
    assert "largest stable rate" not in controller.do("lr=0.9").caption.text


def test_that_the_caption_of_a_run_that_swings_does_not_tell_the_next_loss() -> None:
    controller = Controller(find_lesson("zero-skipped", lessons_folder()).program)
    controller.run(IDS, repeat=120)
    text = controller.snapshot().caption.text
    assert "swings" in text
    assert "swings" not in controller.set_predicting(True).caption.text


def test_that_what_to_expect_of_the_statement_asked_about_is_not_told() -> None:
    controller = cpu()
    controller.run(GRADS)
    controller.set_predicting(True)
    question = controller.do("update-inplace").question
    assert question is not None
    assert question.statement.id == "update-inplace"
    assert question.statement.expect == ""


def test_that_a_hidden_surface_has_no_number_at_all() -> None:
    assert math.isnan(HIDDEN.loss(1.0, 2.0))
    assert HIDDEN.minimum() is None
    assert math.isnan(HIDDEN.gradient(1.0, 2.0)[0])
    shown = quadratic(LESSON_DATA.x_train, LESSON_DATA.y_train)
    assert not math.isnan(shown.loss(1.0, 2.0))


@pytest.mark.parametrize("index", [0, 31, 32, 2000, 5003, 9000], ids=str)
def test_that_the_curves_end_at_the_statement_that_stands(index: int) -> None:
    controller = cpu()
    controller.run(IDS, repeat=2000)
    whole = controller.seek(index)
    shown = controller.set_predicting(True)
    assert len(shown.curves.lows) == len(shown.curves.highs) == (index + 1) // BUCKET
    for name in set(CURVES) - {VALIDATION}:
        curve, all_of_it = shown.curves.curve(name), whole.curves.curve(name)
        assert curve.at[-1] <= index
        last = getattr(whole.columns, name)[: index + 1]
        if not np.isnan(last).all():
            lowest = np.float32(np.nanmin(last))
            assert np.float32(np.nanmin(curve.low)) == lowest
        assert len(all_of_it.at) >= len(curve.at) or all_of_it.size > curve.size
    assert np.isnan(shown.curves.curve(VALIDATION).high).all()
    for reduced in (shown.curves.lows, shown.curves.highs):
        assert np.isnan(reduced[:, CURVES.index(VALIDATION)]).all()
        assert not np.isnan(reduced[:, 0]).any()  # b is kept


def test_that_no_row_is_copied_however_many_there_are() -> None:
    controller = cpu()
    controller.run(IDS, repeat=2000)
    whole = controller.seek(7000)
    shown = controller.set_predicting(True)
    for name in type(whole.columns).__slots__:
        assert np.shares_memory(getattr(shown.columns, name), getattr(whole.columns, name))
        assert not getattr(shown.columns, name).flags.writeable
    assert not shown.curves.lows.flags.writeable


def test_that_a_lesson_tells_no_words_but_those_of_its_stop() -> None:
    lesson = find_lesson("accumulated-gradients", lessons_folder())
    controller = cpu()
    controller.set_predicting(True)
    shown = controller.open_lesson(lesson).lesson
    assert shown is not None
    assert [stop.words for stop in shown.stops] == [lesson.stops[0].words, "", ""]
    assert [stop.ask for stop in shown.stops] == [None] * 3
    assert [stop.run for stop in shown.stops] == [stop.run for stop in lesson.stops]
    asked = controller.go_to_stop(1).lesson
    assert asked is not None
    assert [stop.words for stop in asked.stops] == [""] * 3
    told = controller.guess("0").lesson
    assert told is not None
    assert [stop.words for stop in told.stops] == ["", lesson.stops[1].words, ""]
    gone_on = controller.back().lesson
    assert gone_on is not None
    assert [stop.words for stop in gone_on.stops] == [""] * 3


def test_that_veiling_twice_is_veiling_once() -> None:
    controller = with_a_future(cpu_program())
    once = veiled(controller.seek(4))
    assert as_text(veiled(once)) == as_text(once)


# --- the search itself


def test_that_the_search_finds_what_an_unveiled_snapshot_gives_away() -> None:
    controller = with_a_future(cpu_program())
    shown = controller.run(["forward"])
    coming = Controller(cpu_program()).run(["forward", "loss"])
    places = " ".join(leaks(shown, coming))
    for part in (".curves.columns.loss", ".curves.curve(loss)", ".surface()", ".pins[0].curves"):
        assert part in places
    controller.set_predicting(True)
    assert leaks(controller.snapshot(), coming) == []


def test_that_the_search_finds_words_too() -> None:
    lesson = find_lesson("accumulated-gradients", lessons_folder())
    controller = cpu()
    shown = controller.open_lesson(lesson)
    assert any("words" in place for place in contents(shown).places_of(-6.776159763336182))
