"""What admins type about a support policy: its figures, and the times of each severity."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.forms import needed
from helpdesk.accounts.forms.fields import LongSelect, OrganisationChoices
from helpdesk.accounts.members import Member
from sla.forms import DayField
from sla.models import Calendar, PolicyVersion, Reading, Severity
from sla.policy_spec import MINUTES, spec_of
from sla.visible import calendars_seen_by

SPAN = re.compile(r"(\d{1,12})(?:[.,](\d{1,2}))?\s{0,3}([a-z]{0,12})")
UNITS = {"": 1, "m": 1, "min": 1, "minute": 1, "minutes": 1, "h": 60, "hour": 60, "hours": 60}
DAY_UNITS = {"d", "day", "days", "wd"}
PLAIN = {"autocomplete": "off"}
OUT_OF_BOUNDS = ("invalid", "min_value", "max_value")
LINES = {"rows": 6, "autocomplete": "off"}
TOLD_IN = {"response_text": ("response_minutes",), "resolution_text": ("target_minutes", "limit_minutes")}


class SpanField(forms.CharField):
    """A span of support time: `540`, `9 h`, `1 day`; a day has as many minutes as the same form says."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 20, "required": False, **options})
        self.widget.attrs.update(PLAIN)

    def clean(self, value: Any) -> tuple[Decimal, str] | None:
        """The number and its unit; None for an empty one."""
        text = super().clean(value).strip().lower()
        if not text:
            return None
        match = SPAN.fullmatch(text)
        if match is None or (match[3] not in UNITS and match[3] not in DAY_UNITS):
            said = _("“%(text)s” is no span of support time. Write 540, 9 h or 1 day.")
            raise forms.ValidationError(said % {"text": text})
        return Decimal(f"{match[1]}.{match[2] or 0}"), match[3]


def span_minutes(span: tuple[Decimal, str] | None, day: int) -> int | None:
    """The whole support minutes of a span. Raises `ValidationError` for a part of a minute."""
    if span is None:
        return None
    number, unit = span
    minutes = number * (day if unit in DAY_UNITS else UNITS[unit])
    if minutes != int(minutes):
        raise forms.ValidationError(_("Support time is counted in whole minutes."))
    return int(minutes)


def span_typed(minutes: int | None, day: int) -> str:
    """A span as the form offers it: in working days where they are whole, else in minutes."""
    if minutes is None:
        return ""
    days, rest = divmod(minutes, day)
    return f"{minutes} min" if rest or not days else f"{days} d"


class PolicyForm(OrganisationChoices):
    """The figures of a policy, for whom and from when on.

    `everybody` is how all who have it are called; empty where the member may edit it for single ones only.
    """

    organisation = forms.ChoiceField(
        label=gettext_lazy("For whom"),
        widget=LongSelect,
        required=False,
        error_messages=needed("Choose the organisation that it is changed for."),
    )
    effective_on = DayField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy(
            "For tickets that are opened from that day on. From today, those that are open can be moved too; for a"
            " later day that can be asked for once it has come."
        ),
    )
    calendar = forms.ModelChoiceField(
        label=gettext_lazy("Examples are computed by"), queryset=Calendar.objects.none(), empty_label=None
    )
    working_day_minutes = forms.IntegerField(
        label=gettext_lazy("Length of a working day"),
        min_value=1,
        max_value=1440,
        help_text=gettext_lazy("Support minutes: nine hours are 540."),
        error_messages=needed("Say how many support minutes a working day has.")
        | dict.fromkeys(OUT_OF_BOUNDS, gettext_lazy("A working day has 1 to 1440 support minutes.")),
    )
    reading = forms.ChoiceField(
        label=gettext_lazy("“Within N working days” means"), choices=Reading, widget=forms.RadioSelect
    )
    warn_percent = forms.IntegerField(
        label=gettext_lazy("Warn after"),
        min_value=1,
        max_value=99,
        help_text=gettext_lazy("Per cent of a budget used."),
        error_messages=needed("Say after how much of a budget the warning goes out.")
        | dict.fromkeys(OUT_OF_BOUNDS, gettext_lazy("The warning comes after 1 to 99 per cent of a budget.")),
    )
    reopen = SpanField(
        label=gettext_lazy("Reopen window"),
        required=True,
        help_text=gettext_lazy("After a resolution: 5 d, 45 h or 2700."),
        error_messages=needed("Say for how long a resolved ticket can be reopened."),
    )
    waiting_pauses_response = forms.BooleanField(
        label=gettext_lazy("Waiting for the client pauses a first response that is still owed"), required=False
    )
    waiting_pauses_resolution = forms.BooleanField(
        label=gettext_lazy("Waiting for the client pauses resolution"), required=False
    )
    users_part = forms.CharField(
        label=gettext_lazy("What helps us help the client"),
        help_text=gettext_lazy("One line each; clients see them as a checklist."),
        widget=forms.Textarea(LINES),
        required=False,
    )
    not_covered = forms.CharField(
        label=gettext_lazy("Not part of standard support"),
        help_text=gettext_lazy("One line each; a ticket is marked with one of them."),
        widget=forms.Textarea(LINES),
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why is it changed?"), max_length=300, required=False, widget=forms.TextInput(PLAIN)
    )
    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, everybody: str, member: Member, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["calendar"].queryset = calendars_seen_by(member).order_by("name")  # type: ignore[attr-defined]
        listed = [(key, organisation.name) for key, organisation in self.organisations.items()]
        for_all = [("", everybody)] if everybody else []
        self.fields["organisation"].choices = [*for_all, *listed]  # type: ignore[attr-defined]
        self.fields["organisation"].required = not everybody

    def clean(self) -> dict[str, Any]:
        """Adds `reopen_minutes`, and the lists as lists."""
        data = super().clean() or {}
        for name in ("users_part", "not_covered"):
            data[name] = [line.strip() for line in data.get(name, "").splitlines() if line.strip()]
        if data.get("working_day_minutes") and data.get("reopen"):
            try:
                data["reopen_minutes"] = span_minutes(data["reopen"], data["working_day_minutes"])
            except forms.ValidationError as error:
                self.add_error("reopen", error)
        return data


