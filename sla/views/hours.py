"""The admins' support hours: the weeks in force, changing them from a date on, and taking such a change back."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms import refused
from helpdesk.lib.clock import database_now
from sla.engine.spec_json import WEEKDAYS
from sla.forms import HoursForm, WithdrawalForm
from sla.listing import hours_text, today_in, weeks_of
from sla.models import Calendar, CalendarWeek
from sla.operations.calendars import set_support_hours, withdraw_support_hours
from sla.views.choice import chosen_calendar


@member_view("settings.calendar")
def support_hours(request: MemberRequest) -> HttpResponse:
    """The weeks of one calendar; a POST sets the hours from a date on."""
    calendar, known = chosen_calendar(request)
    today = today_in(calendar, at=database_now())
    form = HoursForm(request.POST if request.method == "POST" else None, initial=_initial(calendar, today))
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        day, reason = form.cleaned_data["effective_from"], form.cleaned_data["reason"]
        change: dict[str, Any] = {"hours": form.hours(), "effective_from": day, "reason": reason}
        status = refused(form, lambda: set_support_hours(calendar=calendar, **change, actor=request.member.actor))
        if not status:
            messages.success(request, f"The support hours change on {day:%-d %B %Y}.")
            return redirect(f"{reverse('settings:hours')}?{urlencode({'calendar': calendar.key})}")
    context = {
        "calendar": calendar,
        "calendars": known,
        "weeks": weeks_of(calendar, today=today),
        "exceptions": [
            (row.date, hours_text(row.hours), row.note) for row in calendar.exceptions.order_by("-date")[:50]
        ],
        "form": form,
    }
    return render(request, "settings/hours.html", context, status=status)


@member_view("settings.calendar")
def withdrawal(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask why an announced change is taken back, then do it: the hours before it go on."""
    week = CalendarWeek.objects.select_related("calendar").filter(pk=pk).first()
    if week is None:
        raise Http404
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        status = refused(form, lambda: withdraw_support_hours(week=week, reason=reason, actor=request.member.actor))
        if not status:
            messages.success(request, f"The change on {week.effective_from:%-d %B %Y} is withdrawn.")
            return redirect(f"{reverse('settings:hours')}?{urlencode({'calendar': week.calendar.key})}")
    return render(request, "settings/hours_withdrawal.html", {"week": week, "form": form}, status=status)


def _initial(calendar: Calendar, today: date) -> dict[str, str]:
    """Tomorrow, and the hours that would hold then: an admin changes what differs."""
    tomorrow = today + timedelta(days=1)
    weeks = CalendarWeek.objects.filter(calendar=calendar, effective_from__lte=tomorrow)
    current = weeks.order_by("-effective_from").first()
    hours = current.hours if current else {}
    return {
        "effective_from": tomorrow.isoformat(),
        **{day: hours_text(hours.get(day) or []) for day in WEEKDAYS},
    }
