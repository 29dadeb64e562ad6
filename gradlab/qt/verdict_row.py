"""What came of a guess: right or not, the guess beside the outcome, and why."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gradlab.core.prediction import Verdict
from gradlab.qt.flow_layout import FlowLayout
from gradlab.qt.icons import icon
from gradlab.qt.theme import LIGHT, SMALL, TITLE, Theme

WORDS = {True: "Right", False: "Not so"}
ICONS = {True: "check", False: "cross"}
ICON, VALUE, RADIUS = 20, 18, 8  # pixels at 100 %
GAP = 10


class VerdictRow(QWidget):
    """A mark that says whether it was right, by word, icon and edge, beside both answers.

    Attributes:
        words: All of it in sentences.
    """

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        self._theme = LIGHT
        self._verdict: Verdict | None = None
        self._mark, self._icon, self._word = QFrame(), QLabel(), _label("verdict_word")
        self._mark.setObjectName("verdict_mark")
        self._names = [_label(""), _label("")]
        self._guess, self._outcome = _label("verdict_guess"), _label("verdict_outcome")
        self._difference, self._why = _label("verdict_difference"), _label("verdict_why")
        self._row = QWidget()
        self._build()

    def show_verdict(self, verdict: Verdict | None) -> None:
        """Show `verdict`; without one, forget the last, which may be asked again."""
        self._verdict = verdict
        self._word.setText(WORDS[verdict.right] if verdict else "")
        self._guess.setText(verdict.guess if verdict else "")
        self._outcome.setText(verdict.outcome if verdict else "")
        self._difference.setText(verdict.difference if verdict else "")
        self._difference.setVisible(bool(self._difference.text()))
        self._why.setText(verdict.why if verdict else "")
        self.words = _in_words(verdict) if verdict else ""
        self._recolour()

    def show_theme(self, theme: Theme) -> None:
        """Take the colours and sizes of `theme`."""
        self._theme = theme
        for name in self._names:
            name.setFont(theme.sans(SMALL))
        for answer in (self._guess, self._outcome, self._difference):
            answer.setFont(theme.sans(VALUE, bold=True))
        self._why.setFont(theme.sans(TITLE))
        layout = self._row.layout()
        assert layout is not None
        layout.setSpacing(theme.px(GAP))
        self._recolour()

    def _recolour(self) -> None:
        theme, right = self._theme, self._verdict is not None and self._verdict.right
        colour, line = (theme.fit, "solid") if right else (theme.raised, "dashed")
        self._mark.setStyleSheet(
            f"#verdict_mark {{ border: {theme.px(2)}px {line} {colour};"
            f" border-radius: {theme.px(RADIUS)}px }}"
        )
        self._word.setStyleSheet(
            f"color: {colour}; font-weight: 600; font-size: {theme.px(VALUE)}px"
        )
        size = theme.px(ICON)
        self._icon.setPixmap(icon(ICONS[right], colour, size).pixmap(QSize(size, size)))

    def _build(self) -> None:
        mark = QHBoxLayout(self._mark)
        mark.setContentsMargins(10, 6, 12, 6)
        mark.setSpacing(6)
        mark.addWidget(self._icon)
        mark.addWidget(self._word)
        flow = FlowLayout(self._row)
        flow.addWidget(self._mark)
        pairs = zip(self._names, ("guess", "outcome"), (self._guess, self._outcome), strict=True)
        for name, text, answer in pairs:
            name.setText(text)
            name.setProperty("role", "note")
            flow.addWidget(_cell(name, answer))
        flow.addWidget(self._difference)
        self._why.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._row)
        layout.addWidget(self._why)


def _cell(name: QLabel, answer: QLabel) -> QWidget:
    """Return both, one above the other."""
    cell = QWidget()
    layout = QVBoxLayout(cell)
    layout.setContentsMargins(6, 0, 14, 0)
    layout.setSpacing(0)
    layout.addWidget(name)
    layout.addWidget(answer)
    return cell


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _in_words(verdict: Verdict) -> str:
    difference = f", {verdict.difference}" if verdict.difference else ""
    return (
        f"{WORDS[verdict.right]}. The guess was {verdict.guess}{difference},"
        f" and the outcome is {verdict.outcome}. {verdict.why}"
    )
