"""The panels that only show."""

import math
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from gradlab.core.ledger import Ledger
from gradlab.core.outcome import OK, SKIPPED, Kind, Numbers, Outcome
from gradlab.core.snapshot import EMPTY, Caption, Snapshot
from gradlab.qt.panel import View
from gradlab.qt.panels.caption import HEIGHT, CaptionBar
from gradlab.qt.panels.compare_table import CompareTable
from gradlab.qt.panels.data_plot import DataPlot
from gradlab.qt.panels.gradient_plot import GradientPlot, _ordinal
from gradlab.qt.panels.loss_plot import LossPlot
from gradlab.qt.panels.parameter_plot import ParameterPlot
from gradlab.qt.panels.tensor_table import TensorTable, cell_text
from gradlab.qt.panels.timeline import Timeline
from gradlab.qt.theme import DARK, LIGHT
from tests.qt.snapshots import (
    DATA,
    START,
    at,
    mean_squared_error,
    pin,
    snapshot,
    tensor,
    twice_backward,
)

PANELS = [
    CaptionBar,
    CompareTable,
    DataPlot,
    GradientPlot,
    LossPlot,
    ParameterPlot,
    TensorTable,
    Timeline,
]
HUGE = Numbers(b=1e30, w=math.inf, b_grad=math.nan, w_grad=-1e38, loss=math.inf)
DIVERGED = snapshot(("update", OK, HUGE))


@pytest.mark.parametrize("kind", PANELS)
@pytest.mark.parametrize(
    "shown",
    [
        EMPTY,
        snapshot(),
        twice_backward(),
        snapshot(("zero", SKIPPED, START), ("loss", Outcome(Kind.RAISED, "E: x"), START)),
        snapshot(("update", OK, HUGE), ("backward", OK, HUGE), ("backward", OK, HUGE)),
        at(1, replace(twice_backward(), pins=(pin("A", twice_backward()), pin("C", DIVERGED)))),
    ],
    ids=["empty", "start", "twice", "skipped and raised", "diverged", "back, with pins"],
)
def test_that_every_panel_paints_every_kind_of_snapshot_without_a_warning(
    qtbot: QtBot, kind: type[QWidget], shown: Snapshot
) -> None:
    panel = kind()
    qtbot.addWidget(panel)
    assert isinstance(panel, QWidget)
    view: View = panel  # type: ignore[assignment]  # each panel is a View as well as a QWidget
    panel.resize(500, 300)
    for theme in (LIGHT, DARK):
        view.show_theme(theme)
        view.show_snapshot(shown)
        assert not panel.grab().isNull()


def test_that_the_fitted_line_is_b_plus_w_x(qtbot: QtBot) -> None:
    panel = DataPlot()
    qtbot.addWidget(panel)
    panel.show_snapshot(snapshot())
    x, y = panel._fit.getData()
    assert x.tolist() == [0.0, 1.0]
    assert y.tolist() == [0.25, 0.75]
    assert panel._equation.text().split() == ["━", "yhat", "=", "0.250", "+", "0.500·x"]
    assert "0.250 + 0.500·x" in panel._plot.accessibleDescription()


def test_that_a_falling_line_is_written_with_a_minus(qtbot: QtBot) -> None:
    panel = DataPlot()
    qtbot.addWidget(panel)
    panel.show_snapshot(snapshot(("update", OK, Numbers(b=1.0, w=-0.5))))
    assert panel._equation.text().split() == ["━", "yhat", "=", "1.000", "−", "0.500·x"]
    _, ghost = panel._ghost.getData()
    assert ghost.tolist() == [0.25, 0.75]


def test_that_the_ledger_has_a_block_for_each_backward_and_the_sum(qtbot: QtBot) -> None:
    panel = GradientPlot()
    qtbot.addWidget(panel)
    panel.resize(900, 400)
    panel.show_snapshot(twice_backward())
    bars = panel._columns[0]._bars.opts
    assert bars["y0"] == [0.0, -3.0]
    assert bars["y1"] == [-3.0, -6.0]
    assert panel._columns[0]._sum.toPlainText() == "= −6.0000"
    assert panel._columns[1]._sum.toPlainText() == "= −4.0000"


