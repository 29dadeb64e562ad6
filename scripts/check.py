"""Run every check with the tools of this Python: linters, types, imports, tests.

With arguments, run only pytest with them: check.py tests/core -x
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

PYTEST = ["-m", "pytest"]
# The console script has the path of its python in its first line, which breaks when a tree moves.
IMPORT_LINTER = ["-c", "from importlinter.cli import lint_imports_command as run; run()"]

CHECKS = {
    "lint": ["-m", "ruff", "check"],
    "format": ["-m", "ruff", "format", "--check"],
    "types": ["-m", "mypy"],
    "imports": IMPORT_LINTER,
    # a file stays on one core: what its tests share is made once
    "tests": [*PYTEST, "-n", "auto", "--dist", "loadfile", "--cov", "--cov-fail-under=100"],
}


def passes(name: str, command: list[str]) -> bool:
    """Run one check and return whether it found nothing."""
    print(f"== {name}", flush=True)
    # One thread: torch's sums then always come in the same order, and no test waits for a core.
    env = dict(os.environ, QT_QPA_PLATFORM="offscreen", OMP_NUM_THREADS="1")
    return subprocess.call([sys.executable, *command], cwd=ROOT, env=env) == 0


def main() -> int:
    """Run the checks to the last, whatever they find, and sum them up in one line."""
    named = sys.argv[2:] if sys.argv[1:2] == ["--"] else sys.argv[1:]
    checks = {"tests": [*PYTEST, *named]} if named else CHECKS
    failed = [name for name, command in checks.items() if not passes(name, command)]
    print(f"failed: {', '.join(failed)}" if failed else f"passed: {', '.join(checks)}")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
