"""Running other programs: their output in the log, their failure in one line."""

import errno
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import places
from messages import say


def run_logged(
    command: list[str], show: Callable[[str], str] | None = None, share_lock: bool = True
) -> tuple[int, list[str]]:
    """Run a program in the root with its output in the log; return its exit code and the output.

    Args:
        command: The program and its arguments.
        show: Turns a line of output into a message, or into nothing. A message is said once.
        share_lock: Whether the lock lasts until the program ends, even without set-up.
    """
    lines: list[str] = []
    said = {""}
    with places.LOG.open("a", 1, "utf-8") as log, start(command, not share_lock) as process:
        log.write(f"$ {' '.join(command)}\n")
        try:
            for line in process.stdout or ():
                log.write(line)
                lines.append(line.rstrip())
                message = show(line) if show else ""
                if message not in said:
                    said.add(message)
                    say(message)
        except BaseException:
            process.terminate()
            raise
    return process.returncode, lines


def start(command: list[str], close_fds: bool) -> "subprocess.Popen[str]":
    """Start a program without input, and with both its outputs in one pipe."""
    return subprocess.Popen(
        command,
        cwd=places.ROOT,
        env=dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C.UTF-8"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        close_fds=close_fds,
        encoding="utf-8",
        errors="replace",
    )


def explain(what: str, lines: list[str]) -> str:
    """Return the one line for a program that failed with this output."""
    text = "\n".join(lines)
    full = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
    if any(f"[Errno {code}]" in text for code in full) or "[WinError 112]" in text:
        place, free = fullest_place()
        return (
            f"the disk is full, {free / 1e9:.1f} GB are free at {place}: make room for about 3 GB "
            "(8 GB where pip takes a CUDA torch) and run this again"
        )
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return f"pip does not trust the package index's certificate: see its output in {places.LOG}"
    if re.search(r"connection broken by|Max retries exceeded|Read timed out", text):
        return "no network: pip needs it to fetch packages; connect (or set https_proxy), run again"
    said = [line.strip() for line in lines if line.strip()]
    errors = [line for line in said if line.startswith("ERROR: ")]
    last = (errors or said or ["no output"])[-1]
    log = f" (the whole output: {places.LOG})" if places.LOG.exists() else ""
    return f"{what}: {last.replace('ERROR: ', '')}{log}"


def fullest_place() -> tuple[Path, int]:
    """Return where pip writes and least is free, and how many bytes that is."""
    temporary = os.environ.get("TMPDIR") or os.environ.get("TEMP") or "/tmp"
    folders = [path for path in (places.ROOT, Path(temporary), Path.home()) if path.exists()]
    place = min(folders, key=lambda path: shutil.disk_usage(path).free)
    return place, shutil.disk_usage(place).free
