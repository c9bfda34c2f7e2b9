"""Writing the audit log. Called inside the transaction of the change that it records."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.lib.actors import Actor
from helpdesk.lib.rows import insert_rows
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
    entry(
        organisation_id=organisation_id,
        action=action,
        subject=subject,
        actor=actor,
        at=at,
        reason=reason,
        data=data,
    ).save(force_insert=True)


def entry(
    *,
    organisation_id: int,
    action: str,
    subject: str,
    actor: Actor,
    at: datetime,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> AuditEntry:
    """An unsaved audit row, for operations that insert in bulk with `record_all`."""
    return AuditEntry(
        organisation_id=organisation_id,
        action=action,
        subject=subject,
        actor_kind=actor.kind.value,
        actor_name=actor.name,
        actor_id=actor.user_id,
        at=at,
        reason=reason,
        data=data or {},
    )


def record_all(entries: Iterable[AuditEntry]) -> None:
    """Insert many audit rows with one statement."""
    insert_rows(list(entries))


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
    row = VendorAuditEntry(
        action=action,
        subject=subject,
        actor_kind=actor.kind.value,
        actor_name=actor.name,
        actor_id=actor.user_id,
        at=at,
        reason=reason,
        data=data or {},
    )
    with system_scope("the vendor's own audit log"):
        row.save(force_insert=True)
