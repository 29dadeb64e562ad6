import random
from collections.abc import Callable, Sequence

import pytest

from gradlab.core.history import SPACING
from gradlab.core.outcome import OK, SKIPPED, Kind
from gradlab.core.run import Run
from gradlab.core.statements import find
from tests.core.journeys import FIRST_MARK, LONG, looped, plain, run_of, standing, turned
from tests.core.runs import GRADS, IDS

# --- the cursor and the live tensors


def test_that_a_run_begins_at_the_start_values() -> None:
    run = run_of([])
    assert (run.history.index, len(run.history), run.lost, run.cut_at) == (0, 0, 0, None)
    assert run.history.last.b == 0.33669036626815796
    assert run.tensors_before == run.interpreter.tensors()


def test_that_a_seek_puts_the_tensors_where_the_cursor_is() -> None:
    run = run_of([*IDS, "lr=0.5", *GRADS])
    for k in (4, 0, 9, 6, 5):
        run.seek(k)
        assert (run.history.index, len(run.history)) == (k, 9)
        assert standing(run) == standing(run_of([*IDS, "lr=0.5", *GRADS][:k]))


@pytest.mark.parametrize("k", [-1, 6], ids=str)
def test_that_a_seek_to_what_is_not_recorded_is_refused_and_changes_nothing(k: int) -> None:
    run = run_of(IDS)
    before = standing(run)
    with pytest.raises(IndexError, match=f"statement {k} of 5"):
        run.seek(k)
    assert standing(run) == before


def test_that_the_next_statement_as_it_is_recorded_moves_the_cursor_only() -> None:
    run = run_of([*IDS, *GRADS])
    run.seek(2)
    run.do(find("backward"))
    assert (run.history.index, len(run.history), run.lost, run.cut_at) == (3, 8, 0, None)
    run.do(find("update"))
    assert (run.history.index, len(run.history)) == (4, 8)


@pytest.mark.parametrize(
    ("statement_id", "skip"),
    [("zero", False), ("update", True), ("update-data", False), ("lr=0.1", False)],
    ids=["another", "skipped", "variant", "lr"],
)
def test_that_any_other_statement_cuts_off_what_was_recorded_later(
    statement_id: str, skip: bool
) -> None:
    run = run_of([*IDS, *GRADS])
    run.seek(3)
    run.do(find(statement_id), skip)
    assert (run.history.index, len(run.history), run.lost, run.cut_at) == (4, 4, 5, 3)
    assert (run.history.ending == SKIPPED) == skip
    run.look()
    assert (run.lost, run.cut_at) == (0, 3)


def test_that_a_statement_that_ends_in_nan_again_is_the_one_recorded() -> None:
    ids = ["lr=1e12", *looped(30, (*GRADS, "update"))]
    run = run_of(ids)
    for k in (25, 26, 27):
        run.seek(k)
        run.do(find(ids[k]))
        assert (run.history.index, len(run.history), run.lost) == (k + 1, 31, 0)
        assert repr(run.history.last.b) == "nan"


def test_that_another_end_is_not_the_one_recorded_though_the_numbers_are() -> None:
    run = run_of([*IDS, "zero", "forward"])
    run.seek(5)
    before = run.history.last
    run.do(find("zero"), skip=True)
    assert (run.history.last, run.history.ending, len(run.history)) == (before, SKIPPED, 6)
    run = run_of(IDS)
    run.do(find("zero"), skip=True)
    run.do(find("forward"))
    run.seek(5)
    run.do(find("zero"))
    assert (run.history.ending, len(run.history), run.lost) == (OK, 6, 2)


def test_that_a_skipped_statement_is_recorded_without_being_run(ran: list[str]) -> None:
    run = run_of(GRADS)
    before = run.interpreter.tensors()
    run.do(find("update"), skip=True)
    assert (run.history.index, run.history.ending) == (4, SKIPPED)
    assert (run.interpreter.tensors(), ran) == (before, [*GRADS])
    run.seek(2)
    run.seek(4)
    assert "update" not in ran


@pytest.mark.parametrize(
    ("ids", "stuck"),
    [
        ([], False),
        (GRADS, False),
        (["zero"], True),
        (["zero", "forward"], False),
        (["lr=1e10", *GRADS, "update"], False),
        (["lr=1e12", *GRADS, "update"], True),
        (["lr=1e12", *GRADS, "update", "forward"], True),
    ],
    ids=["start", "well", "raised", "raised-before", "large", "too-large", "too-large-before"],
)
def test_that_a_run_is_stuck_by_its_last_statement_or_its_numbers(
    ids: Sequence[str], stuck: bool
) -> None:
    assert run_of(ids).stuck is stuck


