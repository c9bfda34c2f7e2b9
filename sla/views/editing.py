"""How an edit of a calendar leaves its form: planned, to be previewed before it is made."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from helpdesk.accounts.decorators import MemberRequest
from helpdesk.accounts.forms import refused
from sla.models import Calendar, PlannedEdit
from sla.operations.calendar_changes import Change
from sla.operations.planning import plan_calendar_edit
from sla.visible import calendars_seen_by


def calendar_or_404(request: MemberRequest, key: str) -> Calendar:
    """The calendar of an address; one that the member does not see is not there."""
    found = calendars_seen_by(request.member).filter(key=key).first()
    if found is None:
        raise Http404
    return found


def year_address(calendar: Calendar, year: int) -> str:
    """The page of a calendar's year."""
    return f"{reverse('settings:calendar', args=[calendar.key])}?{urlencode({'year': year})}"


def offered(
    request: MemberRequest, form: Form, *, calendar: Calendar, changes: Sequence[Change], reason: str = "", year: int
) -> HttpResponse | int:
    """Plan the edit of a valid form: on to its preview, or the status of a refusal that the form now shows."""
    planned: list[PlannedEdit] = []

    def plan() -> None:
        actor = request.member.actor
        planned.append(plan_calendar_edit(calendar=calendar, changes=changes, reason=reason, year=year, actor=actor))

    status = refused(form, plan)
    return status or redirect("settings:plan", plan_id=planned[0].public_id)
