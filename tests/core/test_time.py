"""Going back is exact: after any walk through time, all is as in a fresh run of what remains."""

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pytest
import torch
from typing_extensions import override

from gradlab.core.controller import Controller
from gradlab.core.goal import Goal
from gradlab.core.history import Columns
from gradlab.core.interpreter import Interpreter
from gradlab.core.ledger import ledger
from gradlab.core.loop_state import last_outcomes, previous_line
from gradlab.core.mark import Mark
from gradlab.core.outcome import Kind, Numbers
from gradlab.core.program import Program
from gradlab.core.run import Run
from gradlab.core.snapshot import Snapshot
from gradlab.core.statements import LOOP, SKIPPABLE, find
from tests.core.bare_torch import BareLoop
from tests.core.runs import ALL, GRADS, IDS, LESSON_DATA, Blind, picture, values
from tests.core.walks import START

RATES = ("lr=0.1", "lr=0.5", "lr=0.0", "lr=-0.5", "lr=3.0", "lr=1e12")
STRETCHES: tuple[tuple[str, ...], ...] = (
    GRADS,
    IDS,
    IDS * 3,
    (*GRADS, *GRADS),
    ("forward", "loss"),
    ("forward", "zero", "retain-yhat-grad", "update", "loss"),  # much may lie between the two
)
SINGLE = (*ALL, *RATES, *IDS, *IDS, *["detect-anomaly-off"] * 8)  # what it looks for is slow
DIVERGING = ("lr=1e12", *(*GRADS, "update") * 5)  # far enough for nan

Deed = tuple[str, bool]  # a statement, and whether it was skipped


@dataclass
class Walk:
    """A walk through time, and what has to be left of it.

    Attributes:
        controller: What walks.
        done: What has been done and not been undone.
        ahead: What has been undone, and not been cut off by something else.
        acts: What was asked for, in words, for the message of a failure.
        alone: Whether the tensors before are those before the last statement alone.
    """

    controller: Controller
    rnd: random.Random
    done: list[Deed] = field(default_factory=list)
    ahead: list[Deed] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)
    alone: bool = True

    @property
    def run(self) -> Run:
        return self.controller._attempt.run

    def act(self) -> None:
        """Do something."""
        kinds = (self.single, self.stretch, self.fast, self.back, self.redo, self.seek, self.skip)
        self.rnd.choices(kinds, weights=(24, 9, 4, 5, 3, 4, 2))[0]()

    def single(self) -> None:
        self.do((self.rnd.choice(SINGLE),))

    def stretch(self) -> None:
        self.do(self.rnd.choices((*STRETCHES, DIVERGING), weights=(4, 4, 4, 4, 4, 4, 1))[0])

    def do(self, ids: Sequence[str]) -> None:
        self.acts.append("+".join(ids))
        self.controller.run(ids)
        skips = self.controller.program.skips
        for each in ids:
            statement = find(each)
            self._add((each, statement.variant and statement.step in skips))
        self.alone = True

    def fast(self) -> None:
        statements = self.rnd.choice((1, 6, 30, 75, 110))
        self.acts.append(f"advance({statements})")
        self.controller.advance(statements, Goal())
        history = self.run.history
        for statement, outcome in history.records(len(self.done) + 1, history.index):
            self._add((statement.id, outcome.kind is Kind.SKIPPED))
        self.alone = False

    def back(self) -> None:
        self.acts.append("back")
        self.controller.back()
        self._to(max(len(self.done) - 1, 0))

    def redo(self) -> None:
        self.acts.append("redo")
        self.controller.redo()
        self._to(len(self.done) + bool(self.ahead))

    def seek(self) -> None:
        k = self.rnd.randint(0, len(self.done) + len(self.ahead))
        self.acts.append(f"seek({k})")
        self.controller.seek(k)
        self._to(k)

    def skip(self) -> None:
        step = self.rnd.choice(sorted(SKIPPABLE))
        skip = step not in self.controller.program.skips
        self.acts.append(f"skip({step}, {skip})")
        self.controller.set_skip(step, skip)

    def _add(self, deed: Deed) -> None:
        self.ahead = self.ahead[1:] if self.ahead[:1] == [deed] else []
        self.done.append(deed)

    def _to(self, k: int) -> None:
        self.alone |= k != len(self.done)
        whole = self.done + self.ahead
        self.done, self.ahead = whole[:k], whole[k:]

    def cards(self) -> tuple[str, ...]:
        """Return which statement each card has to hold: the one of its step that was done last."""
        held = {step: step.value for step in LOOP}
        held |= {find(each).step: each for each, _ in self.done if find(each).variant}
        return tuple(held[step] for step in LOOP)

    @override
    def __str__(self) -> str:
        return " ".join(self.acts)


def program(batches: int) -> Program:
    return Program(start=START, device="cpu", batches=batches)


def walks(batches: int, count: int, most: int, kind: type[Controller]) -> Iterator[Walk]:
    """Yield so many walks of up to `most` acts, always the same ones."""
    for seed in range(count):
        rnd = random.Random(f"{batches}-{seed}")
        walk = Walk(kind(program(batches)), rnd)
        for _ in range(min(rnd.randint(5, most), rnd.randint(5, most))):
            walk.act()
        yield walk


def fresh(deeds: Sequence[Deed], batches: int) -> Run:
    """Return a run of nothing but these statements, one after the other."""
    run = Run(program(batches), LESSON_DATA)
    with run.interpreter.listening():
        for k, (each, skipped) in enumerate(deeds, 1):
            if k == len(deeds):
                run.look()
            run.do(find(each, batches), skipped)
    return run


