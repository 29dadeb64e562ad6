"""The map of the loss: it shows where the run stands, and asks for another start."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from gradlab.core.dataset import generate
from gradlab.core.limits import LARGEST
from gradlab.core.outcome import OK, Numbers
from gradlab.core.pin import Pin
from gradlab.core.program import DataSpec
from gradlab.core.snapshot import EMPTY, Snapshot
from gradlab.core.surface import Quadratic
from gradlab.core.veil import HIDDEN
from gradlab.qt.loss_map import ARROW
from gradlab.qt.number_field import NumberField
from gradlab.qt.panels.surface_plot import MOST_POINTS, SurfacePlot
from gradlab.qt.theme import DARK, LIGHT, Theme
from tests.flow.hidden_number import places
from tests.qt.snapshots import START, SURFACE, snapshot, twice_backward

MINIMUM = SURFACE.minimum() or (0.0, 0.0)
BACKWARD = Numbers(b=0.25, w=0.5, b_grad=-3.0, w_grad=-2.0, loss=2.5)
VALLEY = Quadratic(x=2.0, y=1.0, xx=4.0, xy=2.0, yy=1.5)
LEFT = Qt.MouseButton.LeftButton


def descent(n: int, lr: float = 0.1, b: float = 0.25, w: float = 0.5) -> list[Numbers]:
    """Return the numbers after each of `n` updates."""
    told = []
    for _ in range(n):
        b_grad, w_grad = SURFACE.gradient(b, w)
        b, w = b - lr * b_grad, w - lr * w_grad
        told.append(Numbers(b=b, w=w, b_grad=b_grad, w_grad=w_grad, loss=1.0))
    return told


def after(numbers: list[Numbers]) -> Snapshot:
    return snapshot(*(("update", OK, each) for each in numbers))


def started_at(b: float, w: float) -> Snapshot:
    """Return the start of a run from (b, w)."""
    shown = snapshot()
    start = Numbers(b=b, w=w)
    columns = replace(shown.columns, b=np.array([b]), w=np.array([w]))
    return replace(shown, numbers=start, curves=replace(shown.curves, columns=columns))


def pin(letter: str, numbers: list[Numbers]) -> Pin:
    shown, last = after(numbers), numbers[-1]
    return Pin(letter, "lr 0.1", DataSpec(), shown.curves, shown.index, 1, last, 1.0, 1.0)


def back_at(shown: Snapshot, index: int) -> Snapshot:
    """Return `shown` after going back, with all that is recorded kept."""
    columns = shown.columns
    there = Numbers(b=float(columns.b[index]), w=float(columns.w[index]))
    return replace(shown, index=index, numbers=there)


@pytest.fixture
def panel(qtbot: QtBot) -> SurfacePlot:
    panel = SurfacePlot()
    qtbot.addWidget(panel)
    panel.show_theme(LIGHT)
    panel.resize(610, 330)
    panel.show()
    panel.grab()  # lays it out
    panel.show_snapshot(snapshot())
    return panel


def asked(panel: SurfacePlot) -> list[tuple[float, float]]:
    """Return a list that every request is added to."""
    requests: list[tuple[float, float]] = []
    panel.startRequested.connect(lambda b, w: requests.append((b, w)))
    return requests


def pixel(panel: SurfacePlot, b: float, w: float) -> QPoint:
    """Return where (b, w) lies on the viewport, by Qt's own transformations."""
    area = panel._map.getPlotItem().getViewBox()
    point: QPoint = panel._map.mapFromScene(area.mapViewToScene(QPointF(b, w)))
    return point


def drawn(item: Any) -> list[tuple[float, float]]:
    """Return the points of a curve, none where it is hidden."""
    return list(zip(*item.getData(), strict=True)) if item.isVisible() else []


def test_that_every_line_drawn_is_one_of_equal_loss(panel: SurfacePlot) -> None:
    item = panel._relief._lines
    b, w = item.getData()
    losses = np.split(SURFACE.loss(b, w), np.flatnonzero(item.opts["connect"] == 0)[:-1] + 1)
    assert len(losses) >= 8
    assert len({f"{loss[0]:.9e}" for loss in losses}) in range(8, 13)
    for loss in losses:
        assert loss == pytest.approx(loss[0], rel=1e-9)


