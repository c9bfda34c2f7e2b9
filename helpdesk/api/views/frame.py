"""What every view below one ticket needs: the door to it, and how it is shown."""

from typing import Any
from uuid import UUID

from helpdesk.accounts.members import Member
from helpdesk.api.serializers.tickets import TicketAnswer, ticket_path
from helpdesk.api.views.base import Response, changed, made, one
from helpdesk.lib.clock import database_now
from sla.queries import matrix_in_force
from tickets.models import Ticket
from tickets.queries import get_ticket, tickets_visible_to, version_of


def show_ticket(member: Member, ticket: Ticket) -> dict[str, Any]:
    """The ticket as this member gets it."""
    followed = None
    if ticket.follows_id is not None:
        found = tickets_visible_to(member).filter(pk=ticket.follows_id)
        followed = found.values_list("public_id", flat=True).first()
    return dict(TicketAnswer(ticket, context={"member": member, "followed": followed}).data)


def ticket_read(member: Member, public_id: UUID) -> Response:
    """The ticket with its ETag. Raises `TicketNotFound` for a foreign and a missing one alike."""
    ticket = get_ticket(member, public_id)
    return one(show_ticket(member, ticket), version=version_of(ticket, staff=member.is_staff))


def ticket_changed(member: Member, public_id: UUID) -> Response:
    """The ticket as it is after a change."""
    ticket = get_ticket(member, public_id)
    version = version_of(ticket, staff=member.is_staff)
    return changed(show_ticket(member, ticket), path=ticket_path(ticket), version=version)


def ticket_made(member: Member, public_id: UUID) -> Response:
    """The ticket that was just opened."""
    ticket = get_ticket(member, public_id)
    version = version_of(ticket, staff=member.is_staff)
    return made(show_ticket(member, ticket), path=ticket_path(ticket), version=version)


def level_names() -> dict[int, str]:
    """The names of the matrix's levels, as it stands now."""
    return {number: level.name for number, level in matrix_in_force(at=database_now()).levels.items()}
