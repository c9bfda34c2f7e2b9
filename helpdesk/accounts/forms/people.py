"""What people type about people, and how a refused operation comes back to its form."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.forms import ResetPasswordForm
from django import forms
from django.db import transaction
from django.http import HttpRequest

from helpdesk.accounts.models import ClientRole, Organisation, StaffRole, Team
from helpdesk.lib.errors import Conflict, DomainError, Forbidden

MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})")


def refused(form: forms.Form, operation: Callable[[], Any]) -> int:
    """Call the operation; a refusal puts its message beside the field and gives the HTTP status.

    Returns 0 when it succeeded. What it wrote before refusing is undone, the request goes on.
    """
    try:
        with transaction.atomic():
            operation()
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return refusal_status(error)
    return 0


def refusal_status(error: DomainError) -> int:
    """403 for a missing right, 409 for a state that does not allow it, 422 for anything else."""
    if isinstance(error, Forbidden):
        return 403
    return 409 if isinstance(error, Conflict) else 422


class ResetRequestForm(ResetPasswordForm):
    """Asks for a reset mail. A stranger's address gets the same answer and no mail."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Queue the mail if the address is an active person's; returns the address."""
        if self.users:
            return str(super().save(request, **kwargs))
        return str(self.cleaned_data["email"])


class MomentField(forms.CharField):
    """A date and a time in the typing person's zone, as text: an impossible one can be shown again."""

    def __init__(self, *, zone: str = "UTC", **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.zone = zone
        self.widget.attrs.update({"placeholder": "2026-12-24 08:00", "autocomplete": "off"})

    def clean(self, value: Any) -> datetime | None:
        """The aware instant, or None for an empty field."""
        text = super().clean(value)
        if not text:
            return None
        match = MOMENT.fullmatch(text)
        if match is None:
            raise forms.ValidationError("Write a date and a time like this: 2026-12-24 08:00.")
        try:
            moment = datetime.fromisoformat(f"{match[1]}T{match[2]}")
        except ValueError:
            raise forms.ValidationError(f"There is no such date and time: {text}.") from None
        return moment.replace(tzinfo=ZoneInfo(self.zone))

    def prepare_value(self, value: Any) -> Any:
        """A stored instant as it would be typed; typed text stays as it is."""
        return f"{value.astimezone(ZoneInfo(self.zone)):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value


class PersonForm(forms.Form):
    """What every new person needs."""

    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.CharField(
        label="E-mail address",
        max_length=254,
        help_text="They sign in with it, and choose their password under “Forgot your password?”.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class OrganisationChoices(forms.Form):
    """A form with an organisation to choose: one of those that the asking member may see."""

    def __init__(self, *args: Any, organisations: list[Organisation], **options: Any) -> None:
        super().__init__(*args, **options)
        self.organisations = {organisation.key: organisation for organisation in organisations}
        choices = [(organisation.key, organisation.name) for organisation in organisations]
        for name in ("organisation", "serves"):
            if name in self.fields:
                self.fields[name].choices = choices  # type: ignore[attr-defined]


class ClientForm(PersonForm, OrganisationChoices):
    """A new person of a client organisation."""

    organisation = forms.ChoiceField()
    role = forms.ChoiceField(
        choices=ClientRole.choices,
        help_text="A client admin sees all of the organisation's tickets, a client user their own.",
    )
    field_order = ("organisation", "name", "email", "role")

    def clean_organisation(self) -> Organisation:
        """The chosen organisation."""
        return self.organisations[self.cleaned_data["organisation"]]


class StaffForm(PersonForm, OrganisationChoices):
    """A new person on the vendor's side."""

    role = forms.ChoiceField(choices=StaffRole.choices)
    serves_all = forms.BooleanField(
        label="Serves every organisation",
        required=False,
        initial=True,
        help_text="Also those that join later.",
    )
    serves = forms.MultipleChoiceField(
        label="Or only these organisations", required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ("name", "email", "role", "serves_all", "serves")

    def clean(self) -> dict[str, Any]:
        """Adds `served`: the chosen organisations, or None for all."""
        data = super().clean() or {}
        if data.get("serves_all"):
            if data.get("serves"):
                self.add_error("serves", "Choose every organisation or a list, not both.")
            return {**data, "served": None}
        if not data.get("serves") and "serves" not in self.errors:
            self.add_error("serves", "Choose at least one organisation, or all of them.")
        return {**data, "served": [self.organisations[key] for key in data.get("serves") or ()]}


class AbsenceForm(forms.Form):
    """When a staff member is away: level 2 then goes to the deputy."""

    away_from = MomentField(label="Away from", required=False)
    away_until = MomentField(
        label="Back at",
        required=False,
        help_text="Empty: until the absence is taken back. Both empty: no absence.",
    )

    def __init__(self, *args: Any, zone: str, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.zone = zone  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An end without a beginning makes no sense."""
        data = super().clean() or {}
        if data.get("away_until") and not data.get("away_from") and "away_from" not in self.errors:
            self.add_error("away_from", "Say when the absence begins.")
        return data


class TeamsForm(forms.Form):
    """The teams that a staff member belongs to; none is a choice too."""

    teams = forms.MultipleChoiceField(
        label="Member of",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The support team is whom level 1 reaches.",
    )

    def __init__(self, *args: Any, teams: list[Team], **options: Any) -> None:
        super().__init__(*args, **options)
        self.by_key = {team.key: team for team in teams}
        self.fields["teams"].choices = [(team.key, team.name) for team in teams]  # type: ignore[attr-defined]

    def clean_teams(self) -> list[Team]:
        """The chosen teams."""
        return [self.by_key[key] for key in self.cleaned_data["teams"]]