def test_that_a_written_loss_is_that_of_the_line_under_it(panel: SurfacePlot) -> None:
    shown = [label for label in panel._relief._labels if label.isVisible()]
    assert len(shown) >= 3
    for label in shown:
        at = label.pos()
        assert SURFACE.loss(at.x(), at.y()) == pytest.approx(float(label.toPlainText()))


def test_that_the_minimum_is_marked(panel: SurfacePlot) -> None:
    ring, word = panel._relief._ring, panel._relief._word
    assert (ring.pos().x(), ring.pos().y()) == pytest.approx(MINIMUM)
    assert ring.isVisible()
    assert word.isVisible()
    assert word.toPlainText() == "minimum"


def test_that_the_path_goes_from_the_start_to_where_the_run_stands(panel: SurfacePlot) -> None:
    numbers = descent(30)
    panel.show_snapshot(after(numbers))
    points = drawn(panel._path)
    assert points[0] == (START.b, START.w)
    assert points[-1] == (numbers[-1].b, numbers[-1].w)
    assert (panel._point.pos().x(), panel._point.pos().y()) == points[-1]
    assert (panel._square.pos().x(), panel._square.pos().y()) == points[0]
    assert drawn(panel._later) == []


def test_that_each_update_has_a_dot_where_they_are_few(panel: SurfacePlot) -> None:
    panel.show_snapshot(after(descent(30)))
    assert panel._dots.isVisible()
    assert len(panel._dots.getData()[0]) == 31
    panel.show_snapshot(after(descent(300)))
    assert not panel._dots.isVisible()
    panel.show_snapshot(snapshot())
    assert not panel._dots.isVisible()


def test_that_what_was_undone_is_still_drawn(panel: SurfacePlot) -> None:
    shown, numbers = after(descent(30)), descent(30)
    panel.show_snapshot(back_at(shown, 10))
    assert drawn(panel._path)[-1] == (numbers[9].b, numbers[9].w)
    assert drawn(panel._later)[-1] == (numbers[29].b, numbers[29].w)
    panel.show_snapshot(shown)
    assert drawn(panel._later) == []


def test_that_a_long_path_is_drawn_in_few_points(panel: SurfacePlot) -> None:
    numbers = [Numbers(b=math.cos(i) + 1, w=math.sin(2 * i) + 1) for i in range(20_000)]
    panel.show_snapshot(after(numbers))
    points = drawn(panel._path)
    assert 200 < len(points) <= MOST_POINTS + 1
    assert points[-1] == (numbers[-1].b, numbers[-1].w)


@pytest.mark.parametrize("gradient", [(-3.0, -2.0), (1.0, 0.0), (0.0, 5e-9), (2e9, -1e9)])
def test_that_the_arrow_points_against_the_gradient(
    panel: SurfacePlot, gradient: tuple[float, float]
) -> None:
    there = BACKWARD._replace(b_grad=gradient[0], w_grad=gradient[1])
    panel.show_snapshot(snapshot(("backward", OK, there)))
    shape = panel._arrow._shape
    assert shape.isVisible()
    painted = shape.deviceTransform(panel._map.viewportTransform())
    tail, tip = painted.map(QPointF(0, 0)), painted.map(QPointF(ARROW, 0))
    size = math.hypot(*gradient)
    assert (tip.x() - tail.x()) / ARROW == pytest.approx(-gradient[0] / size, abs=1e-6)
    assert (tip.y() - tail.y()) / ARROW == pytest.approx(gradient[1] / size, abs=1e-6)
    assert (tail - QPointF(pixel(panel, 0.25, 0.5))).manhattanLength() < 2
    word = panel._arrow._word
    assert word.toPlainText() == "−.grad"
    reached = pixel(panel, word.pos().x(), word.pos().y())
    assert (QPointF(reached) - tip).manhattanLength() < 3


