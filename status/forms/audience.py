"""Who may know of an incident or of maintenance, as it is chosen in their forms."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Organisation

EVERYBODY, LISTED = "all", "listed"


class AudienceForm(forms.Form):
    """Everybody, or organisations that are chosen among those that the writer serves."""

    audience = forms.ChoiceField(
        label=_("Who may know"),
        choices=(
            (EVERYBODY, _("Everybody, also on the public page")),
            (LISTED, _("Only the organisations chosen here")),
        ),
        widget=forms.RadioSelect,
        initial=EVERYBODY,
    )
    organisations = forms.MultipleChoiceField(
        label=_("Organisations"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None of them learns that others are chosen too."),
    )

    def __init__(self, *args: Any, organisations: Iterable[Organisation], **options: Any) -> None:
        super().__init__(*args, **options)
        self.served = {one.key: one for one in organisations}
        choices = [(one.key, one.name) for one in self.served.values()]
        self.fields["organisations"].choices = choices  # type: ignore[attr-defined]

    @property
    def audience_chosen(self) -> list[Organisation] | None:
        """Who may know, as the operations take it; None: everybody."""
        if self.cleaned_data["audience"] != LISTED:
            return None
        return [self.served[key] for key in self.cleaned_data["organisations"]]
