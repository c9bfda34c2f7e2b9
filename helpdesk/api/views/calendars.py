"""Support calendars, and the dates with hours of their own."""

from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from helpdesk.accounts.members import Member
from helpdesk.accounts.permissions import Scope
from helpdesk.api.paging import Order
from helpdesk.api.preconditions import refuse_changed
from helpdesk.api.schema import describe
from helpdesk.api.serializers.calendars import CalendarAnswer, ExceptionAnswer, week_facts
from helpdesk.api.serializers.tickets import EmptyBody
from helpdesk.api.views.base import ApiRequest, ApiView, changed, one
from helpdesk.lib.clock import database_now
from sla.listing import today_in
from sla.models import Calendar, CalendarException, CalendarWeek, CalendarYear
from sla.operations.calendars import LONGEST_REASON, confirm_year
from sla.visible import calendars_seen_by

WHY = OpenApiParameter(
    "reason",
    {"type": "string", "minLength": 1, "maxLength": LONGEST_REASON},
    required=True,
    description="Why; it is kept with the calendar's next version.",
)


class CalendarView(ApiView):
    """What lies below one calendar: everybody reads what concerns them, admins change it."""

    capabilities = dict.fromkeys(("POST", "DELETE"), "settings.calendar")
    scope = Scope.SETTINGS

    def calendar(self, key: str) -> Calendar:
        """The calendar, if it concerns the member. Raises `NotFound` for any other."""
        found = published_calendars(self.request.member).filter(key=key).first()
        if found is None:
            raise NotFound
        return found

    def locked(self, key: str) -> Calendar:
        """The same, locked: what hangs below it changes under this lock only."""
        Calendar.objects.select_for_update(no_key=True).get(pk=self.calendar(key).pk)
        return self.calendar(key)

    def reason(self) -> str:
        """Why, from the address: a DELETE has no body."""
        return str(self.request.query_params.get("reason", ""))


class Calendars(CalendarView):
    """The calendars."""

    orders = {"key": Order("key")}
    paged = True

    @describe("calendars_list", tag="Calendars", summary="List calendars", answer=CalendarAnswer, page=True)
    def get(self, request: ApiRequest) -> Response:
        """Clients get the one that their organisation is served under."""
        at = database_now()
        return self.page(
            published_calendars(request.member), lambda row: show_calendar(row, today=today_in(row, at=at))
        )


class OneCalendar(CalendarView):
    """One calendar."""

    tagged = True

    @describe("calendars_read", tag="Calendars", summary="Read a calendar", answer=CalendarAnswer)
    def get(self, request: ApiRequest, key: str) -> Response:  # noqa: ARG002 - the framework's signature
        """With the hours in force today, and the years whose list of holidays is confirmed."""
        found = self.calendar(key)
        return one(show_calendar(found, today=today_in(found, at=database_now())))


class Confirmation(CalendarView):
    """Confirming a year's list."""

    tagged = True

    @describe(
        "calendars_confirm_year",
        tag="Calendars",
        summary="Confirm a year's list of holidays",
        answer=CalendarAnswer,
        body=EmptyBody,
    )
    def post(self, request: ApiRequest, key: str, year: int) -> Response:
        """For admins: deadlines that reach the year are no longer provisional. If-Match takes the calendar's ETag."""
        self.body(EmptyBody)
        found, at = self.locked(key), database_now()
        refuse_changed(request, show_calendar(found, today=today_in(found, at=at)))
        confirm_year(calendar=found, year=year, actor=request.member.actor)
        found = self.calendar(key)
        return changed(show_calendar(found, today=today_in(found, at=at)), path=calendar_path(key))


class Exceptions(CalendarView):
    """The dates with hours of their own."""

    orders = {"date": Order("date"), "newest": Order("-date")}
    paged = True

    @describe(
        "calendar_exceptions_list",
        tag="Calendars",
        summary="List dates with hours of their own",
        answer=ExceptionAnswer,
        page=True,
    )
    def get(self, request: ApiRequest, key: str) -> Response:
        """Half days and swapped days; they beat holidays."""
        found = CalendarException.objects.filter(calendar=self.calendar(key))
        context = {"member": request.member}
        return self.page(found, lambda row: ExceptionAnswer(row, context=context).data)


def published_calendars(member: Member) -> QuerySet[Calendar]:
    """The calendars that the member sees, with their weeks and years."""
    weeks, years = CalendarWeek.objects.order_by("effective_from"), CalendarYear.objects.order_by("year")
    found = calendars_seen_by(member).select_related("current_version").filter(current_version__isnull=False)
    return found.prefetch_related(Prefetch("weeks", queryset=weeks), Prefetch("years", queryset=years))


def show_calendar(row: Calendar, *, today: date) -> dict[str, Any]:
    """The calendar with what holds on a date of its zone."""
    week = week_on(list(row.weeks.all()), today)
    facts = {
        **{name: getattr(row, name) for name in ("key", "name", "time_zone", "closes_on")},
        "version": row.current_version.number if row.current_version else 0,
        "hours": week_facts(week.hours),
        "years": list(row.years.all()),
    }
    return dict(CalendarAnswer(facts).data)


def week_on(weeks: list[CalendarWeek], day: date) -> CalendarWeek:
    """The week in force on a date, of a calendar's weeks in order; before the first, the first."""
    begun = [week for week in weeks if week.effective_from <= day]
    return begun[-1] if begun else weeks[0]


def calendar_path(key: str) -> str:
    """Where the calendar is, below the site's address."""
    return f"/api/v1/calendars/{key}/"
