"""Whole turns of the loop, done at once: the same as step by step, bit for bit."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import pytest

from gradlab.core import attempt as attempts
from gradlab.core.goal import Goal
from gradlab.core.history import Columns
from gradlab.core.outcome import NUMBER_NAMES, Kind
from gradlab.core.program import Program
from gradlab.core.run import Run
from gradlab.core.statements import Statement, Step, find
from gradlab.core.turn import PLAIN, Turn, plain_turn
from tests.core.runs import GRADS, IDS, LESSON_DATA, Blind, picture
from tests.core.walks import START

SKIPS = [frozenset(), {Step.ZERO}, {Step.UPDATE}, {Step.ZERO, Step.UPDATE}]
each_skip = pytest.mark.parametrize("skips", SKIPS, ids=["all", "no-zero", "no-update", "neither"])
each_batch = pytest.mark.parametrize("batches", [1, 2, 4], ids=str)


def program(
    skips: Collection[Step] = (), variants: Sequence[str] = (), lr: float = 0.1, batches: int = 1
) -> Program:
    return Program(
        start=START, lr=lr, device="cpu", skips=frozenset(skips),
        variants=tuple(variants), batches=batches,
    )  # fmt: skip  # a line each would say no more


def stepped(explored: Program, most: int) -> Blind:
    """Return a run of so many single steps, fewer where it gets stuck."""
    controller = Blind(explored)
    with controller._attempt.run.interpreter.listening():
        for _ in range(most):
            controller.step()
            if controller._attempt.run.stuck:
                break
    return controller


def told(controller: Blind) -> dict[str, str]:
    """Return all that is told of a run, but for what changed since it was last looked at."""
    found = picture(controller.look())
    del found["changed"]
    history = controller._attempt.run.history
    found["statements"] = repr(list(history.records(1, len(history))))
    found["length"] = repr((len(history), history.raised(64), history.epochs_recorded))
    return found


def same(one: Blind, other: Blind) -> None:
    found, expected = told(one), told(other)
    assert found == expected, [key for key in found if found[key] != expected[key]]


# --- a turn as it mostly is


def turn_of(ids: Sequence[str], skips: frozenset[Step] = frozenset(), batches: int = 1) -> Turn:
    turn = plain_turn({find(i).step: find(i, batches) for i in ids}, skips, batches)
    assert turn is not None
    return turn


def test_that_a_turn_is_the_loop_once() -> None:
    turn = turn_of(IDS)
    assert [statement.id for statement in turn.statements] == [*IDS]
    assert turn.skipped == (False,) * 5
    assert (len(turn), turn.passes) == (5, 1)
    assert turn.reads == ("loss", "b_grad", "w_grad", "b", "w", "b_grad", "w_grad")


def test_that_in_a_turn_each_part_has_its_pass() -> None:
    turn = turn_of(IDS, batches=3)
    assert turn.statements == tuple(find(i, 3) for i in (*GRADS, *GRADS, *GRADS, "update", "zero"))
    assert (len(turn), turn.passes) == (11, 3)
    assert turn.reads[:6] == ("loss", "b_grad", "w_grad") * 2


@each_skip
@each_batch
def test_that_each_number_comes_from_where_it_was_read_last(
    skips: frozenset[Step], batches: int
) -> None:
    turn = turn_of(IDS, skips, batches)
    known: list[str | int] = [*NUMBER_NAMES, *range(len(turn.reads))]
    held: dict[str, str | int] = {name: name for name in NUMBER_NAMES}
    reading = iter(range(len(turn.reads)))
    for statement, skipped, sources in zip(
        turn.statements, turn.skipped, turn.sources, strict=True
    ):
        assert skipped == (statement.step in skips)
        for name in NUMBER_NAMES:
            if name in statement.changes and not skipped:
                held[name] = next(reading)
                assert turn.reads[int(held[name])] == name
        assert [known[source] for source in sources] == [held[name] for name in NUMBER_NAMES]
    assert next(reading, None) is None


@pytest.mark.parametrize(
    "other",
    ["forward-no-grad", "forward-detach", "loss-vector", "update-inplace", "update-reassign",
     "zero-none"],
)  # fmt: skip  # a line each would say no more
def test_that_a_loop_with_any_other_statement_is_not_plain(other: str) -> None:
    loop = {find(i).step: find(i) for i in IDS} | {find(other).step: find(other)}
    assert plain_turn(loop, frozenset(), 1) is None
    assert other not in PLAIN


@pytest.mark.parametrize("other", ["backward-retain", "update-data"])
def test_that_what_leaves_the_same_leaves_and_numbers_is_plain(other: str) -> None:
    loop = {find(i).step: find(i) for i in IDS} | {find(other).step: find(other)}
    turn = plain_turn(loop, frozenset(), 1)
    assert turn is not None
    assert find(other) in turn.statements


# --- the same as step by step


@each_skip
@each_batch
def test_that_500_steps_at_once_are_500_steps(
    skips: frozenset[Step], batches: int, ran: list[str]
) -> None:
    explored = program(skips, batches=batches)
    expected = stepped(explored, 500)
    ran.clear()
    controller = Blind(explored)
    controller.advance(500, Goal())
    assert len(ran) <= 2 * (3 * batches + 2)  # the first turn, and what is left at the end
    same(controller, expected)


@pytest.mark.parametrize(
    ("variants", "one_by_one"),
    [
        pytest.param(["backward-retain"], False, id="retain"),
        pytest.param(["update-data"], False, id="data"),
        pytest.param(["backward-retain", "update-data"], False, id="retain-and-data"),
        pytest.param(["zero-none"], True, id="none"),
        pytest.param(["update-inplace"], True, id="inplace"),
        pytest.param(["update-reassign"], True, id="reassign"),
        pytest.param(["forward-detach"], True, id="detach"),
        pytest.param(["loss-vector"], True, id="vector"),
    ],
)
@each_skip
def test_that_other_cards_give_the_same_too(
    variants: list[str], one_by_one: bool, skips: frozenset[Step], ran: list[str]
) -> None:
    explored = program(skips, variants)
    expected = stepped(explored, 200)
    ran.clear()
    controller = Blind(explored)
    controller.advance(200, Goal())
    same(controller, expected)
    statements = len(controller._attempt.run.history)
    assert (len(ran) > 10) == (one_by_one and statements > 10)


@pytest.mark.parametrize("lr", [0.8, 0.9, 1.6, 1.7, 3.0, -0.5, 1e4, 1e12], ids=str)
@pytest.mark.parametrize("skips", SKIPS[:2], ids=["all", "no-zero"])
def test_that_a_run_that_diverges_stops_at_the_same_statement(
    lr: float, skips: frozenset[Step]
) -> None:
    explored = program(skips, lr=lr)
    expected = stepped(explored, 1500)
    controller = Blind(explored)
    controller.advance(1500, Goal())
    same(controller, expected)
    limit = 1.6110 if Step.ZERO in skips else 0.8055
    assert controller._attempt.run.stuck is not (0 <= lr <= limit)


@each_batch
def test_that_a_run_in_parts_that_diverges_stops_at_the_same_statement(batches: int) -> None:
    explored = program(lr=2.5, batches=batches)
    controller = Blind(explored)
    controller.advance(1500, Goal())
    assert controller._attempt.run.stuck
    same(controller, stepped(explored, 1500))


def test_that_an_update_can_be_what_is_too_large() -> None:
    places = set()
    for lr in (1e4, 3e6, 1e12, -2.0, 7.0, 1e5):
        controller = Blind(program(lr=lr))
        controller.advance(1500, Goal())
        same(controller, stepped(program(lr=lr), 1500))
        statement = controller._attempt.run.history.statement(controller._attempt.run.history.index)
        assert statement is not None
        places.add(statement.step)
    assert places == {Step.BACKWARD, Step.UPDATE}


def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no turn be done at once any more."""
    monkeypatch.setattr(attempts, "plain_turn", lambda *_: None)


