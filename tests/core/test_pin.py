import numpy as np
import pytest

from gradlab.core.controller import Controller
from gradlab.core.goal import Goal
from gradlab.core.lesson import Lesson, Stop
from gradlab.core.outcome import NUMBER_NAMES
from gradlab.core.outline import CURVES
from gradlab.core.pin import Pin
from gradlab.core.program import DataSpec, Program
from gradlab.core.statements import Step
from tests.core.bare_torch import lesson_data
from tests.core.runs import GRADS, IDS, after, cpu, cpu_program, split_program


def only(controller: Controller) -> Pin:
    (pin,) = controller.pin().pins
    return pin


def name_of(controller: Controller) -> str:
    return only(controller).name


def letters(pins: tuple[Pin, ...]) -> str:
    return "".join(pin.letter for pin in pins)


# --- what is kept


def test_that_a_pin_tells_how_the_run_stands_at_its_end() -> None:
    controller = cpu()
    end = controller.advance(53, Goal())
    pin = only(controller)
    b, w = end.numbers.b or 0.0, end.numbers.w or 0.0
    x_train, y_train, x_val, y_val = (
        a.astype(np.float32).astype(np.float64) for a in lesson_data()
    )
    assert (pin.letter, pin.statements, pin.epochs, pin.data) == ("A", 53, 10, DataSpec())
    assert pin.numbers == end.numbers
    assert pin.loss == pytest.approx(((b + w * x_train - y_train) ** 2).mean(), rel=1e-9)
    assert pin.val_loss == pytest.approx(((b + w * x_val - y_val) ** 2).mean(), rel=1e-9)


def test_that_a_run_that_was_gone_back_in_is_pinned_to_its_end() -> None:
    controller = after(*IDS * 3)
    controller.seek(4)
    pin = only(controller)
    assert (pin.statements, pin.epochs) == (15, 3)
    assert pin.numbers == after(*IDS * 3).snapshot().numbers
    assert controller.snapshot().index == 4


def test_that_a_pinned_start_has_no_epochs() -> None:
    pin = only(cpu())
    assert (pin.statements, pin.epochs, pin.numbers.b_grad) == (0, 0, None)


def test_that_a_diverged_run_can_be_pinned() -> None:
    controller = cpu(lr=1e12)
    controller.run([*GRADS, "update"], repeat=12)
    pin = only(controller)
    assert str(pin.loss) == str(pin.val_loss) == "nan"


def test_that_a_pin_stays_as_it_is_while_another_run_goes_on() -> None:
    controller = cpu()
    controller.advance(33_000, Goal())
    pin = only(controller)
    before = {name: pin.curves.curve(name) for name in CURVES}
    numbers = [getattr(pin.curves.columns, name).copy() for name in NUMBER_NAMES]
    path = pin.curves.path(33_000)

    controller.advance(500, Goal())
    controller.seek(123)
    controller.do("lr=0.9")
    controller.advance(4000, Goal())
    controller.restart()
    controller.advance(300, Goal())

    (now,) = controller.snapshot().pins
    assert now is pin
    assert len(now.curves.columns) == 33_001
    for name in CURVES:
        for part in ("at", "low", "high"):
            one, other = getattr(now.curves.curve(name), part), getattr(before[name], part)
            assert np.array_equal(one, other, equal_nan=True)
    for name, kept in zip(NUMBER_NAMES, numbers, strict=True):
        assert np.array_equal(getattr(now.curves.columns, name), kept, equal_nan=True)
    assert all(np.array_equal(*pair) for pair in zip(now.curves.path(33_000), path, strict=True))


# --- letters


def test_that_pins_are_called_a_b_and_c_and_a_fourth_is_not_taken() -> None:
    controller = cpu()
    seen = []
    for _ in range(5):
        seen.append(letters(controller.pin().pins))
        controller.step()
    assert seen == ["A", "AB", "ABC", "ABC", "ABC"]
    assert [pin.statements for pin in controller.snapshot().pins] == [0, 1, 2]


@pytest.mark.parametrize(
    ("gone", "left", "then"), [("A", "BC", "BCA"), ("B", "AC", "ACB"), ("C", "AB", "ABC")]
)
def test_that_a_pin_that_was_let_go_leaves_its_letter(gone: str, left: str, then: str) -> None:
    controller = cpu()
    for _ in range(3):
        controller.pin()
    assert letters(controller.unpin(gone).pins) == left
    assert letters(controller.pin().pins) == then


@pytest.mark.parametrize("letter", ["B", "D", "", "a"])
def test_that_letting_go_what_is_not_there_changes_nothing(letter: str) -> None:
    controller = cpu()
    controller.pin()
    assert letters(controller.unpin(letter).pins) == "A"


