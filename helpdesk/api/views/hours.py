"""The support hours of a calendar: the weeks past, in force and to come."""

from datetime import date
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from helpdesk.api.paging import Order
from helpdesk.api.preconditions import refuse_changed
from helpdesk.api.schema import describe
from helpdesk.api.serializers.calendars import HoursAnswer, HoursNew, week_facts
from helpdesk.api.views.base import ApiRequest, made, one
from helpdesk.api.views.calendars import WHY, CalendarView, calendar_path, week_on
from helpdesk.lib.clock import database_now
from sla.listing import today_in
from sla.models import Calendar, CalendarWeek
from sla.operations.calendars import set_support_hours, withdraw_support_hours

WORKDAY = [["08:00", "17:00"]]


class Hours(CalendarView):
    """The weeks of one calendar."""

    orders = {"date": Order("effective_from"), "newest": Order("-effective_from")}
    paged = True
    tagged = True

    @describe("support_hours_list", tag="Calendars", summary="List support hours", answer=HoursAnswer, page=True)
    def get(self, request: ApiRequest, key: str) -> Response:  # noqa: ARG002 - the framework's signature
        """Each week holds from its date until the next one's."""
        calendar = self.calendar(key)
        now = _now(calendar)
        return self.page(CalendarWeek.objects.filter(calendar=calendar), lambda row: show_hours(row, now=now))

    @describe(
        "support_hours_create",
        tag="Calendars",
        summary="Announce a change of the support hours",
        answer=HoursAnswer,
        body=HoursNew,
        status=201,
        example={
            "effective_from": "2027-03-01",
            "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), WORKDAY),
            "reason": "The desk closes on Saturdays.",
        },
    )
    def post(self, request: ApiRequest, key: str) -> Response:
        """For admins: from today or a later date on. A date takes one change; withdraw it to make another."""
        calendar, sent = self.calendar(key), self.body(HoursNew)
        hours = week_facts(sent.pop("hours"))
        set_support_hours(calendar=calendar, hours=hours, actor=request.member.actor, **sent)
        row = CalendarWeek.objects.get(calendar=calendar, effective_from=sent["effective_from"])
        path = f"{calendar_path(key)}hours/{row.pk}/"
        return made(show_hours(row, now=_now(self.calendar(key))), path=path)


class OneHours(CalendarView):
    """One week of one calendar."""

    tagged = True
    change_parameters = frozenset({"reason"})

    @describe("support_hours_read", tag="Calendars", summary="Read support hours", answer=HoursAnswer)
    def get(self, request: ApiRequest, key: str, pk: int) -> Response:  # noqa: ARG002 - the framework's signature
        """Hours that have begun are history and never change."""
        calendar = self.calendar(key)
        return one(show_hours(_week(calendar, pk), now=_now(calendar)))

    @describe(
        "support_hours_delete", tag="Calendars", summary="Withdraw an announced change", status=204, parameters=[WHY]
    )
    def delete(self, request: ApiRequest, key: str, pk: int) -> Response:
        """For admins, before it begins: the hours before it go on."""
        calendar = self.locked(key)
        row = _week(calendar, pk)
        refuse_changed(request, show_hours(row, now=_now(calendar)))
        withdraw_support_hours(week=row, reason=self.reason(), actor=request.member.actor)
        return Response(status=204)


def show_hours(row: CalendarWeek, *, now: date) -> dict[str, Any]:
    """The week, and how it stands to the one that is in force, which began on the date `now`."""
    standing = "now" if row.effective_from == now else "later" if row.effective_from > now else "past"
    facts = {"pk": row.pk, "effective_from": row.effective_from, "hours": week_facts(row.hours), "standing": standing}
    return dict(HoursAnswer(facts).data)


def _now(calendar: Calendar) -> date:
    """The date on which the week began that is in force."""
    return week_on(list(calendar.weeks.all()), today_in(calendar, at=database_now())).effective_from


def _week(calendar: Calendar, pk: int) -> CalendarWeek:
    found = CalendarWeek.objects.select_related("calendar").filter(calendar=calendar, pk=pk).first()
    if found is None:
        raise NotFound
    return found
