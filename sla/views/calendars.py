"""The admins' calendars: the list, a year at a glance, and which dates of the list close the desk (POLICY 3, 6)."""

from django.contrib import messages
from django.db.models import Count, Q
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms import filled_in, refusal_status
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from sla.forms import YearForm
from sla.forms_calendar import AddHolidayForm, CalendarForm, RuleForm
from sla.listing import agreements_of, calendars, today_in, unready_calendars, weeks_of, year_flags
from sla.models import Calendar
from sla.operations.calendars import confirm_year, make_calendar
from sla.operations.reaching import calendar_hindrance
from sla.views.editing import calendar_or_404, offered, year_address
from sla.views.feed import feed_address
from sla.year import looks, year_of

ADMIN = member_view("settings.calendar")
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-17:00")


@ADMIN
def calendar_list(request: MemberRequest) -> HttpResponse:
    """Every calendar with what needs doing about it; a POST makes a new one."""
    form = CalendarForm(request.POST if request.method == "POST" else None, initial=WEEK)
    status = filled_in(form, lambda: make_calendar(**form.facts(), actor=request.member.actor))
    if not status:
        messages.success(request, _("%(name)s was made.") % {"name": form.cleaned_data["name"]})
        return redirect("settings:calendar", key=form.cleaned_data["key"])
    at = database_now()
    served = agreements_of(request.member.organisation_ids).values()
    rows = (
        calendars(request.member)
        .select_related("current_version")
        .annotate(coming=Count("holidays", filter=Q(holidays__date__gte=at.date())))
    )
    context = {
        "rows": [(row, sum(one.calendar_id == row.pk for one in served)) for row in rows],
        "unready": unready_calendars(request.member, at=at),
        "form": form,
    }
    return render(request, "settings/calendars.html", context, status=status)


@ADMIN
def calendar(request: MemberRequest, key: str) -> HttpResponse:
    """A year at a glance; a POST adds a holiday."""
    found = calendar_or_404(request, key)
    form = AddHolidayForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _page(request, found, form, status=200)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    day = form.cleaned_data["date"]
    facts = {name: form.cleaned_data[name] for name in ("name", "categories", "source")}
    change = {"do": "holiday.add", "date": day.isoformat(), **facts}
    answer = offered(request, form, calendar=found, changes=[change], year=day.year)
    return _page(request, found, form, status=answer) if isinstance(answer, int) else answer


@ADMIN
@require_POST
def rule(request: MemberRequest, key: str) -> HttpResponse:
    """Which dates of the list close the desk."""
    found = calendar_or_404(request, key)
    form = RuleForm(request.POST)
    year = _year(request, found)
    if form.is_valid():
        change = {"do": "rule.set", "closes_on": form.cleaned_data["closes_on"]}
        answer = offered(request, form, calendar=found, changes=[change], year=year)
        if not isinstance(answer, int):
            return answer
    return _page(request, found, AddHolidayForm(), rule_form=form, status=422)


@ADMIN
@require_POST
def year_confirmation(request: MemberRequest, key: str) -> HttpResponse:
    """Confirm a year's list: deadlines that reach it are no longer provisional."""
    found = calendar_or_404(request, key)
    form = YearForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That is no year whose list could be confirmed."))
        return _page(request, found, AddHolidayForm(), status=422)
    year = form.cleaned_data["year"]
    try:
        confirm_year(calendar=found, year=year, actor=request.member.actor)
    except DomainError as error:
        messages.error(request, error.message)
        return _page(request, found, AddHolidayForm(), status=refusal_status(error))
    messages.success(request, _("The list of %(year)d is confirmed.") % {"year": year})
    return redirect(year_address(found, year))


def _year(request: MemberRequest, found: Calendar) -> int:
    asked = YearForm(request.GET)
    return int(asked.cleaned_data["year"]) if asked.is_valid() else today_in(found, at=database_now()).year


def _page(
    request: MemberRequest, found: Calendar, form: Form, *, status: int, rule_form: RuleForm | None = None
) -> HttpResponse:
    at = database_now()
    year, flags = _year(request, found), year_flags(found)
    agreements = agreements_of(request.member.organisation_ids)
    today = today_in(found, at=at)
    context = {
        "calendar": found,
        "year": year,
        "shown": year_of(found, year),
        "looks": looks(),
        "today": today,
        "weeks": [week for week in weeks_of(found, today=today) if week.standing != "past"],
        "keeps_list": bool(flags),
        "confirmed": flags.get(year),
        "unready": [one for one in unready_calendars(request.member, at=at) if one.calendar == found],
        "served": sum(one.calendar_id == found.pk for one in agreements.values()),
        "versions": found.versions.order_by("-number")[:10],
        "feed": feed_address(found),
        "feed_shown": request.build_absolute_uri(feed_address(found)),
        "form": form,
        "hindrance": calendar_hindrance(request.member.actor, found),
        "rule_form": rule_form or RuleForm(initial={"closes_on": found.closes_on}),
    }
    return render(request, "settings/calendar.html", context, status=status)
