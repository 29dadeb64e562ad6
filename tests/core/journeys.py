"""Runs of the core without a controller, and all that is told of one where it stands."""

from collections.abc import Sequence

import torch

from gradlab.core.history import SPACING
from gradlab.core.program import Program
from gradlab.core.run import Run
from gradlab.core.statements import find
from gradlab.core.turn import Turn, plain_turn
from tests.core.runs import IDS, LESSON_DATA
from tests.core.walks import START

LONG = 1000  # statements
FIRST_MARK = -(-SPACING // 5) * 5  # the first forward pass of the loop that is far enough


def run_of(ids: Sequence[str], batches: int = 1) -> Run:
    """Return a run of these statements, the last one looked at by itself."""
    program = Program(start=START, device="cpu", batches=batches)
    run = Run(program, LESSON_DATA)
    with run.interpreter.listening():
        for statement_id in ids[:-1]:
            run.do(find(statement_id, batches))
        run.look()
        for statement_id in ids[-1:]:
            run.do(find(statement_id, batches))
    return run


def standing(run: Run) -> dict[str, str]:
    """Return the live tensors and what is told of them, as text: equal only bit for bit."""
    history, interpreter = run.history, run.interpreter
    return {
        "tensors": repr(interpreter.tensors()),
        "before": repr(run.tensors_before),
        "graph": repr(interpreter.graph()),
        "versions": repr(
            [leaf.grad and leaf.grad._version for leaf in interpreter._leaves.values()]
        ),
        "rest": repr((interpreter.lr, torch.is_anomaly_enabled(), run.stuck)),
        "history": repr((history.index, history.last, history.ending, history.position.due)),
    }


def looped(count: int, ids: Sequence[str] = IDS) -> list[str]:
    return [ids[k % len(ids)] for k in range(count)]


def turned(turns: int) -> Run:
    """Return a run of whole turns that were done at once, but for the first."""
    run = run_of(IDS)
    with run.interpreter.listening():
        run.turns(plain(), turns - 1, 1e9)
    return run


def plain() -> Turn:
    turn = plain_turn({find(each).step: find(each) for each in IDS}, set(), 1)
    assert turn is not None
    return turn
