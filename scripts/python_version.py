"""The Python that gradlab needs. An older one, back to 3.6, can run this file."""

import sys

from messages import say

OLDEST = (3, 11)  # as in pyproject.toml


def refuse() -> None:
    """Leave with one line: this Python is too old."""
    wanted = "{}.{}".format(*OLDEST)
    say(
        "Python {}.{} is too old: ".format(*sys.version_info)
        + f"install Python {wanted} or newer and start this with it (python{wanted} {sys.argv[0]})"
    )
    sys.exit(1)
