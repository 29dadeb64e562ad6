"""How large texts are: in a presentation for the last row, in the window as large as asked for."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from gradlab.core.graph import Graph, GraphNode, Kept, SavedTensor
from gradlab.core.outcome import Kind, Numbers, Outcome
from gradlab.core.prediction import Question, Score, Verdict
from gradlab.core.snapshot import EMPTY
from gradlab.core.statements import find
from gradlab.core.vote import Tally
from gradlab.qt.big_plot import CHOICES
from gradlab.qt.graph_drawing import GraphDrawing
from gradlab.qt.main_window import MainWindow
from gradlab.qt.panels.caption import SIZES
from gradlab.qt.plot import Plot
from gradlab.qt.presentation import Presentation
from gradlab.qt.theme import LIGHT, SMALL, THEMES
from tests.qt.snapshots import START, of_loop, snapshot, twice_backward
from tests.qt.text_sizes import ASIDE, HEADLINES, Text, painted, too_small

SCREENS = ((1920, 1080), (1366, 768), (1024, 768))
ZOOMS = (0.5, 1.0, 2.0, 3.0)
FITTED = "caption"  # takes the largest of SIZES that shows it whole
REFUSED = Outcome(Kind.RAISED, "RuntimeError: Trying to backward through the graph. More words.")
QUESTION = Question(
    find("backward"),
    "b.grad is None. What sign will it have after backward()?",
    ("negative", "0 or None", "positive", "an error or nan"),
    "b_grad",
)
TALLY = Tally(QUESTION.choices, False, 12, (7, 0, 5, 0))
WRONG = Verdict(QUESTION, "positive", "negative", False, "Along b the loss falls.", vote=TALLY)
SAVED = SavedTensor("self", "error", (80, 1), 0, Kept.KEPT)
GRAPH = Graph(
    "loss",
    (
        GraphNode(0, "AccumulateGrad", "w", True, 0, 0.0),
        GraphNode(1, "MulBackward0", "yhat", False, 1, 0.0),
        GraphNode(2, "MeanBackward0", "loss", False, 2, 0.0, (SAVED,)),
    ),
    ((0, 1), (1, 2)),
)
WALKS = {
    "nothing": EMPTY,
    "doubled": replace(twice_backward(), graph=GRAPH),
    "raised": snapshot(("backward", REFUSED, START)),
    "asked": replace(snapshot(), predicting=True, veiled=True, question=QUESTION),
    "voting": replace(snapshot(), question=QUESTION, vote=Tally(QUESTION.choices, True, 12)),
    "voted": replace(snapshot(), question=QUESTION, vote=TALLY),
    "settled": of_loop(*(Numbers(-1e-12, 2.0, -1e-20, -3e-14, 1e-30),) * 3),
    "judged": replace(snapshot(), verdict=WRONG, score=Score(3, 4)),
    "diverged": of_loop(*(Numbers(-3e30, 2e31, -1e33, 5e34, 1e38),) * 10),
}


@pytest.fixture
def presentation(qtbot: QtBot) -> Iterator[Presentation]:
    presentation = Presentation(LIGHT)
    qtbot.addWidget(presentation)
    presentation.start()
    presentation.showNormal()  # the only screen here is a small one
    yield presentation
    presentation.leave()


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    window = MainWindow(LIGHT)
    qtbot.addWidget(window)
    window.resize(1920, 1000)
    window.show_snapshot(WALKS["doubled"])
    window.show()
    return window


def fill(presentation: Presentation, width: int, height: int) -> None:
    presentation.resize(width, height)
    QApplication.processEvents()
    assert (presentation.width(), presentation.height()) == (width, height)


def show(presentation: Presentation, walk: str) -> None:
    presentation.show_snapshot(WALKS[walk])
    for _ in range(3):  # what wraps asks for room in a second turn
        QApplication.processEvents()


@pytest.mark.parametrize("size", SCREENS, ids=str)
def test_that_every_text_of_a_presentation_is_large(
    presentation: Presentation, size: tuple[int, int]
) -> None:
    fill(presentation, *size)
    for plot, choice in enumerate(CHOICES):
        presentation.choose_plot(plot)
        for walk in (
            WALKS if plot == 1 and size != SCREENS[0] else ("doubled",)
        ):  # what is beside it is known
            show(presentation, walk)
            texts = painted(presentation)
            assert len(texts) > 40
            assert not too_small(texts, size[1]), (walk, choice.name)


@pytest.mark.parametrize("theme", THEMES)
def test_that_a_presentation_is_large_at_any_zoom(presentation: Presentation, theme: str) -> None:
    for zoom, walk in zip(ZOOMS, ("doubled", "voted", "judged", "raised"), strict=True):
        presentation.show_theme(THEMES[theme].at(zoom))
        for size in SCREENS if zoom == max(ZOOMS) else SCREENS[1:2]:
            fill(presentation, *size)
            show(presentation, walk)
            assert not too_small(painted(presentation), size[1]), (zoom, size)


def test_that_the_keys_and_the_menus_of_a_presentation_are_large(
    presentation: Presentation,
) -> None:
    fill(presentation, 1366, 768)
    show(presentation, "doubled")
    presentation._covers.toggle_keys()
    texts = painted(presentation)
    assert any("go back one statement" in text.words for text in texts)
    assert not too_small(texts, 768)
    for card in presentation._cards.cards.values():
        if card.picker is not None:
            card.picker.menu().ensurePolished()
            assert card.picker.menu().fontInfo().pixelSize() >= 0.03 * 768


def test_that_the_numbers_in_a_strip_are_whole(presentation: Presentation) -> None:
    for width in (1024, 1100, 1366):
        fill(presentation, width, 768)
        for walk in WALKS:
            show(presentation, walk)
            for label in presentation._strip.headlines:
                needed = label.fontMetrics().horizontalAdvance(label.text())
                assert needed <= label.width(), (width, walk, label.text())


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768)], ids=str)
def test_that_all_five_cards_are_seen_at_once(
    presentation: Presentation, size: tuple[int, int]
) -> None:
    fill(presentation, *size)
    show(presentation, "doubled")
    assert not presentation._cards.verticalScrollBar().isVisible()
    for card in presentation._cards.cards.values():
        assert card.visibleRegion().boundingRect() == card.rect()


@pytest.mark.parametrize("size", SCREENS, ids=str)
def test_that_what_was_done_and_what_is_next_is_seen_whole(
    presentation: Presentation, size: tuple[int, int]
) -> None:
    fill(presentation, *size)
    for walk, shown in WALKS.items():
        show(presentation, walk)
        cards = presentation._cards.cards
        steps = [shown.next_step]
        if shown.statement is not None and shown.statement.step in cards:
            steps.append(shown.statement.step)
        for card in (cards[step] for step in steps):
            assert card.visibleRegion().boundingRect() == card.rect(), walk
        assert presentation._plot.height() >= 0.4 * size[1], walk


def sizes_of(texts: list[Text]) -> dict[int, set[float]]:
    """Return the sizes that each widget paints."""
    sizes = defaultdict(set)
    for text in texts:
        sizes[id(text.widget)].add(text.pixels)
    return sizes


@pytest.mark.parametrize(
    ("theme", "zooms"), [("light", ZOOMS), ("dark", (0.5,)), ("contrast", (3,))]
)
def test_that_every_text_of_the_window_follows_the_zoom(
    window: MainWindow, theme: str, zooms: tuple[float, ...]
) -> None:
    QApplication.processEvents()
    plain = painted(window)
    at_100, used = sizes_of(plain), {text.pixels for text in plain}
    assert len(plain) > 100
    for zoom in zooms:
        window.show_theme(THEMES[theme].at(zoom))
        QApplication.processEvents()
        for text in painted(window):
            assert text.pixels >= 5.99, text.place
            if isinstance(text.widget, GraphDrawing):
                continue  # drawn to a scale that fits
            known = at_100.get(id(text.widget), used)
            if text.widget.objectName() == FITTED:
                known = set(map(float, SIZES))
            nearest = min(abs(text.pixels - size * zoom) for size in known)
            assert nearest <= 1, (text.words, text.pixels, text.place, zoom)


def small_label(presentation: Presentation) -> None:
    label = QLabel("small", presentation._strip)
    label.setStyleSheet("font-size: 12px")
    label.show()


def small_ticks(presentation: Presentation) -> None:
    font = QFont(LIGHT.sans())
    panel = presentation._plot.currentWidget()
    assert panel is not None
    plot = panel.findChild(Plot)
    assert isinstance(plot, Plot)
    plot.getAxis("left").setTickFont(font)


def small_paint(presentation: Presentation) -> None:
    presentation.prediction._chart.show_theme(LIGHT)  # it is painted by hand


def small_choice(presentation: Presentation) -> None:
    button = presentation.findChild(QToolButton, "plot_3")
    assert button is not None
    button.setStyleSheet("font-size: 14px")


def small_headline(presentation: Presentation) -> None:
    presentation._strip._values["b"].setFont(presentation._theme.sans(SMALL, bold=True))


def test_that_a_text_that_is_too_small_is_found(presentation: Presentation) -> None:
    fill(presentation, 1366, 768)
    show(presentation, "voted")
    for plant in (small_label, small_ticks, small_paint, small_choice, small_headline):
        known = len(too_small(painted(presentation), 768))
        plant(presentation)
        QApplication.processEvents()
        assert len(too_small(painted(presentation), 768)) > known, plant.__name__


def test_that_the_names_of_what_is_larger_or_smaller_are_right(presentation: Presentation) -> None:
    fill(presentation, 1920, 1080)
    show(presentation, "doubled")
    names = {text.widget.objectName() for text in painted(presentation)}
    assert names >= HEADLINES | ASIDE
