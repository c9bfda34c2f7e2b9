"""Work that the policy does not cover: said to the client in plain words, and its clocks stand still meanwhile."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.lib.actors import Actor, require
from helpdesk.lib.errors import Conflict, DomainError
from sla.versions import policy_version
from tickets.models import EntryKind, Ticket, TicketState
from tickets.operations.announcing import tell_client
from tickets.operations.checks import require_state, required_text
from tickets.operations.work import begin, save, send

ACTIVE = (TicketState.OPEN, TicketState.WAITING)


@transaction.atomic
def mark_outside(
    *,
    ticket: Ticket,
    reason: str,
    message: str,
    actor: Actor,
    at: datetime | None = None,
    seen: int | None = None,
) -> Ticket:
    """Mark a ticket as outside standard support, for one of its policy's reasons; its resolution clocks stand still.

    The client is told by the message, which is a public reply and so meets a response that is owed (POLICY 4). Raises
    `DomainError` without a message or for a reason that the policy does not list, `Conflict` for a ticket that is
    marked already, and unless open or waiting.
    """
    require(actor, "ticket.outside")
    message = required_text(message, field="message", message=_("Tell the client in plain words what this means."))
    work = begin(ticket, actor=actor, at=at, seen=seen)
    require_state(work.ticket, *ACTIVE, doing="marked as outside standard support")
    if work.ticket.outside_reason:
        raise Conflict(_("%(ticket)s is outside standard support already.") % {"ticket": work.ticket.reference})
    if reason not in policy_version(work.ticket.policy_version_id).not_covered:
        raise DomainError(_("Choose one of the reasons that the policy lists."), field="reason")
    work.ticket.outside_reason = reason
    entry = work.write(EntryKind.REPLY, body=message, data={"answers": True, "automatic": False})
    work.write(EntryKind.OUTSIDE, body=reason)
    save(work, action="ticket.outside", reason=reason)
    tell_client(work, event="outside", quoting=entry, author=actor.name, outside=reason)
    send(work)
    return work.ticket


@transaction.atomic
def mark_covered(
    *, ticket: Ticket, reason: str, actor: Actor, at: datetime | None = None, seen: int | None = None
) -> Ticket:
    """Take the mark back: the clocks go on, the time in between does not count. The client is told.

    Raises `DomainError` without a reason, `Conflict` for a ticket that is not marked, and unless open or waiting.
    """
    require(actor, "ticket.outside")
    reason = required_text(reason, field="reason", message=_("Say why it is standard support after all."))
    work = begin(ticket, actor=actor, at=at, seen=seen)
    require_state(work.ticket, *ACTIVE, doing="taken back into standard support")
    if not work.ticket.outside_reason:
        raise Conflict(_("%(ticket)s is not outside standard support.") % {"ticket": work.ticket.reference})
    work.ticket.outside_reason = ""
    entry = work.write(EntryKind.COVERED, body=reason)
    save(work, action="ticket.covered", reason=reason)
    tell_client(work, event="covered", quoting=entry)
    send(work)
    return work.ticket
