"""What is being explored: the data, the start values, the learning rate, the device, the skips."""

from dataclasses import dataclass, field, replace

from gradlab.core import setup_code
from gradlab.core.errors import ProgramError
from gradlab.core.limits import check_range
from gradlab.core.statements import LOOP, SKIPPABLE, Statement, Step, find

MAX_POINTS = 1_000_000
TRAIN_SHARE = 0.8
DEVICES = ("auto", "cpu", "cuda")


@dataclass(frozen=True, slots=True)
class DataSpec:
    """How the data are made; the defaults are the lesson's (section 3.1).

    Attributes:
        seed: NumPy's seed, 0 to 2**32 - 1.
        n: Number of points, 2 to 1 000 000; the first 80 % after shuffling are for training.
        true_b: Intercept of the line behind the data, at most 1e6 in size.
        true_w: Slope of the line behind the data, at most 1e6 in size.
        noise: Standard deviation of the noise on y, 0 to 1e6.

    Raises:
        ProgramError: A number lies outside its range.
    """

    seed: int = 42
    n: int = 100
    true_b: float = 1.0
    true_w: float = 2.0
    noise: float = 0.1

    def __post_init__(self) -> None:
        check_range("seed", self.seed, 0, 2**32 - 1)
        check_range("n", self.n, 2, MAX_POINTS)
        check_range("true-b", self.true_b, -1e6, 1e6)
        check_range("true-w", self.true_w, -1e6, 1e6)
        check_range("noise", self.noise, 0, 1e6)


@dataclass(frozen=True, slots=True)
class SeededStart:
    """Start values drawn by torch.manual_seed(seed) on the CPU; 42 is the lesson's seed.

    Raises:
        ProgramError: The seed is not from 0 to 2**32 - 1.
    """

    seed: int = 42

    def __post_init__(self) -> None:
        check_range("the start seed", self.seed, 0, 2**32 - 1)

    @property
    def code(self) -> str:
        """The text that creates b and w."""
        return setup_code.start_from_seed(self.seed)


@dataclass(frozen=True, slots=True)
class GivenStart:
    """Start values given as two numbers.

    Raises:
        ProgramError: A value is not finite or larger than 1e12.
    """

    b: float
    w: float

    def __post_init__(self) -> None:
        for name, value in (("b", self.b), ("w", self.w)):
            check_range(f"the start value of {name}", value)

    @property
    def code(self) -> str:
        """The text that creates b and w."""
        return setup_code.start_from_values(self.b, self.w)


Start = SeededStart | GivenStart

LESSON_GPU_START = GivenStart(0.1940188705921173, 0.13913755118846893)
"""What the lesson's CUDA run started from, so that its transcript comes out on any machine."""


@dataclass(frozen=True, slots=True)
class Program:
    """Everything that decides what a run gives, checked once.

    Attributes:
        data: How the data are made.
        start: How b and w get their first values.
        lr: The learning rate at the start of a run; any finite number up to 1e12 in size.
        device: "cpu", "cuda", or "auto" for CUDA where there is one.
        skips: The steps that the loop passes over; only update and zero can be.
        variants: The ids of the statements that stand on the cards instead of the lesson's own.
        batches: In how many equal parts the training set is used; the loss is divided by it.

    Raises:
        ProgramError: A number or choice is not allowed.
    """

    data: DataSpec = field(default_factory=DataSpec)
    start: Start = field(default_factory=SeededStart)
    lr: float = 0.1
    device: str = "auto"
    skips: frozenset[Step] = frozenset()
    variants: tuple[str, ...] = ()
    batches: int = 1

    def __post_init__(self) -> None:
        check_range("lr", self.lr)
        if self.device not in DEVICES:
            known = ", ".join(DEVICES)
            raise ProgramError(f"device is {self.device!r}, but must be one of {known}")
        if not self.skips <= SKIPPABLE:
            wrong = ", ".join(sorted(self.skips - SKIPPABLE))
            raise ProgramError(f"cannot skip {wrong}; only update and zero can be skipped")
        self._check_variants()
        self._check_batches()

    @property
    def loop(self) -> tuple[str, ...]:
        """The ids of the statements on the five cards, in loop order."""
        chosen = {find(name).step: name for name in self.variants}
        return tuple(chosen.get(step, step.value) for step in LOOP)

    def holding(self, chosen: Statement) -> "Program":
        """Return the same program with `chosen` on the card of its step.

        Raises:
            ProgramError: It cannot stand on a card.
        """
        if not chosen.variant:
            raise ProgramError(f"{chosen.id} cannot stand on a card of the loop")
        held = (chosen if find(name).step is chosen.step else find(name) for name in self.loop)
        return replace(self, variants=tuple(s.id for s in held if s.id != s.step))

    @property
    def n_train(self) -> int:
        """How many points the training set has."""
        return int(self.data.n * TRAIN_SHARE)

    def _check_variants(self) -> None:
        found = [find(name) for name in self.variants]
        for statement in found:
            if not statement.variant:
                raise ProgramError(f"{statement.id} cannot stand on a card of the loop")
        if len({statement.step for statement in found}) < len(found):
            raise ProgramError(f"two variants for one step: {', '.join(self.variants)}")

    def _check_batches(self) -> None:
        check_range("batches", self.batches, 1, self.n_train)
        if self.n_train % self.batches:
            fitting = [k for k in range(1, self.n_train + 1) if not self.n_train % k]
            listed = ", ".join(str(k) for k in fitting[:12])
            raise ProgramError(
                f"batches is {self.batches}, but must divide the {self.n_train} training points"
                f" into equal parts: {listed}"
            )
