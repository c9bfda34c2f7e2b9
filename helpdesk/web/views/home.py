"""The front door: everybody is sent to the page on which their work begins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.members import Member
from helpdesk.accounts.permissions import Role
from helpdesk.lib.clock import database_now
from helpdesk.notifications.queries import suppressions
from helpdesk.web.views.suppressions import seen_by
from sla.listing import unready_calendars

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
    """The admins' rooms, with a warning about holiday lists that next year still needs, and addresses without mail."""
    without_mail = len(suppressions(seen=seen_by(request.member)).values("pk"))
    context = {"unready": unready_calendars(at=database_now()), "without_mail": without_mail}
    return render(request, "settings/index.html", context)
