import math
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest

from gradlab.core.errors import ProgramError
from gradlab.core.program import (
    LESSON_GPU_START,
    DataSpec,
    GivenStart,
    Program,
    SeededStart,
)
from gradlab.core.statements import Step
from tests.core import lesson_figures


def test_that_the_defaults_are_the_lessons() -> None:
    program = Program()
    assert program.data == DataSpec(seed=42, n=100, true_b=1.0, true_w=2.0, noise=0.1)
    assert program.start == SeededStart(42)
    assert (program.lr, program.device, program.skips) == (0.1, "auto", frozenset())


def philox(counter: int, seed: int) -> list[int]:
    """Return the four 32-bit words of Philox 4x32-10 (Salmon et al., 2011)."""
    c, k, low = [counter, 0, 0, 0], [seed, 0], 2**32 - 1
    for _ in range(10):
        first, second = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [second >> 32 ^ c[1] ^ k[0], second & low, first >> 32 ^ c[3] ^ k[1], first & low]
        k = [k[0] + 0x9E3779B9 & low, k[1] + 0xBB67AE85 & low]
    return c


@pytest.mark.parametrize(
    ("draw", "value"), [(0, LESSON_GPU_START.b), (1, LESSON_GPU_START.w)], ids=["b", "w"]
)
def test_that_the_gpu_start_is_what_cuda_draws_with_seed_42(draw: int, value: float) -> None:
    first, second, *_ = philox(draw, 42)
    u, v = (first + 0.5) / 2**32, (second + 0.5) / 2**32 * 2 * math.pi
    assert value == pytest.approx(math.sqrt(-2 * math.log(u)) * math.sin(v), rel=1e-6)


def test_that_the_gpu_start_has_every_digit_of_the_lesson() -> None:
    assert lesson_figures.GPU.start == LESSON_GPU_START


@pytest.mark.parametrize(
    "numbers",
    [
        {"seed": 0}, {"seed": 2**32 - 1}, {"n": 2}, {"n": 1_000_000}, {"true_b": -1e6},
        {"true_b": 1e6}, {"true_w": -1e6}, {"true_w": 1e6}, {"noise": 0.0}, {"noise": 1e6},
    ],
    ids=str,
)  # fmt: skip  # a line each would say no more
def test_that_the_ends_of_each_range_are_allowed(numbers: dict[str, Any]) -> None:
    spec = DataSpec(**numbers)
    assert {name: getattr(spec, name) for name in numbers} == numbers


@pytest.mark.parametrize(
    ("numbers", "name"),
    [
        ({"seed": -1}, "seed"), ({"seed": 2**32}, "seed"), ({"n": 1}, "n"),
        ({"n": 1_000_001}, "n"), ({"true_b": -1e6 - 1}, "true-b"), ({"true_b": math.nan}, "true-b"),
        ({"true_w": 1e6 + 1}, "true-w"), ({"true_w": math.inf}, "true-w"),
        ({"noise": -0.001}, "noise"), ({"noise": 1e6 + 1}, "noise"), ({"noise": math.nan}, "noise"),
    ],
    ids=str,
)  # fmt: skip  # a line each would say no more
def test_that_data_outside_their_range_are_refused_by_the_options_name(
    numbers: dict[str, Any], name: str
) -> None:
    with pytest.raises(ProgramError, match=f"^{name} is .*, but must be a number from "):
        DataSpec(**numbers)


@pytest.mark.parametrize("seed", [-1, 2**32], ids=str)
def test_that_a_start_seed_is_a_32_bit_number(seed: int) -> None:
    assert [SeededStart(allowed).seed for allowed in (0, 2**32 - 1)] == [0, 2**32 - 1]
    with pytest.raises(ProgramError, match=r"^the start seed is "):
        SeededStart(seed)


@pytest.mark.parametrize(
    ("b", "w", "name"),
    [(math.nan, 0.0, "b"), (0.0, math.inf, "w"), (1.1e12, 0.0, "b"), (0.0, -1.1e12, "w")],
    ids=str,
)
def test_that_start_values_must_be_finite_and_at_most_1e12(b: float, w: float, name: str) -> None:
    with pytest.raises(ProgramError, match=f"^the start value of {name} is "):
        GivenStart(b, w)


@pytest.mark.parametrize("lr", [math.nan, math.inf, 1.1e12, -1.1e12], ids=str)
def test_that_a_learning_rate_must_be_finite_and_at_most_1e12(lr: float) -> None:
    with pytest.raises(ProgramError, match=r"^lr is "):
        Program(lr=lr)


@pytest.mark.parametrize("lr", [0.0, -0.5, 1e12, -1e12], ids=str)
def test_that_a_learning_rate_may_be_zero_negative_or_huge(lr: float) -> None:
    assert Program(lr=lr).lr == lr


def test_that_only_known_devices_are_taken() -> None:
    assert [Program(device=name).device for name in ("auto", "cpu", "cuda")] == [
        "auto", "cpu", "cuda",
    ]  # fmt: skip  # as it is read
    with pytest.raises(ProgramError) as refusal:
        Program(device="tpu")
    assert str(refusal.value) == "device is 'tpu', but must be one of auto, cpu, cuda"


def test_that_update_and_zero_can_be_skipped() -> None:
    both = frozenset({Step.UPDATE, Step.ZERO})
    assert Program(skips=both).skips == both


def test_that_other_steps_cannot_be_skipped_and_all_of_them_are_named() -> None:
    with pytest.raises(ProgramError) as refusal:
        Program(skips=frozenset({Step.LOSS, Step.ZERO, Step.FORWARD}))
    assert str(refusal.value) == "cannot skip forward, loss; only update and zero can be skipped"


def test_that_a_program_is_checked_again_when_a_part_is_replaced() -> None:
    with pytest.raises(ProgramError, match=r"^lr is "):
        replace(Program(), lr=math.nan)


def test_that_a_program_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        Program().lr = 1.0  # type: ignore[misc]  # the assignment is what must fail


def test_that_programs_are_equal_by_what_they_hold() -> None:
    assert Program(start=GivenStart(1, 2)) == Program(start=GivenStart(1.0, 2.0))
    assert Program(start=SeededStart(1)) != Program(start=SeededStart(2))


def test_that_given_values_keep_every_digit_in_the_code() -> None:
    code = GivenStart(0.1 + 0.2, -1e-300).code
    assert "torch.tensor([0.30000000000000004]," in code
    assert "torch.tensor([-1e-300]," in code


def test_that_a_seeded_start_names_its_seed_in_the_code() -> None:
    assert SeededStart(7).code.splitlines()[0] == "torch.manual_seed(7)"