def test_that_the_negative_gradient_is_square_to_the_lines(panel: SurfacePlot) -> None:
    across, up = pixel(panel, 2.0, 1.0) - pixel(panel, 1.0, 1.0), pixel(panel, 1.0, 2.0)
    assert across.x() == pytest.approx((pixel(panel, 1.0, 1.0) - up).y(), abs=1.1)
    panel.resize(400, 500)
    panel.grab()
    across, up = pixel(panel, 2.0, 1.0) - pixel(panel, 1.0, 1.0), pixel(panel, 1.0, 2.0)
    assert across.x() == pytest.approx((pixel(panel, 1.0, 1.0) - up).y(), abs=1.1)


@pytest.mark.parametrize(
    ("b_grad", "w_grad"),
    [(None, None), (1.0, None), (0.0, 0.0), (math.nan, 1.0), (math.inf, 1.0), (1.0, -1e13)],
)
def test_that_there_is_no_arrow_without_a_direction(
    panel: SurfacePlot, b_grad: float | None, w_grad: float | None
) -> None:
    panel.show_snapshot(snapshot(("backward", OK, BACKWARD)))
    there = BACKWARD._replace(b_grad=b_grad, w_grad=w_grad)
    panel.show_snapshot(snapshot(("backward", OK, there)))
    assert not panel._arrow._shape.isVisible()
    assert not panel._arrow._word.isVisible()


def test_that_a_click_asks_for_a_start_there_once(panel: SurfacePlot, qtbot: QtBot) -> None:
    requests = asked(panel)
    qtbot.mouseClick(panel._map.viewport(), LEFT, pos=pixel(panel, 2.0, 1.25))
    ((b, w),) = requests
    assert (b, w) == pytest.approx((2.0, 1.25), abs=0.02)
    # a pixel is 0.014 wide, so that hundredths are all that a click can tell
    assert (round(b, 2), round(w, 2)) == (b, w)


def test_that_the_start_can_be_dragged(panel: SurfacePlot, qtbot: QtBot) -> None:
    requests, plot = asked(panel), panel._map.viewport()
    corner = pixel(panel, 0.25, 0.5) + QPoint(5, 5)
    qtbot.mousePress(plot, LEFT, pos=corner)
    for b in (0.5, 1.0, 1.5):
        _move(panel, pixel(panel, b, 1.0) + QPoint(5, 5))
        assert requests == []
        assert panel._square.pos().x() == pytest.approx(b, abs=0.02)
        assert panel._note.text().startswith("start b ")
    qtbot.mouseRelease(plot, LEFT, pos=pixel(panel, 1.5, 1.0) + QPoint(5, 5))
    ((b, w),) = requests
    assert (b, w) == pytest.approx((1.5, 1.0), abs=0.02)


def _move(panel: SurfacePlot, at: QPoint, buttons: Qt.MouseButton = LEFT) -> None:
    """Move the mouse with a button held, which QTest cannot."""
    plot = panel._map.viewport()
    place, none = QPointF(at), Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        place,
        QPointF(plot.mapToGlobal(at)),
        Qt.MouseButton.NoButton,
        buttons,
        none,
    )
    panel._map.mouseMoveEvent(event)


def test_that_a_start_dragged_off_the_map_stays_on_its_edge(
    panel: SurfacePlot, qtbot: QtBot
) -> None:
    requests, plot, view = asked(panel), panel._map.viewport(), panel._map.view
    qtbot.mousePress(plot, LEFT, pos=pixel(panel, 0.25, 0.5))
    _move(panel, QPoint(5000, 5000))
    qtbot.mouseRelease(plot, LEFT, pos=QPoint(5000, 5000))
    ((b, w),) = requests
    assert (b, w) == pytest.approx((view.right, view.low), abs=0.01)


def test_that_a_press_on_the_start_that_does_not_move_it_asks_for_nothing(
    panel: SurfacePlot, qtbot: QtBot
) -> None:
    requests = asked(panel)
    qtbot.mouseClick(panel._map.viewport(), LEFT, pos=pixel(panel, 0.25, 0.5) + QPoint(8, 8))
    assert requests == []


