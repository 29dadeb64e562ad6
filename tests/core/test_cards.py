"""A statement that runs takes its place on a card; going back gives the card back."""

import itertools
import random
from collections.abc import Sequence

import pytest

from gradlab.core.cards import Cards
from gradlab.core.controller import Controller
from gradlab.core.goal import Goal
from gradlab.core.history import History
from gradlab.core.outcome import OK, Numbers
from gradlab.core.program import Program
from gradlab.core.statements import LOOP, Step, find, variants
from tests.core.runs import GRADS, IDS, after, cpu, split_program

START = Numbers(0.5, -0.25)
EVERY = [s.id for step in LOOP for s in variants(step)]


def cards(controller: Controller) -> tuple[str, ...]:
    return controller.program.loop


def holding(*chosen: str) -> tuple[str, ...]:
    """Return the five cards where these hold something else than the lesson's own."""
    held = {find(name).step: name for name in (*IDS, *chosen)}
    return tuple(held[step] for step in LOOP)


# --- taking


@pytest.mark.parametrize("statement_id", sorted(set(EVERY) - set(IDS)))
def test_that_a_variant_that_runs_takes_its_place_and_back_gives_it_back(statement_id: str) -> None:
    controller = after(*GRADS, statement_id)
    assert cards(controller) == holding(statement_id)
    assert [s.id for s in controller.snapshot().loop] == [*holding(statement_id)]
    controller.back()
    assert cards(controller) == holding()
    controller.redo()
    assert cards(controller) == holding(statement_id)


@pytest.mark.parametrize("statement_id", ["type-x", "loss-false-cure", "lr=0.5", "nudge-w"])
def test_that_what_is_no_variant_takes_nothing(statement_id: str) -> None:
    controller = after("forward-no-grad", "loss", statement_id)
    assert cards(controller) == holding("forward-no-grad")
    controller.back()
    assert cards(controller) == holding("forward-no-grad")


def test_that_a_refused_or_skipped_variant_takes_its_place_too() -> None:
    controller = after("zero-none", "update-inplace")
    assert cards(controller) == holding("zero-none", "update-inplace")
    controller.set_skip(Step.UPDATE, True)
    controller.do("update-data")
    assert cards(controller) == holding("zero-none", "update-data")
    controller.back()
    assert cards(controller) == holding("zero-none", "update-inplace")


def test_that_what_a_card_holds_already_takes_nothing() -> None:
    controller = cpu()
    controller.set_variant("zero-none")
    controller.do("zero-none")
    controller.back()
    assert cards(controller) == holding("zero-none")


# --- through time


def test_that_every_card_of_a_long_way_comes_back() -> None:
    rnd = random.Random(5)
    controller, seen = cpu(), [holding()]
    for _ in range(200):
        controller.run((rnd.choice((*EVERY, "lr=0.5", "type-x")),))
        seen.append(cards(controller))
    assert len(set(seen)) > 20
    for k in [200, 0, 199, *(rnd.randint(0, 200) for _ in range(40))]:
        controller.seek(k)
        assert cards(controller) == seen[k]


def test_that_cards_go_with_the_run_that_was_done_by_itself() -> None:
    controller = after(*IDS, "zero-none", *GRADS, "update-data")
    controller.advance(200, Goal())
    for k, held in ((5, ()), (6, ("zero-none",)), (9, ("zero-none",)),
                    (10, ("zero-none", "update-data")), (210, ("zero-none", "update-data")),
                    (0, ())):  # fmt: skip  # as it is read
        controller.seek(k)
        assert cards(controller) == holding(*held)


def test_that_in_parts_cards_come_back_too() -> None:
    controller = Controller(split_program(4))
    controller.run(["forward-no-grad", "loss"])
    loop = controller.back().loop
    assert loop[0] == find("forward-no-grad", 4)
    assert controller.back().loop[0] == find("forward", 4)


def test_that_a_choice_made_since_stays_when_going_back() -> None:
    controller = after(*GRADS, "update-data", "zero")
    controller.set_variant("update-reassign")
    controller.seek(2)
    assert cards(controller) == holding("update-reassign")


def test_that_a_choice_for_another_step_stays() -> None:
    controller = after(*GRADS, "update-data")
    controller.set_variant("zero-none")
    controller.back()
    assert cards(controller) == holding("zero-none")


def test_that_going_forward_takes_the_card_again() -> None:
    controller = after(*GRADS, "update-data")
    controller.seek(1)
    controller.set_variant("update-reassign")
    controller.seek(4)
    assert cards(controller) == holding("update-data")


def test_that_a_card_taken_anew_in_the_same_place_gives_back_what_it_held_then() -> None:
    controller = after(*GRADS, "update-data")
    controller.back()
    controller.set_variant("update-reassign")
    controller.do("update-data")
    controller.back()
    assert cards(controller) == holding("update-reassign")


def test_that_a_card_chosen_before_the_same_statement_is_done_again_is_not_given_back() -> None:
    controller = after(*GRADS, "update-data")
    controller.back()
    controller.set_variant("update-data")
    controller.do("update-data")
    controller.back()
    assert cards(controller) == holding("update-data")


def test_that_what_was_cut_off_gives_nothing_back() -> None:
    controller = after(*GRADS, "update-data", "zero")
    controller.seek(3)
    controller.do("zero-none")
    controller.seek(0)
    assert cards(controller) == holding()
    controller.seek(4)
    assert cards(controller) == holding("zero-none")


def test_that_a_new_run_keeps_the_cards_and_knows_of_no_takes() -> None:
    controller = after(*GRADS, "update-data")
    controller.restart()
    assert cards(controller) == holding("update-data")
    controller.step()
    controller.back()
    assert cards(controller) == holding("update-data")


# --- the numbers that are kept


def moved(ids: Sequence[str], to: int) -> tuple[str, ...]:
    """Return the cards after these statements took theirs and the cursor went to `to`."""
    kept, program, history = Cards(), Program(device="cpu"), History(START)
    for statement_id in ids:
        took = kept.take(program, find(statement_id))
        program = program.holding(find(statement_id))
        history.append(find(statement_id), OK, START, took)
    history.seek(to)
    return kept.moved(program, history, len(ids), to).loop


def test_that_every_way_of_taking_fits_into_a_byte() -> None:
    kept, numbers = Cards(), set()
    for step in LOOP:
        for one, other in itertools.permutations(variants(step), 2):
            program = Program(device="cpu").holding(one)
            numbers.add(kept.take(program, other))
            assert kept.take(program, other) in numbers
            assert kept.take(program, one) == 0
    assert numbers == set(range(1, 25))


def test_that_takes_are_given_back_in_the_opposite_order() -> None:
    ids = ["update-data", "update", "update-inplace", "update-data", "zero-none"]
    assert moved(ids, 5) == holding("update-data", "zero-none")
    assert moved(ids, 4) == holding("update-data")
    assert moved(ids, 3) == holding("update-inplace")
    assert moved(ids, 2) == holding()
    assert moved(ids, 1) == holding("update-data")
    assert moved(ids, 0) == holding()
