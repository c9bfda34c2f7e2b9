"""Importing a list of holidays: read, shown beside the calendar's own, and taken date by date, never unseen."""

from collections.abc import Sequence
from typing import Any

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.lib.clock import database_now
from sla.forms_import import ImportForm
from sla.importing.csv_list import read_csv
from sla.importing.found import Found, ListFault
from sla.importing.ics_list import read_ics
from sla.importing.package_list import read_package
from sla.importing.proposal import Difference, differences, shown_again
from sla.listing import today_in
from sla.models import Calendar
from sla.operations.calendar_changes import Change
from sla.operations.reaching import calendar_hindrance
from sla.views.editing import calendar_or_404, offered

ADMIN = member_view("settings.calendar")
SALT = "sla.import"


@ADMIN
def bring(request: MemberRequest, key: str) -> HttpResponse:
    """The form; a POST shows what taking the list would change."""
    found = calendar_or_404(request, key)
    if request.method != "POST":
        year = today_in(found, at=database_now()).year + 1
        return _form(request, found, ImportForm(initial={"year": year}), status=200)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, found, form, status=422)
    typed = form.cleaned_data
    try:
        listed = _read(typed)
    except ListFault as fault:
        form.add_error(fault.field, fault.faults)
        return _form(request, found, form, status=422)
    is_package = typed["kind"] == "package"
    rows = differences(found, year=typed["year"], found=listed, is_partial=is_package)
    return _proposal(request, found, typed["year"], rows, is_package=is_package)


@ADMIN
@require_POST
def taking(request: MemberRequest, key: str) -> HttpResponse:
    """Plan the ticked dates as one edit of the calendar."""
    found = calendar_or_404(request, key)
    try:
        kept = signing.Signer(salt=SALT).unsign_object(request.POST.get("proposal", ""))
    except signing.BadSignature:
        form = ImportForm(initial={"year": today_in(found, at=database_now()).year + 1})
        faults = [_("The proposal has been damaged on its way. Import the list again.")]
        return _form(request, found, form, faults=faults, status=422)
    ticked = set(request.POST.getlist("take"))
    changes: list[Change] = [change for place, change in enumerate(kept["changes"]) if str(place) in ticked]
    form = ImportForm(initial={"year": kept["year"]})
    form.full_clean()
    form.cleaned_data = {}  # so a refusal finds its place
    answer = offered(request, form, calendar=found, changes=changes, reason=_("A list was imported"), year=kept["year"])
    if not isinstance(answer, int):
        return answer
    faults = [str(one) for one in form.non_field_errors()] if ticked else [_("Tick at least one date to take.")]
    if calendar_hindrance(request.member.actor, found):
        return _form(request, found, form, faults=faults, status=answer)
    rows = shown_again(found, kept["changes"], ticked=ticked)
    return _proposal(
        request, found, kept["year"], rows, is_package=kept.get("package", False), faults=faults, status=answer
    )


def _read(typed: dict[str, Any]) -> list[Found]:
    if typed["kind"] == "package":
        return read_package(country=typed["country"].upper(), year=typed["year"])
    read = read_csv if typed["kind"] == "csv" else read_ics
    content = typed["file"].read()
    return read(content, year=typed["year"], categories=typed["categories"], source=typed["source"])


def _proposal(
    request: MemberRequest,
    found: Calendar,
    year: int,
    rows: list[Difference],
    *,
    is_package: bool,
    faults: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    kept = {"year": year, "changes": [row.change for row in rows], "package": is_package}
    signed = signing.Signer(salt=SALT).sign_object(kept, compress=True)
    context = {"calendar": found, "year": year, "rows": rows, "kept": signed, "is_package": is_package}
    return render(request, "settings/calendar_proposal.html", {**context, "faults": faults}, status=status)


def _form(
    request: MemberRequest, found: Calendar, form: ImportForm, *, faults: list[str] | None = None, status: int
) -> HttpResponse:
    hindrance = calendar_hindrance(request.member.actor, found)
    context = {"calendar": found, "form": form, "faults": faults or [], "hindrance": hindrance}
    return render(request, "settings/calendar_import.html", context, status=status)
