"""The staff's pages of uptime: the budget now, what is proposed to be left out, and what was agreed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms.refusals import filled_in
from helpdesk.accounts.listing import organisations_of
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from sla.operations.reaching import everybody_hindrance
from status.exclusion_listing import ExclusionNotFound, ExclusionRow, exclusion_page, exclusion_row, waiting_count
from status.forms.uptime import ExclusionForm, RefusalForm, TermsForm
from status.models import Exclusion, UptimeTerms
from status.models.uptime import EVERYBODY
from status.operations.exclusions import approve_exclusion, decline_exclusion, propose_exclusion
from status.operations.terms import set_terms
from status.queries import every_component
from status.reckoning.kept import kept_budget
from status.reckoning.months import month_at
from status.reckoning.own import organisations_with_own
from status.reckoning.terms import agreed, first_day
from status.uptime.reasons import DEFAULT_ON, Reason

PROPOSERS = member_view("exclusion.propose")
MOST_OWN, MOST_VERSIONS = 50, 50


@require_safe
@PROPOSERS
def now(request: MemberRequest) -> HttpResponse:
    """How much of the running month's budget is left, of everybody's figure and of those that differ from it."""
    at = database_now()
    served = frozenset(organisations_of(request.member).values_list("pk", flat=True))
    own = [one for one in organisations_with_own(month_at(at)) if one.pk in served][:MOST_OWN]
    context = {
        "budget": kept_budget(at=at),
        "own": [(one, kept_budget(organisation=one, at=at)) for one in own],
        "waiting": waiting_count(),
        "first": first_day(month_at(at)),
    }
    return render(request, "status/uptime_now.html", context)


@require_safe
@PROPOSERS
def exclusions(request: MemberRequest) -> HttpResponse:
    """What waits for a second person, and what was decided."""
    typed = request.GET.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 18 else None
    page = exclusion_page(before=before)
    context = {
        "page": page,
        "next": f"?before={page.next_key}" if page.next_key else "",
        "first": "?" if before is not None else "",
    }
    return render(request, "status/exclusions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@PROPOSERS
def new_exclusion(request: MemberRequest) -> HttpResponse:
    """Propose one."""
    form = ExclusionForm(
        request.POST if request.method == "POST" else None,
        zone=request.member.user.time_zone,
        components=every_component(),
        organisations=organisations_of(request.member),
    )
    made: list[Exclusion] = []
    actor = request.member.actor
    status = filled_in(form, lambda: made.append(propose_exclusion(actor=actor, **form.facts())))
    if not status:
        messages.success(request, _("It is proposed: somebody else approves it before anything is left out."))
        return redirect("status:exclusion", made[0].public_id)
    return render(request, "status/exclusion_new.html", {"form": form}, status=status)


@require_safe
@PROPOSERS
def exclusion(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """One, with its evidence and what became of it."""
    return _page(request, _row_or_404(public_id))


@require_POST
@PROPOSERS
def approval(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Approve what somebody else proposed."""
    row, actor = _row_or_404(public_id), request.member.actor
    try:
        approve_exclusion(exclusion=row.exclusion, actor=actor)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("It is approved, and left out from now on."))
    return redirect("status:exclusion", public_id)


@require_POST
@PROPOSERS
def refusal(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Decline it, or take back an approval, with a reason."""
    row, form, actor = _row_or_404(public_id), RefusalForm(request.POST), request.member.actor
    if status := filled_in(form, lambda: decline_exclusion(exclusion=row.exclusion, actor=actor, **form.cleaned_data)):
        return _page(request, row, status=status, form=form)
    messages.success(request, _("It is declined: nothing is left out for it."))
    return redirect("status:exclusion", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("settings.uptime")
def terms(request: MemberRequest) -> HttpResponse:
    """What was agreed of uptime, version by version, and a further one."""
    month = month_at(database_now())
    held = agreed(month, organisation=None)
    on = held.version.reasons if held.version else [reason.value for reason in Reason if reason in DEFAULT_ON]
    member, actor = request.member, request.member.actor
    names, hindrance = dict(organisations_of(member).values_list("pk", "name")), everybody_hindrance(actor)
    form = TermsForm(
        request.POST if request.method == "POST" else None,
        initial={"effective_from": first_day(month), "reasons": on},
        organisations=organisations_of(member),
        for_all=not hindrance,
    )
    status = filled_in(form, lambda: set_terms(actor=actor, **form.facts()))
    if not status:
        messages.success(request, _("The terms are kept."))
        return redirect("settings:uptime_terms")
    # That another organisation has terms of its own is for those who serve it.
    seen = UptimeTerms.objects.filter(only_for__in=[EVERYBODY, *names])
    versions = seen.order_by("-recorded_at", "-pk")[:MOST_VERSIONS]
    context = {"form": form, "held": held, "rows": [(one, names.get(one.only_for, "")) for one in versions]}
    context["hindrance"] = "" if names else hindrance
    return render(request, "settings/uptime.html", context, status=status)


def _page(
    request: MemberRequest, row: ExclusionRow, *, status: int = 200, form: RefusalForm | None = None
) -> HttpResponse:
    member = request.member
    own = member.actor.staff_id == row.exclusion.proposed_by_id
    context: dict[str, Any] = {
        "row": row,
        "one": row.exclusion,
        "form": form or RefusalForm(),
        "is_own": own,
        "may_approve": member.may("exclusion.approve") and not own and row.waits,
        "may_decline": row.declined is None and (member.may("exclusion.approve") or (own and row.waits)),
    }
    return render(request, "status/exclusion.html", context, status=status)


def _row_or_404(public_id: UUID) -> ExclusionRow:
    try:
        return exclusion_row(public_id)
    except ExclusionNotFound as error:
        raise Http404("There is no such exclusion.") from error
