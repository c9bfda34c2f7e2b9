"""One send of the composer: the message, and what goes with it, in one transaction."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.lib.actors import Actor
from helpdesk.lib.errors import DomainError
from tickets.models import Ticket
from tickets.operations.checks import required_text
from tickets.operations.conversation import reply, wait_for_client
from tickets.operations.status import resolve

THEN_WAIT, THEN_RESOLVE = "wait", "resolve"


@transaction.atomic
def send_reply(
    *,
    ticket: Ticket,
    actor: Actor,
    body: str,
    then: str = "",
    attachments: Sequence[uuid.UUID] = (),
    at: datetime | None = None,
    seen: int | None = None,
) -> None:
    """Reply, and in the same step wait for the client or resolve (`then`): all of it, or nothing.

    A reply that also waits or resolves counts as the first response like any other (POLICY 4). Raises `Stale` when
    more has happened than the writer has seen, and whatever the single operations raise.
    """
    body = required_text(body, field="body", message=_("Write the reply first."))
    if then == THEN_WAIT:
        wait_for_client(ticket=ticket, actor=actor, question=body, attachments=attachments, at=at, seen=seen)
    elif then == THEN_RESOLVE:
        resolve(ticket=ticket, actor=actor, message=body, attachments=attachments, at=at, seen=seen)
    elif not then:
        reply(ticket=ticket, actor=actor, body=body, attachments=attachments, at=at, seen=seen)
    else:
        raise DomainError(_("A reply cannot be followed by that. Choose one of the buttons."), field="body")
