"""An old Python gets a sentence and not a traceback."""

import ast
import runpy
import sys
from pathlib import Path

import bootstrap
import pytest
import python_version

BOOTSTRAP = Path(bootstrap.__file__)


@pytest.mark.parametrize("path", sorted(BOOTSTRAP.parent.glob("*.py")), ids=lambda path: path.name)
def test_that_an_old_python_can_parse_every_script(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 7))
    assert "from __future__" not in text  # 3.6 does not know `annotations`


@pytest.mark.parametrize("version", [(3, 6, 15), (3, 10, 13)])
def test_that_an_old_python_gets_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    version: tuple[int, int, int],
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(SystemExit) as leaving:
        runpy.run_path(str(BOOTSTRAP))
    out, err = capsys.readouterr()
    assert leaving.value.code == 1
    assert out == ""
    assert err.startswith(f"gradlab set-up: Python 3.{version[1]} is too old: install Python 3.11")
    assert err.count("\n") == 1


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 0), (4, 0, 0)])
def test_that_a_new_enough_python_goes_on(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    assert "ensure" in runpy.run_path(str(BOOTSTRAP))


def test_that_the_oldest_python_is_the_one_that_the_project_declares() -> None:
    text = (BOOTSTRAP.parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    assert 'requires-python = ">={}.{}"'.format(*python_version.OLDEST) in text
