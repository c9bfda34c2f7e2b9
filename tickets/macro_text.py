"""The variables of reply templates: `{{ticket.reference}}` and its kind, each by its exact name. Pure."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

VARIABLES = {
    "ticket.reference": _("the ticket’s number"),
    "ticket.subject": _("its subject"),
    "ticket.severity": _("its severity, as P2 Major"),
    "requester.name": _("the requester’s name"),
    "requester.first_name": _("the first word of it"),
    "organisation.name": _("the client organisation"),
    "agent.name": _("your name"),
    "agent.first_name": _("the first word of it"),
    "response.due": _("when the first response is due, in the requester’s zone"),
    "target.due": _("when the resolution is aimed at"),
    "limit.due": _("when the resolution is due at the latest"),
}
_PLACE = re.compile(r"\{\{([^{}]{0,80})\}\}")
_BRACES = re.compile(r"\{\{|\}\}")


class Filled(NamedTuple):
    """A template's text for one ticket; `missing` are the variables that have no value there and still stand in it."""

    text: str
    missing: tuple[str, ...]


def faults_of(text: str) -> list[str]:
    """What is no variable, as it was typed: `{{ticket.refrence}}`, `{{}}`, and then braces that do not close."""
    found = [match[0] for match in _PLACE.finditer(text) if match[1].strip() not in VARIABLES]
    return [*dict.fromkeys(found), *(mark[0] for mark in _BRACES.finditer(_PLACE.sub("", text)))]


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """The text with each variable's value in its place, looked at once: a value's own braces stay text."""
    missing: dict[str, None] = {}

    def put(match: "re.Match[str]") -> str:
        name = match[1].strip()
        if name in VARIABLES and not values.get(name):
            missing[name] = None
        return values.get(name) or match[0]

    return Filled(_PLACE.sub(put, text), tuple(missing))


def unfilled_in(text: str) -> list[str]:
    """The variables that still stand in a text, by name: it must not go out like this."""
    found = (match[1].strip() for match in _PLACE.finditer(text))
    return list(dict.fromkeys(name for name in found if name in VARIABLES))
