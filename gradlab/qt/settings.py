"""What is remembered from one start to the next: typed, and never trusted when it is read."""

import base64
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Generic, Self, TypeVar, overload
from urllib.parse import quote, unquote

from PySide6.QtCore import QSettings, QStandardPaths

T = TypeVar("T")

DOCKS_VERSION = 1  # raise it when docks come, go or are renamed: an older state is then forgotten
LARGEST_FILE = 1_000_000  # bytes
LONGEST_TEXT = 1000  # characters


class Setting(Generic[T]):
    """One setting, declared in the body of `Settings`: an attribute that is kept in the file.

    Reading gives the default wherever the file holds nothing, or nothing that is valid.

    Args:
        key: Where it is kept, as "section/name".
        default: What it is at first.
        read: Makes a value of the kept text; raises ValueError where that cannot be.
        write: Makes the text of a value.
        valid: Says whether a value may be.
    """

    def __init__(
        self,
        key: str,
        default: T,
        read: Callable[[str], T],
        write: Callable[[T], str],
        valid: Callable[[T], bool] = lambda _: True,
    ) -> None:
        self.key, self.default = key, default
        self._read, self._write, self._valid = read, write, valid

    @overload
    def __get__(self, settings: None, owner: type) -> Self: ...
    @overload
    def __get__(self, settings: "Settings", owner: type) -> T: ...
    def __get__(self, settings: "Settings | None", owner: type) -> Self | T:
        if settings is None:
            return self
        try:
            value = self._read(settings.kept_text(self.key))
        except (ValueError, RecursionError):  # RecursionError: JSON that is nested a million deep
            return self.default
        return value if self._valid(value) else self.default

    def __set__(self, settings: "Settings", value: T) -> None:
        if not self._valid(value):
            raise ValueError(f"{self.key} cannot be {value!r}")
        settings.keep_text(self.key, self._write(value))


def _flag(key: str, default: bool) -> Setting[bool]:
    return Setting(key, default, _read_flag, lambda value: "true" if value else "false")


def _number(key: str, default: float, low: float, high: float) -> Setting[float]:
    return Setting(key, default, float, repr, lambda value: low <= value <= high)


def _choice(key: str, default: str, *others: str) -> Setting[str]:
    return Setting(key, default, str, str, lambda value: value in (default, *others))


def _text(key: str) -> Setting[str]:
    return Setting(key, "", str, str, _is_one_line)


def _state(key: str) -> Setting[bytes]:
    return Setting(key, b"", _read_state, _write_state)


def _states(key: str) -> Setting[Mapping[str, bytes]]:
    def valid(states: Mapping[str, bytes]) -> bool:
        return all(name and _is_one_line(name) for name in states)

    return Setting(key, MappingProxyType({}), _read_states, _write_states, valid)


def _read_flag(text: str) -> bool:
    return ("false", "true").index(text) == 1


def _read_state(text: str) -> bytes:
    version, _, coded = text.partition(":")
    if version != str(DOCKS_VERSION):
        raise ValueError("the state of other docks")
    return base64.b64decode(coded, validate=True)


def _write_state(state: bytes) -> str:
    return f"{DOCKS_VERSION}:{base64.b64encode(state).decode('ascii')}"


def _read_states(text: str) -> Mapping[str, bytes]:
    states = json.loads(text)
    if not isinstance(states, dict) or not all(isinstance(state, str) for state in states.values()):
        raise ValueError("not an object of states")
    return MappingProxyType({name: _read_state(state) for name, state in states.items()})


def _write_states(states: Mapping[str, bytes]) -> str:
    return json.dumps({name: _write_state(state) for name, state in states.items()})


def _is_one_line(text: str) -> bool:
    return len(text) <= LONGEST_TEXT and text.isprintable()


