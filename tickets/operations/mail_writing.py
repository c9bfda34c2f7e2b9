"""What a known person's mail becomes: a reply, a note, or a ticket, by the same verbs as everybody else's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from uuid import UUID, uuid5

from django.conf import settings

from helpdesk.accounts.members import Member
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from helpdesk.lib.tenancy import scope
from helpdesk.notifications.models import Direction
from helpdesk.notifications.operations import record_message
from helpdesk.notifications.reply_address import Purpose
from tickets.mail.shapes import Mail, Reply, Verdict
from tickets.mail.thread import candidates
from tickets.mail.wording import body_of, named_severity, subject_of
from tickets.mail_joining import Joined, gone_on, joined_by_marks, joined_by_token
from tickets.mail_senders import our_own
from tickets.models import (
    Channel,
    EntryKind,
    MailMessage,
    MailOutcome,
    MailState,
    RawMail,
    Ticket,
    TicketState,
    TimelineEntry,
)
from tickets.models.incoming import LONGEST_HEADER
from tickets.operations.attachments import upload_attachments
from tickets.operations.conversation import add_note, reply
from tickets.operations.intake import open_ticket

SUBMISSIONS = UUID("5c1d6d8e-0f6b-4f2c-9b39-6a1d1c9e5a55")  # the name space of mails' submission keys
ONE_ACKNOWLEDGEMENT = timedelta(minutes=10)
TICKETS_AN_HOUR = 20  # of one sender; what is more waits for a person
AUTOMATIC_ON_A_TICKET = 6  # automatic answers kept on one ticket in half an hour
HALF_AN_HOUR = timedelta(minutes=30)
MOST_LOOKED_AT = 500  # mails of one sender within the hour
Lately = list[tuple[str, str, timedelta]]


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What a mail became, as its row will say."""

    state: MailState
    outcome: MailOutcome = MailOutcome.NONE
    reason: str = ""
    reference: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail and the person in whose name it is written down."""

    row: RawMail
    mail: Mail
    reply: Reply
    verdict: Verdict
    member: Member
    verified: bool
    at: datetime | None = None


def write_letter(letter: Letter) -> Settled:
    """Write it where it belongs, in the scope of its sender's organisations and no further.

    A token of the address counts first, then the ids it names, then a token in its text, then the subject's tag. Staff
    write by a token of their own only. The caller is inside a transaction and the system scope. Raises `DomainError`.
    """
    found, lately = candidates(letter.mail, our_own()), _lately(letter.row)
    with scope(letter.member.organisation_ids):
        joined = joined_by_token(found, sender=letter.mail.sender.key)
        if letter.member.is_staff:
            return _from_staff(letter, joined)
        joined = joined or joined_by_marks(found)
        if letter.verdict is Verdict.AUTO_REPLY:
            return _automatic(letter, joined, lately)
        if joined is None:
            return _open(letter, found.base_subject, lately)
        ticket = gone_on(joined.ticket)
        if _has_ended(ticket, letter.at or database_now()):
            return _open(letter, found.base_subject, lately, follows=ticket)
        return _reply(letter, ticket)


def is_own_mark(joined: Joined | None, *purposes: Purpose) -> bool:
    """Whether it came by a token of its sender's own, for one of these purposes."""
    return joined is not None and joined.purpose in purposes


def _from_staff(letter: Letter, joined: Joined | None) -> Settled:
    if letter.verdict is Verdict.AUTO_REPLY:
        return Settled(state=MailState.DONE, outcome=MailOutcome.DROPPED, reason="automatic")
    if joined is None or not is_own_mark(joined, Purpose.NOTE, Purpose.ANSWER):
        return Settled(state=MailState.QUARANTINED, reason="staff_without_token")
    ticket = gone_on(joined.ticket)
    if joined.purpose is Purpose.ANSWER:
        return _reply(letter, ticket)
    files, refused = _files(letter, ticket)
    body = body_of(letter.reply.visible, len(letter.mail.attachments), refused)
    entry = add_note(ticket=ticket, actor=letter.member.actor, body=body, attachments=files, at=letter.at)
    return _kept(letter, ticket, entry, MailOutcome.NOTED)


def _reply(letter: Letter, ticket: Ticket, *, automatic: bool = False) -> Settled:
    files, refused = _files(letter, ticket)
    entry = reply(
        ticket=ticket,
        actor=letter.member.actor,
        body=body_of(letter.reply.visible, len(letter.mail.attachments), refused),
        received_at=letter.row.received_at,
        automatic=automatic,
        attachments=files,
        at=letter.at,
    )
    return _kept(letter, ticket, entry, MailOutcome.KEPT if automatic else MailOutcome.REPLIED)


