"""The shape of a probe's form. Rules live in the operations: a form only carries what was typed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from status.models import Component, ProbeKind
from status.models.probe import LONGEST_ADDRESS, LONGEST_NAME, LONGEST_STATUSES, LONGEST_TEXT
from status.operations.probes import LONGEST_TIMEOUT, ProbeText
from tickets.forms.verbs import line

INTERVALS = (
    ("30", _("every 30 seconds")),
    ("60", _("every minute")),
    ("120", _("every 2 minutes")),
    ("300", _("every 5 minutes")),
    ("600", _("every 10 minutes")),
)


class ProbeForm(forms.Form):
    """What a probe asks; of a new one also how often, and what confirms."""

    component = forms.ChoiceField(label=_("Component"), help_text=_("What it stands for when it fails."))
    name = line(_("Name"), longest=LONGEST_NAME)
    kind = forms.ChoiceField(label=_("Kind"), choices=ProbeKind, initial=ProbeKind.HTTP)
    address = line(
        _("Address"), longest=LONGEST_ADDRESS, hint=_("https://app.example/health, or for TCP mail.example:25.")
    )
    statuses = line(
        _("Expected status"), optional=True, longest=LONGEST_STATUSES, hint=_("As in 200-299, 401. Not for TCP.")
    )
    text = line(
        _("Expected text"),
        optional=True,
        longest=LONGEST_TEXT,
        hint=_("The answer has to hold it, letter by letter."),
    )
    timeout = forms.IntegerField(label=_("Seconds for all of it"), min_value=1, max_value=LONGEST_TIMEOUT, initial=10)
    connect_timeout = forms.IntegerField(
        label=_("Of these, to connect"), min_value=1, max_value=LONGEST_TIMEOUT, initial=5
    )
    interval = forms.ChoiceField(
        label=_("How often"), choices=INTERVALS, initial="60", help_text=_("It stays so: results are one series.")
    )
    fail_threshold = forms.IntegerField(label=_("Failures that make an outage"), min_value=1, max_value=10, initial=3)
    success_threshold = forms.IntegerField(
        label=_("Successes that confirm its end"), min_value=1, max_value=10, initial=2
    )

    def __init__(self, *args: Any, components: Iterable[Component], is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.components = {str(one.pk): one for one in components}
        choices = [("", _("Choose one")), *((key, one.name) for key, one in self.components.items())]
        self.fields["component"].choices = choices  # type: ignore[attr-defined]
        if not is_new:
            for name in ("interval", "fail_threshold", "success_threshold"):
                del self.fields[name]

    def typed(self) -> ProbeText:
        """The probe as the operations take it."""
        data = dict(self.cleaned_data)
        if "interval" in data:
            data["interval"] = int(data["interval"])
        return ProbeText(**{**data, "component": self.components.get(data["component"])})
