"""What a page of found tickets shows: one narrow row a ticket, and its markup. What people typed is escaped."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.accounts.members import Member
from helpdesk.lib.templatetags.times import short_instant
from tickets.badges import severity_badge, state_badge
from tickets.queries import tickets_visible_to
from tickets.search.highlight import piece, spans, with_marks
from tickets.search.statements import Piece, Words, pieces

COLUMNS = (
    "pk",
    "number",
    "public_id",
    "subject",
    "severity",
    "state",
    "withdrawn",
    "opened_at",
    "organisation__key",
    "organisation__name",
    "requester__name",
    "assignee__user__name",
)


class Found(NamedTuple):
    """The columns of one found ticket, in the order of `COLUMNS`."""

    pk: int
    number: int
    public_id: UUID
    subject: str
    severity: str
    state: str
    withdrawn: bool
    opened_at: datetime
    key: str
    organisation: str
    requester: str
    assignee: str | None


def results(member: Member, chosen: Sequence[int], words: Words | None) -> list[SafeString]:
    """An item of a list for each of these tickets that the member may see, in their order, the words marked."""
    rows = tickets_visible_to(member).select_related(None).filter(pk__in=chosen).values_list(*COLUMNS)
    found = {row[0]: Found(*row) for row in rows}
    texts = pieces(words, chosen, staff=member.is_staff) if words and chosen else {}
    return [_item(found[pk], texts.get(pk), member=member) for pk in chosen if pk in found]


def _item(ticket: Found, text: Piece | None, *, member: Member) -> SafeString:
    """A result: reference and subject, the piece that fits best, and the facts."""
    subject = with_marks(text.subject, spans(text.marked_subject)) if text else ticket.subject
    said = format_html('<p class="said">{}</p>', piece(text.body, spans(text.marked_body))) if text else ""
    opened = short_instant(ticket.opened_at, member.user.time_zone)
    return format_html(
        '<li><p><span class="ref">{}-{}</span> <a class="subject" href="/tickets/{}/">{}</a></p>{}'
        '<div class="cluster result-facts">{}{}{}<span>{}</span><time datetime="{}">{}</time>{}</div></li>',
        ticket.key,
        ticket.number,
        ticket.public_id,
        subject,
        said,
        severity_badge(ticket.severity),
        state_badge(ticket.state, ticket.withdrawn),
        _fact(ticket.organisation) if member.is_staff else "",
        _("asked by %(name)s") % {"name": ticket.requester},
        ticket.opened_at.isoformat(),
        opened,
        _fact(_("held by %(name)s") % {"name": ticket.assignee}) if ticket.assignee else "",
    )


def _fact(text: str) -> SafeString:
    return format_html("<span>{}</span>", text)
