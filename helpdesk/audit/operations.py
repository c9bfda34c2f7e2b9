"""Writing the audit log. Called inside the transaction of the change that it records."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.rows import Row, insert_rows
from helpdesk.lib.tenancy import system_scope

LONGEST_SUBJECT = 80  # an address may be longer; the row about it must not fail for that


def record(
    *,
    organisation_id: int,
    action: str,
    subject: str,
    actor: Actor,
    at: datetime,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Record one change to an organisation's data, at the UTC instant `at`."""
    entry = audit_row(action=action, subject=subject, actor=actor, at=at, reason=reason, data=data)
    record_all([{"organisation_id": organisation_id, **entry}])


def audit_row(
    *, action: str, subject: str, actor: Actor, at: datetime, reason: str = "", data: dict[str, Any] | None = None
) -> Row:
    """What both logs say of a change; operations in bulk add the organisation and hand it to `record_all`."""
    return {
        "action": action,
        "subject": subject[:LONGEST_SUBJECT],
        "actor_kind": actor.kind.value,
        "actor_name": actor.name,
        "actor_id": actor.user_id,
        "at": at,
        "reason": reason,
        "data": data or {},
    }


def record_all(rows: Sequence[Row]) -> None:
    """Insert many audit rows with one statement."""
    insert_rows(AuditEntry, rows)


def record_vendor(
    *,
    action: str,
    subject: str,
    actor: Actor,
    at: datetime,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Record one change to the vendor's own data, which no organisation's scope can read."""
    row = VendorAuditEntry(**audit_row(action=action, subject=subject, actor=actor, at=at, reason=reason, data=data))
    with system_scope("the vendor's own audit log"):
        row.save(force_insert=True)


def record_export(*, filters: Mapping[str, str], most: int, actor: Actor, at: datetime) -> None:
    """Record that somebody took entries of the log away as a file, in the vendor's own log."""
    require(actor, "settings.audit")
    said = {"filters": dict(filters), "at_most": most}
    of = "the vendor's log" if filters.get("log") == "vendor" else filters.get("organisation", "every organisation")
    record_vendor(action="audit.export", subject=of, actor=actor, at=at, data=said)
