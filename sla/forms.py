"""What admins type about holidays, support hours and organisations."""

import re
from datetime import date
from typing import Any

from django import forms

from helpdesk.accounts.forms import needed
from helpdesk.accounts.members import Member
from helpdesk.accounts.models import Organisation, StaffMember
from sla.engine.calendar import FIRST_YEAR, LAST_YEAR
from sla.engine.spec import CalendarError, CalendarSpec
from sla.engine.spec_json import WEEKDAYS, read_date, read_intervals
from sla.listing import DAYS
from sla.models import Calendar, Policy
from sla.visible import calendars_seen_by, policies_seen_by

INTERVAL = re.compile(r"(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})")


class DayField(forms.CharField):
    """A date as text: one that does not exist can be told, and shown again as it was typed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, error_messages=needed("Say the date, like this: 2026-12-25."), **options)
        self.widget.attrs.update({"placeholder": "2026-12-25", "autocomplete": "off"})

    def clean(self, value: Any) -> date:
        """The date; refuses what does not exist and years for which no support time is known."""
        text = super().clean(value)
        try:
            day = read_date(text)
        except CalendarError as error:
            message = str(error).replace("'", "“", 1).replace("'", "”", 1)
            raise forms.ValidationError(message[:1].upper() + message[1:] + ".") from None
        if not FIRST_YEAR <= day.year < LAST_YEAR:
            raise forms.ValidationError(f"Choose a year from {FIRST_YEAR} to {LAST_YEAR - 1}.")
        return day


class WithdrawalForm(forms.Form):
    """Why an announced change of the support hours is taken back."""

    reason = forms.CharField(
        max_length=200, label="Why is it withdrawn?", error_messages=needed("Say why the change is withdrawn.")
    )


class YearForm(forms.Form):
    """The year whose list is confirmed."""

    year = forms.IntegerField(
        min_value=FIRST_YEAR, max_value=LAST_YEAR - 1, error_messages=needed("Say which year's list is complete.")
    )


class HoursField(forms.CharField):
    """A day's support hours: `08:00-12:00, 13:00-17:00`; empty for a closed day."""

    def __init__(self, *, day: str, **options: Any) -> None:
        super().__init__(**{"label": DAYS[day], "required": False, "max_length": 200, **options})
        self.day = day
        self.widget.attrs.update({"placeholder": "closed", "autocomplete": "off"})

    def clean(self, value: Any) -> list[list[str]]:
        """The intervals in the published format, checked by the engine."""
        text = super().clean(value)
        intervals = [self._interval(part) for part in text.split(",")] if text else []
        try:
            CalendarSpec(tz="UTC", week={WEEKDAYS.index(self.day): read_intervals(intervals, self.day)})
        except CalendarError as error:
            message = str(error).removeprefix(f"{self.day}: ")
            raise forms.ValidationError(message[:1].upper() + message[1:] + ".") from None
        return sorted(intervals)

    def _interval(self, part: str) -> list[str]:
        match = INTERVAL.fullmatch(part.strip())
        if match is None:
            raise forms.ValidationError(
                f"“{part.strip()}” is not a span of time. Write 08:00-17:00, several with commas between."
            )
        return [time.zfill(5) for time in match.groups()]


class WeekForm(forms.Form):
    """A week of support hours: one without any would leave every deadline without an end."""

    mon = HoursField(day="mon")
    tue = HoursField(day="tue")
    wed = HoursField(day="wed")
    thu = HoursField(day="thu")
    fri = HoursField(day="fri")
    sat = HoursField(day="sat")
    sun = HoursField(day="sun")

    def clean(self) -> dict[str, Any]:
        """At least one day has hours."""
        found = super().clean() or {}
        if not any(found.get(day, True) for day in WEEKDAYS):
            self.add_error("mon", "A week without any support hours would never end a deadline: open at least one day.")
        return found

    def hours(self) -> dict[str, list[list[str]]]:
        """The typed week in the published format."""
        return {day: self.cleaned_data[day] for day in WEEKDAYS}

    def day_fields(self) -> list[forms.BoundField]:
        """The seven days' fields, Monday first."""
        return [self[day] for day in WEEKDAYS]


class HoursForm(WeekForm):
    """A week of support hours from a date on."""

    effective_from = DayField(label="From this date on")
    reason = forms.CharField(
        max_length=300, label="Why do they change?", error_messages=needed("Say why the support hours change.")
    )


class StaffChoice(forms.ModelChoiceField):
    """Somebody who can hold level 2."""

    def label_from_instance(self, obj: Any) -> str:
        """`Malini (account manager)`."""
        return f"{obj.user.name} ({obj.get_role_display().lower()})"


class LevelTwoForm(forms.Form):
    """Who answers for an organisation at level 2, and who stands in."""

    account_manager = StaffChoice(
        queryset=StaffMember.objects.none(),
        empty_label="Choose …",
        error_messages=needed("Choose who answers for this organisation at level 2."),
    )
    deputy = StaffChoice(
        queryset=StaffMember.objects.none(),
        required=False,
        empty_label="Nobody",
        help_text="Gets level 2 while the other is away.",
    )

    def __init__(self, *args: Any, staff: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("account_manager", "deputy"):
            self.fields[name].queryset = staff  # type: ignore[attr-defined]


class OrganisationForm(LevelTwoForm):
    """A new organisation with all that its first ticket needs."""

    key = forms.CharField(
        max_length=40,
        error_messages=needed("Choose a key: the organisation's tickets are called after it."),
        help_text="2 to 12 capital letters and digits. Its tickets are then called ACME-1, ACME-2 …",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        max_length=Organisation._meta.get_field("name").max_length or 120,
        error_messages=needed("Say what the organisation is called."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    calendar = forms.ModelChoiceField(
        queryset=Calendar.objects.none(),
        empty_label="Choose …",
        error_messages=needed("Choose the support hours that its deadlines are counted in."),
    )
    policy = forms.ModelChoiceField(
        queryset=Policy.objects.none(),
        empty_label="Choose …",
        error_messages=needed("Choose the policy that it was promised."),
    )
    field_order = ("key", "name", "account_manager", "deputy", "calendar", "policy")

    def __init__(self, *args: Any, member: Member, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["calendar"].queryset = calendars_seen_by(member).order_by("name")  # type: ignore[attr-defined]
        self.fields["policy"].queryset = policies_seen_by(member).order_by("name")  # type: ignore[attr-defined]
