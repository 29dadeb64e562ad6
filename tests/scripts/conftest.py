"""A project of its own for each test of set-up, in which nothing is installed."""

import subprocess
from pathlib import Path

import environment
import pip_install
import places
import pytest
import system_packages

from tests.scripts.stand_ins import HEALTHY, PINS, Pips, move_places


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let set-up work in a project of its own, with an environment that looks real."""
    root = tmp_path / "project"
    move_places(monkeypatch, root)
    python = places.venv_python()
    python.parent.mkdir(parents=True)
    python.touch()
    (root / ".venv" / "pyvenv.cfg").write_text("version = 3.11.7\n")
    (root / "pyproject.toml").write_text("[project]\n")
    (root / "constraints.txt").write_text(PINS)
    return root


@pytest.fixture
def _no_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the test when a program is started."""

    def refuse(command: object, **_options: object) -> None:
        pytest.fail(f"started {command}")

    monkeypatch.setattr(subprocess, "Popen", refuse)


@pytest.fixture
def pips(tree: Path, monkeypatch: pytest.MonkeyPatch) -> Pips:
    """Stand in for pip: note the extras of each call, and find a healthy environment after it."""
    calls: Pips = []
    monkeypatch.setattr(pip_install, "run_pip", lambda extras, _constraints: calls.append(extras))
    monkeypatch.setattr(environment, "probe", lambda: HEALTHY)
    monkeypatch.setattr(system_packages, "missing_libraries", lambda: ())
    assert tree == places.ROOT
    return calls
