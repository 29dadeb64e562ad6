"""Where the files beside the code are: fonts and icons."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def path(name: str) -> Path:
    """Return the path of the resource `name`, such as "fonts".

    In an installed wheel the resources lie inside the package; in the source tree, beside it.
    """
    installed = _PACKAGE / "resources"
    return (installed if installed.is_dir() else _PACKAGE.parent / "resources") / name
