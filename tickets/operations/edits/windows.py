"""Moving the ends of reopen windows later, where dates have been closed since (POLICY 4 and 6)."""

from collections.abc import Collection
from datetime import datetime

from tickets.models import Ticket, TicketState
from tickets.window import window_end


def move_windows(calendar_ids: Collection[int], *, at: datetime) -> int:
    """After an edit of these calendars: store the later ends of the windows that are open; returns how many.

    The caller is in a transaction and the system scope.
    """
    resolved = Ticket.objects.filter(state=TicketState.RESOLVED, closes_at__gte=at, calendar__in=calendar_ids)
    tickets = resolved.select_related("calendar").only(
        "resolved_at", "closes_at", "policy_version_id", "organisation_id", "calendar__current_version_id"
    )
    return sum(move_window(ticket, at=at) for ticket in tickets.order_by("pk").iterator())


def move_window(ticket: Ticket, *, at: datetime) -> bool:
    """Store the later end of a resolved ticket's window; False if there is none, or the ticket has changed since."""
    end = window_end(ticket, at=at)
    if end == ticket.closes_at:
        return False
    stored = Ticket.objects.filter(pk=ticket.pk, state=TicketState.RESOLVED, closes_at=ticket.closes_at)
    return bool(stored.update(closes_at=end))
