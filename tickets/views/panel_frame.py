"""What every view of a panel needs: one call, and the way back to the panel when it is refused."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from helpdesk.accounts.decorators import MemberRequest
from helpdesk.lib.actors import Actor
from helpdesk.lib.errors import DomainError
from tickets.models import Ticket
from tickets.views.frame import refuse, ticket_or_404
from tickets.views.page import ticket_page

Typed = dict[str, Any]


def change(
    request: MemberRequest,
    public_id: UUID,
    *,
    panel: str,
    form: forms.Form,
    run: Callable[[Ticket, Actor, Typed], object],
    done: str,
) -> HttpResponse:
    """Run one operation with a panel's form: back to the ticket, or the page again with the refusal in its panel."""
    ticket = ticket_or_404(request.member, public_id)
    code = 422
    if form.is_valid():
        try:
            run(ticket, request.member.actor, form.cleaned_data)
        except DomainError as error:
            code = refuse(form, error)
        else:
            messages.success(request, done.format(ticket.reference))
            return redirect(ticket.path)
    return ticket_page(request, ticket_or_404(request.member, public_id), failed=(panel, form), status=code)
