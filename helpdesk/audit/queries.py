"""Reads of the audit log: pages for people, chunks for the file. In the order of recording, the newest first."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from helpdesk.audit.filters import AuditFilters
from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.lib.tenancy import scope, system_scope

PAGE = 50
CHUNK = 1000
# How many rows one page looks through where no index leads to what is wanted: a page then costs the same at any size.
WINDOW = 200_000
Row = AuditEntry | VendorAuditEntry


@dataclass(frozen=True)
class AuditPage:
    """Some entries. `next_before` leads on, None at the end; `searched` says that the window ended before the page."""

    rows: list[Row]
    next_before: int | None = None
    searched: bool = False


def audit_page(filters: AuditFilters, *, before: int | None = None, size: int = PAGE) -> AuditPage:
    """A page of one log: at most two statements. Organisations' entries are those in scope."""
    with _vault(filters):
        found = VendorAuditEntry.objects.all() if filters.vendor else AuditEntry.objects.select_related("organisation")
        found = found.select_related("actor")
        floor = None
        if before is not None:
            found = found.filter(pk__lt=before)
        if filters.organisation_id is None and filters.is_narrowed:
            top = before or (found.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
            floor = top - WINDOW
            found = found.filter(pk__gte=floor)
        rows = list(found.filter(filters.condition()).order_by("-pk")[: size + 1])
    if len(rows) > size:
        return AuditPage(rows[:size], rows[size - 1].pk)
    if floor is not None and floor > 1:
        return AuditPage(rows, floor, searched=True)
    return AuditPage(rows)


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
