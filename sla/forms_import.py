"""What admins say about a list of holidays that they import: where it comes from, and for which year."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sla.engine.calendar import FIRST_YEAR, LAST_YEAR
from sla.operations.calendar_changes import CATEGORIES

KINDS = (
    ("csv", _("CSV file")),
    ("ics", _("iCalendar file")),
    ("package", _("The Python package “holidays”: a proposal only")),
)


class ImportForm(forms.Form):
    """A list to look at; nothing is applied by it."""

    kind = forms.ChoiceField(
        choices=KINDS,
        label=_("Where from"),
        initial="csv",
        error_messages={"required": _("Say where the list is from.")},
    )
    year = forms.IntegerField(
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR - 1,
        label=_("Year"),
        error_messages={"required": _("Say for which year the list is.")}
        | dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            _("Choose a year from %(first)d to %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR - 1},
        ),
    )
    file = forms.FileField(
        required=False, label=_("File"), help_text=_("For CSV and iCalendar: UTF-8, at most 500 kB.")
    )
    country = forms.CharField(
        max_length=2,
        required=False,
        initial="LK",
        label=_("Country"),
        help_text=_("For the package: two letters."),
    )
    categories = forms.MultipleChoiceField(
        required=False,
        choices=[(category, category.capitalize()) for category in CATEGORIES],
        widget=forms.CheckboxSelectMultiple,
        label=_("Categories of dates that name none"),
    )
    source = forms.CharField(
        max_length=300,
        required=False,
        label=_("Source"),
        help_text=_("The gazette or circular, where a row names none."),
    )

    def clean(self) -> dict[str, Any]:
        """A file where one is needed, and what its rows may lack."""
        found = super().clean() or {}
        if found.get("kind") in ("csv", "ics"):
            if not found.get("file"):
                self.add_error("file", _("Choose the file."))
            if not found.get("source"):
                self.add_error("source", _("Say where this is written: the gazette or circular."))
            if not found.get("categories"):
                self.add_error("categories", _("Choose at least one category."))
        return found
