"""Histories to test with, and all that one tells at its cursor."""

import math
import random
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from gradlab.core.history import Columns, History
from gradlab.core.ledger import ledger
from gradlab.core.outcome import OK, SKIPPED, Kind, Numbers, Outcome
from gradlab.core.statements import find
from tests.core.runs import IDS

START = Numbers(0.5, -0.25)
RAISED = Outcome(Kind.RAISED, "RuntimeError: no")
WARNED = Outcome(Kind.OK, None, "UserWarning: careful")


def counted(statements: int) -> History:
    """Return a history in which the loss counts the statements."""
    history = History(START)
    for k in range(1, statements + 1):
        history.append(find("forward"), OK, Numbers(loss=float(k)))
    return history


Row = tuple[str, Outcome, Numbers]
WITH_ZERO_AND_NAN = (0.0, 1.0, 2.0, math.nan, math.inf)


def any_rows(rnd: random.Random, count: int) -> list[Row]:
    """Return statements that ended anyhow, and numbers that were anything after them."""
    rows, last = [], Numbers(0.5, -0.25)
    for _ in range(count):
        outcome = rnd.choices((OK, SKIPPED, RAISED, WARNED), weights=(8, 1, 2, 1))[0]
        if outcome is not SKIPPED and rnd.random() < 0.7:
            last = Numbers(*(
                rnd.choice((*WITH_ZERO_AND_NAN, *[None] * (i > 1), last[i])) for i in range(5)
            ))  # fmt: skip  # as it is read
        rows.append((rnd.choice((*IDS, *IDS, "lr=0.5", "loss-false-cure", "zero-none")), outcome,
                     last))  # fmt: skip
    return rows


def of(rows: Sequence[Row], batches: int) -> History:
    history = History(START, batches)
    for statement_id, outcome, numbers in rows:
        history.append(find(statement_id, batches), outcome, numbers)
    return history


def standing(history: History) -> str:
    """Return all that a history tells at its cursor."""
    position, calls = history.position, [*history.position.turn, history.position.last]
    return repr((
        history.index, history.last, history.ending, history.complete, history.epochs_done,
        position.due, position.epoch, position.begins_turn, calls, position.moved,
        [history.added(call) for call in calls if call],
        [ledger(history, name) for name in ("b_grad", "w_grad")],
    ))  # fmt: skip  # a line each would say no more


def slots(history: History) -> list[NDArray[Any]]:
    columns = history.columns()
    return [getattr(columns, name) for name in Columns.__slots__]
