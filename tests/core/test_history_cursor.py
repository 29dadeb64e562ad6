"""The cursor of a history, and whole turns added at once, against a history made afresh."""

import math
import random
from collections.abc import Callable, Set

import numpy as np
import pytest

from gradlab.core.history import SPACING, History
from gradlab.core.loop_position import LoopPosition
from gradlab.core.outcome import NUMBER_NAMES, OK, SKIPPED, Numbers
from gradlab.core.statements import Step, find
from gradlab.core.turn import plain_turn
from tests.core.histories import (
    RAISED,
    START,
    WARNED,
    any_rows,
    counted,
    of,
    slots,
    standing,
)
from tests.core.journeys import plain
from tests.core.runs import GRADS, IDS

# --- the cursor


def test_that_the_cursor_follows_what_is_appended() -> None:
    history = History(START)
    assert (history.index, history.last, history.ending) == (0, START, OK)
    history.append(find("forward"), WARNED, Numbers(1.0))
    assert (history.index, history.last, history.ending) == (1, Numbers(1.0), WARNED)


def test_that_a_seek_moves_the_cursor_and_keeps_what_came_later() -> None:
    history = counted(5)
    history.append(find("zero"), RAISED, Numbers(2.0))
    for k in (2, 6, 0, 3):
        history.seek(k)
        assert (history.index, len(history)) == (k, 6)
        assert history.last == history.numbers(k) == (Numbers(2.0) if k == 6 else
            Numbers(loss=float(k)) if k else START)  # fmt: skip  # as it is read
        assert history.ending == (RAISED if k == 6 else OK)
    assert len(history.columns()) == 7


@pytest.mark.parametrize("k", [-1, 6, 5000], ids=str)
def test_that_a_seek_to_what_is_not_recorded_is_refused_and_changes_nothing(k: int) -> None:
    history = counted(5)
    history.seek(3)
    with pytest.raises(IndexError, match=f"statement {k} of 5"):
        history.seek(k)
    assert (history.index, history.last) == (3, Numbers(loss=3.0))


@pytest.mark.parametrize("name", NUMBER_NAMES)
def test_that_complete_says_whether_any_number_at_the_cursor_is_none(name: str) -> None:
    whole = Numbers(1.0, 2.0, 3.0, math.nan, 5.0)
    history = History(whole._replace(**{name: None}))
    history.append(find("forward"), OK, whole)
    history.append(find("zero"), OK, whole._replace(**{name: None}))
    found = []
    for k in (2, 1, 0):
        history.seek(k)
        found.append(history.complete)
    assert found == [False, True, False]


@pytest.mark.parametrize("batches", [1, 2, 3], ids=str)
def test_that_wherever_the_cursor_goes_it_stands_as_in_a_history_that_ends_there(
    batches: int,
) -> None:
    rnd = random.Random(batches)
    for _ in range(8):
        rows = any_rows(rnd, rnd.choice((20, 150, 300)))
        history = of(rows, batches)
        for _ in range(8):
            k = rnd.randint(0, len(rows))
            history.seek(k)
            assert standing(history) == standing(of(rows[:k], batches))


def test_that_a_history_goes_on_after_a_cut_as_if_the_rest_had_never_been() -> None:
    rnd = random.Random(7)
    for _ in range(15):
        rows, later = any_rows(rnd, 300), any_rows(rnd, 200)
        history, k = of(rows, 2), rnd.randint(0, 300)
        history.seek(k)
        history.cut()
        assert len(history) == history.index == k
        for statement_id, outcome, numbers in later:
            history.append(find(statement_id, 2), outcome, numbers)
        expected = of([*rows[:k], *later], 2)
        assert standing(history) == standing(expected)
        assert history.raised(1000) == expected.raised(1000)
        assert list(history.records(1, k + 200)) == list(expected.records(1, k + 200))
        columns = zip(slots(history), slots(expected), strict=True)
        assert all(np.array_equal(*pair, equal_nan=True) for pair in columns)
        assert abs(history.nbytes - expected.nbytes) < 1000
        for to in (k // 2, *(rnd.randint(k, k + 200) for _ in range(5)), k + 200):
            history.seek(to)
            expected.seek(to)
            assert standing(history) == standing(expected)


def test_that_going_back_forgets_which_parts_have_had_their_turn() -> None:
    history = of([(each, OK, START) for each in (*GRADS, *GRADS)], 2)
    due = [history.position.due.value]
    for k in (0, 3, 6):
        history.seek(k)
        due.append(history.position.due.value)
    assert due == ["update", "forward", "forward", "update"]


def test_that_columns_taken_before_a_cut_stay_as_they_were() -> None:
    history = counted(5)
    old = history.columns()
    history.seek(2)
    history.cut()
    for k in range(4):
        history.append(find("zero"), RAISED, Numbers(loss=-float(k)))
    assert old.loss[1:].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert history.columns().loss[1:].tolist() == [1.0, 2.0, -0.0, -1.0, -2.0, -3.0]


def test_that_a_cut_at_the_end_forgets_nothing() -> None:
    history = counted(5)
    history.cut()
    assert history.columns().loss[1:].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]


