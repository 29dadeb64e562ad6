"""Every number and every text that can be found in a snapshot, however deep it lies."""

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from gradlab.core.number_format import format_number
from gradlab.core.outline import CURVES, Curves
from gradlab.core.snapshot import Snapshot
from gradlab.core.surface import Quadratic
from tests.core.runs import values

SHOWN_FROM_THE_START = {"data"}  # the points, from which anybody may work anything out by hand


@dataclass
class Contents:
    """What was found, each with where it lies."""

    numbers: list[tuple[str, float]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)

    def places_of(self, value: float) -> list[str]:
        """Return where `value` lies: to six digits, or as it is written."""
        text = format_number(value)
        near = [place for place, v in self.numbers if math.isclose(v, value, rel_tol=1e-6)]
        return near + [
            place for place, words in self.texts if text in words or repr(value) in words
        ]


def contents(snapshot: Snapshot) -> Contents:
    """Search `snapshot`, with what its surfaces and curves give for the line that stands."""
    found = Contents()
    b, w = snapshot.numbers.b, snapshot.numbers.w
    for place, thing in _parts("", snapshot):
        if isinstance(thing, str):
            found.texts.append((place, thing))
        elif isinstance(thing, Quadratic) and b is not None and w is not None:
            told = (thing.loss(b, w), *thing.gradient(b, w), *(thing.minimum() or ()))
            found.numbers += [(f"{place}()", value) for value in told]
        elif isinstance(thing, Curves):
            for name in CURVES:
                curve = thing.curve(name)
                drawn = [*curve.low.tolist(), *curve.high.tolist()]
                found.numbers += [(f"{place}.curve({name})", value) for value in drawn]
        elif isinstance(thing, (int, float)):
            found.numbers.append((place, float(thing)))
    return found


def _parts(place: str, thing: object) -> Iterator[tuple[str, object]]:
    """Yield all that lies in `thing`, itself first, each with its place."""
    yield place, thing
    if isinstance(thing, Enum | str):
        return
    if dataclasses.is_dataclass(thing):
        for each in dataclasses.fields(thing):
            if place or each.name not in SHOWN_FROM_THE_START:
                yield from _parts(f"{place}.{each.name}", getattr(thing, each.name))
    elif isinstance(thing, np.ndarray):
        yield from ((place, value) for value in thing.ravel().tolist())
    elif isinstance(thing, (tuple, frozenset)):
        for i, each in enumerate(thing):
            yield from _parts(f"{place}[{i}]", each)
    elif thing is not None and not isinstance(thing, (bool, int, float)):
        raise AssertionError(f"{place} is of a kind that cannot be searched: {type(thing)}")


def leaks(shown: Snapshot, coming: Snapshot) -> list[str]:
    """Return where `shown` holds numbers that come true in `coming` and have not stood before."""
    done = shown.index + 1
    stood = {
        value
        for name in ("b", "w", "b_grad", "w_grad", "loss")
        for value in getattr(coming.columns, name)[:done].tolist()
    }
    stood |= {number for number in values(shown.numbers) if number is not None}
    new = {v for v in values(coming.numbers) if v and v not in stood and math.isfinite(v)}
    found = contents(shown)
    return [f"{format_number(v)} at {place}" for v in new for place in found.places_of(v)]


def as_text(shown: Snapshot) -> dict[str, str]:
    """Return each field of a snapshot, whole, as text: equal only where all in it is equal."""
    return {
        each.name: repr(
            [
                (place, repr(part))
                for place, part in _parts(".", getattr(shown, each.name))
                if isinstance(part, (str, int, float)) or part is None
            ]
            if not isinstance(getattr(shown, each.name), frozenset)
            else sorted(getattr(shown, each.name))
        )
        for each in dataclasses.fields(shown)
    }
