import math
import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradlab.core.explain import explain
from gradlab.core.number_format import format_number
from gradlab.core.outcome import OK, SKIPPED, Kind, Numbers, Outcome
from gradlab.core.program import GivenStart
from gradlab.core.snapshot import Snapshot
from gradlab.core.statements import SKIPPABLE, Step, find
from tests.core.runs import ALL, GRADS, IDS, after, anything, cpu, overflowed, sequences, values
from tests.core.sentences import (
    FREED,
    NONE_TYPE,
    NUMBER,
    UNKNOWN,
    grads,
    not_finite,
    said,
)

# --- the lesson, sentence by sentence


@pytest.mark.parametrize(
    ("statement_ids", "head", "text"),
    [
        (
            (),
            "Start",
            "b = 0.3367 and w = 0.1288, no gradients yet."
            " Press Step: the forward pass comes first.",
        ),
        (
            ("forward",),
            "forward",
            "computed yhat = b + w × x (n = 80) with b = 0.3367 and w = 0.1288.",
        ),
        (
            ("forward", "loss"),
            "loss",
            "is 2.7475, the mean squared error of the training set (n = 80).",
        ),
        (GRADS, "backward()", "put −3.1125 into b.grad and −1.8156 into w.grad."),
        (
            (*GRADS, "update"),
            "update",
            "moved b from 0.3367 to 0.6479 and w from 0.1288 to 0.3104,"
            " by lr = 0.1 times the gradients.",
        ),
        (
            (*GRADS, "update", "zero"),
            "zero_()",
            "set b.grad from −3.1125 and w.grad from −1.8156 to 0, in place.",
        ),
        ((*IDS, "forward", "loss"), "loss", "is 1.6098, down from 2.7475."),
        (("forward", "loss", "loss"), "loss", "is 2.7475, the same as before."),
        (
            (*GRADS, "zero", "zero"),
            "zero_()",
            "set b.grad and w.grad to 0, which they were already.",
        ),
        ((*GRADS, "zero", "update"), "update", "left b = 0.3367 and w = 0.1288 as they were."),
        (("lr=0.25",), "lr", "is now 0.25; the next update will use it."),
        (
            (*GRADS, *GRADS),
            "backward()",
            "added −3.1125 to b.grad, which already held −3.1125: the gradient **doubled**."
            " b.grad = −6.2250, w.grad = −3.6313.",
        ),
        (
            ("zero",),
            "zero_()",
            "raised AttributeError: 'NoneType' object has no attribute 'zero_'."
            " This grad is None: never filled, dropped, or that of a tensor that is no leaf any"
            " more. Run backward() first; after an update by assignment, go back or restart.",
        ),
    ],
    ids=[
        "start", "forward", "loss", "backward", "update", "zero", "loss-down", "loss-same",
        "zero-again", "update-by-nothing", "lr", "doubled", "raised",
    ],
)  # fmt: skip  # a line each would say no more
def test_that_the_lesson_is_told_in_these_words(
    statement_ids: tuple[str, ...], head: str, text: str
) -> None:
    caption = after(*statement_ids).snapshot().caption
    assert (caption.head, caption.text) == (head, text)


def test_that_a_gradient_that_grew_with_updates_is_not_called_doubled() -> None:
    caption = after(*GRADS, "update", *GRADS).snapshot().caption
    assert caption.text.startswith("**added** −2.")
    assert "b.grad, which still held −3.1125: b.grad = −5." in caption.text


def test_that_a_loss_that_rises_is_told_so() -> None:
    caption = after("lr=3.0", *IDS, "forward", "loss").snapshot().caption
    assert caption.text.startswith("is ")
    assert caption.text.endswith(", **up** from 2.7475.")


def test_that_a_negative_learning_rate_has_the_minus_sign_of_the_other_numbers() -> None:
    assert said("lr=-0.5", grads(1.0, 1.0), grads(1.0, 1.0), lr=-0.5).startswith("is now −0.5;")


# --- what each sentence may claim

nonzero = st.floats(width=32, min_value=-(2.0**99), max_value=2.0**99).filter(bool)


@given(nonzero, nonzero)
def test_that_exactly_as_much_again_is_called_doubled(b: float, w: float) -> None:
    assert "**doubled**" in said("backward", grads(b, w), grads(2 * b, 2 * w))


