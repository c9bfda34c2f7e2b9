"""Loading a big desk: open tickets, closed ones with their history, organisations.

At the instant of the load nothing has been breached, though warnings have been given, and promises of every kind
fall due soon after it. No notices are written: as with all simulated history, nobody is told.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpdesk.accounts.directory import Directory
from helpdesk.audit.operations import record_all
from helpdesk.demo.bulk.copies import copy_lives, stage
from helpdesk.demo.bulk.desk import Desk, make_desk
from helpdesk.demo.bulk.life import Life
from helpdesk.demo.bulk.lives import OLDEST_CLOSED, SPREAD, Lives
from helpdesk.lib.rows import insert_rows
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import muted
from sla.models import Event
from sla.queries import matrix_in_force
from tickets.ladder.occurrences import Occurrence, occurrence
from tickets.models import Ticket, TimelineEntry
from tickets.operations.ladder import climb

REASON = "a bulk load fills every organisation"
CHUNK = 50_000  # tickets in one transaction
TOLD_AT_ONCE = 2000
LIVES = 2000


@dataclass(frozen=True, kw_only=True)
class Size:
    """How big the desk is. `lives` is how many distinct ones of each kind the engine works out."""

    organisations: int
    open: int
    closed: int = 0
    lives: int = LIVES


def load_desk(size: Size, *, at: datetime, seed: int = 1, progress: Callable[[str], None]) -> None:
    """Add a desk of this size, as of the instant `at`. The same seed gives the same desk, ids apart.

    Each chunk of tickets is one transaction. Closed tickets come first: they are the older ones.
    """
    with system_scope(REASON), muted():
        desk = make_desk(organisations=size.organisations, at=at - OLDEST_CLOSED)
        lives = Lives(desk, at=at, seed=seed)
        closed, unfinished = lives.closed(min(size.lives, size.closed)), lives.open(min(size.lives, size.open))
    progress(f"{size.organisations} organisations, {len(closed) + len(unfinished):,} distinct lives")
    for done in _multiply(closed, size.closed, desk=desk, at=at, seed=seed):
        progress(f"{done:,} closed tickets")
    for done in _multiply(unfinished, size.open, desk=desk, at=at, seed=seed + 1):
        progress(f"{done:,} open tickets")


def _multiply(lives: Sequence[Life], tickets: int, *, desk: Desk, at: datetime, seed: int) -> Iterator[int]:
    """Copy the lives to so many tickets; yields how many there are after each chunk."""
    if not lives:
        return
    with system_scope(REASON):
        stage(lives)
    step = SPREAD / -(-tickets // len(lives))
    for first in range(0, tickets, CHUNK):
        last, drawn = min(first + CHUNK, tickets) - 1, 1 / (1 + seed + first)
        with system_scope(REASON), muted():
            warned = copy_lives(
                lives=len(lives), organisations=desk.organisations, first=first, last=last, step=step, seed=drawn
            )
            for start in range(0, len(warned), TOLD_AT_ONCE):
                _tell_of_warnings(warned[start : start + TOLD_AT_ONCE], at=at)
        yield last + 1


def _tell_of_warnings(warned: Sequence[tuple[Any, ...]], *, at: datetime) -> None:
    """What the ladder wrote when the warnings were given; who stands behind a level differs from client to client."""
    related = Ticket.objects.select_related("organisation", "requester", "calendar")
    tickets = related.in_bulk({ticket for ticket, _, _ in warned})
    found: list[Occurrence] = [
        occurrence(tickets[ticket], event=Event.WARNING, instant=instant, clock=kind)
        for ticket, kind, instant in warned
    ]
    climbed = climb(found, matrix=matrix_in_force(at=at), directory=Directory.read(), at=at)
    insert_rows(TimelineEntry, climbed.timeline)
    record_all(climbed.audits)
