"""Looking into an environment, and mending it; the programs have stand-ins."""

import importlib.util
import sys
from pathlib import Path

import environment
import pip_install
import places
import pytest
from messages import SetupError

from tests.scripts.stand_ins import HEALTHY, LINKS, has_programs, notes_commands, probes


@pytest.mark.usefixtures("tree")
def test_that_a_whole_environment_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = notes_commands(monkeypatch)
    monkeypatch.setattr(environment, "probe", probes(HEALTHY))
    assert environment.working_venv(interrupted=False) == HEALTHY
    assert calls == []


@pytest.mark.usefixtures("tree")
def test_that_an_environment_without_pip_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = notes_commands(monkeypatch)
    monkeypatch.setattr(environment, "probe", probes(HEALTHY._replace(pip=False), HEALTHY))
    assert environment.working_venv(interrupted=False) == HEALTHY
    assert [call[-1] for call in calls] == ["ensurepip"]


@LINKS
def test_that_an_environment_without_python_is_made_anew(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places.LOG.touch()
    (tree / ".venv" / "lib" / "old").mkdir(parents=True)
    (tree / ".venv" / "lib64").symlink_to(tree)  # a link to a folder outside: only the link goes
    calls = notes_commands(monkeypatch)
    monkeypatch.setattr(environment, "probe", probes(None, HEALTHY))
    assert environment.working_venv(interrupted=False) == HEALTHY
    assert [path.name for path in (tree / ".venv").iterdir()] == [places.LOG.name]
    assert calls[0][1:3] == ["-m", "venv"]
    assert calls[1][-1] == "ensurepip"


def test_that_a_half_installed_package_is_forgotten(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = tree / ".venv" / "lib" / "ruff-1.dist-info"
    foreign = tree / "numpy-2.dist-info"
    half.mkdir(parents=True)
    foreign.mkdir()
    found = HEALTHY._replace(unfinished=(str(half), str(foreign)))
    monkeypatch.setattr(environment, "probe", probes(found, HEALTHY))
    environment.working_venv(interrupted=True)
    assert not half.exists()
    assert foreign.exists()


@pytest.mark.usefixtures("tree", "_no_programs")
def test_that_an_environment_of_an_old_python_is_not_touched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(environment, "probe", lambda: HEALTHY._replace(python=(3, 8)))
    with pytest.raises(SetupError, match=r"holds Python 3\.8, too old: remove .*\.venv"):
        environment.working_venv(interrupted=True)
    assert places.venv_python().exists()


def test_that_probing_finds_what_this_very_environment_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(places, "venv_python", lambda: Path(sys.executable))
    found = environment.look_into_venv()
    assert found.python == sys.version_info[:2]
    assert pip_install.keeps_torch(found.torch, "", "")
    assert any(pip_install.project_name(need) == "sympy" for need in found.needs)


@pytest.mark.usefixtures("tree")
def test_that_a_python_that_does_not_run_is_found_out() -> None:
    assert environment.probe() is None
    with pytest.raises(SetupError, match="does not run"):
        environment.look_into_venv()


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    ("root", "line"),
    [(True, ": apt-get install"), (False, ": sudo apt-get install")],
)
def test_that_a_python_without_ensurepip_gets_the_command_that_helps(
    monkeypatch: pytest.MonkeyPatch, root: bool, line: str
) -> None:
    calls = notes_commands(monkeypatch, code=100)
    has_programs(monkeypatch, "apt-get", root=root)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(SetupError, match=rf"{line} .* python3\.\d+-venv$"):
        environment.make_venv()
    assert len(calls) == (2 if root else 0)
    assert places.venv_python().exists()
