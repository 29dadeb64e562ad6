"""The counts of a closed vote as bars."""

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from gradlab.core.vote import LETTERS, Tally
from gradlab.qt.fonts import sans
from gradlab.qt.theme import LIGHT, SMALL, Theme

PITCH = 112  # pixels at 100 % from one choice to the next, as all that follows
LEAST_PITCH = 40  # where there is little room
WORDY = 60  # from where on there is room for more than the letter of a choice
HEIGHT = 94
BAR = 26
LINE = 18  # for the counts above the bars, and for the choices under them
STUMP = 1.5  # of a bar for no ballot: a line that shows where it would stand


class VoteChart(QWidget):
    """A bar for each choice; of a vote in two rounds the first hollow, the second filled.

    It is hidden, and says nothing, while a vote is open.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("vote_chart")
        self.setAccessibleName("The class's vote")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._tally: Tally | None = None
        self._outcome = ""
        self._theme = LIGHT
        self.hide()

    def show_tally(self, tally: Tally | None, outcome: str = "") -> None:
        """Show the counts of a closed vote; of an open one, or of none, nothing.

        Args:
            tally: What may be seen of the vote.
            outcome: Which choice came true, or "" where that is not known yet.
        """
        self._tally = None if tally is None or tally.open else tally
        self._outcome = outcome
        words = "" if self._tally is None else in_words(self._tally)
        self.setAccessibleDescription(words)
        self.setVisible(self._tally is not None)
        self.updateGeometry()
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Take the colours and the size of `theme`."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        """Return room for all choices side by side."""
        return self._size(PITCH)

    @override
    def minimumSizeHint(self) -> QSize:
        """Return room for the letters and the counts, and no more."""
        return self._size(LEAST_PITCH)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bars with their counts above and their choices below."""
        if self._tally is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self._theme.zoom, self._theme.zoom)
        painter.setPen(QPen(QColor(self._theme.control), 1))
        base, width = HEIGHT - LINE - 1, self.width() / self._theme.zoom
        painter.drawLine(QLineF(0, base, width, base))
        pitch = width / len(self._tally.choices)
        for place in range(len(self._tally.choices)):
            column = QRectF(pitch * place, 0, pitch, base)
            self._paint_choice(painter, self._tally, place, column)

    def _size(self, pitch: int) -> QSize:
        n = 0 if self._tally is None else len(self._tally.choices)
        return QSize(self._theme.px(pitch * n), self._theme.px(HEIGHT))

    def _paint_choice(self, painter: QPainter, tally: Tally, place: int, column: QRectF) -> None:
        """Paint what one choice got, its bars standing at the bottom of `column`."""
        rounds = [counts[place] for counts in (tally.first, tally.counts) if counts]
        most = max(*tally.first, *tally.counts, 1)
        base, middle = column.bottom(), column.center().x()
        reach = column.height() - LINE - 2
        wide = min(BAR, (column.width() - 6) / len(rounds))
        left, top = middle - wide * len(rounds) / 2, base
        for i, count in enumerate(rounds):
            height = max(reach * count / most, STUMP)
            bar = QRectF(left + wide * i + 2, base - height, wide - 4, height)
            self._paint_bar(painter, bar, filled=i == len(rounds) - 1)
            top = min(top, bar.top())
        above = QRectF(column.left(), top - LINE, column.width(), LINE)
        self._write(painter, " → ".join(str(count) for count in rounds), above, bold=True)
        came = tally.choices[place] == self._outcome
        choice = f"  {tally.choices[place]}" if column.width() >= WORDY else ""
        words = f"{'✓ ' if came else ''}{LETTERS[place]}{choice}"
        below = QRectF(column.left() + 3, base + 1, column.width() - 6, LINE)
        self._write(painter, words, below, bold=came)

    def _paint_bar(self, painter: QPainter, bar: QRectF, filled: bool) -> None:
        accent = QColor(self._theme.accent)
        painter.setPen(QPen(accent, 1.5))
        painter.setBrush(accent if filled else QColor(self._theme.panel))
        painter.drawRect(bar)

    def _write(self, painter: QPainter, words: str, box: QRectF, bold: bool) -> None:
        painter.setFont(sans(SMALL, bold))
        painter.setPen(QColor(self._theme.text))
        metrics = painter.fontMetrics()
        elided = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, elided)


def in_words(tally: Tally) -> str:
    """Return the counts of a closed vote, also those of its first round."""
    total = count_in_words(tally.total)
    words = f"{total}: {_listed(tally, tally.counts)}."
    return f"{words} In the first round: {_listed(tally, tally.first)}." if tally.first else words


def count_in_words(total: int) -> str:
    """Return how many ballots were cast."""
    return "1 vote" if total == 1 else f"{total} votes"


def _listed(tally: Tally, counts: tuple[int, ...]) -> str:
    rows = zip(LETTERS, tally.choices, counts, strict=False)  # fewer choices than letters
    return "; ".join(f"{letter}, {choice}: {count}" for letter, choice, count in rows)
