"""A session of predictions: what is asked now, the class's vote on it, and what became of all."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from gradlab.core.errors import ProgramError
from gradlab.core.narrate import Event
from gradlab.core.number_format import format_number
from gradlab.core.prediction import Question, Score, Verdict
from gradlab.core.questions import Asked
from gradlab.core.reasons import FAILS
from gradlab.core.statements import Statement
from gradlab.core.vote import Tally, Vote


@dataclass(frozen=True, slots=True)
class Pending:
    """A question, and what is run once it is answered.

    Attributes:
        asked: The question, with what answers it.
        run: The ids of the statements.
        repeat: How often to run them.
    """

    asked: Asked
    run: tuple[str, ...]
    repeat: int = 1

    @property
    def at_stop(self) -> bool:
        """Whether it brings the lesson to its stop."""
        return self.asked.question.at_stop

    def is_about(self, statement: Statement) -> bool:
        """Return whether `statement` is all that is run."""
        return self.repeat == 1 and self.run == (statement.id,)


def judge(asked: Asked, guess: str | float, event: Event) -> Verdict:
    """Return what became of `guess`, now that the statement has ended as `event` tells.

    A number is right within 5 % of what it came to, or where it is off by no more than 0.0005.

    Args:
        asked: What was asked.
        guess: One of the question's choices, or a finite number where it takes one.
        event: The statement, how it ended, and the numbers around it.
    """
    question, outcome, why = asked.question, asked.outcome(event), asked.why(event)
    if isinstance(guess, str):
        return Verdict(question, guess, outcome, guess == outcome, why)
    came, guessed = getattr(event.after, question.number), format_number(guess)
    if outcome == FAILS or came is None:
        return Verdict(question, guessed, outcome, False, why)
    gap = guess - came
    right = math.isfinite(came) and abs(gap) <= max(SHARE * abs(came), NEAR)
    difference = _GAPS[(gap > 0) - (gap < 0)].format(gap=format_number(abs(gap)))
    return Verdict(question, guessed, format_number(came), right, why, difference)


SHARE, NEAR = 0.05, 0.0005
_GAPS = {-1: "{gap} too low", 0: "exactly", 1: "{gap} too high"}


class Predicting:
    """Holds one question at a time.

    Attributes:
        on: Whether anything is asked.
        pending: What is asked now, or None.
        vote: The class's vote on it, or None.
        verdict: What came of the last guess, as long as nothing else was done.
        verdicts: What came of all of them, oldest first.
        score: How many of them were right.
    """

    def __init__(self) -> None:
        self.on = False
        self.pending: Pending | None = None
        self.vote: Vote | None = None
        self.verdict: Verdict | None = None
        self.verdicts: tuple[Verdict, ...] = ()
        self.score = Score()

    @property
    def question(self) -> Question | None:
        """What is asked now, or None."""
        return None if self.pending is None else self.pending.asked.question

    @property
    def tally(self) -> Tally | None:
        """What may be seen of the vote, or None."""
        return None if self.vote is None else self.vote.tally()

    def put(self, pending: Pending) -> None:
        """Ask that, in place of what was asked before."""
        self.forget()
        self.pending = pending

    def drop(self) -> None:
        """Take the question back, with its vote."""
        self.pending = self.vote = None

    def forget(self) -> None:
        """Take the question back, and the last verdict as well."""
        self.drop()
        self.verdict = None

    def check(self, guess: str | float) -> None:
        """Refuse what is no answer to the question.

        Raises:
            ProgramError: It is none of the choices, and no finite number where one is asked for.
        """
        assert self.pending is not None
        question = self.pending.asked.question
        if isinstance(guess, str):
            fits = guess in question.choices
        else:
            fits = bool(question.number) and math.isfinite(guess)
        if not fits:
            number = " or a finite number" if question.number else ""
            listed = ", ".join(repr(choice) for choice in question.choices)
            raise ProgramError(f"the guess is {guess!r}, but must be one of {listed}{number}")

    def judge(self, guess: str | float, event: Event) -> None:
        """Note what became of `guess`, with the vote on it, now that what was pending has run."""
        assert self.pending is not None
        vote = None if self.vote is None else self.vote.close().tally()
        verdict = replace(judge(self.pending.asked, guess, event), vote=vote)
        self.forget()
        self.verdict = verdict
        self.verdicts = (*self.verdicts, verdict)
        self.score = self.score.after(verdict)

    def is_about(self, statement: Statement) -> bool:
        """Return whether what is asked now is about this statement alone."""
        return self.pending is not None and self.pending.is_about(statement)

    def open_vote(self) -> None:
        """Let the class vote on the question, if there is one that it has not voted on."""
        if self.pending is not None and self.vote is None:
            self.vote = Vote(self.pending.asked.question.choices)

    def change_vote(self, change: Callable[[Vote], Vote]) -> None:
        """Go on with what `change` makes of the vote, if there is one."""
        if self.vote is not None:
            self.vote = change(self.vote)
