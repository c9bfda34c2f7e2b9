"""Who follows a ticket: adding somebody, and taking them out."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from helpdesk.accounts.decorators import MemberRequest
from helpdesk.accounts.models import User
from helpdesk.lib.errors import DomainError
from helpdesk.lib.numbers import row_number
from tickets.operations.watching import NOT_THERE, unwatch, watch
from tickets.views.frame import status_of, ticket_action, ticket_or_404
from tickets.views.page import ticket_page


@ticket_action("ticket.watch")
def following(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Let the chosen person follow the ticket."""
    ticket = ticket_or_404(request.member, public_id)
    try:
        watch(ticket=ticket, user=_chosen(request), actor=request.member.actor)
    except DomainError as error:
        messages.error(request, error.message)
        return ticket_page(request, ticket, status=status_of(error))
    messages.success(request, _("They follow {} from now on.").format(ticket.reference))
    return redirect(ticket.path)


@ticket_action("ticket.watch")
def unfollowing(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Let the chosen person follow it no more. Who does not follow it, is foreign or missing is answered alike."""
    ticket, member = ticket_or_404(request.member, public_id), request.member
    try:
        person = _chosen(request)
    except DomainError:
        person = None
    if person is not None:
        unwatch(ticket=ticket, user=person, actor=member.actor)
    messages.success(request, _("They follow {} no more.").format(ticket.reference))
    own = member.may("ticket.read_organisation") or ticket.requester_id == member.user.pk
    return redirect("tickets:list" if person == member.user and not own else ticket.path)


def _chosen(request: MemberRequest) -> User:
    """The person of the form. Raises `DomainError`, the same for a missing and a foreign one."""
    number = row_number(request.POST.get("person", ""))
    found = User.objects.filter(pk=number).first() if number is not None else None
    if found is None:
        raise DomainError(NOT_THERE, field="person")
    return found
