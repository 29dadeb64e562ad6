import pytest

from gradlab.core.errors import ProgramError
from gradlab.core.move import MOVES, Move, find_move
from tests.core.runs import ALL


@pytest.mark.parametrize(
    ("word", "move"),
    [
        ("back", Move("back", None, -1)),
        ("redo", Move("redo", None, 1)),
        ("seek=0", Move("seek=0", 0)),
        ("seek=007", Move("seek=007", 7)),
        ("seek=123456789", Move("seek=123456789", 123456789)),
    ],
)
def test_that_a_move_is_found_by_its_word(word: str, move: Move) -> None:
    assert find_move(word) == move


@pytest.mark.parametrize("word", [*ALL, "lr=0.5", "", "Back", "back=1", "seek", "forward=3", "="])
def test_that_any_other_word_is_no_move(word: str) -> None:
    assert find_move(word) is None


@pytest.mark.parametrize("value", ["", "-1", "1.5", "x", "+3", " 3", "3 ", "٣", "²", "1_0"])
def test_that_a_place_that_is_no_whole_number_is_refused(value: str) -> None:
    with pytest.raises(ProgramError) as refusal:
        find_move(f"seek={value}")
    assert str(refusal.value) == (
        f"seek is {value!r}, but must be a whole number from 0, as in seek=3"
    )


def test_that_the_words_of_all_moves_are_told() -> None:
    assert MOVES.split() == ["back", "redo", "seek=K"]