@given(nonzero, nonzero, nonzero, nonzero)
def test_that_doubled_is_said_only_where_the_new_contribution_is_the_old(
    old_b: float, old_w: float, b: float, w: float
) -> None:
    text = said("backward", grads(old_b, old_w), grads(b, w))
    equal = all(
        Fraction(new) - Fraction(old) == Fraction(old) for old, new in ((old_b, b), (old_w, w))
    )
    assert ("doubled" in text) == equal


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param((1.0, 2.0), (2.0, 4.000001), id="w-a-little-more"),
        pytest.param((1.0, 2.0), (2.0000002, 4.0), id="b-a-little-more"),
        pytest.param((1.0, 0.0), (2.0, 0.0), id="w-is-zero"),
        pytest.param((1.0, 2.0), (3.0, 6.0), id="tripled"),
        pytest.param((1.0, 2.0), (0.0, 0.0), id="cancelled"),
        pytest.param((math.inf, math.inf), (math.inf, math.inf), id="infinite"),
        pytest.param((-math.inf, 1.0), (-math.inf, 2.0), id="half-infinite"),
        pytest.param((math.nan, math.nan), (math.nan, math.nan), id="nan"),
    ],
)
def test_that_anything_else_is_not_called_doubled(
    before: tuple[float, float], after: tuple[float, float]
) -> None:
    assert "doubled" not in said("backward", grads(*before), grads(*after))


@pytest.mark.parametrize(
    "before", [(None, None), (0.0, 0.0), (None, 0.0)], ids=["none", "zero", "mixed"]
)
def test_that_a_first_gradient_is_put_not_added(before: tuple[float | None, float | None]) -> None:
    text = said("backward", grads(*before), grads(-3.0, -1.5))
    assert text == "put −3.0000 into b.grad and −1.5000 into w.grad."


@pytest.mark.parametrize("before", [(0.0, 1.0), (1.0, 0.0), (None, 1.0)], ids=str)
def test_that_one_gradient_that_was_there_is_enough_to_have_been_added_to(
    before: tuple[float | None, float],
) -> None:
    text = said("backward", grads(*before), grads(2.0, 2.5))
    shown = [format_number(value) for value in before]
    added = [format_number(new - (old or 0.0)) for old, new in zip(before, (2.0, 2.5), strict=True)]
    assert text == (
        f"**added** {added[0]} to b.grad, which still held {shown[0]}: b.grad = 2.0000."
        f" w.grad: {shown[1]} and {added[1]} make 2.5000."
    )


def test_that_a_backward_that_reached_only_w_says_none_of_b() -> None:
    text = said("backward", grads(None, 1.0), grads(None, 3.0))
    assert text == "added 2.0000 to w.grad, now 3.0000; b.grad stays None."


@pytest.mark.parametrize(
    ("loss", "shown"), [(math.nan, "nan"), (math.inf, "inf"), (-math.inf, "−inf")], ids=str
)
@pytest.mark.parametrize("old", [None, 1.0], ids=["first", "later"])
def test_that_a_loss_beyond_float32_is_told_so(old: float | None, loss: float, shown: str) -> None:
    text = said("loss", Numbers(loss=old), Numbers(loss=loss))
    assert text == (
        f"gave {shown}: the numbers have left the range of float32. {not_finite('loss')}"
    )


def test_that_one_moved_parameter_is_a_move() -> None:
    old = Numbers(1.0, 2.0, 5.0, 5.0)
    assert said("update", old, Numbers(1.0, 1.5, 5.0, 5.0)) == (
        "moved w from 2.0000 to 1.5000, by lr = 0.1 times w.grad; b stays."
    )
    assert said("update", old, Numbers(0.5, 2.0, 5.0, 5.0)) == (
        "moved b from 1.0000 to 0.5000, by lr = 0.1 times b.grad; w stays."
    )


@pytest.mark.parametrize("before", [(0.0, 2.0), (2.0, 0.0)], ids=str)
def test_that_one_gradient_not_yet_zero_is_enough_to_be_cleared(
    before: tuple[float, float],
) -> None:
    shown = [format_number(value) for value in before]
    assert said("zero", grads(*before), grads(0.0, 0.0)) == (
        f"set b.grad from {shown[0]} and w.grad from {shown[1]} to 0, in place."
    )


# --- skipped and raised


def test_that_a_skipped_zero_warns_of_what_is_kept() -> None:
    same = grads(-3.0, -1.5)
    assert said("zero", same, same, SKIPPED) == (
        "was **skipped**: b.grad still holds −3.0000 and w.grad −1.5000."
        " The next backward() will add to them."
    )


def test_that_a_skipped_zero_without_a_gradient_says_so() -> None:
    assert said("zero", grads(None, None), grads(None, None), SKIPPED) == (
        "was skipped; there is no gradient to clear yet."
    )


def test_that_a_skipped_update_says_what_stays() -> None:
    same = grads(-3.0, -1.5)
    assert said("update", same, same, SKIPPED) == (
        "was skipped: b stays 1.0000 and w stays 2.0000."
    )


@pytest.mark.parametrize("outcome", [FREED, NONE_TYPE], ids=["freed", "none"])
def test_that_an_error_is_told_whole_with_one_full_stop_then_explained(outcome: Outcome) -> None:
    error = str(outcome.error).removesuffix(".")
    explanation = explain(error)
    assert explanation is not None
    same = grads(-3.0, -1.5)
    text = said("zero", same, same, outcome)
    assert text == f"raised {error}. {explanation.cause} {explanation.cure}"


