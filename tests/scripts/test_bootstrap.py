"""The parts of set-up that decide and explain; nothing is installed here."""

import ast
import errno
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace

import bootstrap
import pytest
from bootstrap import Contents, SetupError, Stamp

SCRIPTS = Path(bootstrap.__file__).parent
PINS = "# exact versions\nnumpy==2.4.6\nsympy==1.14.0\nTyping_Extensions==4.16.0\ntorch==2.13.0\n"
HEALTHY = Contents((3, 11), pip=True, torch="2.13.0+cpu", needs=(), unfinished=())
DONE = Stamp(extras=("lint", "test"), torch="2.13.0+cpu", missing=())

LINKS = pytest.mark.skipif(sys.platform == "win32", reason="an environment there has no links")

Pips = list[list[str]]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let bootstrap work in a project of its own, with an environment that looks real."""
    root = tmp_path / "project"
    venv = root / ".venv"
    monkeypatch.setattr(bootstrap, "ROOT", root)
    monkeypatch.setattr(bootstrap, "VENV", venv)
    monkeypatch.setattr(bootstrap, "CONSTRAINTS", root / "constraints.txt")
    for name in ("STAMP", "LOCK", "LOG"):
        monkeypatch.setattr(bootstrap, name, venv / getattr(bootstrap, name).name)
    python = bootstrap.venv_python()
    python.parent.mkdir(parents=True)
    python.touch()
    (venv / "pyvenv.cfg").write_text("version = 3.11.7\n")
    (root / "pyproject.toml").write_text("[project]\n")
    (root / "constraints.txt").write_text(PINS)
    return root


@pytest.fixture
def _no_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the test when a program is started."""

    def refuse(command: object, **_options: object) -> None:
        pytest.fail(f"started {command}")

    monkeypatch.setattr(subprocess, "Popen", refuse)


@pytest.fixture
def pips(tree: Path, monkeypatch: pytest.MonkeyPatch) -> Pips:
    """Stand in for pip: note the extras of each call, and find a healthy environment after it."""
    calls: Pips = []
    monkeypatch.setattr(bootstrap, "run_pip", lambda extras, _constraints: calls.append(extras))
    monkeypatch.setattr(bootstrap, "probe", lambda: HEALTHY)
    monkeypatch.setattr(bootstrap, "missing_libraries", lambda: ())
    assert tree == bootstrap.ROOT
    return calls


def leave(stamp: Stamp) -> None:
    """Leave the stamp of a complete set-up of the tree as it is now."""
    bootstrap.write_stamp(stamp._replace(digest=bootstrap.digest()))


# Old Pythons


@pytest.mark.parametrize("name", ["bootstrap.py", "run.py", "test.py"])
def test_that_an_old_python_can_parse_the_scripts_it_is_given(name: str) -> None:
    text = (SCRIPTS / name).read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 7))
    assert "from __future__" not in text  # 3.6 does not know `annotations`