BEGINNINGS = {
    "start": (),
    "soon-too-large": ("lr=3.0",),
    "very-soon-too-large": ("lr=1e5", *IDS),
    "in-a-turn": (*IDS, "forward", "loss"),
    "too-large-already": ("lr=1e12", *GRADS, "update", "zero"),
    "infinite": ("lr=1e12", *(*GRADS, "update") * 3, "zero"),
    "nan": ("lr=1e12", *(*GRADS, "update") * 6, "zero", "lr=0.1"),
    "nan-and-looked-for": ("lr=1e12", *(*GRADS, "update") * 6, "zero", "detect-anomaly"),
    "looked-for": (*IDS, "detect-anomaly"),
    "raised": (*IDS, "numpy-b"),
    "cleared-twice": (*IDS, "zero"),
    "none": (*GRADS, "update", "zero-none"),
    "lost-leaves": (*GRADS, "update-reassign", "zero"),
    "float64": (*IDS, "cast-w"),
    "vector": (*IDS, "forward", "loss-vector"),
    "retained": (*IDS, "forward", "retain-yhat-grad", "loss", "backward-retain"),
}


def begun(beginning: tuple[str, ...]) -> Blind:
    """Return a run that began so, with the lesson's own statements on the cards."""
    controller = Blind(program())
    controller.run(beginning)
    for statement_id in IDS:
        controller.set_variant(statement_id)
    return controller


