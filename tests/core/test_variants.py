import pytest

from gradlab.core.controller import Controller
from gradlab.core.errors import ProgramError, UnknownStatementError
from gradlab.core.outcome import Kind
from gradlab.core.program import Program
from gradlab.core.snapshot import Snapshot
from gradlab.core.statements import CATALOGUE, LOOP, Step, find
from tests.core.runs import GRADS, IDS, after, cpu, kinds, picture

VARIANTS = [s.id for s in CATALOGUE.values() if s.variant]
OTHERS = [s.id for s in CATALOGUE.values() if not s.variant]


def stepped(*variants: str, steps: int) -> Snapshot:
    controller = cpu()
    for statement_id in variants:
        controller.set_variant(statement_id)
    for _ in range(steps - 1):
        controller.step()
    return controller.step()


# --- a card runs what it holds


@pytest.mark.parametrize("statement_id", VARIANTS)
def test_that_the_loop_runs_what_the_card_holds(statement_id: str) -> None:
    place = LOOP.index(find(statement_id).step)
    controller = after(*IDS[:place])
    loop = controller.set_variant(statement_id).loop
    assert [s.id for s in loop] == [*IDS[:place], statement_id, *IDS[place + 1 :]]
    assert controller.step().statement == find(statement_id)


@pytest.mark.parametrize(
    ("statement_id", "steps", "error"),
    [
        (
            "forward-no-grad",
            3,
            "RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn",
        ),
        (
            "forward-detach",
            4,
            "TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'",
        ),
        (
            "loss-vector",
            3,
            "RuntimeError: grad can be implicitly created only for scalar outputs",
        ),
        (
            "update-inplace",
            4,
            "RuntimeError: a leaf Variable that requires grad is being used in an in-place"
            " operation.",
        ),
        ("update-reassign", 5, "AttributeError: 'NoneType' object has no attribute 'zero_'"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_that_a_mistake_on_a_card_is_refused_where_pytorch_refuses_it(
    statement_id: str, steps: int, error: str
) -> None:
    snapshot = stepped(statement_id, steps=steps)
    assert kinds(snapshot) == ["ok"] * (steps - 1) + ["raised"]
    assert snapshot.outcome.error == error


@pytest.mark.parametrize(
    ("statement_id", "cleared"),
    [("backward-retain", 0.0), ("update-data", 0.0), ("zero-none", None)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_that_a_variant_that_works_learns_as_the_lesson_does(
    statement_id: str, cleared: float | None
) -> None:
    usual, other = stepped(steps=10).numbers, stepped(statement_id, steps=10).numbers
    assert (other.b, other.w, other.loss) == (usual.b, usual.w, usual.loss)
    assert (other.b_grad, other.w_grad) == (cleared, cleared)


def test_that_a_kept_graph_can_be_used_again() -> None:
    controller = after("forward", "loss")
    controller.set_variant("backward-retain")
    controller.step()
    assert controller.do("backward").numbers.b_grad == -6.224991798400879


# --- choosing


def test_that_the_next_choice_for_a_step_replaces_the_last() -> None:
    controller = cpu()
    controller.set_variant("update-data")
    controller.set_variant("forward-no-grad")
    program = controller.set_variant("forward-detach").program
    assert program.loop == ("forward-detach", "loss", "backward", "update-data", "zero")
    assert controller.set_variant("forward").program.loop[0] == "forward"


def test_that_a_choice_changes_nothing_that_was_run() -> None:
    controller = after(*GRADS)
    before = picture(controller.snapshot())
    now = picture(controller.set_variant("update-data"))
    for name in ("program", "loop"):
        del before[name], now[name]
    assert now == before


def test_that_a_choice_stays_after_back_and_restart() -> None:
    controller = after(*GRADS)
    controller.set_variant("update-data")
    controller.step()
    assert controller.back().loop[3].id == "update-data"
    assert controller.step().statement == find("update-data")
    assert controller.restart().loop[3].id == "update-data"


@pytest.mark.parametrize("statement_id", [*OTHERS, "lr=0.5"])
def test_that_what_is_no_variant_cannot_stand_on_a_card(statement_id: str) -> None:
    controller = cpu()
    with pytest.raises(ProgramError) as refusal:
        controller.set_variant(statement_id)
    assert str(refusal.value) == f"{statement_id} cannot stand on a card of the loop"
    assert controller.program == Program(device="cpu")


def test_that_an_unknown_variant_is_refused() -> None:
    with pytest.raises(UnknownStatementError):
        cpu().set_variant("nope")


def test_that_two_variants_for_one_step_are_refused() -> None:
    with pytest.raises(ProgramError) as refusal:
        Program(variants=("zero-none", "forward-detach", "zero"))
    assert str(refusal.value) == "two variants for one step: zero-none, forward-detach, zero"


def test_that_a_program_can_begin_with_variants() -> None:
    controller = Controller(Program(device="cpu", variants=("zero-none", "forward-no-grad")))
    assert controller.program.loop == (
        "forward-no-grad", "loss", "backward", "update", "zero-none",
    )  # fmt: skip  # as it is read
    assert controller.step().statement == find("forward-no-grad")


# --- with skips and parts


@pytest.mark.parametrize("statement_id", ["update-inplace", "update-data", "update-reassign"])
def test_that_a_variant_of_a_skipped_step_is_skipped(statement_id: str) -> None:
    controller = after(*GRADS)
    controller.set_skip(Step.UPDATE, True)
    controller.set_variant(statement_id)
    snapshot = controller.step()
    assert (snapshot.outcome.kind, snapshot.numbers) == (Kind.SKIPPED, snapshot.before)


def test_that_in_parts_a_variant_uses_the_part() -> None:
    controller = Controller(Program(device="cpu", batches=4))
    controller.set_variant("forward-no-grad")
    statement = controller.step().statement
    assert statement is not None
    assert statement.code.endswith("yhat = b + w * x_parts[part]")
    (yhat,) = (view for view in controller.snapshot().tensors if view.name == "yhat")
    assert (yhat.shape, yhat.requires_grad) == ((20, 1), False)


# --- probes are run beside the loop


@pytest.mark.parametrize("statement_id", [s.id for s in CATALOGUE.values() if s.step == "probe"])
def test_that_a_probe_leaves_the_place_in_the_loop(statement_id: str) -> None:
    for k in range(5):
        controller = after(*IDS[:k])
        place = controller.snapshot().next_step
        assert controller.do(statement_id).next_step == place


def test_that_the_false_cure_silences_backward_and_nothing_trains() -> None:
    snapshot = after("forward-no-grad", "loss", "loss-false-cure", "backward").snapshot()
    assert snapshot.outcome.kind is Kind.OK
    assert (snapshot.numbers.b_grad, snapshot.numbers.w_grad) == (None, None)
    assert "**changed nothing**" in snapshot.caption.text
