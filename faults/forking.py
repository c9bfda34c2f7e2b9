"""Children forked from the run itself, which has everything loaded: a new one works within milliseconds."""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from helpdesk.embedded.processes import dies_with_us

POLL_S = 0.02


def fork(work: Callable[[], None], *, log: Path) -> int:
    """Run the work in a child that writes to `log` and dies with us; returns its process id.

    The caller holds no connection of its own meanwhile: a socket cannot be shared.
    """
    sys.stdout.flush()
    prepare = dies_with_us(death_signal=signal.SIGKILL)
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        if prepare is not None:
            prepare()
        _be_quiet(log)
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the child ends here
        os.write(2, traceback.format_exc().encode())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # never back into the run


def _be_quiet(log: Path) -> None:
    """Write to the log, leave Ctrl-C to the parent, and end at a SIGTERM as any program does."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.close(out)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for ask in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ask, signal.SIG_DFL)


def kill(pid: int) -> None:
    """Kill a child with signal 9 and wait until it is gone; one that has ended is as good."""
    with suppress(ProcessLookupError, ChildProcessError):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def ended_within(pid: int, *, seconds: float) -> bool:
    """Whether a child ends by itself in that time; it is reaped then."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if os.waitpid(pid, os.WNOHANG)[0]:
            return True
        time.sleep(POLL_S)
    return False