def test_that_other_buttons_and_other_places_ask_for_nothing(
    panel: SurfacePlot, qtbot: QtBot
) -> None:
    requests, plot = asked(panel), panel._map.viewport()
    for button in (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton):
        qtbot.mouseClick(plot, button, pos=pixel(panel, 2.0, 1.0))
    qtbot.mouseClick(plot, LEFT, pos=QPoint(2, plot.height() - 2))  # below the axis
    _move(panel, pixel(panel, 2.0, 1.0), Qt.MouseButton.NoButton)
    assert requests == []


def test_that_a_hand_that_was_lost_moves_nothing(panel: SurfacePlot, qtbot: QtBot) -> None:
    requests, plot = asked(panel), panel._map.viewport()
    qtbot.mousePress(plot, LEFT, pos=pixel(panel, 0.25, 0.5))
    _move(panel, pixel(panel, 2.0, 1.0))
    _move(panel, pixel(panel, 2.0, 1.0), Qt.MouseButton.NoButton)
    panel.show_snapshot(snapshot())
    assert (panel._square.pos().x(), panel._square.pos().y()) == (0.25, 0.5)
    qtbot.mouseRelease(plot, LEFT, pos=pixel(panel, 2.0, 1.0))
    assert requests == []


def test_that_a_start_that_nobody_takes_goes_back(panel: SurfacePlot, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel._map.viewport(), LEFT, pos=pixel(panel, 2.0, 1.0))
    assert (panel._square.pos().x(), panel._square.pos().y()) == (0.25, 0.5)
    assert panel._note.text().startswith("loss ")


def test_that_the_held_start_stays_in_the_hand_while_the_loop_runs(
    panel: SurfacePlot, qtbot: QtBot
) -> None:
    qtbot.mousePress(panel._map.viewport(), LEFT, pos=pixel(panel, 2.0, 1.0))
    held = panel._square.pos()
    panel.show_snapshot(after(descent(3)))
    assert panel._square.pos() == held
    assert panel._note.text().startswith("start b 2")
    qtbot.mouseRelease(panel._map.viewport(), LEFT, pos=pixel(panel, 2.0, 1.0))


def test_that_nothing_can_be_asked_for_before_pytorch_is_there(qtbot: QtBot) -> None:
    panel = SurfacePlot()
    qtbot.addWidget(panel)
    panel.show_theme(LIGHT)
    panel.resize(610, 330)
    panel.show()
    panel.show_snapshot(EMPTY)
    requests = asked(panel)
    qtbot.mouseClick(panel._map.viewport(), LEFT, pos=QPoint(300, 100))
    assert requests == []
    assert not any(field.isEnabled() for field in panel._fields)
    assert not panel.grab().isNull()


def field(panel: SurfacePlot, name: str) -> NumberField:
    found = panel.findChild(NumberField, f"start_{name}_field")
    assert found is not None
    return found


def enter(field: NumberField, text: str) -> None:
    field.setText(text)
    field.editingFinished.emit()


def test_that_the_fields_show_the_start_and_not_where_the_run_stands(panel: SurfacePlot) -> None:
    panel.show_snapshot(after(descent(5)))
    assert (field(panel, "b").text(), field(panel, "w").text()) == ("0.25", "0.5")


def test_that_a_start_reads_as_the_float32_that_it_is(panel: SurfacePlot) -> None:
    panel.show_snapshot(started_at(0.33669036626815796, -0.12880940735340118))
    assert field(panel, "b").text() == "0.33669037"
    assert np.float32(field(panel, "b").text()) == np.float32(0.33669036626815796)
    assert field(panel, "w").text() == "-0.1288094"


def test_that_a_field_asks_for_a_start_with_what_the_other_holds(panel: SurfacePlot) -> None:
    requests = asked(panel)
    enter(field(panel, "b"), "1,5")
    assert requests == [(1.5, 0.5)]
    panel.show_snapshot(started_at(1.5, 0.5))
    enter(field(panel, "w"), "-2e0")
    assert requests == [(1.5, 0.5), (1.5, -2.0)]


