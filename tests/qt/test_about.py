"""The About window: what runs here, under which licences, readable and copied by anyone."""

import importlib
import platform
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError
from importlib.util import find_spec
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QGuiApplication, QTextCursor
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gradlab import __version__
from gradlab.qt import about
from gradlab.qt.about import AboutDialog, system_info


@pytest.fixture
def dialog(qtbot: QtBot) -> AboutDialog:
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    return dialog


def text(dialog: AboutDialog) -> QPlainTextEdit:
    found = dialog.findChild(QPlainTextEdit, "about_text")
    assert isinstance(found, QPlainTextEdit)
    return found


def button(dialog: AboutDialog, words: str) -> QPushButton:
    buttons = dialog.findChildren(QPushButton)
    (found,) = [each for each in buttons if each.text().replace("&", "") == words]
    return found


# --- what runs here


def line_of(name: str) -> str:
    (line,) = [line for line in system_info().splitlines() if line.startswith(f"{name} ")]
    return line


@pytest.mark.parametrize(
    ("name", "module"), [("NumPy", "numpy"), ("pyqtgraph", "pyqtgraph"), ("PySide6", "PySide6")]
)
def test_that_each_version_is_what_the_module_says_of_itself(name: str, module: str) -> None:
    said = importlib.import_module(module).__version__
    assert line_of(name).split()[1].rstrip(",") == said


def test_that_pytorchs_version_is_what_its_code_says() -> None:
    spec = find_spec("torch")  # which does not import it
    if spec is None or spec.origin is None:
        pytest.skip("PyTorch is not installed")
    code = Path(spec.origin).with_name("version.py").read_text("utf-8")
    assert f"'{line_of('PyTorch').split()[1]}'" in code


def test_that_gradlab_python_qt_and_the_machine_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "platform", lambda: "Windows-11-10.0.22631-SP0")
    lines = system_info().splitlines()
    assert lines[0] == f"gradlab {__version__}"
    assert lines[1].split()[:2] == ["Python", sys.version.split()[0]]
    assert lines[2] == f"Windows-11-10.0.22631-SP0, {platform.machine()}"
    assert "Qt 6." in lines[3]
    assert QGuiApplication.platformName() in lines[3]


def test_that_a_missing_package_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(distribution: str) -> str:
        if distribution == "torch":
            raise PackageNotFoundError(distribution)
        return "1.0"

    monkeypatch.setattr(about, "version", version)
    assert "PyTorch (not installed)" in system_info()
    assert "NumPy 1.0" in system_info()


def test_that_neither_pytorch_nor_a_window_is_needed_for_it() -> None:
    code = (
        "import sys; from gradlab.qt.about import system_info\n"
        "print(system_info()); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("\nFalse\n")


def test_that_nothing_of_the_user_is_in_it() -> None:
    assert str(Path.home()) not in system_info()
    assert platform.node() not in system_info().split()


# --- the window


def test_that_it_shows_versions_licences_and_authors(dialog: AboutDialog) -> None:
    shown = text(dialog).toPlainText()
    assert shown.startswith(system_info())
    licences = {
        "the gradlab authors": "MIT",
        "Qt": "LGPL",
        "pyqtgraph": "MIT",
        "NumPy": "BSD",
        "PyTorch": "BSD",
        "Pygments": "BSD",
        "Inter and JetBrains Mono": "Open Font License",
    }
    paragraphs = shown.removeprefix(system_info()).splitlines()
    for name, licence in licences.items():
        assert [line for line in paragraphs if name in line and licence in line], name


def test_that_copy_takes_the_versions_alone(qtbot: QtBot, dialog: AboutDialog) -> None:
    QGuiApplication.clipboard().setText("before")
    copy = button(dialog, "Copy system info")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == system_info()
    assert copy.text().replace("&", "") == "Copied"


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_that_it_closes_by_key(qtbot: QtBot, dialog: AboutDialog, key: Qt.Key) -> None:
    with qtbot.waitActive(dialog):
        dialog.show()
    qtbot.keyClick(dialog.focusWidget(), key)
    assert not dialog.isVisible()


def test_that_it_closes_by_its_button(qtbot: QtBot, dialog: AboutDialog) -> None:
    dialog.show()
    qtbot.mouseClick(button(dialog, "Close"), Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()


def test_that_its_text_is_plain_can_be_selected_but_not_changed(
    qtbot: QtBot, dialog: AboutDialog
) -> None:
    labels = [label for label in dialog.findChildren(QLabel) if label.text()]
    assert len(labels) == 2
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    before = text(dialog).toPlainText()
    qtbot.keyClick(text(dialog), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert text(dialog).textCursor().selectedText().replace("\u2029", "\n") == before
    text(dialog).moveCursor(QTextCursor.MoveOperation.Start)
    qtbot.keyClick(text(dialog), Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert text(dialog).textCursor().selectedText() == "g"
    qtbot.keyClick(text(dialog), Qt.Key.Key_X)
    assert text(dialog).toPlainText() == before


def test_that_tab_goes_through_all_of_it(qtbot: QtBot, dialog: AboutDialog) -> None:
    with qtbot.waitActive(dialog):
        dialog.show()
    stops = {text(dialog), button(dialog, "Copy system info"), button(dialog, "Close")}
    seen: set[QWidget] = set()
    for _ in stops:
        seen.add(dialog.focusWidget())
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    assert seen == stops
    dialog.close()


def test_that_a_screen_reader_has_a_name_for_each_stop(dialog: AboutDialog) -> None:
    assert dialog.windowTitle() == "About gradlab"
    assert text(dialog).accessibleName() == "Versions and licences"
    assert all(each.text() or each.accessibleName() for each in dialog.findChildren(QPushButton))


# --- its size


@pytest.fixture
def triple_font(qapp: QApplication) -> Iterator[int]:
    usual = qapp.font()
    large = qapp.font()
    large.setPixelSize(3 * QFontInfo(usual).pixelSize())
    qapp.setFont(large)
    yield large.pixelSize()
    qapp.setFont(usual)


def test_that_all_of_it_grows_with_the_font(triple_font: int, dialog: AboutDialog) -> None:
    dialog.show()
    parts = [*dialog.findChildren(QLabel), *dialog.findChildren(QPushButton), text(dialog)]
    assert {QFontInfo(part.font()).pixelSize() for part in parts} == {triple_font}
    (picture,) = [part for part in dialog.findChildren(QLabel) if not part.text()]
    assert picture.pixmap().height() >= 3 * triple_font
    for part in parts:
        if isinstance(part, QPushButton):
            assert part.height() >= triple_font
            words = part.fontMetrics().horizontalAdvance(part.text().replace("&", ""))
            assert part.width() >= words
    dialog.close()


def test_that_at_the_usual_size_no_version_is_broken_over_two_lines(dialog: AboutDialog) -> None:
    dialog.show()
    metrics = text(dialog).fontMetrics()
    for line in system_info().splitlines():
        assert metrics.horizontalAdvance(line) < text(dialog).viewport().width()
    dialog.close()
