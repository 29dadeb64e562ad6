"""Runs statements on live tensors. The only place where torch is imported."""

import ast
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from gradlab.core import setup_code
from gradlab.core.dataset import Dataset
from gradlab.core.errors import EngineError
from gradlab.core.graph import Graph, read_graph
from gradlab.core.mark import Mark
from gradlab.core.outcome import NUMBER_NAMES, OK, Kind, Numbers, Outcome
from gradlab.core.program import Program
from gradlab.core.snapshot import TensorView
from gradlab.core.statements import Statement
from gradlab.core.turn import Turn
from gradlab.core.turn_loop import READS, REFUSALS, Planned, Until, run_turns

NAMES = ("b", "w", "yhat", "error", "loss", "x_train_tensor", "y_train_tensor")
LEAVES = ("b", "w")
REBOUND = ("b", "w", "yhat", "error", "loss")
PREVIEW = 6


class Turns(NamedTuple):
    """What run_turns() did.

    Attributes:
        values: What was read, `turn.reads` in each whole turn, and those of a broken one.
        marks: How many turns came before each mark, and the mark.
        turns: How many turns are whole.
        place: The index of the statement that broke the last turn off, or -1.
        outcome: How that statement ended.
    """

    values: list[float]
    marks: list[tuple[int, Mark]]
    turns: int
    place: int
    outcome: Outcome


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
        self._compiled: dict[str, tuple[CodeType, tuple[str, ...]]] = {}
        self._serials: dict[str, int] = {}
        self._last_ids: dict[str, int] = {}
        self._caught: list[warnings.WarningMessage] | None = None
        self._names: dict[str, Any] = {
            "torch": torch,
            "device": self.device,
            "lr": program.lr,
            # copies, since as_tensor warns of arrays that cannot be written to
            "x_train": data.x_train.copy(),
            "y_train": data.y_train.copy(),
        }
        self._set_up(program)
        self._leaves: dict[str, torch.Tensor] = {name: self._names[name] for name in LEAVES}
        self._forget_names()
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
        if self._caught is None:
            with self.listening():
                return self._run(statement)
        return self._run(statement)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Catch warnings for all statements that run inside, which is cheaper than for each."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            self._caught = caught
            try:
                yield
            finally:
                self._caught = None

    def _run(self, statement: Statement) -> Outcome:
        code, binds = self._code(statement)
        refusal = answer = None
        try:
            if statement.answers:
                answer = repr(eval(code, self._names))
            else:
                exec(code, self._names)
        except REFUSALS as raised:
            refusal = raised
        for name in binds:
            self._count(name)
        if refusal is None and answer is None and not self._caught:
            return OK
        return self._outcome(refusal, answer)

    def run_turns(self, turn: Turn, until: Until, mark_every: int) -> Turns:
        """Run `turn` again and again, b and w being leaves that have gradients.

        Before every `mark_every` turns it makes a mark. It stops as `until` says, and after any
        statement that raises, warns, or leaves a number that a run cannot go on with.
        """
        start, caught = self.mark(), self._caught
        assert start is not None
        assert caught is not None
        plan = [
            Planned(i, self._code(s)[0], READS.get(s.changes, ""))
            for i, s in enumerate(turn.statements)
            if not turn.skipped[i]
        ]
        done, refusal = run_turns(plan, self._names, caught, until, mark_every)
        self._count_turns(turn, done.turns, done.place)
        outcome = OK if done.place < 0 else self._outcome(refusal, None)
        marks = [(n, start.later(n * turn.passes, versions)) for n, *versions in done.versions]
        return Turns(done.values, marks, done.turns, done.place, outcome)

    def _count_turns(self, turn: Turn, turns: int, place: int) -> None:
        """Count up the serials of the names that whole turns, and part of one, have bound."""
        for i, statement in enumerate(turn.statements):
            for name in () if turn.skipped[i] else self._code(statement)[1]:
                self._serials[name] += turns + (i <= place)
                self._last_ids[name] = id(self._names.get(name))
                if name == "error":
                    self._error_part = self._names.get("part", -1)

    def _outcome(self, refusal: Exception | None, answer: str | None) -> Outcome:
        """Return how a statement ended, with what it has warned of."""
        caught = self._caught or []
        told = "\n".join(_words(each) for each in caught) or None
        caught.clear()
        if refusal is None:
            return Outcome(Kind.OK, None, told, answer)
        return Outcome(Kind.RAISED, f"{type(refusal).__name__}: {refusal}", told, answer)

    def mark(self) -> Mark | None:
        """Return what restore() needs, or None where b or w is no longer the leaf it began as."""
        b, w = self._names["b"], self._names["w"]
        if b is not self._leaves["b"] or w is not self._leaves["w"]:
            return None
        return Mark(
            lr=self.lr,
            anomaly=torch.is_anomaly_enabled(),
            part=self._names.get("part", -1),
            b_version=b._version,
            w_version=w._version,
            b_grad_version=0 if b.grad is None else b.grad._version,
            w_grad_version=0 if w.grad is None else w.grad._version,
            **{name: self._serials[name] for name in ("yhat", "error", "loss")},
        )

    def restore(self, mark: Mark, numbers: Numbers) -> None:
        """Make b, w and their gradients as they were when `mark` was made, with those `numbers`.

        There is no yhat, error or loss afterwards: what `mark` can serve makes them anew first.
        PyTorch cannot store a graph that backward() has freed, so it has to be made by running
        (https://docs.pytorch.org/docs/stable/notes/autograd.html).
        """
        for name in ("yhat", "error", "loss"):
            self._names.pop(name, None)
        self._names["lr"] = mark.lr
        if "part" in self._names:
            self._names["part"] = mark.part
        b_grad = self._tensor(numbers.b_grad, mark.b_grad_version)
        w_grad = self._tensor(numbers.w_grad, mark.w_grad_version)
        self._put_leaf("b", self._tensor(numbers.b, mark.b_version), b_grad)
        self._put_leaf("w", self._tensor(numbers.w, mark.w_version), w_grad)
        self._forget_names()
        self._serials |= {"yhat": mark.yhat, "error": mark.error, "loss": mark.loss}
        torch.autograd.set_detect_anomaly(bool(mark.anomaly))

    def _put_leaf(self, name: str, leaf: torch.Tensor | None, grad: torch.Tensor | None) -> None:
        assert leaf is not None
        leaf.requires_grad_()
        leaf.grad = grad
        self._names[name] = self._leaves[name] = leaf

    def _tensor(self, value: float | None, version: int) -> torch.Tensor | None:
        """Return a tensor of shape (1,), float32, changed in place `version` times."""
        if value is None:
            return None
        tensor = torch.tensor([value], dtype=torch.float, device=self.device)
        if version:
            # private; the public increment_version counts up by one, and so takes long
            torch._C._autograd._unsafe_set_version_counter((tensor,), (version,))
        return tensor

    def numbers(self, last: Numbers, only: frozenset[str] = frozenset(NUMBER_NAMES)) -> Numbers:
        """Read the numbers named in `only` from the tensors; the others are those of `last`."""
        if not only:
            return last
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
            _view(name, self._names[name], max(self._serials.get(name, 0), 0))
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

    def _forget_names(self) -> None:
        """Begin to count anew which tensors have had which name."""
        self._error_part = -1
        self._serials = dict.fromkeys(REBOUND, -1)
        self._last_ids = dict.fromkeys(REBOUND, 0)
        for name in LEAVES:
            self._count(name)

    def _count(self, name: str) -> None:
        """Count up the serial of a name that stands for another tensor than before."""
        # an id is enough: the last tensor lived until the name was bound anew
        found = id(self._names.get(name))
        if found != self._last_ids[name] and name in self._names:
            self._last_ids[name] = found
            self._serials[name] += 1
            if name == "error":
                self._error_part = self._names.get("part", -1)

    def validation_loss(self) -> float:
        """Return the mean squared error on the validation set at the current b and w, float32."""
        with torch.no_grad():
            x = torch.as_tensor(self._data.x_val.copy()).float().to(self.device)
            y = torch.as_tensor(self._data.y_val.copy()).float().to(self.device)
            yhat = self._names["b"] + self._names["w"] * x
            return float(((yhat - y) ** 2).mean())

    def _execute(self, code: str) -> None:
        """Run `code`, which is only ever text of setup_code.py."""
        exec(compile(code, "<set-up>", "exec"), self._names)

    def _code(self, statement: Statement) -> tuple[CodeType, tuple[str, ...]]:
        return self._compiled.get(statement.code) or self._compile(statement)

    def _compile(self, statement: Statement) -> tuple[CodeType, tuple[str, ...]]:
        """Return the code of `statement`, and which of the names watched it binds anew."""
        tree = ast.parse(statement.code)
        assigned = (node.targets for node in ast.walk(tree) if isinstance(node, ast.Assign))
        bound = {name.id for targets in assigned for name in targets if isinstance(name, ast.Name)}
        mode = "eval" if statement.answers else "exec"
        code = compile(statement.code, "<statement>", mode)
        self._compiled[statement.code] = code, tuple(name for name in REBOUND if name in bound)
        return self._compiled[statement.code]

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
