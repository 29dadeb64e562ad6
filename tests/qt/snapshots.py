"""Snapshots written by hand, so that no panel test needs torch."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gradlab.core.dataset import Column, generate
from gradlab.core.history import Columns, History
from gradlab.core.ledger import ledger
from gradlab.core.loop_state import last_outcomes, previous_line, timeline
from gradlab.core.outcome import OK, Numbers, Outcome
from gradlab.core.outline import Outline
from gradlab.core.pin import Pin
from gradlab.core.program import Program
from gradlab.core.snapshot import EMPTY, Caption, Snapshot, TensorView
from gradlab.core.statements import find
from gradlab.core.surface import quadratic

START = Numbers(b=0.25, w=0.5)
DATA = generate(Program().data)
SURFACE = quadratic(DATA.x_train, DATA.y_train)
VALIDATION = quadratic(DATA.x_val, DATA.y_val)


def snapshot(*told: tuple[str, Outcome, Numbers], program: Program | None = None) -> Snapshot:
    """Return the snapshot after the statements `told`: id, outcome, numbers."""
    history = History(START)
    for statement_id, outcome, numbers in told:
        history.append(find(statement_id), outcome, numbers)
    n = len(history)
    columns, last = history.columns(), history.position.last
    return replace(
        EMPTY,
        ready=True,
        index=n,
        statement=history.statement(n),
        outcome=history.outcome(n),
        before=history.numbers(max(n - 1, 0)),
        numbers=history.numbers(n),
        tensors=(tensor("b", history.numbers(n).b), tensor("w", history.numbers(n).w)),
        previous_line=previous_line(history),
        b_ledger=ledger(history, "b_grad"),
        w_ledger=ledger(history, "w_grad"),
        recorded=n,
        curves=Outline(VALIDATION).follow(columns),
        surface=SURFACE,
        val_loss=mean_squared_error(history.numbers(n), DATA.x_val, DATA.y_val),
        timeline=timeline(history, 50),
        last_outcomes=last_outcomes(history),
        next_step=history.position.due,
        last_added=None if last is None else history.added(last),
        epoch=history.epoch(n),
        epochs_done=history.epochs_done,
        program=program or Program(),
        data=DATA,
        device="cpu",
        caption=Caption("backward()", "the gradient **doubled**."),
    )


def mean_squared_error(numbers: Numbers, x: Column, y: Column) -> float:
    """Return the loss at the b and w of `numbers`, worked out point by point."""
    assert numbers.b is not None
    assert numbers.w is not None
    with np.errstate(over="ignore", invalid="ignore"):  # of a run that has diverged
        return float(np.mean((numbers.b + numbers.w * x - y) ** 2))


def tensor(name: str, value: float | None, grad: float | None = None) -> TensorView:
    """Return a leaf of one number."""
    return TensorView(
        name=name,
        value=(value or 0.0,),
        shape=(1,),
        dtype="torch.float32",
        device="cpu",
        type_name="torch.FloatTensor",
        requires_grad=True,
        is_leaf=True,
        grad_fn=None,
        grad=None if grad is None else (grad,),
        version=0,
    )


def twice_backward() -> Snapshot:
    """Return a snapshot with two contributions in each ledger."""
    once = Numbers(b=0.25, w=0.5, b_grad=-3.0, w_grad=-2.0, loss=2.5)
    twice = Numbers(b=0.25, w=0.5, b_grad=-6.0, w_grad=-4.0, loss=2.5)
    return snapshot(
        ("forward", OK, START),
        ("loss", OK, Numbers(b=0.25, w=0.5, loss=2.5)),
        ("backward", OK, once),
        ("backward", OK, twice),
    )


def of_loop(*numbers: Numbers) -> Snapshot:
    """Return the snapshot after statements in loop order that left these numbers, one each."""
    steps = ("forward", "loss", "backward", "update", "zero")
    return snapshot(*((steps[i % 5], OK, each) for i, each in enumerate(numbers)))


def at(index: int, shown: Snapshot) -> Snapshot:
    """Return `shown` as it would be after going to the statement `index`, its numbers included."""
    row = {name: float(getattr(shown.columns, name)[index]) for name in Numbers._fields}
    return replace(shown, index=index, numbers=Numbers(**row))


def long(values: Sequence[float]) -> Snapshot:
    """Return a snapshot with a statement for each of `values`, which is every number there is."""
    rows = np.array(values, np.float64)
    epochs, no = np.zeros(len(rows), np.uint32), np.zeros(len(rows), np.bool_)
    columns = Columns(rows, rows, rows, rows, rows, epochs, no, epochs.astype(np.uint8))
    last = float(rows[-1])
    return replace(
        snapshot(),
        index=len(rows) - 1,
        recorded=len(rows) - 1,
        numbers=Numbers(*[last] * 5),
        curves=Outline(VALIDATION).follow(columns),
    )


def pin(letter: str, shown: Snapshot, name: str = "lr 0.1") -> Pin:
    """Return the run of `shown`, pinned; its losses are worked out point by point."""
    return Pin(
        letter=letter,
        name=name,
        data=DATA.spec,
        curves=shown.curves,
        statements=shown.recorded,
        epochs=shown.epochs_done,
        numbers=shown.numbers,
        loss=mean_squared_error(shown.numbers, DATA.x_train, DATA.y_train),
        val_loss=mean_squared_error(shown.numbers, DATA.x_val, DATA.y_val),
    )
