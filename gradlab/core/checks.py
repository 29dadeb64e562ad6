"""Autograd's gradient beside two that were worked out in other ways."""

from dataclasses import dataclass

from gradlab.core.ledger import Ledger
from gradlab.core.surface import Quadratic

STEP = 1e-3  # any step will do for a quadratic; this one loses few digits


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
    surface: Quadratic, line: tuple[float, float], ledgers: tuple[Ledger, Ledger], batches: int
) -> tuple[GradientCheck, ...]:
    """Return a check for each gradient that the latest `batches` backward() calls added to.

    Args:
        surface: The loss of the whole training set.
        line: (b, w) as the forward pass used them.
        ledgers: What b.grad and w.grad are the sum of.
        batches: In how many parts the training set is used.
    """
    b, w = line
    by_hand = surface.gradient(b, w)
    by_difference = (
        (surface.loss(b + STEP, w) - surface.loss(b - STEP, w)) / (2 * STEP),
        (surface.loss(b, w + STEP) - surface.loss(b, w - STEP)) / (2 * STEP),
    )
    return tuple(
        GradientCheck(name, sum(ledger.contributions[-batches:]), hand, difference)
        for name, ledger, hand, difference in zip(
            ("b.grad", "w.grad"), ledgers, by_hand, by_difference, strict=True
        )
        if len(ledger.contributions) >= batches
    )
