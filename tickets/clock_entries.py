"""From a ticket's timeline to the entries that the engine folds."""

from collections.abc import Iterable

from sla.engine.entries import Entry
from sla.engine.entries import EntryKind as Kind
from sla.versions import targets_of
from tickets.models import EntryKind, TimelineEntry

MOVES_CLOCKS = (
    EntryKind.OPENED,
    EntryKind.REPLY,
    EntryKind.WAITING,
    EntryKind.RESUMED,
    EntryKind.SEVERITY,
    EntryKind.RESOLVED,
    EntryKind.WITHDRAWN,
    EntryKind.REOPENED,
    EntryKind.CLOSED,
    EntryKind.MERGED,
    EntryKind.POLICY,
    EntryKind.OUTSIDE,
    EntryKind.COVERED,
)
_SAME = {
    EntryKind.WAITING: Kind.PAUSED,
    EntryKind.RESUMED: Kind.RESUMED,
    EntryKind.WITHDRAWN: Kind.WITHDRAWN,
    EntryKind.REOPENED: Kind.REOPENED,
    EntryKind.CLOSED: Kind.CLOSED,
    EntryKind.MERGED: Kind.MERGED,
    EntryKind.OUTSIDE: Kind.OUTSIDE,
    EntryKind.COVERED: Kind.COVERED,
}


def clock_entries(rows: Iterable[TimelineEntry]) -> list[Entry]:
    """The clock-moving entries in order of effect. Rows come ordered by `(at, id)`.

    A reply answers the ticket only if it is a staff member's, public, and no automatic one (POLICY 4).
    """
    return [entry for row in rows if (entry := _entry(row)) is not None]


def _entry(row: TimelineEntry) -> Entry | None:
    kind = EntryKind(row.kind)
    if kind is EntryKind.REPLY:
        return Entry(at=row.at, kind=Kind.RESPONDED) if row.data.get("answers") else None
    if kind is EntryKind.OPENED:
        return Entry(at=row.at, kind=Kind.OPENED, severity=row.data["severity"])
    if kind is EntryKind.SEVERITY:
        return Entry(at=row.at, kind=Kind.SEVERITY, severity=row.data["to"])
    if kind is EntryKind.RESOLVED:
        return Entry(at=row.at, kind=Kind.RESOLVED, with_message=bool(row.body))
    if kind is EntryKind.POLICY:
        switched = targets_of(row.data["before"]), targets_of(row.data["after"])
        return Entry(at=row.at, kind=Kind.POLICY, policies=switched)
    return Entry(at=row.at, kind=_SAME[kind])