@pytest.mark.parametrize("version", [(3, 6), (3, 10)])
def test_that_an_old_python_gets_one_line(
    version: tuple[int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as leaving:
        bootstrap.require_python(version)
    out, err = capsys.readouterr()
    assert leaving.value.code == 1
    assert out == ""
    assert err.startswith(f"gradlab set-up: Python 3.{version[1]} is too old: install Python 3.11")
    assert err.count("\n") == 1


@pytest.mark.parametrize("version", [(3, 11), (3, 13), (4, 0)])
def test_that_a_new_enough_python_goes_on(version: tuple[int, int]) -> None:
    bootstrap.require_python(version)


def test_that_the_oldest_python_is_the_one_that_the_project_declares() -> None:
    text = (SCRIPTS.parent / "pyproject.toml").read_text(encoding="utf-8")
    assert 'requires-python = ">={}.{}"'.format(*bootstrap.OLDEST) in text


# The stamp decides


@pytest.mark.usefixtures("tree", "_no_programs")
def test_that_an_unchanged_tree_needs_no_subprocess(capsys: pytest.CaptureFixture[str]) -> None:
    leave(DONE)
    assert bootstrap.ensure(("test", "lint")) == bootstrap.venv_python()
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("tree", "_no_programs")
def test_that_more_extras_than_asked_for_satisfy() -> None:
    leave(DONE)
    assert bootstrap.ensure() == bootstrap.venv_python()


def test_that_a_further_extra_is_added_to_the_earlier_ones(pips: Pips) -> None:
    leave(DONE._replace(extras=("lint",)))
    bootstrap.ensure(("test",))
    bootstrap.ensure(("lint",))
    assert pips == [["lint", "test"]]


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt", ".venv/pyvenv.cfg"])
def test_that_a_changed_file_means_another_set_up(tree: Path, pips: Pips, name: str) -> None:
    leave(DONE)
    (tree / name).write_text("changed\n")
    bootstrap.ensure()
    bootstrap.ensure()
    assert pips == [["lint", "test"]]


@LINKS
def test_that_a_moved_tree_is_set_up_again(
    tree: Path, pips: Pips, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.venv_python().unlink()
    bootstrap.venv_python().symlink_to(sys.executable)
    leave(DONE)
    moved = tree.with_name("elsewhere")
    tree.rename(moved)
    for name in ("ROOT", "VENV", "CONSTRAINTS", "STAMP", "LOCK", "LOG"):
        path = moved / getattr(bootstrap, name).relative_to(tree)
        monkeypatch.setattr(bootstrap, name, path)
    bootstrap.ensure()
    assert pips == [["lint", "test"]]


@LINKS
def test_that_a_python_replaced_by_the_system_means_another_set_up(tree: Path) -> None:
    python = bootstrap.venv_python()
    for name in ("python3.11", "python3.13"):
        (tree / name).touch()
    python.unlink()
    python.symlink_to(tree / "python3.11")
    leave(DONE)
    assert bootstrap.is_current(bootstrap.read_stamp(), frozenset())
    python.unlink()
    python.symlink_to(tree / "python3.13")
    assert not bootstrap.is_current(bootstrap.read_stamp(), frozenset())


@pytest.mark.usefixtures("tree")
def test_that_an_environment_without_python_is_not_current() -> None:
    leave(DONE)
    bootstrap.venv_python().unlink()
    assert not bootstrap.is_current(bootstrap.read_stamp(), frozenset())


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"digest": "x", "extras": null}', "\0"])
def test_that_an_unreadable_stamp_counts_as_none(text: str) -> None:
    bootstrap.STAMP.write_text(text)
    assert bootstrap.read_stamp() == Stamp()


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("stamp", [Stamp(), DONE, DONE._replace(missing=("libEGL.so.1",))])
def test_that_a_stamp_is_read_as_it_was_written(stamp: Stamp) -> None:
    bootstrap.write_stamp(stamp)
    assert bootstrap.read_stamp() == stamp


@pytest.mark.parametrize(
    ("problem", "code", "line"),
    [
        (SetupError("pip failed: no."), 1, "pip failed: no."),
        (KeyboardInterrupt(), 130, "stopped; the next start goes on from here"),
        (PermissionError(13, "Permission denied"), 1, "Permission denied"),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "about 3 GB"),
    ],
)
def test_that_a_failure_is_one_line_and_leaves_no_digest(
    pips: Pips,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    problem: BaseException,
    code: int,
    line: str,
) -> None:
    def fail(_extras: list[str], _constraints: str) -> None:
        raise problem

    monkeypatch.setattr(bootstrap, "run_pip", fail)
    with pytest.raises(SystemExit) as leaving:
        bootstrap.ensure()
    out, err = capsys.readouterr()
    assert leaving.value.code == code
    assert out == ""
    assert line in err.splitlines()[-1]
    assert len(err.splitlines()) == 2  # after the one that announces the set-up
    assert bootstrap.STAMP.exists()
    assert bootstrap.read_stamp().digest == ""
    assert pips == []


@pytest.mark.usefixtures("tree")
def test_that_a_second_set_up_waits_for_the_first() -> None:
    with bootstrap.locked():
        second = os.open(bootstrap.LOCK, os.O_RDWR)
        assert not bootstrap.take(second)
    assert bootstrap.take(second)
    os.close(second)


# The environment


def probes(*results: Contents | None) -> Callable[[], Contents | None]:
    """Return a stand-in for `probe` that gives one result after the other."""
    left = iter(results)
    return lambda: next(left)


def notes_commands(monkeypatch: pytest.MonkeyPatch, code: int = 0) -> Pips:
    """Stand in for every program; return the list to which its calls are added."""
    calls: Pips = []

    def run(command: list[str], **_options: object) -> tuple[int, list[str]]:
        calls.append(command)
        return code, ["ERROR: no."]

    monkeypatch.setattr(bootstrap, "run_logged", run)
    return calls


@pytest.mark.usefixtures("tree")
def test_that_a_whole_environment_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = notes_commands(monkeypatch)
    monkeypatch.setattr(bootstrap, "probe", probes(HEALTHY))
    assert bootstrap.working_venv(interrupted=False) == HEALTHY
    assert calls == []


@pytest.mark.usefixtures("tree")
def test_that_an_environment_without_pip_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = notes_commands(monkeypatch)
    monkeypatch.setattr(bootstrap, "probe", probes(HEALTHY._replace(pip=False), HEALTHY))
    assert bootstrap.working_venv(interrupted=False) == HEALTHY
    assert [call[-1] for call in calls] == ["ensurepip"]


@LINKS
def test_that_an_environment_without_python_is_made_anew(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.LOG.touch()
    (tree / ".venv" / "lib" / "old").mkdir(parents=True)
    (tree / ".venv" / "lib64").symlink_to(tree)  # a link to a folder outside: only the link goes
    calls = notes_commands(monkeypatch)
    monkeypatch.setattr(bootstrap, "probe", probes(None, HEALTHY))
    assert bootstrap.working_venv(interrupted=False) == HEALTHY
    assert [path.name for path in (tree / ".venv").iterdir()] == [bootstrap.LOG.name]
    assert calls[0][1:3] == ["-m", "venv"]
    assert calls[1][-1] == "ensurepip"


def test_that_a_half_installed_package_is_forgotten(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = tree / ".venv" / "lib" / "ruff-1.dist-info"
    foreign = tree / "numpy-2.dist-info"
    half.mkdir(parents=True)
    foreign.mkdir()
    found = HEALTHY._replace(unfinished=(str(half), str(foreign)))
    monkeypatch.setattr(bootstrap, "probe", probes(found, HEALTHY))
    bootstrap.working_venv(interrupted=True)
    assert not half.exists()
    assert foreign.exists()


@pytest.mark.usefixtures("tree", "_no_programs")
def test_that_an_environment_of_an_old_python_is_not_touched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bootstrap, "probe", lambda: HEALTHY._replace(python=(3, 8)))
    with pytest.raises(SetupError, match=r"holds Python 3\.8, too old: remove .*\.venv"):
        bootstrap.working_venv(interrupted=True)
    assert bootstrap.venv_python().exists()


def test_that_probing_finds_what_this_very_environment_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bootstrap, "venv_python", lambda: Path(sys.executable))
    found = bootstrap.look_into_venv()
    assert found.python == sys.version_info[:2]
    assert bootstrap.keeps_torch(found.torch, "", "")
    assert any(bootstrap.project_name(need) == "sympy" for need in found.needs)


@pytest.mark.usefixtures("tree")
def test_that_a_python_that_does_not_run_is_found_out() -> None:
    assert bootstrap.probe() is None
    with pytest.raises(SetupError, match="does not run"):
        bootstrap.look_into_venv()


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    ("root", "line"),
    [(True, ": apt-get install"), (False, ": sudo apt-get install")],
)
def test_that_a_python_without_ensurepip_gets_the_command_that_helps(
    monkeypatch: pytest.MonkeyPatch, root: bool, line: str
) -> None:
    calls = notes_commands(monkeypatch, code=100)
    has_programs(monkeypatch, "apt-get", root=root)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(SetupError, match=rf"{line} .* python3\.\d+-venv$"):
        bootstrap.make_venv()
    assert len(calls) == (2 if root else 0)
    assert bootstrap.venv_python().exists()


