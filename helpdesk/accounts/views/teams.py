"""The admins' teams: who is in them, who is away, and how new tickets find somebody."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms import refusal_status
from helpdesk.accounts.listing import all_teams
from helpdesk.accounts.models import Assignment, Team
from helpdesk.accounts.operations import set_assignment
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError

ADMIN = member_view("settings.people")


@ADMIN
@require_safe
def teams(request: MemberRequest) -> HttpResponse:
    """Every team with its people."""
    return _page(request, status=200)


@ADMIN
@require_POST
def assignment(request: MemberRequest, key: str) -> HttpResponse:
    """Choose how a team's new tickets are given out."""
    team = Team.objects.filter(key=key).first()
    if team is None:
        raise Http404("There is no such team.")
    wanted = request.POST.get("assignment", "")
    try:
        set_assignment(team=team, assignment=wanted, actor=request.member.actor)
    except DomainError as error:
        messages.error(request, error.message)
        return _page(request, status=refusal_status(error))
    messages.success(request, _("{}: saved how new tickets are given out.").format(team.name))
    return redirect("settings:team_list")


def _page(request: MemberRequest, *, status: int) -> HttpResponse:
    at = database_now()
    listed = all_teams().prefetch_related("members__user")
    rows = [(team, [(one, one.is_away(at)) for one in team.members.all() if one.user.is_active]) for team in listed]
    context = {"rows": rows, "ways": Assignment.choices}
    return render(request, "settings/teams.html", context, status=status)
