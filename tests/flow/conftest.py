"""Windows that are opened here are closed here."""

from tests.leftovers import no_leftovers

__all__ = ["no_leftovers"]
