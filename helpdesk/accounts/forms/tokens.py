"""What people type about their API tokens."""

from django import forms

from helpdesk.accounts.permissions import Scope

SCOPES = (
    (Scope.READ.value, "Read what you may read"),
    (Scope.TICKETS.value, "Open, answer and change tickets"),
    (Scope.PEOPLE.value, "Change people and organisations, where you may"),
    (Scope.SETTINGS.value, "Change calendars, where you may"),
)
LIVES = ((30, "30 days"), (90, "90 days"), (180, "180 days"), (365, "A year"))


class TokenForm(forms.Form):
    """A new token."""

    name = forms.CharField(
        label="What will use it",
        max_length=80,
        help_text="For example: the monitoring of the shop.",
        error_messages={"required": "Name the token after what will use it."},
    )
    scopes = forms.MultipleChoiceField(
        label="What it may be used for",
        choices=SCOPES,
        widget=forms.CheckboxSelectMultiple,
        help_text="Whatever you choose, it never may more than you yourself.",
        error_messages={"required": "Choose what the token may be used for."},
    )
    days = forms.TypedChoiceField(label="Works for", choices=LIVES, coerce=int, initial=90)
