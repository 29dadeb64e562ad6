"""The wheel is whole: installed without the source tree, gradlab starts and finds its resources."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a program that has to succeed; return its standard output."""
    env = dict(os.environ, QT_QPA_PLATFORM="offscreen")
    done = subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("gradlab-*.whl")
    return built


@pytest.fixture(scope="module")
def venv(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel, and with the dependencies of the running one."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=ROOT)
    pip = (sys.executable, "-m", "pip", "--python", folder, "install")
    run(*pip, "--no-deps", "--no-index", "--disable-pip-version-check", wheel, cwd=ROOT)
    (packages,) = (path.parent for path in folder.rglob("gradlab") if path.is_dir())
    # A path file read from a path file's folder is ignored: the source tree does not come along.
    (packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return folder


def python(venv: Path) -> Path:
    return venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def test_that_the_installed_gradlab_tells_its_version(venv: Path, tmp_path: Path) -> None:
    import gradlab

    said = run(python(venv), "-m", "gradlab", "--version", cwd=tmp_path)
    assert said == f"gradlab {gradlab.__version__}\n"


def test_that_the_installed_gradlab_is_not_the_source_tree(venv: Path, tmp_path: Path) -> None:
    said = run(python(venv), "-c", "import gradlab; print(gradlab.__file__)", cwd=tmp_path)
    assert venv in Path(said).parents


def test_that_the_wheel_installs_its_command(venv: Path, tmp_path: Path) -> None:
    command = python(venv).with_name("gradlab.exe" if sys.platform == "win32" else "gradlab")
    assert run(command, "--version", cwd=tmp_path).startswith("gradlab ")


def test_that_the_installed_gradlab_finds_its_fonts(venv: Path, tmp_path: Path) -> None:
    code = (
        "from gradlab.qt import resources\n"
        "for path in sorted(resources.path('fonts').iterdir()): print(path)"
    )
    found = [Path(line) for line in run(python(venv), "-c", code, cwd=tmp_path).splitlines()]
    expected = sorted(path.name for path in (ROOT / "resources" / "fonts").iterdir())
    assert [path.name for path in found] == expected
    assert all(venv in path.parents for path in found)


def test_that_the_wheel_carries_the_licences(venv: Path) -> None:
    names = {path.name for path in venv.rglob("gradlab-*.dist-info/licenses/**/*")}
    assert {"LICENSE", "OFL-Inter.txt", "OFL-JetBrainsMono.txt"} <= names
