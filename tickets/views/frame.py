"""What every ticket view needs: the one door to a ticket, and the status of a refusal."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect

from helpdesk.accounts.decorators import MemberRequest, View, member_view
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


def ticket_action(capability: str) -> Callable[[View], View]:
    """Mark a view as what a form does to a ticket: POST by a member with the capability, others get 403.

    A refused form is shown at the action's own address. Who reloads or keeps that one is led to the ticket, if they
    may see it; every other method gets 405.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def action(request: MemberRequest, public_id: UUID, **more: Any) -> HttpResponseBase:
            if request.method == "POST":
                return posted(request, public_id, **more)
            if request.method in ("GET", "HEAD"):
                return looked_at(request, public_id)
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])

        posted = member_view(capability)(view)
        action.capability = capability  # type: ignore[attr-defined]
        return action

    return decorate


@member_view("any")
def looked_at(request: MemberRequest, public_id: UUID) -> HttpResponseBase:
    """The way back to the ticket. Raises `Http404`, the same for a foreign and a missing one."""
    return redirect(ticket_or_404(request.member, public_id).path)


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
