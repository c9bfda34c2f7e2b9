"""The admins' support hours: the weeks in force, changing them from a date on, and taking such a change back."""

from datetime import date, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.lib.clock import database_now
from sla.engine.spec_json import WEEKDAYS
from sla.forms import HoursForm, WithdrawalForm
from sla.listing import hours_text, today_in, weeks_of
from sla.models import Calendar, CalendarWeek
from sla.operations.calendar_changes import Change
from sla.operations.reaching import calendar_hindrance
from sla.views.choice import chosen_calendar
from sla.views.editing import offered
from sla.visible import calendars_seen_by


@member_view("settings.calendar")
def support_hours(request: MemberRequest) -> HttpResponse:
    """The weeks of one calendar; a POST sets the hours from a date on."""
    calendar, known = chosen_calendar(request)
    today = today_in(calendar, at=database_now())
    form = HoursForm(request.POST if request.method == "POST" else None, initial=_initial(calendar, today))
    answer: HttpResponse | int = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        day, reason = form.cleaned_data["effective_from"], form.cleaned_data["reason"]
        change: Change = {"do": "hours.set", "effective_from": day.isoformat(), "hours": form.hours()}
        answer = offered(request, form, calendar=calendar, changes=[change], reason=reason, year=day.year)
    if not isinstance(answer, int):
        return answer
    context = {
        "calendar": calendar,
        "calendars": known,
        "weeks": weeks_of(calendar, today=today),
        "exceptions": [
            (row.date, hours_text(row.hours), row.note) for row in calendar.exceptions.order_by("-date")[:50]
        ],
        "form": form,
        "hindrance": calendar_hindrance(request.member.actor, calendar),
    }
    return render(request, "settings/hours.html", context, status=answer)


@member_view("settings.calendar")
def withdrawal(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask why an announced change is taken back, then do it: the hours before it go on."""
    weeks = CalendarWeek.objects.filter(calendar__in=calendars_seen_by(request.member))
    week = weeks.select_related("calendar").filter(pk=pk).first()
    if week is None:
        raise Http404
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    answer: HttpResponse | int = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        change: Change = {"do": "hours.withdraw", "effective_from": week.effective_from.isoformat()}
        facts = {"changes": [change], "reason": form.cleaned_data["reason"], "year": week.effective_from.year}
        answer = offered(request, form, calendar=week.calendar, **facts)
    if not isinstance(answer, int):
        return answer
    hindrance = calendar_hindrance(request.member.actor, week.calendar)
    context = {"week": week, "form": form, "hindrance": hindrance}
    return render(request, "settings/hours_withdrawal.html", context, status=answer)


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
