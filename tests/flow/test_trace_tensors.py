"""`gradlab trace` with tensors, parts, and what PyTorch refuses."""

import json
from typing import Any

import pytest

from tests.flow.commands import Output, call, objects, refusal

GRADS = ("forward", "loss", "backward")
TENSOR_KEYS = [
    "value", "grad", "requires_grad", "is_leaf", "grad_fn", "_version",
    "dtype", "device", "shape", "numel", "type",
]  # fmt: skip  # as one line of the output has them


def tensors(output: Output, *arguments: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = objects(output, *arguments, "--tensors")[-1]["tensors"]
    return found


# --- tensors


def test_that_the_lessons_question_is_answered(capsys: Output) -> None:
    seen = tensors(capsys, *GRADS)
    assert {name: tensor["requires_grad"] for name, tensor in seen.items()} == {
        "b": True,
        "w": True,
        "yhat": True,
        "error": True,
        "loss": True,
        "x_train_tensor": False,
        "y_train_tensor": False,
    }
    assert [seen[name]["is_leaf"] for name in ("b", "w", "yhat", "error", "loss")] == [
        True, True, False, False, False,
    ]  # fmt: skip  # as it is read


def test_that_each_tensor_has_its_full_state(capsys: Output) -> None:
    seen = tensors(capsys, *GRADS)
    assert all(list(tensor) == TENSOR_KEYS for tensor in seen.values())
    assert seen["b"] == {
        "value": [0.33669036626815796],
        "grad": [-3.1124958992004395],
        "requires_grad": True,
        "is_leaf": True,
        "grad_fn": None,
        "_version": 0,
        "dtype": "torch.float32",
        "device": "cpu",
        "shape": [1],
        "numel": 1,
        "type": "torch.FloatTensor",
    }
    assert (seen["yhat"]["grad_fn"], seen["yhat"]["shape"]) == ("AddBackward0", [80, 1])
    assert len(seen["yhat"]["value"]) == 6


def test_that_without_the_option_no_tensor_is_told(capsys: Output) -> None:
    assert not {"tensors", "answer"} & set(objects(capsys, *GRADS)[-1])


def test_that_a_leaf_without_its_name_is_told_as_such(capsys: Output) -> None:
    seen = tensors(capsys, *GRADS, "update-reassign")
    assert seen["b"]["is_leaf"] is False
    assert seen["b (no longer named)"]["grad"] == [-3.1124958992004395]
    assert seen["w (no longer named)"]["grad"] == [-1.815643072128296]


def test_that_a_tensor_that_json_cannot_hold_is_told_in_words(capsys: Output) -> None:
    diverging = ("--init", "1e12,1e12", "--lr", "1e12", "--repeat", "12", "--last")
    assert tensors(capsys, *GRADS, "update", *diverging)["b"]["value"] == ["nan"]


def test_that_an_answer_is_told(capsys: Output) -> None:
    (line,) = objects(capsys, "numpy-b-detached", "--tensors")
    assert line["answer"] == "array([0.33669037], dtype=float32)"
    assert objects(capsys, "forward", "--tensors")[0]["answer"] is None


def test_that_the_table_has_a_line_a_tensor_and_one_for_the_answer(capsys: Output) -> None:
    assert call("trace", "numpy-b-detached", "--tensors") == 0
    _, row, answer, b, w, x, y = capsys.readouterr().out.splitlines()
    assert row.split()[:3] == ["1", "numpy-b-detached", "ok"]
    assert answer == "       array([0.33669037], dtype=float32)"
    assert b.startswith("       b: value [0.33669036626815796], grad None, requires_grad True,")
    assert [line.split(":")[0].strip() for line in (w, x, y)] == [
        "w", "x_train_tensor", "y_train_tensor",
    ]  # fmt: skip  # as it is read


def test_that_a_warning_stands_under_its_row(capsys: Output) -> None:
    assert call("trace", "forward", "read-yhat-grad") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[3] == "       None"
    assert lines[4].startswith("       UserWarning: The .grad attribute of a Tensor that is not a")


# --- parts


def test_that_four_parts_give_the_gradient_of_all(capsys: Output) -> None:
    lines = objects(capsys, *GRADS, "--repeat", "4", "--batches", "4")
    assert lines[0]["code"] == "part = (part + 1) % len(x_parts)\nyhat = b + w * x_parts[part]"
    assert [lines[-1]["b_grad"], lines[-1]["w_grad"]] == pytest.approx(
        [-3.1124958992004395, -1.815643072128296], rel=0, abs=1e-6
    )


def test_that_parts_that_are_not_equal_are_refused_in_one_line(capsys: Output) -> None:
    assert refusal(capsys, "trace", "forward", "--batches", "3") == (
        "batches is 3, but must divide the 80 training points into equal parts:"
        " 1, 2, 4, 5, 8, 10, 16, 20, 40, 80"
    )
    assert refusal(capsys, "trace", "forward", "--batches", "0") == (
        "batches is 0, but must be a number from 1 to 80"
    )
    assert "invalid int value: 'x'" in refusal(capsys, "trace", "forward", "--batches", "x")


# --- what PyTorch refuses


def test_that_a_loss_of_many_numbers_is_null(capsys: Output) -> None:
    lines = objects(capsys, "forward", "loss-vector", "backward")
    assert [line["loss"] for line in lines] == [None] * 3
    assert lines[-1]["error"] == (
        "RuntimeError: grad can be implicitly created only for scalar outputs"
    )


@pytest.mark.parametrize(
    ("steps", "error"),
    [
        (
            (*GRADS, "update-reassign", "zero"),
            "AttributeError: 'NoneType' object has no attribute 'zero_'",
        ),
        (
            (*GRADS, "update-inplace"),
            "RuntimeError: a leaf Variable that requires grad is being used in an in-place"
            " operation.",
        ),
        (
            (*GRADS, "backward"),
            "RuntimeError: Trying to backward through the graph a second time",
        ),
        (
            ("forward-no-grad", "loss", "backward"),
            "RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn",
        ),
        (
            ("numpy-b",),
            "RuntimeError: Can't call numpy() on Tensor that requires grad."
            " Use tensor.detach().numpy() instead.",
        ),
        (
            ("forward", "loss", "error-inplace", "backward"),
            "RuntimeError: one of the variables needed for gradient computation has been modified"
            " by an inplace operation: [torch.FloatTensor [80, 1]]",
        ),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_that_a_known_mistake_gives_pytorchs_own_error(
    capsys: Output, steps: tuple[str, ...], error: str
) -> None:
    *before, last = objects(capsys, *steps)
    assert {line["outcome"] for line in before} <= {"ok"}
    assert last["outcome"] == "raised"
    assert last["error"].startswith(error)


def test_that_the_same_is_told_in_the_table(capsys: Output) -> None:
    assert call("trace", "loss-vector") == 0
    *_, error = capsys.readouterr().out.splitlines()
    assert error == "       NameError: name 'yhat' is not defined"


def test_that_every_line_is_json_whatever_pytorch_says(capsys: Output) -> None:
    steps = ("detect-anomaly", "forward", "loss", "error-inplace", "backward")
    assert call("trace", *steps, "--json") == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["warning"].startswith("UserWarning: Error detected in PowBackward0.")
