"""Fields of forms without templates: the same markup, letter by letter, and nothing typed becomes markup."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from helpdesk.web.rendering import PlainRenderer

NASTY = "\"><script>alert('x')</script>&"
PEOPLE = [("", "Nobody"), (7, NASTY), ("Group <b>", [(NASTY, gettext_lazy("Open")), ("2", SafeString("a &amp; b"))])]
ATTRS = {"id": "one", "class": NASTY, "required": True, "hidden": False, "rows": 5}
WIDGETS = [
    forms.TextInput(ATTRS),
    forms.EmailInput(ATTRS),
    forms.NumberInput(ATTRS),
    forms.URLInput(ATTRS),
    forms.HiddenInput(ATTRS),
    forms.PasswordInput(ATTRS, render_value=True),
    forms.Textarea(ATTRS),
    forms.Select(ATTRS, choices=PEOPLE),
    forms.SelectMultiple(ATTRS, choices=PEOPLE),
    forms.CheckboxSelectMultiple(ATTRS, choices=PEOPLE),
]


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: type(widget).__name__)
@pytest.mark.parametrize("value", [None, "", 0, 1234567, NASTY, "two\nlines"])
def test_a_field_is_written_as_djangos_own_template_writes_it(widget, value):
    given = [value] if getattr(widget, "allow_multiple_selected", False) else value
    ours = widget.render("name<", given, renderer=PlainRenderer())
    assert ours == widget.render("name<", given, renderer=DjangoTemplates())
    assert "<script>" not in ours