def test_that_a_text_that_is_no_number_is_refused_with_a_message(panel: SurfacePlot) -> None:
    requests, message = asked(panel), panel._message
    assert message.property("role") == "message"
    assert not message.isVisible()
    enter(field(panel, "w"), "two")
    assert message.isVisible()
    assert message.text() == "start w: type a number such as 0.1; it stays 0.5."
    enter(field(panel, "b"), "nan")
    enter(field(panel, "b"), "0.25")
    assert message.isVisible()  # the other one is still wrong
    enter(field(panel, "w"), "0.5")
    assert not message.isVisible()
    assert requests == []


def test_that_what_is_typed_during_a_run_is_left_alone(panel: SurfacePlot) -> None:
    b = field(panel, "b")
    b.setText("1.")
    panel.show_snapshot(after(descent(5)))
    assert (b.text(), b.cursorPosition()) == ("1.", 2)


HUGE = [
    Numbers(b=1e30, w=math.inf, b_grad=math.nan, w_grad=-1e38, loss=math.inf),
    Numbers(b=math.nan, w=math.nan, b_grad=math.nan, w_grad=math.nan, loss=math.nan),
    Numbers(b=1e12, w=-1e12, b_grad=1e12, w_grad=1.0, loss=1e24),
    Numbers(b=-math.inf, w=1.0, b_grad=1.0, w_grad=1.0, loss=math.inf),
]
SHOWN: dict[str, Callable[[], Snapshot]] = {
    "empty": lambda: EMPTY,
    "start": snapshot,
    "twice": twice_backward,
    "converged": lambda: after(descent(300)),
    "diverged": lambda: after(descent(40, lr=0.95)),
    "huge": lambda: after([*descent(3), *HUGE]),
    "inf": lambda: after(HUGE[:1]),
    "valley": lambda: replace(after(descent(3)), surface=VALLEY),
    "far": lambda: started_at(1e12, -1e12),
    "minimum too far": lambda: replace(snapshot(), surface=Quadratic(2, 1, 4 + 1e-10, 1002, 1e7)),
    "back": lambda: back_at(after(HUGE), 2),
    "pins": lambda: replace(snapshot(), pins=(pin("A", HUGE), pin("B", descent(9)))),
}


@pytest.mark.parametrize("name", SHOWN)
def test_that_showing_asks_for_nothing_and_gives_no_item_what_cannot_be_drawn(
    qtbot: QtBot, panel: SurfacePlot, name: str
) -> None:
    requests, shown = asked(panel), SHOWN[name]()
    for theme in (DARK, LIGHT):
        panel.show_theme(theme)
        panel.show_snapshot(shown)
        panel.resize(420, 300 if theme is DARK else 500)
        assert not panel.grab().isNull()
    assert requests == []
    for item in panel._map.getPlotItem().items:
        assert all(abs(each) <= LARGEST for each in (item.pos().x(), item.pos().y()))
        if isinstance(item, pg.PlotCurveItem | pg.ScatterPlotItem) and item.isVisible():
            assert (np.abs(item.getData()) <= LARGEST * (1 + 1e-9)).all()  # false for nan


def test_that_a_point_that_flies_off_is_said_to_and_not_followed(panel: SurfacePlot) -> None:
    panel.show_snapshot(after(descent(40, lr=0.95)))
    assert panel._note.text().endswith(", off the map")
    assert not panel._point.isVisible()
    assert not panel._arrow._shape.isVisible()
    assert panel._map.view.height < 20
    panel.show_snapshot(after(HUGE[:1]))
    assert panel._note.text() == "loss inf, off the map"
    panel.show_snapshot(after(HUGE[:2]))
    assert panel._note.text() == "loss nan, off the map"


def test_that_the_map_stays_still_while_the_path_is_on_it(panel: SurfacePlot) -> None:
    shown = [after(descent(n)) for n in range(1, 12)]
    panel.show_snapshot(shown[0])
    view = panel._map.view
    for each in shown:
        panel.show_snapshot(each)
        assert panel._map.view == view


def test_that_the_map_grows_with_the_path_and_not_back(panel: SurfacePlot) -> None:
    small = panel._map.view
    panel.show_snapshot(after(descent(5, lr=0.9)))
    large = panel._map.view
    assert large.holds(small)
    assert large.height > 1.2 * small.height
    panel.show_snapshot(back_at(after(descent(5, lr=0.9)), 1))
    panel.show_snapshot(after(descent(1)))
    assert panel._map.view == large


