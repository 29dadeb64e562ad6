"""Screens: named for a menu, remembered by name and serial number, and found again."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication, QScreen

from gradlab.qt.screens import find_screen, screen_key, screen_label

TWO = (("LAPTOP-1", 0, 1366, 768), ("HDMI-1", 1366, 1920, 1080))
SHOW = """
import json, sys
from PySide6.QtWidgets import QApplication, QWidget
from gradlab.qt.screens import find_screen, screen_key, screen_label
app = QApplication([])
names = [screen.name() for screen in app.screens()]
found = {wanted: find_screen(wanted).name() for wanted in sys.argv[1:]}
keys = [screen_key(screen) for screen in app.screens()]
labels = [screen_label(screen, i) for i, screen in enumerate(app.screens(), 1)]
window = QWidget()
window.setScreen(find_screen("2"))
window.setGeometry(find_screen("2").geometry())
window.showFullScreen()
app.processEvents()
full = [window.screen().name(), *window.geometry().getRect()]
window.close()
print(json.dumps({"names": names, "found": found, "keys": keys, "labels": labels, "full": full}))
"""


def asked(tmp_path: Path, *wanted: str) -> dict[str, Any]:
    """Return what a fresh process with the two screens finds."""
    screens = [
        {"name": name, "x": x, "y": 0, "width": width, "height": height}
        | {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        for name, x, width, height in TWO
    ]
    whole = {"synchronousWindowSystemEvents": False, "windowFrameMargins": True}
    file = tmp_path / "screens.json"
    file.write_text(json.dumps(whole | {"screens": screens}))
    done = subprocess.run(
        [sys.executable, "-c", SHOW, *wanted],
        env=os.environ | {"QT_QPA_PLATFORM": f"offscreen:configfile={file.name}"},
        cwd=tmp_path,  # Qt splits what stands after the colon at each colon, and so a drive's too
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    return answer


def test_that_each_of_two_screens_is_found_and_the_primary_otherwise(tmp_path: Path) -> None:
    strange = ["HDMI-1 (A7)", "hdmi-1", "", "0", "3", "-1", "²"]
    answer = asked(tmp_path, "LAPTOP-1", "HDMI-1", "1", "2", *strange)
    first, second = names = answer["names"]  # Qt's offscreen screens come in any order
    assert sorted(names) == ["HDMI-1", "LAPTOP-1"]
    found = {"LAPTOP-1": "LAPTOP-1", "HDMI-1": "HDMI-1", "1": first, "2": second}
    assert answer["found"] == found | dict.fromkeys(strange, first)
    assert answer["keys"] == names


def test_that_a_window_can_fill_the_second_screen(tmp_path: Path) -> None:
    answer = asked(tmp_path)
    sizes = {"LAPTOP-1": [0, 0, 1366, 768], "HDMI-1": [1366, 0, 1920, 1080]}
    first, second = answer["names"]
    assert answer["full"] == [second, *sizes[second]]
    text = {name: f"{name}, {size[2]} × {size[3]}" for name, size in sizes.items()}
    assert answer["labels"] == [f"1: {text[first]}", f"2: {text[second]}"]


class Screen:
    """What a QScreen says of itself; none can be made."""

    def __init__(self, name: str, serial: str, width: int, ratio: float) -> None:
        self._name, self._serial, self._width, self._ratio = name, serial, width, ratio

    def name(self) -> str:
        return self._name

    def serialNumber(self) -> str:  # noqa: N802  # Qt's name
        return self._serial

    def geometry(self) -> QRect:
        return QRect(0, 0, self._width, 1080)

    def devicePixelRatio(self) -> float:  # noqa: N802  # Qt's name
        return self._ratio


def screen(name: str, serial: str = "", width: int = 1920, ratio: float = 1.0) -> QScreen:
    return cast("QScreen", Screen(name, serial, width, ratio))


@pytest.fixture
def screens(monkeypatch: pytest.MonkeyPatch) -> list[QScreen]:
    """Screens that no test machine has; the primary one is the last."""
    screens = [screen("DP-1", "A"), screen("DP-1", "B"), screen("2", "B"), screen("DP-2")]
    monkeypatch.setattr(QGuiApplication, "screens", lambda: screens)
    monkeypatch.setattr(QGuiApplication, "primaryScreen", lambda: screens[-1])
    return screens


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("DP-1 (A)", 0),
        ("DP-1 (B)", 1),
        ("DP-1", 0),
        ("2 (B)", 2),
        ("2", 2),  # a name is more than a number
        ("1", 0),
        ("4", 3),
        ("DP-2", 3),
        ("DP-1 (C)", 3),
        ("DP-1 ()", 3),
    ],
)
def test_that_the_serial_number_tells_like_screens_apart(
    screens: list[QScreen], wanted: str, place: int
) -> None:
    assert find_screen(wanted) is screens[place]


def test_that_every_screen_is_found_by_its_key(screens: list[QScreen]) -> None:
    assert [find_screen(screen_key(each)) for each in screens] == screens


def test_that_a_key_is_one_line_whatever_the_maker_wrote() -> None:
    assert screen_key(screen(" HP\tE24\0", "12\n34 ")) == "HP E24 (12 34)"
    assert screen_key(screen("HP", "\0\0")) == "HP"


@pytest.mark.parametrize(
    ("shown", "label"),
    [
        (screen("HDMI-1"), "3: HDMI-1, 1920 × 1080"),
        (screen("Retina", width=1440, ratio=2.0), "3: Retina, 2880 × 2160"),
        (screen("A & B"), "3: A && B, 1920 × 1080"),
        (screen(""), "3: screen, 1920 × 1080"),
    ],
)
def test_that_a_menu_says_number_name_and_pixels(shown: QScreen, label: str) -> None:
    assert screen_label(shown, 3) == label
