"""One date of a calendar: its holiday and its own hours, to add, change or take out; and two days swapped."""

from datetime import date
from typing import Any

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from helpdesk.accounts.decorators import MemberRequest, member_view
from sla.engine.calendar import FIRST_YEAR, LAST_YEAR
from sla.engine.spec_json import WEEKDAYS
from sla.forms_calendar import DayHolidayForm, DayHoursForm, ReasonForm, SwapForm
from sla.listing import hours_text
from sla.models import Calendar, CalendarWeek
from sla.operations.calendar_changes import Change
from sla.operations.reaching import calendar_hindrance
from sla.views.editing import calendar_or_404, offered
from sla.year import DayShown, day_of

ADMIN = member_view("settings.calendar")
FORMS = {"holiday": DayHolidayForm, "own": DayHoursForm, "no_holiday": ReasonForm, "no_own": ReasonForm}
PREFIXES = {"holiday": "holiday", "own": "own"}  # both stand on one page


@ADMIN
def day(request: MemberRequest, key: str, day: str) -> HttpResponse:
    """One date; a POST says in `edit` what is done: holiday, own, no_holiday, no_own."""
    found, shown = _found(request, key, day)
    edit = request.POST.get("edit", "")
    if request.method != "POST":
        return _page(request, found, shown, {}, status=200)
    if edit not in FORMS:
        return _page(request, found, shown, {}, status=422)
    form: Form = FORMS[edit](request.POST, prefix=PREFIXES.get(edit))
    answer: HttpResponse | int = 422
    if form.is_valid():
        change, reason = _change(edit, shown, form.cleaned_data)
        answer = offered(request, form, calendar=found, changes=[change], reason=reason, year=shown.date.year)
    return _page(request, found, shown, {edit: form}, status=answer) if isinstance(answer, int) else answer


@ADMIN
def swap(request: MemberRequest, key: str) -> HttpResponse:
    """Close a working day and work on another in its place, with the hours of the closed one."""
    found = calendar_or_404(request, key)
    form = SwapForm(request.POST if request.method == "POST" else None)
    answer: HttpResponse | int = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        changes = _swapped(found, typed["closed"], typed["worked"], typed["note"])
        if changes:
            answer = offered(request, form, calendar=found, changes=changes, year=typed["closed"].year)
        else:
            form.add_error("closed", _("The desk has no support hours on this date anyway."))
    if not isinstance(answer, int):
        return answer
    hindrance = calendar_hindrance(request.member.actor, found)
    context = {"calendar": found, "form": form, "hindrance": hindrance}
    return render(request, "settings/calendar_swap.html", context, status=answer)


def _found(request: MemberRequest, key: str, text: str) -> tuple[Calendar, DayShown]:
    found = calendar_or_404(request, key)
    try:
        wanted = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    if not FIRST_YEAR <= wanted.year < LAST_YEAR:
        raise Http404
    return found, day_of(found, wanted)


def _change(edit: str, shown: DayShown, typed: dict[str, Any]) -> tuple[Change, str]:
    at = {"date": shown.date.isoformat()}
    if edit == "holiday":
        return {"do": "holiday.change" if shown.holiday else "holiday.add", **at, **typed}, ""
    if edit == "own":
        return {"do": "day.set", **at, **typed}, ""
    name = {"name": shown.holiday.name} if shown.holiday and edit == "no_holiday" else {}
    return {"do": "holiday.remove" if edit == "no_holiday" else "day.clear", **at, **name}, typed["reason"]


def _swapped(found: Calendar, closed: date, worked: date, note: str) -> list[Change]:
    week = CalendarWeek.objects.filter(calendar=found, effective_from__lte=closed).order_by("-effective_from").first()
    hours = week.hours.get(WEEKDAYS[closed.weekday()]) if week is not None else None
    if not hours:
        return []
    said = {"kind": "swapped"}
    return [
        {"do": "day.set", "date": closed.isoformat(), "hours": [], **said}
        | {"note": _("%(note)s (worked on %(day)s)") % {"note": note, "day": worked.isoformat()}},
        {"do": "day.set", "date": worked.isoformat(), "hours": hours, **said}
        | {"note": _("%(note)s (in place of %(day)s)") % {"note": note, "day": closed.isoformat()}},
    ]


def _page(
    request: MemberRequest, found: Calendar, shown: DayShown, forms: dict[str, Form], *, status: int
) -> HttpResponse:
    """The date with its forms; a refused one comes back with what was typed."""
    own = DayHoursForm.showing(shown.exception) or {
        "hours": hours_text([]) if shown.hours == _("closed") else shown.hours
    }
    context = {
        "calendar": found,
        "shown": shown,
        "hindrance": calendar_hindrance(request.member.actor, found),
        "holiday_form": forms.get("holiday")
        or DayHolidayForm(prefix="holiday", initial=DayHolidayForm.showing(shown.holiday)),
        "own_form": forms.get("own") or DayHoursForm(prefix="own", initial=own),
        "no_holiday_form": forms.get("no_holiday") or ReasonForm(auto_id="no_holiday_%s"),
        "no_own_form": forms.get("no_own") or ReasonForm(auto_id="no_own_%s"),
    }
    return render(request, "settings/calendar_day.html", context, status=status)
