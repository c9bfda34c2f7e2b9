"""A month's figure as page, table and document: made in one place, for the views and for the static twin."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from helpdesk.accounts.models import Organisation
from helpdesk.lib.csv_export import csv_lines
from sla.engine.instants import from_us
from status.models import UptimeMonth
from status.reckoning.budget import budget_of
from status.reckoning.files import CSV_HEADER, csv_rows, json_of
from status.reckoning.frozen import chain_faults, revisions_of
from status.reckoning.months import Reckoning, for_organisation, month_named, read_document, reckon, whose
from status.reckoning.working import working_of

LONGEST_REVISION = 4  # digits


class NoSuchRevision(LookupError):
    """The month has no revision of this number."""


@dataclass(frozen=True)
class Told:
    """A month as it is told: the figure, the revision that it is of (None: not frozen), and all revisions in order."""

    found: Reckoning
    row: UptimeMonth | None
    rows: list[UptimeMonth]
    organisation: Organisation | None

    @property
    def name(self) -> str:
        return self.found.month.name


def told_month(name: str, *, organisation: Organisation | None, at: datetime, revision: str = "") -> Told | None:
    """The month as it was frozen, in the revision asked for or the newest; one that is not frozen as it stands at `at`.

    `organisation` None: everybody's figure. None where nothing is told of the month; raises `NoSuchRevision`.
    """
    with whose(organisation):
        rows = revisions_of(name, organisation)
    row = _revision(rows, revision)
    if row is not None:
        return Told(for_organisation(read_document(row.document), organisation), row, rows, organisation)
    found = reckon(month_named(name), organisation=organisation, at=at)
    return None if found is None else Told(found, None, rows, organisation)


def page_of(told: Told) -> dict[str, Any]:
    """What the page of a month shows."""
    found, rows = told.found, told.rows
    return {
        "found": found,
        "totals": found.whole.totals,
        "working": working_of(found),
        "budget": budget_of(found.month.name, found.whole.totals),
        "first": from_us(found.month.begins).astimezone(found.month.zone).date(),
        "row": told.row,
        "newest": rows[-1] if rows else None,
        "revisions": rows,
        "faults": chain_faults(rows),
        "organisation": told.organisation,
        "frame": frame_of(told.organisation),
    }


def frame_of(organisation: Organisation | None) -> str:
    """Everybody's pages stand in the frame of the status page, which knows nobody."""
    return "base.html" if organisation is not None else "status/public.html"


def json_of_month(told: Told) -> str:
    """The month to compute again: `manage.py uptime_conformance` takes it."""
    return json.dumps(json_of(told.found, told.row), indent=1, cls=DjangoJSONEncoder)


def csv_of(told: Told) -> Iterator[str]:
    """The month as a table, line by line."""
    return csv_lines(CSV_HEADER, list(csv_rows(told.found, working_of(told.found))))


def _revision(rows: list[UptimeMonth], asked: str) -> UptimeMonth | None:
    if not asked:
        return rows[-1] if rows else None
    found = [row for row in rows if str(row.revision) == asked[:LONGEST_REVISION]]
    if not found:
        raise NoSuchRevision(asked)
    return found[0]
