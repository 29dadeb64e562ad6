"""What is told beside a statement: that a run stops, grows or swings, and what was cut off."""

import math
import re

import pytest

from gradlab.core.course import Course, Way
from gradlab.core.goal import Goal
from gradlab.core.number_format import format_number
from gradlab.core.outcome import NUMBER_NAMES, OK, SKIPPED, Numbers, Outcome
from gradlab.core.statements import Step
from tests.core.runs import GRADS, IDS, after, cpu
from tests.core.sentences import (
    UNKNOWN,
    grads,
    not_finite,
    said,
    too_large,
)


def test_that_numbers_too_large_are_told_as_long_as_they_are() -> None:
    small, large = grads(1.0, 1.0), grads(1.0, 2e12)
    assert said("backward", small, large).endswith(too_large("w.grad"))
    assert said("zero", small, large, UNKNOWN).endswith(too_large("w.grad"))
    assert said("backward", large, large).endswith(too_large("w.grad"))
    assert "Stopped" not in said("backward", large, small)


@pytest.mark.parametrize(
    ("name", "written"),
    [("b", "b"), ("w", "w"), ("b_grad", "b.grad"), ("w_grad", "w.grad"), ("loss", "loss")],
    ids=NUMBER_NAMES,
)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf], ids=str)
def test_that_a_number_that_is_not_finite_is_named(name: str, written: str, value: float) -> None:
    after = grads(1.0, 1.0)._replace(**{name: value})
    assert said("lr=0.1", grads(1.0, 1.0), after).endswith(f" {not_finite(written)}")


@pytest.mark.parametrize(
    ("name", "written"),
    [("b", "b"), ("w", "w"), ("b_grad", "b.grad"), ("w_grad", "w.grad")],
    ids=NUMBER_NAMES[:4],
)
@pytest.mark.parametrize("value", [1.0000001e12, -1.0000001e12], ids=str)
def test_that_a_number_that_has_grown_too_large_is_named(
    name: str, written: str, value: float
) -> None:
    after = grads(1.0, 1.0)._replace(**{name: value})
    assert said("lr=0.1", grads(1.0, 1.0), after).endswith(f" {too_large(written)}")
    just_allowed = grads(1.0, 1.0)._replace(**{name: math.copysign(1e12, value)})
    assert "Stopped" not in said("lr=0.1", grads(1.0, 1.0), just_allowed)


def test_that_a_loss_of_far_points_is_not_told_as_a_stop() -> None:
    assert "Stopped" not in said("loss", Numbers(1.0, 1.0), Numbers(1.0, 1.0, loss=1e30))


def test_that_of_several_numbers_the_first_is_named() -> None:
    after = Numbers(1.0, 1e13, math.inf, 2e12, math.nan)
    assert said("update", grads(1.0, 1.0), after).endswith(too_large("w"))


def test_that_a_run_that_diverges_names_statement_and_number() -> None:
    controller = cpu(lr=3.0)
    snapshot = controller.advance(10_000, Goal())
    text = snapshot.caption.text
    k = snapshot.index
    assert f" **Stopped** at statement {k}: " in text
    (name,) = re.findall(r"statement \d+: (\S+) has grown beyond 1e12", text)
    assert abs(getattr(snapshot.numbers, name.replace(".", "_"))) > 1e12
    first = next(n for n in NUMBER_NAMES[:4] if abs(getattr(snapshot.numbers, n)) > 1e12)
    assert name == first.replace("_", ".")


# --- a learning rate that is too high

NO_GRADS = Numbers(1.0, 2.0)
TOO_FAST = (
    "lr = {} is above {}, the largest stable rate for these data: the loss will **grow** instead"
    " of settling."
)


def test_that_a_learning_rate_above_the_limit_is_warned_of() -> None:
    controller = cpu()
    assert controller.set_learning_rate(0.9).caption.text == (
        f"is now 0.9; the next update will use it. {TOO_FAST.format('0.9', '0.8055')}"
    )
    assert controller.set_learning_rate(0.8).caption.text == (
        "is now 0.8; the next update will use it."
    )


def test_that_the_start_warns_of_its_learning_rate() -> None:
    assert cpu(lr=0.9).snapshot().caption.text.endswith(f" {TOO_FAST.format('0.9', '0.8055')}")
    assert cpu(lr=0.8).snapshot().caption.text.endswith("the forward pass comes first.")


def test_that_the_limit_doubles_where_the_gradient_is_never_cleared() -> None:
    controller = cpu()
    once = controller.snapshot().rate_limit
    skipping = controller.set_skip(Step.ZERO, True)
    assert skipping.rate_limit == 2 * once
    assert "grow" not in controller.set_learning_rate(0.9).caption.text
    assert controller.set_learning_rate(1.62).caption.text.endswith(
        TOO_FAST.format("1.62", "1.6110")
    )


