"""What set-ups know of each other: the last one's stamp, and the lock of the one at work."""

import contextlib
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

import places
from messages import say

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class Stamp(NamedTuple):
    """What set-up left behind; a file without a digest means that it was interrupted."""

    digest: str = ""
    extras: tuple[str, ...] = ()
    torch: str = ""  # the version that set-up chose, empty for one that the user installed
    missing: tuple[str, ...] | None = None  # libraries not found; None before the first look


def is_current(stamp: Stamp, extras: frozenset[str]) -> bool:
    """Return whether the environment was set up from this very tree, with at least these extras."""
    return (
        extras.issubset(stamp.extras) and places.venv_python().exists() and stamp.digest == digest()
    )


def digest() -> str:
    """Return a hash of everything that decides what the environment has to hold."""
    # The real path changes when the system replaces its Python by a newer one under the same name.
    parts = [os.fsencode(places.ROOT), os.fsencode(places.venv_python().resolve())]
    files = (places.ROOT / "pyproject.toml", places.CONSTRAINTS, places.VENV / "pyvenv.cfg")
    parts += [path.read_bytes() for path in files if path.exists()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def read_stamp() -> Stamp:
    """Return the stamp, an empty one if it is not there or not readable."""
    try:
        found = json.loads(places.STAMP.read_text(encoding="utf-8"))
        missing = found["missing"]
        return Stamp(
            digest=str(found["digest"]),
            extras=tuple(found["extras"]),
            torch=str(found["torch"]),
            missing=None if missing is None else tuple(missing),
        )
    except (OSError, ValueError, TypeError, KeyError):
        return Stamp()


def write_stamp(stamp: Stamp) -> None:
    """Replace the stamp in one move."""
    new = places.STAMP.with_suffix(".new")
    new.write_text(json.dumps(stamp._asdict()), encoding="utf-8")
    new.replace(places.STAMP)


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """Keep other set-ups out.

    On POSIX the pip that set-up starts holds the lock as well: when set-up is killed, the next one
    waits for that pip.
    """
    places.VENV.mkdir(exist_ok=True)
    descriptor = os.open(places.LOCK, os.O_RDWR | os.O_CREAT)
    try:
        os.set_inheritable(descriptor, True)
        if not take(descriptor):
            say("another set-up is at work here; waiting for it")
            while not take(descriptor):
                time.sleep(0.2)
        yield
    finally:
        os.close(descriptor)


def take(descriptor: int) -> bool:
    """Try to lock an open file; return whether it worked."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # a file system without locks: better unguarded than not at all
    return True
