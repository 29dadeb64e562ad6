"""Back in time, runs to a goal, and pinned runs, in the whole window on real tensors."""

import math
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer, SignalInstance
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from gradlab.app import Gradlab
from gradlab.core.number_format import format_number
from gradlab.core.program import Program
from gradlab.qt.history_plot import HistoryPlot
from gradlab.qt.runner import UNTIL_EPOCHS
from tests.flow.references import EPOCH, bare, fresh, least, loss, picture, val_loss, variance
from tests.flow.windows import (
    FULL_SPEED,
    bring_up,
    caption,
    choose,
    enter,
    find,
    finish,
    opened,
    press,
    words,
)
from tests.mouse import drag

TOO_FAST = "lr 0.9 is above 0.8055, the largest stable one: the loss will grow."


@pytest.fixture
def gradlab(qtbot: QtBot) -> Iterator[Gradlab]:
    yield from opened(qtbot, Program(device="cpu"))


def run(gradlab: Gradlab, until: int, name: str = "", text: str = "") -> None:
    """Run at full speed until what is chosen in the window, to the end."""
    find(gradlab, QComboBox, "speed").setCurrentIndex(FULL_SPEED)
    find(gradlab, QComboBox, "until").setCurrentIndex(until)
    if name:
        enter(gradlab, name, text)
    press(gradlab, "run_button")
    finish(gradlab)


# --- back in time


def test_that_back_and_redo_show_what_stood_there(gradlab: Gradlab) -> None:
    press(gradlab, *(f"{name}_button" for name in EPOCH[:4]))
    there = picture(gradlab.bridge.last)
    press(gradlab, "back_button", "back_button")
    assert picture(gradlab.bridge.last) == picture(fresh(*EPOCH[:2]).snapshot())
    assert gradlab.bridge.last.recorded == 4
    choose(gradlab, "Red&o")
    press(gradlab, "timeline_redo")
    assert picture(gradlab.bridge.last) == there
    press(gradlab, "timeline_start", "back_button")
    assert gradlab.bridge.last.index == 0
    press(gradlab, "timeline_end", "timeline_redo")
    assert picture(gradlab.bridge.last) == there


def test_that_back_after_a_restart_brings_the_run_back(gradlab: Gradlab) -> None:
    press(gradlab, *(f"{name}_button" for name in EPOCH[:3]))
    there = picture(gradlab.bridge.last)
    press(gradlab, "restart_button")
    assert gradlab.bridge.last.index == 0
    press(gradlab, "back_button")
    assert picture(gradlab.bridge.last) == there


def test_that_another_card_in_the_past_cuts_off_what_came_later(gradlab: Gradlab) -> None:
    press(gradlab, *(f"{name}_button" for name in EPOCH))
    press(gradlab, "back_button", "back_button", "forward_button")
    last = gradlab.bridge.last
    assert (last.index, last.recorded) == (4, 4)
    assert "The 2 statements that came after it are cut off." in caption(gradlab)
    steps = (*EPOCH[:3], "forward")
    assert picture(last)["tensors"] == picture(fresh(*steps).snapshot())["tensors"]
    assert gradlab.window.timeline.accessibleDescription() == "statement 4 · epoch 1 · forward"
    choose(gradlab, "Red&o")  # there is nothing to redo
    assert gradlab.bridge.last.index == 4


def test_that_the_card_that_comes_next_in_the_past_cuts_nothing_off(gradlab: Gradlab) -> None:
    press(gradlab, *(f"{name}_button" for name in EPOCH))
    press(gradlab, "back_button", "back_button", "step_button")
    assert (gradlab.bridge.last.index, gradlab.bridge.last.recorded) == (4, 5)
    assert "cut off" not in caption(gradlab)


def test_that_a_drag_on_the_timeline_goes_through_time(gradlab: Gradlab) -> None:
    gradlab.runner.start(UNTIL_EPOCHS, 20, FULL_SPEED)
    finish(gradlab)
    press(gradlab, "forward_button")
    timeline = gradlab.window.timeline
    right = timeline.width() - 19  # the track keeps 19 pixels free at either side
    seen: list[int] = []
    gradlab.bridge.snapshotChanged.connect(lambda snapshot: seen.append(snapshot.index))
    xs = [right, right - 1, *range(right, 19, -97), 19.0]
    drag(timeline, *((x, 38.0) for x in xs))
    assert gradlab.bridge.last.index == 0
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) > 15
    assert picture(gradlab.bridge.last) == picture(fresh().snapshot())
    middle = 19 + (right - 19) * 57 / 101
    drag(timeline, (middle, 38.0))
    assert gradlab.bridge.last.index == 57
    assert picture(gradlab.bridge.last) == picture(fresh(*EPOCH * 11, *EPOCH[:2]).snapshot())
    assert gradlab.bridge.last.recorded == 101


