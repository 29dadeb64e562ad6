"""The steps of the zoom: small, even in their order, and with an end at either side."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradlab.qt.settings import Settings
from gradlab.qt.theme import LIGHT, TARGET
from gradlab.qt.zoom import LEAST, MOST, STEPS, larger, smaller


def test_that_the_steps_go_from_50_to_300_per_cent_by_a_tenth_at_most() -> None:
    assert (STEPS[0], STEPS[-1]) == (LEAST, MOST) == (0.5, 3.0)
    assert all(0 < after / before - 1 <= 0.1 + 1e-9 for before, after in pairwise(STEPS))


def test_that_100_and_200_per_cent_are_steps() -> None:
    assert 1.0 in STEPS
    assert 2.0 in STEPS


def test_that_larger_and_smaller_go_through_every_step_and_back() -> None:
    up = [LEAST]
    while larger(up[-1]) > up[-1]:
        up.append(larger(up[-1]))
    down = [MOST]
    while smaller(down[-1]) < down[-1]:
        down.append(smaller(down[-1]))
    assert tuple(up) == STEPS
    assert tuple(reversed(down)) == STEPS


def test_that_both_ends_hold() -> None:
    assert larger(MOST) == MOST
    assert smaller(LEAST) == LEAST


@given(st.floats(LEAST, MOST))
def test_that_a_zoom_between_two_steps_goes_to_the_nearest_one_of_that_way(zoom: float) -> None:
    above = [step for step in STEPS if step > zoom]
    below = [step for step in STEPS if step < zoom]
    assert larger(zoom) == (min(above) if above else MOST)
    assert smaller(zoom) == (max(below) if below else LEAST)


@given(st.floats(-10, 10))
def test_that_a_zoom_beyond_the_ends_comes_back_between_them(zoom: float) -> None:
    assert LEAST <= larger(zoom) <= MOST
    assert LEAST <= smaller(zoom) <= MOST


def test_that_every_step_can_be_remembered(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.ini")
    for zoom in STEPS:
        settings.zoom = zoom
        assert settings.zoom == zoom


@pytest.mark.parametrize("zoom", STEPS)
def test_that_what_can_be_pressed_never_gets_smaller_than_24_pixels(zoom: float) -> None:
    assert LIGHT.at(zoom).target(TARGET) >= 24
    assert LIGHT.at(zoom).target(30) >= 30 * zoom - 0.5
