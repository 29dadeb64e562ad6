import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradlab.core.number_format import MINUS, format_number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (0.0, "0"),
        (-0.0, "0"),
        (-3.388079881668091, "−3.3881"),
        (1.0235, "1.0235"),
        (2.0, "2.0000"),
        (0.001, "0.0010"),
        (0.000999, "9.990e−04"),
        (-1e-45, "−1.000e−45"),
        (999_999.0, "999999.0000"),
        (1e6, "1.000e+06"),
        (-3.4028234663852886e38, "−3.403e+38"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "−inf"),
    ],
    ids=repr,
)
def test_that_a_number_reads_as_a_person_writes_it(value: float | None, text: str) -> None:
    assert format_number(value) == text


@pytest.mark.parametrize(("decimals", "text"), [(1, "3.1"), (2, "3.14"), (6, "3.141593")], ids=str)
def test_that_the_number_of_decimals_can_be_chosen(decimals: int, text: str) -> None:
    assert format_number(math.pi, decimals) == text


def test_that_fewer_decimals_write_small_numbers_with_an_exponent_sooner() -> None:
    assert [format_number(0.05, decimals) for decimals in (2, 3)] == ["5.0e−02", "0.050"]


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_that_the_text_gives_the_number_back_to_four_decimals_or_four_digits(value: float) -> None:
    read = float(format_number(value).replace(MINUS, "-"))
    assert math.isclose(read, value, rel_tol=5.1e-4, abs_tol=0) or abs(read - value) <= 5.1e-5
    assert (read == 0) == (value == 0)


@given(st.floats(min_value=0, exclude_min=True, allow_nan=False))
def test_that_a_negative_number_has_the_minus_sign_and_no_hyphen(value: float) -> None:
    assert format_number(-value) == "−" + format_number(value)
    assert "-" not in format_number(-value)
