"""Uptime as anybody may read it: months, quarters and years, and a month's working. And a client's own figure.

Everybody's is read in the scope of nobody, so that it is the same for all; an organisation's own, with its own
incidents and exclusions, only by its people and by staff who serve it.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.listing import organisations_of
from helpdesk.accounts.models import Organisation
from helpdesk.lib.clock import database_now
from status.reckoning.kept import kept_lines
from status.reckoning.listing import months_told
from status.uptime_pages import NoSuchRevision, Told, csv_of, frame_of, json_of_month, page_of, told_month


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
    context = {"lines": found, "organisation": organisation, "frame": frame_of(organisation)}
    return render(request, "status/uptime.html", context)


def _month(request: HttpRequest, name: str, organisation: Organisation | None) -> HttpResponse:
    return render(request, "status/uptime_month.html", page_of(_told(request, name, organisation)))


def _json(request: HttpRequest, name: str, organisation: Organisation | None) -> HttpResponseBase:
    told = _told(request, name, organisation)
    return _named(HttpResponse(json_of_month(told), content_type="application/json"), told, "json")


def _csv(request: HttpRequest, name: str, organisation: Organisation | None) -> HttpResponseBase:
    told = _told(request, name, organisation)
    return _named(StreamingHttpResponse(csv_of(told), content_type="text/csv; charset=utf-8"), told, "csv")


def _named(answer: HttpResponse | StreamingHttpResponse, told: Told, kind: str) -> HttpResponseBase:
    of = f"-{told.organisation.key.lower()}" if told.organisation is not None else ""
    answer.headers["Content-Disposition"] = f'attachment; filename="uptime{of}-{told.name}.{kind}"'
    return answer


def _told(request: HttpRequest, name: str, organisation: Organisation | None) -> Told:
    at = database_now()
    if name not in {one.name for one in months_told(at=at, most=at.year * 12)}:
        raise Http404("There is no such month.")
    try:
        told = told_month(name, organisation=organisation, at=at, revision=request.GET.get("revision", ""))
    except NoSuchRevision as error:
        raise Http404("There is no such revision.") from error
    if told is None:
        raise Http404("Nothing is told of this month.")
    return told
