"""Lessons: files of data that set a program up and walk through it with words. None is run."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradlab.core.errors import GradlabError, LessonError
from gradlab.core.program import (
    LESSON_GPU_START,
    DataSpec,
    GivenStart,
    Program,
    SeededStart,
    Start,
)
from gradlab.core.statements import Step, find

MOST_BYTES = 200_000
MOST_REPEATS = 100_000
_PACKAGE = Path(__file__).resolve().parent.parent
_STARTS: Mapping[str, Start] = {"cpu": SeededStart(), "gpu": LESSON_GPU_START}


@dataclass(frozen=True, slots=True)
class Ask:
    """What a lesson asks before a stop is reached.

    Attributes:
        text: The question, in whole sentences.
        choices: What can be answered, two to four.
        answer: Which of them comes true.
        why: One sentence on the reason.
    """

    text: str
    choices: tuple[str, ...]
    answer: str
    why: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A place in a lesson: what to run to get there, and what to say then.

    Attributes:
        run: The ids of the statements to run, in order.
        repeat: How often to run them all.
        words: What to say; its numbers are those that stand then.
        ask: What to ask of a person who predicts, or None.
    """

    run: tuple[str, ...]
    words: str
    repeat: int = 1
    ask: Ask | None = None

    @property
    def before(self) -> tuple[str, ...]:
        """What to run before it asks: all but the last statement; nothing of what repeats."""
        return self.run[:-1] if self.repeat == 1 else ()

    @property
    def held(self) -> tuple[str, ...]:
        """What is left to run, `repeat` times, once the guess is made."""
        return self.run[len(self.before) :]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A walk through a program.

    Attributes:
        id: Its stable name.
        title: What it is called.
        section: The part of the lesson that it makes explorable, such as "3.3.3", or "".
        goal: What can be seen in it, in one sentence.
        program: What is explored.
        stops: The places to stop at, in order.
    """

    id: str
    title: str
    section: str
    goal: str
    program: Program
    stops: tuple[Stop, ...]


def lessons_folder() -> Path:
    """Return the folder of the lessons that come with gradlab."""
    installed = _PACKAGE / "resources"
    return (installed if installed.is_dir() else _PACKAGE.parent / "resources") / "lessons"


def load_lessons(folder: Path) -> tuple[tuple[Lesson, ...], tuple[LessonError, ...]]:
    """Return the lessons in `folder`, in the order of their file names, and what is wrong with any.

    A file that is wrong does not keep the others from loading.
    """
    lessons: list[Lesson] = []
    errors: list[LessonError] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            lessons.append(load_lesson(path))
        except LessonError as error:
            errors.append(error)
    return tuple(lessons), tuple(errors)


def find_lesson(lesson_id: str, folder: Path) -> Lesson:
    """Return the lesson named `lesson_id`.

    Raises:
        LessonError: There is none, or its file is wrong.
    """
    lessons, errors = load_lessons(folder)
    for lesson in lessons:
        if lesson.id == lesson_id:
            return lesson
    for error in errors:
        if Path(error.file).stem.endswith(lesson_id):
            raise error
    known = " ".join(lesson.id for lesson in lessons)
    raise LessonError(f"unknown lesson {lesson_id!r}; the lessons are: {known}")


def load_lesson(path: Path) -> Lesson:
    """Read a lesson from a TOML file.

    Raises:
        LessonError: The file cannot be read, or a field in it is wrong; the message names the
            file, the line and the field.
    """
    text = _read(path)
    try:
        return _lesson(_Table(tomllib.loads(text), path.name, text, ""))
    except tomllib.TOMLDecodeError as error:
        raise LessonError(f"{path.name}: {error}", path.name) from None


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise LessonError(f"{path.name}: larger than {MOST_BYTES} bytes", path.name)
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise LessonError(f"{path.name}: {error.strerror}", path.name) from None
    except UnicodeDecodeError:
        raise LessonError(f"{path.name}: it is not UTF-8 text", path.name) from None


class _Table:
    """A table of the file, whose fields are taken out one by one; what is left over is unknown."""

    def __init__(self, fields: dict[str, Any], file: str, text: str, name: str) -> None:
        self._fields = dict(fields)
        self._file, self._text, self._name = file, text, name

    def take(self, field: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        """Return the field, which has to be of `kind` (bool is not int), or `default`."""
        if field not in self._fields:
            if default is None:
                raise self.error(field, "is missing")
            return default
        value = self._fields.pop(field)
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if not isinstance(value, kind) or (isinstance(value, bool) and bool not in kinds):
            raise self.error(field, f"must be {' or '.join(k.__name__ for k in kinds)}")
        return value

    def has(self, field: str) -> bool:
        """Return whether the field is there and has not been taken."""
        return field in self._fields

    def text(self, field: str) -> str:
        """Return a text that is not empty, without blanks at its ends."""
        value: str = self.take(field, str).strip()
        if not value:
            raise self.error(field, "must not be empty")
        return value

    def words(self, field: str, default: list[str] | None = None) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.take(field, list, default)
        if not all(isinstance(word, str) for word in value):
            raise self.error(field, "must be a list of texts")
        return tuple(value)

    def table(self, field: str) -> "_Table":
        """Return the table inside this one, empty if it is not there."""
        inner = self.take(field, dict, {})
        return _Table(inner, self._file, self._text, f"{self._name}.{field}".lstrip("."))

    def tables(self, field: str) -> list["_Table"]:
        """Return the tables of an array of tables, at least one."""
        inner = self.take(field, list)
        if not inner or not all(isinstance(each, dict) for each in inner):
            raise self.error(field, "must be at least one table")
        return [_Table(t, self._file, self._text, f"{field}[{i}]") for i, t in enumerate(inner)]

    def close(self) -> None:
        """Raise LessonError if a field was not taken."""
        for field in self._fields:
            raise self.error(field, "is not a field of a lesson")

    def error(self, field: str, what: str) -> LessonError:
        """Return the error that says `what` is wrong with `field`, and where it stands."""
        full = f"{self._name}.{field}".lstrip(".")
        return LessonError(f"{self._file}, line {self._line(field)}: {full} {what}", self._file)

    def _line(self, field: str) -> int:
        """Return the line of the field; where it is missing, of its table."""
        lines = self._text.splitlines()
        begin = self._begin(lines)
        for number in range(begin, len(lines)):
            if number > begin and lines[number].lstrip().startswith("["):
                break
            if re.match(rf"\s*{re.escape(field)}\s*=", lines[number]):
                return number + 1
        return begin + 1

    def _begin(self, lines: list[str]) -> int:
        """Return the index of the line that opens this table."""
        name, _, place = self._name.rstrip("]").partition("[")
        opening = f"[[{name}]]" if place else f"[{name}]"
        found = [i for i, line in enumerate(lines) if line.strip() == opening]
        wanted = int(place or 0)
        return found[wanted] if wanted < len(found) else 0


def _lesson(table: _Table) -> Lesson:
    lesson = Lesson(
        id=table.take("id", str),
        title=table.take("title", str),
        section=table.take("section", str, ""),
        goal=table.take("goal", str),
        program=_program(table.table("program")),
        stops=tuple(_stop(stop) for stop in table.tables("stops")),
    )
    table.close()
    return lesson


def _program(table: _Table) -> Program:
    start = table.take("start", (str, list), "cpu")
    lr = table.take("lr", (int, float), Program().lr)
    batches = table.take("batches", int, 1)
    skips, variants = table.words("skips", []), table.words("variants", [])
    data = table.table("data")
    try:
        program = Program(
            data=_data(data),
            start=_start(start),
            lr=float(lr),
            device="auto",
            skips=frozenset(Step(name) for name in skips),
            variants=variants,
            batches=batches,
        )
    except (GradlabError, ValueError, OverflowError) as error:
        if isinstance(error, LessonError):
            raise
        raise table.error(_field_named_in(str(error)), f"is wrong: {error}") from None
    table.close()
    return program


def _field_named_in(message: str) -> str:
    words = ("lr", "batches", "skip", "start", "variant")
    field = next((word for word in words if word in message), "data")
    return {"skip": "skips", "variant": "variants"}.get(field, field)


def _data(table: _Table) -> DataSpec:
    default = DataSpec()
    number = (int, float)
    spec = DataSpec(
        seed=table.take("seed", int, default.seed),
        n=table.take("n", int, default.n),
        true_b=float(table.take("true_b", number, default.true_b)),
        true_w=float(table.take("true_w", number, default.true_w)),
        noise=float(table.take("noise", number, default.noise)),
    )
    table.close()
    return spec


def _start(start: str | list[Any]) -> Start:
    if isinstance(start, str):
        if start not in _STARTS:
            raise GradlabError(f"start {start!r} is neither cpu nor gpu nor two numbers")
        return _STARTS[start]
    if len(start) != 2 or not all(type(number) in {int, float} for number in start):
        raise GradlabError("start must be cpu, gpu, or two numbers")
    return GivenStart(float(start[0]), float(start[1]))


def _stop(table: _Table) -> Stop:
    run = table.words("run")
    for statement_id in run:
        try:
            find(statement_id)
        except GradlabError as error:
            raise table.error("run", f"is wrong: {error}") from None
    repeat = table.take("repeat", int, 1)
    if not 1 <= repeat <= MOST_REPEATS:
        raise table.error("repeat", f"must be from 1 to {MOST_REPEATS}")
    stop = Stop(run, table.take("words", str).strip(), repeat, _ask(table, run))
    table.close()
    return stop


def _ask(table: _Table, run: tuple[str, ...]) -> Ask | None:
    """Return what the stop asks: the four fields ask, choices, answer and why, or none of them."""
    if not any(table.has(field) for field in ("ask", "choices", "answer", "why")):
        return None
    text, choices = table.text("ask"), table.words("choices")
    answer, why = table.text("answer"), table.text("why")
    if not run:
        raise table.error("ask", "asks of a statement, but run is empty")
    if not 2 <= len(set(choices)) == len(choices) <= 4 or not all(map(str.strip, choices)):
        raise table.error("choices", "must be two to four different texts")
    if answer not in choices:
        raise table.error("answer", "must be one of the choices")
    return Ask(text, choices, answer, why)
