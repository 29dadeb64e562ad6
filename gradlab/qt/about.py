"""What gradlab is made of: versions, licences, and what to copy into a report."""

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from gradlab import __version__
from gradlab.qt.icons import app_icon

PURPOSE = "Step a real PyTorch training loop by hand and see what autograd does."
LICENCES = """\
Copyright (c) the gradlab authors. gradlab is free software under the MIT licence.

It stands on the work of others:
Qt, by way of PySide6: GNU LGPL, version 3. It is used unchanged, as a library of its own that may be replaced by another version; its source is at https://code.qt.io and the licence at https://www.gnu.org/licenses/lgpl-3.0.html
pyqtgraph: MIT licence
NumPy: BSD licence
PyTorch: BSD licence
Pygments: BSD licence
The fonts Inter and JetBrains Mono: SIL Open Font License 1.1"""  # noqa: E501  # the window wraps


def system_info() -> str:
    """Return the versions of all that runs here, one a line, for a report."""
    return "\n".join(
        (
            f"gradlab {__version__}",
            f"Python {platform.python_version()} ({platform.python_implementation()})",
            f"{platform.platform()}, {platform.machine()}",
            f"PySide6 {_version('PySide6-Essentials')}, Qt {qVersion()},"
            f" {QGuiApplication.platformName()} display",
            f"pyqtgraph {_version('pyqtgraph')}",
            f"PyTorch {_version('torch')}",
            f"NumPy {_version('numpy')}",
        )
    )


def _version(distribution: str) -> str:
    """Return the version that is installed, without importing what may take seconds."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "(not installed)"


class AboutDialog(QDialog):
    """The window that Help, About opens. Its text can be selected, and grows with the font."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About gradlab")
        self._text = _Text(f"{system_info()}\n\n{LICENCES}")
        self._copy = QPushButton("Co&py system info")
        self._copy.setObjectName("copy_button")
        self._copy.setAccessibleDescription("Copies the versions of all that runs here")
        self._copy.clicked.connect(self._copy_info)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self._copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(self._heading())
        layout.addWidget(self._text, 1)
        layout.addWidget(buttons)
        buttons.button(QDialogButtonBox.StandardButton.Close).setFocus()  # and so Return's

    def _heading(self) -> QHBoxLayout:
        """Return the icon, and the name and purpose beside it."""
        picture = QLabel()
        size = self.fontMetrics().height() * 3
        picture.setPixmap(app_icon().pixmap(QSize(size, size), self.devicePixelRatio()))
        name = _label(f"gradlab {__version__}")
        bold = QFont(name.font())
        bold.setBold(True)
        name.setFont(bold)
        words = QVBoxLayout()
        words.addWidget(name)
        words.addWidget(_label(PURPOSE))
        heading = QHBoxLayout()
        heading.addWidget(picture)
        heading.addLayout(words, 1)
        return heading

    def _copy_info(self) -> None:
        QGuiApplication.clipboard().setText(system_info())
        self._copy.setText("Co&pied")


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


class _Text(QPlainTextEdit):
    """The versions and licences, as many lines as a screen has room for."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setObjectName("about_text")
        self.setAccessibleName("Versions and licences")
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    @override
    def sizeHint(self) -> QSize:
        """Return room for some twenty lines of the present font."""
        metrics = self.fontMetrics()
        return QSize(metrics.averageCharWidth() * 72, metrics.lineSpacing() * 21)
