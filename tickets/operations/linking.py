"""Linking tickets of one organisation, and taking links off. Links move no clock and tell nobody."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from helpdesk.lib.actors import Actor, require
from helpdesk.lib.errors import Conflict, DomainError
from helpdesk.lib.tenancy import tenant_key
from tickets.links import MOST_LINKS
from tickets.models import EntryKind, LinkKind, Ticket, TicketLink
from tickets.operations.noting import note_change
from tickets.operations.work import Work, begin

BLOCKED_BY = "blocked_by"
SAID = {LinkKind.SAME: "the same fault as", LinkKind.BLOCKS: "blocks", LinkKind.DUPLICATE: "a duplicate of"}
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
# Each ticket once, however many ways lead to it.
WAITS_FOR = """
    WITH RECURSIVE after (id) AS (
        SELECT %s::bigint
        UNION
        SELECT l.other_id FROM tickets_ticketlink l JOIN after ON l.ticket_id = after.id WHERE l.kind = 'blocks'
    )
    SELECT EXISTS (SELECT FROM after WHERE id = %s)
"""


@transaction.atomic
def link_tickets(
    *, ticket: Ticket, other: Ticket, kind: str, actor: Actor, at: datetime | None = None, seen: int | None = None
) -> TicketLink:
    """Link two tickets of one organisation, in any state; both logs say so, to staff only.

    `kind` is what `ticket` is to `other`: a `LinkKind`, or `blocked_by`. Raises `DomainError` at `kind` for what is no
    link, at `number` for itself, another organisation's ticket (told like a missing one), a link that is there
    already, blocks in a circle, and for more than 50 links of one ticket.
    """
    require(actor, "ticket.link")
    if kind not in (*LinkKind.values, BLOCKED_BY):
        raise DomainError(_("Choose how the two tickets belong together."), field="kind")
    if ticket.organisation_id != other.organisation_id:
        raise DomainError(_("There is no such ticket of this organisation."), field="number")
    if ticket.pk == other.pk:
        raise DomainError(_("A ticket cannot be linked to itself."), field="number")
    pair = _begin_both(ticket, other, actor=actor, at=at, seen=seen)
    first, second = _ends(pair, kind)
    link = TicketLink(
        organisation_id=ticket.organisation_id,
        ticket=first.ticket,
        other=second.ticket,
        kind=LinkKind.BLOCKS if kind == BLOCKED_BY else LinkKind(kind),
    )
    _refuse(link, first.ticket, second.ticket)
    link.save(force_insert=True)
    _write(pair, link, action="ticket.link")
    return link


@transaction.atomic
def unlink_tickets(*, link: TicketLink, actor: Actor, at: datetime | None = None) -> None:
    """Take a link off both of its tickets; both logs say so. One that is gone already raises `Conflict`."""
    require(actor, "ticket.link")
    pair = _begin_both(link.ticket, link.other, actor=actor, at=at)
    removed, _kinds = TicketLink.objects.filter(pk=link.pk).delete()
    if not removed:
        raise Conflict(_("This link has been taken off already."))
    _write(pair, link, action="ticket.unlink")


def _begin_both(
    ticket: Ticket, other: Ticket, *, actor: Actor, at: datetime | None, seen: int | None = None
) -> tuple[Work, Work]:
    """Both tickets locked, in the order of their ids: two links made crosswise would wait for each other."""
    with connection.cursor() as cursor:
        # A circle can be closed by two links between four tickets: links of an organisation are made one by one.
        cursor.execute(ONE_AT_A_TIME, [tenant_key(ticket.organisation_id, "links")])
    found = Ticket.objects.filter(pk__in=(ticket.pk, other.pk)).select_for_update().order_by("pk")
    assert len(found) == 2, "both are in scope"
    work = begin(ticket, actor=actor, at=at, seen=seen)
    return work, begin(other, actor=actor, at=work.at)


def _ends(pair: tuple[Work, Work], kind: str) -> tuple[Work, Work]:
    """From which ticket to which the row goes."""
    work, other = pair
    turned = kind == BLOCKED_BY or (kind == LinkKind.SAME and work.ticket.pk > other.ticket.pk)
    return (other, work) if turned else (work, other)


def _refuse(link: TicketLink, first: Ticket, second: Ticket) -> None:
    either_way = Q(ticket=first, other=second) | Q(ticket=second, other=first)
    if link.kind == LinkKind.BLOCKS:
        there = TicketLink.objects.filter(ticket=first, other=second, kind=link.kind)
    else:
        there = TicketLink.objects.filter(either_way, kind=link.kind)
    if there.exists():
        raise DomainError(_("The two tickets are linked like that already."), field="number")
    if link.kind == LinkKind.BLOCKS and _waits_for(second.pk, first.pk):
        names = {"first": first.reference, "second": second.reference}
        said = _(
            "They would block each other in a circle: %(first)s waits for %(second)s already, itself or by others."
        )
        raise DomainError(said % names, field="number")
    for one in (first, second):
        if TicketLink.objects.filter(Q(ticket=one) | Q(other=one)).count() >= MOST_LINKS:
            said = _("%(ticket)s has %(most)d links, as many as a ticket can have. Take one off first.")
            raise DomainError(said % {"ticket": one.reference, "most": MOST_LINKS}, field="number")


def _waits_for(blocker: int, blocked: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITS_FOR, [blocker, blocked])
        return bool(cursor.fetchone()[0])


def _write(pair: tuple[Work, Work], link: TicketLink, *, action: str) -> None:
    names = {work.ticket.pk: work.ticket.reference for work in pair}
    said = f"{names[link.ticket_id]} {'is ' if link.kind != LinkKind.BLOCKS else ''}{SAID[LinkKind(link.kind)]} "
    gone = action == "ticket.unlink"
    body = f"{'No longer: ' if gone else ''}{said}{names[link.other_id]}."
    for work, other in (pair, pair[::-1]):
        facts = {"kind": link.kind, "with": str(other.ticket.public_id), "reference": other.ticket.reference}
        # Internal: the client may see this ticket and not the other.
        work.write(EntryKind.LINKED, body=body, public=False, data={**facts, "removed": gone})
        note_change(work, action=action, data=facts)
