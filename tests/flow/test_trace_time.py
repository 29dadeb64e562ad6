"""`gradlab trace` with moves in time, and with --stats."""

import json
import re
from typing import Any

import pytest

from gradlab.cli import main
from tests.flow.commands import Output, call, no_constant, objects, refusal

EPOCH = ("forward", "loss", "backward", "update", "zero")
SECOND_TIME = "RuntimeError: Trying to backward through the graph a second time"


def row_at(output: Output, *steps: str) -> dict[str, Any]:
    """Return the last row after `steps`, but for what only the statement itself has."""
    row = objects(output, *steps, "--last")[-1]
    for name in ("step", "code", "error", "warning", "outcome"):
        del row[name]
    return row


# --- moves


def test_that_back_and_the_same_again_end_as_if_never_gone_back(capsys: Output) -> None:
    *_, moved, again = objects(capsys, *EPOCH[:3], "back", "backward", "--tensors")
    (straight,) = objects(capsys, *EPOCH[:3], "--tensors", "--last")
    assert again == straight
    assert moved["index"] == 2


def test_that_a_second_backward_after_going_back_gets_the_very_same_error(capsys: Output) -> None:
    steps = (*EPOCH[:3], "backward", "back", "backward")
    lines = objects(capsys, *steps)
    first, second = lines[3], lines[5]
    assert first["error"].startswith(SECOND_TIME)
    assert second == first
    (straight,) = objects(capsys, *EPOCH[:3], "backward", "--last")
    assert second == straight


def test_that_a_move_is_a_row_of_what_stands_there(capsys: Output) -> None:
    lines = objects(capsys, *EPOCH, *EPOCH, "seek=3", "back", "redo", "seek=0", "seek=10")
    moves = lines[10:]
    assert [line["step"] for line in moves] == ["seek=3", "back", "redo", "seek=0", "seek=10"]
    assert [line["index"] for line in moves] == [3, 2, 3, 0, 10]
    assert {(line["code"], line["outcome"], line["error"]) for line in moves} == {
        (None, "ok", None)
    }
    numbers = ("index", "b", "w", "b_grad", "w_grad", "loss", "val_loss")
    for line in moves:
        there = lines[line["index"] - 1] if line["index"] else None
        assert there is None or {n: line[n] for n in numbers} == {n: there[n] for n in numbers}
    start = moves[3]
    assert (start["b_grad"], start["loss"]) == (None, None)
    assert (start["b"], start["w"]) == (lines[0]["b"], lines[0]["w"])


@pytest.mark.parametrize("k", [0, 1, 5, 7, 12])
def test_that_seek_ends_as_a_run_of_so_many_statements(capsys: Output, k: int) -> None:
    steps = EPOCH * 3
    there = row_at(capsys, *steps, f"seek={k}", "--tensors")
    if k:
        assert there == row_at(capsys, *steps[:k], "--tensors")
    assert there["index"] == k
    after = row_at(capsys, *steps, f"seek={k}", "backward", "forward", "--tensors")
    assert after == row_at(capsys, *steps[:k], "backward", "forward", "--tensors")


def test_that_back_at_the_start_and_redo_at_the_end_stay(capsys: Output) -> None:
    lines = objects(capsys, "back", "redo", "forward", "redo", "back", "back", "redo")
    assert [line["index"] for line in lines] == [0, 0, 1, 1, 0, 0, 1]
    assert lines[0] == {**lines[1], "step": "back"}


def test_that_another_statement_in_the_past_cuts_off_what_came_later(capsys: Output) -> None:
    lines = objects(capsys, *EPOCH, "seek=1", "forward", "redo")
    assert [line["index"] for line in lines] == [1, 2, 3, 4, 5, 1, 2, 2]
    assert "cannot go to statement 3: 2 are recorded" in refused_midway(
        capsys, *EPOCH, "seek=1", "forward", "seek=3"
    )


def test_that_a_learning_rate_is_undone_too(capsys: Output) -> None:
    steps = ("lr=0.5", *EPOCH[:3], "seek=0", *EPOCH[:3], "update")
    b = objects(capsys, *steps)[-1]["b"]
    assert b == objects(capsys, *EPOCH[:4])[-1]["b"]


def test_that_the_table_has_a_row_for_a_move(capsys: Output) -> None:
    assert call("trace", "forward", "zero", "back", "redo") == 0
    _, one, two, error, back, redo = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in (one, two, back, redo)] == [
        ["1", "forward", "ok"],
        ["2", "zero", "raised"],
        ["1", "back", "ok"],
        ["2", "redo", "ok"],
    ]
    assert "AttributeError" in error  # said once, where it was raised


# --- moves, repeated


def test_that_moves_are_repeated_with_the_rest(capsys: Output) -> None:
    lines = objects(capsys, "forward", "loss", "back", "--repeat", "3")
    assert [line["index"] for line in lines] == [1, 2, 1, 2, 3, 2, 3, 4, 3]
    assert [line["step"] for line in lines] == ["forward", "loss", "back"] * 3


