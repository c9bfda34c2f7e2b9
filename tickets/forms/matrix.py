"""What admins type about the escalation matrix: its levels and rules, and a case to rehearse."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.forms import MomentField
from helpdesk.accounts.forms.fields import LongSelect, OrganisationChoices
from helpdesk.accounts.models import Organisation
from sla.models import MOST_LEVELS, Event, LevelKind, MatrixLevel, MatrixRule, MatrixVersion, QuietHours, Severity
from sla.versions import Matrix

FRIDAY = 4
MOST_MINUTES = 100_000
PLAIN = {"autocomplete": "off"}


class RehearsalForm(OrganisationChoices):
    """Whose ticket, how severe, and when it is submitted."""

    organisation = forms.ChoiceField(
        label=_("A ticket of"), widget=LongSelect, error_messages={"required": _("Choose whose ticket it is.")}
    )
    severity = forms.ChoiceField(choices=Severity, error_messages={"required": _("Choose a severity.")})
    at = MomentField(label=_("Submitted"), help_text=_("Date and time in your own zone: 2026-11-20 16:50."))

    def __init__(self, data: Any = None, *, organisations: list[Organisation], zone: str, now: datetime) -> None:
        initial = {"severity": Severity.P1, "at": friday_afternoon(now, zone)}
        super().__init__(data, organisations=organisations, initial=initial)
        moment = self.fields["at"]
        assert isinstance(moment, MomentField)
        moment.zone = zone

    def whose(self) -> Organisation:
        """The organisation that was chosen."""
        return self.organisations[self.cleaned_data["organisation"]]


def friday_afternoon(now: datetime, zone: str) -> datetime:
    """The next Friday, ten minutes before five: what an admin wonders about first."""
    local = now.astimezone(ZoneInfo(zone))
    days = (FRIDAY - local.weekday()) % 7
    return (local + timedelta(days=days)).replace(hour=16, minute=50, second=0, microsecond=0)


class MatrixForm(forms.Form):
    """What concerns the matrix as a whole."""

    reminder_minutes = forms.IntegerField(
        label=_("Acknowledge within"),
        min_value=1,
        max_value=MOST_MINUTES,
        help_text=_("Support minutes; then the level is told again."),
        error_messages={"required": _("Say after how many support minutes a level is told again.")},
    )
    reason = forms.CharField(
        label=_("Why is it changed?"), max_length=300, required=False, widget=forms.TextInput(attrs=PLAIN)
    )
    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class LevelForm(forms.Form):
    """One level; the empty row at the end adds one."""

    name = forms.CharField(max_length=40, error_messages={"required": _("Say what the level is called.")})
    contact = forms.CharField(
        label=_("Contact, as published"),
        max_length=120,
        error_messages={"required": _("Say which contact the policy publishes.")},
    )
    kind = forms.ChoiceField(label=_("Reaches"), choices=LevelKind, initial=LevelKind.TEAM)
    team_key = forms.ChoiceField(label=_("Team"), required=False)
    address = forms.EmailField(required=False)

    def __init__(self, *args: Any, teams: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["team_key"].choices = [("", _("none")), *teams]  # type: ignore[attr-defined]


class RuleForm(forms.Form):
    """One rule: on this event, for these severities, these are told. An empty row at the end adds one."""

    event = forms.ChoiceField(
        label=_("When"), choices=[("", _("choose")), *Event.choices], error_messages={"required": _("Choose an event.")}
    )
    severity = forms.ChoiceField(choices=[("", _("Every severity")), *Severity.choices], required=False)
    recipients = forms.MultipleChoiceField(label=_("Who is told"), required=False, widget=forms.CheckboxSelectMultiple)
    address = forms.EmailField(label=_("Also this address"), required=False)
    level_after = forms.ChoiceField(label=_("Level afterwards"), required=False)
    quiet_hours = forms.ChoiceField(label=_("Quiet hours"), choices=QuietHours, initial=QuietHours.POLICY)
    repeat_minutes = forms.IntegerField(
        label=_("Repeat after"),
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        help_text=_("Support minutes; empty: as above."),
    )
    gone = forms.BooleanField(label=_("Take this rule out"), required=False)

    def __init__(self, *args: Any, teams: list[tuple[str, str]], levels: int, **options: Any) -> None:
        super().__init__(*args, **options)
        numbers = range(1, levels + 1)
        after = [("", _("Unchanged")), *((str(n), _("Level %(n)d") % {"n": n}) for n in numbers)]
        self.fields["level_after"].choices = after  # type: ignore[attr-defined]
        self.fields["recipients"].choices = [  # type: ignore[attr-defined]
            ("client", _("The client")),
            ("assignee", _("The assignee")),
            ("assignee_or_level1", _("The assignee, else level 1")),
            *((f"level{n}", _("Level %(n)d") % {"n": n}) for n in numbers),
            ("next", _("The next level up")),
            ("same", _("The same level again")),
            *((f"team:{key}", _("Team %(name)s") % {"name": name}) for key, name in teams),
            ("role:admin", _("Every admin")),
            ("role:account_manager", _("Every account manager")),
        ]


LevelForms = forms.formset_factory(LevelForm, extra=1, max_num=MOST_LEVELS, validate_max=True)
RuleForms = forms.formset_factory(RuleForm, extra=2, max_num=60, validate_max=True)
OWN_ADDRESS = "address:"


def rows_of(matrix: Matrix) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A matrix as the initial values of its levels' and its rules' forms."""
    level_names = ("name", "contact", "kind", "team_key", "address")
    levels = [{name: getattr(level, name) for name in level_names} for level in matrix.levels.values()]
    rule_names = ("event", "severity", "level_after", "quiet_hours", "repeat_minutes")
    rules = [
        {name: getattr(rule, name) for name in rule_names}
        | _recipients(rule.recipients)
        | {"level_after": str(rule.level_after or "")}  # as a list box sends it: else each rule would seem changed
        for rule in matrix.all_rules
    ]
    return levels, rules


def _recipients(tokens: Sequence[str]) -> dict[str, Any]:
    """A rule's words for the form: those to tick, and the address that is typed."""
    own = [token for token in tokens if token.startswith(OWN_ADDRESS)]
    return {
        "recipients": [token for token in tokens if token not in own],
        "address": "".join(token.removeprefix(OWN_ADDRESS) for token in own),
    }


def draft_of(form: MatrixForm, levels: Any, rules: Any) -> Matrix:
    """The unsaved matrix that valid forms describe; levels are numbered from 1 in their order."""
    version = MatrixVersion(number=0, reminder_minutes=form.cleaned_data["reminder_minutes"])
    typed = [row.cleaned_data for row in levels if row.cleaned_data]
    drawn = [MatrixLevel(level=number, **data) for number, data in enumerate(typed, start=1)]
    kept = [row.cleaned_data for row in rules if row.cleaned_data and not row.cleaned_data["gone"]]
    return Matrix(version, drawn, [_rule(data) for data in kept])


def _rule(data: dict[str, Any]) -> MatrixRule:
    address = [f"{OWN_ADDRESS}{data['address']}"] if data["address"] else []
    return MatrixRule(
        event=data["event"],
        severity=data["severity"],
        recipients=[*data["recipients"], *address],
        level_after=int(data["level_after"]) if data["level_after"] else None,
        quiet_hours=data["quiet_hours"],
        repeat_minutes=data["repeat_minutes"],
    )
