"""Child processes that cannot outlive us: in sessions of their own, ended by the kernel if we vanish."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from helpdesk.embedded.identity import Identity, enter_namespace

# A supervised process carries this variable, so that the next start finds one whose supervisor was killed.
MARK = "HELPDESK_SUPERVISED"
_SET_DEATH_SIGNAL = 1


def dies_with_us(*, death_signal: signal.Signals, namespace: bool = False) -> Callable[[], None] | None:
    """A function for the child to run before exec: `death_signal` comes when our thread ends (Linux only).

    The change of user clears the setting, so this must come after: `Popen(user=…)` acts before `preexec_fn`.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def prepare() -> None:
        if namespace:
            enter_namespace(libc)
        libc.prctl(_SET_DEATH_SIGNAL, int(death_signal))
        if os.getppid() != parent:  # the parent ended between fork and here: no signal would come
            os._exit(1)

    return prepare


def spawn(
    argv: Sequence[str | Path],
    *,
    death_signal: signal.Signals,
    identity: Identity | None = None,
    log: Path | None = None,
    environment: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, as `identity`, writing to `log` (or to our own output).

    Call it from the main thread: the death signal belongs to the thread that starts the child.
    """
    who = identity or Identity()
    output = log.open("wb") if log else None
    try:
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=dies_with_us(death_signal=death_signal, namespace=who.own_namespace),  # noqa: PLW1509 - single thread
            user=who.uid,
            group=who.gid,
            extra_groups=[] if who.uid is not None else None,
        )
    finally:
        if output:
            output.close()


def wait_for(child: subprocess.Popen[bytes]) -> int:
    """The child's exit code once it has ended; whatever interrupts the wait ends its whole group."""
    try:
        return child.wait()
    except BaseException:
        kill_group(child)
        raise


def kill_group(child: subprocess.Popen[bytes]) -> None:
    """Kill a child and everything in its session's first group, and reap it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # gone; or only a zombie is left (macOS)
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def end(
    children: Mapping[str, subprocess.Popen[bytes]], *, signals: Mapping[str, signal.Signals], seconds: float
) -> None:
    """Ask every child to end (`signals` by name, else SIGTERM); after `seconds` each, kill what is left."""
    for name, child in children.items():
        if child.poll() is None:
            child.send_signal(signals.get(name, signal.SIGTERM))
    for child in children.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
        kill_group(child)


def working_in(*folders: Path) -> list[int]:
    """The processes whose current folder is one of `folders`, as it is for the servers. Linux only."""
    places = {str(folder) for folder in folders}
    return _processes(lambda entry: str((entry / "cwd").readlink()) in places)


def marked_with(data: Path) -> list[int]:
    """The processes that were supervised over the servers of `data`. Linux only."""
    mark = f"{MARK}={data}".encode()
    return _processes(lambda entry: mark in (entry / "environ").read_bytes().split(b"\0"))


def _processes(wanted: Callable[[Path], bool]) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if wanted(entry):
                found.append(int(entry.name))
        except OSError:  # it ended meanwhile, is a zombie, or is somebody else's
            continue
    return found


def wait_then_kill(find: Callable[[], list[int]], *, seconds: float) -> None:
    """Return when `find` finds no process any more, killing those that are still there after `seconds`."""
    until = time.monotonic() + seconds
    while pids := find():
        if time.monotonic() > until:
            kill_pids(pids)
        time.sleep(0.02)


def kill_pids(pids: Iterable[int]) -> None:
    """Kill processes that are not our children; one that ended meanwhile is as good."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
