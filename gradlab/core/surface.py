"""The loss as a function of b and w: an exact quadratic of five means over the training set."""

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gradlab.core.dataset import Column

Value = TypeVar("Value", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True)
class Quadratic:
    """The mean squared error of b + w * x, in float64, without touching the points again.

    Attributes:
        x, y, xx, xy, yy: The means of x, y, x * x, x * y and y * y over the training set, whose
            numbers are float32, as the tensors hold them.
    """

    x: float
    y: float
    xx: float
    xy: float
    yy: float

    def loss(self, b: Value, w: Value) -> Value:
        """Return the loss at (b, w), or at each of several."""
        return (
            b * b
            + 2 * b * w * self.x
            + w * w * self.xx
            - 2 * b * self.y
            - 2 * w * self.xy
            + self.yy
        )

    def gradient(self, b: float, w: float) -> tuple[float, float]:
        """Return 2 * mean(error) and 2 * mean(x * error), the lesson's formulas (3.3.1)."""
        return 2 * (b + w * self.x - self.y), 2 * (b * self.x + w * self.xx - self.xy)

    def eigenvalues(self) -> tuple[float, float]:
        """Return the eigenvalues of the Hessian 2 * [[1, x], [x, xx]], the smaller first."""
        middle, offset = 1 + self.xx, math.hypot(1 - self.xx, 2 * self.x)
        return middle - offset, middle + offset

    def largest_stable_rate(self, clearing: bool = True) -> float:
        """Return the learning rate beyond which gradient descent diverges.

        That is 2 over the largest eigenvalue. Where the gradient is never cleared, each step adds
        to the last one, as momentum 1 would, and the limit is twice as high; below it the
        parameters swing for ever (b[n+1] - 2 b[n] + b[n-1] = -lr * eigenvalue * b[n] has roots of
        size 1 as long as lr * eigenvalue is at most 4).
        """
        return (2 if clearing else 4) / self.eigenvalues()[1]

    @property
    def tolerance(self) -> float:
        """How much above its least value the loss counts as settled.

        That is a millionth of the variance of y, and what float32 cannot tell apart at its mean.
        """
        variance = max(self.yy - self.y * self.y, 0.0)
        return 1e-6 * variance + (2.0**-22 * max(abs(self.y), 1.0)) ** 2

    def excess(self, b: float, w: float) -> float:
        """Return how much greater the loss is at (b, w) than its least value."""
        spread = max(self.xx - self.x * self.x, 0.0)
        minimum = self.minimum()
        slope = minimum[1] if minimum else 0.0
        return (b + w * self.x - self.y) ** 2 + spread * (w - slope) ** 2

    def minimum(self) -> tuple[float, float] | None:
        """Return (b, w) of the least loss, or None where x is the same for all points."""
        spread = self.xx - self.x * self.x
        if spread <= 1e-12 * max(self.xx, 1e-300):
            return None
        w = (self.xy - self.x * self.y) / spread
        return self.y - w * self.x, w


def quadratic(x: Column, y: Column) -> Quadratic:
    """Return the mean squared error of the points (x, y) as a quadratic."""
    x = x.astype(np.float32).astype(np.float64)
    y = y.astype(np.float32).astype(np.float64)
    return Quadratic(
        float(x.mean()),
        float(y.mean()),
        float((x * x).mean()),
        float((x * y).mean()),
        float((y * y).mean()),
    )