@pytest.mark.usefixtures("tree")
def test_that_an_empty_folder_is_not_ensurepip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: SimpleNamespace(origin=None))
    assert not bootstrap.has_ensurepip()


# Constraints


@pytest.mark.parametrize(
    ("found", "chosen", "kept"),
    [
        ("", "", False),
        ("2.5.1", "", False),
        ("2.6.0", "", True),
        ("2.10.0+cu128", "", True),
        ("3.0.0", "", True),
        ("2.13.0", "", False),  # the pinned one needs no exception
        ("2.13.0+cpu", "", False),
        ("2.12.0", "2.12.0", False),  # an earlier set-up chose it: it follows the pins
        ("2.12.0", "2.11.0", True),  # the user replaced what set-up chose
    ],
)
def test_that_only_the_user_s_own_torch_stays(found: str, chosen: str, kept: bool) -> None:
    assert bootstrap.keeps_torch(found, chosen, PINS) is kept


def test_that_the_constraints_name_the_torch_that_stays_and_free_what_it_needs() -> None:
    needs = ("sympy==1.13.1", "typing-extensions>=4.10", 'optree>=0.13; extra == "optree"')
    text = bootstrap.with_torch(PINS, "2.6.0+cu124", needs)
    assert text == "# exact versions\nnumpy==2.4.6\ntorch==2.6.0+cu124\n"