def test_that_the_map_holds_what_has_been_on_it_in_this_run(panel: SurfacePlot) -> None:
    panel.resize(400, 500)
    panel.grab()
    panel.show_snapshot(after([Numbers(b=5.0, w=1.0)]))
    assert not panel._map.view.has(1.0, 6.0)
    panel.show_snapshot(after([Numbers(b=1.0, w=6.0)]))
    assert panel._map.view.has(5.0, 1.0)
    assert panel._map.view.has(1.0, 6.0)


def test_that_a_new_run_or_new_data_get_a_new_map(panel: SurfacePlot) -> None:
    first = panel._map.view
    grown = after(descent(12, lr=0.95))
    panel.show_snapshot(grown)
    assert panel._map.view.height > 3 * first.height
    panel.show_snapshot(replace(snapshot(), run=2))
    assert panel._map.view == first
    somewhat = replace(after(descent(5, lr=0.85)), run=2)
    panel.show_snapshot(somewhat)
    larger = panel._map.view
    assert larger.height > 1.2 * first.height
    panel.show_snapshot(replace(snapshot(), run=3))
    assert panel._map.view == larger  # all of it can be seen well there
    panel.show_snapshot(replace(snapshot(), data=generate(DataSpec(seed=1))))
    assert panel._map.view == first


def test_that_a_start_taken_on_the_map_does_not_move_it(panel: SurfacePlot) -> None:
    view = panel._map.view
    panel.show_snapshot(started_at(2.0, 0.75))
    assert panel._map.view == view
    assert (panel._square.pos().x(), panel._square.pos().y()) == (2.0, 0.75)
    labels = [label for label in panel._relief._labels if label.isVisible()]
    assert all(label.pos().x() < MINIMUM[0] for label in labels)  # away from the start
    for far in ((40.0, 0.25), (-1e12, 1e12)):
        panel.show_snapshot(started_at(*far))
        assert panel._map.view.has(*far)


@pytest.mark.parametrize("size", [(300, 300), (900, 250), (350, 700)])
def test_that_start_minimum_and_path_are_on_the_map_at_any_size(
    panel: SurfacePlot, size: tuple[int, int]
) -> None:
    panel.show_snapshot(after(descent(60)))
    panel.resize(*size)
    panel.grab()
    view = panel._map.view
    for place in ((0.25, 0.5), MINIMUM, drawn(panel._path)[-1]):
        assert view.has(*place)
    assert len(drawn(panel._path)) > 10
    b, w = panel._relief._lines.getData()
    assert (b.min(), b.max()) == pytest.approx((view.left, view.right), abs=0.1 * view.width)
    assert (w.min(), w.max()) == pytest.approx((view.low, view.high))


def test_that_a_path_goes_on_to_the_edge_of_the_map_at_any_size(panel: SurfacePlot) -> None:
    panel.show_snapshot(after(descent(40, lr=0.95)))
    for size in ((610, 330), (350, 700)):
        panel.resize(*size)
        panel.grab()
        view, (b, w) = panel._map.view, panel._path.getData()
        inner = view.padded(-1e-6 * view.width)
        assert view.padded(1e-9).has(b, w).all()
        assert 1 <= (~inner.has(b, w)).sum() <= 3


def test_that_another_surface_gets_other_lines(panel: SurfacePlot) -> None:
    before = [label.toPlainText() for label in panel._relief._labels]
    higher = Quadratic(SURFACE.x, SURFACE.y, SURFACE.xx, SURFACE.xy, SURFACE.yy + 1.0)
    panel.show_snapshot(replace(snapshot(), surface=higher))
    assert [label.toPlainText() for label in panel._relief._labels] != before


