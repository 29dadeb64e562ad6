"""The lines of the catalogue as ordinary Python, no text and no exec: what gradlab must equal."""

import warnings
from functools import cache
from typing import NoReturn, cast

import numpy as np
import torch
from numpy.typing import NDArray

Values = tuple[float | None, ...]
Record = tuple[str | None, str | None, str | None, Values]
State = dict[str, tuple[object, ...]]
TENSORS = ("b", "w", "yhat", "error", "loss")


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


class _Lines:
    """Every statement of the catalogue, as a method named after its id."""

    b: torch.Tensor
    w: torch.Tensor
    yhat: torch.Tensor
    error: torch.Tensor
    loss: torch.Tensor
    x: torch.Tensor
    y: torch.Tensor
    lr: float

    def __getattr__(self, name: str) -> NoReturn:
        raise NameError(f"name {name!r} is not defined")

    def line_forward(self) -> None:
        self.yhat = self.b + self.w * self.x

    def line_forward_no_grad(self) -> None:
        with torch.no_grad():
            self.yhat = self.b + self.w * self.x

    def line_forward_detach(self) -> None:
        self.yhat = self.b.detach() + self.w * self.x

    def line_loss(self) -> None:
        self.error = self.yhat - self.y
        self.loss = (self.error**2).mean()

    def line_loss_vector(self) -> None:
        self.error = self.yhat - self.y
        self.loss = self.error**2

    def line_loss_false_cure(self) -> None:
        self.loss.requires_grad = True

    def line_backward(self) -> None:
        self.loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped

    def line_backward_retain(self) -> None:
        self.loss.backward(retain_graph=True)  # type: ignore[no-untyped-call]  # as above

    def line_update(self) -> None:
        with torch.no_grad():
            self.b -= self.lr * cast(torch.Tensor, self.b.grad)
            self.w -= self.lr * cast(torch.Tensor, self.w.grad)

    def line_update_inplace(self) -> None:
        self.b -= self.lr * cast(torch.Tensor, self.b.grad)
        self.w -= self.lr * cast(torch.Tensor, self.w.grad)

    def line_update_reassign(self) -> None:
        self.b = self.b - self.lr * cast(torch.Tensor, self.b.grad)
        self.w = self.w - self.lr * cast(torch.Tensor, self.w.grad)

    def line_update_data(self) -> None:
        self.b.data -= self.lr * cast(torch.Tensor, self.b.grad)
        self.w.data -= self.lr * cast(torch.Tensor, self.w.grad)

    def line_zero(self) -> None:
        cast(torch.Tensor, self.b.grad).zero_()
        cast(torch.Tensor, self.w.grad).zero_()

    def line_zero_none(self) -> None:
        self.b.grad = None
        self.w.grad = None

    def line_read_yhat_grad(self) -> str:
        return repr(self.yhat.grad)

    def line_retain_yhat_grad(self) -> None:
        self.yhat.retain_grad()

    def line_type_x(self) -> str:
        return repr(self.x.type())

    def line_numpy_x(self) -> str:
        return repr(self.x.cpu().numpy())

    def line_numpy_b(self) -> str:
        return repr(self.b.numpy())

    def line_numpy_b_detached(self) -> str:
        return repr(self.b.detach().cpu().numpy())

    def line_error_inplace(self) -> None:
        self.error.mul_(2)

    def line_nudge_w(self) -> None:
        with torch.no_grad():
            self.w += 1

    def line_cast_w(self) -> None:
        self.w = self.w.to(torch.float64)

    def line_detect_anomaly(self) -> None:
        torch.autograd.set_detect_anomaly(True)

    def line_detect_anomaly_off(self) -> None:
        torch.autograd.set_detect_anomaly(False)


class BareLoop(_Lines):
    """b and w of the lesson with seed 42, and what the lines do to them."""

    def __init__(self, lr: float = 0.1) -> None:
        x, y = _training_set()
        self.x = torch.as_tensor(x).float()
        self.y = torch.as_tensor(y).float()
        self.lr = lr
        b, w = _start()
        self.b = torch.tensor([b], requires_grad=True, dtype=torch.float)
        self.w = torch.tensor([w], requires_grad=True, dtype=torch.float)
        torch.autograd.set_detect_anomaly(False)

    def values(self) -> Values:
        """Return b, w, b.grad, w.grad and the loss if it is one number, read from the tensors."""
        loss = vars(self).get("loss")
        b_grad, w_grad = _grad(self.b), _grad(self.w)
        return (
            self.b.item(),
            self.w.item(),
            None if b_grad is None else b_grad.item(),
            None if w_grad is None else w_grad.item(),
            None if loss is None or loss.numel() != 1 else loss.item(),
        )

    def state(self) -> State:
        """Return of each tensor that exists its first numbers and every flag."""
        return {name: _state(vars(self)[name]) for name in TENSORS if name in vars(self)}

    def do(self, name: str) -> Record:
        """Run one line by its id, or set lr=VALUE: error, warnings, answer, the values then."""
        error = answer = None
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                if name.startswith("lr="):
                    self.lr = float(name[3:])
                else:
                    answer = getattr(self, f"line_{name.replace('-', '_')}")()
            except (RuntimeError, AttributeError, TypeError, NameError) as raised:
                error = f"{type(raised).__name__}: {raised}"
        told = "\n".join(f"{w.category.__name__}: {w.message}" for w in caught)
        return error, told or None, answer, self.values()


@cache
def _training_set() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y, _, _ = lesson_data()
    return x, y


@cache
def _start() -> tuple[float, float]:
    torch.manual_seed(42)  # it takes a millisecond, so once
    return torch.randn(1).item(), torch.randn(1).item()


def _grad(tensor: torch.Tensor) -> torch.Tensor | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return tensor.grad


def _state(tensor: torch.Tensor) -> tuple[object, ...]:
    grad = _grad(tensor)
    return (
        tuple(tensor.detach().flatten().tolist()[:6]),
        tuple(tensor.shape),
        str(tensor.dtype),
        tensor.requires_grad,
        tensor.is_leaf,
        None if tensor.grad_fn is None else tensor.grad_fn.name(),
        tensor._version,
        None if grad is None else tuple(grad.flatten().tolist()[:6]),
    )
