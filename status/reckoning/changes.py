"""Why a frozen month was revised: what is stored now that was not when it was frozen, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from status.reckoning.months import Reckoning
from status.reckoning.words import reason_text, span_of
from status.uptime.facts import Exclusion


def changes_between(before: Reckoning, after: Reckoning) -> str:
    """What differs, one clause for each thing."""
    told = [
        *_of_incidents(before, after),
        *(_("maintenance changed: %s") % after.titles.get(ref, "") for ref in _moved(before, after, "maintenances")),
        *_of_exclusions(before, after),
        *(_("measurements changed: %s") % after.titles.get(ref, "") for ref in _moved(before, after, "probes")),
    ]
    return "; ".join(told) or _("What is stored of the month was changed.")


def _of_incidents(before: Reckoning, after: Reckoning) -> list[str]:
    old, new = _by_ref(before.facts.incidents), _by_ref(after.facts.incidents)
    told = []
    for ref in _differing(old, new):
        title = after.titles.get(ref) or _("one that is not published")
        if ref not in old:
            told.append(_("incident told afterwards: %s") % title)
        elif ref in new and new[ref].retracted and not old[ref].retracted:
            told.append(_("incident retracted: %s") % title)
        else:
            told.append(_("incident changed: %s") % title)
    return told


def _of_exclusions(before: Reckoning, after: Reckoning) -> list[str]:
    old, new = _by_ref(before.facts.exclusions), _by_ref(after.facts.exclusions)
    return [
        (_("exclusion approved: %s") if ref in new else _("exclusion taken back: %s")) % _named((new | old)[ref])
        for ref in _differing(old, new)
    ]


def _named(one: Exclusion) -> str:
    return f"{reason_text(one.reason)}, {span_of(one.begins, one.ends)}"


def _moved(before: Reckoning, after: Reckoning, kind: str) -> Sequence[str]:
    return _differing(_by_ref(getattr(before.facts, kind)), _by_ref(getattr(after.facts, kind)))


def _by_ref(rows: Sequence[Any]) -> dict[str, Any]:
    return {row.ref: row for row in rows}


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [ref for ref in {**old, **new} if old.get(ref) != new.get(ref)]
