"""Support policies for admins: those there are, their versions, and a draft of the next with worked examples."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms import filled_in, refused
from helpdesk.accounts.listing import organisations_of
from helpdesk.accounts.models import Organisation
from helpdesk.lib.clock import database_now
from sla.engine.entries import Targets
from sla.forms_policy import MovingForm, PolicyForm, SeverityForm, policy_initial, severity_forms, spec_from
from sla.listing import today_in
from sla.models import Agreement, Calendar, PlannedEdit, Policy, PolicyVersion
from sla.operations.policies import newest_version
from sla.operations.policy_planning import plan_policy_edit, plan_policy_move
from sla.operations.reaching import policy_hindrance
from sla.policy_listing import policies_shown, versions_shown
from sla.policy_spec import drawn, faults_of
from sla.queries import DEFAULT_CALENDAR
from sla.versions import engine_targets
from sla.visible import calendars_seen_by, policies_seen_by
from sla.worked import worked_examples

ADMIN = member_view("settings.policy")
FIELDS = {"reopen_minutes": "reopen"}  # what the form calls otherwise than the policy does


@ADMIN
@require_safe
def policies(request: MemberRequest) -> HttpResponse:
    """Every policy, with the version in force and how many organisations have it."""
    rows = policies_shown(request.member, at=database_now())
    return render(request, "settings/policies.html", {"rows": rows})


@ADMIN
def policy(request: MemberRequest, key: str) -> HttpResponse:
    """One policy: its versions with what each changed and why, and who has it.

    A POST has counted what moving running tickets to the version in force would move.
    """
    found = _found(request, key)
    form, actor = MovingForm(request.POST if request.method == "POST" else None), request.member.actor
    planned: list[PlannedEdit] = []
    status = filled_in(form, lambda: planned.append(plan_policy_move(policy=found, **form.cleaned_data, actor=actor)))
    if not status:
        return redirect("settings:plan", plan_id=planned[0].public_id)
    mine, versions = _having(request, found), versions_shown(found, at=database_now())
    context = {"policy": found, "versions": versions, "organisations": mine, "form": form}
    context["hindrance"] = policy_hindrance(actor, found)
    return render(request, "settings/policy.html", context, status=status)


@ADMIN
def edit(request: MemberRequest, key: str) -> HttpResponse:
    """A draft of the next version: its examples stand beside the form, and then what it would move is counted."""
    found = _found(request, key)
    newest = newest_version(found)
    sent = request.POST if request.method == "POST" else None
    form, rows = _forms(request, found, newest)
    context: dict[str, Any] = {"policy": found, "newest": newest, "form": form, "rows": rows}
    # Who serves some of those who have it may give each of these a policy of its own.
    context["hindrance"] = "" if form.organisations else policy_hindrance(request.member.actor, found)
    if sent is None:
        context["examples"] = _examples(engine_targets(newest, newest.targets.all()), form.initial["calendar"])
        return render(request, "settings/policy_edit.html", context)
    spec, status = _spec(form, rows, newest), 0
    if spec is not None and "save" in sent:
        planned: list[PlannedEdit] = []
        status = refused(form, lambda: planned.append(_plan(request, found, form, spec)))
        if not status:
            return redirect("settings:plan", plan_id=planned[0].public_id)
    if spec is None or status:
        part = request.headers.get("HX-Request") == "true"
        return _answer(request, {**context, "unfit": True}, status=200 if part else status or 422)
    version, targets = drawn(spec)
    context["examples"] = _examples(engine_targets(version, targets), form.cleaned_data["calendar"])
    return _answer(request, {**context, "previewed": True}, status=200)


def _answer(request: MemberRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    """The examples alone for htmx, which asks while somebody types; else the whole page."""
    part = request.headers.get("HX-Request") == "true"
    template = "settings/_policy_examples.html" if part else "settings/policy_edit.html"
    return render(request, template, context, status=status)


def _found(request: MemberRequest, key: str) -> Policy:
    """The policy of an address; one that the member does not see is not there."""
    found = policies_seen_by(request.member).filter(key=key).first()
    if found is None:
        raise Http404
    return found


def _having(request: MemberRequest, found: Policy) -> list[Organisation]:
    """The organisations with this policy, of those that the member sees."""
    having = set(Agreement.objects.filter(policy=found).values_list("organisation_id", flat=True))
    return [one for one in organisations_of(request.member) if one.pk in having]


def _forms(request: MemberRequest, found: Policy, newest: PolicyVersion) -> tuple[PolicyForm, dict[str, SeverityForm]]:
    sent = request.POST if request.method == "POST" else None
    mine = _having(request, found)
    everybody = ngettext(
        "The %(many)d organisation with this policy", "All %(many)d organisations with this policy", len(mine)
    )
    seen = calendars_seen_by(request.member).order_by("pk")
    calendar = seen.filter(key=DEFAULT_CALENDAR).first() or seen.first()
    today = today_in(calendar, at=database_now()).isoformat() if calendar else ""
    initial = policy_initial(newest, today=today, calendar=calendar)
    said = "" if policy_hindrance(request.member.actor, found) else everybody % {"many": len(mine)}
    form = PolicyForm(sent, initial=initial, organisations=mine, everybody=said, member=request.member)
    return form, severity_forms(sent, newest)


def _spec(form: PolicyForm, rows: dict[str, SeverityForm], newest: PolicyVersion) -> dict[str, Any] | None:
    """The draft; None where the forms now say all that is wrong with it, each beside its field."""
    if not all([form.is_valid(), *(row.is_valid() for row in rows.values())]):
        return None
    spec = spec_from(form, rows, newest)
    if any(row.errors for row in rows.values()) or form.errors:
        return None
    faults = list(faults_of(spec))
    for fault in faults:
        severity, _dash, name = (fault.field or "").partition("-")
        if severity in rows:
            rows[severity].add_error(name, fault.message)
        else:
            form.add_error(FIELDS.get(severity, severity) or None, fault.message)
    return None if faults else spec


def _plan(request: MemberRequest, found: Policy, form: PolicyForm, spec: dict[str, Any]) -> PlannedEdit:
    given = form.cleaned_data
    return plan_policy_edit(
        policy=found,
        spec=spec,
        effective_on=given["effective_on"],
        reason=given["reason"],
        seen=given["seen"],
        organisation=form.organisations.get(given["organisation"]),
        actor=request.member.actor,
    )


def _examples(targets: Targets, calendar: Calendar | None) -> dict[str, Any] | None:
    """The worked examples; None by a calendar that is not published."""
    if calendar is None or calendar.current_version_id is None:
        return None
    return {"calendar": calendar, "cases": worked_examples(targets, calendar, at=database_now())}
