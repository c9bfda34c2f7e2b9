"""Starts the supervised script as a person would, and finds its processes without the launcher's help."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("supervised.py")
PATIENCE_S = 120


def bare_environment(**extra: str) -> dict[str, str]:
    """Our environment without the test session's own servers."""
    names = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "HELPDESK_DATA", "PYTEST_XDIST_WORKER"}
    return {**{k: v for k, v in os.environ.items() if k not in names}, "PYTHONPATH": str(ROOT), **extra}


def launch(data: Path, *program: str) -> subprocess.Popen[bytes]:
    """Start the supervised script in a session of its own; what it says goes to a file beside the data."""
    data.mkdir(parents=True, exist_ok=True)
    with said_by(data).open("wb") as output:
        return subprocess.Popen(
            [sys.executable, str(SCRIPT), str(data), *program],
            env=bare_environment(),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def said_by(data: Path) -> Path:
    """The file with the output of the latest supervisor over `data`."""
    return data / "supervisor.out"


def start(data: Path, *program: str) -> subprocess.Popen[bytes]:
    """Start the supervised script and return once its servers and its program run."""
    supervisor = launch(data, *program)
    assert wait_until(lambda: "up\n" in said_by(data).read_text() or supervisor.poll() is not None)
    assert "up\n" in said_by(data).read_text(), said_by(data).read_text()
    return supervisor


def finish(supervisor: subprocess.Popen[bytes], ask: signal.Signals = signal.SIGTERM) -> int:
    """Send the signal and return the exit code."""
    supervisor.send_signal(ask)
    return supervisor.wait(PATIENCE_S)


def processes_of(data: Path) -> dict[int, str]:
    """Every live process that names `data` in its command line or environment, or works within it, by pid."""
    needle = str(data).encode()
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (entry / "cmdline").read_bytes()
            place = str((entry / "cwd").readlink()).encode()  # a zombie has none
            if needle in command or needle in place or needle in (entry / "environ").read_bytes():
                found[int(entry.name)] = command.replace(b"\0", b" ").decode().strip()
    found.pop(os.getpid(), None)
    return found


def pid_of(data: Path, part: str) -> int:
    """The pid of the one process over `data` whose command line contains `part`."""
    matches = [pid for pid, command in processes_of(data).items() if part in command]
    assert len(matches) == 1, processes_of(data)
    return matches[0]


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE_S) -> bool:
    """Whether the condition came true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


@contextmanager
def cleaned_up(data: Path) -> Iterator[Path]:
    """Kill whatever a failed test leaves over `data`."""
    try:
        yield data
    finally:
        for pid in processes_of(data):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
