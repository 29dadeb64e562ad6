"""The lessons that come with gradlab, run to their ends: every number in their words is there."""

import re
from dataclasses import replace

import pytest

from gradlab.core.controller import Controller
from gradlab.core.lesson import Lesson, lessons_folder, load_lessons
from gradlab.core.number_format import format_number
from gradlab.core.outcome import Kind
from gradlab.core.snapshot import Snapshot
from tests.core.runs import values

LESSONS, ERRORS = load_lessons(lessons_folder())
NUMBER = re.compile(r"[−-]?\d+\.\d+")
BESIDE = {"zero-skipped": {"0.0080"}}  # what the loss would be with zero_(), of another lesson


def run(lesson: Lesson) -> list[tuple[str, Snapshot]]:
    """Return the words of each stop and the snapshot that they are said of."""
    controller = Controller(replace(lesson.program, device="cpu"))
    return [
        (stop.words, controller.run(stop.run, stop.repeat) if stop.run else controller.snapshot())
        for stop in lesson.stops
    ]


def numbers_on_screen(snapshot: Snapshot) -> set[str]:
    shown = [*values(snapshot.numbers), *values(snapshot.before)]
    for view in snapshot.tensors:
        shown += [*view.value, *(view.grad or ())]
    return {format_number(value) for value in shown}


def test_that_every_lesson_file_loads() -> None:
    assert ERRORS == ()
    assert len(LESSONS) >= 14


def test_that_ids_are_unique_and_stand_in_the_file_names() -> None:
    stems = [path.stem.partition("-")[2] for path in sorted(lessons_folder().glob("*.toml"))]
    assert [lesson.id for lesson in LESSONS] == stems


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: str(lesson.id))
def test_that_every_number_in_the_words_is_on_screen_then(lesson: Lesson) -> None:
    for words, snapshot in run(lesson):
        said = set(NUMBER.findall(words)) - BESIDE.get(lesson.id, set())
        assert said <= numbers_on_screen(snapshot), words


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: str(lesson.id))
def test_that_words_are_short_and_are_sentences(lesson: Lesson) -> None:
    for stop in lesson.stops:
        assert len(stop.words) <= 260
        assert stop.words.endswith((".", "?"))
    assert lesson.goal.endswith(".")


ENDINGS = {
    "data-and-tensors": "RuntimeError: Can't call numpy() on Tensor that requires grad.",
    "zero": "AttributeError: 'NoneType' object has no attribute 'zero_'",
    "three-attempts": "AttributeError: 'NoneType' object has no attribute 'zero_'",
}


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: str(lesson.id))
def test_that_a_lesson_ends_in_the_error_that_it_is_about_or_well(lesson: Lesson) -> None:
    _, snapshot = run(lesson)[-1]
    error = ENDINGS.get(lesson.id)
    assert (snapshot.outcome.error or "").startswith(error or "")
    assert (snapshot.outcome.kind is Kind.RAISED) == (error is not None)


def test_that_a_run_without_zero_swings_and_neither_settles_nor_grows() -> None:
    lesson = next(lesson for lesson in LESSONS if lesson.id == "zero-skipped")
    loss = run(lesson)[-1][1].columns.loss
    late = loss[len(loss) // 2 :]
    assert late.min() < 0.5
    assert 1.5 < late.max() < 4.0
