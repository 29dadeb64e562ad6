import math

import pytest

from gradlab.core.errors import GradlabError, ProgramError
from gradlab.core.limits import LARGEST, check_range


@pytest.mark.parametrize("value", [0, 0.5, 1, -1, 3.0], ids=str)
def test_that_a_number_in_the_range_passes(value: float) -> None:
    check_range("speed", value, -1, 3)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(-1.5, "-1.5", id="below"),
        pytest.param(3.25, "3.25", id="above"),
        pytest.param(math.nan, "nan", id="nan"),
        pytest.param(math.inf, "inf", id="inf"),
        pytest.param(-math.inf, "-inf", id="minus-inf"),
    ],
)
def test_that_any_other_is_refused_with_its_name_and_the_range(value: float, shown: str) -> None:
    with pytest.raises(ProgramError) as refusal:
        check_range("speed", value, -1, 3)
    assert str(refusal.value) == f"speed is {shown}, but must be a number from -1 to 3"


@pytest.mark.parametrize("sign", [1, -1], ids=["plus", "minus"])
def test_that_the_usual_range_ends_at_1e12(sign: int) -> None:
    check_range("speed", sign * 1e12)
    with pytest.raises(ProgramError, match="from -1e\\+12 to 1e\\+12"):
        check_range("speed", sign * math.nextafter(1e12, math.inf))


def test_that_infinity_is_refused_even_where_the_range_has_no_end() -> None:
    with pytest.raises(ProgramError):
        check_range("speed", math.inf, 0, math.inf)


def test_that_the_square_of_the_largest_number_still_fits_float32() -> None:
    assert LARGEST**2 < 3.4028235e38


@pytest.mark.parametrize(
    ("value", "high"),
    [pytest.param(1_000_001, 1_000_000, id="n"), pytest.param(2**32, 2**32 - 1, id="seed")],
)
def test_that_the_refused_number_does_not_read_like_the_bound(value: int, high: int) -> None:
    with pytest.raises(ProgramError) as refusal:
        check_range("n", value, 0, high)
    said, bound = (
        str(refusal.value).removeprefix("n is ").split(", but must be a number from 0 to ")
    )
    assert said != bound


def test_that_a_whole_number_beyond_any_float_is_refused_like_the_others() -> None:
    with pytest.raises(ProgramError, match="seed is"):
        check_range("seed", 10**400, 0, 2**32 - 1)


def test_that_a_refusal_is_one_of_gradlabs_own_errors() -> None:
    with pytest.raises(GradlabError):
        check_range("speed", 4, 0, 3)
