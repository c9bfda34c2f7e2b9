"""One incident for whoever may know of it, and "me too"."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.members import Member
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from status.impacts import levels_now
from status.listing import incidents_on, is_overdue
from status.models import Incident
from status.operations.threads import me_too as join
from status.queries import IncidentNotFound, open_incidents, shown_incident
from tickets.queries import TicketNotFound, get_ticket

MOST_OFFERED = 20


@login_not_required
@require_safe
def incident(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Its story. Everybody reads what is for everybody; the rest is not there but for those who may know."""
    found = _shown_or_404(public_id)
    member: Member | None = getattr(request, "member", None)
    names = {row.component_id: row.component.name for row in found.impacts.all()}
    labels = {row.level: row.get_level_display() for row in found.impacts.all()}
    now = levels_now(found.impacts.all())
    context = {
        "incident": found,
        "updates": found.updates.all(),
        "stands": [(names[pk], level, labels[level]) for pk, level in now.items()],
        "affected": sorted(set(names.values())),
        "is_overdue": is_overdue(found, at=database_now()),
        "may_join": member is not None and member.organisation is not None and found.is_open,
        "may_manage": member is not None and member.may("incident.write"),
    }
    return render(request, "status/incident.html", context)


@require_POST
@member_view("ticket.open")
def me_too(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Open a ticket on it, with what the person had typed into the form of a new one, or go to the one they have."""
    found, member = _shown_or_404(public_id), request.member
    if member.organisation is None:
        raise Http404("Staff attach tickets; they have no trouble of their own.")
    subject, description = (request.POST.get(name, "").replace("\x00", "") for name in ("subject", "description"))
    try:
        ticket = join(
            incident=found,
            organisation=member.organisation,
            requester=member.user,
            actor=member.actor,
            subject=subject,
            description=description,
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("status:incident", public_id)
    messages.success(request, _("Your ticket stands at this incident: each update of it answers you here."))
    return redirect(ticket.path)


@require_safe
@member_view("any")
def of_ticket(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The incidents that explain a ticket, as a part of its page or by itself; staff may attach it to another."""
    try:
        ticket = get_ticket(request.member, public_id)
    except TicketNotFound as error:
        raise Http404("There is no such ticket.") from error
    on = incidents_on(ticket, shown_only=not request.member.may("incident.write"))
    offered: list[Incident] = []
    if request.member.may("incident.write"):
        offered = [one for one in open_incidents()[:MOST_OFFERED] if one not in on]
    context = {"ticket": ticket, "incidents": on, "offered": offered}
    part = "HX-Request" in request.headers
    return render(request, "status/_of_ticket.html" if part else "status/of_ticket.html", context)


def _shown_or_404(public_id: UUID) -> Incident:
    try:
        return shown_incident(public_id)
    except IncidentNotFound as error:
        raise Http404("There is no such incident.") from error
