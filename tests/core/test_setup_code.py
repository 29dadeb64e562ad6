import ast

import pytest
import torch

from gradlab.core import setup_code
from gradlab.core.interpreter import Interpreter
from gradlab.core.program import Program
from tests.core.runs import LESSON_DATA, probe, split_program

OK_IF = "if not ({}): raise RuntimeError('it is not')"


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(setup_code.DATA, id="data"),
        pytest.param(setup_code.parts(4), id="parts"),
        pytest.param(setup_code.start_from_seed(1), id="seeded-start"),
        pytest.param(setup_code.start_from_values(-0.5, 1e12), id="given-start"),
    ],
)
def test_that_every_code_is_whole(code: str) -> None:
    assert ast.unparse(ast.parse(code)).count("\n") == code.count("\n")
    assert code == code.strip()


def test_that_the_data_become_float32_on_the_device() -> None:
    assert setup_code.DATA.splitlines() == [
        "x_train_tensor = torch.as_tensor(x_train).float().to(device)",
        "y_train_tensor = torch.as_tensor(y_train).float().to(device)",
    ]


@pytest.mark.parametrize("batches", [2, 4, 80], ids=str)
def test_that_the_parts_are_equal_and_together_the_whole_in_order(batches: int) -> None:
    interpreter = Interpreter(split_program(batches), LESSON_DATA)
    for claim in (
        f"len(x_parts) == len(y_parts) == {batches}",
        f"all(len(part) == {80 // batches} for part in (*x_parts, *y_parts))",
        "torch.equal(torch.cat(x_parts), x_train_tensor)",
        "torch.equal(torch.cat(y_parts), y_train_tensor)",
        "part == -1",
    ):
        assert interpreter.run(probe(OK_IF.format(claim))).error is None


def test_that_a_whole_training_set_has_no_parts() -> None:
    interpreter = Interpreter(Program(device="cpu"), LESSON_DATA)
    assert interpreter.run(probe("x_parts")).error == "NameError: name 'x_parts' is not defined"


def test_that_a_seeded_start_draws_first_b_then_w() -> None:
    torch.manual_seed(3)
    b, w = torch.randn(1), torch.randn(1)
    names = {"torch": torch, "device": "cpu"}
    exec(setup_code.start_from_seed(3), names)
    drawn = [names["b"], names["w"]]
    assert all(isinstance(leaf, torch.Tensor) and leaf.is_leaf for leaf in drawn)
    assert drawn == [b, w]
