"""One send of the composer: the message, and what goes with it, in one transaction."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.lib.actors import Actor
from helpdesk.lib.errors import DomainError
from tickets.macro_text import unfilled_in
from tickets.models import DraftKind, Ticket, TimelineEntry
from tickets.operations.checks import required_text
from tickets.operations.conversation import add_note, reply, wait_for_client
from tickets.operations.drafts import discard_draft
from tickets.operations.handling import change_severity
from tickets.operations.labels import tag_ticket
from tickets.operations.status import resolve

THEN_WAIT, THEN_RESOLVE = "wait", "resolve"


@transaction.atomic
def send_reply(
    *,
    ticket: Ticket,
    actor: Actor,
    body: str,
    then: str = "",
    severity: str = "",
    severity_reason: str = "",
    tags: Sequence[str] = (),
    attachments: Sequence[uuid.UUID] = (),
    at: datetime | None = None,
    seen: int | None = None,
) -> None:
    """Reply, and in the same step put `tags` on, change the severity, wait for the client or resolve: all, or nothing.

    A reply that also waits or resolves counts as the first response like any other (POLICY 4). The severity that the
    ticket has already changes nothing. Raises `Stale` when more has happened than the writer has seen, `DomainError`
    for a template's variable that nobody has filled, and whatever the single operations raise.
    """
    body = required_text(body, field="body", message=_("Write the reply first."))
    if actor.is_staff:
        _refuse_unfilled(body)
    if tags:
        tag_ticket(ticket=ticket, actor=actor, add=tags, at=at, seen=seen)
        seen = None  # looked at under the lock, which is held to the end
    if severity and severity != ticket.severity:
        reason = required_text(
            severity_reason, field="severity_reason", message=_("Say why the severity changes; the client is told.")
        )
        change_severity(ticket=ticket, severity=severity, reason=reason, actor=actor, at=at, seen=seen)
        seen = None
    if then == THEN_WAIT:
        wait_for_client(ticket=ticket, actor=actor, question=body, attachments=attachments, at=at, seen=seen)
    elif then == THEN_RESOLVE:
        resolve(ticket=ticket, actor=actor, message=body, attachments=attachments, at=at, seen=seen)
    elif not then:
        reply(ticket=ticket, actor=actor, body=body, attachments=attachments, at=at, seen=seen)
    else:
        raise DomainError(_("A reply cannot be followed by that. Choose one of the buttons."), field="body")
    discard_draft(ticket=ticket, actor=actor, kind=DraftKind.REPLY)


def _refuse_unfilled(body: str) -> None:
    unfilled = ", ".join(f"{{{{{name}}}}}" for name in unfilled_in(body))
    if unfilled:
        said = _("%s has no value on this ticket. Write it yourself, or take it out. Nothing was sent.")
        raise DomainError(said % unfilled, field="body")


@transaction.atomic
def keep_note(
    *, ticket: Ticket, actor: Actor, body: str, attachments: Sequence[uuid.UUID] = (), at: datetime | None = None
) -> TimelineEntry:
    """Keep an internal note, and forget its draft. It is kept whatever has happened meanwhile: nobody is sent it."""
    entry = add_note(ticket=ticket, actor=actor, body=body, attachments=attachments, at=at)
    discard_draft(ticket=ticket, actor=actor, kind=DraftKind.NOTE)
    return entry
