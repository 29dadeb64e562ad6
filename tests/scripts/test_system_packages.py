"""Libraries that the system lacks, and apt-get; no program is started here."""

import importlib.util
import sys
from types import SimpleNamespace

import pytest
import system_packages

from tests.scripts.stand_ins import has_programs, lacks, notes_commands


@pytest.mark.usefixtures("_no_programs")
def test_that_complete_libraries_are_not_mentioned(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lacks(monkeypatch, ())
    assert system_packages.supply_libraries(None) == ()
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("_no_programs")
def test_that_a_user_gets_the_command_for_missing_libraries(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    has_programs(monkeypatch, "apt-get", root=False)
    lacks(monkeypatch, ["libEGL.so.1", "libglib-2.0.so.0", "libgthread-2.0.so.0"])
    assert len(system_packages.supply_libraries(None)) == 3
    assert capsys.readouterr().err == (
        "gradlab set-up: the window needs system libraries: "
        "sudo apt-get install -y --no-install-recommends libegl1 libglib2.0-0\n"
    )


@pytest.mark.usefixtures("_no_programs")
def test_that_without_apt_the_libraries_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    has_programs(monkeypatch, root=True)
    lacks(monkeypatch, ["libEGL.so.1", "libxcb-cursor.so.0"])
    system_packages.supply_libraries(None)
    assert capsys.readouterr().err.endswith("install them: libEGL.so.1 libxcb-cursor.so.0\n")


def test_that_an_administrator_gets_missing_libraries_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = notes_commands(monkeypatch)
    has_programs(monkeypatch, "apt-get", root=True)
    lacks(monkeypatch, ["libEGL.so.1"], ())
    assert system_packages.supply_libraries(None) == ()
    assert calls[0] == ["apt-get", "update"]
    assert calls[1] == ["apt-get", "install", "-y", "--no-install-recommends", "libegl1"]
    assert capsys.readouterr().err.count("\n") == 1


def test_that_a_failing_apt_stops_nothing_and_is_not_tried_at_every_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = notes_commands(monkeypatch, code=100)
    has_programs(monkeypatch, "apt-get", root=True)
    lacks(monkeypatch, *[["libEGL.so.1"]] * 3)
    tried = system_packages.supply_libraries(None)
    assert system_packages.supply_libraries(tried) == tried == ("libEGL.so.1",)
    assert len(calls) == 2
    assert capsys.readouterr().err.endswith(
        "libraries: apt-get install -y --no-install-recommends libegl1\n"
    )


@pytest.mark.parametrize(("known", "name"), [(0, "libglib2.0-0t64"), (100, "libglib2.0-0")])
def test_that_glib_is_called_as_the_release_calls_it(
    monkeypatch: pytest.MonkeyPatch, known: int, name: str
) -> None:
    notes_commands(monkeypatch, code=known)
    has_programs(monkeypatch, "apt-cache", root=False)
    assert system_packages.debian_packages(["libglib-2.0.so.0", "libGL.so.1"]) == [name, "libgl1"]


@pytest.mark.skipif(
    sys.platform != "linux", reason="only there Qt relies on the system's libraries"
)
def test_that_a_missing_library_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"libc.so.6": "libc6", "libgradlab-none.so.1": "none"}
    monkeypatch.setattr(system_packages, "LIBRARIES", names)
    assert system_packages.missing_libraries() == ("libgradlab-none.so.1",)


@pytest.mark.usefixtures("tree")
def test_that_an_empty_folder_is_not_ensurepip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: SimpleNamespace(origin=None))
    assert not system_packages.has_ensurepip()
