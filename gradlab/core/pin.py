"""A run that is kept to be compared with others."""

from dataclasses import dataclass

from gradlab.core.history import History
from gradlab.core.number_format import MINUS
from gradlab.core.outcome import SKIPPED, Numbers
from gradlab.core.outline import Curves
from gradlab.core.program import DataSpec, Program
from gradlab.core.statements import Step
from gradlab.core.surface import Quadratic

LETTERS = ("A", "B", "C")
_LABELS = {Step.UPDATE: "update skipped", Step.ZERO: "zero_() skipped"}


@dataclass(frozen=True, slots=True, eq=False)
class Pin:
    """A run as it was when it was pinned.

    Attributes:
        letter: A, B or C: what it is called in the plots; no two pins share one.
        name: What tells it from other runs.
        data: The data that it was made with.
        curves: Its curves.
        statements: How many statements it has.
        epochs: How many epochs it has ended.
        numbers: The numbers at its end.
        loss, val_loss: The loss of the whole training set, and of the validation set, at its end.
    """

    letter: str
    name: str
    data: DataSpec
    curves: Curves
    statements: int
    epochs: int
    numbers: Numbers
    loss: float
    val_loss: float


def make_pin(
    letter: str, program: Program, history: History, curves: Curves, surface: Quadratic
) -> Pin:
    """Return all that `history` has recorded, as a pin.

    Args:
        letter: What to call it.
        program: What was run.
        history: The run.
        curves: Its curves.
        surface: The loss of the training set.
    """
    numbers = history.numbers(len(history))
    assert numbers.b is not None
    assert numbers.w is not None
    return Pin(
        letter=letter,
        name=run_name(program, history),
        data=program.data,
        curves=curves,
        statements=len(history),
        epochs=history.epochs_recorded,
        numbers=numbers,
        loss=surface.loss(numbers.b, numbers.w),
        val_loss=curves.validation.loss(numbers.b, numbers.w),
    )


def run_name(program: Program, history: History) -> str:
    """Return what tells this run from others: its learning rates, what was skipped, and so on."""
    ran = list(history.kinds())
    rates = [float(each.id[3:]) for each in history.settings(2)]
    first = history.statement(1) if len(history) else None
    if first is None or first.step is not Step.SETTING:  # else nothing was done with the first rate
        rates = [program.lr, *rates]
    shown = " → ".join(f"{rate:g}".replace("-", MINUS) for rate in dict.fromkeys(rates[-2:]))
    skipped = [
        words for step, words in _LABELS.items() if (step, SKIPPED) in {(s.step, o) for s, o in ran}
    ]
    variants = sorted(
        {s.label for s, o in ran if s.variant and s.id != s.step and o is not SKIPPED}
    )
    parts = [f"{program.batches} parts"] if program.batches > 1 else []
    return ", ".join([f"lr {shown}", *skipped, *variants, *parts])
