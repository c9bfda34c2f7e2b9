"""Until when a resolved ticket can be reopened (POLICY 4)."""

from datetime import datetime

from sla.engine.clock import fold
from sla.engine.entries import ClockKind, Entry, EntryKind, Targets
from sla.versions import calendars_since, policy_version
from tickets.models import Ticket

_ONLY = "P1"  # a window is counted like a clock of one severity


def window_end(ticket: Ticket, *, at: datetime) -> datetime | None:
    """The end of a resolved ticket's reopen window, as known at the UTC instant `at`; None without a window.

    It is support time from the resolution on. So a date that is closed before the window has ended moves it later
    like a running deadline, and nothing brings it forward (POLICY 6). Needs the calendar loaded.
    """
    if ticket.closes_at is None or ticket.resolved_at is None:
        return ticket.closes_at
    calendars = calendars_since(ticket.calendar, ticket.resolved_at)
    if len(calendars) == 1:
        return ticket.closes_at
    minutes = policy_version(ticket.policy_version_id).reopen_minutes
    reading = fold(
        kind=ClockKind.LIMIT,
        entries=[Entry(at=ticket.resolved_at, kind=EntryKind.OPENED, severity=_ONLY)],
        policies=[(ticket.resolved_at, Targets(minutes={_ONLY: {ClockKind.LIMIT: minutes}}))],
        calendars=calendars,
        at=at,
    )
    return max(ticket.closes_at, reading.due or ticket.closes_at)


def is_in_window(ticket: Ticket, at: datetime) -> bool:
    """Whether a resolved ticket can still be reopened at this instant."""
    if ticket.closes_at is None or at <= ticket.closes_at:
        return True
    end = window_end(ticket, at=at)
    return end is None or at <= end
