"""The catalogue of statements: the only PyTorch text in the package, and so the only text run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from gradlab.core.errors import ProgramError, UnknownStatementError
from gradlab.core.limits import check_range


class Step(StrEnum):
    """The five places in the training loop, in loop order, and the place outside it."""

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"
    ZERO = "zero"
    SETTING = "setting"


LOOP: tuple[Step, ...] = (Step.FORWARD, Step.LOSS, Step.BACKWARD, Step.UPDATE, Step.ZERO)
SKIPPABLE: frozenset[Step] = frozenset({Step.UPDATE, Step.ZERO})


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
        source: The lesson section or PyTorch page that it comes from.
    """

    id: str
    step: Step
    label: str
    code: str
    changes: frozenset[str] = field(default_factory=frozenset)
    source: str = ""


_ALL = (
    Statement(
        "forward",
        Step.FORWARD,
        "forward",
        "yhat = b + w * x_train_tensor",
        source="lesson 3.3.1",
    ),
    Statement(
        "loss",
        Step.LOSS,
        "loss",
        "error = yhat - y_train_tensor\nloss = (error ** 2).mean()",
        frozenset({"loss"}),
        "lesson 3.3.1",
    ),
    Statement(
        "backward",
        Step.BACKWARD,
        "backward()",
        "loss.backward()",
        frozenset({"b_grad", "w_grad"}),
        "lesson 3.3.1",
    ),
    Statement(
        "update",
        Step.UPDATE,
        "update",
        "with torch.no_grad():\n    b -= lr * b.grad\n    w -= lr * w.grad",
        frozenset({"b", "w"}),
        "lesson 3.4, third attempt",
    ),
    Statement(
        "zero",
        Step.ZERO,
        "zero_()",
        "b.grad.zero_()\nw.grad.zero_()",
        frozenset({"b_grad", "w_grad"}),
        "lesson 3.3.4",
    ),
)

CATALOGUE: Mapping[str, Statement] = MappingProxyType({s.id: s for s in _ALL})

DATA_CODE = (
    "x_train_tensor = torch.as_tensor(x_train).float().to(device)\n"
    "y_train_tensor = torch.as_tensor(y_train).float().to(device)"
)


def find(statement_id: str) -> Statement:
    """Return the statement named `statement_id`, which may also be lr=VALUE.

    Raises:
        UnknownStatementError: No statement has that id; the message lists the ids that exist.
        ProgramError: The value of lr=VALUE is not a finite number, or too large.
    """
    name, equals, value = statement_id.partition("=")
    if name == "lr" and equals:
        return set_learning_rate(_number(value))
    try:
        return CATALOGUE[statement_id]
    except KeyError:
        known = " ".join(CATALOGUE)
        raise UnknownStatementError(
            f"unknown step {statement_id!r}; the steps are: {known} lr=VALUE"
        ) from None


def set_learning_rate(lr: float) -> Statement:
    """Return the statement `lr = VALUE`; its id is lr=VALUE.

    Raises:
        ProgramError: `lr` is not finite, or too large.
    """
    check_range("lr", lr)
    return Statement(f"lr={lr!r}", Step.SETTING, "lr", f"lr = {lr!r}", source="lesson 3.4")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ProgramError(f"lr is {text!r}, but must be a number such as 0.1") from None


def start_from_seed(seed: int) -> str:
    """Return the code that draws b and w, shape (1,), float32, with torch's CPU generator.

    They are drawn on the CPU whatever the device, so that a seed means the same numbers on every
    machine, and marked after the move, so that they are leaves (lesson 3.2).
    """
    return (
        f"torch.manual_seed({seed})\n"
        "b = torch.randn(1, dtype=torch.float).to(device).requires_grad_()\n"
        "w = torch.randn(1, dtype=torch.float).to(device).requires_grad_()"
    )


def start_from_values(b: float, w: float) -> str:
    """Return the code that creates b and w, shape (1,), float32, from two given numbers."""
    return (
        f"b = torch.tensor([{b!r}], requires_grad=True, dtype=torch.float, device=device)\n"
        f"w = torch.tensor([{w!r}], requires_grad=True, dtype=torch.float, device=device)"
    )
