"""Runs to test with: programs on the CPU, random sequences, and a snapshot as plain text."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st
from typing_extensions import override

from gradlab.core.controller import Controller
from gradlab.core.dataset import generate
from gradlab.core.outcome import Numbers
from gradlab.core.program import DataSpec, Program, Start
from gradlab.core.snapshot import EMPTY, Snapshot
from gradlab.core.statements import CATALOGUE, Statement, Step

IDS = ("forward", "loss", "backward", "update", "zero")
GRADS = ("forward", "loss", "backward")
ALL = tuple(CATALOGUE)
LESSON_DATA = generate(DataSpec())
SETTINGS = ("lr=0.1", "lr=0.0", "lr=-0.5", "lr=3.0")

# Whole stretches of the loop beside single statements: single ones alone would mostly raise.
stretches = st.sampled_from([(i,) for i in (*IDS, *SETTINGS)] + [GRADS, IDS, (*GRADS, *GRADS)])


def _joined(parts: Sequence[Sequence[str]]) -> list[str]:
    return [statement_id for part in parts for statement_id in part]


sequences = st.lists(stretches, max_size=6).map(_joined)
anything = st.lists(
    st.sampled_from([(i,) for i in (*ALL, "lr=0.5")] + [GRADS, ("forward", "loss")]), max_size=6
).map(_joined)
"""Sequences of any statements of the catalogue."""


class Blind(Controller):
    """A controller that makes no pictures, so that very many statements are cheap."""

    @override
    def snapshot(self) -> Snapshot:
        return EMPTY

    def look(self) -> Snapshot:
        """Return the picture after all."""
        return super().snapshot()


def cpu_program(lr: float = 0.1, start: Start | None = None) -> Program:
    return (
        Program(lr=lr, device="cpu") if start is None else Program(start=start, lr=lr, device="cpu")
    )


def split_program(batches: int, data: DataSpec | None = None) -> Program:
    return Program(data=data or DataSpec(), device="cpu", batches=batches)


def cpu(lr: float = 0.1, start: Start | None = None) -> Controller:
    return Controller(cpu_program(lr, start))


def after(*statement_ids: str) -> Controller:
    """Return the lesson's controller after these statements, the last one done by itself."""
    controller = cpu()
    controller.run(statement_ids[:-1])
    for statement_id in statement_ids[-1:]:
        controller.do(statement_id)
    return controller


def overflowed() -> Controller:
    """Return a run whose b, w and gradients are infinite, and none of them nan."""
    controller = cpu(lr=1e12)
    controller.run([*GRADS, "update"], repeat=3)
    while controller.snapshot().numbers.b_grad not in (float("inf"), float("-inf")):
        controller.run(["update", *GRADS])
    return controller


def probe(code: str, step: Step = Step.FORWARD) -> Statement:
    """Return a statement that is not in the catalogue, to reach what its own never do."""
    return Statement("probe", step, "probe", code)


def values(numbers: Numbers) -> tuple[float | None, ...]:
    return numbers.b, numbers.w, numbers.b_grad, numbers.w_grad, numbers.loss


def kinds(snapshot: Snapshot) -> list[str]:
    """Return how each statement ended, up to the current one."""
    done = snapshot.timeline[1 : snapshot.index + 1]
    return [entry.outcome.kind.word for entry in done]


def picture(snapshot: Snapshot) -> dict[str, str]:
    """Return each part of a snapshot as text: equal texts are equal bit for bit, nan included."""
    columns = snapshot.columns
    residuals = snapshot.residuals
    parts = {
        name: repr(getattr(snapshot, name))
        for name in (
            "index", "statement", "outcome", "before", "numbers", "tensors", "previous_line",
            "b_ledger", "w_ledger", "checks", "graph", "last_added", "last_outcomes", "next_step",
            "epoch", "epochs_done", "stuck", "lr", "val_loss", "rate_limit", "course", "loop",
            "program", "device", "caption",
        )
    }  # fmt: skip  # a line each would say no more
    parts["changed"] = repr(sorted(snapshot.changed))
    skips = sorted(snapshot.program.skips)  # the order of a set differs from process to process
    parts["program"] = repr((replace(snapshot.program, skips=frozenset()), skips))
    parts["residuals"] = repr(None if residuals is None else residuals.tolist())
    done = snapshot.index + 1
    parts["columns"] = repr(
        [getattr(columns, name)[:done].tolist() for name in type(columns).__slots__]
    )
    return parts
