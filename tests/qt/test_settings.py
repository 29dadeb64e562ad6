"""The settings: what comes back at the next start, and what becomes of a file that is damaged."""

import base64
import configparser
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

import pytest
from PySide6.QtCore import QCoreApplication, QSettings, QStandardPaths
from typing_extensions import override

from gradlab.qt.settings import Setting, Settings

FRESH: dict[str, object] = {
    "theme": "light",
    "zoom": 1.0,
    "log_loss": False,
    "single_key_shortcuts": True,
    "predicting": False,
    "presentation_screen": "",
    "geometry": b"",
    "docks": b"",
    "layout": "",
    "layouts": {},
}
CHOSEN: dict[str, object] = {
    "theme": "contrast",
    "zoom": 1.7,
    "log_loss": True,
    "single_key_shortcuts": False,
    "predicting": True,
    "presentation_screen": "\\\\.\\DISPLAY2 (@Point(1 2)) 50 %",
    "geometry": bytes(range(256)),
    "docks": b"\x00\xff@Variant(\\",
    "layout": "Große, Übersicht",
    "layouts": {"Große, Übersicht": b"\x00\x01", "b": b""},
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


def all_of(settings: Settings) -> dict[str, object]:
    values = {name: getattr(settings, name) for name in FRESH}
    values["layouts"] = dict(values["layouts"])
    return values


def choose(settings: Settings, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(settings, name, value)


def read(path: Path, text: str) -> Settings:
    path.write_text(text, "utf-8")
    return Settings(path)


# --- what comes back


def test_that_every_setting_has_a_place_of_its_own_and_is_tried_here() -> None:
    declared = {n: each for n, each in vars(Settings).items() if isinstance(each, Setting)}
    assert declared.keys() == FRESH.keys() == CHOSEN.keys()
    assert len({each.key for each in declared.values()}) == len(declared)
    assert not [name for name in FRESH if FRESH[name] == CHOSEN[name]]
    assert all(name in (Settings.__doc__ or "") for name in declared)


def test_that_without_a_file_all_is_as_new_and_none_is_made(path: Path) -> None:
    settings = Settings(path)
    assert all_of(settings) == FRESH
    assert settings.trouble == ""
    assert not path.exists()


def test_that_what_was_chosen_is_there_at_the_next_start(path: Path) -> None:
    choose(Settings(path), CHOSEN)
    again = Settings(path)
    assert all_of(again) == CHOSEN
    assert again.trouble == ""


def test_that_it_is_there_in_another_process_with_its_type(path: Path) -> None:
    """Within one process, QSettings remembers types that the file does not have."""
    choose(Settings(path), CHOSEN)
    code = (
        "import sys; from pathlib import Path; from gradlab.qt.settings import Settings\n"
        "settings = Settings(Path(sys.argv[1]))\n"
        "values = {name: getattr(settings, name) for name in sys.argv[2:]}\n"
        "values['layouts'] = dict(values['layouts'])\n"
        "print(ascii(values))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), *FRESH], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == (f"{CHOSEN!a}\n", "")


def test_that_it_is_in_the_file_at_once_in_a_form_others_can_read(path: Path) -> None:
    settings = Settings(path)
    settings.zoom = 1.1
    settings.log_loss = True
    settings.layout = "a, b"
    settings.docks = b"\x00\xff"
    file = configparser.ConfigParser(interpolation=None)
    file.read(path, "utf-8")
    assert file["look"]["zoom"] == "1.1"
    assert file["look"]["log_loss"] == "true"
    assert unquote(file["window"]["layout"]) == "a, b"
    assert unquote(file["window"]["docks"]) == "1:" + base64.b64encode(b"\x00\xff").decode()


def test_that_what_is_set_holds_at_once(path: Path) -> None:
    settings = Settings(path)
    choose(settings, CHOSEN)
    assert all_of(settings) == CHOSEN
    choose(settings, FRESH)
    assert all_of(settings) == FRESH == all_of(Settings(path))


def test_that_one_setting_leaves_the_others_and_those_of_later_versions(path: Path) -> None:
    read(path, "[look]\nzoom=2.0\nsparkle=7\n[later]\nx=y\n").theme = "dark"
    assert (Settings(path).zoom, Settings(path).theme) == (2.0, "dark")
    text = path.read_text()
    assert "sparkle=7" in text
    assert "x=y" in text


def test_that_what_another_window_has_saved_meanwhile_stays(path: Path) -> None:
    settings = Settings(path)
    settings.zoom = 2.0
    path.write_text("[look]\nzoom=1.25\nlog_loss=true\n")
    settings.theme = "dark"
    again = Settings(path)
    assert (again.zoom, again.log_loss, again.theme) == (1.25, True, "dark")


def test_that_the_same_value_again_does_not_touch_the_file(path: Path) -> None:
    settings = Settings(path)
    settings.zoom = 2.0
    path.unlink()
    settings.zoom = 2.0
    assert not path.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("zoom", 0.49),
        ("zoom", 3.01),
        ("zoom", float("nan")),
        ("presentation_screen", "two\nlines"),
        ("presentation_screen", "half a sign: \ud800"),
        ("layout", "x" * 1001),
        ("layouts", {"": b""}),
    ],
)
def test_that_what_may_not_be_is_refused_and_changes_nothing(
    path: Path, name: str, value: object
) -> None:
    settings = Settings(path)
    choose(settings, CHOSEN)
    with pytest.raises(ValueError, match="cannot be"):
        setattr(settings, name, value)
    assert all_of(settings) == CHOSEN == all_of(Settings(path))


# --- a value that is wrong


@pytest.mark.parametrize(
    ("section", "line", "name"),
    [
        ("look", "theme=pink", "theme"),
        ("look", "theme=", "theme"),
        ("look", "theme=light, dark", "theme"),
        ("look", "zoom=large", "zoom"),
        ("look", "zoom=0.4999", "zoom"),
        ("look", "zoom=3.0001", "zoom"),
        ("look", "zoom=nan", "zoom"),
        ("look", "zoom=-inf", "zoom"),
        ("look", "zoom=1e999", "zoom"),
        ("look", "zoom=true", "zoom"),
        ("look", "zoom=1,5", "zoom"),
        ("look", "log_loss=1", "log_loss"),
        ("use", "single_key_shortcuts=", "single_key_shortcuts"),
        ("use", "presentation_screen=a%0Ab", "presentation_screen"),
        ("use", "presentation_screen=%FF", "presentation_screen"),
        ("use", "presentation_screen=" + "x" * 1001, "presentation_screen"),
        ("window", "geometry=1:AA!AA", "geometry"),
        ("window", "geometry=1:AAA", "geometry"),
        ("window", "geometry=AAAA", "geometry"),
        ("window", "docks=0:AAAA", "docks"),
        ("window", "docks=2:AAAA", "docks"),
        ("window", "docks=1:ü", "docks"),
        ("window", "layouts=%5B%5D", "layouts"),
        ("window", "layouts=%7B%22a%22%3A1%7D", "layouts"),
        ("window", "layouts=%7B%22a%22%3A%222%3AAAAA%22%7D", "layouts"),
        ("window", "layouts=no", "layouts"),
    ],
)
def test_that_a_wrong_value_gives_the_default_of_that_one_alone(
    path: Path, section: str, line: str, name: str
) -> None:
    other = "theme=dark" if name != "theme" else "zoom=2.5"
    rest = {"look": "", "use": "", "window": ""}
    rest["look"] = f"{other}\n"
    rest[section] += f"{line}\n"
    settings = read(path, "".join(f"[{key}]\n{text}" for key, text in rest.items()))
    right = {"theme": "dark"} if name != "theme" else {"zoom": 2.5}
    assert all_of(settings) == FRESH | right
    assert settings.trouble == ""


def test_that_a_wrong_value_can_be_set_right(path: Path) -> None:
    read(path, "[look]\nzoom=large\n").zoom = 1.0
    assert "zoom=1.0" in path.read_text()


# --- a file that is damaged

DAMAGED = {
    "not text": b"\xff\xfe\x00garbage",
    "not UTF-8": "[window]\nlayout=caf\xe9\n".encode("latin-1"),
    "zeros, as after a power cut": bytes(200),
    "zeros at the end": b"[look]\nzoom=2.0\n" + bytes(200),
    "a section that does not end": b"[look\nzoom=2.0\n",
    "a line without a value": b"[look]\nzoom=2.0\nnonsense\n",
    "a value of Qt's": b"[look]\nzoom=@Point(1 2)\n",
    "an escape": b"[look]\nzoom=\\x32\n",
    "far too long": b"[look]\nzoom=2.0\n" + b"x=12345678\n" * 100_000,
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_that_a_damaged_file_is_kept_aside_and_all_is_as_new(path: Path, damage: bytes) -> None:
    path.write_bytes(damage)
    settings = Settings(path)
    kept = path.with_name("settings.ini.damaged")
    assert all_of(settings) == FRESH
    assert settings.trouble == (
        f"The settings could not be read; they are as new. The damaged file is kept as {kept}."
    )
    assert kept.read_bytes() == damage
    choose(settings, CHOSEN)
    again = Settings(path)
    assert (all_of(again), again.trouble) == (CHOSEN, "")
    assert kept.read_bytes() == damage


def test_that_what_was_put_aside_earlier_stays(path: Path) -> None:
    names = ["settings.ini.damaged", "settings.ini.damaged-2", "settings.ini.damaged-3"]
    for number, name in enumerate(names):
        path.write_bytes(b"[damage %d" % number)
        assert name in Settings(path).trouble
    assert [path.with_name(name).read_bytes()[-1:] for name in names] == [b"0", b"1", b"2"]


class Bomb:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @override
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (os.mkdir, (str(self.folder),))


@pytest.mark.parametrize(("plain", "written"), [("@Variant(", "@Variant("), ("@", "\\x40")])
def test_that_a_pickle_in_the_file_is_never_run(
    path: Path, tmp_path: Path, plain: str, written: str
) -> None:
    ran = tmp_path / "ran"
    hostile = QSettings(str(path), QSettings.Format.IniFormat)
    hostile.setValue("look/theme", Bomb(ran))
    hostile.sync()
    del hostile
    text = path.read_text().replace(plain, written)
    assert "PyObjectWrapper" in text
    path = tmp_path / "another.ini"  # Qt remembers the first one as it was written
    path.write_text(text)
    settings = Settings(path)
    assert not ran.exists()
    assert settings.theme == "light"
    assert "another.ini.damaged" in settings.trouble
    pickle.loads(pickle.dumps(Bomb(ran)))  # and it would have made the folder
    assert ran.exists()


def test_that_a_folder_in_its_place_is_put_aside(path: Path) -> None:
    path.mkdir()
    (path / "inside").touch()
    settings = Settings(path)
    assert path.with_name("settings.ini.damaged").joinpath("inside").exists()
    settings.theme = "dark"
    assert path.is_file()
    assert Settings(path).theme == "dark"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_that_a_pipe_in_its_place_does_not_keep_the_program_waiting(path: Path) -> None:
    os.mkfifo(path)
    assert "could not be read" in Settings(path).trouble
    assert path.with_name("settings.ini.damaged").is_fifo()


def test_that_a_file_that_may_not_be_read_is_put_aside(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text("[look]\nzoom=2.0\n")
    usual = Path.open

    def refuse(self: Path, mode: str) -> object:
        if self == path:
            raise PermissionError(13, "Permission denied", str(path))
        return usual(self, mode)

    monkeypatch.setattr(Path, "open", refuse)
    settings = Settings(path)
    monkeypatch.undo()
    assert all_of(settings) == FRESH
    assert path.with_name("settings.ini.damaged").read_text() == "[look]\nzoom=2.0\n"


# --- a place that cannot be written


def test_that_a_damaged_file_that_cannot_be_moved_is_left_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied", str(self))

    path.write_bytes(b"[look\nzoom=2.0\n")
    monkeypatch.setattr(Path, "rename", refuse)
    settings = Settings(path)
    choose(settings, CHOSEN)
    assert all_of(settings) == CHOSEN  # until the program ends
    assert settings.trouble == (
        f"The settings in {path} could not be read; they are as new,"
        " and hold until the program ends."
    )
    assert path.read_bytes() == b"[look\nzoom=2.0\n"
    assert [each.name for each in path.parent.iterdir()] == ["settings.ini"]


def test_that_a_place_inside_a_file_raises_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    settings = Settings(tmp_path / "file" / "settings.ini")
    settings.zoom = 2.0
    assert settings.zoom == 2.0
    assert "could not be read" in settings.trouble
    assert (tmp_path / "file").read_text() == "not a folder"


def test_that_what_cannot_be_saved_holds_and_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    path = folder / "settings.ini"
    settings = Settings(path)
    folder.write_text("in the way")  # a file where the folder would be made
    assert settings.trouble == ""
    settings.zoom = 2.0
    assert settings.trouble == (
        f"The settings cannot be saved in {path}; they hold until the program ends."
    )
    settings.theme = "dark"
    assert (settings.zoom, settings.theme) == (2.0, "dark")


def lines_up_to(text: bytes, count: int) -> int:
    return len(b"".join(text.splitlines(keepends=True)[:count]))


@pytest.mark.parametrize("cut", ["in a value", "after a line", "to nothing", "away"])
def test_that_a_file_cut_short_by_a_full_disk_is_said(
    path: Path, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    """Qt takes what could be written for the whole, and puts it in the old file's place."""
    settings = Settings(path)
    choose(settings, CHOSEN)
    usual = QSettings.sync

    def sync(file: QSettings) -> None:
        usual(file)
        text = path.read_bytes()
        sizes = {"in a value": len(text) - 9, "after a line": lines_up_to(text, 9), "to nothing": 0}
        if cut in sizes:
            os.truncate(path, sizes[cut])
        else:
            path.unlink()

    monkeypatch.setattr(QSettings, "sync", sync)
    assert settings.trouble == ""
    settings.theme = "dark"
    assert "cannot be saved" in settings.trouble
    monkeypatch.undo()
    settings.zoom = 2.0  # there is room again
    assert all_of(Settings(path)) == CHOSEN | {"theme": "dark", "zoom": 2.0}


def test_that_a_second_look_at_a_file_that_cannot_be_saved_leaves_it_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(path)
    settings.theme = "dark"
    monkeypatch.setattr(QSettings, "status", lambda _: QSettings.Status.AccessError)
    again = Settings(path)
    assert again.theme == "dark"
    assert again.trouble == ""
    assert not path.with_name("settings.ini.damaged").exists()


# --- where it is


def test_that_the_file_is_where_the_desktop_keeps_settings() -> None:
    usual = QCoreApplication.applicationName()
    QStandardPaths.setTestModeEnabled(True)
    QCoreApplication.setApplicationName("gradlab")
    try:
        path = Settings().path
    finally:
        QCoreApplication.setApplicationName(usual)
        QStandardPaths.setTestModeEnabled(False)
    assert path.name == "settings.ini"
    assert path.parent.name == "gradlab"
    assert path.is_absolute()


@pytest.mark.skipif(sys.platform != "linux", reason="XDG_CONFIG_HOME is Linux's")
def test_that_it_is_in_the_folder_that_linux_names(tmp_path: Path) -> None:
    code = (
        "from PySide6.QtCore import QCoreApplication as app\n"
        "from gradlab.qt.settings import Settings\n"
        "app.setApplicationName('gradlab'); Settings().zoom = 2.0"
    )
    environment = os.environ | {"XDG_CONFIG_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert "zoom=2.0" in (tmp_path / "gradlab" / "settings.ini").read_text()
