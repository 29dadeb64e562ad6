import math

import pytest

from gradlab.core.history import History
from gradlab.core.loop_state import LOOK_BACK, last_outcomes, previous_line, timeline
from gradlab.core.outcome import OK, SKIPPED, Kind, Numbers, Outcome
from gradlab.core.statements import find
from tests.core.runs import GRADS, IDS

RAISED = Outcome(Kind.RAISED, "RuntimeError: no")
START = Numbers(0.5, -0.25)


def of(*rows: str | tuple[str, Outcome]) -> History:
    """Return a history of statements that ended well, or as given."""
    history = History(START)
    for row in rows:
        statement_id, outcome = (row, OK) if isinstance(row, str) else row
        history.append(find(statement_id), outcome, START)
    return history


def next_step(history: History) -> str:
    return history.position.due


def endings(history: History) -> tuple[tuple[str, Outcome], ...]:
    return tuple((statement.id, outcome) for statement, outcome in last_outcomes(history))


def moving(*lines: tuple[float, float]) -> History:
    """Return a history in which b and w take these values."""
    history = History(START)
    for b, w in lines:
        history.append(find("update"), OK, Numbers(b, w))
    return history


# --- next_step


def test_that_the_loop_begins_with_the_forward_pass() -> None:
    assert next_step(of()) == "forward"


@pytest.mark.parametrize("outcome", [OK, SKIPPED], ids=["ok", "skipped"])
@pytest.mark.parametrize(
    ("done", "following"), list(zip(IDS, (*IDS[1:], IDS[0]), strict=True)), ids=[*IDS]
)
def test_that_each_step_is_followed_by_the_next_and_the_last_by_the_first(
    done: str, following: str, outcome: Outcome
) -> None:
    assert next_step(of((done, outcome))) == following


def test_that_the_loop_goes_on_from_the_last_step_whatever_came_before() -> None:
    assert next_step(of("zero", "forward", "backward", "loss")) == "backward"


@pytest.mark.parametrize("raised", IDS)
def test_that_a_statement_that_was_not_due_and_raised_leaves_the_loop_where_it_is(
    raised: str,
) -> None:
    assert next_step(of((raised, RAISED))) == "forward"
    for k in range(1, 5):
        if raised != IDS[k]:
            assert next_step(of(*IDS[:k], (raised, RAISED))) == IDS[k]


@pytest.mark.parametrize(
    ("done", "raised", "following"),
    [
        ((), ("forward",), "forward"),
        (("forward",), ("loss",), "forward"),
        (("forward", "loss"), ("backward",), "forward"),
        (GRADS, ("update",), "zero"),
        (GRADS, ("update-inplace",), "zero"),
        (GRADS, ("update", "zero"), "forward"),
        (GRADS, ("update", "zero", "loss"), "forward"),
        (GRADS, ("zero", "update"), "zero"),
        ((*GRADS, "update"), ("zero",), "forward"),
        ((*GRADS, "update"), ("zero-none", "zero"), "forward"),
    ],
    ids=lambda value: "-".join(value) or "start" if isinstance(value, tuple) else value,
)
def test_that_a_step_that_was_due_and_raised_does_not_hold_the_loop_up(
    done: tuple[str, ...], raised: tuple[str, ...], following: str
) -> None:
    assert next_step(of(*done, *((name, RAISED) for name in raised))) == following


def test_that_a_learning_rate_does_not_advance_the_loop() -> None:
    assert next_step(of("lr=0.5")) == "forward"
    assert next_step(of("forward", "lr=0.5", ("zero", RAISED), "lr=0.1")) == "loss"


# --- last_outcomes


def test_that_at_the_start_no_step_has_ended() -> None:
    assert endings(of()) == ()


def test_that_the_latest_step_comes_first_and_each_with_how_it_last_ended() -> None:
    history = of("forward", ("loss", RAISED), "loss", "backward", ("backward", RAISED))
    assert endings(history) == (("backward", RAISED), ("loss", OK), ("forward", OK))


def test_that_a_repeated_step_moves_to_the_front() -> None:
    assert endings(of("forward", "loss", "forward")) == (("forward", OK), ("loss", OK))


def test_that_zero_still_belongs_to_the_epoch_that_it_ends() -> None:
    ended = endings(of(*GRADS, ("update", SKIPPED), "zero"))
    assert ended == (
        ("zero", OK),
        ("update", SKIPPED),
        ("backward", OK),
        ("loss", OK),
        ("forward", OK),
    )


