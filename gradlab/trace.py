"""`gradlab trace`: steps run without a window, a line for each."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gradlab.core.controller import Controller
from gradlab.core.lesson import Lesson
from gradlab.core.number_format import MINUS, format_number
from gradlab.core.outcome import NUMBER_NAMES
from gradlab.core.program import Program
from gradlab.core.snapshot import Snapshot, TensorView

_HEAD = ("", "step", "outcome", *NUMBER_NAMES, "val_loss")
_WIDTHS = (6, 18, 8, *(11 for _ in NUMBER_NAMES), 11)


@dataclass(frozen=True, slots=True)
class Form:
    """How to print: JSON or a table, every statement or only the last, with the tensors or not."""

    as_json: bool = False
    only_last: bool = False
    tensors: bool = False


def trace(program: Program, steps: Sequence[str], repeat: int, form: Form) -> Iterator[str]:
    """Run `steps` `repeat` times from a fresh start and yield the lines to print.

    Raises:
        GradlabError: A step is unknown, or the device is not there.
    """
    controller = Controller(program)
    if not form.as_json:
        yield _row(_HEAD)
    if form.only_last:
        yield from _lines(controller.run(steps, repeat), controller, form)
        return
    for _ in range(repeat):
        for step in steps:
            yield from _lines(controller.do(step), controller, form)


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


def _lines(snapshot: Snapshot, controller: Controller, form: Form) -> Iterator[str]:
    val_loss = controller.validation_loss()
    if form.as_json:
        row = _json(snapshot, val_loss)
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
            statement.id if statement else "",
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


def _json(snapshot: Snapshot, val_loss: float) -> dict[str, Any]:
    statement, outcome = snapshot.statement, snapshot.outcome
    return {
        "index": snapshot.index,
        "step": statement.id if statement else None,
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
