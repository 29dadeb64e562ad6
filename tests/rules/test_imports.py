"""What may be imported where, seen from a fresh process."""

import pkgutil
import subprocess
import sys

import pytest

import gradlab.core

MODULES = [f"gradlab.core.{module.name}" for module in pkgutil.iter_modules(gradlab.core.__path__)]
ABOVE = ("interpreter", "run", "attempt", "picture", "stage", "controller")
WITH_TORCH = {f"gradlab.core.{name}" for name in ABOVE}
WITHOUT_TORCH = [name for name in MODULES if name not in WITH_TORCH]


def loaded_with(modules: list[str]) -> set[str]:
    """Return the top-level packages that a fresh process holds after importing `modules`."""
    code = "import sys\n" + "".join(f"import {name}\n" for name in modules)
    code += "print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return set(done.stdout.split())


def test_that_the_whole_core_imports_no_qt() -> None:
    loaded = loaded_with(MODULES)
    assert {"gradlab", "torch"} <= loaded
    assert not loaded & {"PySide6", "pyqtgraph", "shiboken6"}


def test_that_only_the_interpreter_and_what_stands_above_it_bring_torch() -> None:
    loaded = loaded_with(WITHOUT_TORCH)
    assert "gradlab" in loaded
    assert not loaded & {"torch", "PySide6"}


@pytest.mark.parametrize("module", ["gradlab", "gradlab.cli"])
def test_that_starting_the_command_line_brings_neither(module: str) -> None:
    assert not loaded_with([module]) & {"torch", "PySide6", "pyqtgraph"}
