"""Talking on a ticket: replies, internal notes, waiting for the client and going on."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from helpdesk.lib.actors import Actor, require
from helpdesk.lib.errors import DomainError
from tickets.models import EntryKind, Ticket, TicketState, TimelineEntry
from tickets.operations.announcing import tell_client, tell_staff
from tickets.operations.attachments import bind_attachments
from tickets.operations.checks import require_state, required_text
from tickets.operations.intake import check_length
from tickets.operations.mentions import mark_mentions, tell_mentioned
from tickets.operations.work import Work, begin, save, send

LIVE = (TicketState.OPEN, TicketState.WAITING, TicketState.RESOLVED)


@transaction.atomic
def reply(
    *,
    ticket: Ticket,
    actor: Actor,
    body: str,
    received_at: datetime | None = None,
    automatic: bool = False,
    attachments: Sequence[uuid.UUID] = (),
    at: datetime | None = None,
    seen: int | None = None,
) -> TimelineEntry:
    """A public message. A staff member's first one meets the response clock; a client's ends a wait (POLICY 4).

    `received_at` is when a mail arrived, if earlier than now: an answer received in time takes a breach back.
    `automatic` marks an auto-reply, which neither answers nor resumes. `attachments` are the actor's staged files,
    which go with it. Raises `Conflict` on a closed ticket and `DomainError` for an empty or over-long text, or for
    files that cannot be bound.
    """
    require(actor, "ticket.reply")
    body = required_text(body, field="body", message="Write the reply first.")
    work = begin(ticket, actor=actor, at=at, seen=seen)
    require_state(work.ticket, *LIVE, doing="answered")
    effective = min(received_at or work.at, work.at)
    answers = actor.is_staff and not automatic
    entry = work.write(EntryKind.REPLY, body=body, at=effective, data={"answers": answers, "automatic": automatic})
    called = mark_mentions(work, entry)
    if actor.is_client and not automatic and _was_asked_before(work.ticket, effective):
        _resume(work, reason="The client answered.", at=effective)
    save(work, action="ticket.reply")
    bind_attachments(work, entry, attachments)
    if actor.is_client:
        tell_staff(work, event="client_reply", reason=f"{actor.name} replied.", quoting=entry)
    else:
        tell_client(work, event="reply", quoting=entry, author=actor.name)
    tell_mentioned(work, entry, called)
    send(work)
    return entry


@transaction.atomic
def add_note(
    *,
    ticket: Ticket,
    actor: Actor,
    body: str,
    attachments: Sequence[uuid.UUID] = (),
    at: datetime | None = None,
    seen: int | None = None,
) -> TimelineEntry:
    """An internal note, with its files: never seen by the client, never an answer (POLICY 4).

    Staff whom it mentions by name are told, if they serve the organisation.
    """
    require(actor, "ticket.note")
    body = required_text(body, field="body", message="Write the note first.")
    work = begin(ticket, actor=actor, at=at, seen=seen)
    entry = work.write(EntryKind.NOTE, body=body, public=False)
    called = mark_mentions(work, entry)
    save(work, action="ticket.note")
    bind_attachments(work, entry, attachments)
    tell_mentioned(work, entry, called)
    send(work)
    return entry


@transaction.atomic
def wait_for_client(
    *,
    ticket: Ticket,
    actor: Actor,
    question: str = "",
    contact: str = "",
    attachments: Sequence[uuid.UUID] = (),
    at: datetime | None = None,
    seen: int | None = None,
) -> TimelineEntry:
    """Pause the clocks until the client answers (POLICY 4).

    Needs a public question, which is sent to the client and is the first response, or a logged contact with its
    reason, which pauses the response clock too. `attachments` are the actor's staged files, which go with it. Raises
    `DomainError` without either, or for files that cannot be bound, and `Conflict` unless open.
    """
    require(actor, "ticket.wait")
    if not question.strip() and not contact.strip():
        raise DomainError("Ask the client a question, or log how and why you contacted them.", field="question")
    work = begin(ticket, actor=actor, at=at, seen=seen)
    require_state(work.ticket, TicketState.OPEN, doing="set to wait for the client")
    if question.strip():
        body = required_text(question, field="question", message="Write the question first.")
        entry = work.write(EntryKind.REPLY, body=body, data={"answers": True, "automatic": False})
        logged = contact.strip()
        check_length(logged, field="contact")
        work.write(EntryKind.WAITING, body=logged or "Waiting for the client's answer.")
    else:
        reason = required_text(contact, field="contact", message="Log the contact first.")
        entry = work.write(EntryKind.WAITING, body=f"The client was contacted: {reason}")
    called = mark_mentions(work, entry)
    work.ticket.state = TicketState.WAITING
    save(work, action="ticket.wait", reason=contact.strip())
    bind_attachments(work, entry, attachments)
    tell_client(work, event="waiting", quoting=entry, author=actor.name)
    tell_mentioned(work, entry, called)
    send(work)
    return entry


@transaction.atomic
def resume(
    *, ticket: Ticket, actor: Actor, reason: str, at: datetime | None = None, seen: int | None = None
) -> TimelineEntry:
    """Go on without the client's answer: the clocks run again. Raises `Conflict` unless waiting."""
    require(actor, "ticket.wait")
    reason = required_text(reason, field="reason", message="Say why the ticket goes on.")
    work = begin(ticket, actor=actor, at=at, seen=seen)
    require_state(work.ticket, TicketState.WAITING, doing="resumed")
    entry = _resume(work, reason=reason)
    save(work, action="ticket.resume", reason=reason)
    return entry


def _was_asked_before(ticket: Ticket, received_at: datetime) -> bool:
    """Whether the ticket waits for the client since before the message came: an earlier one is no answer."""
    if ticket.state != TicketState.WAITING:
        return False
    asked = TimelineEntry.objects.filter(ticket=ticket, kind=EntryKind.WAITING).order_by("-at", "-id")
    return asked.values_list("at", flat=True)[0] <= received_at


def _resume(work: Work, *, reason: str, at: datetime | None = None) -> TimelineEntry:
    work.ticket.state = TicketState.OPEN
    return work.write(EntryKind.RESUMED, body=reason, at=at)
