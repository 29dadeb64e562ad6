"""A turn of the loop as it mostly is: what allows many turns to be recorded at once."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradlab.core.outcome import NUMBER_NAMES
from gradlab.core.statements import Statement, Step

PLAIN = frozenset(
    {"forward", "loss", "backward", "backward-retain", "update", "update-data", "zero"}
)
"""Statements after which, where b and w are leaves with gradients, no number is None."""


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """The statements of one turn, and where the numbers after each of them come from.

    Attributes:
        statements: From the first forward pass to zero, shape (m,).
        skipped: Whether each is skipped.
        reads: The names of the numbers that are read in a turn, in order.
        sources: For each statement and each of NUMBER_NAMES, shape (m, 5), the index of its value
            in the five numbers before the turn, followed by those read.
    """

    statements: tuple[Statement, ...]
    skipped: tuple[bool, ...]
    reads: tuple[str, ...]
    sources: NDArray[np.intp]

    @property
    def passes(self) -> int:
        """How many forward passes there are."""
        return (len(self) - 2) // 3

    def __len__(self) -> int:
        return len(self.statements)


def plain_turn(loop: Mapping[Step, Statement], skips: Set[Step], batches: int) -> Turn | None:
    """Return a turn of `loop`, or None where one of its statements is not plain."""
    if not all(statement.id in PLAIN for statement in loop.values()):
        return None
    passes = (Step.FORWARD, Step.LOSS, Step.BACKWARD) * batches
    steps = (*passes, Step.UPDATE, Step.ZERO)
    reads: list[str] = []
    at = dict(zip(NUMBER_NAMES, range(5), strict=True))
    sources = []
    for step in steps:
        for name in NUMBER_NAMES if step not in skips else ():
            if name in loop[step].changes:
                at[name] = 5 + len(reads)
                reads.append(name)
        sources.append([at[name] for name in NUMBER_NAMES])
    return Turn(
        tuple(loop[step] for step in steps),
        tuple(step in skips for step in steps),
        tuple(reads),
        np.array(sources),
    )
