import numpy as np
import pytest

from gradlab.core.dataset import Dataset, generate
from gradlab.core.program import DataSpec
from tests.core.bare_torch import lesson_data


def columns(data: Dataset) -> tuple[np.ndarray, ...]:
    return data.x_train, data.y_train, data.x_val, data.y_val


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param(DataSpec(), id="lesson"),
        pytest.param(DataSpec(seed=7, n=1001), id="other-seed-and-size"),
        pytest.param(DataSpec(true_b=-3.5, true_w=0.25, noise=2.0), id="other-line"),
        pytest.param(DataSpec(seed=2**32 - 1, n=2), id="last-seed-fewest-points"),
    ],
)
def test_that_the_points_are_the_lessons_bit_for_bit(spec: DataSpec) -> None:
    reference = lesson_data(spec.n, spec.seed, spec.true_b, spec.true_w, spec.noise)
    for made, expected in zip(columns(generate(spec)), reference, strict=True):
        assert made.dtype == expected.dtype
        assert made.tobytes() == expected.tobytes()


def test_that_the_global_generator_is_left_alone() -> None:
    np.random.seed(5)
    expected = np.random.rand(3).tolist()
    np.random.seed(5)
    generate(DataSpec())
    assert np.random.rand(3).tolist() == expected


@pytest.mark.parametrize(
    ("n", "train"), [(2, 1), (3, 2), (5, 4), (9, 7), (100, 80), (1001, 800)], ids=str
)
def test_that_four_fifths_of_the_points_are_for_training(n: int, train: int) -> None:
    data = generate(DataSpec(n=n))
    assert [c.shape for c in columns(data)] == [(train, 1)] * 2 + [(n - train, 1)] * 2


def test_that_every_point_is_in_exactly_one_set() -> None:
    data = generate(DataSpec(n=50))
    np.random.seed(42)
    drawn = np.random.rand(50)
    split = np.concatenate([data.x_train, data.x_val]).ravel()
    assert sorted(split.tolist()) == sorted(drawn.tolist())


def test_that_without_noise_the_points_lie_on_the_line() -> None:
    data = generate(DataSpec(true_b=0.5, true_w=-4.0, noise=0.0))
    assert (data.y_train == 0.5 + -4.0 * data.x_train).all()
    assert (data.y_val == 0.5 + -4.0 * data.x_val).all()


def test_that_another_seed_gives_other_points() -> None:
    assert not np.isin(generate(DataSpec(seed=1)).x_train, generate(DataSpec(seed=2)).x_train).any()


@pytest.mark.parametrize("name", ["x_train", "y_train", "x_val", "y_val"])
def test_that_the_points_cannot_be_written_to(name: str) -> None:
    column = getattr(generate(DataSpec()), name)
    with pytest.raises(ValueError, match="read-only"):
        column[0] = 0.0


def test_that_the_data_carry_their_spec() -> None:
    spec = DataSpec(seed=3, n=10)
    assert generate(spec).spec is spec
