"""Filling the environment with pip, and the user's own torch, which it leaves in place."""

import re
from collections.abc import Iterable

import places
import programs
from environment import isolated
from messages import SetupError


def run_pip(extras: list[str], constraints: str) -> None:
    """Install the project, editable, with its dependencies."""
    used = places.VENV / "constraints.txt"
    used.write_text(constraints, encoding="utf-8")
    target = ".[{}]".format(",".join(extras)) if extras else "."
    command = [*isolated(), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    command += ["--progress-bar", "off", "-c", str(used), "-e", target]
    code, lines = programs.run_logged(command, show=progress)
    if code:
        raise SetupError(programs.explain("pip failed", lines))


def progress(line: str) -> str:
    """Return what a line of pip's output says to the user, mostly nothing."""
    fetched = re.match(r"\s*Downloading (?:\S*/)?(\w[\w.]*)-\S+ \(([\d.]+ [MG]B)\)", line)
    if fetched:
        return "fetching {} ({})".format(*fetched.groups())
    if line.startswith("Installing collected packages"):
        return "installing what was fetched"
    if "connection broken by" in line:
        return "no answer from the network; trying again"
    return ""


def keeps_torch(found: str, chosen: str, constraints: str) -> bool:
    """Return whether the torch in the environment stays.

    Args:
        found: The version that is there, or nothing.
        chosen: The version that an earlier set-up put there, or nothing.
        constraints: The text of constraints.txt.
    """
    numbers = re.match(r"(\d+)\.(\d+)", found)
    if not numbers or (int(numbers[1]), int(numbers[2])) < (2, 6):
        return False
    pinned = f"torch=={found.partition('+')[0]}" in constraints.splitlines()
    return not pinned and found != chosen


def with_torch(constraints: str, version: str, needs: Iterable[str]) -> str:
    """Return the constraints with this torch, and without those on what torch itself needs.

    Another torch may want another sympy; what is installed beside it satisfies it.
    """
    free = {"torch", *map(project_name, needs)}
    lines = [line for line in constraints.splitlines() if project_name(line) not in free]
    return "\n".join([*lines, f"torch=={version}", ""])


def project_name(requirement: str) -> str:
    """Return the normal form of the name at the start of a requirement."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement.strip(), maxsplit=1)[0]).lower()
