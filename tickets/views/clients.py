"""The account manager's desk: their clients at a glance, one of them, and who holds what has come to level 2."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from sla.models import Severity
from tickets.clients import client_page, client_rows, clients_of_manager, feedback_of, rungs_of
from tickets.lists.listing import QueueFilters, queue_page
from tickets.lists.queue_rows import queue_rows
from tickets.models import Escalation
from tickets.operations.rungs import hand_to_stand_in, take_over
from tickets.views.frame import status_of, ticket_action, ticket_or_404
from tickets.views.page import ticket_page


@require_safe
@member_view("clients.read")
def clients(request: MemberRequest) -> HttpResponse:
    """The clients of whom one is the account manager or the deputy."""
    member, at = request.member, database_now()
    after = request.GET.get("after", "").replace("\0", "")
    page = client_page(member, at=at, after=after)
    context = {
        "rows": page.rows,
        "severities": Severity.choices,
        "next": f"?after={page.next_key}" if page.next_key else "",
        "first": "?" if after else "",
        "away": member.staff if member.staff and member.staff.is_away(at) else None,
        "zone": member.user.time_zone,
    }
    return render(request, "tickets/clients.html", context)


@require_safe
@member_view("clients.read")
def client(request: MemberRequest, key: str) -> HttpResponse:
    """One client: the same figures, what is due next, what waits at level 2, and what they say of us."""
    member, at = request.member, database_now()
    organisation = clients_of_manager(member).filter(key=key.upper()).first()
    if organisation is None:
        raise Http404("There is no such client of yours.")
    [row] = client_rows(member, [organisation], at=at)
    due = queue_page(member, QueueFilters(organisation=organisation), at=at)
    context = {
        "row": row,
        "organisation": organisation,
        "due": queue_rows(due.rows, at=at, zone=member.user.time_zone),
        "more": f"{reverse('tickets:queue')}?organisation={organisation.key}" if due.next_key else "",
        "rungs": rungs_of(organisation),
        "feedback": feedback_of(organisation),
        "zone": member.user.time_zone,
    }
    return render(request, "tickets/client.html", context)


@ticket_action("ticket.acknowledge")
def taking(request: MemberRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Hold the rung and the ticket oneself."""
    return _rung_action(
        request,
        public_id,
        pk,
        run=lambda rung: take_over(escalation=rung, actor=request.member.actor),
        done=_("You hold {} now, the ticket and the escalation."),
    )


@ticket_action("ticket.acknowledge")
def handing(request: MemberRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Hand the rung to who stands in."""
    reason = request.POST.get("reason", "").replace("\0", "")
    return _rung_action(
        request,
        public_id,
        pk,
        run=lambda rung: hand_to_stand_in(escalation=rung, reason=reason, actor=request.member.actor),
        done=_("The escalation of {} is handed on."),
    )


def _rung_action(
    request: MemberRequest, public_id: UUID, pk: int, *, run: Callable[[Escalation], object], done: str
) -> HttpResponse:
    """Run it on this rung of this ticket; back to where it was asked for, or the ticket's page with the refusal."""
    ticket = ticket_or_404(request.member, public_id)
    rung = Escalation.objects.filter(pk=pk, ticket=ticket).select_related("ticket").first()
    if rung is None:
        raise Http404("There is no such escalation.")
    try:
        run(rung)
    except DomainError as error:
        messages.error(request, error.message)
        return ticket_page(request, ticket, status=status_of(error))
    messages.success(request, done.format(ticket.reference))
    if request.POST.get("back") == "client" and clients_of_manager(request.member).filter(pk=ticket.organisation_id):
        return redirect("tickets:client", key=ticket.organisation.key)
    return redirect(ticket.path)
