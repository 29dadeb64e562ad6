import numpy as np
import pytest

from gradlab.core.dataset import generate
from gradlab.core.interpreter import Interpreter
from gradlab.core.outcome import OK
from gradlab.core.program import DataSpec
from gradlab.core.statements import find
from tests.core.runs import GRADS, LESSON_DATA, cpu_program, probe, split_program


def done(*statement_ids: str) -> Interpreter:
    interpreter = Interpreter(cpu_program(), LESSON_DATA)
    for statement_id in statement_ids:
        assert interpreter.run(find(statement_id)) == OK
    return interpreter


def test_that_residuals_are_yhat_minus_y() -> None:
    data = LESSON_DATA
    residuals = done("forward", "loss").residuals(500)
    assert residuals is not None
    line = 0.33669036626815796 + 0.12880940735340118 * data.x_train
    assert residuals.shape == (80,)
    assert residuals.dtype == np.dtype(np.float64)
    assert np.allclose(residuals, (line - data.y_train).ravel(), rtol=0, atol=1e-6)


def test_that_only_the_first_residuals_are_given() -> None:
    interpreter = done("forward", "loss")
    few, every = interpreter.residuals(5), interpreter.residuals(80)
    assert few is not None
    assert every is not None
    assert few.tolist() == every[:5].tolist()


@pytest.mark.parametrize(
    ("statement_ids", "there"),
    [
        ((), False),
        (("forward",), False),
        (("forward", "loss"), True),
        (GRADS, True),
        ((*GRADS, "zero", "lr=0.5"), True),
        ((*GRADS, "update"), False),
        ((*GRADS, "update", "forward"), False),
        ((*GRADS, "update", "loss"), False),
        ((*GRADS, "update", "forward", "loss"), True),
    ],
    ids=lambda value: "-".join(value) or "start" if isinstance(value, tuple) else "",
)
def test_that_residuals_are_there_only_for_the_line_they_were_worked_out_with(
    statement_ids: tuple[str, ...], there: bool
) -> None:
    assert (done(*statement_ids).residuals(500) is not None) is there


def test_that_residuals_are_a_copy() -> None:
    interpreter = done("forward", "loss")
    residuals = interpreter.residuals(500)
    assert residuals is not None
    before = residuals.tolist()
    interpreter.run(probe("error.data.zero_()"))
    assert residuals.tolist() == before


# --- the training set in parts


def in_parts(*statement_ids: str, batches: int, n: int = 100) -> Interpreter:
    program = split_program(batches, DataSpec(n=n))
    interpreter = Interpreter(program, generate(program.data))
    for statement_id in statement_ids:
        assert interpreter.run(find(statement_id, batches)) == OK
    return interpreter


@pytest.mark.parametrize("batches", [2, 4, 5, 8, 10], ids=str)
def test_that_residuals_are_nan_outside_the_part_in_use(batches: int) -> None:
    size, whole = 80 // batches, done("forward", "loss").residuals(500)
    assert whole is not None
    for part in range(batches):
        interpreter = in_parts(*("forward", "loss") * (part + 1), batches=batches)
        residuals = interpreter.residuals(500)
        assert residuals is not None
        here = slice(part * size, (part + 1) * size)
        assert residuals.shape == ((part + 1) * size,)
        assert np.isnan(residuals).tolist() == [True] * (part * size) + [False] * size
        assert residuals[here].tolist() == whole[here].tolist()


@pytest.mark.parametrize(("part", "there"), [(1, 200), (2, 200), (3, 100), (4, 0)], ids=str)
def test_that_of_a_part_beyond_the_most_points_none_is_given(part: int, there: int) -> None:
    interpreter = in_parts(*("forward", "loss") * part, batches=4, n=1000)
    residuals = interpreter.residuals(500)
    assert residuals is not None
    assert int((~np.isnan(residuals)).sum()) == there
    assert len(residuals) == min(part * 200, 500)


def test_that_residuals_stay_where_they_were_while_the_next_part_is_only_forward() -> None:
    before = in_parts("forward", "loss", batches=4).residuals(500)
    after = in_parts("forward", "loss", "forward", batches=4).residuals(500)
    assert before is not None
    assert after is not None
    assert after.tolist() == before.tolist()
