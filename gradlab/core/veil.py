"""A snapshot without what would give the next statement away, so that it can be predicted."""

import math
from dataclasses import fields, replace
from functools import lru_cache

import numpy as np

from gradlab.core.course import UNTOLD
from gradlab.core.history import Columns
from gradlab.core.lesson import Lesson
from gradlab.core.outline import BUCKET, CURVES, VALIDATION, Curves
from gradlab.core.prediction import Question
from gradlab.core.snapshot import MOST_TIMELINE, Snapshot
from gradlab.core.statements import Statement
from gradlab.core.surface import Quadratic

HIDDEN = Quadratic(0.0, math.nan, 0.0, 0.0, math.nan)
"""In place of a surface: its loss and its gradient are nan everywhere, and it has no minimum."""


def veiled(snapshot: Snapshot) -> Snapshot:
    """Return `snapshot` as it may be seen before the next statement has been predicted.

    The caption is taken as it is: it has to be told without a course and a rate limit.
    """
    index = snapshot.index
    return replace(
        snapshot,
        veiled=True,
        recorded=index,
        redo=None,
        curves=_until(snapshot.curves, index),
        # no more than are told of it where much is recorded after it
        timeline=tuple(e for e in snapshot.timeline if e.index <= index)[-MOST_TIMELINE // 2 :],
        raised=tuple(row for row in snapshot.raised if row <= index),
        surface=HIDDEN,
        val_loss=None,
        rate_limit=math.inf,
        course=UNTOLD,
        run_name="",  # it names what was recorded later, too
        pins=(),
        loop=tuple(_silent(statement) for statement in snapshot.loop),
        question=_asked(snapshot.question),
        lesson=snapshot.lesson and _told(snapshot.lesson, snapshot.stop, snapshot.at_stop),
    )


def _until(curves: Curves, index: int) -> Curves:
    """Return the curves as if nothing were recorded after `index`; no row is copied."""
    n, whole = index + 1, (index + 1) // BUCKET
    columns = Columns(*(getattr(curves.columns, field.name)[:n] for field in fields(Columns)))
    lows, highs = curves.lows[:whole].copy(), curves.highs[:whole].copy()
    for array in (lows, highs):
        array[:, CURVES.index(VALIDATION)] = np.nan
        array.setflags(write=False)
    return Curves(columns, HIDDEN, lows, highs)


@lru_cache(maxsize=64)
def _silent(statement: Statement) -> Statement:
    """Return `statement` without what to expect of it."""
    return replace(statement, expect="")


def _asked(question: Question | None) -> Question | None:
    return question and replace(question, statement=_silent(question.statement))


@lru_cache(maxsize=4)
def _told(lesson: Lesson, stop: int, at_stop: bool) -> Lesson:
    """Return `lesson` with the words of the stop where it stands alone, and with no answers."""
    stops = (
        replace(each, words=each.words if at_stop and i == stop else "", ask=None)
        for i, each in enumerate(lesson.stops)
    )
    return replace(lesson, stops=tuple(stops))
