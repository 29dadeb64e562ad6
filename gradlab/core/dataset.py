"""The data: the lesson's noisy line, split for training and validation. NumPy only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradlab.core.program import TRAIN_SHARE, DataSpec

Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """The points, as read-only float64 columns of shape (n, 1), and the line behind them."""

    x_train: Column
    y_train: Column
    x_val: Column
    y_val: Column
    spec: DataSpec


def generate(spec: DataSpec) -> Dataset:
    """Make the data that `spec` describes, as the lesson does (section 3.1).

    The global NumPy generator is left alone: the legacy RandomState gives the same stream.
    """
    random = np.random.RandomState(spec.seed)
    x = random.rand(spec.n, 1)
    epsilon = spec.noise * random.randn(spec.n, 1)
    y = spec.true_b + spec.true_w * x + epsilon
    idx = np.arange(spec.n)
    random.shuffle(idx)
    train, val = np.split(idx, [int(spec.n * TRAIN_SHARE)])
    columns = (x[train], y[train], x[val], y[val])
    for column in columns:
        column.setflags(write=False)
    return Dataset(*columns, spec=spec)
