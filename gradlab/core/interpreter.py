"""Runs statements on live tensors. The only place where torch is imported."""

import warnings
from types import CodeType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from gradlab.core import statements
from gradlab.core.dataset import Dataset
from gradlab.core.errors import EngineError
from gradlab.core.outcome import NUMBER_NAMES, OK, Kind, Numbers, Outcome
from gradlab.core.program import Program
from gradlab.core.snapshot import TensorView
from gradlab.core.statements import Statement

NAMES = ("b", "w", "yhat", "error", "loss", "x_train_tensor", "y_train_tensor")
PREVIEW = 6
REFUSALS = (RuntimeError, AttributeError, TypeError, NameError)
"""What PyTorch and Python raise for statements of the catalogue; anything else is our bug."""


class Interpreter:
    """The live tensors of one run, made anew from a program and its data.

    Attributes:
        device: The device in use, "cpu" or "cuda".

    Raises:
        EngineError: The program asks for CUDA and PyTorch finds none.
    """

    def __init__(self, program: Program, data: Dataset) -> None:
        self.device = _device(program.device)
        self._data = data
        self._compiled: dict[str, CodeType] = {}
        self._names: dict[str, Any] = {
            "torch": torch,
            "device": self.device,
            "lr": program.lr,
            # copies, since as_tensor warns of arrays that cannot be written to
            "x_train": data.x_train.copy(),
            "y_train": data.y_train.copy(),
        }
        self._execute(statements.DATA_CODE)
        self._execute(program.start.code)

    @property
    def lr(self) -> float:
        """The learning rate in force."""
        return float(self._names["lr"])

    def run(self, statement: Statement) -> Outcome:
        """Run `statement` on the live tensors, which it may change, and say how it ended.

        What PyTorch raises or warns of becomes part of the outcome, word for word. The tensors
        are left as PyTorch left them.
        """
        error = None
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                self._execute(statement.code)
            except REFUSALS as refusal:
                error = f"{type(refusal).__name__}: {refusal}"
        if error is None and not caught:
            return OK
        told = "\n".join(f"{w.category.__name__}: {w.message}" for w in caught) or None
        return Outcome(Kind.OK if error is None else Kind.RAISED, error, told)

    def numbers(self, last: Numbers, only: frozenset[str] = frozenset(NUMBER_NAMES)) -> Numbers:
        """Read the numbers named in `only` from the tensors; the others are those of `last`."""
        return Numbers(
            self._item("b") if "b" in only else last.b,
            self._item("w") if "w" in only else last.w,
            self._grad_item("b") if "b_grad" in only else last.b_grad,
            self._grad_item("w") if "w_grad" in only else last.w_grad,
            self._item("loss") if "loss" in only else last.loss,
        )

    def tensors(self) -> tuple[TensorView, ...]:
        """Return a copy of what each named tensor that exists holds and is."""
        return tuple(_view(name, self._names[name]) for name in NAMES if name in self._names)

    def residuals(self, most: int) -> NDArray[np.float32] | None:
        """Return the first `most` of `error`, shape (m,), where the line drawn is the one it used.

        None before the first loss, and as soon as b or w has moved away from it: y + error has to
        be b + w * x still.
        """
        error = self._names.get("error")
        if error is None:
            return None
        with torch.no_grad():
            x = self._names["x_train_tensor"][:most]
            y = self._names["y_train_tensor"][:most]
            head = error.detach()[:most]
            line = self._names["b"] + self._names["w"] * x
            if not torch.allclose(y + head, line, rtol=1e-5, atol=1e-6):
                return None
            residuals: NDArray[np.float32] = head.flatten().cpu().numpy().copy()
            return residuals

    def validation_loss(self) -> float:
        """Return the mean squared error on the validation set at the current b and w, float32."""
        with torch.no_grad():
            x = torch.as_tensor(self._data.x_val.copy()).float().to(self.device)
            y = torch.as_tensor(self._data.y_val.copy()).float().to(self.device)
            yhat = self._names["b"] + self._names["w"] * x
            return float(((yhat - y) ** 2).mean())

    def _execute(self, code: str) -> None:
        compiled = self._compiled.get(code)
        if compiled is None:
            compiled = self._compiled[code] = compile(code, "<statement>", "exec")
        exec(compiled, self._names)  # only ever text of statements.py

    def _item(self, name: str) -> float | None:
        tensor = self._names.get(name)
        return tensor.item() if tensor is not None and tensor.numel() == 1 else None

    def _grad_item(self, name: str) -> float | None:
        grad = _grad(self._names[name])
        return None if grad is None else float(grad.item())


def _device(wanted: str) -> str:
    found = torch.cuda.is_available()
    if wanted == "cuda" and not found:
        raise EngineError("PyTorch finds no CUDA device here; use --device cpu or auto")
    return "cuda" if found and wanted != "cpu" else "cpu"


def _grad(tensor: torch.Tensor) -> torch.Tensor | None:
    # Reading .grad of any other tensor makes PyTorch warn, and it is None.
    return tensor.grad if tensor.is_leaf or tensor.retains_grad else None


def _view(name: str, tensor: torch.Tensor) -> TensorView:
    grad = _grad(tensor)
    return TensorView(
        name=name,
        value=_preview(tensor),
        shape=tuple(tensor.shape),
        dtype=str(tensor.dtype),
        device=str(tensor.device),
        type_name=tensor.type(),
        requires_grad=tensor.requires_grad,
        is_leaf=tensor.is_leaf,
        grad_fn=None if tensor.grad_fn is None else tensor.grad_fn.name(),
        grad=None if grad is None else _preview(grad),
        version=tensor._version,
    )


def _preview(tensor: torch.Tensor) -> tuple[float, ...]:
    return tuple(tensor.detach().flatten()[:PREVIEW].tolist())
