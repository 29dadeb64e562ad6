"""What the system has to provide: Qt's libraries, ensurepip, and apt-get to install them."""

import ctypes
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterable

import programs
from messages import SetupError, say

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


def apt_knows(package: str) -> bool:
    """Return whether apt can install a package of this name."""
    if not shutil.which("apt-cache"):
        return False
    return programs.run_logged(["apt-cache", "show", "--quiet", package], share_lock=False)[0] == 0


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
    programs.run_logged(["apt-get", "update"], share_lock=False)
    install_only = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    programs.run_logged(install_only, share_lock=False)
