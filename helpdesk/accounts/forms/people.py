"""What admins type about people who are there already, and what people type about themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.forms.fields import LongSelect, MomentField, ServesFields, needed
from helpdesk.accounts.models import ClientRole, StaffRole, Team
from helpdesk.lib.zones import known_zones
from helpdesk.notifications.events import choices_of

REASON = "Kept in the audit log."


class RoleFields(forms.Form):
    """A change of role, and why."""

    reason = forms.CharField(max_length=200, required=False, label="Why?", help_text=REASON)
    field_order = ("role", "reason")


class ClientRoleForm(RoleFields):
    """What a client's person may do."""

    role = forms.ChoiceField(choices=ClientRole.choices, error_messages=needed("Choose what they may do."))


class StaffRoleForm(RoleFields):
    """What a staff member may do."""

    role = forms.ChoiceField(choices=StaffRole.choices, error_messages=needed("Choose what they may do."))


class ServedForm(ServesFields):
    """Whom a staff member serves from now on."""


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


class ProfileForm(forms.Form):
    """What people say of themselves."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        error_messages=needed("Say your name: it stands beside what you write."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = forms.ChoiceField(
        error_messages=needed("Choose your time zone."),
        help_text="Pages and mails show times in this zone.",
        widget=LongSelect,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        places = (zone for zone in known_zones() if "/" in zone and not zone.startswith("Etc/"))
        zones = [*sorted(places), "UTC"]
        held = self.initial.get("time_zone")
        if held and held not in zones:
            zones.append(held)
        self.fields["time_zone"].choices = [(zone, zone.replace("_", " ")) for zone in zones]  # type: ignore[attr-defined]


class PeopleFilterForm(forms.Form):
    """What the list of people is narrowed to; every value comes from the address."""

    ROLES = (*StaffRole.choices, ("client_user", "Client user"), ("client_admin", "Client admin"))

    q = forms.CharField(label="Name or address", max_length=120, required=False)
    role = forms.ChoiceField(choices=(("", "Every role"), *ROLES), required=False)
    access = forms.ChoiceField(
        choices=(("", "With and without access"), ("on", "Active"), ("off", "Deactivated")), required=False
    )


class DomainForm(forms.Form):
    """A mail domain that an organisation says is its own."""

    domain = forms.CharField(
        label=_("Mail domain"),
        max_length=253,
        error_messages=needed("Say which domain."),
        help_text=_("What stands behind the @, for example acme.com. Addresses below it count too."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class NoticesForm(forms.Form):
    """The events that go by mail; what is not ticked stays in the app."""

    events = forms.MultipleChoiceField(
        label=_("By mail, at once"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is not ticked is shown in your inbox here, without a mail."),
    )

    def __init__(self, *args: Any, staff: bool, kept: set[str], **options: Any) -> None:
        known = choices_of(staff=staff)
        options.setdefault("initial", {"events": [event for event in known if event not in kept]})
        super().__init__(*args, **options)
        self.known = set(known)
        self.fields["events"].choices = list(known.items())  # type: ignore[attr-defined]

    def in_app_only(self) -> set[str]:
        """The events that were not ticked."""
        return self.known - set(self.cleaned_data["events"])
