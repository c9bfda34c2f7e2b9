"""Who else a client's mail was addressed to: colleagues come to follow the ticket, everybody else is only named."""

from collections.abc import Sequence
from datetime import datetime

from helpdesk.accounts.members import Member
from helpdesk.accounts.queries import clients_of
from helpdesk.lib.errors import DomainError
from tickets.models import Ticket, Watcher
from tickets.operations.watching import watch


def bring_in(
    *, ticket: Ticket, addresses: Sequence[str], member: Member, verified: bool, at: datetime | None
) -> list[str]:
    """Let the active people of the ticket's organisation among these addresses follow it; returns the others.

    Nobody follows unless who writes (`member`) is proven and may read the ticket: or a forged mail, or one that has
    only a number right, would bring its sender everything that is said there.
    """
    if not addresses or not (verified and _reads(ticket, member)):
        return list(addresses)
    known = {person.email: person for person in clients_of(ticket.organisation_id).filter(email__in=list(addresses))}
    left = []
    for address in addresses:
        if address == ticket.requester.email:
            continue
        try:
            watch(ticket=ticket, user=known[address], actor=member.actor, at=at)
        except (KeyError, DomainError):  # nobody of theirs, or too many follow already: staff may see to it
            left.append(address)
    return left


def _reads(ticket: Ticket, member: Member) -> bool:
    if member.is_staff or member.may("ticket.read_organisation") or ticket.requester_id == member.user.pk:
        return True
    return Watcher.objects.filter(ticket=ticket, member=member.user).exists()
