"""The holidays of a calendar."""

from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from helpdesk.accounts.members import Member
from helpdesk.api.errors import BadParameter
from helpdesk.api.filters import ListFilters
from helpdesk.api.paging import Order
from helpdesk.api.preconditions import refuse_changed
from helpdesk.api.schema import describe
from helpdesk.api.serializers.calendars import HolidayAnswer, HolidayNew
from helpdesk.api.views.base import ApiRequest, made, one
from helpdesk.api.views.calendars import WHY, CalendarView, calendar_path
from sla.engine.calendar import FIRST_YEAR, LAST_YEAR
from sla.models import Calendar, Holiday
from sla.operations.calendars import add_holiday, remove_holiday


class HolidayFilters(ListFilters):
    """What the list of holidays can be narrowed to."""

    year = django_filters.NumberFilter(method="of_year", help_text="Four digits.")

    def of_year(self, found: QuerySet[Holiday], name: str, value: Decimal) -> QuerySet[Holiday]:
        if value != value.to_integral_value() or not FIRST_YEAR <= value < LAST_YEAR:
            raise BadParameter(f"{name} is from {FIRST_YEAR} to {LAST_YEAR - 1}.", field=name)
        return found.filter(date__year=int(value))


class Holidays(CalendarView):
    """The holidays of one calendar."""

    filters = HolidayFilters
    orders = {"date": Order("date"), "newest": Order("-date")}
    paged = True
    tagged = True

    @describe("holidays_list", tag="Calendars", summary="List holidays", answer=HolidayAnswer, page=True)
    def get(self, request: ApiRequest, key: str) -> Response:
        """Of every year, or of one."""
        calendar = self.calendar(key)
        found = Holiday.objects.filter(calendar=calendar)
        return self.page(found, lambda row: show_holiday(request.member, calendar, row))

    @describe(
        "holidays_create",
        tag="Calendars",
        summary="Add a holiday",
        answer=HolidayAnswer,
        body=HolidayNew,
        status=201,
        example={
            "date": "2027-05-20",
            "name": "Vesak Full Moon Poya Day",
            "categories": ["public", "bank", "mercantile", "poya"],
            "source": "Gazette Extraordinary 2412/20",
        },
    )
    def post(self, request: ApiRequest, key: str) -> Response:
        """For admins: running deadlines move later, never earlier."""
        calendar, sent = self.calendar(key), self.body(HolidayNew)
        day = sent.pop("date")
        add_holiday(calendar=calendar, day=day, actor=request.member.actor, **sent)
        row = Holiday.objects.get(calendar=calendar, date=day)
        return made(show_holiday(request.member, calendar, row), path=f"{calendar_path(key)}holidays/{row.pk}/")


class OneHoliday(CalendarView):
    """One holiday."""

    tagged = True
    change_parameters = frozenset({"reason"})

    @describe("holidays_read", tag="Calendars", summary="Read a holiday", answer=HolidayAnswer)
    def get(self, request: ApiRequest, key: str, pk: int) -> Response:
        """Whether it closes the desk depends on its kind and on the calendar's rule."""
        calendar = self.calendar(key)
        return one(show_holiday(request.member, calendar, _holiday(calendar, pk)))

    @describe("holidays_delete", tag="Calendars", summary="Remove a holiday", status=204, parameters=[WHY])
    def delete(self, request: ApiRequest, key: str, pk: int) -> Response:
        """For admins: deadlines that were promised stay, new tickets use the new list."""
        calendar = self.locked(key)
        row = _holiday(calendar, pk)
        refuse_changed(request, show_holiday(request.member, calendar, row))
        remove_holiday(holiday=row, reason=self.reason(), actor=request.member.actor)
        return Response(status=204)


def show_holiday(member: Member, calendar: Calendar, row: Holiday) -> dict[str, Any]:
    """The holiday as this member gets it."""
    return dict(HolidayAnswer(row, context={"member": member, "closes_on": calendar.closes_on}).data)


def _holiday(calendar: Calendar, pk: int) -> Holiday:
    found = Holiday.objects.select_related("calendar").filter(calendar=calendar, pk=pk).first()
    if found is None:
        raise NotFound
    return found