def _automatic(letter: Letter, joined: Joined | None, lately: Lately) -> Settled:
    """An automatic answer is kept on its ticket, where it moves nothing; without one it is nothing."""
    ticket = gone_on(joined.ticket) if joined is not None else None
    if ticket is None or _has_ended(ticket, letter.at or database_now()):
        return Settled(state=MailState.DONE, outcome=MailOutcome.DROPPED, reason="automatic")
    kept = (MailOutcome.KEPT, ticket.reference)
    if sum((outcome, at) == kept and ago < HALF_AN_HOUR for outcome, at, ago in lately) >= AUTOMATIC_ON_A_TICKET:
        return Settled(
            state=MailState.DONE, outcome=MailOutcome.DROPPED, reason="too_many_automatic", reference=ticket.reference
        )
    return _reply(letter, ticket, automatic=True)


def _open(letter: Letter, base_subject: str, lately: Lately, *, follows: Ticket | None = None) -> Settled:
    organisation = letter.member.organisation
    assert organisation is not None, "a client's person belongs to an organisation"
    opened = [ago for outcome, _, ago in lately if outcome in (MailOutcome.OPENED, MailOutcome.FOLLOWED)]
    if len(opened) >= TICKETS_AN_HOUR:
        return Settled(state=MailState.QUARANTINED, reason="too_many_tickets")
    human = letter.verdict is Verdict.HUMAN
    files, refused = _files(letter, None)
    named = named_severity(letter.mail.subject)
    ticket = open_ticket(
        organisation=organisation,
        requester=letter.member.user,
        subject=subject_of(letter.mail, base_subject),
        description=body_of(letter.mail.text, len(letter.mail.attachments), refused),
        severity=named or settings.MAIL_SEVERITY,
        severity_named=bool(named),
        actor=letter.member.actor,
        channel=Channel.MAIL,
        submission_key=uuid5(SUBMISSIONS, letter.row.content_key),
        follows=follows,
        attachments=files,
        acknowledge=human and all(ago >= ONE_ACKNOWLEDGEMENT for ago in opened),
        at=letter.at or letter.row.received_at,
    )
    entry = TimelineEntry.objects.get(ticket=ticket, kind=EntryKind.OPENED)
    return _kept(letter, ticket, entry, MailOutcome.FOLLOWED if follows else MailOutcome.OPENED)


def _has_ended(ticket: Ticket, at: datetime) -> bool:
    """Whether nothing goes on it any more: closed, or resolved and its reopen window is over (POLICY 9)."""
    over = ticket.state == TicketState.RESOLVED and ticket.closes_at is not None and at > ticket.closes_at
    return ticket.state == TicketState.CLOSED or over


def _lately(row: RawMail) -> Lately:
    """What the sender's mails of the last hour became: outcome, ticket, and how long before this one they came."""
    since = row.received_at - timedelta(hours=1)
    found = RawMail.objects.filter(sender=row.sender, received_at__gt=since, received_at__lte=row.received_at)
    found = found.exclude(pk=row.pk).exclude(outcome=MailOutcome.NONE).order_by("-received_at")
    values = found.values_list("outcome", "reference", "received_at")[:MOST_LOOKED_AT]
    return [(outcome, reference, row.received_at - at) for outcome, reference, at in values]


def _files(letter: Letter, ticket: Ticket | None) -> tuple[Sequence[UUID], list[str]]:
    """Stage the mail's files in its sender's name; returns them, and in words those that are not taken."""
    organisation = ticket.organisation if ticket is not None else letter.member.organisation
    assert organisation is not None
    taken = letter.mail.attachments[: settings.ATTACHMENTS_PER_MESSAGE]
    files = [(BytesIO(one.content), one.name) for one in taken]
    staged = upload_attachments(organisation=organisation, files=files, actor=letter.member.actor, at=letter.at)
    refused = [one.message for one in staged if isinstance(one, DomainError)]
    more = letter.mail.attachments[settings.ATTACHMENTS_PER_MESSAGE :]
    refused += [f"“{one.name}”: a message takes {settings.ATTACHMENTS_PER_MESSAGE} files at most." for one in more]
    return [one.public_id for one in staged if not isinstance(one, DomainError)], refused


def _kept(letter: Letter, ticket: Ticket, entry: TimelineEntry, outcome: MailOutcome) -> Settled:
    """Keep the mail's id, by which answers to it find the ticket, and what it brought beside the entry's text."""
    sender, opened = letter.mail.sender.key[:LONGEST_HEADER], entry.kind == EntryKind.OPENED
    if letter.mail.message_id:
        record_message(
            organisation_id=ticket.organisation_id,
            reference=ticket.reference,
            message_id=letter.mail.message_id,
            direction=Direction.IN,
            address=letter.member.user.email,
            at=letter.row.received_at,
        )
    MailMessage(
        organisation_id=ticket.organisation_id,
        ticket=ticket,
        entry_pk=entry.pk,
        raw_pk=letter.row.pk,
        sender=sender,
        verdict=letter.verdict.value,
        verified=letter.verified,
        folded="" if opened else letter.reply.folded,
        html=letter.mail.html if opened else letter.reply.html,
    ).save(force_insert=True)
    return Settled(state=MailState.DONE, outcome=outcome, reference=ticket.reference)
