"""Windows that are opened here are closed here."""

import gc
from collections.abc import Iterator

import pytest

from tests.leftovers import no_leftovers

__all__ = ["earlier_objects_aside", "no_leftovers"]


@pytest.fixture(autouse=True)
def earlier_objects_aside() -> Iterator[None]:
    """Let no_leftovers look at what a test has made alone: to look at everything takes longer.

    Its name comes first in the alphabet, and so it is set up first and torn down last.
    """
    gc.freeze()
    yield
    gc.unfreeze()
