"""The admins' organisations: who the clients are, who answers for them, under which calendar and policy."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms import filled_in
from helpdesk.accounts.listing import level_two_staff, organisations_of
from helpdesk.accounts.models import Organisation
from helpdesk.accounts.operations import set_account_manager
from sla.forms import LevelTwoForm, OrganisationForm
from sla.forms_calendar import AgreementForm
from sla.listing import agreements_of
from sla.operations.agreements import onboard_organisation, set_calendar

ADMIN = member_view("settings.people")


@ADMIN
def organisations(request: MemberRequest) -> HttpResponse:
    """The organisations that the admin serves; a POST adds one."""
    form = OrganisationForm(
        request.POST if request.method == "POST" else None, staff=level_two_staff(), member=request.member
    )
    status = filled_in(form, lambda: onboard_organisation(**form.cleaned_data, actor=request.member.actor))
    if not status:
        messages.success(request, f"{form.cleaned_data['name']} was added.")
        return redirect("settings:organisations")
    agreements = agreements_of(request.member.organisation_ids)
    rows = [(found, agreements.get(found.pk)) for found in organisations_of(request.member)]
    return render(request, "settings/organisations.html", {"rows": rows, "form": form}, status=status)


@ADMIN
def organisation(request: MemberRequest, key: str) -> HttpResponse:
    """One organisation; a POST names its account manager and deputy."""
    found = organisations_of(request.member).filter(key=key).first()
    if found is None:
        raise Http404
    initial = {"account_manager": found.account_manager_id, "deputy": found.deputy_id}
    data = request.POST if request.method == "POST" else None
    form = LevelTwoForm(data, staff=level_two_staff(), initial=initial)
    status = filled_in(
        form,
        lambda: set_account_manager(organisation=found, **form.cleaned_data, actor=request.member.actor),
    )
    if not status:
        messages.success(request, f"{found.name}: level 2 now goes to {form.cleaned_data['account_manager']}.")
        return redirect("settings:organisations")
    return _page(request, found, form, status=status)


@ADMIN
@require_POST
def organisation_calendar(request: MemberRequest, key: str) -> HttpResponse:
    """Choose the calendar that the organisation's new tickets are counted by."""
    found = organisations_of(request.member).filter(key=key).first()
    if found is None:
        raise Http404
    form, actor = AgreementForm(request.POST, member=request.member), request.member.actor
    status = filled_in(form, lambda: set_calendar(organisation=found, **form.cleaned_data, actor=actor))
    if not status:
        said = _("%(name)s: new tickets are counted by “%(calendar)s”.")
        messages.success(request, said % {"name": found.name, "calendar": form.cleaned_data["calendar"].name})
        return redirect("settings:organisation", key=key)
    initial = {"account_manager": found.account_manager_id, "deputy": found.deputy_id}
    return _page(request, found, LevelTwoForm(staff=level_two_staff(), initial=initial), form, status=status)


def _page(
    request: MemberRequest,
    found: Organisation,
    form: LevelTwoForm,
    calendar_form: AgreementForm | None = None,
    *,
    status: int,
) -> HttpResponse:
    agreement = agreements_of(frozenset({found.pk})).get(found.pk)
    calendar_id = agreement.calendar_id if agreement is not None else None
    context = {
        "organisation": found,
        "agreement": agreement,
        "form": form,
        "calendar_form": calendar_form or AgreementForm(initial={"calendar": calendar_id}, member=request.member),
    }
    return render(request, "settings/organisation.html", context, status=status)
