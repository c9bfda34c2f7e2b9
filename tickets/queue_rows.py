"""The rows of the queue as markup. A page has fifty, and as a template they would cost more than all the rest of it."""

from datetime import datetime
from html import escape

from django.utils.safestring import SafeString

from sla.versions import calendar_of
from tickets.badges import due_badge, level_badge, severity_badge, state_badge
from tickets.due import queue_chip
from tickets.listing import QueueRow

WHAT = {"response": "First response", "target": "Resolution target", "limit": "Resolution limit"}
NOBODY = '<span class="muted">nobody</span>'


def queue_rows(tickets: list[QueueRow], *, at: datetime, zone: str) -> list[SafeString]:
    """A table row for each ticket, as of the instant, in the reader's zone. What people typed is escaped."""
    return [_row(ticket, at=at, zone=zone) for ticket in tickets]


def _row(ticket: QueueRow, *, at: datetime, zone: str) -> SafeString:
    calendar = calendar_of(ticket.calendar_version_id)
    chip = queue_chip(ticket, now=at, calendar=calendar, what=WHAT.get(ticket.clock, ""))
    subject, client = escape(ticket.subject), escape(ticket.organisation_name)
    link = f'<a class="subject" href="{ticket.path}">{subject}</a><small class="muted">{client}</small>'
    named = f'<small class="muted">{chip.what}</small>' if chip.what else ""
    cells = (
        f'<td class="ref">{escape(ticket.reference)}</td>',
        f'<td><span class="stack tight">{link}</span></td>',
        f'<td class="tag">{severity_badge(ticket.severity)}</td>',
        f'<td class="tag">{state_badge(ticket.state, ticket.withdrawn)}</td>',
        f'<td class="tag">{level_badge(ticket.level)}</td>',
        f'<td data-label="Assignee">{escape(ticket.assignee) if ticket.assignee else NOBODY}</td>',
        f'<td class="when"><span class="stack tight">{named}{due_badge(chip, zone)}</span></td>',
    )
    return SafeString(f"<tr>{''.join(cells)}</tr>")