def test_that_a_gradient_of_none_and_one_of_zero_look_different(qtbot: QtBot) -> None:
    panel = GradientPlot()
    qtbot.addWidget(panel)
    panel.show_snapshot(snapshot())
    assert panel._columns[0]._sum.toPlainText() == "None"
    zeroed = Numbers(b=0.25, w=0.5, b_grad=0.0, w_grad=0.0)
    panel.show_snapshot(snapshot(("zero", OK, zeroed)))
    assert panel._columns[0]._sum.toPlainText() == "= 0"


def test_that_blocks_of_both_signs_stand_side_by_side(qtbot: QtBot) -> None:
    up = Numbers(b=0.25, w=0.5, b_grad=3.0, w_grad=1.0)
    down = Numbers(b=0.25, w=0.5, b_grad=1.0, w_grad=2.0)
    panel = GradientPlot()
    qtbot.addWidget(panel)
    panel.show_snapshot(snapshot(("backward", OK, up), ("backward", OK, down)))
    bars = panel._columns[0]._bars.opts
    assert bars["x1"][0] == pytest.approx(bars["x0"][1])
    assert panel._columns[1]._bars.opts["x0"][0] == panel._columns[1]._bars.opts["x0"][1]


def test_that_a_changed_cell_is_bold_and_shaded(qtbot: QtBot) -> None:
    panel = TensorTable()
    qtbot.addWidget(panel)
    base = snapshot()
    shown = Snapshot(ready=True, tensors=base.tensors, changed=frozenset({("b", "value")}))
    panel.show_snapshot(shown)
    table = panel.findChild(QTableWidget, "tensor_table")
    assert table is not None
    value, grad = table.item(0, 1), table.item(0, 2)
    assert value is not None
    assert grad is not None
    assert value.font().bold()
    assert not grad.font().bold()
    assert value.background().color().name().upper() == LIGHT.accent_fill


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (13, "13th"), (22, "22nd")],
)
def test_that_blocks_are_counted_in_ordinals(number: int, word: str) -> None:
    assert _ordinal(number, Ledger(1.0, (1.0,))) == word


def test_that_tensors_of_several_types_are_said_to_be(qtbot: QtBot) -> None:
    panel = TensorTable()
    qtbot.addWidget(panel)
    double = replace(tensor("w", 1.0), type_name="torch.DoubleTensor", dtype="torch.float64")
    panel.show_snapshot(replace(snapshot(), tensors=(tensor("b", 1.0), double)))
    assert panel._note.text().startswith("different types: see dtype")
    assert cell_text(double, "dtype") == "float64"


def test_that_none_and_zero_are_told_apart_in_the_table() -> None:
    assert cell_text(tensor("b", 1.0), "grad") == "None"
    assert cell_text(tensor("b", 1.0, grad=0.0), "grad") == "0"


def test_that_html_in_a_caption_shows_as_typed(qtbot: QtBot) -> None:
    bar = CaptionBar()
    qtbot.addWidget(bar)
    bar.show_caption(Caption("<img src=x>", "a <b> and **stress**"))
    label = bar.findChild(QLabel, "caption")
    assert label is not None
    assert "&lt;img src=x&gt;" in label.text()
    assert "<b>stress</b>" in label.text()
    assert label.accessibleDescription() == "<img src=x>  a <b> and stress"


def test_that_a_long_caption_gets_smaller_letters_not_more_room(qtbot: QtBot) -> None:
    bar = CaptionBar()
    qtbot.addWidget(bar)
    bar.resize(1200, HEIGHT)
    bar.show_caption(Caption("zero_()", "short."))
    large = bar._label.font().pixelSize()
    bar.show_caption(Caption("backward()", "many words " * 40))
    assert bar._label.font().pixelSize() < large
    assert bar.height() == HEIGHT


