"""What is to be done with a mail that was read: nothing, hand it to a person, or write it down."""

from datetime import datetime

from helpdesk.accounts.members import Member
from helpdesk.accounts.operations import add_contact
from helpdesk.notifications.operations import record_bounce
from helpdesk.notifications.threads import reported_id
from tickets.inbound.senders import Sender, sender_of
from tickets.mail.authentication import Proof
from tickets.mail.shapes import Finding, Mail, Own, Reply, Verdict
from tickets.models import MailOutcome, MailState, RawMail
from tickets.operations.inbound.canary import note_arrival
from tickets.operations.inbound.writing import Letter, Settled, write_letter

UNPARSABLE = "unparsable"


def decide(
    *, row: RawMail, own: Own, mail: Mail, reply: Reply, finding: Finding, proof: Proof, at: datetime | None
) -> Settled:
    """Our own mail and reports of the mail system open nothing; a mail of nobody whom we know waits for a person.

    A client's verified domain makes a contact of a proven sender.

    An automatic answer becomes at most an entry of its ticket. The caller is inside a transaction and the system
    scope. Raises `DomainError` where an operation refuses it.
    """
    if finding.verdict is Verdict.BOUNCE:
        return _bounced(finding, mail)
    if finding.verdict is Verdict.OWN:
        return _dropped("canary" if note_arrival(row=row, mail=mail) else finding.verdict.value)
    sender = sender_of(mail, proof)
    stranger = sender.member is None
    if finding.verdict is Verdict.AUTO_REPLY and (stranger or sender.refusal):
        return _dropped("automatic")
    if sender.refusal:
        return _waits(row, sender.refusal)
    if unreadable := _unreadable(mail):
        return _waits(row, unreadable)
    if stranger and (finding.verdict is not Verdict.HUMAN or _is_blocked(row)):
        return _waits(row, "unknown_sender")
    member = sender.member or _welcomed(sender, mail, at=at)
    letter = Letter(
        row=row, own=own, mail=mail, reply=reply, verdict=finding.verdict, member=member,
        verified=sender.proof is Proof.PASS, at=at,
    )  # fmt: skip
    return write_letter(letter)


def _welcomed(sender: Sender, mail: Mail, *, at: datetime | None) -> Member:
    """Who writes from an organisation's verified domain for the first time, proven: its new contact."""
    assert sender.domain is not None, "without one it would be refused"
    return add_contact(domain=sender.domain, email=mail.sender.key, name=mail.sender.name, at=at)


def _bounced(finding: Finding, mail: Mail) -> Settled:
    """Note with each mail of ours what is reported of it. A report never becomes a ticket.

    Our mail is known by its id in the report, else by the address that the report was sent to.
    """
    reported = [reported_id(one.key) for one in (*mail.delivered_to, *mail.to)]
    for one in finding.failures:
        if not (one.permanent or one.action in ("failed", "delayed", "complained")):
            continue
        for message_id in filter(None, (one.original_id, *reported)):
            found = record_bounce(
                message_id=message_id,
                recipient=one.recipient,
                permanent=one.permanent,
                status=one.status,
                detail=one.diagnostic,
                complaint=one.action == "complained",
            )
            if found is not None:
                break
    return _dropped(finding.verdict.value)


def _unreadable(mail: Mail) -> str:
    if any(defect.startswith(UNPARSABLE) for defect in mail.defects):
        return UNPARSABLE
    return "too_large" if mail.too_large else ""


def _dropped(reason: str) -> Settled:
    return Settled(state=MailState.DONE, outcome=MailOutcome.DROPPED, reason=reason)


def _waits(row: RawMail, reason: str) -> Settled:
    """For a person; a sender who was blocked once is not shown again."""
    return Settled(state=MailState.BLOCKED if _is_blocked(row) else MailState.QUARANTINED, reason=reason)


def _is_blocked(row: RawMail) -> bool:
    return bool(row.sender) and RawMail.objects.filter(state=MailState.BLOCKED, sender=row.sender).exists()
