"""Drafts: kept while somebody writes, gone once it is sent. Not audited: a draft is nobody's but its writer's."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Forbidden
from helpdesk.lib.tenancy import system_scope
from tickets.models import DraftKind, FormDraft, MessageDraft, Ticket
from tickets.operations.intake import check_length
from tickets.queries import entries_seen_by

CAPABILITIES = {DraftKind.REPLY: "ticket.reply", DraftKind.NOTE: "ticket.note"}
KEPT = timedelta(days=30)
BATCH = 500


@transaction.atomic
def save_draft(
    *,
    ticket: Ticket,
    actor: Actor,
    kind: DraftKind,
    body: str,
    seen: int,
    files: Sequence[uuid.UUID] = (),
    at: datetime | None = None,
) -> MessageDraft | None:
    """Keep what the person has typed so far, in place of what was kept before. Nothing typed leaves nothing kept.

    `seen` is the version of the ticket that they write upon. A save that was under way while the same text was sent
    keeps nothing either. Raises `Forbidden` for who may not write this, `DomainError` for an over-long text.
    """
    person = _writer(actor, kind)
    check_length(body, field="body")
    if not (body.strip() or files) or _was_sent(ticket, actor, body=body, seen=seen):
        discard_draft(ticket=ticket, actor=actor, kind=kind)
        return None
    row = MessageDraft(
        organisation_id=ticket.organisation_id,
        ticket=ticket,
        person_id=person,
        kind=kind,
        body=body,
        files=[str(one) for one in files],
        seen=max(seen, 0),
        updated_at=at or database_now(),
    )
    MessageDraft.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["ticket", "person", "kind", "organisation"],
        update_fields=["body", "files", "seen", "updated_at"],
    )
    return row


@transaction.atomic
def discard_draft(*, ticket: Ticket, actor: Actor, kind: DraftKind) -> None:
    """Forget the person's draft of this kind on this ticket, if there is one."""
    MessageDraft.objects.filter(ticket=ticket, person_id=_writer(actor, kind), kind=kind).delete()


def remove_old_drafts(*, at: datetime | None = None, batch: int = BATCH) -> int:
    """Remove the drafts that nobody has touched for 30 days; returns how many. Each batch is a transaction."""
    removed = 0
    for model in (MessageDraft, FormDraft):
        while found := _remove_some(model, at=at, batch=batch):
            removed += found
    return removed


def _remove_some(model: type[MessageDraft] | type[FormDraft], *, at: datetime | None, batch: int) -> int:
    with system_scope("drafts that were never sent, of whichever organisation"):
        old = model.objects.filter(updated_at__lt=(at or database_now()) - KEPT)
        rows = old.select_for_update(skip_locked=True).order_by("updated_at")[:batch]
        removed, _ = model.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()
    return removed


def _writer(actor: Actor, kind: DraftKind) -> int:
    require(actor, CAPABILITIES[kind])
    if actor.user_id is None:
        raise Forbidden("Only a person has drafts.")
    return actor.user_id


def _was_sent(ticket: Ticket, actor: Actor, *, body: str, seen: int) -> bool:
    """Whether this person has said just this since: the browser's save came in after the send that it raced."""
    newer = entries_seen_by(ticket, staff=not actor.is_client).order_by("pk")[max(seen, 0) :]
    return any(entry.actor_id == actor.user_id and entry.body == body.strip() for entry in newer[:BATCH])
