"""What pip is asked for, and what its output says to the user."""

from pathlib import Path

import pip_install
import pytest
from messages import SetupError

from tests.scripts.stand_ins import PINS, notes_commands


@pytest.mark.parametrize(
    ("found", "chosen", "kept"),
    [
        ("", "", False),
        ("2.5.1", "", False),
        ("2.6.0", "", True),
        ("2.10.0+cu128", "", True),
        ("3.0.0", "", True),
        ("2.13.0", "", False),  # the pinned one needs no exception
        ("2.13.0+cpu", "", False),
        ("2.12.0", "2.12.0", False),  # an earlier set-up chose it: it follows the pins
        ("2.12.0", "2.11.0", True),  # the user replaced what set-up chose
    ],
)
def test_that_only_the_user_s_own_torch_stays(found: str, chosen: str, kept: bool) -> None:
    assert pip_install.keeps_torch(found, chosen, PINS) is kept


def test_that_the_constraints_name_the_torch_that_stays_and_free_what_it_needs() -> None:
    needs = ("sympy==1.13.1", "typing-extensions>=4.10", 'optree>=0.13; extra == "optree"')
    text = pip_install.with_torch(PINS, "2.6.0+cu124", needs)
    assert text == "# exact versions\nnumpy==2.4.6\ntorch==2.6.0+cu124\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Collecting torch>=2.6 (from gradlab==0.1.0)", ""),
        ("  Downloading torch-2.13.0-py3-none-any.whl.metadata (29 kB)", ""),
        ("Downloading six-1.17.0-py2.py3-none-any.whl (11 kB)", ""),
        ("Downloading torch-2.13.0-cp311-x.whl (526.6 MB)", "fetching torch (526.6 MB)"),
        ("  Downloading a/b/PySide6_Essentials-6.1-x.whl (1.2 GB)", "fetching PySide6_Essentials"),
        ("Installing collected packages: torch", "installing what was fetched"),
        ("WARNING: Retrying (...) after connection broken by 'x'", "no answer from the network"),
    ],
)
def test_that_progress_is_short(line: str, message: str) -> None:
    said = pip_install.progress(line)
    assert said.startswith(message)
    assert bool(said) is bool(message)


@pytest.mark.usefixtures("tree")
def test_that_pip_gets_the_extras_and_the_constraints(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = notes_commands(monkeypatch)
    pip_install.run_pip([], PINS)
    pip_install.run_pip(["lint", "test"], PINS)
    assert [call[-2:] for call in calls] == [["-e", "."], ["-e", ".[lint,test]"]]
    named = Path(calls[0][calls[0].index("-c", 6) + 1])
    assert named.read_text(encoding="utf-8") == PINS


@pytest.mark.usefixtures("tree")
def test_that_a_failing_pip_stops_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    notes_commands(monkeypatch, code=1)
    with pytest.raises(SetupError, match=r"pip failed: no\."):
        pip_install.run_pip([], PINS)
