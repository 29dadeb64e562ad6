"""When a loop that runs by itself has come far enough."""

from collections.abc import Callable
from dataclasses import dataclass

from gradlab.core.surface import Quadratic

NEVER = 2**32


@dataclass(frozen=True, slots=True)
class Goal:
    """What ends a run; whatever comes first.

    Attributes:
        last_epoch: The epoch after which it ends, counted from the start of the history.
        loss: It ends at the first epoch whose b and w give the training set no greater loss.
        settled: Whether it ends when the loss has come down to its least value, but for a millionth
            of the variance of y.
    """

    last_epoch: int = NEVER
    loss: float | None = None
    settled: bool = False


def line_test(goal: Goal, surface: Quadratic) -> Callable[[float, float], bool] | None:
    """Return what says whether (b, w) is where `goal` asks to be; None where any place will do.

    Args:
        goal: What was asked for.
        surface: The loss of the training set.
    """
    if goal.loss is not None:
        target = goal.loss
        return lambda b, w: surface.loss(b, w) <= target
    if goal.settled:
        return lambda b, w: surface.excess(b, w) <= surface.tolerance
    return None