@pytest.mark.usefixtures("tree")
def test_that_set_up_keeps_the_user_s_torch_from_then_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given: list[str] = []
    monkeypatch.setattr(bootstrap, "run_pip", lambda _extras, text: given.append(text))
    monkeypatch.setattr(bootstrap, "probe", lambda: HEALTHY._replace(torch="2.10.0"))
    monkeypatch.setattr(bootstrap, "missing_libraries", lambda: ())
    bootstrap.ensure()
    bootstrap.ensure(("test",))
    assert ["torch==2.10.0" in text.splitlines() for text in given] == [True, True]
    assert "keeping torch 2.10.0" in capsys.readouterr().err


# pip's output


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Collecting torch>=2.6 (from gradlab==0.1.0)", ""),
        ("  Downloading torch-2.13.0-py3-none-any.whl.metadata (29 kB)", ""),
        ("Downloading six-1.17.0-py2.py3-none-any.whl (11 kB)", ""),
        ("Downloading torch-2.13.0-cp311-x.whl (526.6 MB)", "fetching torch (526.6 MB)"),
        ("  Downloading a/b/PySide6_Essentials-6.1-x.whl (1.2 GB)", "fetching PySide6_Essentials"),
        ("Installing collected packages: torch", "installing what was fetched"),
        ("WARNING: Retrying (...) after connection broken by 'x'", "no answer from the network"),
    ],
)
def test_that_progress_is_short(line: str, message: str) -> None:
    said = bootstrap.progress(line)
    assert said.startswith(message)
    assert bool(said) is bool(message)


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    ("output", "line"),
    [
        (
            "ERROR: Could not install: [Errno 28] No space left on device",
            "make room for about 3 GB",
        ),
        ("OSError: [Errno 28] Kein Platz mehr\nERROR: failed", "make room for about 3 GB"),
        (
            "WARNING: Retrying after connection broken by 'NewConnectionError'\n"
            "ERROR: No matching distribution found for torch",
            "no network: pip needs it to fetch packages; connect",
        ),
        ("TimeoutError: The read operation timed out\nRead timed out.", "no network"),
        ("connection broken by 'SSLError(CERTIFICATE_VERIFY_FAILED)'", "certificate"),
        ("ERROR: first\n      ERROR: last\nnote: not pip's fault", "pip failed: last (the whole"),
        ("error: x\nFatal\n", "pip failed: Fatal (the whole output: "),
        ("", "pip failed: no output"),
    ],
)
def test_that_a_failure_of_pip_is_explained_in_one_line(output: str, line: str) -> None:
    bootstrap.LOG.touch()
    said = bootstrap.explain("pip failed", output.splitlines())
    assert line in said
    assert "\n" not in said


@pytest.mark.usefixtures("tree")
def test_that_a_log_that_is_not_there_is_not_named() -> None:
    assert bootstrap.explain("cannot write .venv", ["no"]) == "cannot write .venv: no"


@pytest.mark.usefixtures("tree")
def test_that_the_whole_output_is_logged_and_a_message_said_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = "import sys; print('a'); print('b', file=sys.stderr); print('a'); sys.exit(3)"
    result = bootstrap.run_logged([sys.executable, "-u", "-c", code], show=str.strip)
    assert result == (3, ["a", "b", "a"])
    assert bootstrap.LOG.read_text(encoding="utf-8").endswith("\na\nb\na\n")
    assert capsys.readouterr() == ("", "gradlab set-up: a\ngradlab set-up: b\n")


