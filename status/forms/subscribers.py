"""The forms of subscribers: an address, and what they want to be told."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.errors import DomainError
from status.models import Component

WHOLE, CHOSEN = "all", "some"


class ChoiceForm(forms.Form):
    """All components, or some."""

    extent = forms.ChoiceField(
        label=_("What you are told"),
        choices=(
            (WHOLE, _("Everything, also of components that come later")),
            (CHOSEN, _("Only what concerns the components chosen here")),
        ),
        widget=forms.RadioSelect,
        initial=WHOLE,
    )
    components = forms.TypedMultipleChoiceField(
        label=_("Components"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, components: Iterable[Component], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["components"].choices = [(one.pk, one.name) for one in components]  # type: ignore[attr-defined]

    def chosen(self) -> list[int]:
        """The components; none for everything. Raises `DomainError` where some are wanted and none is ticked."""
        if self.cleaned_data["extent"] == WHOLE:
            return []
        if not self.cleaned_data["components"]:
            raise DomainError(str(_("Choose at least one component, or everything.")), field="components")
        return list(self.cleaned_data["components"])


class SubscribeForm(ChoiceForm):
    """Who wants to be told, and of what."""

    address = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Enter an e-mail address, such as anna@example.com.")},
    )

    field_order = ("address", "extent", "components")
