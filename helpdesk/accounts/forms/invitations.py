"""What people type about invitations, and what the invited person types."""

from typing import Any

from django import forms

from helpdesk.accounts.forms.fields import OrganisationChoices, ServesFields, needed
from helpdesk.accounts.models import ClientRole, Organisation, StaffRole, Team

NAME = "Say the person's name."
PASSWORD_HINT = "At least 10 characters; not a common one."


class InviteeFields(forms.Form):
    """Who is invited. The name helps the mail to greet; the person may change it."""

    email = forms.CharField(
        label="E-mail address",
        max_length=254,
        error_messages=needed("Say where the invitation goes."),
        help_text="They sign in with it. The mail holds a link with which they choose their password.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        max_length=120, required=False, help_text="They can change it.", widget=forms.TextInput({"autocomplete": "off"})
    )


class ColleagueForm(InviteeFields):
    """Somebody whom a client admin invites into their own organisation."""

    role = forms.ChoiceField(
        choices=ClientRole.choices,
        error_messages=needed("Choose what they may do."),
        help_text="A client admin sees all of the organisation's tickets and invites colleagues, a client user "
        "sees their own tickets.",
    )


class ClientInvitationForm(ColleagueForm, OrganisationChoices):
    """Somebody whom our admin invites into a client organisation."""

    organisation = forms.ChoiceField(error_messages=needed("Choose the organisation that they belong to."))
    field_order = ("organisation", "email", "name", "role")

    def clean_organisation(self) -> Organisation:
        """The chosen organisation."""
        return self.organisations[self.cleaned_data["organisation"]]


class StaffInvitationForm(InviteeFields, ServesFields):
    """Somebody who is invited to the vendor's side."""

    role = forms.ChoiceField(choices=StaffRole.choices, error_messages=needed("Choose what they may do."))
    teams = forms.MultipleChoiceField(
        label="Member of",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Level 1 reaches the support team's members: an agent in no team is told of no new ticket.",
    )
    field_order = ("email", "name", "role", "serves_all", "serves", "teams")

    def __init__(self, *args: Any, teams: list[Team], **options: Any) -> None:
        super().__init__(*args, **options)
        self.by_key = {team.key: team for team in teams}
        self.fields["teams"].choices = [(team.key, team.name) for team in teams]  # type: ignore[attr-defined]

    def clean_teams(self) -> list[Team]:
        """The chosen teams."""
        return [self.by_key[key] for key in self.cleaned_data["teams"]]

    def facts(self) -> dict[str, Any]:
        """What `invite_staff` takes, but for who invites."""
        data = self.cleaned_data
        return {name: data[name] for name in ("email", "name", "role", "teams")} | {"serves": data["served"]}


class AcceptanceForm(forms.Form):
    """Who accepts an invitation: their name, and the password that they choose."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        error_messages=needed("Say your name: it stands beside what you write."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label="Choose a password",
        strip=False,
        max_length=1000,
        error_messages=needed("Choose a password."),
        help_text=PASSWORD_HINT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="The same again",
        strip=False,
        max_length=1000,
        error_messages=needed("Type the password a second time."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """The two must be one."""
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", "The two passwords differ.")
        return data
