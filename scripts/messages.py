"""Set-up's words to the user. An old Python, back to 3.6, can run this file."""

import sys


class SetupError(Exception):
    """One line for the user: what is missing and what to do."""


def say(text: str) -> None:
    """Tell the user on standard error; standard output belongs to gradlab."""
    print(f"gradlab set-up: {text}", file=sys.stderr, flush=True)