# --- how far a seek has to run again


@pytest.mark.parametrize("batches", [1, 2, 4], ids=str)
def test_that_a_seek_in_an_ordinary_loop_runs_few_statements_again(
    batches: int, ran: list[str]
) -> None:
    turn = [*GRADS * batches, "update", "zero"]
    run = run_of(looped(LONG, turn), batches)
    rnd = random.Random(batches)
    for k in [LONG - 1, 1, LONG, *(rnd.randint(0, LONG) for _ in range(30))]:
        ran.clear()
        run.seek(k)
        assert len(ran) <= 2 * SPACING + len(turn)
        assert run.history.index == k


def test_that_a_seek_after_fast_turns_runs_few_statements_again(ran: list[str]) -> None:
    run = turned(LONG // 5)
    rnd = random.Random(0)
    for k in [LONG - 1, *(rnd.randint(0, LONG) for _ in range(30))]:
        ran.clear()
        run.seek(k)
        assert len(ran) <= 2 * SPACING + 5


def test_that_going_forward_runs_only_what_lies_between(ran: list[str]) -> None:
    run = run_of(looped(LONG))
    run.seek(800)
    ran.clear()
    run.seek(807)
    assert ran == looped(LONG)[800:807]


def test_that_seeks_stay_short_after_a_cut(ran: list[str]) -> None:
    run = run_of(looped(LONG))
    for k in (750, 503, 205):
        run.seek(k)
        for statement_id in ["lr=0.05", *looped(300)]:
            run.do(find(statement_id))
        n = len(run.history)
        assert n == k + 301
        for target in (n - 1, n // 2, 3, n):
            ran.clear()
            run.seek(target)
            assert len(ran) <= 2 * SPACING + 6


# --- marks: from where statements are run again


def test_that_a_mark_stands_before_the_forward_pass_that_follows_it(ran: list[str]) -> None:
    run = run_of(looped(200))
    run.seek(0)
    ran.clear()
    run.seek(FIRST_MARK + SPACING - 5)
    assert ran == looped(200)[FIRST_MARK : FIRST_MARK + SPACING - 5]


@pytest.mark.parametrize("k", range(SPACING - 2, SPACING + 12), ids=str)
def test_that_every_place_around_a_mark_is_exact(k: int) -> None:
    for run in (run_of(looped(160)), turned(32)):
        run.seek(k)
        assert standing(run) == standing(run_of(looped(k)))


BEFORE_THE_LOSS = {
    "probe-of-the-old-error": ["error-inplace"],
    "backward-on-the-old-loss": ["backward"],
    "false-cure-of-the-old-loss": ["loss-false-cure"],
    "raised": ["numpy-b"],
    "much": ["zero", "retain-yhat-grad", "lr=0.3", "update", "nudge-w", "read-yhat-grad"],
    "another-forward": ["forward"],
    "no-graph": ["forward-no-grad"],
    "assignment": ["update-reassign"],
    "skipped": [],
}


@pytest.mark.parametrize("between", BEFORE_THE_LOSS.values(), ids=[*BEFORE_THE_LOSS])
@pytest.mark.parametrize("loss", ["loss", "loss-vector"])
def test_that_what_lies_between_a_forward_pass_and_its_loss_is_exact_again(
    between: list[str], loss: str
) -> None:
    before = [*looped(FIRST_MARK - 5), "forward", "loss", "backward-retain", "update", "zero"]
    ids = [*before, "forward", *between, loss, "backward", *IDS, *GRADS]
    run = run_of(ids)
    for k in range(FIRST_MARK - 1, len(ids) + 1):
        run.seek(0)
        run.seek(k)
        assert standing(run) == standing(run_of(ids[:k])), k


def test_that_a_seek_far_after_the_leaves_are_lost_is_still_exact() -> None:
    ids = [*looped(200), "forward", "loss", "backward", "update-reassign", *looped(300)]
    run = run_of(ids)
    for k in (504, 203, 204, 205, 100, 503):
        run.seek(k)
        assert standing(run) == standing(run_of(ids[:k])), k


def test_that_cast_parameters_are_exact_again() -> None:
    ids = [*looped(130), "cast-w", *looped(130)]
    run = run_of(ids)
    for k in (131, 261, 130, 200):
        run.seek(k)
        assert standing(run) == standing(run_of(ids[:k])), k


@pytest.mark.parametrize("k", [70, 150, 299], ids=str)
def test_that_flags_beside_the_numbers_come_back(k: int) -> None:
    ids = ["lr=0.25", *GRADS, "update-data", "zero", "detect-anomaly", *looped(145), "lr=0.5",
           "detect-anomaly-off", *GRADS, "update", "zero-none", *looped(150)]  # fmt: skip
    run = run_of(ids)
    run.seek(k)
    assert standing(run) == standing(run_of(ids[:k]))


# --- in slices


def sliced(run: Run, k: int, each: Callable[[], None]) -> int:
    """Go to `k` in as many slices as it takes with no time at all, and return how many."""
    slices = 0
    while run.history.index != k:
        run.seek(k, seconds=0.0)
        slices += 1
        assert slices <= 3 * SPACING, "it never arrives"
        each()
    return slices


@pytest.mark.parametrize(("start", "k"), [(600, 140), (0, 140), (600, 599), (600, 0)], ids=str)
def test_that_a_seek_without_time_makes_progress_and_arrives(start: int, k: int) -> None:
    run = run_of(looped(600))
    run.seek(start)
    on_the_way: list[int] = []
    slices = sliced(run, k, lambda: on_the_way.append(run.history.index))
    assert on_the_way == sorted(on_the_way)
    assert slices > 1 or k == 0
    assert standing(run) == standing(run_of(looped(k)))


def test_that_every_state_between_two_slices_is_exact() -> None:
    run = run_of(looped(600))
    between: list[tuple[int, dict[str, str]]] = []

    def note() -> None:
        between.append((run.history.index, standing(run)))

    sliced(run, 140, note)
    for index, found in between:
        expected = standing(run_of(looped(index)))
        if index != 140:  # what changed is told of the statements of the slice together
            del found["before"], expected["before"]
        assert found == expected, index


def test_that_a_slice_with_enough_time_arrives_at_once() -> None:
    run = run_of(looped(600))
    run.seek(139, seconds=1e9)
    assert run.history.index == 139


# --- turns


def test_that_an_ended_turn_is_needed_before_whole_turns() -> None:
    for ids in ([], ["forward"], [*IDS, "forward"], [*IDS[:3]], [*IDS, *GRADS]):
        run = run_of(ids)
        assert run.turns(plain(), 5, 1e9) == 0
        assert len(run.history) == len(ids)


def test_that_whole_turns_are_not_done_in_the_past_or_without_leaves_or_gradients() -> None:
    gone_back = run_of([*IDS, *IDS])
    gone_back.seek(5)
    for run in (gone_back, run_of([*GRADS, "update-reassign", "zero"]), run_of([*IDS, "zero-none"]),
                run_of([*IDS, "forward", "loss-vector", "zero"])):  # fmt: skip
        n = len(run.history)
        assert run.turns(plain(), 5, 1e9) == 0
        assert len(run.history) == n


def test_that_turns_end_at_the_first_line_that_is_asked_for() -> None:
    run = run_of(IDS)
    with run.interpreter.listening():
        done = run.turns(plain(), 100, 1e9, lambda b, _: b > 1.0)
    b = [run.history.numbers(5 * k).b or 0.0 for k in range(len(run.history) // 5 + 1)]
    assert done == len(run.history) - 5
    assert b[-1] > 1.0
    assert max(b[:-1]) <= 1.0


def test_that_without_time_one_turn_is_done() -> None:
    run = run_of(IDS)
    with run.interpreter.listening():
        assert run.turns(plain(), 100, 0.0) == 5


def test_that_no_turn_is_done_where_none_is_asked_for() -> None:
    run = run_of(IDS)
    with run.interpreter.listening():
        assert run.turns(plain(), 0, 1e9) == 0
    assert standing(run) == standing(run_of(IDS))


# --- what it takes


def test_that_a_statement_takes_at_most_64_bytes_with_marks() -> None:
    for run in (run_of(looped(LONG)), turned(LONG // 5)):
        assert run.history.nbytes < run.nbytes <= 64 * LONG


def test_that_what_is_cut_off_takes_nothing_any_more() -> None:
    run = run_of(looped(LONG))
    run.seek(500)
    run.do(find("lr=0.3"))
    assert run.nbytes <= 64 * 502


def test_that_a_statement_that_raises_every_time_takes_no_more() -> None:
    run = run_of(["zero"] * LONG)
    assert run.history.outcome(LONG).kind is Kind.RAISED
    assert run.nbytes <= 64 * LONG
