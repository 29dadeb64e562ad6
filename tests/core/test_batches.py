import re

import pytest
import torch

from gradlab.core.controller import Controller
from gradlab.core.errors import ProgramError
from gradlab.core.goal import Goal
from gradlab.core.history import History
from gradlab.core.outcome import OK, SKIPPED, Kind, Numbers, Outcome
from gradlab.core.program import DataSpec, Program
from gradlab.core.statements import Step, find
from tests.core.bare_torch import BareLoop
from tests.core.lesson_figures import CPU
from tests.core.runs import GRADS, kinds, picture, split_program

each_split = pytest.mark.parametrize("batches", [2, 4, 5, 8, 10], ids=str)


def split(batches: int) -> Controller:
    return Controller(split_program(batches))


def of(*rows: str | tuple[str, Outcome]) -> History:
    history = History(Numbers(), 2)
    for row in rows:
        statement_id, outcome = (row, OK) if isinstance(row, str) else row
        history.append(find(statement_id, 2), outcome, Numbers())
    return history


# --- the gradient


@each_split
def test_that_the_parts_together_give_the_gradient_of_all(batches: int) -> None:
    numbers = split(batches).run(GRADS, repeat=batches).numbers
    assert (numbers.b_grad, numbers.w_grad) == pytest.approx(CPU.first_grads, rel=0, abs=1e-6)


@each_split
def test_that_the_losses_of_the_parts_add_up_to_the_loss_of_all(batches: int) -> None:
    controller = split(batches)
    losses = [controller.run(GRADS).numbers.loss for _ in range(batches)]
    assert sum(loss or 0.0 for loss in losses) == pytest.approx(CPU.loss, rel=0, abs=1e-6)


@each_split
def test_that_each_part_gives_what_bare_pytorch_gives_for_it(batches: int) -> None:
    bare, controller = BareLoop(), split(batches)
    for x, y in zip(bare.x.chunk(batches), bare.y.chunk(batches), strict=True):
        loss = ((bare.b + bare.w * x - y) ** 2).mean() / batches
        torch.autograd.backward(loss)
        numbers = controller.run(GRADS).numbers
        assert (numbers.b_grad, numbers.w_grad, numbers.loss) == (*bare.values()[2:4], loss.item())


@each_split
def test_that_the_first_update_is_that_of_all_points(batches: int) -> None:
    numbers = split(batches).advance(3 * batches + 1, Goal(1)).numbers
    assert (numbers.b, numbers.w) == pytest.approx(CPU.after_first_update, rel=0, abs=1e-6)


@each_split
def test_that_the_first_part_follows_the_last(batches: int) -> None:
    controller = split(batches)
    first = controller.run(["forward", "loss"]).numbers.loss
    assert controller.run(["forward", "loss"], repeat=batches).numbers.loss == first


# --- the loop


@each_split
def test_that_every_part_has_its_turn_before_the_update(batches: int) -> None:
    controller = split(batches)
    epoch = [*GRADS * batches, "update", "zero"]
    seen = [controller.step().statement for _ in range(2 * len(epoch))]
    assert [statement.id for statement in seen if statement] == 2 * epoch
    assert controller.snapshot().epochs_done == 2


def test_that_a_skipped_update_still_ends_the_round_of_parts() -> None:
    controller = split(2)
    controller.set_skip(Step.UPDATE, True)
    snapshot = controller.advance(16, Goal(2))
    assert kinds(snapshot) == 2 * ["ok", "ok", "ok", "ok", "ok", "ok", "skipped", "ok"]


@pytest.mark.parametrize(
    ("rows", "following"),
    [
        pytest.param(GRADS, "forward", id="one-part"),
        pytest.param((*GRADS, *GRADS), "update", id="both-parts"),
        pytest.param((*GRADS, *GRADS, ("backward", Outcome(Kind.RAISED, "no"))), "update", id="r"),
        pytest.param((*GRADS, ("backward", Outcome(Kind.RAISED, "no"))), "forward", id="raised"),
        pytest.param(
            (*GRADS, "forward", "loss", ("backward", Outcome(Kind.RAISED, "no"))),
            "forward",
            id="raised-in-the-second-part",
        ),
        pytest.param((*GRADS, *GRADS, "update", *GRADS), "forward", id="after-update"),
        pytest.param((*GRADS, "zero", *GRADS), "forward", id="after-zero"),
        pytest.param((*GRADS, ("update", SKIPPED), *GRADS), "forward", id="after-skipped"),
        pytest.param((*GRADS, "forward", "read-yhat-grad", "lr=0.5"), "loss", id="probe"),
    ],
)
def test_that_the_next_step_counts_the_parts_since_the_update(
    rows: tuple[str | tuple[str, Outcome], ...], following: str
) -> None:
    assert of(*rows).position.due == following


def test_that_the_cards_show_the_code_in_parts() -> None:
    loop = split(4).snapshot().loop
    assert [statement.code for statement in loop] == [find(step, 4).code for step in
        ("forward", "loss", "backward", "update", "zero")]  # fmt: skip  # as it is read
    assert "x_parts[part]" in loop[0].code


@each_split
def test_that_back_goes_back_to_the_part_before(batches: int) -> None:
    controller, expected = split(batches), split(batches)
    for _ in range(7):
        controller.step()
    for _ in range(6):
        expected.step()
    assert picture(controller.back()) == picture(expected.snapshot())
    assert picture(controller.step()) == picture(expected.step())


def test_that_the_loss_says_which_share_it_is() -> None:
    caption = split(4).run(["forward", "loss"]).caption
    assert re.match(r"is [01]\.\d{4}: ", caption.text)
    assert caption.text.endswith(": this part's mean squared error (n = 20), over 4.")


# --- what is allowed


@pytest.mark.parametrize("batches", [3, 7, 79], ids=str)
def test_that_parts_must_be_equal(batches: int) -> None:
    with pytest.raises(ProgramError) as refusal:
        Program(batches=batches)
    assert str(refusal.value) == (
        f"batches is {batches}, but must divide the 80 training points into equal parts:"
        " 1, 2, 4, 5, 8, 10, 16, 20, 40, 80"
    )


@pytest.mark.parametrize("batches", [0, -1, 81], ids=str)
def test_that_there_are_at_most_as_many_parts_as_points(batches: int) -> None:
    with pytest.raises(ProgramError) as refusal:
        Program(batches=batches)
    assert str(refusal.value) == f"batches is {batches}, but must be a number from 1 to 80"


def test_that_only_the_first_twelve_possible_splits_are_listed() -> None:
    with pytest.raises(ProgramError, match=r": 1, 2, 4, 5, 8, 10, 16, 20, 25, 32, 40, 50$"):
        Program(data=DataSpec(n=1000), batches=3)
