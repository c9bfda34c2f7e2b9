"""Frozen months: which revisions there are, what each says, and the chain of hashes that ties them together."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from helpdesk.accounts.models import Organisation
from status.models import UptimeMonth
from status.models.uptime import EVERYBODY
from status.reckoning.months import Reckoning, totals_text
from status.uptime.figures import Figure


def figures_of(found: Reckoning) -> dict[str, Any]:
    """What lists show of a reckoning, without its working; minutes are exact."""
    return {
        "whole": totals_text(found.whole.totals),
        "gap": _gap(found.whole),
        "parts": [
            {
                "ref": one.ref,
                "name": one.name,
                "totals": totals_text(one.figure.totals),
                "probed": any(probe.component == one.ref for probe in found.facts.probes),
            }
            for one in found.parts
        ],
        "probed": found.is_probed,
    }


def same_figures(some: Mapping[str, Any], others: Mapping[str, Any]) -> bool:
    """Whether two lists of figures say the same minutes, whatever the components are called now."""
    return _minutes(some) == _minutes(others)


def content_hash(row: UptimeMonth) -> str:
    """The hash of everything in a revision, with the one before it."""
    told = {
        "month": row.month,
        "only_for": row.only_for,
        "revision": row.revision,
        "reason": row.reason,
        "recorded_at": instant_text(row.recorded_at),
        "previous_hash": row.previous_hash,
        "figures": row.figures,
        "document": row.document,
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def instant_text(at: datetime) -> str:
    """An instant as it is hashed, whatever zone it comes in."""
    return at.astimezone(UTC).isoformat()


def chain_faults(rows: Sequence[UptimeMonth]) -> list[int]:
    """The revisions, of one month in order, whose content or whose link to the one before is not what it was."""
    faults, previous = [], ""
    for row in rows:
        if row.previous_hash != previous or content_hash(row) != row.content_hash:
            faults.append(row.revision)
        previous = row.content_hash
    return faults


def revisions_of(month: str, organisation: Organisation | None) -> list[UptimeMonth]:
    """The revisions of a month, in order: everybody's up to the first that is the organisation's own, then its own."""
    return _chain(list(_rows(organisation).filter(month=month).order_by("revision")))


def latest_of_each(organisation: Organisation | None) -> dict[str, UptimeMonth]:
    """The newest revision of every frozen month, without its document: one statement."""
    rows: dict[str, list[UptimeMonth]] = {}
    for row in _rows(organisation).defer("document").order_by("month", "revision"):
        rows.setdefault(row.month, []).append(row)
    return {month: _chain(found)[-1] for month, found in rows.items()}


def _rows(organisation: Organisation | None) -> QuerySet[UptimeMonth]:
    keys = [EVERYBODY] if organisation is None else [EVERYBODY, organisation.pk]
    return UptimeMonth.objects.filter(only_for__in=keys)


def _chain(rows: Iterable[UptimeMonth]) -> list[UptimeMonth]:
    found = list(rows)
    own = [row for row in found if row.only_for != EVERYBODY]
    if not own:
        return found
    return [row for row in found if row.only_for == EVERYBODY and row.revision < own[0].revision] + own


def _gap(figure: Figure) -> dict[str, str]:
    return {reason.value: str(minutes) for reason, minutes in figure.by_reason.items()}


def _minutes(figures: Mapping[str, Any]) -> tuple[Any, ...]:
    parts = {one["ref"]: one["totals"] for one in figures["parts"]}
    return figures["whole"], figures["gap"], parts
