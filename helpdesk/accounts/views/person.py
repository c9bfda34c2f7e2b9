"""The admins' page of one person: role, whom they serve, teams, absence, access."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms import (
    AbsenceForm,
    ClientRoleForm,
    ServedForm,
    StaffRoleForm,
    TeamsForm,
    refusal_status,
    refused,
)
from helpdesk.accounts.listing import administered, all_teams, organisations_of, services_of
from helpdesk.accounts.models import StaffMember, User
from helpdesk.accounts.operations import (
    change_client_role,
    change_staff_role,
    deactivate_person,
    reactivate_person,
    set_away,
    set_served,
    set_teams,
)
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError

ADMIN = member_view("settings.people")


@ADMIN
def person(request: MemberRequest, pk: int) -> HttpResponse:
    """One person; for staff a POST sets their absence."""
    found = _person(request, pk)
    if request.method != "POST":
        return _person_page(request, found, status=200)
    staff = _staff(found)
    form = _absence_form(request, staff, request.POST)
    return _saved(
        request,
        found,
        absence=form,
        done=f"The absence of {found.name} was saved.",
        operation=lambda: set_away(staff=staff, **form.cleaned_data, actor=request.member.actor),
    )


@ADMIN
@require_POST
def teams(request: MemberRequest, pk: int) -> HttpResponse:
    """Set the teams that a staff member belongs to."""
    found = _person(request, pk)
    staff = _staff(found)
    form = TeamsForm(request.POST, teams=list(all_teams()))
    return _saved(
        request,
        found,
        teams=form,
        done=f"The teams of {found.name} were saved.",
        operation=lambda: set_teams(staff=staff, teams=form.cleaned_data["teams"], actor=request.member.actor),
    )


@ADMIN
@require_POST
def role(request: MemberRequest, pk: int) -> HttpResponse:
    """Change what a person may do; their open sessions end."""
    found = _person(request, pk)
    staff: StaffMember | None = getattr(found, "staff_member", None)
    form = (StaffRoleForm if staff else ClientRoleForm)(request.POST)

    def change() -> None:
        given = {**form.cleaned_data, "actor": request.member.actor}
        if staff is not None:
            change_staff_role(staff=staff, **given)
        else:
            change_client_role(user=found, **given)

    return _saved(request, found, role=form, done=f"The role of {found.name} was saved.", operation=change)


@ADMIN
@require_POST
def served(request: MemberRequest, pk: int) -> HttpResponse:
    """Set the organisations that a staff member serves."""
    found = _person(request, pk)
    staff = _staff(found)
    form = ServedForm(request.POST, organisations=list(organisations_of(request.member)))
    return _saved(
        request,
        found,
        served=form,
        done=f"Whom {found.name} serves was saved.",
        operation=lambda: set_served(staff=staff, serves=form.cleaned_data["served"], actor=request.member.actor),
    )


@ADMIN
@require_POST
def access(request: MemberRequest, pk: int) -> HttpResponse:
    """Take a person's access away at once, or give it back (`wanted` is "off" or "on")."""
    found = _person(request, pk)
    wanted = request.POST.get("wanted", "")
    operation = {"off": deactivate_person, "on": reactivate_person}.get(wanted)
    if operation is None:
        raise Http404
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:200]
    try:
        operation(user=found, reason=reason, actor=request.member.actor)
    except DomainError as error:
        messages.error(request, error.message)
        return _person_page(request, found, status=refusal_status(error))
    done = "can sign in again" if wanted == "on" else "has no access any more: open sessions and API tokens have ended"
    messages.success(request, f"{found.name} {done}.")
    return redirect("settings:person", pk=pk)


def _saved(
    request: MemberRequest, found: User, *, operation: Callable[[], Any], done: str, **bound: forms.Form
) -> HttpResponse:
    """Do what the one bound form asks for, and lead back to the person; else the page with its errors."""
    [form] = bound.values()
    status = 422
    if form.is_valid():
        status = refused(form, operation)
        if not status:
            messages.success(request, done)
            return redirect("settings:person", pk=found.pk)
    return _person_page(request, found, status=status, **bound)


def _person(request: MemberRequest, pk: int) -> User:
    found = administered(request.member).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _staff(found: User) -> StaffMember:
    staff: StaffMember | None = getattr(found, "staff_member", None)
    if staff is None:
        raise Http404
    return staff


def _absence_form(request: MemberRequest, staff: StaffMember, data: QueryDict | None = None) -> AbsenceForm:
    initial = {name: getattr(staff, name) for name in ("away_from", "away_until")}
    return AbsenceForm(data, zone=request.member.user.time_zone, initial=initial)


def _person_page(request: MemberRequest, found: User, *, status: int, **bound: forms.Form) -> HttpResponse:
    """The person's page; a form that was refused comes in bound, the others are made anew."""
    staff: StaffMember | None = getattr(found, "staff_member", None)
    context: dict[str, Any] = {"person": found, "staff": staff, "teams_form": None}
    if staff is None:
        context["role_form"] = bound.get("role") or ClientRoleForm(initial={"role": found.membership.role})
        return render(request, "settings/person.html", context, status=status)
    services = [] if staff.serves_all else list(services_of(staff))
    held = {"teams": list(staff.teams.values_list("key", flat=True))}
    serves = {"serves_all": staff.serves_all, "serves": [service.organisation.key for service in services]}
    organisations = list(organisations_of(request.member))
    context |= {
        "services": services,
        "away": staff.is_away(database_now()),
        "form": bound.get("absence") or _absence_form(request, staff),
        "teams_form": bound.get("teams") or TeamsForm(teams=list(all_teams()), initial=held),
        "role_form": bound.get("role") or StaffRoleForm(initial={"role": staff.role}),
        "served_form": bound.get("served") or ServedForm(organisations=organisations, initial=serves),
    }
    return render(request, "settings/person.html", context, status=status)
