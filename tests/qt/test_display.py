"""No display is one line, never Qt's abort."""

import socket
import sys
from pathlib import Path

import pytest

from gradlab.core.errors import GradlabError
from gradlab.qt.display import check_display


@pytest.fixture(autouse=True)
def on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_that_no_display_names_the_way_without_a_window() -> None:
    with pytest.raises(GradlabError, match=r"no display .* `gradlab trace`"):
        check_display()


def test_that_a_display_which_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4095")
    with pytest.raises(GradlabError, match=r"4095 does not answer|system library"):
        check_display()


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600"])
def test_that_a_platform_without_a_display_needs_none(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    check_display()


def test_that_a_wayland_socket_is_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "wayland-0"))
    server.listen()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    check_display()
    server.close()
    with pytest.raises(GradlabError, match="no display"):
        check_display()


@pytest.mark.parametrize(
    ("platform", "said"), [("wayland", "no Wayland"), ("wayland;xcb", "no Way"), ("foo", "no pl")]
)
def test_that_a_platform_that_cannot_open_is_one_line(
    monkeypatch: pytest.MonkeyPatch, platform: str, said: str
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    with pytest.raises(GradlabError, match=said):
        check_display()


def test_that_other_systems_always_have_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    check_display()
