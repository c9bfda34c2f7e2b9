"""A real Celery worker and two real beats, which die like everything else here.

They are forked from the run, as the rest of the crew is: to import Celery anew would take each of them seconds.
"""

import os
from functools import partial
from importlib import import_module
from pathlib import Path

from faults.forking import fork, kill
from helpdesk.celery import app

WORKER = ("worker", "--pool", "threads", "-c", "2", "--without-gossip", "--without-mingle", "-l", "warning")
# What Celery imports only as it starts.
PRELOADED = (
    "celery.bin.celery",
    "celery.apps.worker",
    "celery.apps.beat",
    "celery.concurrency.thread",
    "kombu.transport.redis",
    "celery.worker.consumer.consumer",
)


class Programs:
    """The programs by name, each writing to a log of its own in `folder`."""

    def __init__(self, *, folder: Path) -> None:
        self._folder = folder
        self._arguments = {"worker": WORKER, "beat one": self._beat("one"), "beat two": self._beat("two")}
        self._pids: dict[str, int] = {}
        self.gave_up: list[str] = []

    def _beat(self, name: str) -> tuple[str, ...]:
        return ("beat", "--pidfile=", "-s", str(self._folder / f"schedule-{name}"), "-l", "warning")

    def start(self) -> None:
        """Start all three."""
        app.loader.import_default_modules()
        for module in PRELOADED:
            import_module(module)
        for name in self._arguments:
            self._start(name)

    def _start(self, name: str) -> None:
        work = partial(app.start, argv=["--quiet", *self._arguments[name]])
        self._pids[name] = fork(work, log=self._folder / f"{name.replace(' ', '-')}.log")

    def kill(self, name: str) -> None:
        """Kill one with signal 9 and start it anew."""
        kill(self._pids[name])
        self._start(name)

    def revive(self) -> None:
        """Start anew what has ended by itself, as a supervisor does, and remember it."""
        for name, pid in self._pids.items():
            if os.waitpid(pid, os.WNOHANG)[0]:
                self.gave_up.append(name)
                self._start(name)

    def stop(self) -> None:
        """Kill all of them."""
        for pid in self._pids.values():
            kill(pid)
        self._pids.clear()