def test_that_the_timeline_says_where_it_stands(qtbot: QtBot) -> None:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.show_snapshot(twice_backward())
    assert timeline.accessibleDescription() == "statement 4 · epoch 1 · backward()"


def test_that_points_of_both_sets_stand_where_the_data_are(qtbot: QtBot) -> None:
    panel = DataPlot()
    qtbot.addWidget(panel)
    panel.show_snapshot(snapshot())
    for scatter, x, y in (
        (panel._train, DATA.x_train, DATA.y_train),
        (panel._val, DATA.x_val, DATA.y_val),
    ):
        shown_x, shown_y = scatter.getData()
        assert shown_x.tolist() == x.ravel().tolist()
        assert shown_y.tolist() == y.ravel().tolist()


def test_that_the_range_of_the_data_only_grows_in_a_run(qtbot: QtBot) -> None:
    panel = DataPlot()
    qtbot.addWidget(panel)
    box = panel._plot.getPlotItem().getViewBox()
    high = []
    far = snapshot(("update", OK, Numbers(b=50.0, w=-0.5)))
    for shown in (snapshot(), far, at(0, far), replace(snapshot(), run=1)):
        panel.show_snapshot(shown)
        high.append(box.viewRange()[1][1])
    assert high[1] == high[2] > 50
    assert high[3] == high[0] < 10


def test_that_sticks_go_from_each_point_to_the_line_and_vanish(qtbot: QtBot) -> None:
    panel = DataPlot()
    qtbot.addWidget(panel)
    residuals = (0.25 + 0.5 * DATA.x_train - DATA.y_train).ravel()
    panel.show_snapshot(replace(snapshot(), residuals=residuals))
    x, y = panel._sticks.getData()
    assert panel._sticks.isVisible()
    assert y[0::2].tolist() == DATA.y_train.ravel().tolist()
    assert y[1::2] == pytest.approx(0.25 + 0.5 * x[1::2])
    panel.show_snapshot(snapshot())
    assert not panel._sticks.isVisible()


def test_that_histories_of_loss_and_gradients_are_those_of_the_snapshot(qtbot: QtBot) -> None:
    gradients, loss = GradientPlot(), LossPlot()
    for panel in (gradients, loss):
        qtbot.addWidget(panel)
        panel.resize(600, 300)
        panel.show_snapshot(twice_backward())
    (b_curve, _), (w_curve, _) = gradients._history._lines
    assert b_curve._curve.getOriginalDataset()[1][-1] == -6.0
    assert w_curve._curve.getOriginalDataset()[1][-1] == -4.0
    (train, _), (validation, _) = loss._plot._lines
    assert train._curve.getOriginalDataset()[1][-1] == 2.5
    val_loss = mean_squared_error(START, DATA.x_val, DATA.y_val)
    assert validation._curve.getOriginalDataset()[1][-1] == pytest.approx(val_loss)


def test_that_what_the_gradients_would_be_with_zero_stands_beside(qtbot: QtBot) -> None:
    panel = GradientPlot()
    qtbot.addWidget(panel)
    panel.show_snapshot(twice_backward())
    assert panel._note.text() == "with zero_(): −3.0000 and −2.0000"
    panel.show_snapshot(snapshot())
    assert panel._note.text() == ""


def test_that_a_copied_cell_has_full_precision(qtbot: QtBot) -> None:
    panel = TensorTable()
    qtbot.addWidget(panel)
    panel.show_snapshot(replace(snapshot(), tensors=(tensor("b", 0.33669036626815796, -0.5),)))
    panel._table.selectRow(0)
    panel._copy()
    cells = QApplication.clipboard().text().split("\t")
    assert cells[:3] == ["b", "[0.33669036626815796]", "[-0.5]"]


def test_that_a_leaf_that_lost_its_name_is_told_apart() -> None:
    lost = replace(tensor("b", 1.0, grad=2.0), named=False)
    assert cell_text(lost, "name") == "b (no longer named)"