def test_that_lines_without_a_minimum_are_parallel_with_the_lowest_marked(
    panel: SurfacePlot,
) -> None:
    panel.show_snapshot(replace(snapshot(), surface=VALLEY))
    relief = panel._relief
    assert not relief._ring.isVisible()
    assert relief._word.toPlainText() == "minimum: this line"
    b, w = relief._floor.getData()
    assert VALLEY.loss(b, w) == pytest.approx(0.5)
    b, w = relief._lines.getData()
    assert len(b) >= 10
    pairs = np.stack([b, w]).reshape(2, -1, 2)
    assert np.diff(pairs[0]) / np.diff(pairs[1]) == pytest.approx(-2.0)
    assert "away from the minimum" in panel._map.accessibleDescription()
    panel.show_snapshot(snapshot())
    assert relief._ring.isVisible()
    assert not relief._floor.isVisible()


def test_that_the_note_and_the_description_say_where_the_run_stands(panel: SurfacePlot) -> None:
    panel.show_snapshot(after([Numbers(b=2.0, w=1.0)]))
    assert panel._note.text() == f"loss {SURFACE.loss(2.0, 1.0):.4f}"
    away = math.hypot(2.0 - MINIMUM[0], 1.0 - MINIMUM[1])
    assert panel._map.accessibleDescription() == (
        f"b is 2.0000, w is 1.0000, the loss is {SURFACE.loss(2.0, 1.0):.4f}, "
        f"{away:.4f} away from the minimum."
    )
    assert panel._map.accessibleName() == "Loss as a function of b and w"


def test_that_pinned_runs_are_ghosts_told_apart_by_dash_and_letter(panel: SurfacePlot) -> None:
    paths = {"A": descent(20), "B": descent(20, lr=0.4), "C": descent(20, b=3.0)}
    panel.show_snapshot(replace(snapshot(), pins=tuple(pin(k, v) for k, v in paths.items())))
    dashes = set()
    for ghost, (letter, numbers) in zip(panel._ghosts, paths.items(), strict=True):
        last = numbers[-1].b, numbers[-1].w
        assert drawn(ghost._curve)[-1] == last
        assert ghost._letter.isVisible()
        assert ghost._letter.toPlainText() == letter
        assert (ghost._letter.pos().x(), ghost._letter.pos().y()) == last
        assert ghost._curve.opts["pen"].widthF() < panel._path.opts["pen"].widthF()
        dashes.add(ghost._curve.opts["pen"].style())
    assert len(dashes) == 3
    assert Qt.PenStyle.SolidLine not in dashes


def test_that_a_run_that_is_let_go_leaves_no_ghost(panel: SurfacePlot) -> None:
    both = (pin("A", descent(20)), pin("C", descent(5)))
    panel.show_snapshot(replace(snapshot(), pins=both))
    panel.show_snapshot(replace(snapshot(), pins=both[1:]))
    assert [bool(drawn(ghost._curve)) for ghost in panel._ghosts] == [False, False, True]
    assert [ghost._letter.isVisible() for ghost in panel._ghosts] == [False, False, True]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: str(theme.name))
def test_that_everything_takes_the_colours_of_the_theme(panel: SurfacePlot, theme: Theme) -> None:
    panel.show_theme(theme)
    relief = panel._relief
    colours = {
        theme.accent: (panel._path.opts["pen"], panel._point.brush(), panel._arrow._shape.brush()),
        theme.residual: (relief._lines.opts["pen"],),
        theme.fit: (relief._ring.pen(), relief._floor.opts["pen"]),
        theme.muted: [ghost._curve.opts["pen"] for ghost in panel._ghosts],
        theme.panel: (panel._map.backgroundBrush(), panel._square.brush()),
    }
    for colour, users in colours.items():
        assert {user.color().name().upper() for user in users} == {colour}
    assert relief._word.color.name().upper() == theme.fit
    assert panel._arrow._word.color.name().upper() == theme.accent
    for side, colour in (("bottom", theme.b), ("left", theme.w)):
        assert panel._map.getAxis(side).labelStyle["color"] == colour


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: str(theme.name))
def test_that_what_was_undone_is_paler_but_can_be_seen(panel: SurfacePlot, theme: Theme) -> None:
    panel.show_theme(theme)
    now, later = (item.opts["pen"].color().name() for item in (panel._path, panel._later))
    assert 3.0 <= _contrast(later, theme.panel) < 0.75 * _contrast(now, theme.panel)


