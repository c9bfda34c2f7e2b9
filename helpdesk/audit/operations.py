"""Writing the audit log. Called inside the transaction of the change that it records."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.lib.actors import Actor
from helpdesk.lib.rows import Row, insert_rows
from helpdesk.lib.tenancy import system_scope


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
        "subject": subject,
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
