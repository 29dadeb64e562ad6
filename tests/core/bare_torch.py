"""The lesson's lines as ordinary Python, no text and no exec: what gradlab must agree with."""

import warnings
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray

Values = tuple[float | None, ...]
Record = tuple[str | None, str | None, Values]


def lesson_data(
    n: int = 100, seed: int = 42, b: float = 1, w: float = 2, noise: float = 0.1
) -> tuple[NDArray[np.float64], ...]:
    """Return x_train, y_train, x_val and y_val as section 3.1 makes them."""
    np.random.seed(seed)
    x = np.random.rand(n, 1)
    epsilon = noise * np.random.randn(n, 1)
    y = b + w * x + epsilon
    idx = np.arange(n)
    np.random.shuffle(idx)
    train_idx = idx[: int(n * 0.8)]
    val_idx = idx[int(n * 0.8) :]
    return x[train_idx], y[train_idx], x[val_idx], y[val_idx]


class BareLoop:
    """b and w of the lesson with seed 42, and what its lines do to them."""

    def __init__(self, lr: float = 0.1) -> None:
        x, y, _, _ = lesson_data()
        self.x = torch.as_tensor(x).float()
        self.y = torch.as_tensor(y).float()
        self.lr = lr
        torch.manual_seed(42)
        self.b = torch.randn(1, requires_grad=True, dtype=torch.float)
        self.w = torch.randn(1, requires_grad=True, dtype=torch.float)
        self.yhat: torch.Tensor | None = None
        self.mse: torch.Tensor | None = None

    def forward(self) -> None:
        self.yhat = self.b + self.w * self.x

    def loss(self) -> None:
        if self.yhat is None:
            raise NameError("name 'yhat' is not defined")
        error = self.yhat - self.y
        self.mse = (error**2).mean()

    def backward(self) -> None:
        if self.mse is None:
            raise NameError("name 'loss' is not defined")
        self.mse.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped

    def update(self) -> None:
        with torch.no_grad():
            self.b -= self.lr * cast(torch.Tensor, self.b.grad)
            self.w -= self.lr * cast(torch.Tensor, self.w.grad)

    def zero(self) -> None:
        cast(torch.Tensor, self.b.grad).zero_()
        cast(torch.Tensor, self.w.grad).zero_()

    def values(self) -> Values:
        """Return b, w, b.grad, w.grad and the loss, read from the tensors."""
        return (
            self.b.item(),
            self.w.item(),
            None if self.b.grad is None else self.b.grad.item(),
            None if self.w.grad is None else self.w.grad.item(),
            None if self.mse is None else self.mse.item(),
        )

    def do(self, name: str) -> Record:
        """Run one line by its name, or set lr=VALUE: its error, its warnings, the values then."""
        error = None
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                if name.startswith("lr="):
                    self.lr = float(name[3:])
                else:
                    getattr(self, name)()
            except (RuntimeError, AttributeError, TypeError, NameError) as raised:
                error = f"{type(raised).__name__}: {raised}"
        told = "\n".join(f"{w.category.__name__}: {w.message}" for w in caught)
        return error, told or None, self.values()
