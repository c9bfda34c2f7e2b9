"""The nightly proof: fold clocks anew from the timeline and compare them with the stored rows."""

import logging
from dataclasses import dataclass
from datetime import datetime

from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope
from sla.engine.entries import Reading
from sla.models import Clock
from tickets.models import Ticket
from tickets.queries import readings_of

logger = logging.getLogger(__name__)
COMPARED = (("state", "state"), ("verdict", "verdict"), ("due_at", "due"), ("breached_at", "breached_at"))


@dataclass(frozen=True)
class Difference:
    """A stored clock that is not what its timeline says."""

    reference: str
    clock: str
    field: str
    stored: object
    folded: object


def replay_clocks(*, at: datetime | None = None, limit: int | None = None) -> list[Difference]:
    """Replay the clocks of every queued ticket (or the newest `limit`); returns the differences, ideally none.

    A clock that waits for the sweep, or to be refolded after a calendar edit, is not reported.
    """
    reason = "the nightly replay reads every organisation's clocks"
    with system_scope(reason):
        ids = list(Ticket.objects.filter(in_queue=True).order_by("-pk").values_list("pk", flat=True)[:limit])
    found: list[Difference] = []
    for pk in ids:
        with system_scope(reason):
            # Locked, so that the clocks and the instant belong together; one short transaction a ticket.
            related = Ticket.objects.select_related("organisation", "calendar").select_for_update(of=("self",))
            found += differences(related.get(pk=pk), at=at or database_now())
    return found


def differences(ticket: Ticket, *, at: datetime) -> list[Difference]:
    """What one ticket's stored clocks have other than the fold at the instant."""
    stored = {clock.kind: clock for clock in Clock.objects.filter(ticket=ticket).select_related("calendar")}
    readings = readings_of(ticket, at=at)
    return [
        Difference(ticket.reference, kind.value, field, getattr(stored[kind.value], field), folded)
        for kind, reading in readings.items()
        for field, folded in _pairs(stored[kind.value], reading, at)
    ]


def _pairs(clock: Clock, reading: Reading, at: datetime) -> list[tuple[str, object]]:
    unswept = clock.next_event_at is not None and clock.due_at is not None and clock.due_at < at
    if unswept or clock.calendar_version_id != clock.calendar.current_version_id:
        return []
    return [
        (field, getattr(reading, name)) for field, name in COMPARED if getattr(clock, field) != getattr(reading, name)
    ]


def replay_and_report() -> int:
    """Replay, log each difference as an error, and return how many there are."""
    found = replay_clocks()
    for difference in found:
        logger.error("clock differs from its timeline: %s", difference)
    return len(found)
