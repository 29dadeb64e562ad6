"""The lesson being walked through: its words at this stop, and the way to the next."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from gradlab.core.snapshot import Snapshot
from gradlab.qt.theme import TITLE, Theme

GONE_ON = "  ·  you have gone on from here; Next takes it up again"
PREDICT_FIRST = "Predict first: what there is to say comes with the answer."
HIDDEN = "The words of this stop are hidden while you predict."


class LessonBar(QFrame):
    """Hidden until a lesson is opened.

    Signals:
        stopRequested: The index of the stop to go to.
        leaveRequested: Go on without the lesson.
    """

    stopRequested = Signal(int)
    leaveRequested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("lesson_bar")
        self.setProperty("role", "panel")
        self._stop = 0
        self._title = QLabel()
        self._title.setObjectName("lesson_title")
        self._words = QLabel()
        self._words.setObjectName("lesson_words")
        self._words.setAccessibleName("What the lesson says")
        for label in (self._title, self._words):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self._previous = _button("lesson_back_button", "◀ Back in the lesson")
        self._next = _button("lesson_next_button", "Next ▶")
        self._leave = _button("lesson_leave_button", "Leave the lesson")
        self._previous.clicked.connect(self._request_previous)
        self._next.clicked.connect(self._request_next)
        self._leave.clicked.connect(self.leaveRequested)
        self._build()
        self.hide()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the words of the stop; once something else was done, say that they are past."""
        lesson = snapshot.lesson
        self.setVisible(lesson is not None)
        if lesson is None:
            return
        self._stop = snapshot.stop
        last = len(lesson.stops) - 1
        place = f"{lesson.section}  {lesson.title}  ·  stop {self._stop + 1} of {last + 1}"
        asked = snapshot.question is not None and snapshot.question.at_stop
        gone_on = "" if snapshot.at_stop or asked else GONE_ON
        self._title.setText(f"{place}{gone_on}")
        self._words.setText(_words(snapshot, lesson.stops[self._stop].words, lesson.goal))
        self._words.setEnabled(snapshot.at_stop or asked)
        self._previous.setEnabled(self._stop > 0)
        if self._stop == last and self._next.hasFocus():
            self._previous.setFocus()  # not on to Leave, which the next Space would press
        self._next.setEnabled(self._stop < last)

    def show_theme(self, theme: Theme) -> None:
        """Take the fonts; the colours are those of the application's style sheet."""
        self._title.setStyleSheet(f"color: {theme.muted}; font-weight: 600")
        self._words.setFont(theme.sans(TITLE))

    def _request_previous(self) -> None:
        self.stopRequested.emit(self._stop - 1)

    def _request_next(self) -> None:
        self.stopRequested.emit(self._stop + 1)

    def _build(self) -> None:
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addWidget(self._title)
        text.addWidget(self._words)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 6, 10, 6)
        layout.addLayout(text, 1)
        for button in (self._previous, self._next, self._leave):
            layout.addWidget(button)


def _words(snapshot: Snapshot, words: str, goal: str) -> str:
    """Return what stands under the title; while predicting, nothing that is still to be found out.

    Args:
        snapshot: How it stands.
        words: The words of the stop, "" where they are hidden.
        goal: What can be seen in the lesson, which stands before the words of the first stop.
    """
    if snapshot.veiled:
        asked = snapshot.question is not None and snapshot.question.at_stop
        return words or (PREDICT_FIRST if asked else HIDDEN)
    return f"{goal} {words}" if snapshot.stop == 0 else words


def _button(name: str, text: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    return button
