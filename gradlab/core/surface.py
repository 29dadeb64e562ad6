"""The loss as a function of b and w: an exact quadratic of five means over the training set."""

import math
from dataclasses import dataclass

import numpy as np

from gradlab.core.dataset import Dataset


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

    def loss(self, b: float, w: float) -> float:
        """Return the loss at (b, w)."""
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

    def largest_stable_rate(self) -> float:
        """Return 2 over the largest eigenvalue: gradient descent diverges with more."""
        return 2 / self.eigenvalues()[1]

    def minimum(self) -> tuple[float, float] | None:
        """Return (b, w) of the least loss, or None where x is the same for all points."""
        spread = self.xx - self.x * self.x
        if spread <= 1e-12 * max(self.xx, 1e-300):
            return None
        w = (self.xy - self.x * self.y) / spread
        return self.y - w * self.x, w


def quadratic(data: Dataset) -> Quadratic:
    """Return the loss of the training set as a quadratic."""
    x = data.x_train.astype(np.float32).astype(np.float64)
    y = data.y_train.astype(np.float32).astype(np.float64)
    return Quadratic(
        float(x.mean()),
        float(y.mean()),
        float((x * x).mean()),
        float((x * y).mean()),
        float((y * y).mean()),
    )
