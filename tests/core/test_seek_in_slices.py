"""Seeks that are done in slices of time."""

import math

import pytest

from gradlab.core.controller import Controller
from gradlab.core.errors import ProgramError
from gradlab.core.move import find_move
from tests.core.runs import GRADS, IDS, after


def chosen() -> Controller:
    controller = after(*IDS, *IDS, "update-data", *(*GRADS, "zero") * 80)
    controller.set_variant("update")
    return controller


@pytest.mark.parametrize("target", [0, 5, 11, 30, 200])
def test_that_the_cards_end_as_those_of_a_seek_at_once(target: int) -> None:
    at_once, in_slices = chosen(), chosen()
    expected = at_once.seek(target, math.inf)
    snapshot = in_slices.seek(target, 0.0)
    while snapshot.index != target:
        snapshot = in_slices.seek(target, 0.0)
    assert snapshot.loop == expected.loop
    assert snapshot.tensors == expected.tensors


def test_that_a_seek_given_up_half_way_leaves_the_next_one_its_cards() -> None:
    controller = chosen()
    assert controller.seek(200, 0.0).index < 200
    controller.do("forward")
    assert controller.seek(0).loop[3].id == "update"


def test_that_a_number_too_long_to_be_one_is_refused_in_a_line() -> None:
    with pytest.raises(ProgramError, match="must be a whole number") as refused:
        find_move("seek=" + "9" * 5000)
    assert len(str(refused.value)) < 120


def test_that_a_seek_that_is_turned_round_half_way_gives_the_cards_of_a_seek_at_once() -> None:
    ids = [*IDS, "cast-w", *IDS * 20, "forward-no-grad", *IDS * 20]
    at_once, turned = after(*ids), after(*ids)
    between = turned.seek(len(ids) - 80, 0.0).index
    assert 0 < between < len(ids) - 80
    assert turned.seek(between - 1).loop == at_once.seek(between - 1).loop
    assert turned.seek(between - 1).loop[0].id == "forward"


def test_that_between_two_slices_nothing_is_told_of_what_changed() -> None:
    controller = after(*IDS, "cast-w", *IDS * 20)
    snapshot = controller.seek(90, 0.0)
    assert 0 < snapshot.index < 90
    assert snapshot.changed == frozenset()
