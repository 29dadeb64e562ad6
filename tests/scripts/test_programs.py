"""The log of a program's output, and the one line about its failure."""

import sys

import places
import programs
import pytest


@pytest.mark.usefixtures("tree")
def test_that_the_whole_output_is_logged_and_a_message_said_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = "import sys; print('a'); print('b', file=sys.stderr); print('a'); sys.exit(3)"
    result = programs.run_logged([sys.executable, "-u", "-c", code], show=str.strip)
    assert result == (3, ["a", "b", "a"])
    assert places.LOG.read_text(encoding="utf-8").endswith("\na\nb\na\n")
    assert capsys.readouterr() == ("", "gradlab set-up: a\ngradlab set-up: b\n")


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    ("output", "line"),
    [
        (
            "ERROR: Could not install: [Errno 28] No space left on device",
            "make room for about 3 GB",
        ),
        ("OSError: [Errno 28] Kein Platz mehr\nERROR: failed", "make room for about 3 GB"),
        (
            "WARNING: Retrying after connection broken by 'NewConnectionError'\n"
            "ERROR: No matching distribution found for torch",
            "no network: pip needs it to fetch packages; connect",
        ),
        ("TimeoutError: The read operation timed out\nRead timed out.", "no network"),
        ("connection broken by 'SSLError(CERTIFICATE_VERIFY_FAILED)'", "certificate"),
        ("ERROR: first\n      ERROR: last\nnote: not pip's fault", "pip failed: last (the whole"),
        ("error: x\nFatal\n", "pip failed: Fatal (the whole output: "),
        ("", "pip failed: no output"),
    ],
)
def test_that_a_failure_of_pip_is_explained_in_one_line(output: str, line: str) -> None:
    places.LOG.touch()
    said = programs.explain("pip failed", output.splitlines())
    assert line in said
    assert "\n" not in said


@pytest.mark.usefixtures("tree")
def test_that_a_log_that_is_not_there_is_not_named() -> None:
    assert programs.explain("cannot write .venv", ["no"]) == "cannot write .venv: no"
