"""The front door: everybody is sent to the page on which their work begins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.listing import organisations_of
from helpdesk.accounts.members import Member
from helpdesk.accounts.permissions import Role
from helpdesk.accounts.queries import lapsed_domains
from helpdesk.lib.clock import database_now
from helpdesk.notifications.queries import suppressions
from helpdesk.web.views.suppressions import seen_by
from sla.listing import unready_calendars
from sla.queries import matrix_in_force
from tickets.inbound.listing import reads_raw_mail, waiting_count
from tickets.ladder.judging import judged
from tickets.replays import differing_count

LAPSED_SHOWN = 5
FAULTS_SHOWN = 5
STARTS = {
    Role.CLIENT_USER: "tickets:list",
    Role.CLIENT_ADMIN: "tickets:list",
    Role.AGENT: "tickets:queue",
    Role.ACCOUNT_MANAGER: "tickets:clients",
    Role.ADMIN: "tickets:queue",
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Redirect by role; a signed-in person who belongs to nobody is told so, with status 403."""
    member: Member | None = getattr(request, "member", None)
    if member is None:
        return render(request, "web/nobody.html", status=403)
    return redirect(STARTS[member.role])


@member_view("settings.people")
@require_safe
def settings_index(request: MemberRequest) -> HttpResponse:
    """The admins' rooms, with warnings: next year's holidays, addresses without mail, domains, mails, the ladder."""
    without_mail = len(suppressions(seen=seen_by(request.member)).values("pk"))
    at = database_now()
    faults = judged(matrix_in_force(at=at), organisations_of(request.member), at=at)
    context = {
        "unready": unready_calendars(request.member, at=at),
        "faults": faults[:FAULTS_SHOWN],
        "more": max(0, len(faults) - FAULTS_SHOWN),
        "without_mail": without_mail,
        "lapsed": lapsed_domains().select_related("organisation").order_by("-lapsed_at")[:LAPSED_SHOWN],
        "differing_clocks": differing_count() if request.member.may("settings.audit") else 0,
        "waiting_mails": waiting_count() if reads_raw_mail(request.member) else 0,
    }
    return render(request, "settings/index.html", context)
