"""Which statement each card of the loop holds, also at an earlier time."""

from typing import NamedTuple

import numpy as np

from gradlab.core.history import History
from gradlab.core.program import Program
from gradlab.core.statements import Statement, Step, find


class _Take(NamedTuple):
    """A statement that took the place of another on a card, by running."""

    step: Step
    before: str
    after: str


class Cards:
    """What was taken from cards by statements that ran, so that going back can give it back."""

    def __init__(self) -> None:
        self._takes: list[_Take] = []

    def take(self, program: Program, statement: Statement) -> int:
        """Return a number for what running `statement` does to the cards; 0 where nothing."""
        if not statement.variant or statement.id in program.loop:
            return 0
        before = next(name for name in program.loop if find(name).step is statement.step)
        take = _Take(statement.step, before, statement.id)
        if take not in self._takes:
            self._takes.append(take)  # 24 at most: the ordered pairs of each step's variants
        return self._takes.index(take) + 1

    def moved(self, program: Program, history: History, old: int, new: int) -> Program:
        """Return `program` with the cards as a way from statement `old` to `new` asks.

        Going back gives a card what it held before, if it still holds what took its place; going
        forward takes again.
        """
        if not self._takes:
            return program
        found = history.took(min(old, new) + 1, max(old, new))
        takes = [self._takes[number - 1] for number in found[np.flatnonzero(found)].tolist()]
        held = {find(name).step: name for name in program.loop}
        for take in takes if new >= old else reversed(takes):
            if new >= old:
                held[take.step] = take.after
            elif held[take.step] == take.after:
                held[take.step] = take.before
        for name in held.values() if takes else ():
            program = program.holding(find(name))
        return program
