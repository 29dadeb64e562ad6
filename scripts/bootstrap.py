"""Set-up: make .venv in the project's root and install gradlab into it.

run.py and test.py call `ensure`; the files imported here are the parts of set-up. Standard library
only, and a syntax that Python 3.6 parses, so that an old Python gets a sentence and not a syntax
error.
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from python_version import OLDEST, refuse

if sys.version_info < OLDEST:
    refuse()  # here, because an old Python fails on the annotations in the files below

import environment
import pip_install
import places
import programs
import system_packages
from messages import SetupError, say
from setup_state import Stamp, digest, is_current, locked, read_stamp, write_stamp


def ensure(extras: Iterable[str] = ()) -> Path:
    """Return the python of an environment that has gradlab and these extras, made if need be.

    Args:
        extras: Names of optional dependencies in pyproject.toml.

    Raises:
        SystemExit: Set-up failed (1, after one line on standard error) or was stopped (130).
    """
    try:
        return provide(frozenset(extras))
    except KeyboardInterrupt:
        say("stopped; the next start goes on from here")
        sys.exit(130)
    except SetupError as error:
        say(str(error))
    except OSError as error:
        say(programs.explain("cannot write .venv", [str(error)]))
    sys.exit(1)


def provide(extras: frozenset[str]) -> Path:
    """Do what `ensure` promises, and let errors through."""
    stamp = read_stamp()
    if not (is_current(stamp, extras) and stamp.missing == ()):
        with locked():
            stamp = read_stamp()  # again: another set-up may have come before
            fresh = not is_current(stamp, extras)
            if fresh:
                stamp = install(extras.union(stamp.extras), stamp)
                write_stamp(stamp)
            write_stamp(stamp._replace(missing=system_packages.supply_libraries(stamp.missing)))
            if fresh:
                say("ready")
    return places.venv_python()


def install(extras: Iterable[str], stamp: Stamp) -> Stamp:
    """Make the environment if need be and let pip fill it; return the stamp that says so."""
    first = not stamp.digest
    if first:
        say("filling .venv with PyTorch and Qt; the first time takes some minutes")
    else:
        say("bringing .venv up to date")
    interrupted = first and places.STAMP.exists()
    places.LOG.write_text("", encoding="utf-8")
    write_stamp(stamp._replace(digest=""))
    found = environment.working_venv(interrupted)
    constraints = places.CONSTRAINTS.read_text(encoding="utf-8")
    kept = pip_install.keeps_torch(found.torch, stamp.torch, constraints)
    if kept:
        say(f"keeping torch {found.torch}, which .venv holds")
        constraints = pip_install.with_torch(constraints, found.torch, found.needs)
    pip_install.run_pip(sorted(extras), constraints)
    chosen = "" if kept else environment.look_into_venv().torch
    return Stamp(digest(), tuple(sorted(extras)), chosen, stamp.missing)


def hand_over(command: list[str]) -> int:
    """Run a program in the place of this one; return its exit code where that is impossible."""
    if sys.platform != "win32":
        os.execv(command[0], command)
    try:
        return subprocess.call(command)  # there, exec gives the prompt back at once
    except KeyboardInterrupt:
        return 130
