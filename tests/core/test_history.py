import itertools
import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradlab.core.history import FIRST_CAPACITY, ROW, Columns, History
from gradlab.core.outcome import NUMBER_NAMES, OK, SKIPPED, Kind, Numbers, Outcome
from gradlab.core.statements import find
from tests.core.histories import (
    RAISED,
    START,
    WARNED,
    counted,
    of,
)
from tests.core.runs import GRADS, IDS, after, values


def test_that_row_zero_is_the_start() -> None:
    history = History(START)
    assert len(history) == 0
    assert (history.statement(0), history.outcome(0), history.epoch(0)) == (None, OK, 1)
    assert history.numbers(0) == START


def test_that_a_statement_is_kept_with_how_it_ended_and_what_stood_after_it() -> None:
    history = History(START)
    history.append(find("backward"), OK, Numbers(0.5, -0.25, 1.5, 2.5, 3.5))
    history.append(find("lr=0.5"), OK, Numbers(1.0, 2.0, 3.0, 4.0, 5.0))
    assert len(history) == 2
    assert [history.statement(k) for k in (1, 2)] == [find("backward"), find("lr=0.5")]
    assert history.numbers(1) == Numbers(0.5, -0.25, 1.5, 2.5, 3.5)
    assert history.numbers(2) == Numbers(1.0, 2.0, 3.0, 4.0, 5.0)


@pytest.mark.parametrize(
    "outcome",
    [
        pytest.param(OK, id="ok"),
        pytest.param(SKIPPED, id="skipped"),
        pytest.param(RAISED, id="raised"),
        pytest.param(WARNED, id="warned"),
        pytest.param(Outcome(Kind.RAISED, "TypeError: no", "UserWarning: x"), id="both"),
    ],
)
def test_that_an_outcome_comes_back_word_for_word(outcome: Outcome) -> None:
    history = counted(3)
    history.append(find("zero"), outcome, START)
    history.append(find("forward"), OK, START)
    assert [history.outcome(k) for k in (3, 4, 5)] == [OK, outcome, OK]


float32s = st.none() | st.floats(width=32)


@given(st.builds(Numbers, float32s, float32s, float32s, float32s, float32s))
def test_that_numbers_come_back_bit_for_bit(numbers: Numbers) -> None:
    history = History(numbers)
    history.append(find("forward"), OK, numbers)
    assert repr(values(history.numbers(0))) == repr(values(numbers))
    assert repr(values(history.numbers(1))) == repr(values(numbers))


@pytest.mark.parametrize("name", NUMBER_NAMES)
@pytest.mark.parametrize("value", [None, 0.0, math.nan], ids=str)
def test_that_none_zero_and_nan_are_three_things(name: str, value: float | None) -> None:
    history = History(Numbers(**{name: value}))
    assert repr(getattr(history.numbers(0), name)) == repr(value)


@pytest.mark.parametrize("k", [-1, 4, 1024, 5000], ids=str)
def test_that_a_row_that_was_never_written_is_refused(k: int) -> None:
    history = counted(3)
    for read in (history.numbers, history.statement, history.epoch, history.outcome):
        with pytest.raises(IndexError, match=f"statement {k} of 3"):
            read(k)


# --- epochs


@pytest.mark.parametrize(
    ("outcome", "epochs"),
    [
        pytest.param(OK, [1, 1, 2], id="ok"),
        pytest.param(SKIPPED, [1, 1, 2], id="skipped"),
        pytest.param(RAISED, [1, 1, 1], id="raised"),
    ],
)
def test_that_zero_ends_its_epoch_unless_it_raised(outcome: Outcome, epochs: list[int]) -> None:
    history = History(START)
    for statement_id, ended in (("update", OK), ("zero", outcome), ("forward", OK)):
        history.append(find(statement_id), ended, START)
    assert [history.epoch(k) for k in (1, 2, 3)] == epochs
    assert history.epochs_done == epochs[-1] - 1


@pytest.mark.parametrize("statement_id", [*GRADS, "update", "lr=0.2"])
def test_that_no_other_statement_ends_an_epoch(statement_id: str) -> None:
    history = History(START)
    history.append(find(statement_id), OK, START)
    assert history.epochs_done == 0


# --- columns


