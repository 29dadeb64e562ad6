"""The command line. Neither torch nor Qt is imported until something needs it."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from functools import partial
from typing import NoReturn

from typing_extensions import override

from gradlab import __version__
from gradlab.core.errors import GradlabError
from gradlab.core.lesson import find_lesson, lessons_folder, load_lessons
from gradlab.core.limits import check_range
from gradlab.core.move import MOVES, find_move
from gradlab.core.program import (
    DEVICES,
    LESSON_GPU_START,
    DataSpec,
    GivenStart,
    Program,
    SeededStart,
    Start,
)
from gradlab.core.statements import CATALOGUE, find

USAGE_ERROR = 2
THEMES = ("light", "dark", "contrast", "system")
INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    """An argument parser whose refusal is one line."""

    @override
    def error(self, message: str) -> NoReturn:
        self.exit(USAGE_ERROR, f"gradlab: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line `arguments` (those of the process by default); return the exit code.

    0: done; 2: something in the arguments, or on this machine, does not allow it, as one line on
    standard error says.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(_join_negative_values(words))
    try:
        return _COMMANDS[options.command](options)
    except GradlabError as error:
        print(f"gradlab: {error}", file=sys.stderr)
        return USAGE_ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has left; nothing more can be said to them, at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _trace(options: argparse.Namespace) -> int:
    check_range("--repeat", options.repeat, 1, 10**9)
    if bool(options.steps) == bool(options.lesson):
        raise GradlabError("give either the steps to run or --lesson ID; --help tells of both")
    if options.lesson:
        _check_lesson_alone(options)
    for step in options.steps:
        if find_move(step) is None:
            find(step)  # before torch takes its second to start
    if options.stats and options.lesson:
        raise GradlabError("--stats measures steps; a lesson is too short for it")
    lesson = find_lesson(options.lesson, lessons_folder()) if options.lesson else None
    try:
        from gradlab.trace import Form, trace, trace_lesson
    except ImportError as error:
        raise GradlabError(
            f"PyTorch cannot be imported: {error}; `pip install torch` brings it"
        ) from None

    form = Form(as_json=options.json, only_last=options.last, tensors=options.tensors)
    if lesson is not None:
        lines = trace_lesson(lesson, options.device, form)
    else:
        tell = partial(print, file=sys.stderr) if options.stats else None
        lines = trace(_program(options), options.steps, options.repeat, form, tell)
    for line in lines:
        print(line)
    return 0


def _check_lesson_alone(options: argparse.Namespace) -> None:
    """Raise GradlabError where options are given that a lesson settles itself."""
    given = _program(options) != Program(device=options.device)
    if given or getattr(options, "repeat", 1) != 1:
        raise GradlabError("a lesson brings its own program; beside --lesson only --device counts")


def _lessons(_: argparse.Namespace) -> int:
    lessons, errors = load_lessons(lessons_folder())
    for lesson in lessons:
        print(f"{lesson.id:24} {lesson.section:8} {lesson.title}")
    for error in errors:
        print(f"gradlab: {error}", file=sys.stderr)
    return 0


def _window(options: argparse.Namespace) -> int:
    program = _program(options)
    if options.zoom:
        check_range("--zoom", options.zoom, 50, 300)
    if options.lesson:
        _check_lesson_alone(options)
    lesson = find_lesson(options.lesson, lessons_folder()) if options.lesson else None
    from gradlab.qt.display import check_display

    check_display()
    from gradlab.app import Look, run

    look = Look(options.theme or "", options.zoom / 100, options.present, options.screen)
    return run(program, look, lesson)


def _program(options: argparse.Namespace) -> Program:
    return Program(
        data=DataSpec(options.seed, options.n, options.true_b, options.true_w, options.noise),
        start=_start(options.init),
        lr=options.lr,
        device=options.device,
        batches=options.batches,
    )


def _start(text: str) -> Start:
    """Return the start values that --init names."""
    if text == "cpu":
        return SeededStart()
    if text == "gpu":
        return LESSON_GPU_START
    try:
        b, w = (float(part) for part in text.split(","))
    except ValueError:
        raise GradlabError(
            f"--init is {text!r}, but must be cpu, gpu, or two numbers such as 0.5,-1"
        ) from None
    return GivenStart(b, w)


_COMMANDS = {"trace": _trace, "lessons": _lessons, None: _window}


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="gradlab",
        description="Step a real PyTorch training loop by hand and see what autograd does."
        " Without a command, the window opens.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"gradlab {__version__}")
    parser.add_argument("--theme", choices=THEMES, help="the colours; those of last time otherwise")
    parser.add_argument(
        "--zoom", type=int, default=0, metavar="PERCENT", help="how large everything is, 50 to 300"
    )
    parser.add_argument(
        "--present", action="store_true", help="begin with the presentation, for a class"
    )
    parser.add_argument(
        "--screen", default="", metavar="NAME", help="the screen to present on, its name or number"
    )
    parser.add_argument("--lesson", metavar="ID", help="open a lesson; `gradlab lessons` has them")
    _add_program(parser)
    commands = parser.add_subparsers(dest="command", metavar="trace|lessons")
    commands.add_parser("lessons", help="list the lessons", allow_abbrev=False)
    trace = commands.add_parser(
        "trace",
        help="run steps without a window and print what stood after each",
        description="Run the steps in order, without a window, and print what stood after each.",
        epilog=f"The steps are: {' '.join(CATALOGUE)} lr=VALUE; and in time: {MOVES}",
        allow_abbrev=False,
    )
    trace.add_argument(
        "steps", nargs="*", metavar="STEP", help="a step, lr=VALUE, or a move in time"
    )
    trace.add_argument(
        "--lesson", default=argparse.SUPPRESS, metavar="ID", help="run a lesson instead of steps"
    )
    _add_program(trace, argparse.SUPPRESS)  # one given before the command stands
    trace.add_argument("--repeat", type=int, default=1, metavar="N", help="run all steps N times")
    trace.add_argument("--json", action="store_true", help="one JSON object a statement")
    trace.add_argument("--tensors", action="store_true", help="each tensor's full state as well")
    trace.add_argument(
        "--stats", action="store_true", help="speed and memory at the end, on standard error"
    )
    trace.add_argument("--last", action="store_true", help="print only the last statement")
    return parser


def _add_program(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """Add the options that make a Program; `default`, where given, stands for each default."""
    data = DataSpec()
    options: tuple[tuple[str, type | None, object, str, str], ...] = (
        (
            "--init",
            None,
            "cpu",
            "cpu|gpu|B,W",
            "start: torch seed 42, the lesson's CUDA run's, given",
        ),
        ("--lr", float, Program().lr, "F", "learning rate"),
        ("--seed", int, data.seed, "N", "seed of the data"),
        ("--n", int, data.n, "N", "number of points"),
        ("--true-b", float, data.true_b, "F", "intercept of the line behind the data"),
        ("--true-w", float, data.true_w, "F", "slope of the line behind the data"),
        ("--noise", float, data.noise, "F", "standard deviation of the noise"),
        ("--batches", int, 1, "K", "use the training set in K equal parts"),
    )
    group = parser.add_argument_group("the program")
    for flag, kind, usual, metavar, words in options:
        value = usual if default is None else default
        group.add_argument(flag, type=kind or str, default=value, metavar=metavar, help=words)
    group.add_argument(
        "--device", choices=DEVICES, default=default or "auto", help="where PyTorch computes"
    )


def _join_negative_values(words: list[str]) -> list[str]:
    """Write `--init -1,2` as `--init=-1,2`, since argparse takes -1,2 for an option."""
    joined: list[str] = []
    for word in words:
        if re.match(r"-[\d.]", word) and joined and re.fullmatch(r"--[a-z-]+", joined[-1]):
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined
