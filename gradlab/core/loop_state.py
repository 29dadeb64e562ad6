"""Where in the loop a history stands: pure functions of what was recorded up to its cursor."""

from gradlab.core.history import History
from gradlab.core.outcome import OK, Outcome
from gradlab.core.snapshot import TimelineEntry
from gradlab.core.statements import LOOP, Statement, Step

LOOK_BACK = 200  # statements; in an epoch longer than this, older endings are no longer news


def last_outcomes(history: History) -> tuple[tuple[Statement, Outcome], ...]:
    """Return the statement that each step did last in the current epoch, and how it ended.

    Latest first.
    """
    found: dict[Step, tuple[Statement, Outcome]] = {}
    n = history.index
    for k in range(n, max(n - LOOK_BACK, 0), -1):
        statement = history.statement(k)
        if history.epoch(k) != history.epoch(n) or len(found) == len(LOOP):
            break
        if statement and statement.step in LOOP:
            found.setdefault(statement.step, (statement, history.outcome(k)))
    return tuple(found.values())


def previous_line(history: History) -> tuple[float, float] | None:
    """Return (b, w) as they were before they last changed, or None if they never have."""
    moved = history.position.moved
    if not moved:
        return None
    before = history.numbers(moved - 1)
    assert before.b is not None
    assert before.w is not None
    return before.b, before.w


def timeline(history: History, most: int) -> tuple[TimelineEntry, ...]:
    """Return the statements around the cursor, at most `most`, oldest first; 0 is the start.

    Half of them come after the cursor, if there are so many.
    """
    n = len(history)
    last = min(n, max(history.index + most // 2, most - 1))
    first = max(last - most + 1, 0)
    start = [TimelineEntry(0, "start", None, OK)] if first == 0 else []
    told = enumerate(history.records(max(first, 1), last), max(first, 1))
    return (*start, *(TimelineEntry(k, s.label, s.step, outcome) for k, (s, outcome) in told))
