"""The question before a statement, the class's vote on it, and what came of the guess."""

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid
from typing_extensions import override

from gradlab.core.prediction import Question, Score, Verdict
from gradlab.core.snapshot import Snapshot
from gradlab.core.vote import LETTERS, Tally
from gradlab.qt.flow_layout import FlowLayout
from gradlab.qt.guess_field import ENTER, BarButton, NumberGuess
from gradlab.qt.theme import BODY, LARGE, LIGHT, SMALL, TITLE, Theme
from gradlab.qt.verdict_row import VerdictRow
from gradlab.qt.vote_chart import VoteChart, count_in_words

SIZES = (LARGE, 19, 17)  # of a question, in pixels at 100 %
GAP = 8
LEAST = 106  # pixels at 100 %, so that the panels above do not jump when a guess is judged
COMPACT_SIZES = (*SIZES, TITLE, SMALL)
CHART, COMPACT_CHART = 0.3, 0.22  # of the width, at most
KEYS = "Keys: A to {last}, or Tab and Space."
VOTING_KEYS = "Keys: A to {last} count one, Backspace takes the last back, Enter closes."
PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class PredictionBar(QFrame):
    """Hidden unless something is asked, or a guess has just been judged.

    With the focus in it, A to D choose an answer. While a vote is open they count a ballot,
    Backspace takes the last one back, and Enter closes the vote; no more than their number is told
    of the ballots until then.

    Args:
        compact: Whether there is little room: the keys are told elsewhere, the question is small.

    Signals:
        guessRequested: The guess: a choice as str, or a number as float.
        revealRequested: Run the statement without a guess.
        voteOpened: Let the class vote.
        voteCast: Count a ballot for the choice of this letter.
        voteUndone: Take the last ballot back.
        voteClosed: Take no more ballots, and show the counts.
        voteReopened: Let the class vote again.
    """

    guessRequested = Signal(object)
    revealRequested = Signal()
    voteOpened = Signal()
    voteCast = Signal(str)
    voteUndone = Signal()
    voteClosed = Signal()
    voteReopened = Signal()

    def __init__(self, compact: bool = False) -> None:
        super().__init__()
        self._compact = compact
        self.setObjectName("prediction_bar")
        self.setAccessibleName("Prediction")
        self.setProperty("role", "panel")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # a click beside the buttons brings the keys
        self._theme = LIGHT
        self._question: Question | None = None
        self._tally: Tally | None = None
        self._came_from: QWidget | None = None
        self._edge = QFrame()
        self._text = _label("prediction_question")
        self._text.setAccessibleName("What will happen")
        self._score = _label("prediction_score", "note")
        self._choices = [_button(f"choice_{letter}", "") for letter in LETTERS]
        self._number = NumberGuess()
        self._vote = _button("vote_button", "Vote", "Let the class vote first")
        self._total = _label("vote_total")
        self._undo = _button("vote_undo_button", "Take the last back", "Backspace")
        self._close = _button("vote_close_button", "Close the vote", "Enter")
        self._again = _button("vote_again_button", "Vote again", "Vote once more after a talk")
        self._reveal = _button("reveal_button", "Show me", "Run it without a guess")
        self._asking = QWidget()
        self._judged = VerdictRow()
        self._hint = _label("prediction_hint", "note")
        self._message = _label("prediction_message", "message")
        self._chart = VoteChart()
        self._text.setWordWrap(True)
        self._hint.setWordWrap(True)
        self._message.setWordWrap(True)
        self._build()
        self._connect()
        self.hide()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show what is asked, or what came of the guess; otherwise nothing."""
        focus = self._own_focus()
        question, fresh = snapshot.question, snapshot.question != self._question
        self._question, self._tally = question, snapshot.vote
        if fresh:
            self._number.begin(question.number_label if question else "")
        if question is None and focus is not None:
            self._give_focus_back()
        if question is not None:
            self._show_question(question)
        else:
            self._show_verdict(snapshot.verdict, snapshot.score)
        self._show_score(snapshot.score)
        self._asking.setVisible(question is not None)
        self._hint.setVisible(self._hinting)
        self._judged.setVisible(question is None and snapshot.verdict is not None)
        self.setVisible(question is not None or snapshot.verdict is not None)
        if question is not None:
            self._place_focus(fresh, focus)
        self._make_room()

    def show_theme(self, theme: Theme) -> None:
        """Take the colours and sizes of `theme`."""
        self._theme = theme
        self._edge.setFixedWidth(theme.px(6))
        self._edge.setStyleSheet(f"background: {theme.accent}; border-radius: {theme.px(3)}px")
        self._total.setFont(theme.sans(TITLE, bold=True))
        for button in self._choices:
            button.setFont(theme.sans(TITLE))
        for view in (self._number, self._judged, self._chart):
            view.show_theme(theme)
        layout = self._asking.layout()
        assert layout is not None
        layout.setSpacing(theme.px(GAP))
        self._fit()
        self._make_room()

    def show_refusal(self, message: str) -> None:
        """Say why a guess was not taken; "" says nothing."""
        self._message.setText(message)
        self._message.setVisible(bool(message))
        self._hint.setVisible(self._hinting)
        self._make_room()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the size of the question anew, and leave the chart its part."""
        super().resizeEvent(event)
        share = COMPACT_CHART if self._compact else CHART
        self._chart.setMaximumWidth(round(share * event.size().width()))
        self._fit()
        self._make_room()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Take the focus, where there is something to answer."""
        super().showEvent(event)
        if self._question is not None:
            self._place_focus(fresh=True, before=self._own_focus())

    @override
    def event(self, event: QEvent) -> bool:
        """Ask for room anew when something in the bar has changed its size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._make_room()
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose or count by letter; other keys are left to the window."""
        if event.modifiers() & ~PLAIN or not self._act_on(event):
            super().keyPressEvent(event)

    @property
    def _hinting(self) -> bool:
        return self._question is not None and not (self._message.text() or self._compact)

    @property
    def _voting(self) -> bool:
        return self._tally is not None and self._tally.open

    def _act_on(self, event: QKeyEvent) -> bool:
        """Do what the key stands for, and return whether it stands for anything here."""
        letter = event.text().upper()
        if self._question is None:
            return False
        if len(letter) == 1 and letter in LETTERS[: len(self._question.choices)]:
            if not event.isAutoRepeat():  # a key that is held is one ballot
                self._answer(LETTERS.index(letter))
            return True
        if self._voting and event.key() == Qt.Key.Key_Backspace:
            self.voteUndone.emit()
            return True
        if self._voting and event.key() in ENTER:
            if not event.isAutoRepeat():
                self.voteClosed.emit()
            return True
        return False

    def _answer(self, place: int) -> None:
        """Count a ballot for the choice at `place`, or take it as the guess."""
        if self._question is None:
            return
        if self._voting:
            self.voteCast.emit(LETTERS[place])
        else:
            self.guessRequested.emit(self._question.choices[place])

    def _show_question(self, question: Question) -> None:
        voting, tally = self._voting, self._tally
        for letter, button in zip(LETTERS, self._choices, strict=True):
            place = LETTERS.index(letter)
            button.setVisible(place < len(question.choices))
            if place < len(question.choices):
                choice = question.choices[place]
                button.setText(f"{letter} +  {choice}" if voting else f"{letter}  {choice}")
                named = f"One vote for {letter}, {choice}" if voting else f"{letter}, {choice}"
                button.setAccessibleName(named)
        instead = tally is not None if self._compact else voting  # of typing a number
        self._number.setVisible(bool(question.number) and not instead)
        self._vote.setVisible(tally is None)
        for widget in (self._total, self._undo, self._close):
            widget.setVisible(voting)
        self._again.setVisible(tally is not None and not voting)
        self._reveal.setVisible(not voting)
        keys = VOTING_KEYS if voting else KEYS
        self._judged.show_verdict(None)
        self._hint.setText(keys.format(last=LETTERS[len(question.choices) - 1]))
        total = count_in_words(tally.total) if tally is not None else ""
        self._total.setText(total)
        self._chart.show_tally(tally)
        self._show_text(question.text)
        listed = (f"{a}, {b}." for a, b in zip(LETTERS, question.choices, strict=False))
        number = [f"Or type {question.number_label}."] if question.number else []
        votes = [f"{total}."] if total else []
        self.setAccessibleDescription(" ".join([question.text, *listed, *number, *votes]))

    def _show_verdict(self, verdict: Verdict | None, score: Score) -> None:
        self._judged.show_verdict(verdict)
        self._chart.show_tally(
            verdict.vote if verdict else None, verdict.outcome if verdict else ""
        )
        self._show_text(verdict.question.text if verdict else "")
        told = f"{self._judged.words} {score_in_words(score)}." if verdict else ""
        self.setAccessibleDescription(told)

    def _show_text(self, text: str) -> None:
        self._text.setText(text)
        self._text.setAccessibleDescription(text)
        self._fit()

    def _show_score(self, score: Score) -> None:
        self._score.setText(score_in_words(score) if score.made else "")

    def _fit(self) -> None:
        """Write the question in the largest size that keeps it to one line, a judged one small."""
        if self._question is None:
            self._text.setFont(self._theme.sans(BODY))
            return
        room = QRect(0, 0, max(self._text.width(), 100), 10_000)
        for size in COMPACT_SIZES if self._compact else SIZES:
            metrics = QFontMetrics(self._theme.sans(size, bold=True))
            flags = Qt.TextFlag.TextWordWrap
            if metrics.boundingRect(room, flags, self._text.text()).height() <= metrics.height():
                break
        self._text.setFont(self._theme.sans(size, bold=True))

    def _focused(self) -> QWidget | None:
        """Return what has the focus in the window, also while another window is in front."""
        return self.window().focusWidget()

    def _make_room(self) -> None:
        """Ask for as much height as this width takes: a layout may give less than that."""
        layout = self.layout()
        assert layout is not None
        needed = layout.totalHeightForWidth(self.width())
        self.setMinimumHeight(max(self._theme.px(LEAST), needed))

    def _own_focus(self) -> QWidget | None:
        """Return what has the focus in the bar, or None."""
        focused = self._focused()
        inside = focused is not None and (focused is self or self.isAncestorOf(focused))
        return focused if inside else None

    def _place_focus(self, fresh: bool, before: QWidget | None) -> None:
        """Put the focus on the first choice of a new question, or where what had it is gone.

        A field beside the bar that is being typed in keeps it.
        """
        if not self.isVisible():
            return  # a bar on another page takes the focus once that is shown
        if before is None:
            focused, typing = self._focused(), QLineEdit | QAbstractSpinBox
            if not fresh or self._own_focus() is not None or isinstance(focused, typing):
                return
            self._came_from = focused
        elif not fresh and before.isVisibleTo(self):
            return
        self._choices[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _give_focus_back(self) -> None:
        """Put the focus where it was before the question, so that the next step can be taken."""
        back, self._came_from = self._came_from, None
        if back is not None and isValid(back) and back.isVisible():
            back.setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect(self) -> None:
        for place, button in enumerate(self._choices):
            button.clicked.connect(lambda _=False, place=place: self._answer(place))
        self._number.numberGuessed.connect(self.guessRequested.emit)
        self._number.refused.connect(self.show_refusal)
        self._vote.clicked.connect(self.voteOpened)
        self._undo.clicked.connect(self.voteUndone)
        self._close.clicked.connect(self.voteClosed)
        self._again.clicked.connect(self.voteReopened)
        self._reveal.clicked.connect(self.revealRequested)

    def _build(self) -> None:
        flow = FlowLayout(self._asking)
        votes = (self._vote, self._total, self._undo, self._close, self._again)
        for widget in (*self._choices, self._number, *votes, self._reveal):
            flow.addWidget(widget)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self._text, 1)
        head.addWidget(self._score, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(6)
        column.addLayout(head)
        for widget in (self._asking, self._hint, self._message, self._judged):
            column.addWidget(widget)
        column.addStretch(1)
        self._message.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 12, 0)
        layout.setSpacing(14)
        layout.addWidget(self._edge)
        layout.addLayout(column, 1)
        layout.addWidget(self._chart, 0, Qt.AlignmentFlag.AlignVCenter)


def score_in_words(score: Score) -> str:
    """Return how many predictions were right."""
    return f"{score.right} of {score.made} right"


def _label(name: str, role: str = "") -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    return label


def _button(name: str, text: str, tip: str = "") -> QPushButton:
    button = BarButton(text)
    button.setObjectName(name)
    button.setToolTip(tip)
    return button
