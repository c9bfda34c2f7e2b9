"""The admins' list of people, and inviting them."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms import ClientInvitationForm, PeopleFilterForm, StaffInvitationForm, filled_in
from helpdesk.accounts.invited import SHOWN, client_invitations, staff_invitations
from helpdesk.accounts.listing import PeopleFilters, PeoplePage, all_teams, organisations_of, people_page
from helpdesk.accounts.models import Organisation
from helpdesk.accounts.operations import invite_client, invite_staff
from helpdesk.lib.clock import database_now
from helpdesk.lib.numbers import row_number
from helpdesk.notifications.queries import suppressed_among

ADMIN = member_view("settings.people")


@ADMIN
@require_safe
def people(request: MemberRequest) -> HttpResponse:
    """Staff, or the clients of one organisation, or whoever a search finds; and who is invited."""
    organisations = list(organisations_of(request.member))
    chosen = _chosen(organisations, request.GET.get("organisation", ""))
    form = PeopleFilterForm(request.GET)
    filters, page = PeopleFilters(organisation=chosen), PeoplePage([], None)
    if form.is_valid():
        data = form.cleaned_data
        filters = PeopleFilters(organisation=chosen, text=data["q"], role=data["role"], access=data["access"])
        after = request.GET.get("after", "")
        page = people_page(request.member, filters=filters, after=row_number(after))
    at = database_now()
    context = {
        "organisations": organisations,
        "chosen": chosen,
        "form": form,
        "filters": filters,
        "narrowed": bool(filters.text or filters.role or filters.access),
        "page": page,
        "next": _next(request, page),
        "without_mail": suppressed_among(user.email for user in page.people),
        "away": {user.pk for user in page.people if _is_away(user, at)},
        **_invitations(filters, at=at),
    }
    return render(request, "settings/people.html", context, status=200 if form.is_valid() else 400)


def _invitations(filters: PeopleFilters, *, at: object) -> dict[str, object]:
    """The invitations beside the list; none beside a search through everybody."""
    if filters.everybody:
        return {"invitations": [], "capped": False}
    rows = client_invitations(filters.organisation) if filters.organisation else staff_invitations()
    return {"invitations": [(row, row.state(at)) for row in rows], "capped": len(rows) == SHOWN}  # type: ignore[arg-type]


def _next(request: MemberRequest, page: PeoplePage) -> str:
    if page.next_after is None:
        return ""
    kept = {name: value for name, value in request.GET.items() if value and name != "after"}
    return f"?{urlencode({**kept, 'after': page.next_after})}"


def _is_away(user: object, at: object) -> bool:
    staff = getattr(user, "staff_member", None)
    return bool(staff and staff.is_away(at))


def _chosen(organisations: list[Organisation], key: str) -> Organisation | None:
    if not key:
        return None
    for organisation in organisations:
        if organisation.key == key:
            return organisation
    raise Http404


@ADMIN
def new_client(request: MemberRequest) -> HttpResponse:
    """Invite somebody into a client organisation."""
    organisations = list(organisations_of(request.member))
    initial = {"organisation": request.GET.get("organisation", "")}
    form = ClientInvitationForm(
        request.POST if request.method == "POST" else None, organisations=organisations, initial=initial
    )
    status = filled_in(form, lambda: invite_client(**form.cleaned_data, actor=request.member.actor))
    if not status:
        organisation = form.cleaned_data["organisation"]
        messages.success(request, f"The invitation to {form.cleaned_data['email']} is on its way.")
        return redirect(f"{reverse('settings:people')}?organisation={organisation.key}")
    context = {"form": form, "title": "Invite a client", "button": "Send the invitation"}
    return render(request, "settings/person_new.html", context, status=status)


@ADMIN
def new_staff(request: MemberRequest) -> HttpResponse:
    """Invite somebody to the vendor's side, with the organisations that they serve and their teams."""
    form = StaffInvitationForm(
        request.POST if request.method == "POST" else None,
        organisations=list(organisations_of(request.member)),
        teams=list(all_teams()),
        initial={"serves_all": True},
    )
    status = filled_in(form, lambda: invite_staff(**form.facts(), actor=request.member.actor))
    if not status:
        messages.success(request, f"The invitation to {form.cleaned_data['email']} is on its way.")
        if not form.cleaned_data["teams"]:
            messages.warning(request, "They are in no team: level 1 will not tell them of new tickets.")
        return redirect("settings:people")
    context = {"form": form, "title": "Invite a staff member", "button": "Send the invitation"}
    return render(request, "settings/person_new.html", context, status=status)
