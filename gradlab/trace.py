"""`gradlab trace`: steps run without a window, a line for each."""

import json
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from gradlab.core.controller import Controller
from gradlab.core.lesson import Lesson
from gradlab.core.move import Move, find_move
from gradlab.core.number_format import MINUS, format_number
from gradlab.core.outcome import NUMBER_NAMES, OK
from gradlab.core.program import Program
from gradlab.core.snapshot import Snapshot, TensorView

SEEKS = 1000
_HEAD = ("", "step", "outcome", *NUMBER_NAMES, "val_loss")
_WIDTHS = (6, 18, 8, *(11 for _ in NUMBER_NAMES), 11)


@dataclass(frozen=True, slots=True)
class Form:
    """How to print: JSON or a table, every statement or only the last, with the tensors or not."""

    as_json: bool = False
    only_last: bool = False
    tensors: bool = False


def trace(
    program: Program,
    steps: Sequence[str],
    repeat: int,
    form: Form,
    tell: Callable[[str], object] | None = None,
) -> Iterator[str]:
    """Run `steps` `repeat` times from a fresh start and yield the lines to print.

    Args:
        program: What to run them in.
        steps: Statements, and moves in time: back, redo, seek=K.
        repeat: How often to do all of them.
        form: How to print.
        tell: Gets a line on speed and memory at the end; None to measure nothing.

    Raises:
        GradlabError: A step is unknown, no statement K is recorded, or the device is not there.
    """
    controller = Controller(program)
    moves = [find_move(step) for step in steps]
    if not form.as_json:
        yield _row(_HEAD)
    spent = 0.0
    if form.only_last and not any(moves):
        begin = perf_counter()
        snapshot = controller.run(steps, repeat)
        spent = perf_counter() - begin
        yield from _lines(snapshot, controller, form)
    else:
        for _ in range(repeat):
            for step, move in zip(steps, moves, strict=True):
                begin = perf_counter()
                snapshot = controller.do(step) if move is None else _go(controller, move)
                spent += perf_counter() - begin
                if not form.only_last:
                    yield from _lines(snapshot, controller, form, move)
        if form.only_last:
            yield from _lines(snapshot, controller, form, moves[-1])
    if tell is not None:
        tell(_statistics(controller, repeat * moves.count(None), spent))


def _go(controller: Controller, move: Move) -> Snapshot:
    """Go where `move` asks; back at the start and redo at the end stay."""
    if move.index is not None:
        return controller.seek(move.index)
    return controller.back() if move.by < 0 else controller.redo()


def _statistics(controller: Controller, done: int, seconds: float) -> str:
    """Return a line on what a run has cost, and what going anywhere in it costs.

    Args:
        controller: The run.
        done: How many statements were done, recorded still or not.
        seconds: How long they took, with the moves between them.
    """
    recorded = controller.snapshot().recorded
    dice, slowest = random.Random(0), 0.0
    for _ in range(SEEKS):
        begin = perf_counter()
        controller.seek(dice.randint(0, recorded))
        slowest = max(slowest, perf_counter() - begin)
    return (
        f"{done} statements in {seconds:.2f} s, {done / max(seconds, 1e-9):.0f} statements/s;"
        f" history {controller.nbytes / (recorded + 1):.1f} bytes/statement;"
        f" slowest of {SEEKS} random seeks {slowest * 1000:.2f} ms"
    )


def trace_lesson(lesson: Lesson, device: str, form: Form) -> Iterator[str]:
    """Run a lesson from stop to stop and yield the lines to print, its words among them.

    Of a stop that repeats its statements only the last is printed.

    Raises:
        EngineError: The device is not there.
    """
    controller = Controller(replace(lesson.program, device=device))
    if not form.as_json:
        yield from (f"{lesson.title}. {lesson.goal}", _row(_HEAD))
    if form.only_last:
        controller.open_lesson(lesson)
        yield from _lines(controller.go_to_stop(len(lesson.stops) - 1), controller, form)
        return
    for stop in lesson.stops:
        if stop.repeat > 1 and stop.run:
            yield from _lines(controller.run(stop.run, stop.repeat), controller, form)
        else:
            for step in stop.run:
                yield from _lines(controller.do(step), controller, form)
        if not form.as_json:
            yield f"  {stop.words}"


def _lines(
    snapshot: Snapshot, controller: Controller, form: Form, move: Move | None = None
) -> Iterator[str]:
    """Yield the lines for `snapshot`, which a statement or a move has led to."""
    val_loss = controller.validation_loss()
    if move is not None:
        # what the statement there had answered was said when it was done
        snapshot = replace(snapshot, statement=None, outcome=OK)
    word = move.word if move else None
    if form.as_json:
        row = _json(snapshot, val_loss, word)
        if form.tensors:
            row["answer"] = snapshot.outcome.answer
            row["tensors"] = {_title(view): _tensor(view) for view in snapshot.tensors}
        yield json.dumps(row, allow_nan=False)
        return
    statement, outcome = snapshot.statement, snapshot.outcome
    numbers = (getattr(snapshot.numbers, name) for name in NUMBER_NAMES)
    yield _row(
        (
            str(snapshot.index),
            statement.id if statement else word or "",
            outcome.kind.word,
            *(_plain(value) for value in (*numbers, val_loss)),
        )
    )
    for told in (outcome.answer, outcome.error, outcome.warning):
        if told is not None:
            yield "       " + told.replace("\n", "\n       ")
    if form.tensors:
        for view in snapshot.tensors:
            state = ", ".join(f"{name} {value}" for name, value in _tensor(view).items())
            yield f"       {_title(view)}: {state}"


def _json(snapshot: Snapshot, val_loss: float, word: str | None) -> dict[str, Any]:
    statement, outcome = snapshot.statement, snapshot.outcome
    return {
        "index": snapshot.index,
        "step": statement.id if statement else word,
        "code": statement.code if statement else None,
        "outcome": outcome.kind.word,
        "error": outcome.error,
        "warning": outcome.warning,
        **{name: _number(getattr(snapshot.numbers, name)) for name in NUMBER_NAMES},
        "val_loss": _number(val_loss),
    }


def _title(view: TensorView) -> str:
    return view.name if view.named else f"{view.name} (no longer named)"


def _tensor(view: TensorView) -> dict[str, Any]:
    """Return the full state of a tensor; of a large one, the first numbers."""
    grad = view.grad
    return {
        "value": [_number(value) for value in view.value],
        "grad": None if grad is None else [_number(value) for value in grad],
        "requires_grad": view.requires_grad,
        "is_leaf": view.is_leaf,
        "grad_fn": view.grad_fn,
        "_version": view.version,
        "dtype": view.dtype,
        "device": view.device,
        "shape": list(view.shape),
        "numel": math.prod(view.shape),
        "type": view.type_name,
    }


def _number(value: float | None) -> float | str | None:
    """Return `value` as JSON can hold it: the words nan, inf and -inf for what it cannot."""
    return value if value is None or math.isfinite(value) else str(value)


def _plain(value: float | None) -> str:
    """Return `value` as text that any terminal can print."""
    return format_number(value).replace(MINUS, "-")


def _row(cells: Sequence[str]) -> str:
    return "  ".join(
        cell.ljust(width) if i in {1, 2} else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(cells, _WIDTHS, strict=True))
    ).rstrip()
