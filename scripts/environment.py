"""The environment in .venv: what it holds, and making or mending it as far as pip."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import places
import programs
import system_packages
from messages import SetupError
from python_version import OLDEST

PROBE = """
import json, sys
from importlib import metadata

def read(name):
    try:
        return metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None

pip, torch = read("pip"), read("torch")
print(json.dumps({
    "python": sys.version_info[:2],
    "pip": bool(pip and pip.read_text("RECORD")),
    "torch": torch.version if torch else "",
    "needs": torch.requires or [] if torch else [],
    "unfinished": [str(d._path) for d in metadata.distributions() if not d.read_text("INSTALLER")],
}))
"""


class Contents(NamedTuple):
    """What an environment holds, as its own python sees it."""

    python: tuple[int, int]
    pip: bool
    torch: str
    needs: tuple[str, ...]  # torch's requirements
    unfinished: tuple[str, ...]  # folders of metadata to which pip never came back


def working_venv(interrupted: bool) -> Contents:
    """Return what the environment holds, after making or mending it as far as pip.

    Args:
        interrupted: Whether a set-up was stopped here, so that a package may be half installed.
    """
    found = probe()
    if found and interrupted:
        for path in map(Path, found.unfinished):
            if places.VENV in path.parents and path.suffix == ".dist-info":
                shutil.rmtree(path)  # so that pip does not take the package for installed
        found = probe()
    if found and found.python < OLDEST:
        old = "{}.{}".format(*found.python)
        raise SetupError(
            f".venv holds Python {old}, too old: remove {places.VENV} and run this again"
        )
    if found and not found.pip and not programs.run_logged([*isolated(), "-m", "ensurepip"])[0]:
        found = probe()
    if not found or not found.pip:
        make_venv()
        found = look_into_venv()
    return found


def make_venv() -> None:
    """Make an empty environment with pip, in the place of what is there."""
    system_packages.require_ensurepip()
    for path in places.VENV.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path not in (places.LOCK, places.LOG, places.STAMP):
            path.unlink()
    for command in (
        [sys.executable, "-m", "venv", "--without-pip", str(places.VENV)],
        [*isolated(), "-m", "ensurepip"],
    ):
        code, lines = programs.run_logged(command)
        if code:
            raise SetupError(programs.explain("cannot make .venv", lines))


def probe() -> Contents | None:
    """Ask the environment's python what is there; None if it does not work."""
    try:
        text = subprocess.check_output([*isolated(), "-c", PROBE], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return None
    found = json.loads(text)
    return Contents(
        python=(found["python"][0], found["python"][1]),
        pip=found["pip"],
        torch=found["torch"],
        needs=tuple(found["needs"]),
        unfinished=tuple(found["unfinished"]),
    )


def look_into_venv() -> Contents:
    """Ask the environment's python, which has to work by now."""
    found = probe()
    if found is None:
        raise SetupError(
            f"{places.venv_python()} does not run: remove {places.VENV} and run this again"
        )
    return found


def isolated() -> list[str]:
    """Return how to call the environment's python, deaf to PYTHONPATH and its kin."""
    return [str(places.venv_python()), "-I", "-u", "-X", "utf8"]
