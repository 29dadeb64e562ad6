import random

import numpy as np
import pytest

from gradlab.core.checkpoints import FIRST_CAPACITY, Checkpoints

DTYPE = np.dtype([("row", np.uint32), ("rate", np.float64), ("on", np.bool_)])
START = (0, 0.1, False)


def every_third(count: int) -> Checkpoints:
    """Return the start and so many more: row 3k, which can serve 3k + 2."""
    checkpoints = Checkpoints(DTYPE, START)
    for k in range(1, count + 1):
        checkpoints.add(3 * k + 2, (3 * k, k / 7, k % 2 == 0))
    return checkpoints


@pytest.mark.parametrize("k", [0, 1, 10**9], ids=str)
def test_that_the_start_serves_every_statement(k: int) -> None:
    assert Checkpoints(DTYPE, START).find(k) == START


@pytest.mark.parametrize(
    ("k", "row"), [(0, 0), (4, 0), (5, 3), (6, 3), (7, 3), (8, 6), (29, 27), (10**6, 30)], ids=str
)
def test_that_the_latest_row_that_can_serve_is_found(k: int, row: int) -> None:
    assert every_third(10).find(k) == (row, row / 3 / 7 if row else 0.1, row % 6 == 0 and row > 0)


@pytest.mark.parametrize(("k", "usable"), [(0, 0), (4, 0), (5, 5), (7, 5), (8, 8), (10**6, 32)])
def test_that_it_is_known_from_where_on_the_row_that_is_found_can_serve(
    k: int, usable: int
) -> None:
    assert every_third(10).usable(k) == usable


def test_that_rows_added_together_are_those_added_one_by_one() -> None:
    dtype = np.dtype([("row", np.uint32), ("state", np.int32)])
    together, singly = Checkpoints(dtype, (0, -1)), Checkpoints(dtype, (0, -1))
    values = np.column_stack([np.arange(7, 707, 7), -np.arange(100)])
    for each in (slice(0, 1), slice(1, 1), slice(1, 63), slice(63, 100)):
        together.extend(values[each, 0] + 2, values[each])
        for row, state in values[each].tolist():
            singly.add(row + 2, (row, state))
    for k in range(720):
        assert together.find(k) == singly.find(k)
        assert together.usable(k) == singly.usable(k)
    assert together.nbytes == singly.nbytes


def test_that_a_row_comes_back_as_plain_numbers_bit_for_bit() -> None:
    checkpoints = Checkpoints(DTYPE, START)
    checkpoints.add(9, (2**32 - 1, 0.1 + 0.2, True))
    row, rate, on = checkpoints.find(9)
    assert (row, rate, on) == (2**32 - 1, 0.1 + 0.2, True)
    assert (type(row), type(rate), type(on)) == (int, float, bool)


@pytest.mark.parametrize(
    "count", [FIRST_CAPACITY - 1, FIRST_CAPACITY, FIRST_CAPACITY + 1, 1000], ids=str
)
def test_that_growth_keeps_every_row(count: int) -> None:
    checkpoints = every_third(count)
    assert checkpoints.find(1) == START
    assert [checkpoints.find(3 * k + 2)[0] for k in range(1, count + 1)] == [
        3 * k for k in range(1, count + 1)
    ]


@pytest.mark.parametrize(
    ("k", "latest"), [(0, 0), (4, 0), (5, 3), (7, 3), (8, 6), (10**6, 30)], ids=str
)
def test_that_cut_forgets_the_rows_that_serve_only_later_statements(k: int, latest: int) -> None:
    checkpoints = every_third(10)
    checkpoints.cut(k)
    assert checkpoints.find(10**9)[0] == latest
    assert checkpoints.find(k)[0] == latest


def test_that_the_start_is_never_cut() -> None:
    checkpoints = every_third(3)
    checkpoints.cut(0)
    assert checkpoints.find(10**9) == START


def test_that_rows_are_added_after_those_that_a_cut_left() -> None:
    checkpoints = every_third(10)
    checkpoints.cut(8)
    checkpoints.add(10, (7, 0.5, True))
    assert [checkpoints.find(k)[0] for k in (7, 8, 9, 10, 29)] == [3, 6, 6, 7, 7]


def test_that_any_adds_and_cuts_end_as_in_a_plain_list() -> None:
    rnd = random.Random(1)
    checkpoints, rows = Checkpoints(DTYPE, START), [(0, START)]
    for _ in range(2000):
        if rnd.random() < 0.97:
            usable = rows[-1][0] + rnd.randint(0, 5)
            rows.append((usable, (usable, rnd.random(), rnd.random() < 0.5)))
            checkpoints.add(*rows[-1])
        else:
            k = rnd.randint(rows[-1][0] // 2, rows[-1][0] + 2)
            rows = [row for row in rows if row[0] <= k]
            checkpoints.cut(k)
        k = rnd.randint(0, rows[-1][0] + 3)
        assert checkpoints.find(k) == [row for usable, row in rows if usable <= k][-1]


def test_that_nbytes_counts_the_rows_and_what_they_serve() -> None:
    each = DTYPE.itemsize + 4
    checkpoints = every_third(100)
    assert checkpoints.nbytes == 101 * each
    checkpoints.cut(8)
    assert checkpoints.nbytes == 3 * each