def test_that_columns_hold_the_numbers_of_every_row() -> None:
    history = History(START)
    history.append(find("backward"), OK, Numbers(0.5, -0.25, 1.5, 0.0, 4.0))
    history.append(find("zero"), OK, Numbers(0.5, -0.25, 0.0, 0.0, 4.0))
    columns = history.columns()
    assert len(columns) == 3
    assert columns.b.tolist() == [0.5, 0.5, 0.5]
    assert columns.w.tolist() == [-0.25, -0.25, -0.25]
    assert np.isnan(columns.b_grad).tolist() == [True, False, False]
    assert columns.b_grad[1:].tolist() == [1.5, 0.0]
    assert columns.w_grad[1:].tolist() == [0.0, 0.0]
    assert columns.loss[1:].tolist() == [4.0, 4.0]
    assert columns.epoch.tolist() == [1, 1, 1]
    assert columns.added.tolist() == [False, True, False]
    kinds = {getattr(columns, name).dtype for name in NUMBER_NAMES}
    assert (kinds, columns.epoch.dtype) == ({np.dtype(np.float64)}, np.dtype(np.uint32))


@pytest.mark.parametrize(
    ("statement_id", "outcome", "added"),
    [
        ("backward", OK, True),
        ("backward", WARNED, True),
        ("update", OK, False),
        ("zero", OK, False),
        ("lr=1", OK, False),
    ],
    ids=["ok", "warned", "update", "zero", "lr"],
)
def test_that_only_a_backward_that_ran_has_added(
    statement_id: str, outcome: Outcome, added: bool
) -> None:
    history = History(START)
    history.append(find(statement_id), outcome, START)
    assert history.columns().added.tolist() == [False, added]


@pytest.mark.parametrize("name", Columns.__slots__)
def test_that_columns_are_read_only(name: str) -> None:
    columns = counted(2).columns()
    with pytest.raises(ValueError, match="read-only"):
        getattr(columns, name)[0] = 1
    with pytest.raises(FrozenInstanceError):
        setattr(columns, name, None)


def test_that_history_can_still_be_written_after_columns_were_taken() -> None:
    history = counted(2)
    old = history.columns()
    history.append(find("loss"), OK, Numbers(loss=3.0))
    assert old.loss[1:].tolist() == [1.0, 2.0]
    assert history.columns().loss[1:].tolist() == [1.0, 2.0, 3.0]


def test_that_columns_are_taken_without_a_copy() -> None:
    history = counted(5)
    assert np.shares_memory(history.columns().loss, history.columns().loss)


@pytest.mark.parametrize(
    "statements",
    [FIRST_CAPACITY - 2, FIRST_CAPACITY - 1, FIRST_CAPACITY, 2 * FIRST_CAPACITY, 5000],
    ids=str,
)
def test_that_growth_keeps_every_row(statements: int) -> None:
    history = counted(statements)
    assert len(history) == statements
    assert history.columns().loss[1:].tolist() == [float(k) for k in range(1, statements + 1)]
    assert history.numbers(0) == START
    assert history.numbers(statements) == Numbers(loss=float(statements))


def test_that_columns_taken_before_growth_stay_as_they_were() -> None:
    history = counted(FIRST_CAPACITY - 1)
    old = history.columns()
    before = old.loss[1:].tolist()
    history.append(find("zero"), OK, Numbers(loss=-1.0))
    assert len(old) == FIRST_CAPACITY
    assert old.loss[1:].tolist() == before
    assert not np.shares_memory(old.loss, history.columns().loss)
    with pytest.raises(ValueError, match="read-only"):
        old.loss[0] = 0.0


def test_that_a_statement_takes_no_more_than_64_bytes() -> None:
    assert ROW.itemsize <= 64


def test_that_more_learning_rates_than_16_bits_count_can_be_set() -> None:
    history = History(START)
    for k in range(2**16):
        history.append(find(f"lr={k}"), OK, START)
    assert history.statement(2**16) == find(f"lr={2**16 - 1}")


# --- what else is kept


def test_that_the_statements_that_raised_are_known() -> None:
    history = History(START)
    for outcome in (OK, RAISED, SKIPPED, WARNED, RAISED, Outcome(Kind.RAISED, "TypeError: no")):
        history.append(find("zero"), outcome, START)
    assert history.raised(64) == (2, 5, 6)
    history.seek(3)
    assert history.raised(64) == (2, 5, 6)
    history.cut()
    assert history.raised(64) == (2,)


@pytest.mark.parametrize(("count", "told"), [(0, 0), (1, 1), (64, 64), (65, 33), (1000, 63)])
def test_that_of_too_many_that_raised_some_are_told_evenly(count: int, told: int) -> None:
    history = History(START)
    for _ in range(count):
        history.append(find("zero"), RAISED, START)
    found = history.raised(64)
    assert len(found) == told
    assert len({b - a for a, b in itertools.pairwise(found)}) <= 1
    assert found[:1] == (1,)[:count]


