"""The staff's pages of maintenance that comes again, and of the usual times."""

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
from status.forms.audience import EVERYBODY, LISTED
from status.forms.maintenance import SeriesForm, UsualForm
from status.maintenance.listing import rows_of
from status.maintenance.queries import usual_windows, windows_ahead_of
from status.models import MaintenanceSeries, UsualWindow
from status.operations.series import change_series, end_series, plan_series
from status.operations.usual_windows import add_usual_window, remove_usual_window
from status.queries import components_in_use
from status.zone import PAGE_ZONE

READERS = member_view("incident.write")
PLANNERS = member_view("maintenance.plan")
MOST_SERIES, MOST_AHEAD = 100, 20


@require_safe
@READERS
def all_series(request: MemberRequest) -> HttpResponse:
    """Every series, those that go on first."""
    rows = MaintenanceSeries.objects.order_by("-ended_at", "title", "pk")[:MOST_SERIES]
    return render(request, "status/all_series.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@PLANNERS
def new_series(request: MemberRequest) -> HttpResponse:
    """Begin a series."""
    form = _form(request, initial={"zone": PAGE_ZONE, "minutes": 120})
    made: list[MaintenanceSeries] = []
    actor = request.member.actor
    status = filled_in(
        form,
        lambda: made.append(plan_series(actor=actor, text=form.typed(), organisations=form.audience_chosen)),
    )
    if not status:
        messages.success(request, _("The series has begun; its windows of the next 60 days are published."))
        return redirect("status:one_series", made[0].public_id)
    return render(request, "status/series.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@READERS
def one_series(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """One series with its next windows; a POST changes it, by whoever may plan."""
    found = _series_or_404(public_id)
    form = _form(request, initial=_initial(found))
    actor = request.member.actor
    status = filled_in(form, lambda: change_series(series=found, actor=actor, text=form.typed()))
    if not status:
        messages.success(request, _("The series is changed."))
        return redirect("status:one_series", public_id)
    at = database_now()
    context = {
        "form": form,
        "series": found,
        "rows": rows_of(list(windows_ahead_of(found, at=at)[:MOST_AHEAD]), at=at),
        "may_plan": request.member.may("maintenance.plan") and found.ended_at is None,
    }
    return render(request, "status/series.html", context, status=status)


@require_POST
@PLANNERS
def series_end(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Make no more windows of it."""
    found = _series_or_404(public_id)
    try:
        end_series(series=found, actor=request.member.actor)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("No more windows are made of it; those announced stay."))
    return redirect("status:one_series", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@PLANNERS
def usual(request: MemberRequest) -> HttpResponse:
    """When maintenance is usual; a POST adds a time."""
    form = UsualForm(request.POST if request.method == "POST" else None)
    actor = request.member.actor
    status = filled_in(form, lambda: add_usual_window(actor=actor, text=form.typed()))
    if not status:
        messages.success(request, _("The usual time is kept."))
        return redirect("settings:usual_windows")
    context = {"form": form, "rows": usual_windows(), "zone": PAGE_ZONE}
    return render(request, "settings/usual_windows.html", context, status=status)


@require_POST
@PLANNERS
def usual_removal(request: MemberRequest, pk: int) -> HttpResponse:
    """Take a usual time back."""
    found = UsualWindow.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such usual time.")
    remove_usual_window(usual=found, actor=request.member.actor)
    messages.success(request, _("The usual time is removed."))
    return redirect("settings:usual_windows")


def _form(request: MemberRequest, *, initial: dict[str, Any]) -> SeriesForm:
    return SeriesForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        components=components_in_use(),
        organisations=organisations_of(request.member),
    )


def _initial(series: MaintenanceSeries) -> dict[str, Any]:
    names = ("title", "body", "impact", "rule", "first_on", "opens", "minutes", "zone")
    return {
        **{name: getattr(series, name) for name in names},
        "components": [str(pk) for pk in series.components.values_list("component_id", flat=True)],
        "audience": EVERYBODY if series.for_all else LISTED,
        "organisations": list(series.audience.values_list("organisation__key", flat=True)),
    }


def _series_or_404(public_id: UUID) -> MaintenanceSeries:
    found = MaintenanceSeries.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404("There is no such series.")
    return found
