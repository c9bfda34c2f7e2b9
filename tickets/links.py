"""What a ticket is linked with, as one reader sees it: only tickets that are theirs to see."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.members import Member
from helpdesk.lib.prepared import prepared
from tickets.models import LinkKind, Ticket, TicketLink
from tickets.queries import tickets_visible_to

MOST_LINKS = 50
MOST_FOLLOW_UPS = 20
LONGEST_NUMBER = 9
# From the ticket that the row begins with, and from the one that it leads to.
OUT = {LinkKind.SAME: _("Same fault as"), LinkKind.BLOCKS: _("Blocks"), LinkKind.DUPLICATE: _("Duplicate of")}
BACK = {
    LinkKind.SAME: _("Same fault as"),
    LinkKind.BLOCKS: _("Blocked by"),
    LinkKind.DUPLICATE: _("Has the duplicate"),
}


class LinkNotFound(LookupError):
    """No such link for this member: missing, another organisation's, or of tickets that they may not see."""


@dataclass(frozen=True, kw_only=True)
class LinkLine:
    """One link from the side of one ticket. `merges`: the duplicate and what it is one of, where both are live."""

    pk: int
    words: str
    other: Ticket
    merges: tuple[Ticket, Ticket] | None


def links_of(ticket: Ticket, *, member: Member) -> list[LinkLine]:
    """The ticket's links to tickets that the member may see, in the order in which they were made; at most 50."""
    links = _links(ticket=ticket.pk)
    ids = {link.other_id if link.ticket_id == ticket.pk else link.ticket_id for link in links}
    others = {one.pk: one for one in tickets_visible_to(member).filter(pk__in=ids)} if ids else {}
    lines = []
    for link in links:
        goes_out = link.ticket_id == ticket.pk
        other = others.get(link.other_id if goes_out else link.ticket_id)
        if other is not None:
            lines.append(_line(link, ticket, other, goes_out=goes_out))
    return lines


@prepared
def _links(*, ticket: int) -> QuerySet[TicketLink]:
    return TicketLink.objects.filter(Q(ticket_id=ticket) | Q(other_id=ticket)).order_by("pk")[:MOST_LINKS]


def _line(link: TicketLink, ticket: Ticket, other: Ticket, *, goes_out: bool) -> LinkLine:
    kind = LinkKind(link.kind)
    ends = (ticket, other) if goes_out else (other, ticket)
    live = kind is LinkKind.DUPLICATE and not any(one.state == "closed" for one in ends)
    words = str((OUT if goes_out else BACK)[kind])
    return LinkLine(pk=link.pk, words=words, other=other, merges=ends if live else None)


def link_of(ticket: Ticket, pk: int, *, member: Member) -> TicketLink:
    """One link of the ticket, both of whose tickets the member may see. Raises `LinkNotFound` for any other."""
    either_end = Q(ticket=ticket) | Q(other=ticket)
    found = TicketLink.objects.select_related("ticket", "other").filter(either_end, pk=pk).first()
    seen = tickets_visible_to(member)
    if found is None or seen.filter(pk__in=(found.ticket_id, found.other_id)).count() < 2:
        raise LinkNotFound(str(pk))
    return found


def follow_ups_of(ticket: Ticket, *, member: Member) -> list[Ticket]:
    """The newest tickets that were opened to follow this one, as far as the member may see them; at most 20."""
    return list(tickets_visible_to(member).filter(follows=ticket).order_by("-pk")[:MOST_FOLLOW_UPS])


def is_led_to(ticket: Ticket) -> bool:
    """Whether any ticket follows this one or was merged into it, seen or not: most have none, and need no list."""
    return bool(_led_to(ticket=ticket.pk))


@prepared
def _led_to(*, ticket: int) -> QuerySet[Ticket, int]:
    return Ticket.objects.filter(Q(follows_id=ticket) | Q(merged_into_id=ticket)).values_list("pk", flat=True)[:1]


def ticket_numbered(typed: str, *, like: Ticket, member: Member) -> Ticket | None:
    """The ticket of the same organisation as `like` with this number or reference; None for any other."""
    key, _dash, number = typed.strip().upper().rpartition("-")
    if key not in ("", like.organisation.key):
        return None
    if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER):
        return None
    found = tickets_visible_to(member).filter(organisation_id=like.organisation_id)
    return found.filter(number=int(number)).first()
