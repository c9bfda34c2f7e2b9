"""The shapes of the forms about the service. Rules live in the operations: a form only carries what was typed."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.forms.fields import MomentField
from status.forms.audience import AudienceForm
from status.models import Component, ImpactLevel, IncidentKind, Phase
from status.models.component import LONGEST_DESCRIPTION, LONGEST_NAME
from status.models.incident import LONGEST_REASON, LONGEST_TITLE
from status.models.template import LONGEST_NAME as LONGEST_TEMPLATE_NAME
from status.operations.components import ComponentText
from status.operations.incidents import UpdateText
from status.operations.templates import TemplateText
from tickets.forms.verbs import line, text

PROMISES = (
    ("", _("No promise")),
    ("30", _("within 30 minutes")),
    ("60", _("within 1 hour")),
    ("120", _("within 2 hours")),
    ("240", _("within 4 hours")),
    ("1440", _("within 1 day")),
    ("4320", _("within 3 days")),
)


class UpdateForm(forms.Form):
    """An update, with a choice for each component; what is left as it is, is not spoken of."""

    phase = forms.ChoiceField(label=_("Phase"), choices=Phase)
    body = text(_("What is told"), hint=_("What you know, what you do, what clients can do meanwhile."), rows=5)
    promise = forms.ChoiceField(
        label=_("The next update"), choices=PROMISES, required=False, help_text=_("Clients read when it is due.")
    )
    display_at = MomentField(
        label=_("It holds from"),
        required=False,
        help_text=_("Empty: from now on. Earlier: told afterwards."),
    )

    def __init__(
        self, *args: Any, zone: str, components: Iterable[Component], stands: Mapping[int, str], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["display_at"].zone = zone  # type: ignore[attr-defined]
        self.components = list(components)
        for one in self.components:
            now = ImpactLevel(stands.get(one.pk, ImpactLevel.OPERATIONAL)).label
            kept = [("", _("As it is: %s") % now), *ImpactLevel.choices]
            self.fields[_input(one)] = forms.ChoiceField(label=one.name, choices=kept, required=False)

    @property
    def impacts(self) -> list[forms.BoundField]:
        """The inputs of the components, in their order."""
        return [self[_input(one)] for one in self.components]

    def typed(self, *, at: datetime) -> UpdateText:
        """The update as the operation takes it; a promise runs from `at`."""
        data = self.cleaned_data
        chosen = {one.pk: data[_input(one)] for one in self.components}
        minutes = data["promise"]
        return UpdateText(
            phase=data["phase"],
            body=data["body"],
            display_at=data["display_at"],
            next_update_at=at + timedelta(minutes=int(minutes)) if minutes else None,
            impacts={pk: level for pk, level in chosen.items() if level},
        )


def _input(component: Component) -> str:
    return f"component-{component.pk}"


class IncidentForm(AudienceForm, UpdateForm):
    """A new incident: its title, who may know, and the first update."""

    title = line(_("Title"), hint=_("One line that clients understand."), longest=LONGEST_TITLE)
    kind = forms.ChoiceField(label=_("Kind"), choices=IncidentKind)
    in_app = forms.BooleanField(label=_("Tell of it in a banner on clients’ pages"), required=False, initial=True)

    field_order = ("title", "kind", "audience", "organisations")

    def facts(self, *, at: datetime) -> dict[str, Any]:
        """What `open_incident` takes, but for who opens it and whether it is published."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "kind": data["kind"],
            "organisations": self.audience_chosen,
            "in_app": data["in_app"],
            "update": self.typed(at=at),
        }


class RetractionForm(forms.Form):
    """Why an incident was none."""

    reason = line(_("Why it is taken back"), hint=_("Whoever read of it reads this too."), longest=LONGEST_REASON)


class AttachmentForm(forms.Form):
    """A ticket that the incident explains."""

    number = line(_("Ticket"), hint=_("Its number, as in ACME-142."), longest=40)


class ComponentForm(forms.Form):
    """A part of the service."""

    name = line(_("Name"), longest=LONGEST_NAME)
    description = line(_("What it does"), optional=True, longest=LONGEST_DESCRIPTION)
    group = line(_("Group"), optional=True, longest=LONGEST_NAME, hint=_("A heading that it stands under."))
    core = forms.BooleanField(label=_("Core: while it is down, the service is"), required=False, initial=True)
    beta = forms.BooleanField(label=_("Beta: the contract figure of uptime leaves it out"), required=False)
    position = line(_("Place"), optional=True, longest=4, hint=_("Components with a lower one stand first."))

    def typed(self) -> ComponentText:
        """The component as the operations take it."""
        return ComponentText(**self.cleaned_data)


class TemplateForm(forms.Form):
    """A template of updates."""

    name = line(_("Name"), longest=LONGEST_TEMPLATE_NAME)
    phase = forms.ChoiceField(label=_("Phase"), choices=Phase)
    title = line(_("Title"), optional=True, longest=LONGEST_TITLE, hint=_("For the beginning of an incident."))
    body = text(_("Text"))

    def typed(self) -> TemplateText:
        """The template as the operations take it."""
        return TemplateText(**self.cleaned_data)
