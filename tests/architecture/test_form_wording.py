"""No form tells a person that "this field is required": each says in a sentence of its own what is missing."""

import importlib
import inspect

import pytest
from django import forms

MODULES = ("helpdesk.accounts.forms", "sla.forms", "tickets.forms.verbs", "tickets.forms.panels")
FORMS = {
    value
    for module in MODULES
    for value in vars(importlib.import_module(module)).values()
    if inspect.isclass(value)
    and issubclass(value, forms.Form)
    and not value.__module__.startswith(("django", "allauth"))
}
STOCK = str(forms.Field.default_error_messages["required"])
THE_LIBRARYS_OWN = {"email": "asking for a reset mail is the sign-in library's form"}


@pytest.mark.parametrize("form", sorted(FORMS, key=lambda form: form.__name__), ids=lambda form: form.__name__)
def test_a_missing_field_is_told_in_a_sentence_of_its_own(form: type[forms.Form]) -> None:
    stock = {
        name for name, field in form.base_fields.items() if field.required and field.error_messages["required"] == STOCK
    }
    assert stock - set(THE_LIBRARYS_OWN) == set()


def test_there_are_forms_to_look_at() -> None:
    assert len(FORMS) >= 15
