"""The escalation matrix: in words, a draft of its next version, and a case rehearsed by either."""

from datetime import timedelta
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.directory import Directory
from helpdesk.accounts.forms import refused
from helpdesk.accounts.listing import organisations_of
from helpdesk.accounts.models import Team
from helpdesk.lib.clock import database_now
from sla.listing import level_after_text, level_text, rule_name, rule_text
from sla.models import Event, MatrixRule, QuietHours
from sla.operations.reaching import everybody_hindrance
from sla.queries import matrix_in_force
from sla.versions import Matrix
from tickets.forms.matrix import LevelForms, MatrixForm, RehearsalForm, RuleForms, draft_of, rows_of
from tickets.ladder.cases import case_of
from tickets.ladder.judging import judged
from tickets.ladder.rehearsal import Matrices, Rehearsed, rehearsed
from tickets.operations.matrix import publish_matrix

ADMIN = member_view("settings.matrix")
FAULTS_SHOWN = 20


@ADMIN
@require_safe
def matrix(request: MemberRequest) -> HttpResponse:
    """Levels, rules and the version that holds now; with a case in the address, its whole ladder."""
    at = database_now()
    found = matrix_in_force(at=at)
    form = rehearsal_form(request)
    lived = rehearsal(form, matrices=lambda at: matrix_in_force(at=at))
    faults = judged(found, organisations_of(request.member), at=at)
    teams = dict(Team.objects.values_list("key", "name"))
    context = {
        "version": found.version,
        "levels": [(level, level_text(level, teams)) for level in found.levels.values()],
        "rules": [_row(rule, found, teams) for rule in found.all_rules],
        "reminder": timedelta(minutes=found.version.reminder_minutes),
        "faults": faults[:FAULTS_SHOWN],
        "more": max(0, len(faults) - FAULTS_SHOWN),
        "form": form,
        "rehearsed": lived,
        "hindrance": everybody_hindrance(request.member.actor),
    }
    return render(request, "settings/matrix.html", context, status=422 if form.errors else 200)


@ADMIN
def edit(request: MemberRequest) -> HttpResponse:
    """A draft of the next version: tried, it is judged and rehearsed beside the form; saved, it is in force."""
    at = database_now()
    found = matrix_in_force(at=at)
    sent = request.POST if request.method == "POST" else None
    form, levels, rules = _forms(sent, found)
    case = rehearsal_form(request)
    context = {"version": found.version, "form": form, "levels": levels, "rules": rules, "case": case}
    context["ruled"] = list(zip_longest(rules, _said(found), fillvalue=""))
    context["hindrance"] = everybody_hindrance(request.member.actor)  # a draft may be tried all the same
    if sent is None:
        return render(request, "settings/matrix_edit.html", context)
    if not (form.is_valid() and levels.is_valid() and rules.is_valid()):
        return render(request, "settings/matrix_edit.html", {**context, "is_refused": True}, status=422)
    draft = draft_of(form, levels, rules)
    status = 200
    if "save" in sent:
        status = refused(form, lambda: _publish(request, form, draft))
        if not status:
            messages.success(request, _("The matrix is saved as a new version, in force from now."))
            return redirect("settings:matrix")
    context["faults"] = judged(draft, organisations_of(request.member), at=at)
    # A draft that names a level which is not there is judged, and not lived: the sweep would fall over it.
    if not any(fault.refuses for fault in context["faults"]):
        context["rehearsed"] = rehearsal(case, matrices=lambda _at: draft)
    return render(request, "settings/matrix_edit.html", {**context, "tried": True}, status=status)


def _row(rule: MatrixRule, found: Matrix, teams: dict[str, str]) -> tuple[str, str, str, str, int | None]:
    """A rule in words; how many support minutes later its level is told again, where it calls one."""
    calls = (rule.level_after or 0) > 1 or rule.event == Event.ASKED
    again = found.repeat_minutes(rule.event, rule.severity) if calls else None
    quiet = str(QuietHours(rule.quiet_hours).label)
    return rule_name(rule), rule_text(rule, found, teams), level_after_text(rule), quiet, again


def _said(found: Matrix) -> list[str]:
    """The rules in force in a line each, in the order of their forms."""
    teams = dict(Team.objects.values_list("key", "name"))
    return [f"{rule_name(rule)}: {rule_text(rule, found, teams)}" for rule in found.all_rules]


def _forms(sent: QueryDict | None, found: Matrix) -> tuple[MatrixForm, Any, Any]:
    teams = list(Team.objects.order_by("name").values_list("key", "name"))
    levels, rules = rows_of(found)
    initial = {"reminder_minutes": found.version.reminder_minutes, "seen": found.version.number}
    choices = {"teams": teams, "levels": max(len(levels) + 1, found.top)}
    return (
        MatrixForm(sent, initial=initial),
        LevelForms(sent, initial=levels, prefix="levels", form_kwargs={"teams": teams}),
        RuleForms(sent, initial=rules, prefix="rules", form_kwargs=choices),
    )


def _publish(request: MemberRequest, form: MatrixForm, draft: Matrix) -> None:
    publish_matrix(
        levels=list(draft.levels.values()),
        rules=draft.all_rules,
        reason=form.cleaned_data["reason"],
        reminder_minutes=form.cleaned_data["reminder_minutes"],
        seen=form.cleaned_data["seen"],
        actor=request.member.actor,
    )


def rehearsal_form(request: MemberRequest) -> RehearsalForm:
    """The form of a case, bound where one was asked for: in the address, or beside a draft."""
    sent = request.POST if request.method == "POST" else request.GET
    return RehearsalForm(
        sent if "organisation" in sent else None,
        organisations=list(organisations_of(request.member)),
        zone=request.member.user.time_zone,
        now=database_now(),
    )


def rehearsal(form: RehearsalForm, *, matrices: Matrices) -> Rehearsed | None:
    """The rehearsal that a form asks for; None without one, or where the form now says what is wrong."""
    if not form.is_bound or not form.is_valid():
        return None
    lived: list[Rehearsed] = []

    def live() -> None:
        given = form.cleaned_data
        case = case_of(form.whose(), severity=given["severity"], at=given["at"])
        lived.append(rehearsed(case, matrices=matrices, directory=Directory.read()))

    refused(form, live)
    return lived[0] if lived else None
