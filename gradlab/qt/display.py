"""Whether there is a screen to open a window on, asked before Qt aborts for want of one."""

import ctypes
import os
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
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if platform not in {"", "xcb", "wayland"}:
        return
    if platform != "xcb" and _wayland_answers():
        return
    if not os.environ.get("DISPLAY"):
        raise GradlabError(f"there is no display to open a window on; {ADVICE}")
    _check_xcb()


def _wayland_answers() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    folder = os.environ.get("XDG_RUNTIME_DIR")
    return bool(name) and (Path(folder or "/") / str(name)).exists()


def _check_xcb() -> None:
    plugin = _xcb_plugin()
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
        if plugin is not None:
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


def _xcb_plugin() -> Path | None:
    spec = find_spec("PySide6")
    if spec is None or spec.origin is None:
        raise GradlabError("PySide6 is not installed; `pip install gradlab` brings it")
    plugin = Path(spec.origin).parent / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    return plugin if plugin.exists() else None
