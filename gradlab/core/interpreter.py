"""Runs statements on live tensors. The only place where torch is imported."""

import warnings
import weakref
from types import CodeType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from gradlab.core import setup_code
from gradlab.core.dataset import Dataset
from gradlab.core.errors import EngineError
from gradlab.core.graph import Graph, read_graph
from gradlab.core.outcome import NUMBER_NAMES, OK, Kind, Numbers, Outcome
from gradlab.core.program import Program
from gradlab.core.snapshot import TensorView
from gradlab.core.statements import Statement, Step

NAMES = ("b", "w", "yhat", "error", "loss", "x_train_tensor", "y_train_tensor")
LEAVES = ("b", "w")
REBOUND = ("b", "w", "yhat", "error", "loss")
PREVIEW = 6
REFUSALS = (RuntimeError, AttributeError, TypeError, NameError)
"""What PyTorch and Python raise for statements of the catalogue; anything else is our bug."""


class Interpreter:
    """The live tensors of one run, made anew from a program and its data.

    Attributes:
        device: The device in use, "cpu" or "cuda".

    Raises:
        EngineError: The device asked for is not there, or cannot be used.
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
        self._set_up(program)
        self._leaves = {name: self._names[name] for name in LEAVES}
        self._last_objects: dict[str, weakref.ref[torch.Tensor]] = {}
        self._serials: dict[str, int] = {}
        self._error_part = -1
        self._count_names()
        torch.autograd.set_detect_anomaly(False)  # it is global; each run begins without

    def _set_up(self, program: Program) -> None:
        try:
            self._execute(setup_code.DATA)
            if program.batches > 1:
                self._execute(setup_code.parts(program.batches))
            self._execute(program.start.code)
        except RuntimeError as refusal:  # a GPU that is there but cannot be used
            reason = str(refusal).partition("\n")[0]
            raise EngineError(f"PyTorch cannot use {self.device}: {reason}") from None

    @property
    def lr(self) -> float:
        """The learning rate in force."""
        return float(self._names["lr"])

    def run(self, statement: Statement) -> Outcome:
        """Run `statement` on the live tensors, which it may change, and say how it ended.

        What PyTorch raises or warns of becomes part of the outcome, word for word. The tensors
        are left as PyTorch left them.
        """
        error = answer = None
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                answer = self._execute(statement.code, statement.answers)
            except REFUSALS as refusal:
                error = f"{type(refusal).__name__}: {refusal}"
        self._count_names()
        if statement.step is Step.LOSS:
            self._error_part = self._names.get("part", -1)
        if error is None and answer is None and not caught:
            return OK
        told = "\n".join(_words(each) for each in caught) or None
        return Outcome(Kind.OK if error is None else Kind.RAISED, error, told, answer)

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
        """Return a copy of what each named tensor that exists holds and is.

        A leaf that its name no longer stands for comes last: it still holds its gradient.
        """
        named = [
            _view(name, self._names[name], self._serials.get(name, 0))
            for name in NAMES
            if name in self._names
        ]
        lost = [
            _view(name, leaf, named=False)
            for name, leaf in self._leaves.items()
            if leaf is not self._names[name]
        ]
        return (*named, *lost)

    def graph(self) -> Graph:
        """Return what autograd recorded for the loss, or for yhat where that is newer."""
        tensors = {name: self._names[name] for name in NAMES if name in self._names}
        part = self._names.get("part", -1)
        if part >= 0:
            tensors[f"x_parts[{part}]"] = self._names["x_parts"][part]
        return read_graph(tensors, self._leaves)

    def residuals(self, most: int) -> NDArray[np.float64] | None:
        """Return `error` of the first `most` points, shape (m,), float64, if the line is its own.

        None before the first loss, and as soon as b or w has moved away from it: y + error has to
        be b + w * x still.
        """
        error = self._names.get("error")
        if error is None:
            return None
        x, y, first = self._part()
        with torch.no_grad():
            line = self._names["b"] + self._names["w"] * x[:most]
            head = error.detach()[:most]
            if head.shape != line.shape or not _close(y[:most] + head, line):
                return None
            residuals = np.full(min(most, first + len(head)), np.nan)
            residuals[first:] = head.flatten().cpu().numpy()[: max(len(residuals) - first, 0)]
            return residuals

    def _part(self) -> tuple[torch.Tensor, torch.Tensor, int]:
        """Return x and y of the part that `error` belongs to, and the number of its first point."""
        part = self._error_part
        if part < 0:
            return self._names["x_train_tensor"], self._names["y_train_tensor"], 0
        x, y = self._names["x_parts"][part], self._names["y_parts"][part]
        return x, y, part * len(x)

    def _count_names(self) -> None:
        """Count up the serial of each name that stands for another tensor than before."""
        for name in REBOUND:
            tensor, last = self._names.get(name), self._last_objects.get(name)
            if tensor is not None and (last is None or last() is not tensor):
                self._serials[name] = self._serials.get(name, -1) + 1
                self._last_objects[name] = weakref.ref(tensor)

    def validation_loss(self) -> float:
        """Return the mean squared error on the validation set at the current b and w, float32."""
        with torch.no_grad():
            x = torch.as_tensor(self._data.x_val.copy()).float().to(self.device)
            y = torch.as_tensor(self._data.y_val.copy()).float().to(self.device)
            yhat = self._names["b"] + self._names["w"] * x
            return float(((yhat - y) ** 2).mean())

    def _execute(self, code: str, answers: bool = False) -> str | None:
        """Run `code`, which is only ever text of statements.py or setup_code.py."""
        compiled = self._compiled.get(code)
        if compiled is None:
            mode = "eval" if answers else "exec"
            compiled = self._compiled[code] = compile(code, "<statement>", mode)
        if answers:
            return repr(eval(compiled, self._names))
        exec(compiled, self._names)
        return None

    def _item(self, name: str) -> float | None:
        tensor = self._names.get(name)
        return tensor.item() if tensor is not None and tensor.numel() == 1 else None

    def _grad_item(self, name: str) -> float | None:
        grad = _grad(self._names[name])
        return None if grad is None else float(grad.item())


def _words(warning: warnings.WarningMessage) -> str:
    """Return type and message; of a traceback in it, which names our own files, only the head."""
    said, traceback, _ = str(warning.message).partition("Traceback of forward call")
    return f"{warning.category.__name__}: {said}{traceback and traceback + ' …'}"


def _device(wanted: str) -> str:
    found = torch.cuda.is_available()
    if wanted == "cuda" and not found:
        raise EngineError("PyTorch finds no CUDA device here; use --device cpu or auto")
    return "cuda" if found and wanted != "cpu" else "cpu"


def _grad(tensor: torch.Tensor) -> torch.Tensor | None:
    # Reading .grad of any other tensor makes PyTorch warn, and it is None.
    return tensor.grad if tensor.is_leaf or tensor.retains_grad else None


def _close(a: torch.Tensor, b: torch.Tensor) -> bool:
    return torch.allclose(a.double(), b.double(), rtol=1e-5, atol=1e-6)


def _view(name: str, tensor: torch.Tensor, serial: int = 0, named: bool = True) -> TensorView:
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
        serial=serial,
        named=named,
    )


def _preview(tensor: torch.Tensor) -> tuple[float, ...]:
    return tuple(tensor.detach().flatten()[:PREVIEW].tolist())
