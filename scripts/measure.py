"""What bench.py runs: ratios measured side by side in one process, each several times.

Everything is measured on the package as it is used, never on a copy of its code. Two things that
are compared take turns, so that a machine that slows down slows both.
"""

import argparse
import json
import os
import random
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from bare_loop import BareLoop
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from gradlab import app
from gradlab.core.controller import Controller
from gradlab.core.goal import Goal
from gradlab.core.program import Program
from gradlab.core.snapshot import Snapshot
from gradlab.qt.runner import SPEEDS, UNTIL_EPOCHS

REPEATS = 7
EPOCHS = 500
STATEMENTS = 1_000_000
SEEKS = 1000
RUN_SECONDS = 3.0


@dataclass(frozen=True)
class Measure:
    """A number, measured several times.

    Attributes:
        median, min, max: Over the repeats.
        repeats: How many there were.
        unit: What it is counted in; "" for a ratio.
        target: What it should be, in words.
        beside: The floors that were measured in turn with it, by name.
    """

    median: float
    min: float
    max: float
    repeats: int
    unit: str
    target: str
    beside: dict[str, float]


class WrongFloorError(Exception):
    """A floor came out as what no floor can be, so that no ratio over it means anything."""


def summed(values: list[float], unit: str, target: str, **beside: list[float]) -> Measure:
    """Return the measure of `values`, with the medians of what was measured beside them."""
    medians = {name: statistics.median(each) for name, each in beside.items()}
    for name, median in medians.items():
        if not median > 0:
            raise WrongFloorError(f"{name} is {median}; a floor is above 0")
    return Measure(
        statistics.median(values), min(values), max(values), len(values), unit, target, medians
    )


def engine() -> Iterator[tuple[str, Measure]]:
    """A recorded epoch, full history, over one of the bare PyTorch loop."""
    controller, bare = Controller(Program(device="cpu")), BareLoop()
    goal = Goal()
    bare.run(EPOCHS)
    controller.advance(5 * EPOCHS, goal)
    ratios, floors, ours = [], [], []
    for _ in range(3 * REPEATS):
        floor = timed(lambda: bare.run(EPOCHS)) / EPOCHS
        recorded = timed(lambda: controller.advance(5 * EPOCHS, goal)) / EPOCHS
        ratios.append(recorded / floor)
        floors.append(floor * 1e6)
        ours.append(recorded * 1e6)
    yield (
        "engine_ratio",
        summed(ratios, "", "<= 1.10", bare_epoch_us=floors, recorded_epoch_us=ours),
    )


def history() -> Iterator[tuple[str, Measure]]:
    """Bytes that a recorded statement takes, and going anywhere among a million of them."""
    controller, bare = Controller(Program(device="cpu")), BareLoop()
    controller.advance(STATEMENTS // 100, Goal())
    sizes, resident, before = [], [], resident_bytes()
    for share in (0.1, 0.3, 0.6, 1.0):
        n = int(STATEMENTS * share)
        recorded = controller.snapshot().recorded
        controller.advance(n - recorded, Goal())
        sizes.append(controller.nbytes / n)
        if before:
            grown = max(resident_bytes() - before, 1)
            resident.append(grown / (n - STATEMENTS // 100))
    beside = {"resident_bytes_per_statement": resident} if resident else {}
    yield "history_bytes_per_statement", summed(sizes, "bytes", "<= 64", **beside)
    dice, worst, halves, floors = random.Random(0), [], [], []
    for _ in range(REPEATS):
        floors.append(timed(lambda: bare.run(8)) * 1e3)
        spent = sorted(
            timed(lambda: controller.seek(dice.randint(0, STATEMENTS))) * 1e3 for _ in range(SEEKS)
        )
        worst.append(spent[int(0.99 * SEEKS)])
        halves.append(spent[SEEKS // 2])
    yield (
        "seek_ms_p99",
        summed(worst, "ms", "<= 5", seek_ms_p50=halves, forty_bare_statements_ms=floors),
    )


class Frames(QObject):
    """Notes when a window was painted with something new."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []
        self._fresh = False

    def note(self, _: Snapshot) -> None:
        """Take in that there is something new to paint."""
        self._fresh = True

    @override
    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Note the time of each painting."""
        if event.type() is QEvent.Type.UpdateRequest and self._fresh:
            self._fresh = False
            self.times.append(perf_counter())
        return False


def window() -> Iterator[tuple[str, Measure]]:
    """The window at 1920x1080 while the loop runs at full speed: frames, and epochs."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    gradlab = app.build(Program(device="cpu"))
    bare, frames = BareLoop(), Frames()
    gradlab.window.resize(1920, 1080)
    gradlab.window.show()
    gradlab.window.installEventFilter(frames)
    gradlab.bridge.snapshotChanged.connect(frames.note)
    QApplication.processEvents()
    rates, ratios, gaps, floors = [], [], [], []
    for _ in range(REPEATS):
        gradlab.bridge.restart()
        floor = EPOCHS / timed(lambda: bare.run(EPOCHS))
        frames.times.clear()
        gradlab.runner.start(UNTIL_EPOCHS, 10**8, len(SPEEDS) - 1)
        begin = perf_counter()
        while perf_counter() < begin + RUN_SECONDS:
            QCoreApplication.processEvents()
        gradlab.runner.stop()
        spent = perf_counter() - begin
        rates.append(len(frames.times) / spent)
        ratios.append(gradlab.bridge.last.epochs_done / spent / floor)
        pairs = zip(frames.times, frames.times[1:], strict=False)
        gaps.append(max(later - earlier for earlier, later in pairs) * 1e3)
        floors.append(floor)
    gradlab.window.close()
    yield "frames_per_second", summed(rates, "1/s", ">= 30", longest_frame_ms=gaps)
    yield "run_ratio", summed(ratios, "", ">= 0.6", bare_epochs_per_second=floors)


MEASURES: dict[str, Callable[[], Iterator[tuple[str, Measure]]]] = {
    "engine_ratio": engine,
    "history_bytes_per_statement": history,
    "seek_ms_p99": history,
    "frames_per_second": window,
    "run_ratio": window,
}


def timed(act: Callable[[], object]) -> float:
    """Return how many seconds `act` takes."""
    begin = perf_counter()
    act()
    return perf_counter() - begin


def resident_bytes() -> int:
    """Return how much memory this process has, or 0 where Linux does not tell."""
    pages = Path("/proc/self/statm")
    return int(pages.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if pages.exists() else 0


def main() -> int:
    """Measure what was asked for, and print it."""
    parser = argparse.ArgumentParser(description="Measure gradlab's speed and memory.")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--only", action="append", choices=MEASURES, help="measure only this")
    options = parser.parse_args()
    wanted = options.only or list(MEASURES)
    found: dict[str, Measure] = {}
    for name in wanted:
        if name not in found:
            found |= dict(MEASURES[name]())
    found = {name: each for name, each in found.items() if name in wanted}
    if options.json:
        print(json.dumps({name: asdict(measure) for name, measure in found.items()}, indent=2))
        return 0
    for name, each in found.items():
        beside = ", ".join(f"{key} {value:.4g}" for key, value in each.beside.items())
        print(
            f"{name:28} {each.median:9.3f} {each.unit:6} ({each.min:.3f} to {each.max:.3f},"
            f" {each.repeats} times)  wanted {each.target:8} {beside}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
