import math

import pytest

from gradlab.core.outcome import NUMBER_NAMES, OK, SKIPPED, Kind, Numbers, Outcome

RAISED = Outcome(Kind.RAISED, "RuntimeError: no")


@pytest.mark.parametrize(
    ("outcome", "word", "advances"),
    [
        pytest.param(OK, "ok", True, id="ok"),
        pytest.param(SKIPPED, "skipped", True, id="skipped"),
        pytest.param(RAISED, "raised", False, id="raised"),
    ],
)
def test_that_only_a_raised_statement_keeps_the_loop_where_it_is(
    outcome: Outcome, word: str, advances: bool
) -> None:
    assert (outcome.kind.word, outcome.advances) == (word, advances)


def test_that_numbers_are_named_in_the_order_they_are_kept() -> None:
    numbers = Numbers(1.0, 2.0, 3.0, 4.0, 5.0)
    assert [getattr(numbers, name) for name in NUMBER_NAMES] == [1.0, 2.0, 3.0, 4.0, 5.0]


@pytest.mark.parametrize("name", NUMBER_NAMES)
@pytest.mark.parametrize(
    ("value", "sound"),
    [
        pytest.param(None, True, id="none"),
        pytest.param(-1e12, True, id="largest"),
        pytest.param(1.0000001e12, False, id="too-large"),
        pytest.param(math.nan, False, id="nan"),
        pytest.param(-math.inf, False, id="inf"),
    ],
)
def test_that_each_number_decides_whether_a_run_can_go_on(
    name: str, value: float | None, sound: bool
) -> None:
    allowed = sound or (name == "loss" and value == 1.0000001e12)  # far points, not divergence
    assert Numbers(**{name: value}).sound is allowed


@pytest.mark.parametrize("name", NUMBER_NAMES)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1.0000001e12, -2e12], ids=str)
def test_that_the_number_that_a_run_cannot_go_on_with_is_named(name: str, value: float) -> None:
    far_points = name == "loss" and math.isfinite(value)
    assert Numbers(**{name: value}).unsound_name == (None if far_points else name)


def test_that_of_several_the_first_is_named() -> None:
    assert Numbers(1.0, math.nan, None, 2e12, math.inf).unsound_name == "w"
    assert Numbers(1.0, 2.0, None, 2e12, math.inf).unsound_name == "w_grad"


@pytest.mark.parametrize(
    "numbers", [Numbers(), Numbers(0.0, -1e12, 1e12, None, 1e30)], ids=["none", "large"]
)
def test_that_sound_numbers_name_none(numbers: Numbers) -> None:
    assert (numbers.sound, numbers.unsound_name) == (True, None)
