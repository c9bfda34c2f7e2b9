"""What is to be done with a mail that was read: nothing, hand it to a person, or write it down."""

from datetime import datetime

from helpdesk.notifications.operations import record_bounce
from tickets.mail.authentication import Proof
from tickets.mail.shapes import Finding, Mail, Reply, Verdict
from tickets.mail_senders import sender_of
from tickets.models import MailOutcome, MailState, RawMail
from tickets.models.incoming import LONGEST_HEADER
from tickets.operations.mail_writing import Letter, Settled, write_letter

UNPARSABLE = "unparsable"


def decide(*, row: RawMail, mail: Mail, reply: Reply, finding: Finding, at: datetime | None) -> Settled:
    """Our own mail and reports of the mail system open nothing; a mail of nobody whom we know waits for a person.

    An automatic answer becomes at most an entry of its ticket. The caller is inside a transaction and the system
    scope. Raises `DomainError` where an operation refuses it.
    """
    if finding.verdict is Verdict.BOUNCE:
        return _bounced(finding)
    if finding.verdict is Verdict.OWN:
        return _dropped(finding.verdict.value)
    sender = sender_of(mail)
    if sender.member is None or sender.refusal:
        if finding.verdict is Verdict.AUTO_REPLY:
            return _dropped("automatic")
        return _waits(row, sender.refusal)
    if unreadable := _unreadable(mail):
        return _waits(row, unreadable)
    letter = Letter(
        row=row, mail=mail, reply=reply, verdict=finding.verdict, member=sender.member,
        verified=sender.proof is Proof.PASS, at=at,
    )  # fmt: skip
    return write_letter(letter)


def _bounced(finding: Finding) -> Settled:
    """Note with each mail of ours what is reported of it. A report never becomes a ticket."""
    for one in finding.failures:
        if one.permanent or one.action in ("failed", "delayed", "complained"):
            record_bounce(
                message_id=one.original_id,
                recipient=one.recipient,
                permanent=one.permanent,
                status=one.status,
                detail=one.diagnostic,
                complaint=one.action == "complained",
            )
    return _dropped(finding.verdict.value)


def _unreadable(mail: Mail) -> str:
    if any(defect.startswith(UNPARSABLE) for defect in mail.defects):
        return UNPARSABLE
    return "too_large" if mail.too_large else ""


def _dropped(reason: str) -> Settled:
    return Settled(state=MailState.DONE, outcome=MailOutcome.DROPPED, reason=reason)


def _waits(row: RawMail, reason: str) -> Settled:
    """For a person; a sender who was blocked once is not shown again."""
    sender = row.sender[:LONGEST_HEADER]
    blocked = sender and RawMail.objects.filter(state=MailState.BLOCKED, sender=sender).exists()
    return Settled(state=MailState.BLOCKED if blocked else MailState.QUARANTINED, reason=reason)
