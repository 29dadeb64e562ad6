"""The stamp that a set-up leaves behind, and the lock that it holds."""

import os
from pathlib import Path

import places
import pytest
import setup_state
from setup_state import Stamp

from tests.scripts.stand_ins import DONE, LINKS, leave


@LINKS
def test_that_a_python_replaced_by_the_system_means_another_set_up(tree: Path) -> None:
    python = places.venv_python()
    for name in ("python3.11", "python3.13"):
        (tree / name).touch()
    python.unlink()
    python.symlink_to(tree / "python3.11")
    leave(DONE)
    assert setup_state.is_current(setup_state.read_stamp(), frozenset())
    python.unlink()
    python.symlink_to(tree / "python3.13")
    assert not setup_state.is_current(setup_state.read_stamp(), frozenset())


@pytest.mark.usefixtures("tree")
def test_that_an_environment_without_python_is_not_current() -> None:
    leave(DONE)
    places.venv_python().unlink()
    assert not setup_state.is_current(setup_state.read_stamp(), frozenset())


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"digest": "x", "extras": null}', "\0"])
def test_that_an_unreadable_stamp_counts_as_none(text: str) -> None:
    places.STAMP.write_text(text)
    assert setup_state.read_stamp() == Stamp()


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("stamp", [Stamp(), DONE, DONE._replace(missing=("libEGL.so.1",))])
def test_that_a_stamp_is_read_as_it_was_written(stamp: Stamp) -> None:
    setup_state.write_stamp(stamp)
    assert setup_state.read_stamp() == stamp


@pytest.mark.usefixtures("tree")
def test_that_a_second_set_up_waits_for_the_first() -> None:
    with setup_state.locked():
        second = os.open(places.LOCK, os.O_RDWR)
        assert not setup_state.take(second)
    assert setup_state.take(second)
    os.close(second)
