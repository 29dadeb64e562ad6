import json
import math
import subprocess
import sys

import pytest

from gradlab import __version__
from gradlab.cli import main
from gradlab.core.statements import CATALOGUE
from tests.flow.commands import Output, call, objects, refusal

KEYS = [
    "index", "step", "code", "outcome", "error", "warning",
    "b", "w", "b_grad", "w_grad", "loss", "val_loss",
]  # fmt: skip  # as one line of the output has them
EPOCH = ("forward", "loss", "backward", "update", "zero")
DIVERGING = ("--init", "1e12,1e12", "--lr", "1e12", "--repeat", "12", "--json")


def in_process(code: str) -> str:
    """Return what `code` prints in a process of its own that ends well."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


# --- JSON


def test_that_each_statement_is_one_object_with_every_key(capsys: Output) -> None:
    lines = objects(capsys, *EPOCH)
    assert [list(line) for line in lines] == [KEYS] * 5
    assert [line["index"] for line in lines] == [1, 2, 3, 4, 5]
    assert [line["step"] for line in lines] == [*EPOCH]
    assert lines[0]["code"] == "yhat = b + w * x_train_tensor"
    assert {line["outcome"] for line in lines} == {"ok"}


def test_that_numbers_have_every_digit(capsys: Output) -> None:
    line = objects(capsys, *EPOCH[:3])[-1]
    assert [line[name] for name in ("b", "w", "b_grad", "w_grad", "loss")] == [
        0.33669036626815796,
        0.12880940735340118,
        -3.1124958992004395,
        -1.815643072128296,
        2.7474865913391113,
    ]


def test_that_the_lessons_cuda_run_comes_out(capsys: Output) -> None:
    lines = objects(capsys, *EPOCH[:3], *EPOCH[:3], "--init", "gpu")
    assert (lines[2]["b_grad"], lines[2]["w_grad"]) == (-3.388079881668091, -1.9439080953598022)
    assert (lines[5]["b_grad"], lines[5]["w_grad"]) == (-6.776159763336182, -3.8878161907196045)


def test_that_none_and_zero_are_told_apart(capsys: Output) -> None:
    lines = objects(capsys, *EPOCH)
    assert [line["b_grad"] for line in (lines[0], lines[4])] == [None, 0.0]
    assert lines[0]["loss"] is None


def test_that_a_raised_statement_is_printed_and_the_run_goes_on(capsys: Output) -> None:
    lines = objects(capsys, "zero", "forward")
    assert [line["outcome"] for line in lines] == ["raised", "ok"]
    assert lines[0]["error"] == "AttributeError: 'NoneType' object has no attribute 'zero_'"
    assert [line["warning"] for line in lines] == [None, None]


def test_that_numbers_json_cannot_hold_are_words(capsys: Output) -> None:
    lines = objects(capsys, *EPOCH[:4], *DIVERGING)
    assert lines[-1]["loss"] == "nan"
    seen = {value for line in lines for value in line.values() if isinstance(value, str)}
    assert {"nan", "inf", "-inf"} <= seen


def test_that_a_learning_rate_is_a_step(capsys: Output) -> None:
    first, *_, last = objects(capsys, "lr=2e-1", *EPOCH[:4])
    assert (first["step"], first["code"], first["outcome"]) == ("lr=0.2", "lr = 0.2", "ok")
    assert last["b"] == pytest.approx(0.33669036626815796 + 0.2 * 3.1124958992004395, rel=1e-6)


def test_that_the_validation_loss_is_that_of_the_line_as_it_stands(capsys: Output) -> None:
    lines = objects(capsys, *EPOCH)
    losses = [line["val_loss"] for line in lines]
    assert losses[0] == losses[1] == losses[2] == pytest.approx(2.41402196)
    assert losses[3] == losses[4] < losses[0]


def test_that_last_prints_the_last_statement_of_all_repeats(capsys: Output) -> None:
    (line,) = objects(capsys, *EPOCH, "--repeat", "1000", "--last")
    assert line["index"] == 5000
    assert (line["b"], line["w"], line["loss"]) == (
        1.023543119430542,
        1.9689600467681885,
        0.008044655434787273,
    )


def test_that_repeat_runs_the_whole_list_again(capsys: Output) -> None:
    lines = objects(capsys, "forward", "loss", "--repeat", "3")
    assert [line["step"] for line in lines] == ["forward", "loss"] * 3


def test_that_the_same_command_prints_the_same_twice(capsys: Output) -> None:
    assert objects(capsys, *EPOCH, "--seed", "5") == objects(capsys, *EPOCH, "--seed", "5")


# --- the table


def test_that_the_table_has_a_head_and_a_row_a_statement(capsys: Output) -> None:
    assert call("trace", *EPOCH[:3]) == 0
    table = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert table == [
        "step outcome b w b_grad w_grad loss val_loss",
        "1 forward ok 0.3367 0.1288 None None None 2.4140",
        "2 loss ok 0.3367 0.1288 None None 2.7475 2.4140",
        "3 backward ok 0.3367 0.1288 -3.1125 -1.8156 2.7475 2.4140",
    ]


def test_that_an_error_stands_under_its_row(capsys: Output) -> None:
    assert call("trace", "zero", "forward") == 0
    _, row, error, following = capsys.readouterr().out.splitlines()
    assert row.split()[:3] == ["1", "zero", "raised"]
    assert error == "       AttributeError: 'NoneType' object has no attribute 'zero_'"
    assert following.split()[:3] == ["2", "forward", "ok"]


def test_that_the_table_is_plain_text(capsys: Output) -> None:
    assert call("trace", *EPOCH[:4], *DIVERGING[:-1]) == 0
    out = capsys.readouterr().out
    assert out.isascii()
    assert "-inf" in out
    assert all(line == line.rstrip() for line in out.splitlines())


def test_that_last_keeps_the_head(capsys: Output) -> None:
    assert call("trace", "forward", "loss", "--last") == 0
    head, row = capsys.readouterr().out.splitlines()
    assert (head.split()[0], row.split()[:2]) == ("step", ["2", "loss"])


# --- options


@pytest.mark.parametrize(
    ("options", "b", "w"),
    [
        (("--init", "cpu"), 0.33669036626815796, 0.12880940735340118),
        (("--init", "gpu"), 0.1940188705921173, 0.13913755118846893),
        (("--init", "0.5,-1"), 0.5, -1.0),
        (("--init", "-0.5,1"), -0.5, 1.0),
        (("--init", "-.5,-1e0"), -0.5, -1.0),
        (("--init=-2,3",), -2.0, 3.0),
        (("--init", " 1 , 2 "), 1.0, 2.0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_that_the_start_can_be_chosen(
    capsys: Output, options: tuple[str, ...], b: float, w: float
) -> None:
    (line,) = objects(capsys, "forward", *options)
    assert (line["b"], line["w"]) == (b, w)


@pytest.mark.parametrize("where", ["before", "after"])
def test_that_an_option_counts_before_and_after_the_command(capsys: Output, where: str) -> None:
    option, steps = ("--lr", "0"), (*EPOCH[:4], "--last")
    words = (*option, "trace", *steps) if where == "before" else ("trace", *steps, *option)
    assert call(*words, "--json") == 0
    assert json.loads(capsys.readouterr().out)["b"] == 0.33669036626815796


def test_that_an_option_after_the_command_wins(capsys: Output) -> None:
    assert call("--init", "1,1", "trace", "forward", "--json", "--init", "2,2") == 0
    assert json.loads(capsys.readouterr().out)["b"] == 2.0


@pytest.mark.parametrize(
    ("option", "value"),
    [("--seed", "7"), ("--n", "10"), ("--true-b", "-3"), ("--true-w", "-1e-3"), ("--noise", "2")],
    ids=lambda value: value,
)
def test_that_each_data_option_changes_the_data(capsys: Output, option: str, value: str) -> None:
    usual, other = (
        objects(capsys, "forward", "loss", "--last", *more) for more in ((), (option, value))
    )
    assert usual[0]["loss"] != other[0]["loss"]


@pytest.mark.parametrize(
    "words",
    [(*EPOCH[:4], "--lr", "-0.1"), ("lr=-0.1", *EPOCH[:4])],
    ids=["option", "step"],
)
def test_that_a_negative_learning_rate_is_taken(capsys: Output, words: tuple[str, ...]) -> None:
    last = objects(capsys, *words)[-1]
    assert last["b"] == pytest.approx(0.33669036626815796 - 0.31124958992004395)


# --- refusals: exit code 2, one line


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "give either the steps to run or --lesson ID"),
        (
            ("nope",),
            f"unknown step 'nope'; the steps are: {' '.join(CATALOGUE)} lr=VALUE",
        ),
        (("forward", "--lesson", "zero"), "give either the steps to run or --lesson ID"),
        (("--lesson", "zero", "--lr", "5"), "a lesson brings its own program"),
        (("--lesson", "zero", "--repeat", "2"), "a lesson brings its own program"),
        (("--lesson", "nope"), "unknown lesson 'nope'; the lessons are: data-and-tensors"),
        (("forward", "lr=abc"), "lr is 'abc', but must be a number such as 0.1"),
        (("lr=nan",), "lr is nan, but must be a number from -1e+12 to 1e+12"),
        (("forward", "--repeat", "0"), "--repeat is 0, but must be a number from 1 to"),
        (("forward", "--repeat", "-3"), "--repeat is -3, but must be a number from 1 to"),
        (
            ("forward", "--init", "gpus"),
            "--init is 'gpus', but must be cpu, gpu, or two numbers such as 0.5,-1",
        ),
        (
            ("forward", "--init", "1,2,3"),
            "--init is '1,2,3', but must be cpu, gpu, or two numbers such as 0.5,-1",
        ),
        (
            ("forward", "--init=nan,1"),
            "the start value of b is nan, but must be a number from -1e+12 to 1e+12",
        ),
        (("forward", "--n", "1"), "n is 1, but must be a number from 2 to 1"),
        (("forward", "--noise", "-1"), "noise is -1"),
        (("forward", "--lr", "x"), "argument --lr: invalid float value: 'x'"),
        (("forward", "--seed", "1.5"), "argument --seed: invalid int value: '1.5'"),
        (("forward", "--nope"), "unrecognized arguments: --nope"),
        (("forward", "--rep", "2"), "unrecognized arguments: --rep 2"),
        (("forward", "--init"), "argument --init: expected one argument"),
    ],
    ids=lambda value: " ".join(value) or "no-steps" if isinstance(value, tuple) else "",
)
def test_that_a_refusal_is_one_line_that_says_what_to_do(
    capsys: Output, words: tuple[str, ...], message: str
) -> None:
    assert refusal(capsys, "trace", *words).startswith(message)


def test_that_an_unknown_command_and_device_are_refused(capsys: Output) -> None:
    assert "invalid choice: 'tracer'" in refusal(capsys, "tracer")
    assert "invalid choice: 'tpu'" in refusal(capsys, "trace", "forward", "--device", "tpu")


def test_that_a_seed_beyond_any_float_is_refused_in_one_line(capsys: Output) -> None:
    assert "seed is" in refusal(capsys, "trace", "forward", "--seed", "1" + "0" * 400)


def test_that_cuda_is_refused_in_one_line_where_there_is_none(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert main(["trace", "forward", "--device", "cuda"]) == 2
    assert capsys.readouterr() == (
        "",
        "gradlab: PyTorch finds no CUDA device here; use --device cpu or auto\n",
    )


def test_that_an_interrupt_ends_without_a_traceback(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gradlab.trace.trace", interrupted)
    assert call("trace", "forward") == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("repeat", [1, 20_000], ids=["short", "long"])
def test_that_a_reader_who_leaves_ends_the_output_without_a_word(repeat: int) -> None:
    command = [sys.executable, "-m", "gradlab", "trace", "forward", "--device", "cpu"]
    with subprocess.Popen(
        [*command, "--repeat", str(repeat)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 0


# --- what is imported


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_that_help_and_version_import_neither_torch_nor_qt(option: str) -> None:
    out = in_process(
        "import sys\n"
        "from gradlab.cli import main\n"
        f"try: main([{option!r}])\n"
        "except SystemExit as ended: code = ended.code\n"
        "print(code, [n for n in ('torch', 'PySide6', 'pyqtgraph') if n in sys.modules])\n"
    )
    assert out.splitlines()[-1] == "0 []"


def test_that_a_wrong_step_is_refused_before_torch_is_imported() -> None:
    out = in_process(
        "import io, sys\n"
        "sys.stderr = io.StringIO()\n"
        "from gradlab.cli import main\n"
        "print(main(['trace', 'forward', 'nope']), 'torch' in sys.modules)\n"
    )
    assert out == "2 False\n"


def test_that_trace_runs_without_qt() -> None:
    out = in_process(
        "import sys\n"
        "sys.modules['PySide6'] = sys.modules['pyqtgraph'] = None\n"
        "from gradlab.cli import main\n"
        "main(['trace', 'forward', 'loss', '--json', '--last', '--device', 'cpu'])\n"
        "print(sorted(n for n in sys.modules if n.startswith(('PySide6.', 'gradlab.qt'))))\n"
    )
    line, imported = out.splitlines()
    assert math.isclose(json.loads(line)["loss"], 2.7474865913391113)
    assert imported == "[]"


def test_that_the_package_runs_as_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gradlab", "--version"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"gradlab {__version__}\n", "")


def test_that_help_names_every_step(capsys: Output) -> None:
    assert call("trace", "--help") == 0
    shown = "".join(capsys.readouterr().out.split())  # lines are broken at hyphens too
    assert f"Thestepsare:{''.join(CATALOGUE)}lr=VALUE" in shown
