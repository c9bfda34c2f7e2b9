"""Uptime as anybody may read it: months, quarters and years, and a month's working. And a client's own figure.

Everybody's is read in the scope of nobody, so that it is the same for all; an organisation's own, with its own
incidents and exclusions, only by its people and by staff who serve it.
"""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.listing import organisations_of
from helpdesk.accounts.models import Organisation
from helpdesk.lib.clock import database_now
from helpdesk.lib.csv_export import csv_lines
from sla.engine.instants import from_us
from status.models import UptimeMonth
from status.reckoning.budget import budget_of
from status.reckoning.files import CSV_HEADER, csv_rows, json_of
from status.reckoning.frozen import chain_faults, revisions_of
from status.reckoning.kept import kept_lines
from status.reckoning.listing import months_told
from status.reckoning.months import Reckoning, for_organisation, month_named, read_document, reckon, whose
from status.reckoning.working import working_of

LONGEST_REVISION = 4  # digits


@login_not_required
@require_safe
def uptime(request: HttpRequest) -> HttpResponse:
    """Everybody's figures, the newest month first."""
    return _list(request, None)


@login_not_required
@require_safe
def month(request: HttpRequest, month: str) -> HttpResponse:
    """A month of everybody's figure, with its working."""
    return _month(request, month, None)


@login_not_required
@require_safe
def month_json(request: HttpRequest, month: str) -> HttpResponseBase:
    """The same to compute again: `manage.py uptime_conformance` takes it."""
    return _json(request, month, None)


@login_not_required
@require_safe
def month_csv(request: HttpRequest, month: str) -> HttpResponseBase:
    """The same as a table."""
    return _csv(request, month, None)


@require_safe
@member_view("any")
def own_uptime(request: MemberRequest) -> HttpResponse:
    """The figures of the client's own organisation; staff name one that they serve."""
    return _list(request, _organisation(request))


@require_safe
@member_view("any")
def own_month(request: MemberRequest, month: str) -> HttpResponse:
    """A month of it, with its working."""
    return _month(request, month, _organisation(request))


@require_safe
@member_view("any")
def own_month_json(request: MemberRequest, month: str) -> HttpResponseBase:
    """The same to compute again."""
    return _json(request, month, _organisation(request))


@require_safe
@member_view("any")
def own_month_csv(request: MemberRequest, month: str) -> HttpResponseBase:
    """The same as a table."""
    return _csv(request, month, _organisation(request))


def _organisation(request: MemberRequest) -> Organisation:
    """The member's own, or the one that staff ask for, if they serve it."""
    if request.member.organisation is not None:
        return request.member.organisation
    found = organisations_of(request.member).filter(key=request.GET.get("organisation", "")[:20]).first()
    if found is None:
        raise Http404("There is no such organisation.")
    return found


def _list(request: HttpRequest, organisation: Organisation | None) -> HttpResponse:
    found = kept_lines(organisation=organisation, at=database_now())
    return render(
        request, "status/uptime.html", {"lines": found, "organisation": organisation, "frame": _frame(organisation)}
    )


def _month(request: HttpRequest, name: str, organisation: Organisation | None) -> HttpResponse:
    found, row, rows = _found(request, name, organisation)
    context = {
        "found": found,
        "totals": found.whole.totals,
        "working": working_of(found),
        "budget": budget_of(found.month.name, found.whole.totals),
        "first": from_us(found.month.begins).astimezone(found.month.zone).date(),
        "row": row,
        "newest": rows[-1] if rows else None,
        "revisions": rows,
        "faults": chain_faults(rows),
        "organisation": organisation,
        "frame": _frame(organisation),
    }
    return render(request, "status/uptime_month.html", context)


def _frame(organisation: Organisation | None) -> str:
    """Everybody's pages stand in the frame of the status page, which knows nobody."""
    return "base.html" if organisation is not None else "status/public.html"


def _json(request: HttpRequest, name: str, organisation: Organisation | None) -> HttpResponseBase:
    found, row, _rows = _found(request, name, organisation)
    answer = JsonResponse(json_of(found, row), json_dumps_params={"indent": 1})
    return _named(answer, found, organisation, "json")


def _csv(request: HttpRequest, name: str, organisation: Organisation | None) -> HttpResponseBase:
    found, _row, _rows = _found(request, name, organisation)
    rows = list(csv_rows(found, working_of(found)))
    answer = StreamingHttpResponse(csv_lines(CSV_HEADER, rows), content_type="text/csv; charset=utf-8")
    return _named(answer, found, organisation, "csv")


def _named(
    answer: HttpResponse | StreamingHttpResponse, found: Reckoning, organisation: Organisation | None, kind: str
) -> HttpResponseBase:
    of = f"-{organisation.key.lower()}" if organisation is not None else ""
    answer.headers["Content-Disposition"] = f'attachment; filename="uptime{of}-{found.month.name}.{kind}"'
    return answer


def _found(
    request: HttpRequest, name: str, organisation: Organisation | None
) -> tuple[Reckoning, UptimeMonth | None, list[UptimeMonth]]:
    """The month as it was frozen, in the revision asked for or the newest; one that is not frozen as it stands now."""
    at = database_now()
    if name not in {one.name for one in months_told(at=at, most=_everything(at))}:
        raise Http404("There is no such month.")
    with whose(organisation):
        rows = revisions_of(name, organisation)
    row = _revision(request, rows)
    if row is not None:
        return for_organisation(read_document(row.document), organisation), row, rows
    found = reckon(month_named(name), organisation=organisation, at=at)
    if found is None:
        raise Http404("Nothing is told of this month.")
    return found, None, rows


def _revision(request: HttpRequest, rows: list[UptimeMonth]) -> UptimeMonth | None:
    typed = request.GET.get("revision", "")
    if not typed:
        return rows[-1] if rows else None
    found = [row for row in rows if str(row.revision) == typed[:LONGEST_REVISION]]
    if not found:
        raise Http404("There is no such revision.")
    return found[0]


def _everything(at: datetime) -> int:
    return at.year * 12