@pytest.mark.usefixtures("tree")
def test_that_pip_gets_the_extras_and_the_constraints(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = notes_commands(monkeypatch)
    bootstrap.run_pip([], PINS)
    bootstrap.run_pip(["lint", "test"], PINS)
    assert [call[-2:] for call in calls] == [["-e", "."], ["-e", ".[lint,test]"]]
    named = Path(calls[0][calls[0].index("-c", 6) + 1])
    assert named.read_text(encoding="utf-8") == PINS


@pytest.mark.usefixtures("tree")
def test_that_a_failing_pip_stops_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    notes_commands(monkeypatch, code=1)
    with pytest.raises(SetupError, match=r"pip failed: no\."):
        bootstrap.run_pip([], PINS)


# System libraries


def has_programs(monkeypatch: pytest.MonkeyPatch, *names: str, root: bool) -> None:
    """Pretend that these programs are installed, and no others, and who runs this."""
    monkeypatch.setattr(shutil, "which", lambda name: name if name in names else None)
    monkeypatch.setattr(bootstrap, "is_root", lambda: root)


def lacks(monkeypatch: pytest.MonkeyPatch, *rounds: Iterable[str]) -> None:
    """Pretend that these libraries are missing, at one look after the other."""
    left = iter(rounds)
    monkeypatch.setattr(bootstrap, "missing_libraries", lambda: tuple(next(left)))


@pytest.mark.usefixtures("_no_programs")
def test_that_complete_libraries_are_not_mentioned(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lacks(monkeypatch, ())
    assert bootstrap.supply_libraries(None) == ()
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("_no_programs")
def test_that_a_user_gets_the_command_for_missing_libraries(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    has_programs(monkeypatch, "apt-get", root=False)
    lacks(monkeypatch, ["libEGL.so.1", "libglib-2.0.so.0", "libgthread-2.0.so.0"])
    assert len(bootstrap.supply_libraries(None)) == 3
    assert capsys.readouterr().err == (
        "gradlab set-up: the window needs system libraries: "
        "sudo apt-get install -y --no-install-recommends libegl1 libglib2.0-0\n"
    )


@pytest.mark.usefixtures("_no_programs")
def test_that_without_apt_the_libraries_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    has_programs(monkeypatch, root=True)
    lacks(monkeypatch, ["libEGL.so.1", "libxcb-cursor.so.0"])
    bootstrap.supply_libraries(None)
    assert capsys.readouterr().err.endswith("install them: libEGL.so.1 libxcb-cursor.so.0\n")


def test_that_an_administrator_gets_missing_libraries_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = notes_commands(monkeypatch)
    has_programs(monkeypatch, "apt-get", root=True)
    lacks(monkeypatch, ["libEGL.so.1"], ())
    assert bootstrap.supply_libraries(None) == ()
    assert calls[0] == ["apt-get", "update"]
    assert calls[1] == ["apt-get", "install", "-y", "--no-install-recommends", "libegl1"]
    assert capsys.readouterr().err.count("\n") == 1


def test_that_a_failing_apt_stops_nothing_and_is_not_tried_at_every_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = notes_commands(monkeypatch, code=100)
    has_programs(monkeypatch, "apt-get", root=True)
    lacks(monkeypatch, *[["libEGL.so.1"]] * 3)
    tried = bootstrap.supply_libraries(None)
    assert bootstrap.supply_libraries(tried) == tried == ("libEGL.so.1",)
    assert len(calls) == 2
    assert capsys.readouterr().err.endswith(
        "libraries: apt-get install -y --no-install-recommends libegl1\n"
    )


def test_that_libraries_are_looked_for_until_they_are_there(
    pips: Pips, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_programs(monkeypatch, root=False)
    lacks(monkeypatch, ["libEGL.so.1"], ["libEGL.so.1"], ())
    for _start in range(4):
        bootstrap.ensure()
    assert pips == [[]]
    assert bootstrap.read_stamp().missing == ()


@pytest.mark.parametrize(("known", "name"), [(0, "libglib2.0-0t64"), (100, "libglib2.0-0")])
def test_that_glib_is_called_as_the_release_calls_it(
    monkeypatch: pytest.MonkeyPatch, known: int, name: str
) -> None:
    notes_commands(monkeypatch, code=known)
    has_programs(monkeypatch, "apt-cache", root=False)
    assert bootstrap.debian_packages(["libglib-2.0.so.0", "libGL.so.1"]) == [name, "libgl1"]


@pytest.mark.skipif(
    sys.platform != "linux", reason="only there Qt relies on the system's libraries"
)
def test_that_a_missing_library_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"libc.so.6": "libc6", "libgradlab-none.so.1": "none"}
    monkeypatch.setattr(bootstrap, "LIBRARIES", names)
    assert bootstrap.missing_libraries() == ("libgradlab-none.so.1",)
