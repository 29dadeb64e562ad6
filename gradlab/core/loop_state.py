"""Where in the loop a history stands: pure functions of what was recorded."""

import numpy as np
from numpy.typing import NDArray

from gradlab.core.history import Columns, History
from gradlab.core.outcome import Outcome
from gradlab.core.snapshot import TimelineEntry
from gradlab.core.statements import LOOP, Statement, Step

LOOK_BACK = 200  # statements; in an epoch longer than this, older endings are no longer news


def last_outcomes(history: History) -> tuple[tuple[Statement, Outcome], ...]:
    """Return the statement that each step did last in the current epoch, and how it ended.

    Latest first.
    """
    found: dict[Step, tuple[Statement, Outcome]] = {}
    n = len(history)
    for k in range(n, max(n - LOOK_BACK, 0), -1):
        statement = history.statement(k)
        if history.epoch(k) != history.epoch(n) or len(found) == len(LOOP):
            break
        if statement and statement.step in LOOP:
            found.setdefault(statement.step, (statement, history.outcome(k)))
    return tuple(found.values())


def previous_line(columns: Columns) -> tuple[float, float] | None:
    """Return (b, w) as they were before they last changed, or None if they never have."""
    at = np.flatnonzero(_moves(columns.b) | _moves(columns.w))
    return (float(columns.b[at[-1]]), float(columns.w[at[-1]])) if len(at) else None


def _moves(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return where a value differs from the one before; nan after nan does not."""
    before, after = values[:-1], values[1:]
    moves: NDArray[np.bool_] = (before != after) & ~(np.isnan(before) & np.isnan(after))
    return moves


def timeline(history: History, most: int) -> tuple[TimelineEntry, ...]:
    """Return the latest `most` statements, oldest first; number 0 is the start."""
    n = len(history)
    entries = []
    for k in range(max(n - most + 1, 0), n + 1):
        statement = history.statement(k)
        label = statement.label if statement else "start"
        step = statement.step if statement else None
        entries.append(TimelineEntry(k, label, step, history.outcome(k)))
    return tuple(entries)