class Settings:
    """What is remembered, each as an attribute that can be read and set.

    Setting one saves it at once. A file that cannot be read is put aside, and everything then has
    its default; no trouble with the file ever raises.

    Args:
        path: The file; by default, the one that belongs to the program's name.

    Attributes:
        path: The file.
        trouble: What the user should know of the file, in one line, or "".
        theme: The name of the colours, or "system" for those of the desktop.
        zoom: How much larger than usual everything is; 1 is usual.
        presentation_screen: The `screen_key` of the screen to present on, or "".
        single_key_shortcuts: Whether a single letter or sign may be a shortcut.
        predicting: Whether the user is asked what a step will do before it is done.
        log_loss: Whether the loss has a logarithmic axis.
        geometry: What QMainWindow.saveGeometry() gave, or b"".
        docks: What QMainWindow.saveState() gave, or b"".
        layout: The name of the layout that was chosen last, or "".
        layouts: The state of the docks in each layout that the user has named.
    """

    theme = _choice("look/theme", "light", "dark", "contrast", "system")
    zoom = _number("look/zoom", 1.0, 0.5, 3.0)
    log_loss = _flag("look/log_loss", default=False)
    single_key_shortcuts = _flag("use/single_key_shortcuts", default=True)
    predicting = _flag("use/predicting", default=False)
    presentation_screen = _text("use/presentation_screen")
    geometry = _state("window/geometry")
    docks = _state("window/docks")
    layout = _text("window/layout")
    layouts = _states("window/layouts")

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or _usual_path()
        self.trouble = ""
        self._texts: dict[str, str] = {}
        self._lacking: dict[str, str] = {}  # what of them the file may not have yet
        self._file = self._open()

    def kept_text(self, key: str) -> str:
        """Return the text that is kept under `key`.

        Raises:
            ValueError: There is none, or it is not one of ours.
        """
        if key not in self._texts:
            raise ValueError(f"{key} has never been set")
        return unquote(self._texts[key], errors="strict")

    def keep_text(self, key: str, text: str) -> None:
        """Keep `text` under `key`, and save it; `trouble` says where that fails."""
        coded = quote(text, safe="")  # so that the file holds neither @ nor \; see _is_plain
        if self._texts.get(key) == coded:
            return  # to save is dear: it waits for the disk
        self._texts[key] = self._lacking[key] = coded
        if self._file is None:
            return
        for each, lacking in self._lacking.items():
            self._file.setValue(each, lacking)
        self._file.sync()
        self._lacking.clear()
        if self._file.status() != QSettings.Status.NoError or not self._is_whole():
            self._lacking.update(self._texts)
            self.trouble = (
                f"The settings cannot be saved in {self.path}; they hold until the program ends."
            )

    def _is_whole(self) -> bool:
        """Return whether the file has a line for each text, since Qt does not see a full disk."""
        try:
            text = self.path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return False
        lines = [line for line in text.splitlines() if "=" in line]
        return len(lines) >= len(self._texts) and text.endswith("\n")

    def _open(self) -> QSettings | None:
        """Read the file and return it, or None where it cannot be used."""
        if _is_plain(self.path) and (file := self._read()) is not None:
            return file
        try:
            kept = _put_aside(self.path)
        except OSError:
            self.trouble = (
                f"The settings in {self.path} could not be read; they are as new,"
                " and hold until the program ends."
            )
            return None
        self.trouble = (
            f"The settings could not be read; they are as new. The damaged file is kept as {kept}."
        )
        return self._read()

    def _read(self) -> QSettings | None:
        """Read every text of the file; None: it is not in the format."""
        file = QSettings(str(self.path), QSettings.Format.IniFormat)
        texts = {key: file.value(key) for key in file.allKeys()}
        if file.status() == QSettings.Status.FormatError:  # known only after all has been read
            return None
        # a text with a comma in it, written by hand, comes as a list
        self._texts = {key: text for key, text in texts.items() if isinstance(text, str)}
        return file


def _usual_path() -> Path:
    place = QStandardPaths.StandardLocation.AppConfigLocation
    return Path(QStandardPaths.writableLocation(place)) / "settings.ini"


def _is_plain(path: Path) -> bool:
    r"""Return whether QSettings may read the file: there is none, or it is text without @ and \.

    `@Variant(...)`, and what an escape makes into it, may hold a pickle, and PySide6 runs that as
    soon as the file is read. We write neither; so nothing that is in a settings file is ever run.
    """
    try:
        if path.exists() and not path.is_file():
            return False  # a folder; or a pipe, which would keep us waiting
        with path.open("rb") as file:
            text = file.read(LARGEST_FILE + 1).decode("utf-8")
    except FileNotFoundError:
        return True
    except (OSError, UnicodeDecodeError):
        return False
    return len(text) <= LARGEST_FILE and "@" not in text and "\\" not in text


def _put_aside(path: Path) -> Path:
    """Rename what is at `path`, beside any that were put aside before; return its new path.

    Raises:
        OSError: It cannot be renamed.
    """
    kept = path.with_name(f"{path.name}.damaged")
    number = 2
    while kept.exists() or kept.is_symlink():
        kept = path.with_name(f"{path.name}.damaged-{number}")
        number += 1
    return path.rename(kept)
