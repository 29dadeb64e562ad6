"""Which roles meet in which plot, and a panel of each kind that shows them all."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from gradlab.core.outcome import OK, Numbers
from gradlab.core.snapshot import Snapshot
from gradlab.qt import roles
from gradlab.qt.panel import Panel
from gradlab.qt.panels.data_plot import DataPlot
from gradlab.qt.panels.gradient_plot import GradientPlot
from gradlab.qt.panels.loss_plot import LossPlot
from gradlab.qt.panels.parameter_plot import ParameterPlot
from gradlab.qt.panels.surface_plot import SurfacePlot
from gradlab.qt.roles import PINS, Role
from tests.qt.snapshots import DATA, at, pin, snapshot


@dataclass(frozen=True)
class Meeting:
    """The roles of a plot; those of pinned runs are `pinned`, of each of the three runs."""

    panel: Callable[[], Panel]
    own: tuple[Role, ...]
    pinned: tuple[Role, ...]
    plots: tuple[str, ...]

    @property
    def ghosts(self) -> tuple[Role, ...]:
        return tuple(role.of_run(run) for run in PINS for role in self.pinned) or PINS


def _history(panel: Callable[[], Panel], plot: str, *curves: Role) -> Meeting:
    return Meeting(panel, (*curves, roles.CURSOR), curves, (plot,))


_DATA = (roles.TRAIN, roles.VALIDATION, roles.RESIDUAL, roles.FIT, roles.BEFORE, roles.TRUE)
_MAP = (roles.PATH, roles.UNDONE, roles.POINT, roles.START, roles.UPDATE, roles.LEVEL)
MEETINGS = {
    "data": Meeting(DataPlot, _DATA, (roles.FIT,), ("Data and fitted line",)),
    "gradients": replace(
        _history(GradientPlot, "History of the gradients", roles.B_GRAD, roles.W_GRAD),
        plots=("History of the gradients", "Ledger of the gradients"),
    ),
    "loss": _history(LossPlot, "Loss over the statements", roles.LOSS, roles.VALIDATION_LOSS),
    "parameters": _history(ParameterPlot, "Parameters over the statements", roles.B, roles.W),
    "map": Meeting(
        SurfacePlot,
        (*_MAP, roles.MINIMUM, roles.VALLEY),
        (),
        ("Loss as a function of b and w",),
    ),
}


def everything() -> Snapshot:
    """Return a snapshot with something in it for every role, gone back by a statement."""
    rows = [Numbers(b=0.25, w=0.5), Numbers(b=0.25, w=0.5, loss=2.5)]
    rows += [
        Numbers(b=0.25, w=0.5, b_grad=-3.0 * k, w_grad=-2.0 * k, loss=2.5) for k in range(1, 4)
    ]
    rows.append(Numbers(b=0.5, w=0.75, b_grad=-9.0, w_grad=-6.0, loss=2.5))
    rows.append(Numbers(b=0.75, w=1.0, b_grad=-9.0, w_grad=-6.0, loss=2.5))
    steps = ("forward", "loss", "backward", "backward", "backward", "update", "update")
    run = snapshot(*((step, OK, row) for step, row in zip(steps, rows, strict=True)))
    residuals = (0.25 + 0.5 * DATA.x_train - DATA.y_train).ravel()
    pins = tuple(pin(letter, run) for letter in "ABC")
    return replace(at(6, run), pins=pins, residuals=residuals, previous_line=(0.25, 0.5))
