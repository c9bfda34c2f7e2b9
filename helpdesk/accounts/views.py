"""The admins' pages about people: who they are, what they may see, whether they are away."""

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms import AbsenceForm, ClientForm, StaffForm, TeamsForm, refusal_status, refused
from helpdesk.accounts.listing import administered, all_teams, organisations_of, people_page, services_of
from helpdesk.accounts.models import Organisation, StaffMember, User
from helpdesk.accounts.operations import (
    add_client,
    add_staff,
    deactivate_person,
    reactivate_person,
    set_away,
    set_teams,
)
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError

ADMIN = member_view("settings.people")


@ADMIN
@require_safe
def people(request: MemberRequest) -> HttpResponse:
    """Staff, or the clients of one organisation, by name."""
    organisations = list(organisations_of(request.member))
    chosen = _chosen(organisations, request.GET.get("organisation", ""))
    after = request.GET.get("after", "")
    page = people_page(request.member, organisation=chosen, after=int(after) if after.isdecimal() else None)
    at = database_now()
    away = {user.pk for user in page.people if chosen is None and user.staff_member.is_away(at)}
    context = {"organisations": organisations, "chosen": chosen, "page": page, "away": away}
    return render(request, "settings/people.html", context)


def _chosen(organisations: list[Organisation], key: str) -> Organisation | None:
    if not key:
        return None
    for organisation in organisations:
        if organisation.key == key:
            return organisation
    raise Http404


@ADMIN
def new_client(request: MemberRequest) -> HttpResponse:
    """Add a person to a client organisation."""
    organisations = list(organisations_of(request.member))
    initial = {"organisation": request.GET.get("organisation", "")}
    form = ClientForm(request.POST or None, organisations=organisations, initial=initial)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        status = refused(form, lambda: add_client(**form.cleaned_data, actor=request.member.actor))
        if not status:
            organisation = form.cleaned_data["organisation"]
            messages.success(request, f"{form.cleaned_data['name']} was added to {organisation.name}.")
            return redirect(f"{reverse('settings:people')}?organisation={organisation.key}")
    context = {"form": form, "title": "Add a client", "button": "Add the client"}
    return render(request, "settings/person_new.html", context, status=status)


@ADMIN
def new_staff(request: MemberRequest) -> HttpResponse:
    """Add a person on the vendor's side, with the organisations that they serve."""
    form = StaffForm(request.POST or None, organisations=list(organisations_of(request.member)))
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ("name", "email", "role")}
        serves = form.cleaned_data["served"]
        status = refused(form, lambda: add_staff(**fields, serves=serves, actor=request.member.actor))
        if not status:
            messages.success(request, f"{fields['name']} was added to the staff.")
            return redirect("settings:people")
    context = {"form": form, "title": "Add a staff member", "button": "Add the staff member"}
    return render(request, "settings/person_new.html", context, status=status)


@ADMIN
def person(request: MemberRequest, pk: int) -> HttpResponse:
    """One person: role, organisations, access; for staff also their absence, which a POST sets."""
    found = _person(request, pk)
    form = _absence_form(request, found, request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        staff = found.staff_member
        status = refused(form, lambda: set_away(staff=staff, **form.cleaned_data, actor=request.member.actor))
        if not status:
            messages.success(request, f"The absence of {found.name} was saved.")
            return redirect("settings:person", pk=pk)
    return _person_page(request, found, absence=form, status=status)


@ADMIN
@require_POST
def teams(request: MemberRequest, pk: int) -> HttpResponse:
    """Set the teams that a staff member belongs to."""
    found = _person(request, pk)
    staff: StaffMember | None = getattr(found, "staff_member", None)
    if staff is None:
        raise Http404
    form = TeamsForm(request.POST, teams=list(all_teams()))
    status = 422
    if form.is_valid():
        chosen = form.cleaned_data["teams"]
        status = refused(form, lambda: set_teams(staff=staff, teams=chosen, actor=request.member.actor))
        if not status:
            messages.success(request, f"The teams of {found.name} were saved.")
            return redirect("settings:person", pk=pk)
    return _person_page(request, found, teams=form, status=status)


@ADMIN
@require_POST
def access(request: MemberRequest, pk: int) -> HttpResponse:
    """Take a person's access away at once, or give it back (`wanted` is "off" or "on")."""
    found = _person(request, pk)
    wanted = request.POST.get("wanted", "")
    operation = {"off": deactivate_person, "on": reactivate_person}.get(wanted)
    if operation is None:
        raise Http404
    try:
        operation(user=found, actor=request.member.actor)
    except DomainError as error:
        messages.error(request, error.message)
        return _person_page(request, found, status=refusal_status(error))
    done = "can sign in again" if wanted == "on" else "has no access any more, open sessions included"
    messages.success(request, f"{found.name} {done}.")
    return redirect("settings:person", pk=pk)


def _person(request: MemberRequest, pk: int) -> User:
    found = administered(request.member).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _absence_form(request: MemberRequest, found: User, data: QueryDict | None = None) -> AbsenceForm:
    staff = getattr(found, "staff_member", None)
    if data is not None and staff is None:
        raise Http404
    initial = {name: getattr(staff, name, None) for name in ("away_from", "away_until")}
    return AbsenceForm(data, zone=request.member.user.time_zone, initial=initial)


def _teams_form(staff: StaffMember) -> TeamsForm:
    held = list(staff.teams.values_list("key", flat=True))
    return TeamsForm(teams=list(all_teams()), initial={"teams": held})


def _person_page(
    request: MemberRequest,
    found: User,
    *,
    absence: AbsenceForm | None = None,
    teams: TeamsForm | None = None,
    status: int,
) -> HttpResponse:
    """The person's page; a form that was refused comes in bound, the others are made anew."""
    staff: StaffMember | None = getattr(found, "staff_member", None)
    context = {
        "person": found,
        "staff": staff,
        "services": list(services_of(staff)) if staff and not staff.serves_all else [],
        "away": bool(staff and staff.is_away(database_now())),
        "form": absence or _absence_form(request, found),
        "teams_form": (teams or _teams_form(staff)) if staff else None,
    }
    return render(request, "settings/person.html", context, status=status)