def one_by_one() -> History:
    return of([(IDS[k % 5], OK, Numbers(float(k), 0.0, 0.0, 0.0, 0.0)) for k in range(5000)], 1)


def at_once() -> History:
    history = History(Numbers(1.0, 1.0, 1.0, 1.0, 1.0))
    history.extend(plain(), np.ones((1000, len(plain().reads))))
    return history


@pytest.mark.parametrize("make", [one_by_one, at_once])
def test_that_a_far_seek_notes_few_statements(
    make: Callable[[], History], monkeypatch: pytest.MonkeyPatch
) -> None:
    history = make()
    noted: list[None] = []
    note = LoopPosition.note
    monkeypatch.setattr(LoopPosition, "note", lambda *args: noted.append(note(*args)))
    for k in (4999, 63, 2500, 2510, 1, 4000):
        noted.clear()
        history.seek(k)
        assert len(noted) < 2 * SPACING


# --- whole turns at once


def turned(rnd: random.Random, skips: Set[Step], batches: int) -> tuple[History, History]:
    """Return a history to which whole turns were added at once, and one where each by itself."""
    turn = plain_turn({find(i).step: find(i, batches) for i in IDS}, skips, batches)
    assert turn is not None
    start = Numbers(0.5, -0.25, 1.0, 2.0, 3.0)
    together, singly = History(start, batches), History(start, batches)
    for _ in range(3):
        turns = rnd.choice((1, 2, 15, 40))
        choices = (0.0, 1.0, 2.0, 3.0)
        values = [[rnd.choice(choices) for _ in turn.reads] for _ in range(turns)]
        together.extend(turn, np.array(values).reshape(turns, len(turn.reads)))
        for row in values:
            given = iter(row)
            for statement, skipped in zip(turn.statements, turn.skipped, strict=True):
                read = () if skipped else [n for n in NUMBER_NAMES if n in statement.changes]
                numbers = singly.last._replace(**{name: next(given) for name in read})
                singly.append(statement, SKIPPED if skipped else OK, numbers)
        assert standing(together) == standing(singly)
        for history in (together, singly):  # something else in between
            history.append(find("lr=0.5"), OK, history.last, took=9)
    return together, singly


@pytest.mark.parametrize("batches", [1, 2, 4], ids=str)
@pytest.mark.parametrize(
    "skips",
    [set(), {Step.ZERO}, {Step.UPDATE}, {Step.ZERO, Step.UPDATE}],
    ids=["all", "no-zero", "no-update", "neither"],
)
def test_that_turns_added_at_once_are_those_added_one_by_one(
    skips: set[Step], batches: int
) -> None:
    for seed in range(3):
        rnd = random.Random(f"{seed} {batches} {sorted(skips)}")
        together, singly = turned(rnd, skips, batches)
        n = len(singly)
        assert len(together) == n
        assert standing(together) == standing(singly)
        assert list(together.records(1, n)) == list(singly.records(1, n))
        assert together.took(1, n).tolist() == singly.took(1, n).tolist()
        columns = zip(slots(together), slots(singly), strict=True)
        assert all(np.array_equal(*pair) for pair in columns)
        for _ in range(8):
            k = rnd.randint(0, n)
            together.seek(k)
            singly.seek(k)
            assert standing(together) == standing(singly)


def test_that_turns_take_nothing_over_from_what_was_cut() -> None:
    history = History(Numbers(1.0, 1.0, 1.0, 1.0, 1.0))
    for _ in range(20):
        history.append(find("zero"), RAISED, Numbers(), took=5)
    history.seek(0)
    history.cut()
    history.extend(plain(), np.ones((4, len(plain().reads))))
    assert history.took(1, 20).tolist() == [0] * 20
    assert history.columns().none.tolist() == [0] * 21
    assert history.raised(64) == ()