@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=[*BEGINNINGS])
@pytest.mark.parametrize("statements", [1, 4, 13, 120], ids=str)
def test_that_wherever_it_begins_it_ends_as_without_turns(
    beginning: tuple[str, ...], statements: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = begun(beginning)
    found.advance(statements, Goal())
    after_turns = told(found)
    slow(monkeypatch)
    expected = begun(beginning)
    expected.advance(statements, Goal())
    assert after_turns == told(expected)


@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=[*BEGINNINGS])
def test_that_a_list_of_statements_is_the_same_with_and_without_turns(
    beginning: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = begun(beginning)
    found.run(IDS, repeat=30)
    after_turns = picture(found.look())
    slow(monkeypatch)
    expected = begun(beginning)
    expected.run(IDS, repeat=30)
    assert after_turns == picture(expected.look())


def test_that_a_list_that_is_a_turn_is_run_in_turns(ran: list[str]) -> None:
    Blind(program()).run(IDS, repeat=100)
    assert ran == [*IDS, *IDS]  # the first, which makes the gradients, and the last


@pytest.mark.parametrize(
    "ids", [GRADS, (*IDS, "forward"), (*IDS, *IDS), ("loss", *IDS[1:])], ids="+".join
)
def test_that_any_other_list_is_run_as_it_is(ids: tuple[str, ...], ran: list[str]) -> None:
    Blind(program()).run(ids, repeat=7)
    assert ran == [*ids] * 7


@pytest.mark.parametrize("k", [1, 38, 41, 83, 250, 499], ids=str)
def test_that_time_travel_after_turns_is_exact(k: int) -> None:
    controller = Blind(program((Step.ZERO,)))
    controller.advance(500, Goal())
    controller.seek(k)
    expected = Blind(program((Step.ZERO,)))
    for _ in range(k):
        expected.step()
    assert picture(controller.look()) == picture(expected.look())
    controller.step()
    expected.step()
    assert picture(controller.look()) == picture(expected.look())


# --- a statement that raises or warns in the middle of it


def when_far(statement_id: str, does: str) -> Statement:
    """Return the statement, which does something else as well once b is beyond 0.9."""
    statement = find(statement_id)
    return replace(statement, code=f"{statement.code}\nif b.item() > 0.9:\n    {does}")


@pytest.mark.parametrize("place", IDS)
@pytest.mark.parametrize(
    ("does", "kind"),
    [
        ("raise RuntimeError('far')", Kind.RAISED),
        ("raise TypeError('far')", Kind.RAISED),
        ("import warnings; warnings.warn('far')", Kind.OK),
    ],
    ids=["raises", "raises-another", "warns"],
)
def test_that_turns_end_with_a_statement_that_raises_or_warns(
    place: str, does: str, kind: Kind
) -> None:
    loop = {find(i).step: when_far(i, does) if i == place else find(i) for i in IDS}
    turn = plain_turn(loop, frozenset(), 1)
    assert turn is not None
    run, expected = (Run(program(), LESSON_DATA) for _ in range(2))
    with run.interpreter.listening():
        for statement_id in IDS:
            run.do(find(statement_id))
        done = run.turns(turn, 100, 1e9)
    n = len(run.history)
    assert done == n - 5
    assert run.history.ending.kind is kind
    assert "far" in f"{run.history.ending.error} {run.history.ending.warning}"
    for statement, _ in run.history.records(1, n):
        expected.do(statement)
    assert list(run.history.records(1, n)) == list(expected.history.records(1, n))
    assert repr(run.interpreter.tensors()) == repr(expected.interpreter.tensors())
    assert repr(run.history.last) == repr(expected.history.last)
    for name in Columns.__slots__:
        one, other = (getattr(each.history.columns(), name) for each in (run, expected))
        assert np.array_equal(one, other, equal_nan=True)


def test_that_what_was_skipped_in_a_turn_that_ended_early_is_told_as_skipped() -> None:
    zero = find("zero")
    loop = {find(i).step: find(i) for i in IDS}
    loop[Step.ZERO] = replace(zero, code=f"{zero.code}\nraise RuntimeError('no')")
    turn = plain_turn(loop, {Step.UPDATE}, 1)
    assert turn is not None
    run = Run(program(), LESSON_DATA)
    with run.interpreter.listening():
        for statement_id in IDS:
            run.do(find(statement_id))
        assert run.turns(turn, 100, 1e9) == 5
    told = [outcome.kind.word for _, outcome in run.history.records(6, 10)]
    assert told == ["ok", "ok", "ok", "skipped", "raised"]
    assert run.history.last[:2] == run.history.numbers(5)[:2]


def test_that_what_is_our_own_fault_is_not_taken_for_an_outcome() -> None:
    loop = {find(i).step: find(i) for i in IDS} | {Step.ZERO: when_far("zero", "1 / 0")}
    turn = plain_turn(loop, frozenset(), 1)
    assert turn is not None
    run = Run(program(), LESSON_DATA)
    with run.interpreter.listening():
        for statement_id in IDS:
            run.do(find(statement_id))
        with pytest.raises(ZeroDivisionError):
            run.turns(turn, 100, 1e9)
