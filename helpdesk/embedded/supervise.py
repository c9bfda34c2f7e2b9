"""Runs the programs of a demo side by side, and ends all of them as soon as one ends or somebody asks."""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

from helpdesk.embedded.places import BASE
from helpdesk.embedded.processes import MARK, end, spawn
from helpdesk.embedded.servers import Servers

_STOP_WITHIN_S = 10
_POLL_S = 0.1
_ASKS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Programs over `servers` (None: not ours), each in a session of its own, that end together.

    `run` takes the signals over; build and run it in the main thread.
    """

    def __init__(self, *, servers: Servers | None, environment: Mapping[str, str]) -> None:
        self._servers = servers
        self._environment = {**environment, MARK: str(servers.data) if servers else "given servers"}
        self._programs: dict[str, subprocess.Popen[bytes]] = {}
        self._asked_to_stop = False

    def start(self, name: str, argv: Sequence[str]) -> None:
        """Start a program; its output goes where ours goes."""
        self._programs[name] = spawn(argv, death_signal=signal.SIGTERM, environment=self._environment, cwd=BASE)

    def run(self, *, on_tick: Callable[[], None] = lambda: None) -> int:
        """Watch until a program or server ends (returns 1) or a signal comes (returns 0); stop the programs.

        `on_tick` is called ten times a second. The servers are left to their owner.
        """
        before = {ask: signal.signal(ask, self._ask) for ask in _ASKS}
        try:
            while not self._asked_to_stop:
                if (name := self._ended()) is not None:
                    print(f"{name} has ended; stopping everything.", flush=True)
                    return 1
                on_tick()
                time.sleep(_POLL_S)
            return 0
        finally:
            end(self._programs, signals={}, seconds=_STOP_WITHIN_S)
            for ask, handler in before.items():
                signal.signal(ask, handler)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_stop = True

    def _ended(self) -> str | None:
        for name, program in self._programs.items():
            if program.poll() is not None:
                return f"{name} (exit code {program.returncode})"
        return self._servers.ended() if self._servers else None
