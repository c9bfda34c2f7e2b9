"""What a known person's mail becomes: a reply, a note, or a ticket, by the same verbs as everybody else's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
from tickets.inbound.joining import Joined, gone_on, joined_by_marks, joined_by_token
from tickets.inbound.limits import (
    NOT_ACKNOWLEDGED,
    Earlier,
    answers_too_often,
    earlier_mails,
    may_be_acknowledged,
    opens_too_many,
)
from tickets.mail.shapes import Mail, Own, Reply, Verdict
from tickets.mail.thread import also_addressed, candidates
from tickets.mail.wording import body_of, named_severity, subject_of
from tickets.models import (
    Attachment,
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
from tickets.operations.inbound.copies import bring_in
from tickets.operations.intake import open_ticket
from tickets.window import is_in_window

SUBMISSIONS = UUID("5c1d6d8e-0f6b-4f2c-9b39-6a1d1c9e5a55")  # the name space of mails' submission keys


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
    own: Own
    mail: Mail
    reply: Reply
    verdict: Verdict
    member: Member
    verified: bool
    at: datetime | None = None

    @property
    def html(self) -> str:
        """The HTML beside a reply's text. What staff quote may be internal: of theirs only what is their own words."""
        whole = not (self.reply.folded and self.member.is_staff)
        return self.reply.html or (self.mail.html if whole else "")


@dataclass(frozen=True, kw_only=True)
class Files:
    """A mail's files once they are staged: their ids, what names them in its HTML, and in words what is not taken."""

    staged: Sequence[UUID]
    pictures: dict[str, str]
    refused: list[str]


def write_letter(letter: Letter) -> Settled:
    """Write it where it belongs, in the scope of its sender's organisations and no further.

    A token of the address counts first, then the ids it names, then a token in its text, then the subject's tag. Staff
    write by a token of their own only. The caller is inside a transaction and the system scope. Raises `DomainError`.
    """
    found, earlier = candidates(letter.mail, letter.own), earlier_mails(letter.row)
    with scope(letter.member.organisation_ids):
        joined = joined_by_token(found, sender=letter.mail.sender.key)
        if letter.member.is_staff:
            return _from_staff(letter, joined)
        joined = joined or joined_by_marks(found)
        if letter.verdict is Verdict.AUTO_REPLY:
            return _automatic(letter, joined, earlier)
        if joined is None:
            return _open(letter, found.base_subject, earlier)
        ticket = gone_on(joined.ticket)
        if _has_ended(ticket, letter.at or database_now()):
            return _open(letter, found.base_subject, earlier, follows=ticket)
        return _reply(letter, ticket)


def _from_staff(letter: Letter, joined: Joined | None) -> Settled:
    if letter.verdict is Verdict.AUTO_REPLY:
        return Settled(state=MailState.DONE, outcome=MailOutcome.DROPPED, reason="automatic")
    if joined is None or joined.purpose not in (Purpose.NOTE, Purpose.ANSWER):
        return Settled(state=MailState.QUARANTINED, reason="staff_without_token")
    ticket = gone_on(joined.ticket)
    if joined.purpose is Purpose.ANSWER:
        return _reply(letter, ticket)
    files = _files(letter, ticket)
    body = body_of(letter.reply.visible, len(letter.mail.attachments), files.refused)
    entry = add_note(ticket=ticket, actor=letter.member.actor, body=body, attachments=files.staged, at=letter.at)
    return _kept(letter, ticket, entry, files, MailOutcome.NOTED)


def _reply(letter: Letter, ticket: Ticket, *, automatic: bool = False) -> Settled:
    files = _files(letter, ticket)
    entry = reply(
        ticket=ticket,
        actor=letter.member.actor,
        body=body_of(letter.reply.visible, len(letter.mail.attachments), files.refused),
        received_at=letter.row.received_at,
        automatic=automatic,
        attachments=files.staged,
        at=letter.at,
    )
    return _kept(letter, ticket, entry, files, MailOutcome.KEPT if automatic else MailOutcome.REPLIED)


