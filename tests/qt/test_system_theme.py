"""Which theme the desktop asks for, told by stand-ins for Qt's hints."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from gradlab.qt.system_theme import SystemTheme
from gradlab.qt.theme import THEMES

DARK, LIGHT, UNKNOWN = Qt.ColorScheme.Dark, Qt.ColorScheme.Light, Qt.ColorScheme.Unknown
HIGH, USUAL = Qt.ContrastPreference.HighContrast, Qt.ContrastPreference.NoPreference


class Access(QObject):
    """What Qt 6.10 and later tell of a need for contrast."""

    contrastPreferenceChanged = Signal(object)  # noqa: N815  # Qt's name

    def __init__(self) -> None:
        super().__init__()
        self.contrast = USUAL

    def contrastPreference(self) -> Qt.ContrastPreference:  # noqa: N802  # Qt's name
        return self.contrast


class Hints(QObject):
    """What Qt tells of the desktop."""

    colorSchemeChanged = Signal(object)  # noqa: N815  # Qt's name

    def __init__(self) -> None:
        super().__init__()
        self.scheme, self.access = UNKNOWN, Access()

    def colorScheme(self) -> Qt.ColorScheme:  # noqa: N802  # Qt's name
        return self.scheme

    def accessibility(self) -> Access:
        return self.access


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> Hints:
    hints = Hints()
    monkeypatch.setattr(QGuiApplication, "styleHints", lambda: hints)
    return hints


@pytest.mark.parametrize(
    ("scheme", "contrast", "name"),
    [
        (LIGHT, USUAL, "light"),
        (DARK, USUAL, "dark"),
        (UNKNOWN, USUAL, "light"),
        (LIGHT, HIGH, "contrast"),
        (DARK, HIGH, "contrast"),
        (UNKNOWN, HIGH, "contrast"),
    ],
)
def test_that_the_desktop_decides(
    hints: Hints, scheme: Qt.ColorScheme, contrast: Qt.ContrastPreference, name: str
) -> None:
    hints.scheme, hints.access.contrast = scheme, contrast
    assert SystemTheme().name == name
    assert name in THEMES


def test_that_a_change_of_colours_is_told(hints: Hints) -> None:
    system, told = SystemTheme(), list[str]()
    system.changed.connect(told.append)
    hints.scheme = DARK
    hints.colorSchemeChanged.emit(DARK)
    hints.scheme = LIGHT
    hints.colorSchemeChanged.emit(LIGHT)
    assert told == ["dark", "light"]


def test_that_a_change_of_contrast_is_told(hints: Hints) -> None:
    system, told = SystemTheme(), list[str]()
    system.changed.connect(told.append)
    hints.access.contrast = HIGH
    hints.access.contrastPreferenceChanged.emit(HIGH)
    hints.access.contrast = USUAL
    hints.access.contrastPreferenceChanged.emit(USUAL)
    assert told == ["contrast", "light"]


def test_that_a_qt_that_knows_no_contrast_still_tells_dark_from_light(
    hints: Hints, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = SimpleNamespace(
        colorSchemeChanged=hints.colorSchemeChanged, colorScheme=hints.colorScheme
    )
    monkeypatch.setattr(QGuiApplication, "styleHints", lambda: older)
    system = SystemTheme()
    assert system.name == "light"
    hints.scheme = DARK
    assert system.name == "dark"


def test_that_the_real_hints_name_a_theme() -> None:
    assert SystemTheme().name in THEMES
