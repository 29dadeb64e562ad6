"""Back, redo and seek, and runs that begin elsewhere."""

import math

import numpy as np
import pytest

from gradlab.core.controller import Controller
from gradlab.core.errors import ProgramError
from gradlab.core.goal import Goal
from gradlab.core.outcome import SKIPPED
from gradlab.core.program import GivenStart, Program
from gradlab.core.statements import Step, find
from tests.core.lesson_figures import (
    CPU,
)
from tests.core.runs import (
    GRADS,
    IDS,
    after,
    cpu,
    kinds,
    picture,
)

# --- through time


def test_that_a_snapshot_tells_what_is_recorded_and_what_comes_next() -> None:
    controller = after(*IDS, "lr=0.5", "zero-none")
    told = [(s.index, s.recorded, s.redo) for s in (controller.seek(k) for k in (7, 6, 5, 4, 0))]
    following = [None, *(find(i) for i in ("zero-none", "lr=0.5", "zero", "forward"))]
    assert told == [(k, 7, each) for k, each in zip((7, 6, 5, 4, 0), following, strict=True)]


@pytest.mark.parametrize("index", [-1, 6, 10**9], ids=str)
def test_that_a_place_that_is_not_recorded_is_refused(index: int) -> None:
    controller = after(*IDS)
    controller.seek(2)
    before = picture(controller.snapshot())
    with pytest.raises(ProgramError) as refusal:
        controller.seek(index)
    assert str(refusal.value) == (f"cannot go to statement {index}: 5 are recorded; 0 is the start")
    assert picture(controller.snapshot()) == before


def test_that_redo_does_again_what_back_undid() -> None:
    controller = after(*IDS)
    whole = picture(controller.snapshot())
    assert [controller.back().index for _ in range(3)] == [4, 3, 2]
    assert [controller.redo().index for _ in range(3)] == [3, 4, 5]
    assert picture(controller.snapshot()) == whole
    assert controller.redo().index == 5


def test_that_redo_does_a_skipped_or_raised_statement_again_as_it_was() -> None:
    controller = after("zero", *GRADS)
    controller.set_skip(Step.ZERO, True)
    controller.do("zero")
    controller.set_skip(Step.ZERO, False)
    controller.seek(0)
    assert kinds(controller.redo()) == ["raised"]
    controller.seek(4)
    assert controller.redo().outcome == SKIPPED
    assert controller.snapshot().numbers.b_grad == CPU.first_grads[0]


def test_that_the_same_way_again_cuts_nothing_off_and_another_does() -> None:
    controller = after(*IDS, *GRADS)
    controller.seek(0)
    for statement_id in IDS:
        snapshot = controller.do(statement_id)
        assert (snapshot.recorded, snapshot.lost) == (8, 0)
    snapshot = controller.do("lr=0.5")
    assert (snapshot.index, snapshot.recorded, snapshot.lost) == (6, 6, 3)
    assert controller.step().lost == 0


def test_that_the_loop_by_itself_follows_what_is_recorded_and_goes_on() -> None:
    controller = after(*IDS * 3)
    controller.seek(4)
    snapshot = controller.advance(100, Goal(5))
    assert (snapshot.index, snapshot.recorded, snapshot.lost) == (25, 25, 0)
    assert snapshot.numbers == after(*IDS * 5).snapshot().numbers


def test_that_the_loop_by_itself_tells_how_much_it_cut_off() -> None:
    controller = after(*IDS * 3)
    controller.seek(6)
    controller.set_skip(Step.UPDATE, True)
    snapshot = controller.advance(50, Goal())
    assert (snapshot.index, snapshot.recorded, snapshot.lost) == (56, 56, 7)


def test_that_going_in_slices_arrives_where_going_at_once_does() -> None:
    controller = cpu()
    controller.advance(300, Goal())
    controller.do("zero-none")
    controller.advance(300, Goal())
    expected = picture(controller.seek(250))
    controller.seek(600)
    slices = 0
    while controller.seek(250, seconds=0.0).index != 250:
        slices += 1
        assert slices < 100
    assert picture(controller.snapshot()) == expected


def test_that_a_place_that_one_is_at_already_is_no_move() -> None:
    controller = after(*GRADS)
    before = picture(controller.snapshot())
    assert picture(controller.seek(3)) == before


def test_that_statements_that_raised_are_told_wherever_one_is() -> None:
    controller = after("zero", *GRADS, "backward", "numpy-b")
    assert controller.snapshot().raised == (1, 5, 6)
    assert controller.seek(0).raised == (1, 5, 6)
    controller.seek(4)
    assert controller.do("update").raised == (1,)


def test_that_curves_show_all_that_is_recorded_and_are_cut_with_it() -> None:
    controller = cpu()
    controller.advance(5000, Goal())
    assert len(controller.seek(10).columns) == 5001
    snapshot = controller.do("lr=0.5")
    assert len(snapshot.columns) == 12
    snapshot = controller.advance(4000, Goal())
    expected = cpu()
    expected.advance(10, Goal())
    expected.do("lr=0.5")
    other = expected.advance(4000, Goal())
    assert len(snapshot.curves.lows) == 4012 // 32
    assert np.array_equal(snapshot.curves.lows, other.curves.lows, equal_nan=True)
    assert np.array_equal(snapshot.curves.highs, other.curves.highs, equal_nan=True)


def test_that_a_hundred_thousand_statements_take_at_most_64_bytes_each() -> None:
    controller = cpu()
    snapshot = controller.advance(100_000, Goal())
    assert snapshot.index == 100_000
    assert controller.nbytes <= 64 * 100_000
    assert controller.nbytes > 50 * 100_000


def test_that_in_parts_and_one_by_one_statements_take_no_more() -> None:
    for controller in (Controller(Program(device="cpu", batches=4)), cpu()):
        controller.set_variant("zero-none")
        controller.advance(4000, Goal())
        assert controller.nbytes <= 64 * 4000


# --- a start of one's own


def test_that_a_run_can_begin_anywhere() -> None:
    controller = after(*IDS, "lr=0.5")
    snapshot = controller.set_start(3.0, -4.5)
    assert (snapshot.index, snapshot.recorded, snapshot.lr) == (0, 0, 0.5)
    assert (snapshot.numbers.b, snapshot.numbers.w) == (3.0, -4.5)
    assert snapshot.program.start == GivenStart(3.0, -4.5)
    assert controller.restart().numbers.b == 3.0


@pytest.mark.parametrize("value", [math.nan, math.inf, -1.1e12], ids=str)
def test_that_a_start_that_is_not_allowed_is_refused(value: float) -> None:
    controller = after(*IDS)
    before = picture(controller.snapshot())
    for line in ((value, 0.0), (0.0, value)):
        with pytest.raises(ProgramError, match="the start value of"):
            controller.set_start(*line)
    assert picture(controller.snapshot()) == before
