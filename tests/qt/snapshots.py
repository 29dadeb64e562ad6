"""Snapshots written by hand, so that no panel test needs torch."""

from dataclasses import replace

from gradlab.core.dataset import generate
from gradlab.core.history import History
from gradlab.core.ledger import ledger
from gradlab.core.loop_state import last_outcomes, previous_line, timeline
from gradlab.core.outcome import OK, Numbers, Outcome
from gradlab.core.program import Program
from gradlab.core.snapshot import EMPTY, Caption, Snapshot, TensorView
from gradlab.core.statements import find

START = Numbers(b=0.25, w=0.5)
DATA = generate(Program().data)


def snapshot(*told: tuple[str, Outcome, Numbers], program: Program | None = None) -> Snapshot:
    """Return the snapshot after the statements `told`: id, outcome, numbers."""
    history = History(START)
    for statement_id, outcome, numbers in told:
        history.append(find(statement_id), outcome, numbers)
    n = len(history)
    columns = history.columns()
    return replace(
        EMPTY,
        ready=True,
        index=n,
        statement=history.statement(n),
        outcome=history.outcome(n),
        before=history.numbers(max(n - 1, 0)),
        numbers=history.numbers(n),
        tensors=(tensor("b", history.numbers(n).b), tensor("w", history.numbers(n).w)),
        previous_line=previous_line(columns),
        b_ledger=ledger(columns, "b_grad"),
        w_ledger=ledger(columns, "w_grad"),
        columns=columns,
        timeline=timeline(history, 50),
        last_outcomes=last_outcomes(history),
        next_step=history.position.due,
        last_added=history.position.last,
        epoch=history.epoch(n),
        epochs_done=history.epochs_done,
        program=program or Program(),
        data=DATA,
        device="cpu",
        caption=Caption("backward()", "the gradient **doubled**."),
    )


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
