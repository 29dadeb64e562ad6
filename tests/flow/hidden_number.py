"""Where a number can be found in a window: in texts, tables, plots, and what is kept to be painted.

Widgets that are hidden are searched as well, since a tab may bring them up; of the items of a plot
only those that are visible.
"""

import dataclasses
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QAbstractItemModel, QObject, Qt
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

Found = Iterator[tuple[str, object]]
"""Places, each with the text, the number or the numbers that are there."""

NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?(?:e[-+−]?\d+)?")
LEAST_DIGITS = 3  # with fewer, very many numbers would be the same
ROLES = tuple(role for role in Qt.ItemDataRole if role.value <= Qt.ItemDataRole.UserRole.value)
SPOKEN = tuple(getattr(QAccessible.Text, name) for name in ("Name", "Description", "Value", "Help"))
DEEPEST = 8
GIVEN = (Dataset, Lesson, Snapshot)  # the points are known; snapshots are searched by themselves


def places(root: QWidget, number: float) -> list[str]:
    """Return each place in `root`, and all that belongs to it, where `number` can be read."""
    return sorted({place for place, thing in contents(root) if tells(thing, number)})


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
            for item in each.scene().items() if each.scene() else ():
                yield from _drawn(name(each), item)
    yield from _spoken(QAccessible.queryAccessibleInterface(root))


def name(thing: QObject) -> str:
    """Return what kind of object it is, and its name and that of what it stands in."""
    owner = thing
    while not owner.objectName() and owner.parent() is not None:
        owner = owner.parent()
    return f"{type(thing).__name__} in {owner.objectName() or type(owner).__name__}"


def _objects(root: QWidget) -> Iterable[QObject]:
    return (root, *root.findChildren(QObject))


def _properties(thing: QObject) -> Found:
    """Yield every text that Qt knows of it: texts, titles, tool tips, accessible names and so on."""
    meta = thing.metaObject()
    for i in range(meta.propertyCount()):
        each = meta.property(i)
        if each.typeName() == "QString" and each.name() not in {"styleSheet", "objectName"}:
            yield f"{name(thing)}: {each.name()}", each.read(thing)
    for key in thing.dynamicPropertyNames():
        value = thing.property(key.data().decode())
        if isinstance(value, str | float):
            yield f"{name(thing)}: {key.data().decode()}", value


def _kept(thing: QObject) -> Found:
    """Yield the texts and numbers that a widget of ours keeps, to paint them for instance."""
    for key, value in getattr(thing, "__dict__", {}).items():
        yield from _parts(f"{name(thing)}: .{key}", value, 0)


def _parts(place: str, value: object, depth: int) -> Found:
    if isinstance(value, (str, float)):
        yield place, value
    elif isinstance(value, np.ndarray):
        if value.dtype.kind in "fiu":
            yield place, value
    elif depth == DEEPEST or isinstance(value, GIVEN):
        return
    elif isinstance(value, Mapping):
        for part in (*value.keys(), *value.values()):
            yield from _parts(place, part, depth + 1)
    elif isinstance(value, (tuple, list, set, frozenset)):
        for part in value:
            yield from _parts(place, part, depth + 1)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _parts(f"{place}.{field.name}", getattr(value, field.name), depth + 1)


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
    if isinstance(item, QGraphicsTextItem):
        yield place, item.toPlainText()
    if isinstance(item, pg.TextItem):
        yield place, item.toPlainText()
    if isinstance(item, pg.InfiniteLine):
        yield place, item.value()
    if isinstance(item, pg.BarGraphItem):
        for key in ("x", "x0", "x1", "y", "y0", "y1", "width", "height"):
            if item.opts.get(key) is not None:
                yield f"{place}.{key}", item.opts[key]
    if isinstance(item, pg.PlotDataItem):
        yield from _columns(place, item.getOriginalDataset())
    elif isinstance(item, pg.PlotCurveItem | pg.ScatterPlotItem):
        yield from _columns(place, item.getData())
    if isinstance(item, pg.AxisItem) and item.label is not None:
        yield place, item.label.toPlainText()


def _columns(place: str, columns: Iterable[Any]) -> Found:
    for column in columns:
        if column is not None and len(column):
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


def finite(value: float | None) -> float:
    """Return `value`, which is to be looked for: a number that is not 0."""
    assert value is not None
    assert math.isfinite(value)
    assert value != 0
    return value
