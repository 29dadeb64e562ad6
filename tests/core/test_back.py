from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gradlab.core.controller import Controller
from gradlab.core.outcome import OK, Kind
from gradlab.core.statements import Step
from tests.core.lesson_figures import CPU
from tests.core.runs import ALL, GRADS, IDS, after, anything, cpu, kinds, picture, sequences


def assert_same_from_here(one: Controller, other: Controller) -> None:
    assert picture(one.snapshot()) == picture(other.snapshot())
    assert one.validation_loss() == other.validation_loss()


@given(sequences, st.sampled_from([*IDS, "lr=0.5"]))
@example(["zero", "forward", "loss", "backward", "backward"], "zero")
@example(["forward", "loss", "backward", "loss", "backward"], "backward")
@example(["forward", "loss", "lr=0.5", "backward", "update", "zero"], "lr=0.1")
def test_that_back_equals_a_fresh_run_of_the_rest(statement_ids: list[str], last: str) -> None:
    gone_back = after(*statement_ids, last)
    gone_back.back()
    assert_same_from_here(gone_back, after(*statement_ids))


@settings(max_examples=25)
@given(sequences, st.sampled_from([*IDS, "lr=0.5"]))
def test_that_after_back_every_possible_next_statement_ends_as_in_a_fresh_run(
    statement_ids: list[str], last: str
) -> None:
    gone_back = after(*statement_ids, last)
    for following in (*IDS, "lr=0.25"):
        gone_back.back()
        found, expected = gone_back.do(following), after(*statement_ids, following).snapshot()
        text = expected.caption.text
        if found.lost:
            text += " The statement that came after it is **cut off**."
        caption = replace(expected.caption, text=text)
        assert picture(found) == picture(replace(expected, caption=caption))
        assert found.recorded == found.index


@settings(max_examples=20)
@given(sequences)
def test_that_back_to_the_start_passes_every_state_on_the_way(statement_ids: list[str]) -> None:
    controller = after(*statement_ids)
    for k in reversed(range(len(statement_ids))):
        controller.back()
        assert_same_from_here(controller, after(*statement_ids[:k]))


def test_that_back_at_the_start_stays_there() -> None:
    controller = cpu()
    assert picture(controller.back()) == picture(cpu().snapshot())


def test_that_back_brings_a_freed_graph_back() -> None:
    controller = after(*GRADS)
    controller.back()
    assert controller.do("backward").outcome == OK
    assert controller.do("backward").outcome.kind is Kind.RAISED


def test_that_back_keeps_what_was_skipped_whatever_the_skips_are_now() -> None:
    controller = cpu()
    controller.set_skip(Step.ZERO, True)
    controller.run(IDS)
    controller.do("forward")
    controller.set_skip(Step.ZERO, False)
    snapshot = controller.back()
    assert kinds(snapshot) == ["ok", "ok", "ok", "ok", "skipped"]
    assert snapshot.numbers.b_grad == CPU.first_grads[0]
    assert snapshot.program.skips == frozenset()


def test_that_back_keeps_what_was_run_though_it_is_skipped_now() -> None:
    controller = after(*IDS, "forward")
    controller.set_skip(Step.UPDATE, True)
    assert kinds(controller.back()) == ["ok"] * 5


def test_that_back_undoes_a_skip_that_was_recorded() -> None:
    controller = after(*GRADS)
    controller.set_skip(Step.UPDATE, True)
    controller.step()
    assert (controller.back().index, controller.snapshot().next_step) == (3, "update")


def test_that_back_undoes_a_learning_rate() -> None:
    controller = after("lr=0.5", "lr=0.7")
    assert [controller.back().lr, controller.back().lr] == [0.5, 0.1]


def done(statement_ids: list[str]) -> Controller:
    controller = cpu()
    for statement_id in statement_ids:
        controller.do(statement_id)
    return controller


@settings(max_examples=60)
@given(anything, st.sampled_from([*ALL, "lr=0.5"]))
def test_that_back_over_any_statement_equals_a_fresh_run_of_the_rest(
    statement_ids: list[str], last: str
) -> None:
    gone_back = done([*statement_ids, last])
    gone_back.back()
    assert_same_from_here(gone_back, done(statement_ids))