@pytest.mark.parametrize(
    "steps",
    [(*EPOCH, "back"), ("back", *EPOCH), (*EPOCH, "seek=2", "redo")],
    ids=" ".join,
)
def test_that_last_prints_the_last_row_of_all_repeats(
    capsys: Output, steps: tuple[str, ...]
) -> None:
    lines = objects(capsys, *steps, "--repeat", "4")
    assert objects(capsys, *steps, "--repeat", "4", "--last") == lines[-1:]


# --- refusals


def refused_midway(output: Output, *steps: str) -> str:
    """Return the one line on standard error of a trace that got some way."""
    assert call("trace", *steps) == 2
    err = output.readouterr().err
    assert err.startswith("gradlab: ")
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (("forward", "seek=2"), "cannot go to statement 2: 1 are recorded; 0 is the start"),
        (("forward", "seek=1000000"), "cannot go to statement 1000000: 1 are recorded"),
    ],
)
def test_that_going_beyond_the_end_is_refused_in_one_line(
    capsys: Output, steps: tuple[str, ...], message: str
) -> None:
    assert message in refused_midway(capsys, *steps)


@pytest.mark.parametrize("value", ["x", "", "-1", "1.5", "+1", " 1", "1_0", "٣", "0x1", "9" * 20])
def test_that_a_seek_to_no_number_is_refused_before_anything_runs(
    capsys: Output, value: str
) -> None:
    message = refusal(capsys, "trace", "forward", f"seek={value}")
    assert message == f"seek is {value!r}, but must be a whole number from 0, as in seek=3"


@pytest.mark.parametrize("word", ["seek", "undo", "back=1", "Back"])
def test_that_other_words_are_unknown_steps(capsys: Output, word: str) -> None:
    assert refusal(capsys, "trace", "forward", word).startswith(f"unknown step {word!r}")


def test_that_help_names_the_moves(capsys: Output) -> None:
    assert call("trace", "--help") == 0
    assert "back redo seek=K" in " ".join(capsys.readouterr().out.split())


# --- what a run costs

STATISTICS = re.compile(
    r"(\d+) statements in (\d+\.\d\d) s, (\d+) statements/s;"
    r" history (\d+\.\d) bytes/statement; slowest of (\d+) random seeks (\d+\.\d\d) ms\n"
)


@pytest.fixture
def few_seeks(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let --stats go to few places, which is enough where it is not their time that counts."""
    monkeypatch.setattr("gradlab.trace.SEEKS", 20)
    return 20


def statistics(output: Output, *words: str) -> tuple[str, list[float]]:
    """Return what a trace with --stats prints, and the numbers on standard error."""
    assert call("trace", *words, "--stats") == 0
    out, err = output.readouterr()
    found = STATISTICS.fullmatch(err)
    assert found, err
    return out, [float(number) for number in found.groups()]


@pytest.mark.parametrize(
    "words",
    [
        (*EPOCH, "--json"),
        (*EPOCH, "--repeat", "1000", "--json", "--last"),
        (*EPOCH, "back", "forward", "--repeat", "20"),
        (*EPOCH, "--last", "--tensors"),
    ],
    ids=" ".join,
)
def test_that_stats_are_on_standard_error_and_change_nothing_else(
    capsys: Output, few_seeks: int, words: tuple[str, ...]
) -> None:
    out, numbers = statistics(capsys, *words)
    assert all(number >= 0 for number in numbers)
    assert numbers[4] == few_seeks
    assert call("trace", *words) == 0
    assert capsys.readouterr() == (out, "")


def test_that_stats_tell_of_all_statements_and_the_history_stays_small(
    capsys: Output, few_seeks: int
) -> None:
    out, (statements, seconds, speed, size, _, slowest) = statistics(
        capsys, *EPOCH, "--repeat", "4000", "--last", "--json"
    )
    assert json.loads(out, parse_constant=no_constant)["index"] == statements == 20_000
    assert abs(statements / speed - seconds) < 0.0051  # as it is rounded
    assert 0 < size <= 64
    assert slowest > 0


def test_that_stats_count_what_was_done_and_go_to_a_thousand_places(capsys: Output) -> None:
    _, (statements, _, _, _, seeks, _) = statistics(capsys, *EPOCH, "seek=1", "forward")
    assert (statements, seeks) == (6, 1000)


def test_that_stats_of_nothing_recorded_are_told(capsys: Output, few_seeks: int) -> None:
    _, (statements, _, speed, *_) = statistics(capsys, "back")
    assert (statements, speed) == (0, 0)


def test_that_a_lesson_has_no_stats(capsys: Output) -> None:
    assert main(["trace", "--lesson", "zero", "--stats"]) == 2
    assert "--stats measures steps" in capsys.readouterr().err
