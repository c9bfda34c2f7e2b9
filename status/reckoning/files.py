"""A month as a file: in the published format, so that anybody can compute it again, and as a table."""

from collections.abc import Iterator, Sequence
from typing import Any

from helpdesk.lib.instants import wall_text
from status.models import UptimeMonth
from status.reckoning.frozen import figures_of, instant_text
from status.reckoning.months import Reckoning, document_of
from status.reckoning.words import whole_minutes
from status.reckoning.working import Working
from status.uptime.figures import display
from status.zone import PAGE_ZONE

CSV_HEADER = (
    "kind", "from", "to", "components", "sources", "raw minutes", "counted minutes", "rule", "evidence", "approved by",
)  # fmt: skip


def json_of(found: Reckoning, row: UptimeMonth | None) -> dict[str, Any]:
    """The month as `manage.py uptime_conformance` takes it; of a frozen one the revision and its hashes besides."""
    if row is None:
        return {**document_of(found), "month": found.month.name, "revision": 0, "figures": figures_of(found)}
    return {
        **row.document,
        "month": row.month,
        "only_for": row.only_for,
        "revision": row.revision,
        "reason": row.reason,
        "recorded_at": instant_text(row.recorded_at),
        "previous_hash": row.previous_hash,
        "content_hash": row.content_hash,
        "figures": row.figures,
    }


def csv_rows(found: Reckoning, working: Working) -> Iterator[Sequence[object]]:
    """One row for each interval, each thing that left something out, and the whole."""
    for line in working.intervals:
        said = ", ".join(source.title or source.ref for source in line.sources)
        span = wall_text(line.begins, PAGE_ZONE), wall_text(line.ends, PAGE_ZONE)
        raw, counted = line.raw.removesuffix(" min"), line.counted.removesuffix(" min")
        yield "interval", *span, line.components, said, raw, counted, line.rule, "", ""
    for left in working.left:
        yield "left out", "", "", "", left.title, left.minutes, "0", left.reason, left.evidence, left.approved_by
    totals = found.whole.totals
    rule = f"uptime {display(totals.uptime)} %, raw {display(totals.raw_uptime)} %"
    yield "month", found.month.name, "", "", "", whole_minutes(totals.raw), whole_minutes(totals.counted), rule, "", ""
