"""Calendars, holidays and support hours as the API takes and gives them."""

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework import serializers

from helpdesk.api.serializers.base import Answer, Body
from sla.engine.spec_json import WEEKDAYS
from sla.models import Holiday
from sla.models.calendar import ClosureRule
from sla.operations.calendar_changes import CATEGORIES
from sla.operations.calendars import LONGEST_REASON

CLOSURES = [(rule.value, rule.value) for rule in ClosureRule]
STANDINGS = [(name, name) for name in ("past", "now", "later")]
KINDS = [(name, name) for name in CATEGORIES]
SPANS = 'Spans of wall time: [["08:00", "12:00"], ["13:00", "17:00"]]; 24:00 is the day\'s end; empty: closed.'


def spans_field(**options: Any) -> serializers.ListField:
    """A day's support hours."""
    time = serializers.RegexField(r"^([01][0-9]|2[0-4]):[0-5][0-9]$")
    return serializers.ListField(
        child=serializers.ListField(child=time, min_length=2, max_length=2), max_length=20, **options
    )


class WeekHours(Body):
    """The support hours of a week."""

    mon = spans_field(default=list, help_text=SPANS)
    tue = spans_field(default=list)
    wed = spans_field(default=list)
    thu = spans_field(default=list)
    fri = spans_field(default=list)
    sat = spans_field(default=list)
    sun = spans_field(default=list)


class WeekShown(Answer):
    """The support hours of a week, as wall times of the calendar's zone; an empty day is closed."""

    mon = spans_field(help_text=SPANS)
    tue = spans_field()
    wed = spans_field()
    thu = spans_field()
    fri = spans_field()
    sat = spans_field()
    sun = spans_field()


def week_facts(hours: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """A stored week as it is shown: each day, in order."""
    return {day: sorted(hours.get(day) or []) for day in WEEKDAYS}


class YearShown(Answer):
    """A year of the holiday list."""

    year = serializers.IntegerField()
    confirmed = serializers.BooleanField(help_text="Deadlines that reach a year not confirmed are provisional.")


class CalendarAnswer(Answer):
    """A support calendar: deadlines count in its hours only."""

    key = serializers.CharField()
    name = serializers.CharField()
    time_zone = serializers.CharField()
    closes_on = serializers.ChoiceField(CLOSURES, help_text="Which holidays close the desk.")
    version = serializers.IntegerField(help_text="Each edit makes the next one.")
    hours = WeekShown(help_text="The week in force today.")
    years = YearShown(many=True)


class HolidayAnswer(Answer):
    """A holiday."""

    staff_only = ("source",)

    id = serializers.IntegerField(source="pk")
    date = serializers.DateField()
    name = serializers.CharField()
    categories = serializers.ListField(child=serializers.ChoiceField(KINDS))
    closes = serializers.SerializerMethodField(help_text="Whether it closes the desk under this calendar's rule.")
    source = serializers.CharField(  # type: ignore[assignment]  # declared fields leave the class again
        required=False, help_text="The gazette or circular that says so. For staff only."
    )

    def get_closes(self, row: Holiday) -> bool:
        statutory = self.context["closes_on"] == ClosureRule.STATUTORY
        return row.closes_statutory if statutory else row.closes_public


class HolidayNew(Body):
    """A holiday to add."""

    date = serializers.DateField()
    name = serializers.CharField(max_length=120)
    categories = serializers.ListField(
        child=serializers.ChoiceField(KINDS), min_length=1, max_length=len(KINDS),
        help_text="Mercantile and Poya days are the statutory ones.",
    )  # fmt: skip
    source = serializers.CharField(  # type: ignore[assignment]  # declared fields leave the class again
        max_length=300, help_text="The gazette or circular that says so."
    )


class HoursAnswer(Answer):
    """A week of support hours, in force from a date on."""

    id = serializers.IntegerField(source="pk")
    effective_from = serializers.DateField(help_text="A date of the calendar's zone.")
    hours = WeekShown()
    standing = serializers.ChoiceField(STANDINGS, help_text="Against today: past, in force now, or to come.")


class HoursNew(Body):
    """A change of the support hours."""

    effective_from = serializers.DateField(help_text="Today or later, as a date of the calendar's zone.")
    hours = WeekHours(help_text="The whole week; a day left out is closed.")
    reason = serializers.CharField(max_length=LONGEST_REASON)


class ExceptionAnswer(Answer):
    """A date with hours of its own; it beats holidays."""

    staff_only = ("note",)

    id = serializers.IntegerField(source="pk")
    date = serializers.DateField()
    hours = spans_field(help_text=SPANS)
    note = serializers.CharField(required=False, help_text="For staff only.")