def test_that_each_pair_of_statement_and_outcome_is_told_once_in_order_of_first_use() -> None:
    history = History(START)
    told = [("zero", RAISED), ("forward", OK), ("zero", OK), ("lr=0.5", OK), ("zero", SKIPPED)]
    for statement_id, outcome in [*told, *reversed(told), told[2]]:
        history.append(find(statement_id), outcome, START)
    assert list(history.kinds()) == [(find(each), outcome) for each, outcome in told]
    history.seek(0)
    assert len(list(history.kinds())) == 5
    history.seek(3)
    history.cut()
    assert list(history.kinds()) == [(find(each), outcome) for each, outcome in told[:3]]
    assert list(counted(0).kinds()) == []


def test_that_what_the_caller_gives_is_kept_beside_each_statement() -> None:
    history = History(START)
    for took in (0, 3, 255, 0, 7):
        history.append(find("forward"), OK, START, took)
    assert history.took(1, 5).tolist() == [0, 3, 255, 0, 7]
    assert history.took(3, 4).tolist() == [255, 0]
    assert history.took(4, 3).tolist() == []


def test_that_what_is_kept_can_be_replaced_at_the_cursor() -> None:
    history = History(START)
    for took in (1, 2, 3):
        history.append(find("forward"), OK, START, took)
    history.seek(2)
    history.retake(9)
    assert history.took(1, 3).tolist() == [1, 9, 3]
    assert (len(history), history.index) == (3, 2)


def test_that_the_last_settings_are_told_without_those_that_changed_nothing() -> None:
    history = History(START)
    seen = []
    for statement_id in ("lr=0.1", "forward", "lr=0.5", "lr=0.5", "loss", "lr=0.1", "lr=0.5"):
        history.append(find(statement_id), OK, START)
        seen.append([each.id for each in history.settings(2)])
    assert seen == [["lr=0.1"]] * 2 + [["lr=0.1", "lr=0.5"]] * 3 + [
        ["lr=0.5", "lr=0.1"], ["lr=0.1", "lr=0.5"]]  # fmt: skip  # as it is read
    assert len(history.settings(9)) == 4
    history.seek(4)
    assert len(history.settings(9)) == 4
    history.cut()
    assert [each.id for each in history.settings(9)] == ["lr=0.1", "lr=0.5"]
    assert History(START).settings(2) == []


def test_that_statements_are_told_with_how_they_ended() -> None:
    history = History(START)
    told = [("forward", OK), ("loss", RAISED), ("zero", SKIPPED), ("lr=2.0", WARNED)]
    for statement_id, outcome in told:
        history.append(find(statement_id), outcome, START)
    expected = [(find(each), outcome) for each, outcome in told]
    assert list(history.records(1, 4)) == expected
    assert list(history.records(2, 3)) == expected[1:3]
    assert list(history.records(3, 2)) == []


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="start"),
        pytest.param([("forward", OK)], id="in-the-first"),
        pytest.param([*((each, OK) for each in IDS)], id="one"),
        pytest.param([("zero", SKIPPED), ("forward", OK)], id="one-and-a-bit"),
        pytest.param([("zero", RAISED)], id="raised-zero"),
        pytest.param([("backward", OK), ("zero", RAISED)], id="raised-zero-after-a-backward"),
        pytest.param([("backward", OK), ("zero", RAISED), ("zero", RAISED)], id="twice"),
        pytest.param([("zero", OK), ("zero-none", WARNED)], id="two"),
    ],
)
def test_that_the_epochs_recorded_are_those_done_with_the_cursor_at_the_end(
    rows: list[tuple[str, Outcome]],
) -> None:
    history = of([(each, outcome, START) for each, outcome in rows], 1)
    expected = history.epochs_done
    assert history.epochs_recorded == expected
    for k in range(len(rows) + 1):
        history.seek(k)
        assert history.epochs_recorded == expected
    history.seek(len(rows) // 2)
    history.cut()
    assert history.epochs_recorded == history.epochs_done


# --- against live tensors


def test_that_history_keeps_its_numbers_when_zero_later_clears_the_gradient() -> None:
    controller = after(*GRADS)
    before = controller.snapshot()
    controller.do("update")
    controller.do("zero")
    assert before.columns.b_grad[-1] == np.float32(-3.1124958992004395)
    assert before.numbers.w_grad == -1.815643072128296
    assert controller.snapshot().columns.b_grad[3:].tolist() == [
        -3.1124958992004395,
        -3.1124958992004395,
        0.0,
    ]
