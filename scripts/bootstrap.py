"""Set-up: make .venv in the project's root and install gradlab into it.

The one home of set-up code; run.py and test.py call `ensure`. Standard library only, and a syntax
that Python 3.6 parses, so that an old Python gets a sentence and not a syntax error.
"""

import contextlib
import ctypes
import errno
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

OLDEST = (3, 11)  # as in pyproject.toml


def say(text: str) -> None:
    """Tell the user on standard error; standard output belongs to gradlab."""
    print(f"gradlab set-up: {text}", file=sys.stderr, flush=True)


def require_python(version: "Sequence[int]") -> None:
    """Leave with one line where Python is too old."""
    if tuple(version) < OLDEST:
        wanted = "{}.{}".format(*OLDEST)
        say(
            f"Python {version[0]}.{version[1]} is too old: install Python {wanted} or newer "
            f"and start this with it (python{wanted} {sys.argv[0]})"
        )
        sys.exit(1)


require_python(sys.version_info[:2])  # here, because an old Python fails on the annotations below

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / "constraints.txt"
STAMP = VENV / "setup.json"
LOCK = VENV / "setup.lock"
LOG = VENV / "setup.log"

# What Qt's Gui library and its X11 plugin load, with the Debian package of each.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
}

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


class SetupError(Exception):
    """One line for the user: what is missing and what to do."""


class Stamp(NamedTuple):
    """What set-up left behind; a file without a digest means that it was interrupted."""

    digest: str = ""
    extras: tuple[str, ...] = ()
    torch: str = ""  # the version that set-up chose, empty for one that the user installed
    missing: tuple[str, ...] | None = None  # libraries not found; None before the first look


class Contents(NamedTuple):
    """What an environment holds, as its own python sees it."""

    python: tuple[int, int]
    pip: bool
    torch: str
    needs: tuple[str, ...]  # torch's requirements
    unfinished: tuple[str, ...]  # folders of metadata to which pip never came back


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
        say(explain("cannot write .venv", [str(error)]))
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
            write_stamp(stamp._replace(missing=supply_libraries(stamp.missing)))
            if fresh:
                say("ready")
    return venv_python()


def venv_python() -> Path:
    """Return the path of the environment's python."""
    return VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def hand_over(command: list[str]) -> int:
    """Run a program in the place of this one; return its exit code where that is impossible."""
    if sys.platform != "win32":
        os.execv(command[0], command)
    try:
        return subprocess.call(command)  # there, exec gives the prompt back at once
    except KeyboardInterrupt:
        return 130


# The stamp


def is_current(stamp: Stamp, extras: frozenset[str]) -> bool:
    """Return whether the environment was set up from this very tree, with at least these extras."""
    return extras.issubset(stamp.extras) and venv_python().exists() and stamp.digest == digest()


