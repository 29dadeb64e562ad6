"""Predictions: a question before a statement, a guess, and what came of it."""

from dataclasses import dataclass

from gradlab.core.statements import Statement
from gradlab.core.vote import Tally


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before a statement; nothing in it tells the answer.

    Attributes:
        statement: The statement that runs once the guess is made.
        text: The question, in whole sentences.
        choices: What can be answered, two to four; exactly one of them comes true.
        number: The name of the number that can be guessed instead, such as "b_grad", or "" where
            none can.
        skipped: Whether the statement will be passed over.
        at_stop: Whether the lesson asks it, at its stop.
    """

    statement: Statement
    text: str
    choices: tuple[str, ...]
    number: str = ""
    skipped: bool = False
    at_stop: bool = False

    @property
    def number_label(self) -> str:
        """The number's name as the code has it, such as "b.grad"; "" where none can be guessed."""
        return self.number.replace("_", ".")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A guess beside what came of it.

    Attributes:
        question: What was asked.
        guess: What was guessed: one of the choices, or a number, as text.
        outcome: What came true, of the same kind.
        right: Whether that is the same; of numbers, whether it is near enough.
        why: One sentence on the reason.
        difference: How far a guessed number was off, in words; "" for a choice.
        vote: The class's vote on the question, closed, or None.
    """

    question: Question
    guess: str
    outcome: str
    right: bool
    why: str
    difference: str = ""
    vote: Tally | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """How many predictions were made, and how many of them were right."""

    right: int = 0
    made: int = 0

    def after(self, verdict: Verdict) -> "Score":
        """Return the score with `verdict` counted."""
        return Score(self.right + verdict.right, self.made + 1)
