"""The scripts that start other programs, with stand-ins for those."""

import subprocess
import sys
from pathlib import Path

import bootstrap
import check
import pytest
import run

Calls = list[list[str]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Note the programs that are started; ruff fails, the others pass."""
    noted: Calls = []

    def call(command: list[str], **_options: object) -> int:
        noted.append(command)
        return int("ruff" in command)

    monkeypatch.setattr(subprocess, "call", call)
    return noted


def test_that_all_checks_run_after_a_failure_and_the_tests_come_last(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["check.py"])
    assert check.main() == 1
    assert len(calls) == 5
    assert calls[-1][1:3] == ["-m", "pytest"]
    assert capsys.readouterr().out.endswith("\n== tests\nfailed: lint, format\n")


@pytest.mark.parametrize("words", [["tests/core", "-x"], ["--", "tests/core", "-x"]])
def test_that_arguments_go_to_pytest_alone(
    calls: Calls,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["check.py", *words])
    assert check.main() == 0
    assert [call[1:] for call in calls] == [["-m", "pytest", "tests/core", "-x"]]
    assert capsys.readouterr().out.endswith("\npassed: tests\n")


def test_that_run_passes_its_arguments_and_the_exit_code_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: Calls = []

    def hand_over(command: list[str]) -> int:
        given.append(command)
        return 7

    monkeypatch.setattr(bootstrap, "ensure", lambda: Path("python"))
    monkeypatch.setattr(bootstrap, "hand_over", hand_over)
    monkeypatch.setattr(sys, "argv", ["run.py", "trace", "--lr", "-1"])
    assert run.main() == 7
    assert given == [["python", "-P", "-m", "gradlab", "trace", "--lr", "-1"]]