@pytest.mark.parametrize(("lr", "grows"), [(0.8, False), (0.9, True)], ids=str)
@pytest.mark.parametrize("clearing", [True, False], ids=["clearing", "piling-up"])
def test_that_the_loss_grows_exactly_where_the_warning_says_so(
    lr: float, grows: bool, clearing: bool
) -> None:
    lr = lr if clearing else 2 * lr
    controller = cpu(lr=lr)
    warned = "will **grow**" in controller.set_skip(Step.ZERO, not clearing).caption.text
    loss = controller.advance(5 * 400, Goal()).columns.loss[2:]
    assert warned is grows
    assert (loss[-1] > 100 * loss[0]) == grows


def test_that_a_limit_that_is_met_is_not_warned_of() -> None:
    assert "grow" not in said("lr=0.5", NO_GRADS, NO_GRADS, lr=0.5, rate_limit=0.5)
    assert "grow" in said("lr=0.5", NO_GRADS, NO_GRADS, lr=0.5, rate_limit=0.4999)


def test_that_only_the_start_and_a_new_learning_rate_warn_of_it() -> None:
    controller = cpu(lr=0.9)
    for _ in IDS:
        assert "largest stable" not in controller.step().caption.text


# --- a loss that swings

SWINGING = Course(Way.SWINGING, 0.02, 3.5)
SWINGS = "The loss **swings** between 0.0200 and 3.5000."


@pytest.mark.parametrize("outcome", [OK, SKIPPED], ids=["ok", "skipped"])
def test_that_at_the_end_of_an_epoch_swings_are_told(outcome: Outcome) -> None:
    same = grads(1.0, 1.0)
    alone = said("zero", same, same, outcome)
    assert said("zero", same, same, outcome, course=SWINGING) == f"{alone} {SWINGS}"


@pytest.mark.parametrize("way", [way for way in Way if way is not Way.SWINGING])
def test_that_no_other_course_is_told_as_swings(way: Way) -> None:
    same = grads(1.0, 1.0)
    assert "swings" not in said("zero", same, same, course=Course(way))


@pytest.mark.parametrize("statement_id", [*GRADS, "update", "lr=0.5", "type-x"])
def test_that_swings_are_told_at_the_end_of_an_epoch_only(statement_id: str) -> None:
    same = grads(1.0, 1.0)
    assert "swings" not in said(statement_id, same, same, course=SWINGING)


def test_that_a_run_without_zero_tells_of_its_swings() -> None:
    controller = cpu()
    controller.set_skip(Step.ZERO, True)
    snapshot = controller.advance(10**6, Goal(60))
    low, high = (format_number(v) for v in (snapshot.course.low, snapshot.course.high))
    assert snapshot.caption.text.endswith(f" The loss **swings** between {low} and {high}.")
    assert "swings" not in controller.step().caption.text


# --- what was cut off


@pytest.mark.parametrize(
    ("lost", "sentence"),
    [
        (0, ""),
        (1, " The statement that came after it is **cut off**."),
        (2, " The 2 statements that came after it are **cut off**."),
        (1000, " The 1000 statements that came after it are **cut off**."),
    ],
    ids=str,
)
def test_that_the_statements_that_were_cut_off_are_counted(lost: int, sentence: str) -> None:
    same = grads(1.0, 1.0)
    alone = said("lr=0.1", same, same)
    assert said("lr=0.1", same, same, lost=lost) == alone + sentence


@pytest.mark.parametrize(
    ("gone_to", "words"),
    [(4, "The statement that"), (3, "The 2 statements that"), (0, "The 5 statements that")],
    ids=str,
)
def test_that_a_different_statement_tells_what_it_cut_off_and_the_next_does_not(
    gone_to: int, words: str
) -> None:
    controller = after(*IDS)
    assert "cut off" not in controller.seek(gone_to).caption.text
    assert words in controller.do("lr=0.5").caption.text
    assert "cut off" not in controller.do("lr=0.25").caption.text


def test_that_the_same_statement_again_cuts_nothing_off() -> None:
    controller = after(*IDS)
    controller.seek(2)
    snapshot = controller.do("backward")
    assert "cut off" not in snapshot.caption.text
    assert (snapshot.lost, snapshot.recorded) == (0, 5)


def test_that_no_rate_is_too_high_where_the_update_is_skipped() -> None:
    controller = cpu(lr=5.0)
    assert "largest stable" in controller.snapshot().caption.text
    snapshot = controller.set_skip(Step.UPDATE, True)
    assert snapshot.rate_limit == float("inf")
    assert "largest stable" not in snapshot.caption.text
