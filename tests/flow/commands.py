"""The command line called in this process, and what it answers."""

import json
from typing import Any

import pytest

from gradlab.cli import main

Output = pytest.CaptureFixture[str]


def call(*arguments: str) -> int:
    """Return the exit code of `gradlab ARGUMENTS`, on the CPU."""
    try:
        return main([*arguments, "--device", "cpu"])
    except SystemExit as ended:
        return int(ended.code or 0)


def no_constant(word: str) -> None:
    raise AssertionError(f"{word} is not JSON")


def objects(output: Output, *arguments: str) -> list[dict[str, Any]]:
    assert call("trace", *arguments, "--json") == 0
    out, err = output.readouterr()
    assert err == ""
    return [json.loads(line, parse_constant=no_constant) for line in out.splitlines()]


def refusal(output: Output, *arguments: str) -> str:
    """Return the one line that a refused command line answers with."""
    assert call(*arguments) == 2
    out, err = output.readouterr()
    assert out == ""
    assert err.startswith("gradlab: ")
    assert err.count("\n") == 1
    return err.removeprefix("gradlab: ").rstrip("\n")
