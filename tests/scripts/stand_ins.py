"""What stands in for environments, programs and systems in the tests of set-up."""

import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import places
import programs
import pytest
import setup_state
import system_packages
from environment import Contents
from setup_state import Stamp

PINS = "# exact versions\nnumpy==2.4.6\nsympy==1.14.0\nTyping_Extensions==4.16.0\ntorch==2.13.0\n"
HEALTHY = Contents((3, 11), pip=True, torch="2.13.0+cpu", needs=(), unfinished=())
DONE = Stamp(extras=("lint", "test"), torch="2.13.0+cpu", missing=())

LINKS = pytest.mark.skipif(sys.platform == "win32", reason="an environment there has no links")

Pips = list[list[str]]


def move_places(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    """Let set-up find everything under this root."""
    for name in ("VENV", "CONSTRAINTS", "STAMP", "LOCK", "LOG", "ROOT"):
        monkeypatch.setattr(places, name, root / getattr(places, name).relative_to(places.ROOT))


def leave(stamp: Stamp) -> None:
    """Leave the stamp of a complete set-up of the tree as it is now."""
    setup_state.write_stamp(stamp._replace(digest=setup_state.digest()))


def probes(*results: Contents | None) -> Callable[[], Contents | None]:
    """Return a stand-in for `probe` that gives one result after the other."""
    left = iter(results)
    return lambda: next(left)


def notes_commands(monkeypatch: pytest.MonkeyPatch, code: int = 0) -> Pips:
    """Stand in for every program; return the list to which its calls are added."""
    calls: Pips = []

    def run(command: list[str], **_options: object) -> tuple[int, list[str]]:
        calls.append(command)
        return code, ["ERROR: no."]

    monkeypatch.setattr(programs, "run_logged", run)
    return calls


def has_programs(monkeypatch: pytest.MonkeyPatch, *names: str, root: bool) -> None:
    """Pretend that these programs are installed, and no others, and who runs this."""
    monkeypatch.setattr(shutil, "which", lambda name: name if name in names else None)
    monkeypatch.setattr(system_packages, "is_root", lambda: root)


def lacks(monkeypatch: pytest.MonkeyPatch, *rounds: Iterable[str]) -> None:
    """Pretend that these libraries are missing, at one look after the other."""
    left = iter(rounds)
    monkeypatch.setattr(system_packages, "missing_libraries", lambda: tuple(next(left)))
