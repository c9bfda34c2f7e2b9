"""The admins' holiday list: by year, with category, source and the year's confirmed flag (POLICY 3, 6)."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms import refused
from helpdesk.lib.clock import database_now
from sla.forms import HolidayForm, RemovalForm, YearForm
from sla.listing import holidays_of, today_in, unready_calendars, year_flags
from sla.models import Calendar, Holiday
from sla.operations.calendars import add_holiday, confirm_year, remove_holiday
from sla.views.choice import chosen_calendar

ADMIN = member_view("settings.calendar")


@ADMIN
def holidays(request: MemberRequest) -> HttpResponse:
    """One year's list; a POST adds a holiday, and clocks that run move later."""
    calendar, _ = chosen_calendar(request)
    form = HolidayForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ("name", "categories", "source")}
        day = form.cleaned_data["date"]
        status = refused(form, lambda: add_holiday(calendar=calendar, day=day, **fields, actor=request.member.actor))
        if not status:
            messages.success(request, f"{day:%-d %B %Y}, {fields['name']}, was added. Running deadlines move later.")
            return _list(calendar, day.year)
    return _page(request, form, status=status)


@ADMIN
@require_POST
def confirmation(request: MemberRequest) -> HttpResponse:
    """Confirm a year's list: deadlines that reach it are no longer provisional."""
    calendar, _ = chosen_calendar(request)
    form = YearForm(request.POST)
    if form.is_valid():
        year = form.cleaned_data["year"]
        confirm_year(calendar=calendar, year=year, actor=request.member.actor)
        messages.success(request, f"The list of {year} is confirmed.")
        return _list(calendar, year)
    messages.error(request, "That is no year whose list could be confirmed.")
    return _page(request, HolidayForm(), status=422)


@ADMIN
def removal(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask why a holiday goes, then remove it: deadlines already promised stay."""
    holiday = Holiday.objects.select_related("calendar").filter(pk=pk).first()
    if holiday is None:
        raise Http404
    form = RemovalForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        status = refused(form, lambda: remove_holiday(holiday=holiday, reason=reason, actor=request.member.actor))
        if not status:
            messages.success(request, f"{holiday.date:%-d %B %Y}, {holiday.name}, was removed.")
            return _list(holiday.calendar, holiday.date.year)
    return render(request, "settings/holiday_removal.html", {"holiday": holiday, "form": form}, status=status)


def _list(calendar: Calendar, year: int) -> HttpResponse:
    query = urlencode({"calendar": calendar.key, "year": year})
    return redirect(f"{reverse('settings:holidays')}?{query}")


def _page(request: MemberRequest, form: HolidayForm, *, status: int) -> HttpResponse:
    calendar, known = chosen_calendar(request)
    at = database_now()
    this_year = today_in(calendar, at=at).year
    asked = YearForm(request.GET)
    year = asked.cleaned_data["year"] if asked.is_valid() else this_year
    flags = year_flags(calendar)
    context = {
        "calendar": calendar,
        "calendars": known,
        "year": year,
        "years": sorted({*flags, this_year, this_year + 1, year}),
        "keeps_list": bool(flags),
        "confirmed": flags.get(year),
        "holidays": list(holidays_of(calendar, year)),
        "unready": [one for one in unready_calendars(at=at) if one.calendar == calendar],
        "form": form,
    }
    return render(request, "settings/holidays.html", context, status=status)
