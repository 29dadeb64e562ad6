"""Keeping the screen awake: asked for once, given back once, and without effect where it cannot."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess
from pytestqt.qtbot import QtBot

from gradlab.qt.screen_awake import (
    Release,
    ScreenAwake,
    hold_by_bus,
    hold_by_process,
    hold_on_windows,
    way_of,
)

# --- keep and release


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def awake(said: list[str]) -> ScreenAwake:
    def hold() -> Release:
        said.append("held")
        return lambda: said.append("released")

    return ScreenAwake(hold)


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ("", ""),
        ("k", "held"),
        ("kr", "held released"),
        ("kkr", "held released"),
        ("krr", "held released"),
        ("r", ""),
        ("rk", "held"),
        ("kkrrkr", "held released held released"),
    ],
)
def test_that_what_was_asked_for_is_given_back_once(
    awake: ScreenAwake, said: list[str], calls: str, expected: str
) -> None:
    for call in calls:
        {"k": awake.keep, "r": awake.release}[call]()
    assert said == expected.split()


def test_that_where_it_has_no_effect_it_is_tried_again_each_time(said: list[str]) -> None:
    def hold() -> None:
        said.append("tried")

    awake = ScreenAwake(hold)
    for _ in range(2):
        awake.keep()
        awake.release()
    assert said == ["tried", "tried"]


def test_that_each_system_has_its_way() -> None:
    ways = {name: way_of(name) for name in ("win32", "darwin", "linux", "freebsd14")}
    assert ways == {
        "win32": hold_on_windows,
        "darwin": hold_by_process,
        "linux": hold_by_bus,
        "freebsd14": hold_by_bus,
    }


# --- Windows


def test_that_windows_is_told_that_the_display_is_needed_and_then_no_more() -> None:
    states: list[int] = []
    awake = ScreenAwake(lambda: hold_on_windows(states.append))
    awake.keep()
    assert states == [0x80000003]  # ES_CONTINUOUS, ES_DISPLAY_REQUIRED and ES_SYSTEM_REQUIRED
    awake.release()
    assert states == [0x80000003, 0x80000000]


# --- macOS


def test_that_the_process_runs_until_the_release(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[QProcess] = []
    usual = QProcess.start

    def start(process: QProcess, program: str, arguments: list[str]) -> None:
        started.append(process)
        usual(process, program, arguments)

    monkeypatch.setattr(QProcess, "start", start)
    awake = ScreenAwake(lambda: hold_by_process(sys.executable, "-c", "input()"))
    awake.keep()
    (process,) = started
    assert process.waitForStarted()
    assert process.state() == QProcess.ProcessState.Running
    awake.release()
    assert process.state() == QProcess.ProcessState.NotRunning


def test_that_caffeinate_watches_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(QProcess, "start", lambda _, *command: asked.extend(command))
    hold_by_process()
    assert asked == ["caffeinate", ("-d", "-w", str(os.getpid()))]


def test_that_this_systems_way_is_taken_if_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(QProcess, "start", lambda _, program, __: asked.append(program))
    monkeypatch.setattr(sys, "platform", "darwin")
    ScreenAwake().keep()
    assert asked == ["caffeinate"]


def test_that_a_program_that_is_not_there_is_no_trouble() -> None:
    awake = ScreenAwake(lambda: hold_by_process("no-such-program-anywhere"))
    awake.keep()
    awake.release()


# --- Linux

DESKTOP = """
import os, sys
from PySide6.QtCore import ClassInfo, QCoreApplication, QObject, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from gradlab.qt.screen_awake import CONNECTION, ScreenAwake, hold_by_bus

app = QCoreApplication([])
asked = []

@ClassInfo({"D-Bus Interface": "org.freedesktop.ScreenSaver"})
class Desktop(QObject):
    @Slot(str, str, result="uint")
    def Inhibit(self, program, reason):
        asked.append((program, reason))
        return 7

desktop = Desktop()
bus = QDBusConnection.sessionBus()
if "desktop" in sys.argv:
    everything = QDBusConnection.RegisterOption.ExportAllSlots
    assert bus.registerObject("/org/freedesktop/ScreenSaver", desktop, everything)
    assert bus.registerService("org.freedesktop.ScreenSaver")
awake = ScreenAwake(hold_by_bus)
for _ in range(2):
    awake.keep()
    name = QDBusConnection(CONNECTION).baseService()
    while "desktop" in sys.argv and not asked:
        app.processEvents()
    print(*asked, bus.interface().isServiceRegistered(name).value())
    asked.clear()
    awake.release()
    print(bus.interface().isServiceRegistered(name).value())
"""


@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="no D-Bus to try it on")
@pytest.mark.parametrize("there", [True, False])
def test_that_the_desktop_is_asked_and_sees_the_connection_go(there: bool) -> None:
    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, "-c", DESKTOP, *["desktop"] * there],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    question = "('gradlab', 'presenting') " if there else ""
    assert done.stdout.splitlines() == [f"{question}True", "False"] * 2


@pytest.mark.parametrize("address", ["", "unix:path=/nowhere/at/all", "nonsense"])
def test_that_without_a_bus_it_has_no_effect(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert hold_by_bus() is None


def test_that_without_qtdbus_it_has_no_effect() -> None:
    code = (
        "import sys; sys.modules['PySide6.QtDBus'] = None\n"
        "from gradlab.qt.screen_awake import hold_by_bus; print(hold_by_bus())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere/at/all"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("None\n", "")


def test_that_no_bus_is_started_for_its_sake(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With a display and no bus, the D-Bus library would start one."""
    from PySide6.QtDBus import QDBusConnection

    def connect(*_: object) -> None:
        raise AssertionError("asked for a bus")

    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(QDBusConnection, "connectToBus", connect)
    assert hold_by_bus() is None
    (tmp_path / "bus").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert hold_by_bus() is None
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(AssertionError, match="asked for a bus"):
        hold_by_bus()
