"""Moves in time, as `gradlab trace` takes them beside the statements: back, redo, seek=K."""

from dataclasses import dataclass

from gradlab.core.errors import ProgramError

MOST_DIGITS = 18
MOVES = "back redo seek=K"


@dataclass(frozen=True, slots=True)
class Move:
    """A way through the record of a run.

    Attributes:
        word: What was asked for.
        index: The statement to go to, or None where it depends on the current one.
        by: How many statements to go on, where `index` is None.
    """

    word: str
    index: int | None = None
    by: int = 0


def find_move(word: str) -> Move | None:
    """Return the move that `word` asks for, or None where it is not the word of a move.

    Raises:
        ProgramError: The K of seek=K is not a whole number from 0.
    """
    if word in _STEPS:
        return Move(word, by=_STEPS[word])
    name, equals, value = word.partition("=")
    if name != "seek" or not equals:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS):
        raise ProgramError(
            f"seek is {value[:20]!r}, but must be a whole number from 0, as in seek=3"
        )
    return Move(word, index=int(value))


_STEPS = {"back": -1, "redo": 1}
