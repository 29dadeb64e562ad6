"""The frozen picture of everything after a statement, which is all that a panel ever sees."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gradlab.core.checks import GradientCheck
from gradlab.core.course import UNTOLD, Course
from gradlab.core.dataset import Dataset
from gradlab.core.graph import EMPTY_GRAPH, Graph
from gradlab.core.history import Columns, History
from gradlab.core.ledger import EMPTY_LEDGER, Ledger
from gradlab.core.lesson import Lesson
from gradlab.core.loop_position import Added
from gradlab.core.outcome import OK, Numbers, Outcome
from gradlab.core.outline import Curves, Outline
from gradlab.core.pin import Pin
from gradlab.core.prediction import Question, Score, Verdict
from gradlab.core.program import Program
from gradlab.core.statements import CATALOGUE, LOOP, Statement, Step
from gradlab.core.surface import Quadratic
from gradlab.core.vote import Tally

MOST_RESIDUALS = 500
MOST_TIMELINE = 64
_FLAT = Quadratic(0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class TensorView:
    """One named tensor as it stood: copies, never views.

    Attributes:
        name: The name it has in the code.
        value: Its first numbers, flattened, at most six.
        shape: Its whole shape.
        dtype: Such as "torch.float32".
        device: Such as "cpu" or "cuda:0".
        type_name: What `.type()` says, such as "torch.FloatTensor".
        requires_grad: Whether operations on it are recorded for backward().
        is_leaf: Whether it was made by hand rather than by a recorded operation.
        grad_fn: The name of the operation that made it, such as "AddBackward0", or None.
        grad: The first numbers of `.grad`, at most six; None where `.grad` is None.
        version: How often it was changed in place.
        serial: How many tensors have had the name before it; it counts up where the name is bound
            anew, and stays where the tensor is changed in place.
        named: False for a leaf that its name no longer stands for, after b = b - ... .
    """

    name: str
    value: tuple[float, ...]
    shape: tuple[int, ...]
    dtype: str
    device: str
    type_name: str
    requires_grad: bool
    is_leaf: bool
    grad_fn: str | None
    grad: tuple[float, ...] | None
    version: int
    serial: int = 0
    named: bool = True


TENSOR_FIELDS: tuple[str, ...] = (
    "value",
    "grad",
    "requires_grad",
    "is_leaf",
    "grad_fn",
    "version",
    "dtype",
    "device",
    "shape",
    "serial",
)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One statement in the timeline: its number from 1, its label, its step, how it ended."""

    index: int
    label: str
    step: Step | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Caption:
    """What just happened, in words: a short head and one or two sentences.

    Words between ** are the ones to stress.
    """

    head: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Everything there is to show after `index` statements.

    Attributes:
        ready: False only in EMPTY, before PyTorch has started.
        run: The number of the run; another one has begun where it differs.
        index: How many statements have been run since the start.
        recorded: How many statements are recorded; those after `index` can be gone to again.
        lost: How many recorded statements the last one cut off.
        earlier: Whether going back from the start brings back the run before this one.
        redo: The statement that is recorded next, or None at the end.
        statement: The last one, or None at the start.
        outcome: How it ended.
        before: The numbers before it.
        numbers: The numbers after it.
        tensors: The named tensors, after it.
        tensors_before: The named tensors, before it.
        changed: The (name, field) pairs of `tensors` that it changed; after a run of several
            statements, that they changed together.
        previous_line: (b, w) before the last update that moved them, or None.
        residuals: Of the first 500 training points, error = yhat - y, float64, shape (m,), where
            the line drawn is the one that `error` was worked out with; otherwise None. nan for a
            point that is not in the part in use.
        b_ledger, w_ledger: What the gradients are the sum of.
        checks: Autograd's latest gradients beside those worked out in other ways.
        graph: What autograd recorded.
        curves: The numbers after every statement that is recorded.
        timeline: The statements around this one, at most 64, oldest first.
        raised: The numbers of recorded statements that raised, ascending, at most 64.
        last_added: What the latest backward() added, until zero; None before the first.
        last_outcomes: For each step done in this epoch, the statement and how it ended.
        loop: The statement that each step of the loop runs.
        next_step: What step() will do.
        epoch: The epoch, from 1, that the last statement belongs to.
        epochs_done: How many epochs have ended.
        stuck: True where the last statement raised, or left numbers that a run cannot go on with.
        lr: The learning rate in force.
        surface: The loss of the training set as a function of b and w.
        val_loss: The loss of the validation set at the current b and w; None before PyTorch.
        rate_limit: The largest learning rate with which the loop does not diverge; inf where none
            does.
        course: How the loss has gone of late.
        goal_reached: Whether a run has just come to what it was to reach.
        run_name: What tells this run from others.
        pins: The runs that are kept to be compared with.
        program: What is being explored.
        data: The points.
        device: The device in use, such as "cpu".
        lesson: The lesson being walked through, or None.
        stop: The index of the stop that was last gone to.
        at_stop: Whether nothing has been done since, so that the stop's words hold.
        predicting: Whether a guess is asked for before a statement runs.
        question: What is asked now, or None; the statement that it is about has not run.
        verdict: What came of the guess at the last statement, or None.
        score: How many predictions were right in this session.
        vote: What may be seen of the class's vote on the question, or None.
        veiled: Whether everything is left out that would give the next statement away: what is
            recorded after `index`, the pins, the surface, the loss of the validation set, how the
            loss goes, which lr is too large, what a statement is expected to do, and the lesson's
            other words.
        caption: What just happened, in words.
    """

    ready: bool = False
    run: int = 0
    index: int = 0
    recorded: int = 0
    lost: int = 0
    earlier: bool = False
    redo: Statement | None = None
    statement: Statement | None = None
    outcome: Outcome = OK
    before: Numbers = field(default_factory=Numbers)
    numbers: Numbers = field(default_factory=Numbers)
    tensors: tuple[TensorView, ...] = ()
    tensors_before: tuple[TensorView, ...] = ()
    changed: frozenset[tuple[str, str]] = frozenset()
    previous_line: tuple[float, float] | None = None
    residuals: NDArray[np.float64] | None = None
    b_ledger: Ledger = EMPTY_LEDGER
    w_ledger: Ledger = EMPTY_LEDGER
    checks: tuple[GradientCheck, ...] = ()
    graph: Graph = EMPTY_GRAPH
    curves: Curves = field(
        default_factory=lambda: Outline(_FLAT).follow(History(Numbers()).columns())
    )
    timeline: tuple[TimelineEntry, ...] = ()
    raised: tuple[int, ...] = ()
    last_added: Added | None = None
    last_outcomes: tuple[tuple[Statement, Outcome], ...] = ()
    loop: tuple[Statement, ...] = tuple(CATALOGUE[step] for step in LOOP)
    next_step: Step = Step.FORWARD
    epoch: int = 1
    epochs_done: int = 0
    stuck: bool = False
    lr: float = 0.1
    surface: Quadratic = _FLAT
    val_loss: float | None = None
    rate_limit: float = math.inf
    course: Course = UNTOLD
    goal_reached: bool = False
    run_name: str = ""
    pins: tuple[Pin, ...] = ()
    program: Program = field(default_factory=Program)
    data: Dataset | None = None
    device: str = ""
    lesson: Lesson | None = None
    stop: int = 0
    at_stop: bool = False
    predicting: bool = False
    question: Question | None = None
    verdict: Verdict | None = None
    score: Score = field(default_factory=Score)
    vote: Tally | None = None
    veiled: bool = False
    caption: Caption = Caption(
        "", "PyTorch is starting. The steps can be pressed as soon as it is there."
    )

    @property
    def columns(self) -> Columns:
        """The numbers after every statement that is recorded; row `index` is the current one."""
        return self.curves.columns


EMPTY = Snapshot()


def changed_fields(
    before: tuple[TensorView, ...], after: tuple[TensorView, ...]
) -> frozenset[tuple[str, str]]:
    """Return the (name, field) pairs that differ between two pictures, new tensors included."""
    old = {view.name: view for view in before if view.named}
    return frozenset(
        (view.name, name)
        for view in after
        if view.named
        for name in TENSOR_FIELDS
        if view.name not in old or not _same(getattr(view, name), getattr(old[view.name], name))
    )


def _same(a: object, b: object) -> bool:
    """Return whether two fields are equal; nan, unequal to itself, reads the same."""
    return a == b or repr(a) == repr(b)
