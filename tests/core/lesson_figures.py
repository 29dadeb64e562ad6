"""What a bare PyTorch run of the lesson on the CPU printed: float32 values, every digit.

Data: NumPy seed 42, 100 points, y = 1 + 2x + noise of 0.1; learning rate 0.1.
"""

from dataclasses import dataclass

from gradlab.core.program import GivenStart, SeededStart, Start


@dataclass(frozen=True)
class Figures:
    """The numbers of one run, from its start values on."""

    start: Start
    b: float
    w: float
    loss: float
    first_grads: tuple[float, float]
    doubled_grads: tuple[float, float]
    after_first_update: tuple[float, float]


CPU = Figures(
    start=SeededStart(42),
    b=0.33669036626815796,
    w=0.12880940735340118,
    loss=2.7474865913391113,
    first_grads=(-3.1124958992004395, -1.815643072128296),
    doubled_grads=(-6.224991798400879, -3.631286144256592),
    after_first_update=(0.647939920425415, 0.3103737235069275),
)
GPU = Figures(
    start=GivenStart(0.1940188705921173, 0.13913755118846893),
    b=0.1940188705921173,
    w=0.13913755118846893,
    loss=3.191795587539673,
    first_grads=(-3.388079881668091, -1.9439080953598022),
    doubled_grads=(-6.776159763336182, -3.8878161907196045),
    after_first_update=(0.5328269004821777, 0.3335283696651459),
)
AFTER_1000_EPOCHS = (1.023543119430542, 1.9689600467681885)
"""b and w, from either start."""
LOSS_AT_EPOCH_1000 = 0.008044655434787273

ZERO_SKIPPED_1000_EPOCHS = {
    0.01: (1.8711000680923462, 0.008496696129441261),
    0.1: (1.7841161489486694, 0.011022606864571571),
    0.5: (3.834634304046631, 0.012659983709454536),
}
"""Per learning rate: the loss at epoch 1000 and the lowest on the way; it swings, b and w too."""
