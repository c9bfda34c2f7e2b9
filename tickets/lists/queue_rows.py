"""The rows of the queue and its longest choice as markup: as templates they would cost more than all the rest of it."""

from datetime import datetime
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sla.versions import calendar_of
from tickets.badges import due_badge, level_badge, severity_badge, state_badge
from tickets.due import queue_chip
from tickets.lists.holders import MINE, UNASSIGNED, holders
from tickets.lists.listing import TicketRow

WHAT = {"response": "First response", "target": "Resolution target", "limit": "Resolution limit"}
NOBODY = '<span class="muted">nobody</span>'


def queue_rows(
    tickets: list[TicketRow], *, at: datetime, zone: str, pick: bool = False, ticked: bool = False
) -> list[SafeString]:
    """A table row for each ticket, as of the instant, in the reader's zone. What people typed is escaped.

    With `pick` each begins with a box that belongs to the form `bulk`; with `ticked` the boxes are ticked.
    """
    box = _box(ticked) if pick else ""
    return [_row(ticket, at=at, zone=zone, box=box) for ticket in tickets]


def _box(ticked: bool) -> str:
    """The first cell of every row, but for the ticket in it."""
    label = escape(_("Tick %(reference)s"))
    mark = " checked" if ticked else ""
    box = f'<input type="checkbox" name="ticket" form="bulk" value="%(id)s" aria-label="{label}"{mark}>'
    return f'<td class="pick">{box}</td>'


def _row(ticket: TicketRow, *, at: datetime, zone: str, box: str) -> SafeString:
    calendar = calendar_of(ticket.calendar_version_id)
    chip = queue_chip(ticket, now=at, calendar=calendar, what=WHAT.get(ticket.clock, ""))
    subject, client, reference = escape(ticket.subject), escape(ticket.organisation_name), escape(ticket.reference)
    link = f'<a class="subject" href="{ticket.path}">{subject}</a><small class="muted">{client}</small>'
    named = f'<small class="muted">{chip.what}</small>' if chip.what and chip.due else ""
    cells = (
        box % {"id": ticket.public_id, "reference": reference} if box else "",
        f'<td class="ref">{reference}</td>',
        f'<td><span class="stack tight">{link}</span></td>',
        f'<td class="tag">{severity_badge(ticket.severity)}</td>',
        f'<td class="tag">{state_badge(ticket.state, ticket.withdrawn)}</td>',
        f'<td class="tag">{level_badge(ticket.level)}</td>',
        f'<td data-label="Assignee">{escape(ticket.assignee) if ticket.assignee else NOBODY}</td>',
        f'<td class="when"><span class="stack tight">{named}{due_badge(chip, zone)}</span></td>',
    )
    return SafeString(f'<tr data-ticket="{ticket.public_id}">{"".join(cells)}</tr>')


def holder_options(chosen: str) -> SafeString:
    """The choices of the filter by assignee: anybody, oneself, nobody, each team, each colleague."""
    found = holders()
    fixed = (("", _("Anybody")), (MINE, _("Me")), (UNASSIGNED, _("Nobody")))
    teams = "".join(_option(one.value, one.label, chosen) for one in found if one.is_team)
    people = "".join(_option(one.value, one.label, chosen) for one in found if not one.is_team)
    groups = ((_("Teams"), teams), (_("People"), people))
    return SafeString(
        "".join(_option(value, label, chosen) for value, label in fixed)
        + "".join(f'<optgroup label="{escape(label)}">{options}</optgroup>' for label, options in groups if options)
    )


def _option(value: str, label: str, chosen: str) -> str:
    mark = " selected" if value == chosen else ""
    return f'<option value="{escape(value)}"{mark}>{escape(label)}</option>'
