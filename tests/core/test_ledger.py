import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gradlab.core.history import History
from gradlab.core.ledger import EMPTY_LEDGER, MOST_BLOCKS, Ledger, ledger
from gradlab.core.outcome import OK, Kind, Numbers, Outcome
from gradlab.core.statements import find
from tests.core.bare_torch import BareLoop
from tests.core.runs import GRADS, IDS, after, cpu, overflowed, sequences

RAISED = Outcome(Kind.RAISED, "RuntimeError: no")


def of(*rows: tuple[str, float | None], outcome: Outcome = OK) -> Ledger:
    """Return the ledger of b.grad where it stood so after each statement."""
    history = History(Numbers())
    for statement_id, grad in rows:
        history.append(find(statement_id), outcome, Numbers(b_grad=grad))
    return ledger(history, "b_grad")


def test_that_without_a_gradient_there_is_nothing_to_list() -> None:
    assert of() == of(("forward", None)) == EMPTY_LEDGER == Ledger(None, (), 1, 0.0)


def test_that_the_first_backward_puts_the_whole_gradient() -> None:
    assert of(("forward", None), ("backward", -3.0)) == Ledger(-3.0, (-3.0,))


def test_that_each_backward_is_listed_with_what_it_added() -> None:
    rows = [("backward", -3.0), ("update", -3.0), ("backward", -5.0), ("backward", -4.5)]
    assert of(*rows) == Ledger(-4.5, (-3.0, -2.0, 0.5))


def test_that_zero_ends_the_list() -> None:
    assert of(("backward", 3.0), ("zero", 0.0)) == Ledger(0.0)
    assert of(("backward", 3.0), ("zero", 0.0), ("backward", 1.0)) == Ledger(1.0, (1.0,))


def test_that_a_cleared_gradient_and_none_are_told_apart() -> None:
    assert of(("backward", 3.0), ("zero", 0.0)).total == 0.0
    assert of(("forward", None)).total is None


def test_that_a_backward_after_none_came_back_begins_again() -> None:
    assert of(("backward", 3.0), ("update", None), ("backward", 2.0)) == Ledger(2.0, (2.0,))


def test_that_a_raised_backward_added_nothing() -> None:
    assert of(("backward", None), outcome=RAISED) == EMPTY_LEDGER


def test_that_a_gradient_written_by_something_else_begins_again() -> None:
    rows = [("backward", 3.0), ("update", 8.0), ("backward", 9.0)]
    assert of(*rows) == Ledger(9.0, (1.0,), earlier=8.0)
    assert of(*rows[:2]) == Ledger(8.0)


@pytest.mark.parametrize("extra", [0, 1, 5], ids=str)
def test_that_the_latest_twelve_are_listed_and_the_others_summed(extra: int) -> None:
    rows = [("backward", float(k)) for k in range(1, MOST_BLOCKS + extra + 1)]
    found = of(*rows)
    assert found == Ledger(12.0 + extra, (1.0,) * 12, first=1 + extra, earlier=float(extra))


def test_that_b_and_w_have_their_own_ledger() -> None:
    history = History(Numbers())
    history.append(find("backward"), OK, Numbers(b_grad=1.0, w_grad=2.0))
    assert ledger(history, "b_grad").contributions == (1.0,)
    assert ledger(history, "w_grad").contributions == (2.0,)


float32s = st.floats(width=32, min_value=-1e6, max_value=1e6)
rows = st.tuples(st.sampled_from(["backward", "zero", "forward"]), st.none() | float32s)


@given(st.lists(rows, max_size=40))
def test_that_the_contributions_add_up_to_the_gradient(rows: list[tuple[str, float]]) -> None:
    found = of(*rows)
    held = found.total or 0.0
    if found.contributions:
        assert found.earlier + sum(found.contributions) == pytest.approx(held, abs=1e-3)
    assert found.first >= 1
    assert len(found.contributions) <= MOST_BLOCKS
    assert (found.first > 1) <= (len(found.contributions) == MOST_BLOCKS)


def own_gradient(bare: BareLoop) -> float:
    """Return what the loss as it stands gives for b, apart from what b.grad holds."""
    (alone,) = torch.autograd.grad(bare.loss, [bare.b], retain_graph=True)
    return alone.item()


@given(sequences)
def test_that_each_contribution_is_the_gradient_of_its_own_loss(statement_ids: list[str]) -> None:
    controller, bare = cpu(), BareLoop()
    own: list[float] = []
    for statement_id in statement_ids:
        outcome = controller.do(statement_id).outcome
        if statement_id == "zero" and outcome == OK:
            own = []
        if statement_id == "backward" and outcome == OK:
            own.append(own_gradient(bare))
        before = bare.values()[2] or 0.0
        bare.do(statement_id)
        held = bare.values()[2] or 0.0
        if statement_id == "backward" and outcome != OK and held != before:
            own.append(held - before)  # it raised at w, when b had been reached
    found = controller.snapshot().b_ledger
    rounding = 1e-6 * max(map(abs, own), default=0.0) * len(own)
    assert found.contributions == pytest.approx(own[-MOST_BLOCKS:], rel=1e-6, abs=rounding)
    assert found.total == bare.values()[2]


def test_that_a_backward_that_raised_and_added_nothing_is_not_listed() -> None:
    found = after(*GRADS, "backward").snapshot().b_ledger
    assert found == Ledger(-3.1124958992004395, (-3.1124958992004395,))


def test_that_a_backward_that_raised_halfway_is_listed_where_it_had_added() -> None:
    snapshot = after(*GRADS, "loss", "backward").snapshot()
    assert str(snapshot.outcome.error).startswith("RuntimeError: Trying to backward")
    assert snapshot.b_ledger == Ledger(-6.224991798400879, (-3.1124958992004395,) * 2)
    assert snapshot.w_ledger == Ledger(-1.815643072128296, (-1.815643072128296,))


def test_that_gradients_of_the_lesson_are_two_equal_contributions() -> None:
    snapshot = after(*GRADS, *GRADS).snapshot()
    assert snapshot.b_ledger == Ledger(-6.224991798400879, (-3.1124958992004395,) * 2)
    assert snapshot.w_ledger == Ledger(-3.631286144256592, (-1.815643072128296,) * 2)


def test_that_an_epoch_ends_with_empty_hands() -> None:
    assert after(*IDS).snapshot().b_ledger == Ledger(0.0)


# --- beyond float32


def test_that_an_infinite_gradient_can_be_added_to() -> None:
    found = of(("backward", 2.0), ("backward", math.inf), ("backward", math.inf))
    assert found.total == math.inf


def test_that_a_backward_after_the_overflow_still_gives_a_snapshot() -> None:
    controller = overflowed()
    assert controller.run(GRADS).b_ledger.total == controller.snapshot().numbers.b_grad


def test_that_a_gradient_that_is_nan_is_not_called_none() -> None:
    assert of(("backward", math.nan)).total is not None
