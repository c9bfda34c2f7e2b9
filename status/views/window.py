"""One maintenance window for whoever may know of it, and the usual times as a part of the policy's page."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.accounts.members import Member
from helpdesk.lib.clock import database_now
from status.maintenance.listing import rows_of
from status.maintenance.queries import WindowNotFound, corrections_of, shown_window, usual_windows
from status.zone import PAGE_ZONE


@login_not_required
@require_safe
def window(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Its times, what was announced of them and which notice that gave. Others find nothing."""
    try:
        found = shown_window(public_id)
    except WindowNotFound as error:
        raise Http404("There is no such window.") from error
    member: Member | None = getattr(request, "member", None)
    context = {
        "row": rows_of([found], at=database_now())[0],
        "window": found,
        "announcements": found.announcements.all(),
        "corrections": corrections_of(found),
        "may_manage": member is not None and member.may("incident.write"),
    }
    return render(request, "status/window.html", context)


@login_not_required
@require_safe
def usual(request: HttpRequest) -> HttpResponse:
    """When maintenance is usual: a part of the policy's page, or a page."""
    part = "HX-Request" in request.headers
    context = {"rows": usual_windows(), "zone": PAGE_ZONE}
    return render(request, "status/_usual.html" if part else "status/usual.html", context)
