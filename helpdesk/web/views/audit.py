"""The admins' audit log: who changed what, when and why; as pages and as a file."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.listing import organisations_of
from helpdesk.audit.filters import AuditFilters, UnknownFilter, before_key, in_words, read_filters
from helpdesk.audit.operations import record_export
from helpdesk.audit.queries import STEPS, Row, audit_chunks, audit_page
from helpdesk.lib.clock import database_now
from helpdesk.lib.csv_export import csv_lines

ADMIN = member_view("settings.audit")
HEADER = ("recorded at (UTC)", "took effect at (UTC)", "organisation", "who", "address", "kind", "action", "subject",
          "reason", "details")  # fmt: skip


@ADMIN
@require_safe
def entries(request: MemberRequest) -> HttpResponse:
    """A page of the organisations' log or of the vendor's own, narrowed by what the address says."""
    context = _page(request)
    context |= {"window": STEPS[-1], "most": settings.AUDIT_EXPORT_ROWS}
    try:
        filters = _filters(request)
        page = audit_page(filters, before=before_key(request.GET.get("before", "")))
    except UnknownFilter as error:
        return render(request, "settings/audit.html", {**context, "fault": str(error)}, status=error.status)
    context |= {
        "filters": filters,
        "rows": [(row, in_words(row.data)) for row in page.rows],
        "searched": page.searched,
        "query": urlencode(filters.raw),
        "next": f"?{urlencode({**filters.raw, 'before': page.next_before})}" if page.next_before else "",
        "first": f"?{urlencode(filters.raw)}" if request.GET.get("before") else "",
    }
    return render(request, "settings/audit.html", context)


@ADMIN
@require_POST
def export(request: MemberRequest) -> HttpResponseBase:
    """What the address's filters leave as a CSV file, streamed. That it was taken is itself recorded."""
    try:
        filters = _filters(request)
    except UnknownFilter as error:
        return render(request, "settings/audit.html", {**_page(request), "fault": str(error)}, status=error.status)
    at = database_now()
    record_export(filters=filters.raw, most=settings.AUDIT_EXPORT_ROWS, actor=request.member.actor, at=at)
    lines = csv_lines(HEADER, _rows(filters, request.member.organisation_ids, most=settings.AUDIT_EXPORT_ROWS))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="audit-{at:%Y-%m-%d}.csv"'
    return answer


def _page(request: MemberRequest) -> dict[str, Any]:
    """What the page shows around the entries."""
    organisations = list(organisations_of(request.member))
    return {"organisations": organisations, "raw": request.GET, "vendors": _reads_vendors(request)}


def _reads_vendors(request: MemberRequest) -> bool:
    """Whether the vendor's log is theirs to read: it tells of every organisation."""
    staff = request.member.staff
    return staff is not None and staff.serves_all


def _filters(request: MemberRequest) -> AuditFilters:
    organisations = {found.key: found.pk for found in organisations_of(request.member)}
    zone = request.member.user.time_zone
    return read_filters(request.GET, organisations=organisations, vendor=_reads_vendors(request), zone=zone)


def _rows(filters: AuditFilters, organisation_ids: frozenset[int], *, most: int) -> Iterator[tuple[object, ...]]:
    """The file's rows; where there are more than `most`, the last one says that it ends there."""
    found = audit_chunks(filters, organisation_ids=organisation_ids, upto=most + 1)
    for number, row in enumerate(found):
        if number == most:
            ended = f"Stopped after {most} entries: narrow the filters to get the older ones."
            yield (ended, *[""] * (len(HEADER) - 1))
            return
        yield _cells(row)


def _cells(row: Row) -> tuple[object, ...]:
    organisation = getattr(row, "organisation", None)
    return (
        row.recorded_at.isoformat(timespec="seconds"),
        row.at.isoformat(timespec="seconds"),
        organisation.key if organisation else "",
        row.actor_name,
        row.actor.email if row.actor else "",
        row.actor_kind,
        row.action,
        row.subject,
        row.reason,
        "; ".join(f"{name}: {value}" for name, value in in_words(row.data)),
    )
