"""Senders, sweepers, and those who bring and read mails: killed with signal 9 at the worst moment, and forked again."""

import logging
import random
import time
from collections.abc import Callable, Sequence, Set
from functools import partial
from itertools import cycle
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections

from faults.board import IDLE, Board, listen
from faults.evidence import BROUGHT, READ, UNMARKED, UNRECORDED, Kill
from faults.forking import fork, kill
from faults.post import Post, bring
from helpdesk.notifications.sending import deliver_due
from tickets.operations.inbound.reading import work_off_mail
from tickets.operations.sweep import sweep

logger = logging.getLogger(__name__)
ROLES = ("sender", "sender", "sender", "sender", "sweeper", "sweeper", "postman", "postman", "reader", "reader")
# Who brings or reads a mail is killed at each step of it in turn; of the others any of these points will do.
DANGER: dict[str, Sequence[Set[str]]] = {
    "sender": [UNMARKED],
    "sweeper": [UNRECORDED],
    "postman": [{point} for point in sorted(BROUGHT)],
    "reader": [{point} for point in sorted(READ)],
}
REST_S = {"sender": 0.2, "sweeper": 0.4, "postman": 0.05, "reader": 0.1}
SMTP_TIMEOUT_S = 4
AGAIN_S = 0.3  # after a failure
LINGER_S = 0.03  # how long a sweep may stand still between two statements, holding its locks; or a mail's reader
LINGERED = UNRECORDED | BROUGHT | READ
AIM_S = 0.5
POLL_S = 0.001


class Crew:
    """Workers by slot; each slot has a role for ever, and a process for as long as it is let live."""

    def __init__(self, *, board: Board, log: Path, chance: random.Random) -> None:
        self._board, self._log, self._chance = board, log, chance
        self._aims = {role: cycle(points) for role, points in DANGER.items()}
        self._post: Post | None = None
        self._pids: dict[int, int] = {}
        self.kills: list[Kill] = []

    def start(self, post: Post) -> None:
        """Fork every worker; `post` is what the postmen bring."""
        self._post = post
        for slot in range(len(ROLES)):
            self._fork(slot)

    def _fork(self, slot: int) -> None:
        self._board.note(slot, IDLE)
        work = partial(toil, slot, self._board, seed=self._chance.randrange(2**32), post=self._post)
        self._pids[slot] = fork(work, log=self._log)

    def kill_one(self, role: str) -> None:
        """Kill a worker of the role, if one is there at its most delicate, and fork another in its place.

        What counts is the last point that it had passed, read once it is dead.
        """
        slot = self._victim(role)
        kill(self._pids[slot])
        self.kills.append(Kill(role, self._board.last(slot)))
        self._fork(slot)

    def _victim(self, role: str) -> int:
        slots = [slot for slot, name in enumerate(ROLES) if name == role]
        until, aim = time.monotonic() + AIM_S, next(self._aims[role])
        while time.monotonic() < until:
            if exposed := [slot for slot in slots if self._board.last(slot) in aim]:
                return self._chance.choice(exposed)
            time.sleep(POLL_S)
        return self._chance.choice(slots)

    def stop(self) -> None:
        """End every worker. What this kills is no fault: nothing is counted."""
        for pid in self._pids.values():
            kill(pid)
        self._pids.clear()


def toil(slot: int, board: Board, *, seed: int, post: Post | None) -> None:
    """What a worker does until it is killed: its one job again and again, as a Celery worker's own loop does.

    Its sweeps linger between statements while the faults last, as on a slow disk, so that a kill finds them there.
    """
    chance = random.Random(seed)
    settings.EMAIL_TIMEOUT = SMTP_TIMEOUT_S

    def hear(point: str) -> None:
        board.note(slot, point)
        if point in LINGERED and not board.is_calm:
            time.sleep(chance.uniform(0, LINGER_S))

    listen(hear)
    job = _job(ROLES[slot], post, chance)
    while True:
        _once(job, role=ROLES[slot])
        board.note(slot, IDLE)
        time.sleep(REST_S[ROLES[slot]])


def _job(role: str, post: Post | None, chance: random.Random) -> Callable[[], object]:
    if role == "postman":
        assert post is not None, "postmen are forked once there is something to bring"
        parcels = post.parcels(chance.randrange(post.number))
        return lambda: bring(*next(parcels))
    jobs: dict[str, Callable[[], object]] = {
        "sender": partial(deliver_due, limit=50),
        "sweeper": sweep,
        "reader": partial(work_off_mail, limit=20),
    }
    return jobs[role]


def _once(job: Callable[[], object], *, role: str) -> None:
    close_old_connections()
    try:
        job()
    except Exception:
        logger.exception("the %s could not do its work and tries again", role)
        time.sleep(AGAIN_S)


def count(kills: Sequence[Kill], role: str) -> int:
    """How many of the kills hit that role."""
    return sum(one.role == role for one in kills)