class MovingForm(forms.Form):
    """Why running tickets are moved to the version in force."""

    reason = forms.CharField(
        label=gettext_lazy("Why are they moved?"),
        max_length=300,
        widget=forms.TextInput(PLAIN),
        error_messages=needed("Say why running tickets are moved."),
    )


class SeverityForm(forms.Form):
    """One severity of the table."""

    name = forms.CharField(max_length=40, error_messages=needed("Say what the severity is called."))
    definition = forms.CharField(max_length=200, error_messages=needed("Say what the severity means."))
    response_minutes = SpanField(label=gettext_lazy("First response"))
    target_minutes = SpanField(label=gettext_lazy("Resolution target"))
    limit_minutes = SpanField(label=gettext_lazy("Resolution limit"))
    response_text = forms.CharField(label=gettext_lazy("Response, as published"), max_length=60, required=False)
    resolution_text = forms.CharField(label=gettext_lazy("Resolution, as published"), max_length=60, required=False)

    def row(self, severity: str, day: int, before: Mapping[str, Any]) -> dict[str, Any]:
        """The severity's row. A faulty span is an error of its field, and None here.

        Published words are made of the times where they are empty, and where they are still those of `before` though
        the times are not: what is promised in words is what is counted.
        """
        data = dict(self.cleaned_data)
        for name in MINUTES:
            try:
                data[name] = span_minutes(data.get(name), day)
            except forms.ValidationError as error:
                self.add_error(name, error)
                data[name] = None
        for text, names in TOLD_IN.items():
            is_old = data[text] == before.get(text) and any(data[name] != before.get(name) for name in names)
            if is_old or not data[text]:
                data[text] = published_words([data[name] for name in names], day)
        return {"severity": severity, **data}


def published_words(promised: Sequence[int | None], day: int) -> str:
    """A promise in the policy's words, where the admin writes none: `within 1-2 working days`.

    `promised`: the support minutes of a first response; or of a target and a limit.
    """
    minutes, limit = promised[0], promised[-1]
    if minutes is None:
        return str(_("as per dev schedule"))
    if minutes % day or (limit or 0) % day:
        latest = limit or minutes
        return str(_("within %(minutes)d minutes of support time") % {"minutes": latest})
    first, last = minutes // day, (limit or minutes) // day
    if last == 1:
        return str(_("within 1 working day"))
    return str(_("within %(days)s working days") % {"days": last if first == last else f"{first}-{last}"})


def severity_forms(sent: Any, version: PolicyVersion) -> dict[str, SeverityForm]:
    """The table's forms by severity, bound to what was sent or filled with the version's rows."""
    day, rows = version.working_day_minutes, {row["severity"]: row for row in spec_of(version)["targets"]}
    forms_found = {}
    for severity in Severity.values:
        row = rows.get(severity, {})
        initial = {**row, **{name: span_typed(row.get(name), day) for name in MINUTES}}
        forms_found[severity] = SeverityForm(sent, prefix=severity, initial=initial)
    return forms_found


def policy_initial(version: PolicyVersion, *, today: str, calendar: Calendar | None) -> dict[str, Any]:
    """The form's values for a change of this version."""
    plain = ("working_day_minutes", "reading", "warn_percent", "waiting_pauses_response", "waiting_pauses_resolution")
    return {
        **{name: getattr(version, name) for name in plain},
        "effective_on": today,
        "calendar": calendar,
        "reopen": span_typed(version.reopen_minutes, version.working_day_minutes),
        "users_part": "\n".join(version.users_part),
        "not_covered": "\n".join(version.not_covered),
        "seen": version.number,
    }


def spec_from(form: PolicyForm, rows: dict[str, SeverityForm], version: PolicyVersion) -> dict[str, Any]:
    """The whole policy that valid forms describe; what they do not ask about stays as in the version."""
    data, kept = form.cleaned_data, spec_of(version)
    names = set(kept) & set(data)
    before = {row["severity"]: row for row in kept["targets"]}
    day = data["working_day_minutes"]
    targets = [row.row(severity, day, before.get(severity, {})) for severity, row in rows.items()]
    return {**kept, **{name: data[name] for name in names}, "targets": targets}
