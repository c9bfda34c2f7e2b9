"""The shapes of the forms about uptime. Rules live in the operations: a form only carries what was typed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.forms.fields import MomentField
from helpdesk.accounts.models import Organisation
from status.forms.audience import EVERYBODY, LISTED
from status.models import Component, TypedReason
from status.models.exclusion import LONGEST_EVIDENCE, LONGEST_WHY
from status.models.uptime import LONGEST_REASON
from status.operations.exclusions import ExclusionText
from status.operations.terms import TermsText
from status.reckoning.words import REASONS
from status.uptime.reasons import Reason
from tickets.forms.verbs import line

# The shortest outage that counts says so by itself: there is nothing to tick.
ALWAYS_COMPUTED = frozenset({Reason.BELOW_MINIMUM_DURATION})


class ExclusionForm(forms.Form):
    """What is proposed to be left out."""

    reason = forms.ChoiceField(label=_("Reason"), choices=TypedReason, help_text=_("No other lowers downtime."))
    begins_at = MomentField(label=_("From"), required=False)
    ends_at = MomentField(label=_("To"), required=False)
    components = forms.MultipleChoiceField(
        label=_("Components"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )
    audience = forms.ChoiceField(
        label=_("Whose figure"),
        choices=(
            (EVERYBODY, _("Everybody’s, also on the public page")),
            (LISTED, _("Only that of the organisations chosen here")),
        ),
        widget=forms.RadioSelect,
        initial=EVERYBODY,
    )
    organisations = forms.MultipleChoiceField(
        label=_("Organisations"), required=False, widget=forms.CheckboxSelectMultiple
    )
    evidence = line(
        _("Evidence"),
        hint=_("Words, or an address. Whoever reads the figure reads it, with your name."),
        longest=LONGEST_EVIDENCE,
    )

    def __init__(
        self,
        *args: Any,
        zone: str,
        components: Iterable[Component],
        organisations: Iterable[Organisation],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.served = {one.key: one for one in organisations}
        for name in ("begins_at", "ends_at"):
            self.fields[name].zone = zone  # type: ignore[attr-defined]
        self.fields["components"].choices = [(str(one.pk), one.name) for one in components]  # type: ignore[attr-defined]
        chosen = [(one.key, one.name) for one in self.served.values()]
        self.fields["organisations"].choices = chosen  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """What `propose_exclusion` takes, but for who proposes."""
        data = self.cleaned_data
        text = ExclusionText(
            reason=data["reason"],
            begins_at=data["begins_at"],
            ends_at=data["ends_at"],
            evidence=data["evidence"],
            component_ids=[int(pk) for pk in data["components"]],
        )
        chosen = [self.served[key] for key in data["organisations"]]
        return {"text": text, "organisations": chosen if data["audience"] == LISTED else None}


class RefusalForm(forms.Form):
    """Why an exclusion is declined or taken back."""

    why = line(_("Why not"), hint=_("Whoever proposed it reads this."), longest=LONGEST_WHY)


class TermsForm(forms.Form):
    """A version of what was agreed. `for_all`: whether the asking member may set it for everybody."""

    organisation = forms.ChoiceField(
        label=_("For whom"), required=False, error_messages={"required": _("Choose whom it is agreed with.")}
    )
    effective_from = forms.DateField(
        label=_("From the month of"),
        widget=forms.DateInput(format="%Y-%m-%d"),
        help_text=_("A day of the first month that it holds for, as 2026-12-01."),
    )
    target_percent = forms.DecimalField(
        label=_("Target, per cent"), required=False, max_digits=6, decimal_places=3, help_text=_("Empty: the policy’s.")
    )
    notice_hours = forms.IntegerField(
        label=_("Notice of maintenance, hours"), required=False, help_text=_("Empty: the policy’s.")
    )
    partial_weight = forms.DecimalField(
        label=_("Weight of a partial outage"),
        max_digits=4,
        decimal_places=3,
        initial="1",
        help_text=_("From 0 to 1; a major one weighs 1, degraded performance nothing."),
    )
    reasons = forms.MultipleChoiceField(
        label=_("What may be left out"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(reason.value, label) for reason, label in REASONS.items() if reason not in ALWAYS_COMPUTED],
    )
    only_in_usual_windows = forms.BooleanField(
        label=_("Maintenance is left out in the usual windows only"), required=False
    )
    maintenance_cap_minutes = forms.IntegerField(
        label=_("At most so many minutes of maintenance a month"), required=False, help_text=_("Empty: no cap.")
    )
    emergency_cap_minutes = forms.IntegerField(
        label=_("At most so many minutes of emergency maintenance a month"), initial=60
    )
    min_outage_minutes = forms.IntegerField(label=_("The shortest outage that counts, minutes"), initial=0)
    reason = line(_("Why"), hint=_("Everybody may read it."), longest=LONGEST_REASON)

    def __init__(self, *args: Any, organisations: Iterable[Organisation], for_all: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.served = {one.key: one for one in organisations}
        everybody = [("", _("Everybody"))] if for_all else []
        offered = [*everybody, *((one.key, one.name) for one in self.served.values())]
        self.fields["organisation"].choices = offered  # type: ignore[attr-defined]
        self.fields["organisation"].required = not for_all

    def facts(self) -> dict[str, Any]:
        """What `set_terms` takes, but for who sets them."""
        data = dict(self.cleaned_data)
        organisation = self.served.get(data.pop("organisation"))
        return {"organisation": organisation, "text": TermsText(**data)}
