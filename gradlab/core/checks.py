"""Autograd's gradient beside two that were worked out in other ways."""

from collections.abc import Sequence
from dataclasses import dataclass

from gradlab.core.loop_position import Added
from gradlab.core.surface import Quadratic

STEP = 1e-3  # for a quadratic any would do that loses few digits


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """The gradient of the whole training set's loss, three times.

    Attributes:
        name: "b.grad" or "w.grad".
        autograd: What the latest backward() calls added: one, or one for each part.
        by_hand: 2 * mean(error) or 2 * mean(x * error), float64 (lesson 3.3.1).
        by_difference: (loss(v + h) - loss(v - h)) / 2h, float64.
    """

    name: str
    autograd: float
    by_hand: float
    by_difference: float


def gradient_checks(
    surface: Quadratic, turn: Sequence[Added], batches: int
) -> tuple[GradientCheck, ...]:
    """Return a check for each gradient that the backward() calls of this turn added to.

    There are none until each part has been used once, all at the same b and w.

    Args:
        surface: The loss of the whole training set.
        turn: What the latest backward() calls added, at most one for each part.
        batches: In how many parts the training set is used.
    """
    parts = {added.of.part for added in turn}
    lines = {(added.of.b, added.of.w) for added in turn}
    if len(turn) != batches or len(parts) != batches or len(lines) != 1:
        return ()
    b, w = lines.pop()
    if b is None or w is None:
        return ()
    sums = (_sum([added.b for added in turn]), _sum([added.w for added in turn]))
    ways = zip(("b.grad", "w.grad"), sums, _by_hand(surface, b, w), strict=True)
    return tuple(
        GradientCheck(name, total, *others) for name, total, others in ways if total is not None
    )


def _by_hand(surface: Quadratic, b: float, w: float) -> tuple[tuple[float, float], ...]:
    """Return, for b and for w, the gradient by the lesson's formula and by difference."""
    by_b, by_w = surface.gradient(b, w)
    return (
        (by_b, (surface.loss(b + STEP, w) - surface.loss(b - STEP, w)) / (2 * STEP)),
        (by_w, (surface.loss(b, w + STEP) - surface.loss(b, w - STEP)) / (2 * STEP)),
    )


def _sum(added: list[float | None]) -> float | None:
    """Return the sum, or None where one of the calls left the gradient as it was."""
    known = [each for each in added if each is not None]
    return sum(known) if len(known) == len(added) else None
