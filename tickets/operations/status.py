"""The ends of a ticket: resolve, withdraw, reopen, close (POLICY 4 and 9)."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from helpdesk.lib.actors import Actor, ActorKind, require
from helpdesk.lib.errors import Conflict
from sla.versions import current_calendar, policy_version
from tickets.models import EntryKind, Escalation, Ticket, TicketState, TimelineEntry
from tickets.operations.announcing import climb_reopened, tell_client, tell_staff
from tickets.operations.attachments import bind_attachments
from tickets.operations.checks import require_state, required_text
from tickets.operations.intake import check_length
from tickets.operations.mentions import mark_mentions, tell_mentioned
from tickets.operations.work import Work, begin, save, send
from tickets.window import is_in_window

ACTIVE = (TicketState.OPEN, TicketState.WAITING)


@transaction.atomic
def resolve(
    *,
    ticket: Ticket,
    actor: Actor,
    message: str = "",
    attachments: Sequence[uuid.UUID] = (),
    at: datetime | None = None,
    seen: int | None = None,
) -> Ticket:
    """Resolve: the resolution clocks stop, their verdicts are frozen.

    With a message it also answers the ticket; silently it does not, and a response still owed stays owed.
    `attachments` are the actor's staged files. Raises `Conflict` unless open or waiting, and `DomainError` for an
    over-long text or files that cannot be bound.
    """
    require(actor, "ticket.resolve")
    check_length(message, field="message")
    work = begin(ticket, actor=actor, at=at, seen=seen)
    require_state(work.ticket, *ACTIVE, doing="resolved")
    entry = work.write(EntryKind.RESOLVED, body=message.strip())
    called = mark_mentions(work, entry)
    _end(work)
    save(work, action="ticket.resolve")
    bind_attachments(work, entry, attachments)
    tell_client(work, event="resolved", quoting=entry, closes_at=_iso(work.ticket.closes_at))
    tell_mentioned(work, entry, called)
    send(work)
    return work.ticket


@transaction.atomic
def withdraw(
    *, ticket: Ticket, actor: Actor, reason: str = "", at: datetime | None = None, seen: int | None = None
) -> Ticket:
    """The client needs it no more: resolved by the client; a response not yet given is void (POLICY 4)."""
    require(actor, "ticket.withdraw")
    check_length(reason, field="reason")
    work = begin(ticket, actor=actor, at=at, seen=seen)
    require_state(work.ticket, *ACTIVE, doing="withdrawn")
    work.write(EntryKind.WITHDRAWN, body=reason.strip())
    _end(work)
    work.ticket.withdrawn = True
    save(work, action="ticket.withdraw", reason=reason.strip())
    tell_staff(work, event="withdrawn", reason=f"{actor.name} withdrew the ticket.")
    send(work)
    return work.ticket


@transaction.atomic
def reopen(*, ticket: Ticket, actor: Actor, reason: str, at: datetime | None = None, seen: int | None = None) -> Ticket:
    """Reopen inside the window: the same clocks go on, the resolved time counts as a pause (POLICY 4).

    Raises `Conflict` after the window (a new ticket that follows this one is then the way) or unless resolved.
    """
    require(actor, "ticket.reopen")
    reason = required_text(reason, field="reason", message="Say what is still wrong.")
    work = begin(ticket, actor=actor, at=at, seen=seen)
    require_state(work.ticket, TicketState.RESOLVED, doing="reopened")
    if not is_in_window(work.ticket, work.at):
        raise Conflict(
            f"{work.ticket.reference} could be reopened until its window ended. "
            "Open a new ticket that follows it instead."
        )
    work.write(EntryKind.REOPENED, body=reason)
    ticket = work.ticket
    ticket.state, ticket.withdrawn = TicketState.OPEN, False
    ticket.resolved_at = ticket.closes_at = None
    # The second time, and once a ticket: a third reopening repeats no rung (POLICY 7).
    if TimelineEntry.objects.filter(ticket=ticket, kind=EntryKind.REOPENED).count() == 1:
        climb_reopened(work)
    save(work, action="ticket.reopen", reason=reason)
    tell_staff(work, event="reopened", reason=f"{actor.name} reopened the ticket: {reason}")
    send(work)
    return ticket


@transaction.atomic
def close(*, ticket: Ticket, actor: Actor, at: datetime | None = None, seen: int | None = None) -> Ticket:
    """Close a resolved ticket for good: by the client, or by itself at the window's end. Raises `Conflict` else."""
    require(actor, "ticket.close")
    work = begin(ticket, actor=actor, at=at, seen=seen)
    require_state(work.ticket, TicketState.RESOLVED, doing="closed")
    by_itself = actor.kind is ActorKind.SYSTEM
    body = "Closed by itself at the end of the reopen window." if by_itself else ""
    work.write(EntryKind.CLOSED, body=body)
    work.ticket.state, work.ticket.closed_at = TicketState.CLOSED, work.at
    Escalation.objects.filter(ticket=work.ticket, remind_at__isnull=False).update(remind_at=None)
    save(work, action="ticket.close")
    return work.ticket


def _end(work: Work) -> None:
    """Resolved from this instant; the reopen window is support time from here (POLICY 4: 2700 minutes)."""
    ticket = work.ticket
    window = policy_version(ticket.policy_version_id).reopen_minutes
    ticket.state, ticket.resolved_at = TicketState.RESOLVED, work.at
    ticket.closes_at = current_calendar(ticket.calendar).due(work.at, window)


def _iso(value: datetime | None) -> str:
    return value.isoformat() if value else ""
