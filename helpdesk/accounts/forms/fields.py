"""Fields that several forms share."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from helpdesk.accounts.models import Organisation

MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})")


def needed(message: str) -> dict[str, str]:
    """The error messages of a field that must be filled: what is missing, in a sentence of its own."""
    return {"required": message}


class LongSelect(forms.Select):
    """A select of hundreds of plain options, written in one go: Django renders a template for each of them."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        """The same element as Django's; `renderer` is not asked."""
        attributes = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        chosen = "" if value is None else str(value)
        plain, marked = '<option value="{}">{}</option>', '<option value="{}" selected>{}</option>'
        lines = ((format_html(marked if key == chosen else plain, key, label),) for key, label in self.choices)
        options = format_html_join("\n", "{}", lines)
        return format_html("<select{}>\n{}\n</select>", attributes, options)


class MomentField(forms.CharField):
    """A date and a time in the typing person's zone, as text: an impossible one can be shown again."""

    def __init__(self, *, zone: str = "UTC", **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.zone = zone
        self.widget.attrs.update({"placeholder": "2026-12-24 08:00", "autocomplete": "off"})

    def clean(self, value: Any) -> datetime | None:
        """The aware instant, or None for an empty field."""
        text = super().clean(value)
        if not text:
            return None
        match = MOMENT.fullmatch(text)
        if match is None:
            raise forms.ValidationError("Write a date and a time like this: 2026-12-24 08:00.")
        try:
            moment = datetime.fromisoformat(f"{match[1]}T{match[2]}")
        except ValueError:
            raise forms.ValidationError(f"There is no such date and time: {text}.") from None
        return moment.replace(tzinfo=ZoneInfo(self.zone))

    def prepare_value(self, value: Any) -> Any:
        """A stored instant as it would be typed; typed text stays as it is."""
        return f"{value.astimezone(ZoneInfo(self.zone)):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value


class OrganisationChoices(forms.Form):
    """A form with organisations to choose from: those that the asking member may see."""

    def __init__(self, *args: Any, organisations: list[Organisation], **options: Any) -> None:
        super().__init__(*args, **options)
        self.organisations = {organisation.key: organisation for organisation in organisations}
        choices = [(organisation.key, organisation.name) for organisation in organisations]
        for name in ("organisation", "serves"):
            if name in self.fields:
                self.fields[name].choices = choices  # type: ignore[attr-defined]


class ServesFields(OrganisationChoices):
    """Whom a staff member serves: everybody, or a list."""

    serves_all = forms.BooleanField(
        label="Serves every organisation", required=False, help_text="Also those that join later."
    )
    serves = forms.MultipleChoiceField(
        label="Or only these organisations", required=False, widget=forms.CheckboxSelectMultiple
    )

    def clean(self) -> dict[str, Any]:
        """Adds `served`: the chosen organisations, or None for all."""
        data = super().clean() or {}
        if data.get("serves_all"):
            if data.get("serves"):
                self.add_error("serves", "Choose every organisation or a list, not both.")
            return {**data, "served": None}
        if not data.get("serves") and "serves" not in self.errors:
            self.add_error("serves", "Choose at least one organisation, or all of them.")
        return {**data, "served": [self.organisations[key] for key in data.get("serves") or ()]}