def _automatic(letter: Letter, joined: Joined | None, earlier: Sequence[Earlier]) -> Settled:
    """An automatic answer is kept on its ticket, where it moves nothing; without one it is nothing."""
    ticket = gone_on(joined.ticket) if joined is not None else None
    if ticket is None or _has_ended(ticket, letter.at or database_now()):
        return Settled(state=MailState.DONE, outcome=MailOutcome.DROPPED, reason="automatic")
    if answers_too_often(earlier, ticket.reference):
        return Settled(
            state=MailState.DONE, outcome=MailOutcome.DROPPED, reason="too_many_automatic", reference=ticket.reference
        )
    return _reply(letter, ticket, automatic=True)


def _open(letter: Letter, base_subject: str, earlier: Sequence[Earlier], *, follows: Ticket | None = None) -> Settled:
    organisation = letter.member.organisation
    assert organisation is not None, "a client's person belongs to an organisation"
    if opens_too_many(earlier):
        return Settled(state=MailState.QUARANTINED, reason="too_many_tickets")
    acknowledged = letter.verdict is Verdict.HUMAN and may_be_acknowledged(earlier, letter.row.subject)
    files = _files(letter, None)
    named = named_severity(letter.mail.subject)
    ticket = open_ticket(
        organisation=organisation,
        requester=letter.member.user,
        subject=subject_of(letter.mail, base_subject),
        description=body_of(letter.mail.text, len(letter.mail.attachments), files.refused),
        severity=named or settings.MAIL_SEVERITY,
        severity_named=bool(named),
        actor=letter.member.actor,
        channel=Channel.MAIL,
        submission_key=uuid5(SUBMISSIONS, letter.row.content_key),
        follows=follows,
        attachments=files.staged,
        acknowledge=acknowledged,
        at=letter.at or letter.row.received_at,
    )
    entry = TimelineEntry.objects.get(ticket=ticket, kind=EntryKind.OPENED)
    outcome = MailOutcome.FOLLOWED if follows else MailOutcome.OPENED
    return _kept(letter, ticket, entry, files, outcome, reason="" if acknowledged else NOT_ACKNOWLEDGED)


def _has_ended(ticket: Ticket, at: datetime) -> bool:
    """Whether nothing goes on it any more: closed, or resolved and its reopen window is over (POLICY 9)."""
    return ticket.state == TicketState.CLOSED or (ticket.state == TicketState.RESOLVED and not is_in_window(ticket, at))


def _files(letter: Letter, ticket: Ticket | None) -> Files:
    """Stage the mail's files in its sender's name, as far as they are taken."""
    organisation = ticket.organisation if ticket is not None else letter.member.organisation
    assert organisation is not None
    if not letter.mail.attachments:
        return Files(staged=(), pictures={}, refused=[])
    taken = letter.mail.attachments[: settings.ATTACHMENTS_PER_MESSAGE]
    files = [(BytesIO(one.content), one.name) for one in taken]
    staged = upload_attachments(organisation=organisation, files=files, actor=letter.member.actor, at=letter.at)
    refused = [one.message for one in staged if isinstance(one, DomainError)]
    more = letter.mail.attachments[settings.ATTACHMENTS_PER_MESSAGE :]
    refused += [f"“{one.name}”: a message takes {settings.ATTACHMENTS_PER_MESSAGE} files at most." for one in more]
    kept = [(given, row.public_id) for given, row in zip(taken, staged, strict=True) if isinstance(row, Attachment)]
    pictures = {given.content_id.lower(): str(public_id) for given, public_id in kept if given.content_id}
    return Files(staged=[public_id for _, public_id in kept], pictures=pictures, refused=refused)


def _kept(
    letter: Letter, ticket: Ticket, entry: TimelineEntry, files: Files, outcome: MailOutcome, *, reason: str = ""
) -> Settled:
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
    copied = []
    if outcome not in (MailOutcome.NOTED, MailOutcome.KEPT):
        verified = letter.verified and letter.verdict is Verdict.HUMAN
        others = also_addressed(letter.mail, letter.own)
        copied = bring_in(ticket=ticket, addresses=others, member=letter.member, verified=verified, at=letter.at)
    MailMessage(
        organisation_id=ticket.organisation_id,
        ticket=ticket,
        entry_pk=entry.pk,
        raw_pk=letter.row.pk,
        sender=sender,
        verdict=letter.verdict.value,
        verified=letter.verified,
        copied=copied,
        folded="" if opened else letter.reply.folded,
        html=letter.mail.html if opened else letter.html,
        pictures=files.pictures,
    ).save(force_insert=True)
    return Settled(state=MailState.DONE, outcome=outcome, reason=reason, reference=ticket.reference)
