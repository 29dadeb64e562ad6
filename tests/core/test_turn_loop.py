"""Turns on live tensors: when they end, what is read, and where it is read from."""

from collections.abc import Sequence
from time import perf_counter
from typing import Any

import pytest
import torch

from gradlab.core.mark import Mark
from gradlab.core.turn_loop import GRADS, LINE, LOSS, READS, Planned, Until, run_turns

FOREVER = 1e18


def planned(*lines: tuple[str, str]) -> list[Planned]:
    return [Planned(i, compile(code, "<test>", "exec"), read) for i, (code, read) in
            enumerate(lines)]  # fmt: skip


COUNT_B = ("b.data += 1", LINE)
COUNT_LOSS = ("loss = loss + 1", LOSS)
COUNT_GRADS = ("b.grad += 2\nw.grad += 3", GRADS)


def leaves() -> dict[str, Any]:
    names: dict[str, Any] = {name: torch.zeros(1, requires_grad=True) for name in "bw"}
    for leaf in names.values():
        leaf.grad = torch.zeros(1)
    return names | {"loss": torch.zeros(()), "torch": torch, "caught": []}


def run(
    plan: Sequence[Planned], names: dict[str, Any], turns: int = 3, every: int = 1000
) -> tuple[list[float], int, int, Exception | None]:
    progress, refusal = run_turns(plan, names, names["caught"], Until(turns, FOREVER), every)
    return progress.values, progress.turns, progress.place, refusal


def test_that_what_a_statement_changes_is_read_after_it() -> None:
    plan = planned(COUNT_LOSS, COUNT_GRADS, COUNT_B, ("pass", ""))
    assert run(plan, leaves(), turns=2) == (
        [1.0, 2.0, 3.0, 1.0, 0.0, 2.0, 4.0, 6.0, 2.0, 0.0], 2, -1, None,
    )  # fmt: skip  # as it is read


def test_that_every_pair_of_numbers_that_a_plain_statement_changes_is_read_together() -> None:
    assert {
        frozenset({"loss"}): LOSS,
        frozenset({"b", "w"}): LINE,
        frozenset({"b_grad", "w_grad"}): GRADS,
    } == READS


@pytest.mark.parametrize("turns", [1, 2, 1000], ids=str)
def test_that_so_many_turns_are_done(turns: int) -> None:
    names = leaves()
    values, done, place, refusal = run(planned(COUNT_B), names, turns)
    assert (done, place, refusal) == (turns, -1, None)
    assert names["b"].item() == turns
    assert len(values) == 2 * turns


def test_that_a_turn_is_the_last_after_the_time() -> None:
    names = leaves()
    progress, _ = run_turns(planned(COUNT_B), names, [], Until(1000, perf_counter() - 1), 10)
    assert (progress.turns, progress.place) == (1, -1)


def test_that_a_turn_is_the_last_where_the_line_is_a_goal() -> None:
    asked: list[tuple[float, float]] = []

    def reached(b: float, w: float) -> bool:
        asked.append((b, w))
        return b >= 3

    until = Until(1000, FOREVER, reached)
    progress, _ = run_turns(planned(COUNT_B, COUNT_LOSS), leaves(), [], until, 10)
    assert (progress.turns, progress.place) == (3, -1)
    assert asked == [(1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]


@pytest.mark.parametrize(
    ("line", "ends"),
    [
        (("loss = loss + float('inf')", LOSS), True),
        (("loss = loss * float('nan')", LOSS), True),
        (("loss = loss + 1e30", LOSS), False),
        (("b.data += float('nan')", LINE), True),
        (("w.data -= 2e12", LINE), True),
        (("w.data -= 1e12", LINE), False),
        (("b.grad += 2e12", GRADS), True),
        (("w.grad -= float('inf')", GRADS), True),
        (("w.grad += 1e12; b.grad -= 1e12", GRADS), False),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_that_a_number_that_a_run_cannot_go_on_with_ends_it(
    line: tuple[str, str], ends: bool
) -> None:
    _, turns, place, refusal = run(planned(("pass", ""), line, ("pass", "")), leaves(), 1)
    assert (turns, place, refusal) == ((0, 1, None) if ends else (1, -1, None))


def test_that_a_warning_ends_it() -> None:
    plan = planned(COUNT_LOSS, ("if loss > 1: caught.append('careful')", ""), COUNT_B)
    assert run(plan, leaves()) == ([1.0, 1.0, 0.0, 2.0], 1, 1, None)


@pytest.mark.parametrize("error", ["RuntimeError", "AttributeError", "TypeError", "NameError"])
def test_that_a_refusal_ends_it_and_is_given(error: str) -> None:
    plan = planned(COUNT_LOSS, (f"if loss > 1: raise {error}('no')", ""), COUNT_B)
    values, turns, place, refusal = run(plan, leaves())
    assert (values, turns, place) == ([1.0, 1.0, 0.0, 2.0], 1, 1)
    assert (type(refusal).__name__, str(refusal)) == (error, "no")


def test_that_any_other_error_is_ours() -> None:
    with pytest.raises(ZeroDivisionError):
        run(planned(("1 / 0", "")), leaves())


def test_that_versions_are_those_before_every_so_many_turns() -> None:
    names = leaves()
    names["w"].data += 1
    with torch.no_grad():
        names["w"] += 1
    plan = planned(("with torch.no_grad(): b += 1", LINE), ("w.grad.zero_()", GRADS))
    progress, _ = run_turns(plan, names, [], Until(7, FOREVER), 3)
    assert progress.versions == [(0, 0, 1, 0, 0), (3, 3, 1, 0, 3), (6, 6, 1, 0, 6)]


class Elsewhere:
    """A tensor of one number that is on a GPU, as far as can be told."""

    is_cpu = False
    _version = 0

    def __init__(self, value: float, grad: "Elsewhere | None" = None) -> None:
        self.value, self.grad = value, grad

    def item(self) -> float:
        return self.value


def test_that_a_number_elsewhere_is_asked_for() -> None:
    names = {"b": Elsewhere(1, Elsewhere(3)), "w": Elsewhere(2, Elsewhere(4)), "caught": []}
    plan = planned(("b.value += 10", LINE), ("w.grad.value += 10", GRADS))
    assert run(plan, names, turns=2)[0] == [11, 2, 3, 14, 21, 2, 3, 24]


def test_that_a_later_mark_has_counted_the_passes_between() -> None:
    mark = Mark(0.5, True, 2, 1, 2, 3, 4, 10, 11, 12)
    assert mark.later(5, (6, 7, 8, 9)) == Mark(0.5, True, 2, 6, 7, 8, 9, 15, 16, 17)
