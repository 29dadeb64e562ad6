import pytest
import torch

from gradlab.core.program import GivenStart, SeededStart
from gradlab.core.statements import Step
from tests.core.runs import GRADS, IDS, after, cpu, cpu_program, picture


def test_that_restart_keeps_the_learning_rate_and_the_start() -> None:
    controller = after(*IDS, "lr=0.5", *GRADS)
    snapshot = controller.restart()
    fresh = picture(cpu(lr=0.5).snapshot())
    assert {**picture(snapshot), "caption": ""} == {**fresh, "caption": ""}
    assert snapshot.program == cpu_program(lr=0.5)


def test_that_restart_keeps_the_skips_and_the_data() -> None:
    controller = cpu()
    data = controller.snapshot().data
    controller.set_skip(Step.ZERO, True)
    snapshot = controller.restart()
    assert snapshot.program.skips == {Step.ZERO}
    assert snapshot.data is data


def test_that_back_at_the_start_brings_the_run_before_back_as_it_stood() -> None:
    controller = after(*IDS, "lr=0.5", "detect-anomaly", *GRADS)
    controller.set_skip(Step.ZERO, True)
    before = controller.seek(8)
    for begin_again in (
        controller.restart,
        controller.new_seed,
        lambda: controller.set_start(1.0, 2.0),
    ):
        started = begin_again()
        assert (started.index, started.recorded, started.earlier) == (0, 0, True)
        assert "Back brings the run before this one back" in started.caption.text
        controller.run(IDS)
        assert controller.seek(0).earlier
        returned = controller.back()
        assert picture(returned) == picture(before)
        assert (returned.recorded, returned.earlier) == (before.recorded, False)
        assert torch.is_anomaly_enabled()
    torch.autograd.set_detect_anomaly(False)


def test_that_back_at_the_first_start_stays_there() -> None:
    controller = cpu()
    controller.restart()  # of nothing that was done, nothing is kept
    assert controller.snapshot().earlier is False
    assert controller.back().index == 0


@pytest.mark.parametrize(
    ("start", "seed"),
    [
        pytest.param(SeededStart(42), 43, id="next"),
        pytest.param(SeededStart(2**32 - 1), 0, id="last"),
        pytest.param(GivenStart(1, 2), 42, id="given"),
    ],
)
def test_that_a_new_seed_draws_the_next_start(start: SeededStart | GivenStart, seed: int) -> None:
    snapshot = cpu(start=start).new_seed()
    torch.manual_seed(seed)
    assert (snapshot.numbers.b, snapshot.numbers.w) == (
        torch.randn(1).item(),
        torch.randn(1).item(),
    )
    assert snapshot.program.start == SeededStart(seed)


def test_that_a_new_seed_changes_the_start_only() -> None:
    controller = after(*IDS, "lr=0.5")
    controller.set_skip(Step.ZERO, True)
    before, snapshot = controller.snapshot(), controller.new_seed()
    assert (snapshot.index, snapshot.lr, len(snapshot.columns)) == (0, 0.5, 1)
    assert snapshot.data is before.data
    assert snapshot.program.data == before.program.data
    assert snapshot.program.skips == {Step.ZERO}
