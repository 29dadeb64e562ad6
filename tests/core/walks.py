"""Many sequences of statements, run by gradlab and by bare PyTorch, and where they first differ."""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from gradlab.core.interpreter import Interpreter
from gradlab.core.outcome import Kind, Numbers
from gradlab.core.program import GivenStart
from gradlab.core.statements import Step, find, variants
from tests.core.bare_torch import TENSORS, BareLoop, State
from tests.core.lesson_figures import CPU
from tests.core.runs import ALL, LESSON_DATA, cpu_program, values

START = GivenStart(CPU.b, CPU.w)  # what seed 42 draws, without the millisecond that it takes
FIRST_LINE = re.compile(r"^\w+Warning: .*$", re.MULTILINE)
FORWARDS = tuple(s.id for s in variants(Step.FORWARD))
LOSSES = tuple(s.id for s in variants(Step.LOSS))
STRIDE = 2  # 23 is odd: every statement still comes in both places

Sequence = tuple[str, ...]


@dataclass(frozen=True)
class Walk:
    """How many sequences were run, what the first that differs gave, and all that was told."""

    sequences: int
    difference: str | None
    errors: frozenset[str]
    warnings: frozenset[str]


@cache
def short_walk() -> Walk:
    """Every sequence of one, two and three statements."""
    return _walk(s for n in (1, 2, 3) for s in itertools.product(ALL, repeat=n))


@cache
def long_walk() -> Walk:
    """Every second of: a forward, a loss, any two statements, then a backward and an update."""
    every = itertools.product(FORWARDS, LOSSES, ALL, ALL, ("backward",), ("update",))
    return _walk(itertools.islice(every, 0, None, STRIDE))


def _walk(sequences: Iterable[Sequence]) -> Walk:
    difference, count = None, 0
    errors: set[str] = set()
    warnings: set[str] = set()
    for sequence in sequences:
        count += 1
        seen, expected = _gradlab(sequence), _bare(sequence)
        errors.update(error for _, error, _, _ in seen[0] if error)
        warnings.update(warning for _, _, warning, _ in seen[0] if warning)
        if difference is None and repr(seen) != repr(expected):
            difference = f"{' '.join(sequence)}\ngradlab: {seen}\nbare:    {expected}"
    return Walk(count, difference, frozenset(errors), frozenset(warnings))


Ending = tuple[int, str | None, str | None, str | None]
Seen = tuple[list[Ending], tuple[float | None, ...], State]


def _gradlab(sequence: Sequence) -> Seen:
    interpreter = Interpreter(cpu_program(start=START), LESSON_DATA)
    outcomes = [interpreter.run(find(statement_id)) for statement_id in sequence]
    endings = [(int(o.kind), o.error, _brief(o.warning), o.answer) for o in outcomes]
    state: State = {
        view.name: (
            view.value,
            view.shape,
            view.dtype,
            view.requires_grad,
            view.is_leaf,
            view.grad_fn,
            view.version,
            view.grad,
        )
        for view in sorted(interpreter.tensors(), key=lambda v: [*TENSORS, v.name].index(v.name))
        if view.named and view.name in TENSORS
    }
    return endings, values(interpreter.numbers(Numbers())), state


def _bare(sequence: Sequence) -> Seen:
    bare = BareLoop()
    endings: list[Ending] = []
    for statement_id in sequence:
        error, told, answer, _ = bare.do(statement_id)
        kind = Kind.OK if error is None else Kind.RAISED
        endings.append((int(kind), error, _brief(told), answer))
    return endings, bare.values(), bare.state()


def _brief(told: str | None) -> str | None:
    """Leave out the traceback of the forward call, which names files, in anomaly mode."""
    if told is None or "Error detected in" not in told:
        return told
    return "\n".join(FIRST_LINE.findall(told))