# --- for how long


def test_that_pins_stay_over_a_restart_a_seed_and_a_start() -> None:
    controller = cpu()
    controller.pin()
    for again in (controller.restart, controller.new_seed, lambda: controller.set_start(3, 4)):
        assert letters(again().pins) == "A"


def lesson(data: DataSpec) -> Lesson:
    return Lesson("id", "Title", "3.1", "Goal.", Program(data=data), (Stop((), "Words."),))


@pytest.mark.parametrize(
    ("data", "left"), [(DataSpec(), "A"), (DataSpec(seed=7), ""), (DataSpec(noise=0.2), "")],
    ids=["same", "seed", "noise"],
)  # fmt: skip  # as it is read
def test_that_pins_go_with_the_data_that_they_were_made_with(data: DataSpec, left: str) -> None:
    controller = cpu()
    controller.pin()
    assert letters(controller.open_lesson(lesson(data)).pins) == left


# --- the name


def test_that_a_pin_is_named_after_its_learning_rate() -> None:
    assert name_of(cpu()) == "lr 0.1"
    assert name_of(cpu(lr=1e-7)) == "lr 1e−07"
    assert name_of(cpu(lr=-0.5)) == "lr −0.5"


@pytest.mark.parametrize(
    ("rates", "shown"),
    [
        (["0.5"], "0.1 → 0.5"),
        (["0.5", "0.25"], "0.5 → 0.25"),
        (["0.1"], "0.1"),
        (["0.5", "0.1"], "0.5 → 0.1"),
        (["0.5", "0.1", "0.5"], "0.1 → 0.5"),
        (["0.5", "0.5"], "0.1 → 0.5"),
    ],
    ids="-".join,
)
def test_that_the_last_two_learning_rates_are_named(rates: list[str], shown: str) -> None:
    controller = after(*GRADS)
    for rate in rates:
        controller.do(f"lr={rate}")
    assert name_of(controller) == f"lr {shown}"


def test_that_after_a_restart_a_run_is_named_after_the_rate_that_it_began_with() -> None:
    controller = after("lr=0.5", *IDS)
    controller.restart()
    assert name_of(controller) == "lr 0.5"


def test_that_what_was_skipped_is_named_once_it_was() -> None:
    controller = cpu()
    controller.set_skip(Step.ZERO, True)
    assert name_of(controller) == "lr 0.1"
    controller.unpin("A")
    controller.run(IDS)
    controller.set_skip(Step.ZERO, False)
    assert name_of(controller) == "lr 0.1, zero_() skipped"
    controller.unpin("A")
    controller.set_skip(Step.UPDATE, True)
    controller.run(IDS)
    assert name_of(controller) == "lr 0.1, update skipped, zero_() skipped"


def test_that_other_statements_of_the_loop_are_named_and_probes_are_not() -> None:
    controller = after(*IDS, "forward", "type-x", "loss", "nudge-w", "backward-retain",
                       "update-data", "zero-none", "forward-detach", "loss-false-cure")  # fmt: skip
    assert name_of(controller) == (
        "lr 0.1, backward(retain_graph), forward, b detached, grad = None, update through .data"
    )


def test_that_parts_are_named() -> None:
    assert name_of(Controller(split_program(4))) == "lr 0.1, 4 parts"


def test_that_everything_together_is_named_in_order() -> None:
    controller = Controller(split_program(2))
    controller.set_skip(Step.ZERO, True)
    controller.run([*GRADS, *GRADS, "update-data", "zero", "lr=0.3"])
    assert name_of(controller) == ("lr 0.1 → 0.3, zero_() skipped, update through .data, 2 parts")


def test_that_what_was_cut_off_is_not_named() -> None:
    controller = after(*IDS, "lr=0.5", "zero-none")
    controller.seek(5)
    controller.do("forward")
    assert name_of(controller) == "lr 0.1"


def test_that_what_may_be_done_again_is_named() -> None:
    controller = after(*IDS, "lr=0.5", "zero-none")
    controller.seek(2)
    assert name_of(controller) == "lr 0.1 → 0.5, grad = None"


def test_that_a_program_is_named_by_what_ran_and_not_by_what_stands_on_its_cards() -> None:
    controller = Controller(cpu_program())
    controller.set_variant("update-data")
    assert name_of(controller) == "lr 0.1"


def test_that_a_variant_that_was_only_skipped_names_no_run() -> None:
    controller = cpu()
    controller.set_variant("zero-none")
    controller.set_skip(Step.ZERO, True)
    for _ in range(5):
        controller.step()
    assert controller.pin().pins[-1].name == "lr 0.1, zero_() skipped"
