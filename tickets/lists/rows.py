"""The rows of the list of tickets as markup: as templates they would cost more than all the rest of the page."""

from collections.abc import Iterable
from datetime import datetime
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.lib.templatetags.times import short_instant
from sla.versions import calendar_of
from tickets.badges import due_badge, severity_badge, state_badge
from tickets.due import Chip, queue_chip
from tickets.lists.listing import TicketRow


def list_rows(
    tickets: Iterable[TicketRow], *, at: datetime, zone: str, names_clients: bool, names_people: bool
) -> list[SafeString]:
    """A table row for each ticket, as of the instant, in the reader's zone. What people typed is escaped.

    With `names_clients` a row tells whose ticket it is, with `names_people` who asked for it.
    """
    opened, requester = escape(_("Opened")), escape(_("Requester"))

    def row(ticket: TicketRow) -> SafeString:
        client = f'<small class="muted">{escape(ticket.organisation_name)}</small>' if names_clients else ""
        person = f'<td data-label="{requester}">{escape(ticket.requester)}</td>' if names_people else ""
        link = f'<a class="subject" href="{ticket.path}">{escape(ticket.subject)}</a>{client}'
        when = f'<time datetime="{ticket.opened_at.isoformat()}">{escape(short_instant(ticket.opened_at, zone))}</time>'
        chip = _chip(ticket, at=at)
        return SafeString(
            f'<tr><td class="ref">{escape(ticket.reference)}</td>'
            f'<td><span class="stack tight">{link}</span></td>'
            f'<td class="tag">{severity_badge(ticket.severity)}</td>'
            f'<td class="tag">{state_badge(ticket.state, ticket.withdrawn)}</td>'
            f'{person}<td data-label="{opened}">{when}</td>'
            f'<td class="when">{due_badge(chip, zone) if chip else ""}</td></tr>'
        )

    return [row(ticket) for ticket in tickets]


def _chip(ticket: TicketRow, *, at: datetime) -> Chip | None:
    """What the row says of a deadline: nothing of a ticket that waits for nobody any more."""
    if not ticket.in_queue:
        return None
    return queue_chip(ticket, now=at, calendar=calendar_of(ticket.calendar_version_id))
