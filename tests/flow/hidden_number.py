"""Where a number can be found in a window: in texts, tables, plots, and what is kept to be painted.

Widgets that are hidden are searched as well, since a tab may bring them up; of the items of a plot
only those that are visible.
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QAbstractItemModel, QMetaObject, QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QGraphicsItem,
    QGraphicsTextItem,
    QGraphicsView,
    QTabBar,
    QWidget,
)

from gradlab.core.dataset import Dataset
from gradlab.core.lesson import Lesson
from gradlab.core.snapshot import Snapshot
from gradlab.qt.theme import Theme

Found = Iterator[tuple[str, object]]
"""Places, each with the text, the number or the numbers that are there."""

NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?(?:e[-+−]?\d+)?")
LEAST_DIGITS = 3  # with fewer, very many numbers would be the same
ROLES = tuple(role for role in Qt.ItemDataRole if role.value <= Qt.ItemDataRole.UserRole.value)
SPOKEN = tuple(getattr(QAccessible.Text, name) for name in ("Name", "Description", "Value", "Help"))
BAR = ("x", "x0", "x1", "y", "y0", "y1", "width", "height")
DEEPEST = 8
NO_WORDS = {"styleSheet", "objectName"}
GIVEN = (
    Dataset,
    Lesson,
    Snapshot,
    Theme,
)  # no secrets, but for snapshots, which are looked at alone


def places(root: QWidget, numbers: Sequence[float]) -> dict[float, list[str]]:
    """Return where in `root`, and in all that belongs to it, each of the numbers can be read."""
    found: dict[float, set[str]] = {number: set() for number in numbers}
    for place, thing in contents(root):
        for number in numbers:
            if tells(thing, number):
                found[number].add(place)
    return {number: sorted(them) for number, them in found.items()}


def snapshots(root: QWidget) -> list[tuple[str, Snapshot]]:
    """Return the snapshots that `root` and all that belongs to it keep, with who keeps them."""
    kept = (
        (name(each), vars(each).values()) for each in _objects(root) if hasattr(each, "__dict__")
    )
    return [(who, value) for who, values in kept for value in values if isinstance(value, Snapshot)]


def tells(thing: object, number: float) -> bool:
    """Return whether `thing`, a text, a number or an array, holds `number`, of whichever sign.

    A text holds it also rounded, as long as it has three digits.
    """
    if isinstance(thing, str):
        return any(_is_rounded(text, abs(number)) for text in NUMBER.findall(thing))
    values = np.abs(np.asarray(thing, np.float64))
    return bool(np.any(np.isclose(values, abs(number), rtol=1e-9, atol=0)))


def _is_rounded(text: str, size: float) -> bool:
    """Return whether `text` is `size` to as many digits as it has."""
    digits, _, power = text.lstrip("-−").replace("−", "-").partition("e")
    if len(digits.replace(".", "").lstrip("0")) < LEAST_DIGITS:
        return False
    unit = 10.0 ** (int(power or 0) - len(digits.partition(".")[2]))
    return abs(float(digits) * 10.0 ** int(power or 0) - size) <= 0.5001 * unit


def contents(root: QWidget) -> Found:
    """Yield all that can be read in `root`, each with its place."""
    for each in _objects(root):
        yield from _properties(each)
        yield from _kept(each)
        if isinstance(each, QAbstractItemView):
            yield from _cells(name(each), each.model())
        if isinstance(each, QComboBox):
            yield from _cells(name(each), each.model())
        if isinstance(each, QTabBar):
            for i in range(each.count()):
                yield f"{name(each)} tab", f"{each.tabText(i)} {each.tabToolTip(i)}"
        if isinstance(each, QGraphicsView):
            for item in each.scene().items():
                yield from _drawn(name(each), item)
    yield from _spoken(QAccessible.queryAccessibleInterface(root))


def name(thing: QObject) -> str:
    """Return what kind of object it is, and its name and that of what it stands in."""
    owner: QObject | None = thing
    while owner is not None and not owner.objectName():
        owner = owner.parent()
    return f"{type(thing).__name__} in {owner.objectName() if owner else 'the window'}"


def _objects(root: QWidget) -> Iterable[QObject]:
    return (root, *root.findChildren(QObject))


def _properties(thing: QObject) -> Found:
    """Yield every text that Qt knows of it: texts, titles, tool tips, accessible names and more."""
    meta, who = thing.metaObject(), name(thing)
    kind = str(meta.className())
    if kind not in _TEXTS:
        _TEXTS[kind] = [(i, key) for i, key in _text_properties(meta) if key not in NO_WORDS]
    for i, key in _TEXTS[kind]:
        yield f"{who}: {key}", meta.property(i).read(thing)
    for raw in thing.dynamicPropertyNames():
        key = bytes(raw.data()).decode()
        value = "" if key.startswith("_") else thing.property(key)  # PySide6's own
        if isinstance(value, str | float):
            yield f"{who}: {key}", value


_TEXTS: dict[str, list[tuple[int, str]]] = {}


def _text_properties(meta: QMetaObject) -> Iterator[tuple[int, str]]:
    """Yield the number and the name of each property that is a text."""
    for i in range(meta.propertyCount()):
        each = meta.property(i)
        key, kind = (
            cast(str, each.name()),
            cast(str, each.typeName()),
        )  # PySide6 types them as bytes
        if kind == "QString":
            yield i, key


def _kept(thing: QObject) -> Found:
    """Yield the texts and numbers that a widget of ours keeps, to paint them for instance."""
    for key, value in getattr(thing, "__dict__", {}).items():
        yield from _parts(f"{name(thing)}: .{key}", value, 0)


def _parts(place: str, value: object, depth: int) -> Found:
    """Yield the texts and numbers in `value`, however deep they lie."""
    if isinstance(value, str | float):
        yield place, value
    elif isinstance(value, np.ndarray):
        if value.dtype.kind in "fiu":
            yield place, value
    elif depth < DEEPEST:
        for part in _inside(value):
            yield from _parts(place, part, depth + 1)


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, GIVEN):
        return ()
    if isinstance(value, Mapping):
        return (*value.keys(), *value.values())
    if isinstance(value, tuple | list | set | frozenset):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name) for field in dataclasses.fields(value)]
    return ()


def _cells(place: str, model: QAbstractItemModel | None) -> Found:
    """Yield what the cells and the heads of a table say in every role."""
    if model is None:
        return
    for role in ROLES:
        for row in range(model.rowCount()):
            for column in range(model.columnCount()):
                said = model.data(model.index(row, column), role)
                if isinstance(said, str | float):
                    yield f"{place}: {role.name}", said
        for way, count in (
            (Qt.Orientation.Horizontal, model.columnCount()),
            (Qt.Orientation.Vertical, model.rowCount()),
        ):
            for section in range(count):
                said = model.headerData(section, way, role)
                if isinstance(said, str | float):
                    yield f"{place}: head, {role.name}", said


def _drawn(place: str, item: QGraphicsItem) -> Found:
    """Yield what a visible item of a plot is drawn from."""
    if not item.isVisible():
        return
    place = f"{place}: {type(item).__name__}"
    yield place, item.toolTip()
    yield place, (item.pos().x(), item.pos().y())
    if isinstance(item, QGraphicsTextItem | pg.TextItem):
        yield place, item.toPlainText()
    elif isinstance(item, pg.InfiniteLine):
        yield place, item.value()
    elif isinstance(item, pg.BarGraphItem):
        yield from _columns(place, [item.opts.get(key) for key in BAR])
    elif isinstance(item, pg.PlotDataItem):
        yield from _columns(place, item.getOriginalDataset())
    elif isinstance(item, pg.PlotCurveItem | pg.ScatterPlotItem):
        yield from _columns(place, item.getData())


def _columns(place: str, columns: Iterable[Any]) -> Found:
    for column in columns:
        if column is not None and np.size(column):
            yield place, column


def _spoken(interface: QAccessibleInterface | None, depth: int = 0) -> Found:
    """Yield what a screen reader is told of it and of all in it."""
    if interface is None or not interface.isValid() or depth > 30:
        return
    kind = interface.role().name
    for text in SPOKEN:
        yield f"spoken, {kind}: {text.name}", interface.text(text)
    for i in range(interface.childCount()):
        yield from _spoken(interface.child(i), depth + 1)