def digest() -> str:
    """Return a hash of everything that decides what the environment has to hold."""
    # The real path changes when the system replaces its Python by a newer one under the same name.
    parts = [os.fsencode(ROOT), os.fsencode(venv_python().resolve())]
    files = (ROOT / "pyproject.toml", CONSTRAINTS, VENV / "pyvenv.cfg")
    parts += [path.read_bytes() for path in files if path.exists()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def read_stamp() -> Stamp:
    """Return the stamp, an empty one if it is not there or not readable."""
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
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
    new = STAMP.with_suffix(".new")
    new.write_text(json.dumps(stamp._asdict()), encoding="utf-8")
    new.replace(STAMP)


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """Keep other set-ups out.

    On POSIX the pip that set-up starts holds the lock as well: when set-up is killed, the next one
    waits for that pip.
    """
    VENV.mkdir(exist_ok=True)
    descriptor = os.open(LOCK, os.O_RDWR | os.O_CREAT)
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


# The environment


def install(extras: Iterable[str], stamp: Stamp) -> Stamp:
    """Make the environment if need be and let pip fill it; return the stamp that says so."""
    first = not stamp.digest
    if first:
        say("filling .venv with PyTorch and Qt; the first time takes some minutes")
    else:
        say("bringing .venv up to date")
    interrupted = first and STAMP.exists()
    LOG.write_text("", encoding="utf-8")
    write_stamp(stamp._replace(digest=""))
    found = working_venv(interrupted)
    constraints = CONSTRAINTS.read_text(encoding="utf-8")
    kept = keeps_torch(found.torch, stamp.torch, constraints)
    if kept:
        say(f"keeping torch {found.torch}, which .venv holds")
        constraints = with_torch(constraints, found.torch, found.needs)
    run_pip(sorted(extras), constraints)
    chosen = "" if kept else look_into_venv().torch
    return Stamp(digest(), tuple(sorted(extras)), chosen, stamp.missing)


def working_venv(interrupted: bool) -> Contents:
    """Return what the environment holds, after making or mending it as far as pip.

    Args:
        interrupted: Whether a set-up was stopped here, so that a package may be half installed.
    """
    found = probe()
    if found and interrupted:
        for path in map(Path, found.unfinished):
            if VENV in path.parents and path.suffix == ".dist-info":
                shutil.rmtree(path)  # so that pip does not take the package for installed
        found = probe()
    if found and found.python < OLDEST:
        old = "{}.{}".format(*found.python)
        raise SetupError(f".venv holds Python {old}, too old: remove {VENV} and run this again")
    if found and not found.pip and not run_logged([*isolated(), "-m", "ensurepip"])[0]:
        found = probe()
    if not found or not found.pip:
        make_venv()
        found = look_into_venv()
    return found


def make_venv() -> None:
    """Make an empty environment with pip, in the place of what is there."""
    require_ensurepip()
    for path in VENV.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path not in (LOCK, LOG, STAMP):
            path.unlink()
    for command in (
        [sys.executable, "-m", "venv", "--without-pip", str(VENV)],
        [*isolated(), "-m", "ensurepip"],
    ):
        code, lines = run_logged(command)
        if code:
            raise SetupError(explain("cannot make .venv", lines))


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
        raise SetupError(f"{venv_python()} does not run: remove {VENV} and run this again")
    return found


def isolated() -> list[str]:
    """Return how to call the environment's python, deaf to PYTHONPATH and its kin."""
    return [str(venv_python()), "-I", "-u", "-X", "utf8"]


def require_ensurepip() -> None:
    """Get the module that Debian and Ubuntu put into a package of its own."""
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    if not has_ensurepip() and can_apt():
        say(f"installing {package}")
        apt_install([package])
        importlib.invalidate_caches()
    if not has_ensurepip():
        how = apt_line([package]) if shutil.which("apt-get") else "install a complete Python"
        raise SetupError(f"this Python cannot make environments (no module ensurepip): {how}")


def has_ensurepip() -> bool:
    """Return whether this Python can put pip into an environment."""
    found = importlib.util.find_spec("ensurepip")
    return found is not None and found.origin is not None  # an empty left-over folder has none


# Constraints


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


# pip and other programs


def run_pip(extras: list[str], constraints: str) -> None:
    """Install the project, editable, with its dependencies."""
    used = VENV / "constraints.txt"
    used.write_text(constraints, encoding="utf-8")
    target = ".[{}]".format(",".join(extras)) if extras else "."
    command = [*isolated(), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    command += ["--progress-bar", "off", "-c", str(used), "-e", target]
    code, lines = run_logged(command, show=progress)
    if code:
        raise SetupError(explain("pip failed", lines))


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


def run_logged(
    command: list[str], show: Callable[[str], str] | None = None, share_lock: bool = True
) -> tuple[int, list[str]]:
    """Run a program in the root with its output in the log; return its exit code and the output.

    Args:
        command: The program and its arguments.
        show: Turns a line of output into a message, or into nothing. A message is said once.
        share_lock: Whether the lock lasts until the program ends, even without set-up.
    """
    lines: list[str] = []
    said = {""}
    with LOG.open("a", 1, "utf-8") as log, start(command, not share_lock) as process:
        log.write(f"$ {' '.join(command)}\n")
        try:
            for line in process.stdout or ():
                log.write(line)
                lines.append(line.rstrip())
                message = show(line) if show else ""
                if message not in said:
                    said.add(message)
                    say(message)
        except BaseException:
            process.terminate()
            raise
    return process.returncode, lines


def start(command: list[str], close_fds: bool) -> "subprocess.Popen[str]":
    """Start a program without input, and with both its outputs in one pipe."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C.UTF-8"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        close_fds=close_fds,
        encoding="utf-8",
        errors="replace",
    )


def explain(what: str, lines: list[str]) -> str:
    """Return the one line for a program that failed with this output."""
    text = "\n".join(lines)
    full = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
    if any(f"[Errno {code}]" in text for code in full) or "[WinError 112]" in text:
        place, free = fullest_place()
        return (
            f"the disk is full, {free / 1e9:.1f} GB are free at {place}: make room for about 3 GB "
            "(8 GB where pip takes a CUDA torch) and run this again"
        )
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return f"pip does not trust the package index's certificate: see its output in {LOG}"
    if re.search(r"connection broken by|Max retries exceeded|Read timed out", text):
        return "no network: pip needs it to fetch packages; connect (or set https_proxy), run again"
    said = [line.strip() for line in lines if line.strip()]
    errors = [line for line in said if line.startswith("ERROR: ")]
    last = (errors or said or ["no output"])[-1]
    log = f" (the whole output: {LOG})" if LOG.exists() else ""
    return f"{what}: {last.replace('ERROR: ', '')}{log}"


def fullest_place() -> tuple[Path, int]:
    """Return where pip writes and least is free, and how many bytes that is."""
    temporary = os.environ.get("TMPDIR") or os.environ.get("TEMP") or "/tmp"
    places = [path for path in (ROOT, Path(temporary), Path.home()) if path.exists()]
    place = min(places, key=lambda path: shutil.disk_usage(path).free)
    return place, shutil.disk_usage(place).free


# System libraries


def supply_libraries(tried: tuple[str, ...] | None) -> tuple[str, ...]:
    """Install the system libraries that Qt lacks, or say how; return the ones that still lack.

    Args:
        tried: The ones that could not be had last time; those are only named again.
    """
    missing = missing_libraries()
    packages = debian_packages(missing)
    if missing and can_apt() and missing != tried:
        say(f"installing system libraries for Qt: {' '.join(packages)}")
        apt_install(packages)
        missing = missing_libraries()
        packages = debian_packages(missing)
    if missing and shutil.which("apt-get"):
        say(f"the window needs system libraries: {apt_line(packages)}")
    elif missing:
        say(f"the window needs system libraries, please install them: {' '.join(missing)}")
    return missing


def missing_libraries() -> tuple[str, ...]:
    """Return the libraries that Qt needs and that this system does not have."""
    names = LIBRARIES if sys.platform == "linux" else ()
    return tuple(name for name in names if not is_loadable(name))


def is_loadable(library: str) -> bool:
    """Return whether the dynamic loader finds a library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def debian_packages(libraries: Iterable[str]) -> list[str]:
    """Return the packages that hold these libraries, by the names that this release uses."""
    packages = list(dict.fromkeys(LIBRARIES[name] for name in libraries))
    # Renamed in Debian 13 and Ubuntu 24.04, when time_t grew to 64 bits.
    new = {"libglib2.0-0": "libglib2.0-0t64"}
    return [new[name] if name in new and apt_knows(new[name]) else name for name in packages]


def apt_knows(package: str) -> bool:
    """Return whether apt can install a package of this name."""
    if not shutil.which("apt-cache"):
        return False
    return run_logged(["apt-cache", "show", "--quiet", package], share_lock=False)[0] == 0


def can_apt() -> bool:
    """Return whether set-up may install system packages by itself."""
    return is_root() and shutil.which("apt-get") is not None


def is_root() -> bool:
    """Return whether an administrator runs this on Linux."""
    return sys.platform == "linux" and os.geteuid() == 0


def apt_line(packages: Iterable[str]) -> str:
    """Return the command that installs these packages."""
    sudo = "" if is_root() else "sudo "
    return f"{sudo}apt-get install -y --no-install-recommends {' '.join(packages)}"


def apt_install(packages: list[str]) -> None:
    """Install system packages; whether it worked shows in what is there afterwards."""
    # Daemons that a package starts would keep the lock, so apt does not get it.
    run_logged(["apt-get", "update"], share_lock=False)
    install_only = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    run_logged(install_only, share_lock=False)
