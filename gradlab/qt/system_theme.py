"""The theme that the desktop asks for: light, dark, or of high contrast."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

SYSTEM = "system"


class SystemTheme(QObject):
    """Tells which theme fits the desktop, and when that changes.

    Many Linux desktops tell Qt nothing; the theme is then the light one.

    Signals:
        changed: Another theme fits now: its name.
    """

    changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        # kept: a chained call raised "already deleted" in PySide6 6.12
        self._hints = QGuiApplication.styleHints()
        self._hints.colorSchemeChanged.connect(self._tell)
        # Qt before 6.10 knows no preference for contrast
        self._access = (
            self._hints.accessibility() if hasattr(self._hints, "accessibility") else None
        )
        if self._access is not None:
            self._access.contrastPreferenceChanged.connect(self._tell)

    @property
    def name(self) -> str:
        """The name of the theme that fits."""
        if self._access is not None:
            contrast = self._access.contrastPreference()
            if contrast is Qt.ContrastPreference.HighContrast:
                return "contrast"
        return "dark" if self._hints.colorScheme() is Qt.ColorScheme.Dark else "light"

    def _tell(self) -> None:
        self.changed.emit(self.name)
