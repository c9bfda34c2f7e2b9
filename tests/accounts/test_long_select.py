"""The select of time zones is written by hand, for speed: it must say what Django's own says."""

import re

from django import forms

from helpdesk.accounts.forms.fields import LongSelect

CHOICES = [("UTC", "UTC"), ("a&b", "<A> & B"), ("", "None")]


def parts(select: str) -> tuple[set[str], list[str]]:
    """The element's attributes, and its options in order, without white space around them."""
    start = re.match(r"<select([^>]*)>", select)
    assert start is not None
    attributes = set(re.findall(r'[\w-]+="[^"]*"|[\w-]+', start[1]))
    return attributes, re.findall(r"<option[^>]*>[^<]*</option>", select)


def test_a_long_select_holds_the_options_and_attributes_of_an_ordinary_one():
    for value in ("UTC", "a&b", "", None, "Mars"):
        attrs = {"id": "id_zone", "aria-describedby": "help", "required": True}
        long = parts(LongSelect(choices=CHOICES).render("zone", value, attrs))
        assert long == parts(forms.Select(choices=CHOICES).render("zone", value, attrs))
        assert len(long[1]) == 3
