"""Reads of the audit log: pages for people, chunks for the file. In the order of recording, the newest first."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from django.db import connection

from helpdesk.audit.filters import AuditFilters
from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.lib.tenancy import scope, system_scope

PAGE = 50
CHUNK = 1000
# How far back a page through all organisations looks, in ids, until it is full: its cost is the same at any size, and
# no statement depends on what the planner makes of row-level security.
STEPS = (2_000, 20_000, 200_000)
NEWEST = {
    AuditEntry: "SELECT last_value FROM audit_auditentry_id_seq",
    VendorAuditEntry: "SELECT last_value FROM audit_vendorauditentry_id_seq",
}
Row = AuditEntry | VendorAuditEntry


@dataclass(frozen=True)
class AuditPage:
    """Some entries. `next_before` leads on, None at the end; `searched` says that the window ended before the page."""

    rows: list[Row]
    next_before: int | None = None
    searched: bool = False


def audit_page(filters: AuditFilters, *, before: int | None = None, size: int = PAGE) -> AuditPage:
    """A page of one log. Organisations' entries are those in scope.

    With an organisation chosen one statement finds it; else it looks back in steps, and may end before it is full.
    """
    with _vault(filters):
        found = VendorAuditEntry.objects.all() if filters.vendor else AuditEntry.objects.select_related("organisation")
        found = found.select_related("actor").filter(filters.condition()).order_by("-pk")
        if before is not None:
            found = found.filter(pk__lt=before)
        if filters.organisation_id is not None:
            return _cut(list(found[: size + 1]), size)
        top = before if before is not None else _newest(found.model) + 1
        for step in STEPS:
            rows = list(found.filter(pk__gte=top - step)[: size + 1])
            if len(rows) > size or top - step <= 1:
                return _cut(rows, size)
    return AuditPage(rows, top - STEPS[-1], searched=True)


def _cut(rows: list[Row], size: int) -> AuditPage:
    return AuditPage(rows[:size], rows[size - 1].pk if len(rows) > size else None)


def _newest(model: type[Row]) -> int:
    """An id that no row exceeds. From the sequence: a maximum under row-level security may read every row."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST[model])
        return int(cursor.fetchone()[0])


def audit_chunks(
    filters: AuditFilters, *, organisation_ids: frozenset[int], upto: int, before: int | None = None
) -> Iterator[Row]:
    """At most `upto` entries, read in chunks, each in a scope and transaction of its own: for streams."""
    left = upto
    while left > 0:
        with scope(organisation_ids):
            page = audit_page(filters, before=before, size=min(CHUNK, left))
        yield from page.rows
        left -= len(page.rows)
        before = page.next_before
        if before is None:
            return


def _vault(filters: AuditFilters) -> AbstractContextManager[None]:
    return system_scope("admins read the vendor's own log") if filters.vendor else nullcontext()
