"""Queueing notices, in the transaction that causes them, and what an admin may do to one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from helpdesk.audit.operations import record
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict
from helpdesk.lib.rows import Row, insert_rows
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import wake
from helpdesk.notifications.drafts import Draft
from helpdesk.notifications.models import AccountNotice, DeliveryState, Notice
from helpdesk.notifications.queries import blocked_addresses


def queue_notices(drafts: Sequence[Draft]) -> None:
    """Write the notices with one statement; a key that exists already is left alone (recorded exactly once).

    A recipient that is one of our own inbound addresses, or suppressed, gets a row that says so and no mail.
    """
    if not drafts:
        return
    blocked = blocked_addresses(draft.recipient.email for draft in drafts)
    insert_rows(Notice, [_row(draft, blocked) for draft in drafts], ignore_conflicts=True)
    wake("notifications.deliver")


def _row(draft: Draft, blocked: Mapping[str, str]) -> Row:
    fault = blocked.get(draft.recipient.email.lower(), "")
    return {
        "organisation_id": draft.organisation_id,
        "key": f"{draft.key}:{draft.recipient.email.lower()}",
        "event": draft.event,
        "level": draft.level,
        "recipient": draft.recipient.email,
        "recipient_name": draft.recipient.name,
        "role": draft.recipient.role,
        "zone": draft.recipient.zone,
        "template": draft.template,
        "facts": draft.facts,
        "reason": draft.reason,
        "reference": draft.reference,
        "path": draft.path,
        "created_at": draft.created_at,
        "next_at": draft.send_at,
        "state": DeliveryState.SUPPRESSED if fault else DeliveryState.QUEUED,
        "last_error": fault,
    }


def queue_account_notice(*, recipient: str, event: str, subject: str, text: str) -> None:
    """Queue a mail about a person's own account."""
    row = AccountNotice(recipient=recipient, event=event, subject=subject, text=text)
    with system_scope("account mails belong to no organisation"):
        row.save(force_insert=True)
    wake("notifications.deliver")


@transaction.atomic
def retry_notice(*, notice: Notice, actor: Actor, at: datetime | None = None) -> None:
    """Queue a notice again that was given up. Raises `Conflict` for one in any other state."""
    require(actor, "settings.outbox")
    locked = Notice.objects.select_for_update().get(pk=notice.pk)
    if locked.state != DeliveryState.DEAD:
        raise Conflict(f"This notice is {locked.get_state_display().lower()}; only a failed one can be retried.")
    at = at or database_now()
    locked.state, locked.attempts, locked.next_at = DeliveryState.QUEUED, 0, at
    locked.save(update_fields=["state", "attempts", "next_at"])
    record(
        organisation_id=locked.organisation_id,
        action="notice.retry",
        subject=locked.reference,
        actor=actor,
        at=at,
        data={"recipient": locked.recipient, "event": locked.event},
    )
    wake("notifications.deliver")


def take_back(*, organisation_id: int, reference: str, event: str) -> int:
    """Keep queued notices of an event from being sent, because it has been withdrawn; returns how many."""
    queued = Notice.objects.filter(
        organisation_id=organisation_id, reference=reference, event=event, state=DeliveryState.QUEUED
    )
    return queued.update(state=DeliveryState.ARCHIVED, last_error="withdrawn before it was sent")


def archive_history(*, before: datetime) -> int:
    """Mark queued notices of simulated history as never to be sent; returns how many. For seeding only."""
    queued = Notice.objects.filter(state=DeliveryState.QUEUED, created_at__lt=before)
    return queued.update(state=DeliveryState.ARCHIVED)
