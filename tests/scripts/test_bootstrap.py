"""When set-up has something to do, and how it ends; nothing is installed here."""

import errno
import sys
from pathlib import Path

import bootstrap
import environment
import pip_install
import places
import pytest
import setup_state
import system_packages
from messages import SetupError

from tests.scripts.stand_ins import (
    DONE,
    HEALTHY,
    LINKS,
    Pips,
    has_programs,
    lacks,
    leave,
    move_places,
)


@pytest.mark.usefixtures("tree", "_no_programs")
def test_that_an_unchanged_tree_needs_no_subprocess(capsys: pytest.CaptureFixture[str]) -> None:
    leave(DONE)
    assert bootstrap.ensure(("test", "lint")) == places.venv_python()
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("tree", "_no_programs")
def test_that_more_extras_than_asked_for_satisfy() -> None:
    leave(DONE)
    assert bootstrap.ensure() == places.venv_python()


def test_that_a_further_extra_is_added_to_the_earlier_ones(pips: Pips) -> None:
    leave(DONE._replace(extras=("lint",)))
    bootstrap.ensure(("test",))
    bootstrap.ensure(("lint",))
    assert pips == [["lint", "test"]]


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt", ".venv/pyvenv.cfg"])
def test_that_a_changed_file_means_another_set_up(tree: Path, pips: Pips, name: str) -> None:
    leave(DONE)
    (tree / name).write_text("changed\n")
    bootstrap.ensure()
    bootstrap.ensure()
    assert pips == [["lint", "test"]]


@LINKS
def test_that_a_moved_tree_is_set_up_again(
    tree: Path, pips: Pips, monkeypatch: pytest.MonkeyPatch
) -> None:
    places.venv_python().unlink()
    places.venv_python().symlink_to(sys.executable)
    leave(DONE)
    moved = tree.with_name("elsewhere")
    tree.rename(moved)
    move_places(monkeypatch, moved)
    bootstrap.ensure()
    assert pips == [["lint", "test"]]


@pytest.mark.parametrize(
    ("problem", "code", "line"),
    [
        (SetupError("pip failed: no."), 1, "pip failed: no."),
        (KeyboardInterrupt(), 130, "stopped; the next start goes on from here"),
        (PermissionError(13, "Permission denied"), 1, "Permission denied"),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "about 3 GB"),
    ],
)
def test_that_a_failure_is_one_line_and_leaves_no_digest(
    pips: Pips,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    problem: BaseException,
    code: int,
    line: str,
) -> None:
    def fail(_extras: list[str], _constraints: str) -> None:
        raise problem

    monkeypatch.setattr(pip_install, "run_pip", fail)
    with pytest.raises(SystemExit) as leaving:
        bootstrap.ensure()
    out, err = capsys.readouterr()
    assert leaving.value.code == code
    assert out == ""
    assert line in err.splitlines()[-1]
    assert len(err.splitlines()) == 2  # after the one that announces the set-up
    assert places.STAMP.exists()
    assert setup_state.read_stamp().digest == ""
    assert pips == []


@pytest.mark.usefixtures("tree")
def test_that_set_up_keeps_the_user_s_torch_from_then_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given: list[str] = []
    monkeypatch.setattr(pip_install, "run_pip", lambda _extras, text: given.append(text))
    monkeypatch.setattr(environment, "probe", lambda: HEALTHY._replace(torch="2.10.0"))
    monkeypatch.setattr(system_packages, "missing_libraries", lambda: ())
    bootstrap.ensure()
    bootstrap.ensure(("test",))
    assert ["torch==2.10.0" in text.splitlines() for text in given] == [True, True]
    assert "keeping torch 2.10.0" in capsys.readouterr().err


def test_that_libraries_are_looked_for_until_they_are_there(
    pips: Pips, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_programs(monkeypatch, root=False)
    lacks(monkeypatch, ["libEGL.so.1"], ["libEGL.so.1"], ())
    for _start in range(4):
        bootstrap.ensure()
    assert pips == [[]]
    assert setup_state.read_stamp().missing == ()
