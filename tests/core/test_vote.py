"""The votes of a class: counted in secret, shown when closed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradlab.core.vote import LETTERS, Tally, Vote

CHOICES = ("smaller", "the same", "larger")
letters = st.text(alphabet="ABCDabcdE ", max_size=1)


def cast(*letters: str) -> Vote:
    vote = Vote(CHOICES)
    for letter in letters:
        vote = vote.cast(letter)
    return vote


@given(st.lists(letters, max_size=40))
def test_that_every_ballot_for_a_choice_is_counted_and_no_other(ballots: list[str]) -> None:
    valid = [ballot.upper() for ballot in ballots if ballot and ballot.upper() in "ABC"]
    vote = cast(*ballots)
    assert vote.counts == tuple(valid.count(letter) for letter in "ABC")
    assert vote.total == sum(vote.counts) == len(valid)


@given(st.lists(st.sampled_from("ABC"), max_size=20))
def test_that_an_open_vote_shows_no_more_than_how_many_have_voted(ballots: list[str]) -> None:
    vote = cast(*ballots)
    assert vote.tally() == Tally(CHOICES, open=True, total=len(ballots))
    assert vote.close().tally().counts == vote.counts


def test_that_the_ballot_cast_last_can_be_taken_back() -> None:
    vote = cast("A", "B", "B").undo()
    assert vote.counts == (1, 1, 0)
    assert vote.undo().undo().undo().counts == (0, 0, 0)


def test_that_a_closed_vote_stays_as_it_is() -> None:
    vote = cast("A", "C").close()
    assert vote.cast("B") == vote.undo() == vote.close() == vote


def test_that_a_second_round_keeps_the_counts_of_the_first_and_hides_them_while_open() -> None:
    again = cast("A", "A", "B").close().reopen()
    assert (again.counts, again.open) == ((0, 0, 0), True)
    assert again.tally() == Tally(CHOICES, open=True, total=0)
    closed = again.cast("B").close()
    assert closed.tally() == Tally(CHOICES, False, 1, (0, 1, 0), (2, 1, 0))
    third = closed.reopen().cast("C").close()
    assert (third.first, third.counts) == ((2, 1, 0), (0, 0, 1))


def test_that_an_open_vote_is_not_opened_anew() -> None:
    vote = cast("A")
    assert vote.reopen() == vote


@pytest.mark.parametrize(
    ("ballots", "leaders"),
    [("", ()), ("A", ("smaller",)), ("ABB", ("the same",)), ("ACAC", ("smaller", "larger"))],
    ids=str,
)
def test_that_the_leaders_are_those_with_the_most_ballots(
    ballots: str, leaders: tuple[str, ...]
) -> None:
    assert cast(*ballots).close().tally().leaders == leaders
    assert cast(*ballots).tally().leaders == ()


def test_that_there_is_a_letter_for_each_of_four_choices() -> None:
    vote = Vote(("1", "2", "3", "4"))
    for letter in LETTERS:
        vote = vote.cast(letter)
    assert vote.counts == (1, 1, 1, 1)