def told(columns: Columns, name: str, index: int) -> bytes:
    column = getattr(columns, name)[: index + 1]
    return np.where(np.isnan(column), np.nan, column).tobytes()  # one nan is as good as another


def state(run: Run) -> dict[str, object]:
    """Return everything that can be told of a run at its cursor, equal only bit for bit."""
    history, interpreter = run.history, run.interpreter
    index, position, columns = history.index, history.position, history.columns()
    residuals = interpreter.residuals(500)
    return {
        "tensors": repr(interpreter.tensors()),
        "graph": repr(interpreter.graph()),
        "residuals": repr(None if residuals is None else residuals.tolist()),
        "validation loss": repr(interpreter.validation_loss()),
        "lr": interpreter.lr,
        "anomaly": torch.is_anomaly_enabled(),
        "index": index,
        "statements": list(history.records(1, index)),
        "columns": [told(columns, name, index) for name in Columns.__slots__],
        "last": repr((history.last, history.ending, history.complete, run.stuck)),
        "position": (position.due, position.epoch, position.begins_turn, list(position.turn)),
        "calls": (position.last, position.moved),
        "added": repr([history.added(c) for c in (*position.turn, position.last) if c]),
        "ledgers": repr([ledger(history, name) for name in ("b_grad", "w_grad")]),
        "endings": last_outcomes(history),
        "previous line": repr(previous_line(history)),
        "epochs": (history.epochs_done, history.epoch(index)),
    }


def ending(run: Run) -> tuple[str, ...]:
    """Return how the last statement ended, and what stood then."""
    history = run.history
    ended = history.index, history.ending, history.last, history.position.due
    return repr(ended), repr(run.interpreter.tensors())


def differing(one: dict[str, object], other: dict[str, object]) -> list[str]:
    return [f"{key}: {one[key]}\nnot {other[key]}" for key in one if one[key] != other[key]]


def beside_bare_torch(walk: Walk) -> None:
    """Compare each statement that is left with the ordinary Python lines."""
    bare, history = BareLoop(), walk.run.history
    for k, (each, skipped) in enumerate(walk.done, 1):
        if not skipped:
            error, *_ = bare.do(each)
            assert history.outcome(k).error == error, f"{k} {each}: {walk}"
        assert repr(values(history.numbers(k))) == repr(bare.values()), f"{k} {each}: {walk}"
    torch.autograd.set_detect_anomaly(False)


def count_marks_and_turns(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return what counts how often the short ways through time are taken."""
    seen: Counter[str] = Counter()
    restore, turns = Interpreter.restore, Run.turns

    def counted_restore(self: Interpreter, mark: Mark, numbers: Numbers) -> None:
        seen["from a later mark"] += mark.loss >= 0
        restore(self, mark, numbers)

    def counted_turns(self: Run, *args: Any) -> int:
        done = turns(self, *args)
        seen["fast turns"] += done > 0
        return done

    monkeypatch.setattr(Interpreter, "restore", counted_restore)
    monkeypatch.setattr(Run, "turns", counted_turns)
    return seen


@pytest.mark.parametrize(("batches", "count"), [(1, 350), (2, 80), (4, 70)], ids=str)
def test_that_any_walk_ends_where_a_fresh_run_of_what_remains_ends(
    batches: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = count_marks_and_turns(monkeypatch)
    for number, walk in enumerate(walks(batches, count, 60, Blind)):
        assert walk.controller.program.loop == walk.cards(), str(walk)
        assert len(walk.run.history) == len(walk.done) + len(walk.ahead), str(walk)
        before = repr(walk.run.tensors_before) if walk.alone else None
        found = state(walk.run)
        walk.do((walk.rnd.choice(SINGLE),))
        found_next = ending(walk.run)

        other = fresh(walk.done[:-1], batches)
        assert before in (None, repr(other.tensors_before)), str(walk)
        assert not differing(found, state(other)), f"{walk}: {differing(found, state(other))}"
        following, skipped = walk.done[-1]
        other.do(find(following, batches), skipped)
        assert found_next == ending(other), str(walk)
        if batches == 1 and number % 3 == 0:
            beside_bare_torch(walk)
        seen["diverged"] += bool(np.isnan(other.history.columns().b).any())
    assert seen["fast turns"] > count / 4
    assert seen["from a later mark"] > count / 3
    assert seen["diverged"] > 0


def as_nothing_was_cut(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot without the sentence that tells what was cut off."""
    text = re.sub(r" The (\d+ )?statements? that came after it (is|are) \*\*cut off\*\*\.$", "",
                  snapshot.caption.text)  # fmt: skip
    assert (text != snapshot.caption.text) == (snapshot.lost > 0)
    return replace(snapshot, caption=replace(snapshot.caption, text=text))


def pictured(deeds: Sequence[Deed], now: Program) -> Snapshot:
    """Return the picture of a fresh run of these statements, with the cards and skips of `now`."""
    controller = Controller(program(now.batches))
    for skipped, alike in groupby(deeds, key=itemgetter(1)):
        for step in SKIPPABLE:
            controller.set_skip(step, skipped)
        controller.run([each for each, _ in alike])
    for step in SKIPPABLE:
        controller.set_skip(step, step in now.skips)
    return controller.snapshot()


@pytest.mark.parametrize(("batches", "count"), [(1, 25), (2, 10), (4, 5)], ids=str)
def test_that_any_walk_shows_what_a_fresh_run_of_what_remains_shows(
    batches: int, count: int
) -> None:
    for walk in walks(batches, count, 25, Controller):
        if not walk.alone:
            walk.back()
        found = picture(as_nothing_was_cut(walk.controller.snapshot()))
        expected = picture(pictured(walk.done, walk.controller.program))
        assert found == expected, f"{walk}: {[k for k in found if found[k] != expected[k]]}"
