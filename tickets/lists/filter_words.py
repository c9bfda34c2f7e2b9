"""The queue's filters in words, for lists of views."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from sla.models import Severity
from tickets.lists.holders import MINE, UNASSIGNED
from tickets.models import TicketState


def filter_words(raw: Mapping[str, str], *, holders: Mapping[str, str]) -> str:
    """`P1 Critical · level 2 · held by me`; `holders` names people and teams by their word in the address."""
    said = [
        _severity(raw.get("severity", "")),
        _("level %(level)s") % {"level": raw["level"]} if "level" in raw else "",
        str(dict(TicketState.choices).get(raw.get("state", ""), raw.get("state", ""))),
        _holder(raw.get("holder", ""), holders),
        raw.get("organisation", ""),
        _("overdue") if "overdue" in raw else "",
    ]
    return " · ".join(part for part in said if part) or _("everything in the queue")


def _severity(value: str) -> str:
    return str(dict(Severity.choices).get(value, value))


def _holder(word: str, holders: Mapping[str, str]) -> str:
    if not word:
        return ""
    if word == UNASSIGNED:
        return _("held by nobody")
    who = _("me") if word == MINE else holders.get(word, _("somebody who has left"))
    return _("held by %(who)s") % {"who": who}