def test_that_a_new_epoch_forgets_the_old_one() -> None:
    assert endings(of(*IDS, "forward")) == (("forward", OK),)


def test_that_a_learning_rate_is_no_step_and_begins_a_new_epoch_like_one() -> None:
    assert endings(of("forward", "lr=0.5")) == (("forward", OK),)
    assert endings(of(*IDS, "lr=0.5")) == ()


@pytest.mark.parametrize(
    ("later", "found"),
    [(LOOK_BACK - 1, (("forward", OK),)), (LOOK_BACK, ())],
    ids=["just-in-sight", "out-of-sight"],
)
def test_that_an_ending_far_back_is_no_longer_told(later: int, found: object) -> None:
    assert endings(of("forward", *["lr=0.5"] * later)) == found


# --- previous_line


def test_that_a_line_that_never_moved_has_no_previous_one() -> None:
    assert previous_line(of()) is None
    assert previous_line(of(*IDS)) is None


@pytest.mark.parametrize("line", [(1.5, -0.25), (0.5, 1.5), (1.5, 1.5)], ids=["b", "w", "both"])
def test_that_the_previous_line_is_where_it_moved_from(line: tuple[float, float]) -> None:
    assert previous_line(moving(line)) == (0.5, -0.25)


def test_that_the_previous_line_stays_until_the_line_moves_again() -> None:
    still = [(1.0, 1.0), (1.0, 1.0), (1.0, 1.0)]
    assert previous_line(moving(*still)) == (0.5, -0.25)
    assert previous_line(moving(*still, (2.0, 1.0))) == (1.0, 1.0)


def test_that_a_line_that_is_nan_has_not_moved_while_it_stays_nan() -> None:
    history = moving((1.0, 1.0), (math.nan, 1.0), (math.nan, 1.0))
    assert previous_line(history) == (1.0, 1.0)


# --- timeline


def test_that_the_timeline_begins_with_the_start() -> None:
    (entry,) = timeline(of(), 400)
    assert (entry.index, entry.label, entry.step, entry.outcome) == (0, "start", None, OK)


def test_that_the_timeline_tells_each_statement_as_it_was() -> None:
    entries = timeline(of("forward", ("zero", RAISED), ("update", SKIPPED), "lr=0.5"), 400)
    assert [(e.index, e.label, e.step, e.outcome) for e in entries[1:]] == [
        (1, "forward", "forward", OK),
        (2, "zero_()", "zero", RAISED),
        (3, "update", "update", SKIPPED),
        (4, "lr", "setting", OK),
    ]


@pytest.mark.parametrize(
    ("most", "indices"), [(1, [5]), (5, [1, 2, 3, 4, 5]), (6, [0, 1, 2, 3, 4, 5])], ids=str
)
def test_that_the_timeline_keeps_the_latest(most: int, indices: list[int]) -> None:
    assert [entry.index for entry in timeline(of(*IDS), most)] == indices


@pytest.mark.parametrize(
    ("index", "first", "last"),
    [(0, 0, 5), (2, 0, 5), (3, 1, 6), (9, 7, 12), (17, 15, 20), (18, 15, 20), (20, 15, 20)],
    ids=str,
)
def test_that_half_of_the_timeline_comes_after_the_cursor_where_there_is_so_much(
    index: int, first: int, last: int
) -> None:
    history = of(*IDS * 4)
    history.seek(index)
    entries = timeline(history, 6)
    assert [entry.index for entry in entries] == list(range(first, last + 1))
    assert all(entry.label == find(IDS[(entry.index - 1) % 5]).label for entry in entries[1:])


def test_that_a_short_timeline_is_whole_wherever_the_cursor_is() -> None:
    history = of(*GRADS)
    for index in range(4):
        history.seek(index)
        assert [entry.index for entry in timeline(history, 64)] == [0, 1, 2, 3]


# --- the cursor


def test_that_endings_and_previous_line_are_those_at_the_cursor() -> None:
    history = of(*IDS)
    for index in (3, 1, 5, 0):
        history.seek(index)
        assert endings(history) == endings(of(*IDS[:index]))
    history = moving((1.0, 1.0), (2.0, 1.0))
    lines = {0: None, 1: (0.5, -0.25), 2: (1.0, 1.0)}
    for index in (1, 0, 2):
        history.seek(index)
        assert previous_line(history) == lines[index]
