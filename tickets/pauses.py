"""When a ticket's resolution clock stood still, and why (POLICY 4)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from sla.engine.entries import Leg, Reading, State
from tickets.models import EntryKind, Ticket
from tickets.queries import entries_seen_by

SHOWN = 10
_BEGIN = (EntryKind.WAITING, EntryKind.RESOLVED, EntryKind.WITHDRAWN, EntryKind.OUTSIDE)


@dataclass(frozen=True)
class Pause:
    """One pause, in UTC instants; `end` is None while it lasts."""

    start: datetime
    end: datetime | None
    reason: str


def pauses_of(ticket: Ticket, resolution: Reading, *, staff: bool) -> list[Pause]:
    """The newest ten pauses of the resolution clock in order, each with its reason as its side may read it.

    Waiting for the client is one, so is work outside standard support, and so is the time for which it was resolved
    before it was reopened.
    """
    legs = [leg for leg in resolution.legs if _is_pause(leg)][-SHOWN:]
    if not legs:
        return []
    starts = {leg.start for leg in legs}
    entries = entries_seen_by(ticket, staff=staff).filter(kind__in=_BEGIN, at__in=starts).order_by("pk")
    reasons = {at: _reason(kind, body) for at, kind, body in entries.values_list("at", "kind", "body")}
    return [Pause(leg.start, leg.end, reasons.get(leg.start, "")) for leg in legs]


def _is_pause(leg: Leg) -> bool:
    return leg.state is State.PAUSED or (leg.state is State.STOPPED and leg.end is not None)


def _reason(kind: str, body: str) -> str:
    """The logged contact or question; a solution's text stands in the timeline."""
    if kind == EntryKind.OUTSIDE:
        return _("Outside standard support: %(reason)s") % {"reason": body}
    return body if kind == EntryKind.WAITING else _("Resolved, and reopened later.")
