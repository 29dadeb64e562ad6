"""Where in the loop a history stands: pure functions of what was recorded."""

import numpy as np
from numpy.typing import NDArray

from gradlab.core.history import Columns, History
from gradlab.core.outcome import Outcome
from gradlab.core.snapshot import TimelineEntry
from gradlab.core.statements import LOOP, Step

LOOK_BACK = 200  # statements; in an epoch longer than this, older endings are no longer news


def next_step(history: History, batches: int = 1) -> Step:
    """Return the step that the loop does next.

    It follows the last one that ended well. A step that was due and raised does not hold the loop
    up: after a forward, loss or backward that raised comes a new forward, after an update that
    raised comes zero, after a zero that raised the next forward. With the training set in parts,
    forward follows backward until every part has had its turn.
    """
    n = len(history)
    k = n
    while k and _advanced(history, k) is None:
        k -= 1
    due = _after(history, k, batches)
    for raised in range(k + 1, n + 1):
        statement = history.statement(raised)
        if statement is not None and statement.step is due:
            due = Step.ZERO if due is Step.UPDATE else Step.FORWARD
    return due


def _after(history: History, k: int, batches: int) -> Step:
    """Return the step after the k-th statement, which ended well, or is the start."""
    step = _advanced(history, k)
    if step is None:
        return LOOP[0]
    if step is Step.BACKWARD and _backwards_since_update(history, k) < batches:
        return Step.FORWARD
    return LOOP[(LOOP.index(step) + 1) % len(LOOP)]


def _advanced(history: History, k: int) -> Step | None:
    """Return the step of the loop that the k-th statement did, if it did not raise."""
    statement = history.statement(k)
    if statement is None or statement.step not in LOOP or not history.outcome(k).advances:
        return None
    return statement.step


def _backwards_since_update(history: History, last: int) -> int:
    count = 0
    for k in range(last, 0, -1):
        step = _advanced(history, k)
        if step in {Step.UPDATE, Step.ZERO}:
            break
        count += step is Step.BACKWARD
    return count


def last_outcomes(history: History) -> tuple[tuple[Step, Outcome], ...]:
    """Return how each step last ended in the current epoch, latest first."""
    found: dict[Step, Outcome] = {}
    n = len(history)
    for k in range(n, max(n - LOOK_BACK, 0), -1):
        statement = history.statement(k)
        if history.epoch(k) != history.epoch(n) or len(found) == len(LOOP):
            break
        if statement and statement.step in LOOP:
            found.setdefault(statement.step, history.outcome(k))
    return tuple(found.items())


def previous_line(columns: Columns) -> tuple[float, float] | None:
    """Return (b, w) as they were before they last changed, or None if they never have."""
    at = np.flatnonzero(_moves(columns.b) | _moves(columns.w))
    return (float(columns.b[at[-1]]), float(columns.w[at[-1]])) if len(at) else None


def _moves(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return where a value differs from the one before; nan after nan does not."""
    before, after = values[:-1], values[1:]
    moves: NDArray[np.bool_] = (before != after) & ~(np.isnan(before) & np.isnan(after))
    return moves


def line_of_last_backward(history: History) -> tuple[float, float] | None:
    """Return (b, w) as the forward pass before the last backward() used them, or None."""
    backward_seen = False
    for k in range(len(history), 0, -1):
        step = _advanced(history, k)
        backward_seen = backward_seen or step is Step.BACKWARD
        if backward_seen and step is Step.FORWARD:
            numbers = history.numbers(k)
            return None if numbers.b is None or numbers.w is None else (numbers.b, numbers.w)
    return None


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
