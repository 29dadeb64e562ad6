"""What is said of a statement, given the numbers around it."""

import re
from dataclasses import replace

from gradlab.core.narrate import Event, narrate
from gradlab.core.outcome import OK, Kind, Numbers, Outcome
from gradlab.core.statements import find

FREED = Outcome(Kind.RAISED, "RuntimeError: Trying to backward through the graph a second time.")
NONE_TYPE = Outcome(Kind.RAISED, "AttributeError: 'NoneType' object has no attribute 'zero_'")
UNKNOWN = Outcome(Kind.RAISED, "RuntimeError: no such thing")
AT = 7  # the number of the statement that is told of
GO_BACK = "Go back, or restart with a smaller lr."
NUMBER = re.compile(r"(?<![\w.])−?(?:\d+\.\d+|\d+)(?:e[+−]\d+)?(?![\w])")


def said(
    statement_id: str,
    before: Numbers,
    after: Numbers,
    outcome: Outcome = OK,
    **beside: object,
) -> str:
    event = Event(find(statement_id), outcome, before, after, 80, 1, lr=0.1, index=AT)
    return narrate(replace(event, **beside)).text  # type: ignore[arg-type]  # each of its own type


def too_large(name: str) -> str:
    stopped = f"**Stopped** at statement {AT}: {name} has grown beyond 1e12"
    return f"{stopped}, too large to go on. {GO_BACK}"


def not_finite(name: str) -> str:
    return f"**Stopped** at statement {AT}: {name} is no finite number any more. {GO_BACK}"


def grads(b: float | None, w: float | None) -> Numbers:
    return Numbers(1.0, 2.0, b, w, 3.0)
