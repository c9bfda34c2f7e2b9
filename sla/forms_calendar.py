"""What admins type about a calendar: a new one, a day of it, two days swapped, and which dates close the desk."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.members import Member
from sla.forms import DayField, HoursField, WeekForm
from sla.listing import hours_text
from sla.models import Calendar, CalendarException, Holiday
from sla.models.calendar import ClosureRule, ExceptionKind
from sla.operations.calendar_changes import CATEGORIES
from sla.visible import calendars_seen_by

WHY = _("Why?")
PLAIN = {"autocomplete": "off"}


def _text(*, longest: int, missing: Any, **options: Any) -> forms.CharField:
    return forms.CharField(
        max_length=longest, error_messages={"required": missing}, widget=forms.TextInput(attrs=PLAIN), **options
    )


class CalendarForm(WeekForm):
    """A new calendar: its name, zone, and the hours of its first week."""

    key = forms.SlugField(
        max_length=50,
        error_messages={
            "required": _("Choose a key: the calendar's address is called after it."),
            "invalid": _("A key has letters, digits and hyphens only: sri-lanka."),
        },
        help_text=_("Small letters, digits and hyphens: sri-lanka."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    name = _text(longest=80, missing=_("Say what the calendar is called."))
    time_zone = _text(
        longest=64,
        missing=_("Say in which time zone the hours are."),
        label=_("Time zone"),
        help_text=_("As the IANA database calls it: Asia/Colombo."),
        initial="Asia/Colombo",
    )

    def clean_time_zone(self) -> str:
        """A zone that exists."""
        name = str(self.cleaned_data["time_zone"])
        if name not in available_timezones():
            raise forms.ValidationError(_("There is no time zone “%(name)s”.") % {"name": name})
        return name

    def facts(self) -> dict[str, Any]:
        """What `make_calendar` takes, but for who makes it."""
        return {name: self.cleaned_data[name] for name in ("key", "name", "time_zone")} | {"hours": self.hours()}


class DayHolidayForm(forms.Form):
    """What a date's holiday is, to add or to change."""

    name = _text(longest=120, missing=_("Say what the holiday is called."))
    categories = forms.MultipleChoiceField(
        error_messages={"required": _("Choose at least one category.")},
        choices=[(category, category.capitalize()) for category in CATEGORIES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Mercantile and Poya days are the statutory ones."),
    )
    source = _text(
        longest=300,
        missing=_("Say where this is written: the gazette or circular."),
        help_text=_("The gazette or circular that says so."),
    )

    @staticmethod
    def showing(row: Holiday | None) -> dict[str, Any]:
        """The initial values of a holiday that is there."""
        return {} if row is None else {"name": row.name, "categories": row.categories, "source": row.source}


class AddHolidayForm(DayHolidayForm):
    """The same with its date, on the year's page."""

    date = DayField(help_text=_("Year, month and day: 2026-12-25."))
    field_order = ("date", "name", "categories", "source")


class DayHoursForm(forms.Form):
    """A date's own hours: a half day, a swapped day, or others."""

    kind = forms.ChoiceField(
        choices=ExceptionKind,
        label=_("What kind of day is it?"),
        error_messages={"required": _("Say what kind of day it is.")},
    )
    hours = HoursField(day="mon", label=_("Hours"), help_text=_("08:00-12:30, several with commas; empty for closed."))
    note = _text(longest=200, missing=_("Say why this date has hours of its own."), label=WHY)

    @staticmethod
    def showing(row: CalendarException | None) -> dict[str, Any]:
        """The initial values of hours that are there."""
        return {} if row is None else {"kind": row.kind, "hours": hours_text(row.hours), "note": row.note}


class SwapForm(forms.Form):
    """A working day that is closed, and the day worked in its place with its hours."""

    closed = DayField(label=_("Closed on"))
    worked = DayField(label=_("Worked on instead"))
    note = _text(longest=160, missing=_("Say why the days are swapped."), label=WHY)

    def clean(self) -> dict[str, Any]:
        """Two different dates."""
        found = super().clean() or {}
        if found.get("closed") and found.get("closed") == found.get("worked"):
            self.add_error("worked", _("Choose another date than the closed one."))
        return found


class RuleForm(forms.Form):
    """Which dates of the list close the desk."""

    closes_on = forms.ChoiceField(
        choices=ClosureRule,
        label=_("The desk is closed on"),
        error_messages={"required": _("Choose which of the list's dates close the desk.")},
    )


class ReasonForm(forms.Form):
    """Why something is taken out of a calendar."""

    reason = _text(longest=200, missing=_("Say why."), label=WHY)


class AgreementForm(forms.Form):
    """The calendar that an organisation's new tickets are counted by."""

    calendar = forms.ModelChoiceField(
        queryset=Calendar.objects.none(),
        label=_("Support hours"),
        empty_label=None,
        error_messages={"required": _("Choose the support hours that its deadlines are counted in.")},
    )

    def __init__(self, *args: Any, member: Member, **options: Any) -> None:
        super().__init__(*args, **options)
        seen = calendars_seen_by(member).filter(current_version__isnull=False)
        self.fields["calendar"].queryset = seen.order_by("name")  # type: ignore[attr-defined]
