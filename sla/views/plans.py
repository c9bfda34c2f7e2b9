"""A planned edit: how far the counting is, what it would move, and the decision."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms import refusal_status
from helpdesk.accounts.listing import organisations_of
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from sla.impact import HORIZON_DAYS, later_words
from sla.models import PlanKind, PlannedEdit, PlanState
from sla.operations.plan_keeping import lines_of
from sla.operations.planning import confirm_plan, leave_plan, plan_again
from sla.operations.reaching import plan_hindrance
from sla.plans import begins_later, is_outdated, is_stalled, moves_only, plan_named, recent_plans
from sla.views.editing import year_address

ADMIN = member_view("settings.calendar")
NAMED = 20  # organisations named on the page, those that move most first


@ADMIN
@require_safe
def plans(request: MemberRequest) -> HttpResponse:
    """The newest edits that the member has planned and still may decide on, with what became of each."""
    actor = request.member.actor
    mine = [one for one in recent_plans(request.member.staff) if not plan_hindrance(actor, one)]
    found = [(plan, lines_of(plan)) for plan in mine]
    rows = [(plan, lines[0], len(lines) - 1) for plan, lines in found]
    return render(request, "settings/plans.html", {"rows": rows})


@ADMIN
@require_safe
def plan(request: MemberRequest, plan_id: uuid.UUID) -> HttpResponse:
    """One planned edit; its middle alone for htmx, which asks again and again."""
    return _page(request, _found(request, plan_id), part=request.headers.get("HX-Request") == "true")


@ADMIN
@require_POST
def confirmation(request: MemberRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Make the edit, for new tickets only or for running ones too."""
    found, reach = _found(request, plan_id), request.POST.get("reach", "")
    if reach not in ("new", "running"):
        messages.error(request, _("Choose whom the edit reaches."))
        return _page(request, found, status=422)
    return _decided(
        request,
        found,
        lambda: confirm_plan(plan=found, reaches_running=reach == "running", actor=request.member.actor),
        _("The calendar is changed.") if found.kind == PlanKind.CALENDAR else _("The policy is confirmed."),
    )


@ADMIN
@require_POST
def leaving(request: MemberRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Do not make the edit; counting stops."""
    found = _found(request, plan_id)
    said = _("Left as it was: nothing has been changed.")
    return _decided(request, found, lambda: leave_plan(plan=found, actor=request.member.actor), said)


@ADMIN
@require_POST
def recount(request: MemberRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Count anew on what is edited as it is now."""
    found = _found(request, plan_id)
    return _decided(request, found, lambda: plan_again(plan=found, actor=request.member.actor), _("Counting again."))


def _decided(request: MemberRequest, found: PlannedEdit, operation: Callable[[], Any], said: str) -> HttpResponse:
    try:
        operation()
    except DomainError as error:
        messages.error(request, error.message)
        return _page(request, _found(request, found.public_id), status=refusal_status(error))
    messages.success(request, said)
    return redirect("settings:plan", plan_id=found.public_id)


def _back(found: PlannedEdit) -> str:
    """The page that the edit came from."""
    if found.policy is not None:
        return reverse("settings:policy", args=[found.policy.key])
    assert found.calendar is not None
    return year_address(found.calendar, found.year)


def _found(request: MemberRequest, plan_id: uuid.UUID) -> PlannedEdit:
    """The edit of an address. What it counts is of all whom it reaches: for who serves them it is there, else not."""
    found = plan_named(plan_id)
    if found is None or plan_hindrance(request.member.actor, found):
        raise Http404
    return found


def _sums(impact: dict[str, Any]) -> dict[str, Any]:
    """What the page adds up: open clocks move, lose their deadline or stay; these are kept, paused or untouched."""
    stays = impact["open"] - impact["clocks"] - impact["lost"]
    later = [later_words(impact[name]) for name in ("least", "middle", "most")]
    return {"later": later, "stays": stays, "untouched": stays - impact["kept"] - impact["paused"]}


def _page(request: MemberRequest, found: PlannedEdit, *, part: bool = False, status: int = 200) -> HttpResponse:
    at, moved = database_now(), found.impact["organisations"] if found.impact else {}
    known = [(one, moved[str(one.pk)]) for one in organisations_of(request.member) if str(one.pk) in moved]
    known.sort(key=lambda row: -row[1][0])
    named = [(one, counts, later_words(counts[2])) for one, counts in known[:NAMED]]
    context = {
        "plan": found,
        "edited": found.calendar or found.policy,
        "changes": lines_of(found),
        "impact": found.impact,
        "named": named,
        "others": len(moved) - len(named),
        "horizon": HORIZON_DAYS,
        "is_outdated": found.state == PlanState.READY and is_outdated(found, at=at),
        "is_stalled": is_stalled(found, at=at),
        "back": _back(found),
        "only_new": found.kind == PlanKind.POLICY and begins_later(found),
        "only_running": found.kind == PlanKind.POLICY and moves_only(found),
        "part": part,
        **(_sums(found.impact) if found.impact else {}),
    }
    return render(request, "settings/_plan.html" if part else "settings/plan.html", context, status=status)
