"""The shape of the form that releases a mail that waits. Rules live in the operation."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from helpdesk.accounts.models import User


class ReleaseForm(forms.Form):
    """In whose name a mail is written into the desk: one of the people who were found."""

    person = forms.ChoiceField(
        label=gettext_lazy("In whose name"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose the person in whose name it is written."),
            "invalid_choice": gettext_lazy("Choose one of the people below."),
        },
    )

    def __init__(self, *args: Any, people: Sequence[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self._people = {str(user.pk): user for user in people}
        self.fields["person"].choices = [  # type: ignore[attr-defined]  # a choice field's
            (key, f"{user.name} ({user.email}), {user.membership.organisation.name}")
            for key, user in self._people.items()
        ]

    def chosen(self) -> User:
        """The person chosen, once the form is valid."""
        return self._people[self.cleaned_data["person"]]
