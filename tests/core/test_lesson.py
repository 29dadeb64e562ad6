"""Lesson files: what a good one gives, and one line for each way to be bad."""

from pathlib import Path

import pytest

from gradlab.core.errors import LessonError
from gradlab.core.lesson import MOST_BYTES, Ask, Stop, find_lesson, load_lesson, load_lessons
from gradlab.core.program import DataSpec, GivenStart
from gradlab.core.statements import Step

GOOD = """\
id = "mine"
title = "Mine"
goal = "See it."

[program]
start = [0.5, -1]
lr = 1
skips = ["zero"]
variants = ["update-data"]
batches = 2

[program.data]
n = 10
noise = 0

[[stops]]
run = ["forward", "lr=0.2"]
words = "One."

[[stops]]
run = []
repeat = 3
words = "Two."

[[stops]]
run = ["forward", "loss"]
words = "Three."
ask = "What now?"
choices = ["this", "that"]
answer = "that"
why = "So it is."
"""


def write(folder: Path, text: str, name: str = "01-mine.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_that_a_lesson_is_read_whole(tmp_path: Path) -> None:
    lesson = load_lesson(write(tmp_path, GOOD))
    program = lesson.program
    assert (lesson.id, lesson.title, lesson.section, lesson.goal) == ("mine", "Mine", "", "See it.")
    assert program.start == GivenStart(0.5, -1.0)
    assert (program.lr, program.batches) == (1.0, 2)
    assert program.skips == {Step.ZERO}
    assert program.variants == ("update-data",)
    assert program.data == DataSpec(n=10, noise=0.0)
    assert [(stop.run, stop.repeat, stop.words) for stop in lesson.stops] == [
        (("forward", "lr=0.2"), 1, "One."),
        ((), 3, "Two."),
        (("forward", "loss"), 1, "Three."),
    ]
    asks = [stop.ask for stop in lesson.stops]
    assert asks == [None, None, Ask("What now?", ("this", "that"), "that", "So it is.")]


def test_that_a_stop_asks_before_its_last_statement_and_before_all_that_repeats() -> None:
    once, often = Stop(("forward", "loss"), ""), Stop(("forward", "loss"), "", repeat=2)
    assert (once.before, once.held) == (("forward",), ("loss",))
    assert (often.before, often.held) == ((), ("forward", "loss"))


BAD = {
    "a missing field": ('id = "mine"\n', "", "line 1: id is missing"),
    "a field that does not exist": (
        'title = "Mine"',
        'title = "Mine"\nx = 1',
        "line 3: x is not a",
    ),
    "a number for a text": ('title = "Mine"', "title = 3", "line 2: title must be str"),
    "a truth value for a number": (
        "lr = 1",
        "lr = true",
        "line 7: program.lr must be int or float",
    ),
    "an unknown statement": ('"lr=0.2"', '"nope"', "line 17: stops[0].run is wrong: unknown step"),
    "a rate that is none": ('"lr=0.2"', '"lr=fast"', "line 17: stops[0].run is wrong: lr is"),
    "a number among statements": ('"lr=0.2"', "2", "line 17: stops[0].run must be a list of texts"),
    "no words": ('words = "Two."', "", "line 20: stops[1].words is missing"),
    "an unknown start": ("[0.5, -1]", '"tpu"', "line 6: program.start is wrong: start 'tpu'"),
    "one start value": ("[0.5, -1]", "[0.5]", "line 6: program.start is wrong: start must be"),
    "an infinite rate": ("lr = 1", "lr = inf", "line 7: program.lr is wrong: lr is inf"),
    "parts of no equal size": ("batches = 2", "batches = 3", "line 10: program.batches is wrong"),
    "a skip of the loss": (
        'skips = ["zero"]',
        'skips = ["loss"]',
        "line 8: program.skips is wrong",
    ),
    "a skip of nothing": ('skips = ["zero"]', 'skips = ["x"]', "program"),
    "a probe on a card": ('"update-data"', '"numpy-b"', "program"),
    "data out of range": ("n = 10", "n = 1", "n is 1, but must be"),
    "data of another kind": ("n = 10", 'n = "x"', "line 13: program.data.n must be int"),
    "an endless number": ("n = 10", f"true_b = 1{'0' * 400}", "line 5"),
    "no repeat at all": ("repeat = 3", "repeat = 0", "line 22: stops[1].repeat must be from 1"),
    "a question without choices": (
        'choices = ["this", "that"]',
        "",
        "line 25: stops[2].choices is",
    ),
    "choices without a question": ('ask = "What now?"', "", "line 25: stops[2].ask is missing"),
    "a question without a reason": ('why = "So it is."', "", "line 25: stops[2].why is missing"),
    "an empty question": ("What now?", " ", "line 28: stops[2].ask must not be empty"),
    "an empty reason": ("So it is.", "", "line 31: stops[2].why must not be empty"),
    "one choice": ('["this", "that"]', '["that"]', "line 29: stops[2].choices must be two to four"),
    "five choices": (
        '["this", "that"]',
        '["that", "1", "2", "3", "4"]',
        "line 29: stops[2].choices must be two to four different texts",
    ),
    "a choice twice": ('["this", "that"]', '["that", "that"]', "line 29: stops[2].choices must be"),
    "an empty choice": ('["this", "that"]', '["that", " "]', "line 29: stops[2].choices must be"),
    "a choice that is none": ('"this", "that"', '1, "that"', "line 29: stops[2].choices must be a"),
    "another answer": (
        'answer = "that"',
        'answer = "so"',
        "line 30: stops[2].answer must be one of the choices",
    ),
    "a question of nothing": (
        '"Two."',
        '"Two."\nask = "?"\nchoices = ["a", "b"]\nanswer = "a"\nwhy = "b"',
        "line 24: stops[1].ask asks of a statement, but run is empty",
    ),
    "broken TOML": ("lr = 1", "lr = ", "line 7"),
    "no stops": (GOOD[GOOD.index("[[stops]]") :], "", "line 1: stops is missing"),
    "stops that are none": (GOOD[GOOD.index("[[stops]]") :], "", "stops"),
}


@pytest.mark.parametrize(("old", "new", "said"), BAD.values(), ids=list(BAD))
def test_that_a_bad_file_is_one_line_with_file_and_place(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(LessonError) as caught:
        load_lesson(write(tmp_path, GOOD.replace(old, new)))
    message = str(caught.value)
    assert message.startswith("01-mine.toml")
    assert said in message
    assert "\n" not in message


def test_that_stops_have_to_be_tables(tmp_path: Path) -> None:
    text = "stops = [1]\n" + GOOD[: GOOD.index("[[stops]]")]
    with pytest.raises(LessonError, match="line 1: stops must be at least one table"):
        load_lesson(write(tmp_path, text))


def test_that_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match=r"gone\.toml: No such file"):
        load_lesson(tmp_path / "gone.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LessonError, match="not UTF-8"):
        load_lesson(tmp_path / "binary.toml")
    with pytest.raises(LessonError, match="larger than"):
        load_lesson(write(tmp_path, "#" * (MOST_BYTES + 1)))


def test_that_a_bad_file_does_not_keep_the_others_from_loading(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, "id = ", "02-broken.toml")
    lessons, errors = load_lessons(tmp_path)
    assert [lesson.id for lesson in lessons] == ["mine"]
    assert [error.file for error in errors] == ["02-broken.toml"]


def test_that_a_lesson_is_found_by_its_id(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, "id = ", "02-broken.toml")
    assert find_lesson("mine", tmp_path).title == "Mine"
    with pytest.raises(LessonError, match=r"02-broken\.toml"):
        find_lesson("broken", tmp_path)
    with pytest.raises(LessonError, match="unknown lesson 'nope'; the lessons are: mine"):
        find_lesson("nope", tmp_path)