def test_that_an_error_without_an_explanation_is_told_alone() -> None:
    same = grads(-3.0, -1.5)
    assert said("lr=1", same, same, UNKNOWN) == "raised RuntimeError: no such thing."


def test_that_braces_in_an_error_are_told_as_they_are() -> None:
    error = Outcome(Kind.RAISED, "TypeError: {b} {0} {}")
    same = grads(1.0, 1.0)
    assert said("loss", same, same, error) == "raised TypeError: {b} {0} {}."


def test_that_what_a_statement_did_before_it_raised_is_told() -> None:
    old = grads(-3.0, -1.5)
    assert said("zero", old, grads(0.0, -1.5), UNKNOWN) == (
        "raised RuntimeError: no such thing. Before that it had **changed** gradients:"
        " b.grad from −3.0000 to 0, w.grad from −1.5000 to −1.5000."
    )
    assert said("update", old, Numbers(0.5, 2.0, -3.0, -1.5, 3.0), UNKNOWN) == (
        "raised RuntimeError: no such thing. Before that it had **changed** the parameters:"
        " b = 0.5000, w = 2.0000."
    )


def test_that_nan_that_stays_is_not_told_as_changed_by_what_raised() -> None:
    controller = cpu(lr=1e12)
    controller.run([*GRADS, "update"], repeat=12)
    caption = controller.run([*GRADS, "backward"]).caption
    assert math.isnan(controller.snapshot().numbers.b or 0.0)
    assert caption.text.startswith("raised RuntimeError: Trying to backward")
    assert "changed" not in caption.text


# --- any history

float32s = st.none() | st.floats(width=32)
numbers = st.builds(Numbers, float32s, float32s, float32s, float32s, float32s)
outcomes = st.sampled_from([OK, SKIPPED, FREED, NONE_TYPE, UNKNOWN])


@settings(max_examples=500)
@given(st.sampled_from([*ALL, "lr=0.5"]), outcomes, numbers, numbers)
def test_that_narration_never_raises_and_says_nan_only_of_nan(
    statement_id: str, outcome: Outcome, before: Numbers, after: Numbers
) -> None:
    if outcome == SKIPPED and find(statement_id).step not in SKIPPABLE:
        outcome = OK
    text = said(statement_id, before, after, outcome)
    no_nan = not any(v is not None and math.isnan(v) for v in values(before) + values(after))
    assert text.endswith(".")
    no_nan = no_nan and statement_id != "detect-anomaly"  # it looks for nan
    assert not (no_nan and re.search(r"\bnan\b", text))


def sayable(snapshot: Snapshot) -> set[str]:
    """Return every number that the snapshot allows a sentence to hold."""
    old, new = values(snapshot.before), values(snapshot.numbers)
    added = [None if n is None else n - (o or 0.0) for o, n in zip(old, new, strict=True)]
    written = {format_number(value) for value in (*old, *new, *added)}
    answer = NUMBER.findall(snapshot.outcome.answer or "")
    lr = f"{abs(snapshot.lr):g}"
    return written | {"80", "0", lr, f"−{lr}", *answer}


@given(anything)
def test_that_the_numbers_in_a_sentence_are_those_of_the_snapshot(statement_ids: list[str]) -> None:
    controller = cpu()
    for statement_id in statement_ids:
        snapshot = controller.do(statement_id)
        if snapshot.outcome.kind is not Kind.RAISED:
            assert set(NUMBER.findall(snapshot.caption.text)) <= sayable(snapshot)


@given(sequences)
def test_that_doubled_is_said_in_a_run_exactly_where_the_ledger_shows_it(
    statement_ids: list[str],
) -> None:
    controller = cpu()
    for statement_id in statement_ids:
        snapshot = controller.do(statement_id)
        ran = snapshot.statement is not None and snapshot.statement.step is Step.BACKWARD
        both = [
            bool(old) and new - old == old
            for old, new in (
                (snapshot.before.b_grad or 0.0, snapshot.numbers.b_grad or 0.0),
                (snapshot.before.w_grad or 0.0, snapshot.numbers.w_grad or 0.0),
            )
        ]
        doubled = ran and snapshot.outcome.kind is Kind.OK and all(both)
        assert ("doubled" in snapshot.caption.text) == doubled


def test_that_a_run_beyond_float32_can_be_told_to_the_end() -> None:
    controller = overflowed()
    for statement_id in GRADS:
        controller.do(statement_id)
    snapshot = controller.snapshot()
    assert not any(math.isnan(value or 0.0) for value in values(snapshot.numbers))
    assert "nan" not in snapshot.caption.text
    assert "doubled" not in snapshot.caption.text


def test_that_a_perfect_line_moves_nothing_and_says_so() -> None:
    controller = cpu(lr=0.0, start=GivenStart(1, 2))
    assert controller.run([*GRADS, "update"]).caption.text == (
        "left b = 1.0000 and w = 2.0000 as they were."
    )