@pytest.mark.parametrize("name", ["loss_plot", "parameter_plot"])
def test_that_a_click_on_a_history_goes_there(gradlab: Gradlab, name: str) -> None:
    for _ in range(12):
        press(gradlab, "step_button")
    plot = find(gradlab, HistoryPlot, name)
    panel = plot.parentWidget()
    assert panel is not None
    bring_up(gradlab, panel)
    box = plot.getPlotItem().getViewBox()
    area, (low, high) = box.sceneBoundingRect(), box.viewRange()[0]
    x = area.left() + (7 - low) / (high - low) * area.width()
    drag(plot.viewport(), (x, area.center().y()))
    assert gradlab.bridge.last.index == 7
    assert picture(gradlab.bridge.last) == picture(fresh(*EPOCH, *EPOCH[:2]).snapshot())
    drag(plot.viewport(), (x, area.center().y()), (area.right(), 5.0))
    assert gradlab.bridge.last.index == 12


def test_that_what_takes_many_slices_of_time_ends_the_same(
    qtbot: QtBot, gradlab: Gradlab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gradlab.qt.runner.SLICE", 0.0)  # enough for one statement
    seen: list[int] = []
    gradlab.bridge.snapshotChanged.connect(lambda snapshot: seen.append(snapshot.index))
    run(gradlab, 0, "epochs_field", "3")
    assert len(seen) > 2
    there, straight = picture(gradlab.bridge.last), picture(fresh(*EPOCH * 3).snapshot())
    del there["changed"], straight["changed"]  # it is told of a whole slice
    assert there == straight
    press(gradlab, "timeline_start")
    qtbot.waitUntil(lambda: gradlab.bridge.last.index == 0)
    seen.clear()
    drag(gradlab.window.timeline, (19 + (gradlab.window.timeline.width() - 38) * 13 / 15, 38.0))
    qtbot.waitUntil(lambda: gradlab.bridge.last.index == 13)
    assert seen == list(range(1, 14))
    assert picture(gradlab.bridge.last) == picture(fresh(*EPOCH * 2, *EPOCH[:3]).snapshot())


def test_that_a_setting_changed_on_the_way_to_a_far_point_ends_the_way(
    gradlab: Gradlab, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(gradlab, *(f"{name}_button" for name in EPOCH * 2))
    monkeypatch.setattr("gradlab.qt.runner.SLICE", 0.0)  # enough for one statement
    for name in ("skip_zero", "lr"):
        gradlab.bridge.seek(0, 60.0)
        gradlab.runner.seek(9)
        assert 0 < gradlab.bridge.last.index < 9
        here = gradlab.bridge.last.index
        enter(gradlab, "lr_field", "0.2") if name == "lr" else press(gradlab, name)
        assert not any(t.isActive() for t in gradlab.runner.findChildren(QTimer))
        assert gradlab.bridge.last.index == here + (name == "lr")
    assert gradlab.bridge.last.recorded == here + 1
    assert gradlab.bridge.last.lr == 0.2


# --- runs to a goal


def test_that_a_run_until_a_loss_ends_at_the_first_epoch_that_has_it(gradlab: Gradlab) -> None:
    run(gradlab, 1, "target_field", "0.01")
    lines = bare(400)
    epoch = next(i for i, line in enumerate(lines) if loss(*line) <= 0.01)
    last = gradlab.bridge.last
    assert epoch > 10
    assert (last.numbers.b, last.numbers.w) == lines[epoch]
    assert last.index == 5 * epoch
    assert words(gradlab, "progress") == "loss reached"


def test_that_a_run_until_it_settles_ends_at_the_least_loss(gradlab: Gradlab) -> None:
    run(gradlab, 2)
    last, lowest = gradlab.bridge.last, loss(*least())
    lines = bare(last.epochs_done)
    left = [(loss(*line) - lowest) / variance() for line in lines]
    assert (last.numbers.b, last.numbers.w) == lines[-1]
    assert left[-1] <= 1e-6 < left[-2]
    assert words(gradlab, "progress") == "settled"
    bring_up(gradlab, gradlab.window.panels["loss"])
    assert gradlab.window.panels["loss"]._note.text().endswith("settled at its least")


def test_that_a_rate_that_diverges_is_warned_of_and_stopped_with_its_name(
    gradlab: Gradlab,
) -> None:
    press(gradlab, *(f"{name}_button" for name in EPOCH))
    enter(gradlab, "lr_field", "0.9")
    assert words(gradlab, "run_message") == TOO_FAST
    assert not find(gradlab, QLabel, "run_message").isHidden()
    press(gradlab, "restart_button")
    assert words(gradlab, "run_message") == TOO_FAST
    run(gradlab, 0, "epochs_field", "1000")
    last = gradlab.bridge.last
    assert last.stuck
    assert last.index < 5000
    assert f"Stopped at statement {last.index}: " in caption(gradlab)
    assert words(gradlab, "progress") == f"stopped at {last.index}"
    gradlab.window.grab()  # and it still paints
    press(gradlab, "restart_button")
    enter(gradlab, "lr_field", "0.8")
    assert find(gradlab, QLabel, "run_message").isHidden()
    run(gradlab, 2)
    last = gradlab.bridge.last
    assert not last.stuck
    assert (last.numbers.b, last.numbers.w) == bare(last.epochs_done, lr=0.8)[-1]
    assert last.numbers.b == pytest.approx(least()[0], abs=1e-2)


def test_that_stop_ends_a_run_where_it_is(gradlab: Gradlab) -> None:
    find(gradlab, QComboBox, "speed").setCurrentIndex(3)
    press(gradlab, "run_button")
    gradlab.runner.tick()
    gradlab.runner.tick()
    assert find(gradlab, QLabel, "progress").text().startswith("2 of 1000")
    press(gradlab, "run_button")
    assert not gradlab.runner.running
    assert gradlab.bridge.last.index == 10
    lines = bare(2)
    assert (gradlab.bridge.last.numbers.b, gradlab.bridge.last.numbers.w) == lines[-1]


# --- pinned runs, and other starts


def test_that_two_pinned_runs_can_be_compared(gradlab: Gradlab) -> None:
    run(gradlab, 0, "epochs_field", "60")
    press(gradlab, "pin_button", "restart_button", "skip_zero")
    run(gradlab, 0, "epochs_field", "60")
    bring_up(gradlab, gradlab.window.compare)
    press(gradlab, "pin_run")
    with_zero, without = bare(60)[-1], bare(60, EPOCH[:4])[-1]
    assert [(p.numbers.b, p.numbers.w) for p in gradlab.bridge.last.pins] == [with_zero, without]
    table = find(gradlab, QTableWidget, "compare_table")
    rows = []
    for row in range(table.rowCount()):
        cells = [table.item(row, column) for column in range(7)]
        rows.append([cell.text().strip() if cell else "" for cell in cells])
    ends = [
        ["60", *(format_number(number) for number in (*line, loss(*line), val_loss(*line)))]
        for line in (without, with_zero, without)
    ]
    assert [row[2:] for row in rows] == ends
    assert [row[1] for row in rows[1:]] == ["lr 0.1", "lr 0.1, zero_() skipped"]
    press(gradlab, "unpin_A")
    assert table.rowCount() == 2
    assert [pin.letter for pin in gradlab.bridge.last.pins] == ["B"]


def test_that_the_fields_of_the_surface_set_the_start(gradlab: Gradlab) -> None:
    press(gradlab, *(f"{name}_button" for name in EPOCH), "run_button")
    bring_up(gradlab, gradlab.window.surface)
    enter(gradlab, "start_b_field", "-1,5")
    assert not gradlab.runner.running
    enter(gradlab, "start_w_field", "3")
    last = gradlab.bridge.last
    assert (last.index, last.recorded) == (0, 0)
    assert (last.numbers.b, last.numbers.w) == (-1.5, 3.0)
    assert "start: b = −1.5000, w = 3.0000" in gradlab.window._info.text()
    press(gradlab, "forward_button", "loss_button")
    assert gradlab.bridge.last.numbers.loss == pytest.approx(loss(-1.5, 3.0), rel=1e-6)


# --- what is shown


@pytest.mark.parametrize("width", [1920, 1024])
def test_that_a_panel_behind_a_tab_shows_the_current_state_when_it_comes_up(
    gradlab: Gradlab, width: int
) -> None:
    window = gradlab.window
    window.resize(width, 720)
    bring_up(gradlab, window.compare)
    panel = window.panels["parameters"]
    before = panel._note.text()
    press(gradlab, *(f"{name}_button" for name in EPOCH))
    assert panel._note.text() == before  # no time is spent on what cannot be seen
    bring_up(gradlab, panel)
    b, w = bare(1)[-1]
    assert panel._note.text().split() == ["b", "=", f"{b:.4f}", "w", "=", f"{w:.4f}"]
    press(gradlab, "back_button", "back_button")
    b, w = bare(0)[-1]
    assert panel._note.text().split() == ["b", "=", f"{b:.4f}", "w", "=", f"{w:.4f}"]


def test_that_panels_keep_up_when_the_window_changes_its_width(gradlab: Gradlab) -> None:
    window = gradlab.window
    tensors = find(gradlab, QTableWidget, "tensor_table")
    bring_up(gradlab, window.surface)
    press(gradlab, "forward_button", "loss_button")
    window.resize(1024, 720)  # all in tabs
    QApplication.processEvents()
    assert not window.dock_area.docks["tensors"].seen
    press(gradlab, "backward_button")
    window.resize(1920, 1000)
    QApplication.processEvents()
    assert window.dock_area.docks["tensors"].seen
    grad = tensors.item(0, 2)
    assert grad is not None
    assert gradlab.bridge.last.numbers.b_grad is not None
    assert format_number(gradlab.bridge.last.numbers.b_grad) in grad.text()
    assert "freed by backward()" in window.panels["graph"]._note.text()


def test_that_a_run_in_a_hurry_shows_all_now_and_then_and_at_its_end(
    gradlab: Gradlab, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("gradlab.qt.main_window.perf_counter", lambda: now[0])
    gradlab.bridge.set_skip("zero", False)  # shown whole, at 0 s
    note = gradlab.window.loop._note
    gradlab.runner.start(UNTIL_EPOCHS, 6, 3)  # an epoch in a tick
    seen = []
    for seconds in (0.1, 0.2, 0.3, 0.9, 1.0):
        now[0] = seconds
        gradlab.runner.tick()
        seen.append(note.text())
    start, whole = "epoch 1 · statement 0", "epoch 4 · statement 20"
    assert seen == [start, start, start, whole, whole]
    finish(gradlab)
    b, w = bare(6)[-1]
    assert note.text() == "epoch 6 · statement 30"
    assert gradlab.window.timeline.accessibleDescription() == "statement 30 · epoch 6 · zero_()"
    assert f"{b:.3f}" in words(gradlab, "equation")
    value = find(gradlab, QTableWidget, "tensor_table").item(1, 1)
    assert value is not None
    assert f"{w:.4f}" in value.text()
    assert caption(gradlab).startswith("zero_()")


def signals(thing: QWidget) -> list[SignalInstance]:
    """Return the signals that the class of `thing` declares, its own and inherited of ours."""
    kinds = [kind for kind in type(thing).__mro__ if kind.__module__.startswith("gradlab.")]
    return [getattr(thing, name) for kind in kinds for name in vars(kind) if "Requested" in name]


def test_that_nothing_is_asked_while_a_snapshot_is_shown(gradlab: Gradlab) -> None:
    window, asked = gradlab.window, list[str]()
    things = [window, *window.findChildren(QWidget)]
    found = {str(signal): signal for thing in things for signal in signals(thing)}
    assert len(found) > 15
    for signal in found.values():
        signal.connect(lambda *_: asked.append("asked"))
    window.statementPicked.connect(lambda _: asked.append("picked"))
    bridge = gradlab.bridge
    for name in (*EPOCH, "zero", "backward", "backward"):
        bridge.do(name)
    bridge.pin()
    bridge.seek(2, math.inf)
    for name in window.dock_area.docks:
        window.dock_area.bring_up(name)
        QApplication.processEvents()
    bridge.set_learning_rate(1e9)
    bridge.set_skip("zero", True)
    for _ in range(30):
        bridge.step()
    bridge.set_variant("update-inplace")
    bridge.set_start(1.0, 2.0)
    bridge.unpin("A")
    bridge.new_seed()
    assert asked == []
