"""Whether there is a screen to open a window on, asked before Qt aborts for want of one."""

import ctypes
import os
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

from gradlab.core.errors import GradlabError

ADVICE = "`gradlab trace` runs the steps without a window"


def check_display() -> None:
    """Return if a window can be opened.

    Raises:
        GradlabError: There is no display, it does not answer, or a library that Qt needs for it
            is missing.
    """
    if not sys.platform.startswith("linux"):
        return
    wanted = os.environ.get("QT_QPA_PLATFORM", "").partition(";")[0]  # Qt takes a list
    platform = wanted.partition(":")[0]
    if platform not in {"", "xcb", "wayland"}:
        _check_plugin(platform)
        return
    if platform != "xcb" and _wayland_answers():
        return
    if platform == "wayland":
        raise GradlabError(f"no Wayland display answers; {ADVICE}")
    if not os.environ.get("DISPLAY"):
        raise GradlabError(f"there is no display to open a window on; {ADVICE}")
    _check_xcb()


def _wayland_answers() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    folder = os.environ.get("XDG_RUNTIME_DIR")
    if not name:
        return False
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(Path(folder or "/") / name))
    except OSError:  # nobody listens, or the name is too long for a socket
        return False
    return True


def _check_xcb() -> None:
    plugin = _plugins() / "libqxcb.so"
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
        if plugin.exists():  # a PySide6 of the system keeps its plugins elsewhere
            ctypes.CDLL(str(plugin))
    except OSError as error:
        library = str(error).partition(":")[0]
        raise GradlabError(
            f"Qt needs the system library {library}, which is missing; {ADVICE}"
        ) from None
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    if refused:
        name = os.environ["DISPLAY"]
        raise GradlabError(f"the display {name} does not answer; {ADVICE}")


def _plugins() -> Path:
    """Return the folder of Qt's platform plugins, without importing Qt."""
    spec = find_spec("PySide6")
    if spec is None or spec.origin is None:
        raise GradlabError("PySide6 is not installed; `pip install PySide6-Essentials` brings it")
    return Path(spec.origin).parent / "Qt" / "plugins" / "platforms"


def _check_plugin(platform: str) -> None:
    if not (_plugins() / f"libq{platform}.so").exists():
        raise GradlabError(f"Qt has no platform {platform!r} (QT_QPA_PLATFORM); {ADVICE}")