def _contrast(one: str, other: str) -> float:
    """Return the contrast of two colours by WCAG 2."""

    def light(colour: str) -> float:
        parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_that_the_hint_is_left_out_where_there_is_no_room(panel: SurfacePlot) -> None:
    hint = next(label for label in panel.findChildren(QLabel) if "drag" in label.text())
    assert hint.isVisible()
    panel.resize(420, 300)
    assert panel.width() == 420
    assert not hint.isVisible()


def test_that_the_cursor_shows_what_can_be_taken_hold_of(panel: SurfacePlot) -> None:
    shapes = []
    for at in (pixel(panel, 0.25, 0.5), pixel(panel, 2.0, 1.0), QPoint(1, 1)):
        _move(panel, at, Qt.MouseButton.NoButton)
        shapes.append(panel._map.viewport().cursor().shape())
    shape = Qt.CursorShape
    assert shapes == [shape.OpenHandCursor, shape.CrossCursor, shape.ArrowCursor]


def hidden(shown: Snapshot) -> Snapshot:
    """Return `shown` as it is given while predicting."""
    return replace(shown, veiled=True, surface=HIDDEN, val_loss=None, pins=())


def look(panel: SurfacePlot) -> tuple[object, ...]:
    """Return how the panel looks once it is laid out, what it notes, and the path on it."""
    QApplication.processEvents()
    return panel.grab().toImage(), panel._note.text(), drawn(panel._path)


def test_that_nothing_of_the_map_is_shown_while_predicting(panel: SurfacePlot) -> None:
    numbers = descent(30)
    panel.show_snapshot(replace(after(numbers), pins=(pin("A", numbers),)))
    panel.show_snapshot(hidden(after(numbers)))
    (veil,) = [each for each in panel.findChildren(QLabel) if each.isVisible() and each.text()][2:]
    assert veil.text().startswith("Hidden while you predict.")
    assert "Predict, then reveal" in veil.text()
    assert veil.alignment() == Qt.AlignmentFlag.AlignCenter
    assert panel._note.text() == "hidden"
    assert "loss" not in panel._map.accessibleDescription()
    assert not panel._map.isVisible()
    drawings = panel._map.getPlotItem().items
    assert len(drawings) > 10
    assert not any(item.isVisible() for item in drawings)
    assert not any(field.isVisible() for field in panel._fields)
    last = numbers[-1]
    telling = [*MINIMUM, SURFACE.loss(last.b or 0.0, last.w or 0.0), last.b or 0.0, last.w or 0.0]
    assert places(panel, telling) == {number: [] for number in telling}


def test_that_the_map_comes_back_as_it_was(panel: SurfacePlot) -> None:
    numbers = descent(30)
    shown = replace(after(numbers), pins=(pin("A", numbers),))
    panel.show_snapshot(shown)
    before = look(panel)
    panel.show_snapshot(hidden(after(numbers[:5])))
    panel.resize(500, 300)
    panel.show_theme(DARK)
    panel.show_snapshot(hidden(after(numbers)))
    look(panel)
    panel.show_theme(LIGHT)
    panel.resize(610, 330)
    panel.show_snapshot(shown)
    assert look(panel) == before
    assert panel._map.start is not None


def test_that_nothing_can_be_dragged_on_a_hidden_map(panel: SurfacePlot, qtbot: QtBot) -> None:
    requests, at = asked(panel), pixel(panel, 1.0, 1.0)
    panel.show_snapshot(hidden(snapshot()))
    plot = panel._map.viewport()
    qtbot.mousePress(plot, LEFT, pos=at)
    _move(panel, at + QPoint(40, -40))
    qtbot.mouseRelease(plot, LEFT, pos=at)
    assert requests == []
    assert panel._note.text() == "hidden"


def test_that_a_start_that_is_held_when_the_map_is_hidden_tells_nothing(
    panel: SurfacePlot, qtbot: QtBot
) -> None:
    qtbot.mousePress(panel._map.viewport(), LEFT, pos=pixel(panel, 1.0, 1.0))
    assert panel._note.text().startswith("start b ")
    panel.show_snapshot(hidden(snapshot()))
    _move(panel, QPoint(200, 100))
    assert panel._note.text() == "hidden"
