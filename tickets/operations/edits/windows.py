"""Moving the ends of reopen windows later, where dates have been closed since (POLICY 4 and 6)."""

from collections.abc import Collection
from datetime import datetime

from tickets.models import Ticket, TicketState
from tickets.window import window_end


def open_windows(calendar_ids: Collection[int], *, at: datetime) -> list[int]:
    """The ids of resolved tickets, counted by these calendars, that can still be reopened at the UTC instant."""
    resolved = Ticket.objects.filter(state=TicketState.RESOLVED, closes_at__gte=at, calendar__in=calendar_ids)
    return list(resolved.order_by("pk").values_list("pk", flat=True))


def move_windows(ticket_ids: Collection[int], *, at: datetime) -> int:
    """After an edit of their calendar: store the later ends of these tickets' windows; returns how many moved.

    The caller is in a transaction and the system scope.
    """
    tickets = Ticket.objects.filter(pk__in=ticket_ids).select_related("calendar")
    needed = tickets.only(
        "resolved_at", "closes_at", "policy_version_id", "organisation_id", "calendar__current_version_id"
    )
    return sum(move_window(ticket, at=at) for ticket in needed.order_by("pk"))


def move_window(ticket: Ticket, *, at: datetime) -> bool:
    """Store the later end of a resolved ticket's window; False if there is none, or the ticket has changed since."""
    end = window_end(ticket, at=at)
    if end == ticket.closes_at:
        return False
    stored = Ticket.objects.filter(pk=ticket.pk, state=TicketState.RESOLVED, closes_at=ticket.closes_at)
    return bool(stored.update(closes_at=end))
