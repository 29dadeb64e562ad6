"""The catalogue of statements: with setup_code.py the only PyTorch text, and so all that is run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from gradlab.core.errors import ProgramError, UnknownStatementError
from gradlab.core.limits import check_range

DOCS = "https://docs.pytorch.org/docs/stable"


class Step(StrEnum):
    """The five places in the training loop, in loop order, and the two outside it."""

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"
    ZERO = "zero"
    PROBE = "probe"
    SETTING = "setting"


LOOP: tuple[Step, ...] = (Step.FORWARD, Step.LOSS, Step.BACKWARD, Step.UPDATE, Step.ZERO)
SKIPPABLE: frozenset[Step] = frozenset({Step.UPDATE, Step.ZERO})
NUMBERS: frozenset[str] = frozenset({"b", "w", "b_grad", "w_grad", "loss"})
_NONE: frozenset[str] = frozenset()
_GRADS = frozenset({"b_grad", "w_grad"})


@dataclass(frozen=True, slots=True)
class Statement:
    """A few lines of PyTorch that run as they stand.

    Attributes:
        id: The stable name, as `gradlab trace` takes it.
        step: The place in the loop that it belongs to.
        label: What a person calls it.
        code: The text that is shown, exported and run.
        changes: Which of the recorded numbers it can change when it succeeds; the others need
            not be read again.
        expect: One sentence on what to expect.
        source: The lesson section or PyTorch page that it comes from.
        variant: Whether a card of the loop can hold it; a probe is run beside the loop.
        answers: Whether it is an expression whose value is its answer.
        in_parts: The code where the training set is split into parts, if that is different.
    """

    id: str
    step: Step
    label: str
    code: str
    changes: frozenset[str] = _NONE
    expect: str = ""
    source: str = ""
    variant: bool = True
    answers: bool = False
    in_parts: str = ""


def _probe(name: str, code: str, expect: str, source: str, answers: bool = False) -> Statement:
    label = code.splitlines()[-1].strip()
    return Statement(name, Step.PROBE, label, code, NUMBERS, expect, source, False, answers)


_NEXT_PART = "part = (part + 1) % len(x_parts)\n"

_ALL = (
    Statement(
        "forward",
        Step.FORWARD,
        "forward",
        "yhat = b + w * x_train_tensor",
        expect="yhat is worked out for every point, and the operations are recorded.",
        source="lesson 3.3.1",
        in_parts=_NEXT_PART + "yhat = b + w * x_parts[part]",
    ),
    Statement(
        "forward-no-grad",
        Step.FORWARD,
        "forward, no_grad",
        "with torch.no_grad():\n    yhat = b + w * x_train_tensor",
        expect="The same numbers, but nothing is recorded: backward() will have no graph.",
        source=f"{DOCS}/generated/torch.no_grad.html",
        in_parts=_NEXT_PART + "with torch.no_grad():\n    yhat = b + w * x_parts[part]",
    ),
    Statement(
        "forward-detach",
        Step.FORWARD,
        "forward, b detached",
        "yhat = b.detach() + w * x_train_tensor",
        expect="The same numbers, but b is cut out of the graph: it will get no gradient.",
        source=f"{DOCS}/generated/torch.Tensor.detach.html",
        in_parts=_NEXT_PART + "yhat = b.detach() + w * x_parts[part]",
    ),
    Statement(
        "loss",
        Step.LOSS,
        "loss",
        "error = yhat - y_train_tensor\nloss = (error ** 2).mean()",
        frozenset({"loss"}),
        "One number: the mean of the squared errors.",
        "lesson 3.3.1",
        in_parts="error = yhat - y_parts[part]\nloss = (error ** 2).mean() / len(x_parts)",
    ),
    Statement(
        "loss-vector",
        Step.LOSS,
        "loss, no mean",
        "error = yhat - y_train_tensor\nloss = error ** 2",
        frozenset({"loss"}),
        "One number a point: backward() will refuse, since it starts from a single one.",
        f"{DOCS}/generated/torch.Tensor.backward.html",
        in_parts="error = yhat - y_parts[part]\nloss = error ** 2 / len(x_parts)",
    ),
    Statement(
        "loss-false-cure",
        Step.LOSS,
        "loss.requires_grad = True",
        "loss.requires_grad = True",
        expect="After a forward pass under no_grad this silences backward(), and nothing trains.",
        source=f"{DOCS}/notes/autograd.html",
        variant=False,
    ),
    Statement(
        "backward",
        Step.BACKWARD,
        "backward()",
        "loss.backward()",
        _GRADS,
        "Each gradient grows by what this loss gives; the graph is freed.",
        "lesson 3.3.1",
    ),
    Statement(
        "backward-retain",
        Step.BACKWARD,
        "backward(retain_graph)",
        "loss.backward(retain_graph=True)",
        _GRADS,
        "The same, but the graph is kept, so that backward() can run on it again.",
        f"{DOCS}/generated/torch.Tensor.backward.html",
    ),
    Statement(
        "update",
        Step.UPDATE,
        "update",
        "with torch.no_grad():\n    b -= lr * b.grad\n    w -= lr * w.grad",
        frozenset({"b", "w"}),
        "b and w move against their gradients, in place and unrecorded.",
        "lesson 3.4, third attempt",
    ),
    Statement(
        "update-inplace",
        Step.UPDATE,
        "update in place",
        "b -= lr * b.grad\nw -= lr * w.grad",
        NUMBERS,
        "PyTorch refuses: a recorded in-place change of a leaf would lose its start.",
        "lesson 3.4, second attempt",
    ),
    Statement(
        "update-reassign",
        Step.UPDATE,
        "update by assignment",
        "b = b - lr * b.grad\nw = w - lr * w.grad",
        NUMBERS,
        "b and w become names of new tensors that are no leaves: their gradient is lost.",
        "lesson 3.4, first attempt",
    ),
    Statement(
        "update-data",
        Step.UPDATE,
        "update through .data",
        "b.data -= lr * b.grad\nw.data -= lr * w.grad",
        frozenset({"b", "w"}),
        "Works, but autograd cannot notice the change and so cannot warn of a stale graph.",
        f"{DOCS}/notes/autograd.html",
    ),
    Statement(
        "zero",
        Step.ZERO,
        "zero_()",
        "b.grad.zero_()\nw.grad.zero_()",
        _GRADS,
        "Both gradients become 0, in the same tensors.",
        "lesson 3.3.4",
    ),
    Statement(
        "zero-none",
        Step.ZERO,
        "grad = None",
        "b.grad = None\nw.grad = None",
        _GRADS,
        "Both gradients are dropped, as optimizers do it; the next backward() makes new ones.",
        f"{DOCS}/generated/torch.optim.Optimizer.zero_grad.html",
    ),
    _probe(
        "read-yhat-grad",
        "yhat.grad",
        "None, with a warning: yhat is no leaf, so its gradient is not kept.",
        f"{DOCS}/generated/torch.Tensor.grad.html",
        answers=True,
    ),
    _probe(
        "retain-yhat-grad",
        "yhat.retain_grad()",
        "The next backward() keeps the gradient of yhat as well.",
        f"{DOCS}/generated/torch.Tensor.retain_grad.html",
    ),
    _probe(
        "type-x",
        "x_train_tensor.type()",
        "The type of the data tensor, which also tells where it is: on the CPU or on a GPU.",
        "lesson 3.1",
        answers=True,
    ),
    _probe(
        "numpy-x",
        "x_train_tensor.cpu().numpy()",
        "The data as a NumPy array again; cpu() first, since NumPy cannot read a GPU's memory.",
        "lesson 3.1",
        answers=True,
    ),
    _probe(
        "numpy-b",
        "b.numpy()",
        "Refused: NumPy could change b without autograd knowing.",
        f"{DOCS}/generated/torch.Tensor.numpy.html",
        answers=True,
    ),
    _probe(
        "numpy-b-detached",
        "b.detach().cpu().numpy()",
        "The number of b as a NumPy array, outside the graph, from whatever device.",
        f"{DOCS}/generated/torch.Tensor.numpy.html",
        answers=True,
    ),
    _probe(
        "error-inplace",
        "error.mul_(2)",
        "After the loss this changes a tensor that the graph has saved: backward() will refuse.",
        f"{DOCS}/notes/autograd.html",
    ),
    _probe(
        "nudge-w",
        "with torch.no_grad():\n    w += 1",
        "Between forward and backward: no error, but a gradient that belongs to the old w.",
        f"{DOCS}/notes/autograd.html",
    ),
    _probe(
        "cast-w",
        "w = w.to(torch.float64)",
        "w becomes the name of a new tensor that is no leaf: backward() will not fill its grad.",
        "lesson 3.2",
    ),
    _probe(
        "detect-anomaly",
        "torch.autograd.set_detect_anomaly(True)",
        "From now on PyTorch looks for nan in backward() and says which operation failed.",
        f"{DOCS}/autograd.html",
    ),
    _probe(
        "detect-anomaly-off",
        "torch.autograd.set_detect_anomaly(False)",
        "PyTorch stops looking; backward() is faster again.",
        f"{DOCS}/autograd.html",
    ),
)

CATALOGUE: Mapping[str, Statement] = MappingProxyType({s.id: s for s in _ALL})
IN_PARTS: Mapping[str, Statement] = MappingProxyType(
    {s.id: replace(s, code=s.in_parts or s.code) for s in _ALL}
)


def find(statement_id: str, batches: int = 1) -> Statement:
    """Return the statement named `statement_id`, which may also be lr=VALUE.

    Args:
        statement_id: A stable name of the catalogue, or lr=VALUE.
        batches: In how many parts the training set is used; more than one changes some code.

    Raises:
        UnknownStatementError: No statement has that id; the message lists the ids that exist.
        ProgramError: The value of lr=VALUE is not a finite number, or too large.
    """
    name, equals, value = statement_id.partition("=")
    if name == "lr" and equals:
        return set_learning_rate(_number(value))
    try:
        return (CATALOGUE if batches == 1 else IN_PARTS)[statement_id]
    except KeyError:
        known = " ".join(CATALOGUE)
        raise UnknownStatementError(
            f"unknown step {statement_id!r}; the steps are: {known} lr=VALUE"
        ) from None


def variants(step: Step) -> tuple[Statement, ...]:
    """Return the statements that the card of `step` can hold, the lesson's own first."""
    return tuple(s for s in _ALL if s.step is step and s.variant)


def set_learning_rate(lr: float) -> Statement:
    """Return the statement `lr = VALUE`; its id is lr=VALUE.

    Raises:
        ProgramError: `lr` is not finite, or too large.
    """
    check_range("lr", lr)
    return Statement(
        f"lr={lr!r}",
        Step.SETTING,
        "lr",
        f"lr = {lr!r}",
        expect="The next update uses the new learning rate.",
        source="lesson 3.4",
        variant=False,
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ProgramError(f"lr is {text!r}, but must be a number such as 0.1") from None
