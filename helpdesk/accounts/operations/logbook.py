"""Which log a change to a person belongs to: their organisation's; a staff member's the vendor's own."""

from datetime import datetime
from typing import Any

from helpdesk.accounts.models import Membership, User
from helpdesk.audit.operations import record, record_vendor
from helpdesk.lib.actors import Actor


def record_person(
    *, user: User, action: str, actor: Actor, at: datetime, reason: str = "", data: dict[str, Any] | None = None
) -> None:
    """Record one change to a person at the UTC instant `at`. A client's organisation must be in scope."""
    of = Membership.objects.filter(user_id=user.pk).values_list("organisation_id", flat=True).first()
    if of is None:
        record_vendor(action=action, subject=user.email, actor=actor, at=at, reason=reason, data=data)
    else:
        record(organisation_id=of, action=action, subject=user.email, actor=actor, at=at, reason=reason, data=data)
