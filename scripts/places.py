"""Where set-up finds things and leaves them."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / "constraints.txt"
STAMP = VENV / "setup.json"
LOCK = VENV / "setup.lock"
LOG = VENV / "setup.log"


def venv_python() -> Path:
    """Return the path of the environment's python."""
    return VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
