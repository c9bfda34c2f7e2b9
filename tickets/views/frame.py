"""What every ticket view needs: the one door to a ticket, and the status of a refusal."""

from uuid import UUID

from django import forms
from django.http import Http404

from helpdesk.accounts.members import Member
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from tickets.models import Ticket
from tickets.queries import TicketNotFound, get_ticket


def ticket_or_404(member: Member, public_id: UUID) -> Ticket:
    """The ticket behind a link. Raises `Http404`, the same for a foreign and a missing one."""
    try:
        return get_ticket(member, public_id)
    except TicketNotFound as error:
        raise Http404("There is no such ticket.") from error


def status_of(error: DomainError) -> int:
    """The HTTP status of a refusal: 409 for the ticket's state, 403 for a missing right, 422 for an input."""
    if isinstance(error, Conflict):
        return 409
    return 403 if isinstance(error, Forbidden) else 422


def refuse(form: forms.Form, error: DomainError) -> int:
    """Put a refusal beside the field at fault, or at the top of the form; returns the HTTP status."""
    form.is_valid()
    form.add_error(error.field if error.field in form.fields else None, error.message)
    return status_of(error)
