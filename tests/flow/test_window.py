"""The whole window on real tensors, offscreen."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QTabBar
from pytestqt.qtbot import QtBot

from gradlab import app
from gradlab.app import Gradlab
from gradlab.core.lesson import lessons_folder, load_lessons
from gradlab.core.program import LESSON_GPU_START, Program
from gradlab.core.statements import LOOP
from gradlab.qt.history_plot import HistoryPlot
from gradlab.qt.runner import UNTIL_EPOCHS
from gradlab.qt.theme import DARK
from tests.flow.windows import FULL_SPEED, caption, choose, find, finish, opened, press

CARDS = tuple(f"{step}_button" for step in LOOP)
BUTTONS = ("step_button", "back_button", "run_button", "restart_button", "new_seed_button")
TIME = ("timeline", "timeline_start", "timeline_back", "timeline_redo", "timeline_end")
SETTINGS = ("skip_update", "skip_zero", "lr_field", "until", "epochs_field", "target_field")
SHOWN = ("caption", "progress", "tensor_table", "data_plot", "gradient_plot")
IN_TABS = ("surface_plot", "loss_plot", "log_loss", "parameter_plot", "compare_table")
PINS = ("pin_button", "pin_run")


@pytest.fixture
def gradlab(qtbot: QtBot) -> Iterator[Gradlab]:
    yield from opened(qtbot, Program(start=LESSON_GPU_START))


def test_that_each_part_keeps_its_name(gradlab: Gradlab) -> None:
    window = gradlab.window
    there = [w.objectName() for w in QApplication.allWidgets() if window.isAncestorOf(w)]
    for name in (*CARDS, *BUTTONS, *TIME, *SETTINGS, *SHOWN, *IN_TABS, *PINS):
        assert there.count(name) == 1, name


def test_that_the_lessons_second_backward_doubles_the_gradients(gradlab: Gradlab) -> None:
    for name in ("forward", "loss", "backward", "forward", "loss", "backward"):
        press(gradlab, f"{name}_button")
    numbers = gradlab.bridge.last.numbers
    assert (numbers.b_grad, numbers.w_grad) == (-6.776159763336182, -3.8878161907196045)
    assert "doubled" in caption(gradlab)
    assert "−6.7762" in caption(gradlab)


def test_that_space_steps_from_the_start(qtbot: QtBot, gradlab: Gradlab) -> None:
    gradlab.window.activateWindow()
    assert gradlab.window.focusWidget() is gradlab.window.loop.step_button
    qtbot.keyClick(gradlab.window.loop.step_button, Qt.Key.Key_Space)
    assert gradlab.bridge.last.index == 1


def test_that_a_refused_statement_is_content_and_the_window_goes_on(gradlab: Gradlab) -> None:
    press(gradlab, "zero_button")
    assert "AttributeError: 'NoneType' object has no attribute 'zero_'" in caption(gradlab)
    for _ in range(5):
        press(gradlab, "step_button")
    assert gradlab.bridge.last.numbers.b_grad == 0.0
    assert gradlab.bridge.last.epochs_done == 1


def test_that_back_undoes_and_restart_begins_again(gradlab: Gradlab) -> None:
    start = gradlab.bridge.last.numbers
    for _ in range(3):
        press(gradlab, "step_button")
    press(gradlab, "back_button")
    assert gradlab.bridge.last.index == 2
    assert gradlab.bridge.last.numbers.b_grad is None
    press(gradlab, "restart_button")
    assert gradlab.bridge.last.numbers == start
    press(gradlab, "new_seed_button")
    assert gradlab.bridge.last.numbers.b == 0.33669036626815796


def test_that_the_learning_rate_field_is_a_statement(gradlab: Gradlab) -> None:
    field = gradlab.window.findChild(QLineEdit, "lr_field")
    assert field is not None
    field.setText("0,2")
    field.editingFinished.emit()
    assert gradlab.bridge.last.lr == 0.2
    assert gradlab.bridge.last.index == 1
    press(gradlab, "back_button")
    assert field.text() == "0.1"


def test_that_skipping_zero_in_the_window_leaves_the_gradient(gradlab: Gradlab) -> None:
    switch = gradlab.window.findChild(QCheckBox, "skip_zero")
    assert switch is not None
    switch.click()
    for _ in range(5):
        press(gradlab, "step_button")
    assert gradlab.bridge.last.numbers.b_grad == -3.388079881668091
    assert "skipped" in caption(gradlab)


def test_that_a_run_of_20_epochs_gives_the_numbers_of_100_single_steps(gradlab: Gradlab) -> None:
    gradlab.runner.start(UNTIL_EPOCHS, 20, FULL_SPEED)
    finish(gradlab)
    assert gradlab.bridge.last.epochs_done == 20
    ran = gradlab.bridge.last.numbers
    press(gradlab, "restart_button")
    for _ in range(20):
        for step in LOOP:
            gradlab.bridge.do(step.value)
    assert gradlab.bridge.last.numbers == ran


def test_that_pressing_a_card_ends_a_run(gradlab: Gradlab) -> None:
    press(gradlab, "run_button")
    assert gradlab.runner.running
    press(gradlab, "forward_button")
    assert not gradlab.runner.running


def test_that_a_diverging_run_stops_and_paints_on(qtbot: QtBot, gradlab: Gradlab) -> None:
    gradlab.bridge.set_learning_rate(50.0)
    gradlab.runner.start(UNTIL_EPOCHS, 1000, FULL_SPEED)
    finish(gradlab)
    assert gradlab.bridge.last.epochs_done < 20
    gradlab.window.grab()


def test_that_narrow_windows_put_panels_into_tabs(gradlab: Gradlab) -> None:
    for width, tabs in ((1920, 4), (1280, 6), (1024, 8), (1280, 6), (1920, 4)):
        gradlab.window.resize(width, 720)
        QApplication.processEvents()
        found = [t for t in gradlab.window.findChildren(QTabBar) if t.isVisible()]
        assert sum(t.count() for t in found) == tabs
        assert all(t.tabText(i) for t in found for i in range(t.count()))
        gradlab.window.grab()


def test_that_the_window_fits_a_small_projector(gradlab: Gradlab) -> None:
    least = gradlab.window.minimumSize()
    assert least.width() <= 1024
    assert least.height() <= 700


def test_that_each_menu_command_does_what_it_says(gradlab: Gradlab) -> None:
    gradlab.bridge.step()
    gradlab.bridge.step()
    for text, index in (("&Step", 3), ("&Back", 2), ("Red&o", 3), ("&2 Loss", 4)):
        choose(gradlab, text)
        assert gradlab.bridge.last.index == index, text
    choose(gradlab, "&Pin this run")
    assert [pin.statements for pin in gradlab.bridge.last.pins] == [4]
    choose(gradlab, "Restart, s&ame start")
    assert gradlab.bridge.last.index == 0
    choose(gradlab, "&Run or stop")
    assert gradlab.runner.running
    choose(gradlab, "&Run or stop")
    assert not gradlab.runner.running


def test_that_a_hand_on_the_loop_ends_a_run(gradlab: Gradlab) -> None:
    names = ("step_button", "back_button", "restart_button", "new_seed_button", "loss_button")
    for name in (*names, "timeline_redo", "timeline_back", "timeline_start", "timeline_end"):
        for _ in range(3):
            gradlab.bridge.step()
        gradlab.bridge.seek(1, 1.0)
        press(gradlab, "run_button")
        assert gradlab.runner.running
        press(gradlab, name)
        assert not gradlab.runner.running, name


def test_that_a_lesson_is_walked_and_left(gradlab: Gradlab) -> None:
    (action,) = [a for a in gradlab.window.findChildren(QAction) if a.data() == "three-attempts"]
    action.trigger()
    assert gradlab.bridge.last.lesson is not None
    assert "leaf Variable" in caption(gradlab)
    assert gradlab.bridge.last.loop[3].id == "update-inplace"
    press(gradlab, "step_button")
    assert not gradlab.bridge.last.at_stop
    press(gradlab, "lesson_next_button")
    assert gradlab.bridge.last.at_stop
    assert gradlab.bridge.last.numbers.b == 0.5328269004821777
    press(gradlab, "lesson_back_button")
    assert gradlab.bridge.last.stop == 0
    press(gradlab, "lesson_leave_button")
    assert gradlab.bridge.last.lesson is None
    assert not gradlab.window.lesson_bar.isVisible()


def test_that_every_lesson_runs_to_its_end_in_the_window(gradlab: Gradlab) -> None:
    actions = {a.data(): a for a in gradlab.window.findChildren(QAction) if a.data()}
    lessons, _ = load_lessons(lessons_folder())
    for lesson in lessons:
        actions[lesson.id].trigger()
        for stop in range(1, len(lesson.stops)):
            press(gradlab, "lesson_next_button")
            assert gradlab.bridge.last.stop == stop
        words = gradlab.window.findChild(QLabel, "lesson_words")
        assert words is not None
        assert words.text() == lesson.stops[-1].words
        gradlab.window.grab()


def test_that_a_probe_is_run_from_its_menu(gradlab: Gradlab) -> None:
    (action,) = [a for a in gradlab.window.findChildren(QAction) if a.data() == "numpy-b"]
    action.trigger()
    assert "Can't call numpy()" in caption(gradlab)


def test_that_a_variant_chosen_on_a_card_is_what_runs(gradlab: Gradlab) -> None:
    picker = gradlab.window.loop.cards[LOOP[4]].picker
    assert picker is not None
    {a.data(): a for a in picker.menu().actions()}["zero-none"].trigger()
    for _ in range(5):
        press(gradlab, "step_button")
    assert gradlab.bridge.last.numbers.b_grad is None
    assert gradlab.bridge.last.statement is not None
    assert gradlab.bridge.last.statement.code == "b.grad = None\nw.grad = None"


def test_that_shortcuts_do_nothing_before_pytorch_is_there(qtbot: QtBot) -> None:
    gradlab = app.assemble("light")
    qtbot.addWidget(gradlab.window)
    for action in gradlab.window.findChildren(QAction):
        if action.text() in {"&Run or stop", "&Step", "Loss"}:
            action.trigger()
    assert not gradlab.runner.running
    assert not gradlab.bridge.last.ready


def test_that_a_theme_can_be_chosen_live(gradlab: Gradlab) -> None:
    for _ in range(3):
        gradlab.bridge.step()
    actions = {a.data(): a for a in gradlab.window.findChildren(QAction) if a.data()}
    actions["dark"].trigger()
    window = QApplication.palette().window().color()
    assert window.name().upper() == DARK.background
    for name, colours in (
        ("loss_plot", (DARK.fit, DARK.data)),
        ("parameter_plot", (DARK.b, DARK.w)),
    ):
        drawn = find(gradlab, HistoryPlot, name)._lines  # also of what was drawn before
        pens = [line._curve.opts["pen"].color().name().upper() for line, _ in drawn]
        assert pens == list(colours)
    actions["light"].trigger()


def test_that_the_window_stands_before_pytorch_and_is_usable_after(qtbot: QtBot) -> None:
    app.application()
    gradlab = app.assemble("light")
    qtbot.addWidget(gradlab.window)
    assert "PyTorch is starting" in caption(gradlab)
    assert not gradlab.window.loop.step_button.isEnabled()
    loader = app.EngineImport()
    starter = app.EngineStarter(gradlab, Program())
    loader.imported.connect(starter.start)
    with qtbot.waitSignal(loader.finished, timeout=60_000):
        loader.start()
    qtbot.waitUntil(gradlab.window.loop.step_button.isEnabled)
    assert gradlab.controller is not None


def test_that_a_missing_device_is_said_in_the_caption(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    gradlab = app.assemble("light")
    qtbot.addWidget(gradlab.window)
    app.EngineStarter(gradlab, Program(device="cuda")).start()
    assert "PyTorch finds no CUDA device here" in caption(gradlab)


def test_that_a_missing_torch_is_said_in_one_line(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "gradlab.core.controller", None)
    loader = app.EngineImport()
    with qtbot.waitSignal(loader.failed) as signal:
        loader.run()
    (message,) = signal.args or [""]
    assert "pip install torch" in message
    assert "\n" not in message
