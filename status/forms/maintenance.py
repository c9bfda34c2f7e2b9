"""The shapes of the forms about maintenance. Rules live in the operations: a form only carries what was typed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.forms.fields import MomentField
from status.forms.audience import AudienceForm
from status.models import Component, ImpactLevel
from status.models.incident import LONGEST_REASON, LONGEST_TITLE
from status.models.series import LONGEST_RULE, LONGEST_ZONE
from status.operations.maintenance import WindowText
from status.operations.series import SeriesText
from status.operations.usual_windows import UsualText
from tickets.forms.verbs import line, text


class TimesForm(forms.Form):
    """The times of a window, in the zone of whoever types them."""

    begins_at = MomentField(label=_("It begins"), required=True)
    ends_at = MomentField(label=_("It ends"), required=True)

    def __init__(self, *args: Any, zone: str, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("begins_at", "ends_at"):
            self.fields[name].zone = zone  # type: ignore[attr-defined]
            self.fields[name].error_messages["required"] = _("Give a date and a time like this: 2026-12-24 08:00.")


class MoveForm(TimesForm):
    """Other times, and why."""

    reason = line(_("Why"), hint=_("Whoever was told reads this."), longest=LONGEST_REASON)


class DraftTimesForm(TimesForm):
    """Other times of a draft, of which nobody was told."""


class ExtensionForm(forms.Form):
    """A later end, and why."""

    ends_at = MomentField(label=_("New end"), required=True)
    reason = line(_("Why"), hint=_("Whoever was told reads this."), longest=LONGEST_REASON)

    def __init__(self, *args: Any, zone: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["ends_at"].zone = zone  # type: ignore[attr-defined]


class CancellationForm(forms.Form):
    """Why a window is cancelled."""

    reason = line(_("Why"), hint=_("Whoever was told reads this."), longest=LONGEST_REASON)


class WordsForm(forms.Form):
    """What is planned, in words."""

    title = line(_("Title"), hint=_("One line that clients understand."), longest=LONGEST_TITLE)
    body = text(_("What is done"), hint=_("What clients notice, what they can do meanwhile."), rows=4, optional=True)


class WhatForm(AudienceForm, WordsForm):
    """What is planned, what it may affect and who may know: of a window and of a series."""

    impact = forms.ChoiceField(label=_("What to expect"), choices=ImpactLevel, initial=ImpactLevel.MAJOR)
    components = forms.MultipleChoiceField(
        label=_("Components that it may affect"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: it may affect all of them."),
    )

    def __init__(self, *args: Any, components: Iterable[Component], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(str(one.pk), one.name) for one in components]
        self.fields["components"].choices = named  # type: ignore[attr-defined]

    def what(self) -> dict[str, Any]:
        """The words and the components as the operations take them."""
        data = self.cleaned_data
        keys = [int(key) for key in data["components"]]
        return {"title": data["title"], "body": data["body"], "impact": data["impact"], "components": keys}


class WindowForm(WhatForm, TimesForm):
    """A new window."""

    field_order = ("title", "body", "begins_at", "ends_at", "impact", "components", "audience", "organisations")

    def typed(self) -> WindowText:
        """The window as the operation takes it."""
        data = self.cleaned_data
        return WindowText(begins_at=data["begins_at"], ends_at=data["ends_at"], **self.what())


class SeriesForm(WhatForm):
    """Maintenance that comes again."""

    rule = line(
        _("Rule"),
        hint=_("Choose one, or type another as RFC 5545 has it: FREQ=MONTHLY;BYDAY=2SA is the second Saturday."),
        longest=LONGEST_RULE,
        list="usual-rules",
    )
    first_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    opens = forms.TimeField(label=_("It begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("It lasts, in minutes"), min_value=1, max_value=7 * 1440)
    zone = line(_("Time zone"), hint=_("Its wall time holds in summer and winter."), longest=LONGEST_ZONE)

    field_order = (
        "title", "body", "rule", "first_on", "opens", "minutes", "zone", "impact", "components", "audience",
        "organisations",
    )  # fmt: skip

    def typed(self) -> SeriesText:
        """The series as the operations take it."""
        data = self.cleaned_data
        names = ("rule", "first_on", "opens", "minutes", "zone")
        return SeriesText(**{name: data[name] for name in names}, **self.what())


class UsualForm(forms.Form):
    """A usual time of the week."""

    weekday = forms.ChoiceField(label=_("Day"), choices=list(WEEKDAYS.items()), initial="5")
    opens = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}))
    closes = forms.TimeField(
        label=_("To"),
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_("At or before the first time: on the day after."),
    )

    def typed(self) -> UsualText:
        """The time as the operation takes it."""
        data = self.cleaned_data
        return UsualText(weekday=int(data["weekday"]), opens=data["opens"], closes=data["closes"])
