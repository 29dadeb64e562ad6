"""A class's vote on a question: ballots are counted, and shown once the vote is closed."""

from dataclasses import dataclass, replace

LETTERS = "ABCD"


@dataclass(frozen=True, slots=True)
class Tally:
    """What may be seen of a vote: while it is open, no more than how many have voted.

    Attributes:
        choices: What can be voted for: A, B and so on, in this order.
        open: Whether ballots are still taken.
        total: How many ballots were cast, in the round that runs or ran last.
        counts: How many each choice got; () while the vote is open.
        first: How many each choice got in the first round, before the class talked; () while the
            vote is open, and where there was one round only.
    """

    choices: tuple[str, ...]
    open: bool
    total: int
    counts: tuple[int, ...] = ()
    first: tuple[int, ...] = ()

    @property
    def leaders(self) -> tuple[str, ...]:
        """The choices that got the most ballots: several at a tie, none while open or empty."""
        most = max(self.counts, default=0)
        pairs = zip(self.choices, self.counts, strict=False)  # no counts while it is open
        return tuple(choice for choice, count in pairs if count == most > 0)


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote, with every ballot; only its tally() is ever shown.

    Attributes:
        choices: What can be voted for, at most four.
        ballots: The place of the choice on each ballot, in the order in which they were cast.
        open: Whether ballots are still taken.
        first: How many each choice got in the first round; () while that runs.
    """

    choices: tuple[str, ...]
    ballots: tuple[int, ...] = ()
    open: bool = True
    first: tuple[int, ...] = ()

    @property
    def counts(self) -> tuple[int, ...]:
        """How many ballots each choice got in this round."""
        return tuple(self.ballots.count(place) for place in range(len(self.choices)))

    @property
    def total(self) -> int:
        """How many ballots were cast in this round."""
        return len(self.ballots)

    def cast(self, letter: str) -> "Vote":
        """Return the vote with one more ballot; the same where `letter` stands for no choice.

        A closed vote takes no ballot.
        """
        letters = LETTERS[: len(self.choices)]
        if not self.open or len(letter) != 1 or letter.upper() not in letters:
            return self
        return replace(self, ballots=(*self.ballots, letters.index(letter.upper())))

    def undo(self) -> "Vote":
        """Return the vote without the ballot cast last; a closed one stays as it is."""
        return replace(self, ballots=self.ballots[:-1]) if self.open else self

    def close(self) -> "Vote":
        """Return the vote with no more ballots taken, so that its counts are shown."""
        return replace(self, open=False)

    def reopen(self) -> "Vote":
        """Return a new round, as after a talk in class; the counts of the first are kept.

        An open vote stays as it is.
        """
        return self if self.open else Vote(self.choices, first=self.first or self.counts)

    def tally(self) -> Tally:
        """Return what may be seen of it."""
        if self.open:
            return Tally(self.choices, True, self.total)
        return Tally(self.choices, False, self.total, self.counts, self.first)
