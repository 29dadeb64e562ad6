"""Keeps the screen from going dark while someone presents."""

import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QProcess

try:
    from PySide6.QtDBus import QDBusConnection, QDBusMessage
except ImportError:  # a PySide6 that was built without it
    HAS_BUS = False
else:
    HAS_BUS = True

Release = Callable[[], object]

CONNECTION = "gradlab-screen-awake"
SERVICE = "org.freedesktop.ScreenSaver"
PLACE = "/org/freedesktop/ScreenSaver"
# Of Windows: the state holds until it is changed; the system is needed; the display is needed.
CONTINUOUS, SYSTEM, DISPLAY = 0x80000000, 0x1, 0x2
PATIENCE = 1000  # milliseconds that a process has to end


class ScreenAwake:
    """Keeps the screen awake from `keep` to `release`, where the desktop allows it.

    However often one of them is called in a row, it counts once.

    Args:
        hold: Begins to keep it awake and returns what ends that, or None where it has no effect;
            by default, this system's way.
    """

    def __init__(self, hold: Callable[[], Release | None] | None = None) -> None:
        self._hold = hold or way_of(sys.platform)
        self._release: Release | None = None

    def keep(self) -> None:
        """Keep the screen awake from now on."""
        if self._release is None:
            self._release = self._hold()

    def release(self) -> None:
        """Let the screen go dark again when the desktop wants it."""
        release, self._release = self._release, None
        if release is not None:
            release()


def way_of(system: str) -> Callable[[], Release | None]:
    """Return the way of `system`, a value of sys.platform; Linux's where it is another Unix."""
    if system == "win32":
        return hold_on_windows
    return hold_by_process if system == "darwin" else hold_by_bus


def hold_by_bus() -> Release | None:
    """Ask the desktop on a connection of our own, and close that to end it.

    The desktop drops what it granted when the connection is gone, even if the program is killed.
    Its answer is not waited for. (UnInhibit wants an unsigned number, which PySide6 cannot send.)
    """
    if not HAS_BUS or not _has_session_bus():
        return None
    bus = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, CONNECTION)
    if not bus.isConnected():
        return None
    message = QDBusMessage.createMethodCall(SERVICE, PLACE, SERVICE, "Inhibit")
    message.setArguments(["gradlab", "presenting"])
    bus.send(message)
    return _leave_bus


def _leave_bus() -> None:
    QDBusConnection.disconnectFromBus(CONNECTION)


def _has_session_bus() -> bool:
    """Return whether there is one, so that none is started for our sake."""
    named = os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    return bool(named) or (bool(folder) and Path(folder, "bus").exists())


def _set_windows_state(state: int) -> None:
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetThreadExecutionState(ctypes.c_uint(state))


def hold_on_windows(set_state: Callable[[int], object] = _set_windows_state) -> Release:
    """Tell Windows that this thread needs the display.

    Args:
        set_state: SetThreadExecutionState.
    """
    set_state(CONTINUOUS | SYSTEM | DISPLAY)
    return lambda: set_state(CONTINUOUS)


def hold_by_process(program: str = "caffeinate", *arguments: str) -> Release:
    """Run a program that keeps the screen awake while it runs; by default, that of macOS.

    Should gradlab be killed, caffeinate sees it and ends as well.
    """
    process = QProcess()
    process.start(program, arguments or ("-d", "-w", str(QCoreApplication.applicationPid())))

    def end() -> None:
        process.kill()
        process.waitForFinished(PATIENCE)

    return end
