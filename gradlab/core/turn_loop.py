"""Runs turns of the loop on live tensors, with nothing but the readings between the statements."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from time import perf_counter
from types import CodeType
from typing import Any, NamedTuple

from gradlab.core.limits import LARGEST

REFUSALS = (RuntimeError, AttributeError, TypeError, NameError)
"""What PyTorch and Python raise for statements of the catalogue; anything else is our bug."""
LOSS, LINE, GRADS = "loss", "line", "grads"
READS = {
    frozenset({"loss"}): LOSS,
    frozenset({"b", "w"}): LINE,
    frozenset({"b_grad", "w_grad"}): GRADS,
}
"""What to read after a statement that can change those numbers."""


class Planned(NamedTuple):
    """A statement of a turn that is to be run: its place in the turn, its code, what to read."""

    place: int
    code: CodeType
    reads: str


class Until(NamedTuple):
    """When to stop: after so many turns, a time of perf_counter(), or where (b, w) is a goal."""

    turns: int
    end: float
    reached: Callable[[float, float], bool] | None = None


@dataclass(slots=True)
class Progress:
    """How far it has come.

    Attributes:
        values: What was read, turn after turn.
        versions: For every `versions_every` turns, how many came before, and how often b, w, b.grad
            and w.grad had been changed in place by then.
        turns: How many turns are whole.
        place: The place of the statement that was run last in the turn after those; -1 where none.
    """

    values: list[float]
    versions: list[tuple[int, ...]]
    turns: int = 0
    place: int = -1


def run_turns(
    plan: Sequence[Planned],
    names: dict[str, Any],
    caught: list[Any],
    until: Until,
    versions_every: int,
) -> tuple[Progress, Exception | None]:
    """Run `plan` again and again on the tensors in `names`, b and w being leaves with gradients.

    It ends as `until` says, and after any statement that raises, that puts a warning into `caught`,
    or that leaves a number which is not finite or, but for the loss, beyond 1e12.
    """
    progress = Progress([], [])
    try:
        _run(plan, names, caught, until, versions_every, progress)
    except REFUSALS as refusal:
        return progress, refusal
    return progress, None


def _run(
    plan: Sequence[Planned],
    names: dict[str, Any],
    caught: list[Any],
    until: Until,
    versions_every: int,
    progress: Progress,
) -> None:
    # one flat loop, since each call in it would cost some 1 % of the speed
    tensors = names["b"], names["w"], names["b"].grad, names["w"].grad
    b, w, b_grad, w_grad = (_memory(tensor) for tensor in tensors)
    most, end, reached = until
    low, high = -LARGEST, LARGEST
    append = progress.values.append
    for turns in range(most):
        progress.turns = turns
        if not turns % versions_every:
            progress.versions.append((turns, *[tensor._version for tensor in tensors]))
        for progress.place, code, reads in plan:
            exec(code, names)
            if reads == LOSS:
                loss = names["loss"].item()
                append(loss)
                if not isfinite(loss):
                    return
            elif reads:
                one, two = (b[0], w[0]) if reads == LINE else (b_grad[0], w_grad[0])
                append(one)
                append(two)
                if not (low <= one <= high and low <= two <= high):
                    return
            if caught:
                return
        if perf_counter() > end or (reached and reached(b[0], w[0])):
            break
    progress.turns += 1
    progress.place = -1


def _memory(tensor: Any) -> Any:
    """Return what gives by [0] the number that `tensor` holds then.

    It is changed in place, so that on a CPU its memory can be looked at, which is fast.
    """
    return tensor.detach().numpy().data if tensor.is_cpu else _OnDevice(tensor)


class _OnDevice:
    """A tensor of one number, on a GPU, whose [0] is that number."""

    def __init__(self, tensor: Any) -> None:
        self._tensor = tensor

    def __getitem__(self, _: int) -> Any:
        return self._tensor.item()
