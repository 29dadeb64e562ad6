"""A controller walking through a lesson."""

from pathlib import Path

from gradlab.core.ledger import Ledger
from gradlab.core.lesson import find_lesson, lessons_folder
from tests.core.runs import cpu

ATTEMPTS = find_lesson("three-attempts", lessons_folder())


def test_that_opening_a_lesson_goes_to_its_first_stop() -> None:
    snapshot = cpu().open_lesson(ATTEMPTS)
    assert (snapshot.lesson, snapshot.stop, snapshot.at_stop) == (ATTEMPTS, 0, True)
    assert snapshot.outcome.error is not None
    assert snapshot.program.start == ATTEMPTS.program.start
    assert snapshot.program.device == "cpu"


def test_that_a_stop_is_the_same_whatever_was_tried_in_between() -> None:
    straight, curious = cpu(), cpu()
    straight.open_lesson(ATTEMPTS)
    curious.open_lesson(ATTEMPTS)
    for statement_id in ("nudge-w", "lr=0.7", "forward", "zero"):
        assert not curious.do(statement_id).at_stop
    one, other = straight.go_to_stop(2), curious.go_to_stop(2)
    assert one.numbers == other.numbers
    assert one.tensors == other.tensors
    assert other.at_stop


def test_that_there_is_no_stop_before_the_first_or_after_the_last() -> None:
    controller = cpu()
    controller.open_lesson(ATTEMPTS)
    assert controller.go_to_stop(99).stop == len(ATTEMPTS.stops) - 1
    assert controller.go_to_stop(-1).stop == 0


def test_that_leaving_keeps_where_it_stands() -> None:
    controller = cpu()
    stood = controller.open_lesson(ATTEMPTS)
    left = controller.leave_lesson()
    assert left.lesson is None
    assert not left.at_stop
    assert left.numbers == stood.numbers


def test_that_without_a_lesson_there_is_no_stop_to_go_to() -> None:
    controller = cpu()
    controller.do("forward")
    assert controller.go_to_stop(1).index == 1


def test_that_a_lesson_can_run_nothing_at_a_stop(tmp_path: Path) -> None:
    lesson = find_lesson("parameters", lessons_folder())
    assert cpu().open_lesson(lesson).index == 0


def test_that_a_card_holds_the_variant_that_was_run_and_gives_it_back() -> None:
    controller = cpu()
    assert controller.do("update-data").loop[3].id == "update-data"
    assert controller.do("zero-none").loop[4].id == "zero-none"
    assert [s.id for s in controller.back().loop][3:] == ["update-data", "zero"]
    assert [s.id for s in controller.back().loop][3:] == ["update", "zero"]


def test_that_a_ledger_counts_what_it_no_longer_lists() -> None:
    assert Ledger(-3.0, (-1.0, -1.0), first=9, earlier=-1.0).count == 10


def test_that_words_hold_only_where_nothing_was_done_since() -> None:
    parameters = find_lesson("parameters", lessons_folder())
    controller = cpu()
    assert controller.open_lesson(parameters).at_stop
    assert not controller.new_seed().at_stop
    second = find_lesson("second-backward", lessons_folder())
    assert controller.open_lesson(second).at_stop
    controller.back()
    assert not controller.do("backward-retain").at_stop


def test_that_back_leaves_a_variant_that_was_chosen_on_another_card() -> None:
    controller = cpu()
    controller.do("zero-none")
    controller.set_variant("forward-detach")
    loop = [statement.id for statement in controller.back().loop]
    assert (loop[0], loop[4]) == ("forward-detach", "zero")
    controller.do("zero-none")
    controller.set_variant("zero")
    assert controller.back().loop[4].id == "zero"
