"""The twin as a web process holds it: in memory, looked after by a thread, and still there when nothing else is.

A request costs a look at a link and at a file's time. Whoever meets a twin that is some seconds old has it made anew
without waiting; one that is older, or older than the last publication, is waited for, for as long as that may last.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.urls import ResolverMatch, resolve

from status.answers import Content
from status.twin import folder as twins

logger = logging.getLogger(__name__)
RENEWED_AFTER_S, WAITED_FOR_AFTER_S = 5.0, 12.0
WAIT_S, FIRST_WAIT_S = 2.0, 10.0
PAUSE_S = 5.0  # after a failure, no further attempt is made for so long


@dataclass(frozen=True)
class Held:
    """An export in memory: the documents that change with the board, and what is needed of each."""

    export: twins.Export
    live: dict[str, Content]
    matches: dict[str, ResolverMatch]

    @property
    def age(self) -> float:
        """The seconds since it was made."""
        return max(0.0, time.time() - self.export.written_at)


class Keeper:
    """Keeps the twin of one folder for one process."""

    def __init__(self, folder: Path, export: Callable[[], object]) -> None:
        self.folder = folder
        self._export = export
        self._held: Held | None = None
        self._lock = threading.Lock()
        self._running: threading.Event | None = None
        self._asked_again_at = 0.0

    @property
    def has_failed(self) -> bool:
        """Whether the last attempt to make it anew failed a moment ago."""
        return time.monotonic() < self._asked_again_at

    def held(self) -> Held | None:
        """The present export, whatever its age; None where there is none."""
        name = twins.present_name(self.folder)
        held = self._held
        if name is None or (held is not None and held.export.name == name):
            return held
        try:
            self._held = self._load() or held
        except OSError as error:  # swept away while it was read: the next request finds its successor
            logger.warning("the twin could not be read: %s", error)
        return self._held

    def fresh(self) -> Held | None:
        """The present export, made anew first where that is due; None where there is none and none can be made."""
        held = self.held()
        spoilt = held is None or held.export.changed != twins.changed_mark(self.folder)
        age = held.age if held else 0.0
        if not spoilt and age < RENEWED_AFTER_S:
            return held
        running = self._renew()
        if running is not None and (spoilt or age > WAITED_FOR_AFTER_S):
            running.wait(WAIT_S if held else FIRST_WAIT_S)
            return self.held()
        return held

    def _load(self) -> Held | None:
        export = twins.present(self.folder)
        if export is None:
            return None
        live = {
            path: Content((export.home / twins.file_of(path)).read_bytes(), kind) for path, kind in export.live.items()
        }
        return Held(export, live, {path: resolve(path) for path in live})

    def _renew(self) -> threading.Event | None:
        """Have it made anew by one thread of this process; None while a failure is not long enough ago."""
        with self._lock:
            if self._running is None and not self.has_failed:
                self._running = threading.Event()
                threading.Thread(target=self._work, args=(self._running,), name="status-twin", daemon=True).start()
            return self._running

    def _work(self, done: threading.Event) -> None:
        try:
            self._export()
            self._asked_again_at = 0.0
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the twin that there is goes on answering
            self._asked_again_at = time.monotonic() + PAUSE_S
            logger.warning("the twin is not made anew: %s", error)
        finally:
            connection.close()
            with self._lock:
                self._running = None
            done.set()
