"""The lesson's loop as plain PyTorch, nothing around it: what recording is measured against."""

import numpy as np
import torch


class BareLoop:
    """b and w, the data of the lesson (section 3.1), and its loop (section 3.4)."""

    def __init__(self, points: int = 100, lr: float = 0.1) -> None:
        random = np.random.RandomState(42)
        x = random.rand(points, 1)
        y = 1 + 2 * x + 0.1 * random.randn(points, 1)
        train = random.permutation(points)[: int(points * 0.8)]
        self.x = torch.as_tensor(x[train]).float()
        self.y = torch.as_tensor(y[train]).float()
        torch.manual_seed(42)
        self.b = torch.randn(1, requires_grad=True, dtype=torch.float)
        self.w = torch.randn(1, requires_grad=True, dtype=torch.float)
        self.lr = lr

    def run(self, epochs: int) -> None:
        """Train for so many epochs."""
        b, w, x, y, lr = self.b, self.w, self.x, self.y, self.lr
        for _ in range(epochs):
            yhat = b + w * x
            error = yhat - y
            loss = (error**2).mean()
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            with torch.no_grad():
                b -= lr * b.grad  # type: ignore[operator]  # backward() has just made it
                w -= lr * w.grad  # type: ignore[operator]  # as above
            b.grad.zero_()  # type: ignore[union-attr]  # as above
            w.grad.zero_()  # type: ignore[union-attr]  # as above
