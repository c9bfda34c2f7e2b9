"""Reading stored mails: claim one with a lease, parse it, and make of it what it is, in one transaction."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F

from helpdesk.lib.clock import database_now
from helpdesk.lib.crashpoints import reach
from helpdesk.lib.errors import DomainError, in_words
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import wake
from tickets.inbound.senders import our_own, proven
from tickets.mail.authentication import Proof
from tickets.mail.parse import parse_mail
from tickets.mail.reply import extract_reply
from tickets.mail.shapes import Finding, Mail, Own, Reply, Verdict
from tickets.mail.verdict import classify
from tickets.mail.wording import content_key
from tickets.models import MailOutcome, MailState, RawMail
from tickets.models.incoming import LONGEST_HEADER
from tickets.operations.inbound.deciding import Settled, decide
from tickets.operations.inbound.receiving import REASON

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(seconds=30)
ATTEMPTS = 5
A_TURN = 50
OF_MACHINES = (Verdict.OWN, Verdict.BOUNCE)  # nothing is done in their sender's name, so nobody is asked for it


@dataclass(frozen=True, kw_only=True)
class Read:
    """A mail that was read: what is in it, and the row that says what it became.

    `own`: what is our own here. `proof`: what is known of its sender, where that was asked.
    """

    row: RawMail
    own: Own
    mail: Mail
    reply: Reply
    finding: Finding
    proof: Proof = Proof.NONE


def work_off_mail(*, limit: int = 500, in_turn: bool = False) -> int:
    """Read what waits, oldest first, until nothing is left or `limit` mails were read; returns that number.

    `in_turn`: after 50 mails it rings for the next ones, so that whatever else rings for a worker is not kept waiting.
    """
    limit = min(limit, A_TURN) if in_turn else limit
    read = 0
    while read < limit and process_mail() is not None:
        read += 1
    if in_turn and read == limit:
        wake("tickets.read_mail")
    return read


def process_mail(*, mail_id: int | None = None, raw: bytes | None = None, at: datetime | None = None) -> Read | None:
    """Claim one mail that waits (`mail_id`: this one), parse it, and settle what it is. None when there is none.

    `raw`: the bytes of that mail, where the caller has them at hand, so that they are not read again.

    The claim is committed first, with its lease and its count: a mail that kills its reader is not tried for ever, and
    one whose reader died is read again when the lease ends. What the mail becomes is one transaction with the mark of
    it, so a repeat does nothing twice. A mail that fails waits and, in the end, stands before a person.
    """
    row = _claim(mail_id, raw=raw, at=at)
    while row is not None and row.state == MailState.FAILED:
        row = _claim(mail_id, raw=raw, at=at)  # it has ended its readers: only a person has it read again
    if row is None:
        return None
    reach("mail.claimed")
    read = look_into(row)
    sealed = b"" if read.finding.verdict in OF_MACHINES else bytes(row.raw)
    read = replace(read, proof=proven(read.mail, sealed))
    try:
        _settle(read, at=at)
    except OperationalError:
        raise  # the database is away or gave up on us: the lease ends, and it is read again
    except Exception as error:
        logger.exception("mail %s could not be read", row.pk)
        _failed(row, error)
    reach("mail.after_commit")
    return read


def look_into(row: RawMail) -> Read:
    """What is in a mail, told from its bytes alone; changes nothing and asks nobody who sent it."""
    mail = parse_mail(bytes(row.raw), mail_from=row.mail_from or "", rcpt_to=row.recipients)
    with system_scope(REASON):
        own = our_own()
    finding = classify(mail, own, mail_from=row.mail_from)
    return Read(row=row, own=own, mail=mail, reply=extract_reply(mail), finding=finding)


def _claim(mail_id: int | None, *, raw: bytes | None, at: datetime | None) -> RawMail | None:
    with transaction.atomic(), system_scope(REASON):
        now = at or database_now()
        waiting = RawMail.objects.filter(state__in=(MailState.STORED, MailState.PROCESSING))
        if mail_id is not None:
            waiting = waiting.filter(pk=mail_id, state=MailState.STORED)
        else:
            waiting = waiting.filter(next_at__lte=now).order_by("next_at", "id")
        if raw is not None:
            waiting = waiting.defer("raw")
        row: RawMail | None = waiting.select_for_update(skip_locked=True).first()
        if row is None:
            return None
        if raw is not None:
            row.raw = raw
        row.attempts += 1
        row.state, row.next_at = MailState.PROCESSING, now + LEASE
        if row.attempts > ATTEMPTS:
            row.state, row.error = MailState.FAILED, row.error or "Whoever read it did not come back."
        row.save(update_fields=["state", "attempts", "next_at", "error"])
    return row


def _settle(read: Read, *, at: datetime | None) -> None:
    """Write what the mail becomes and say so in its row; nothing, where another has taken the lease over."""
    row = read.row
    with transaction.atomic(), system_scope(REASON):
        held = RawMail.objects.select_for_update().defer("raw")
        if not held.filter(pk=row.pk, attempts=row.attempts, settled_at__isnull=True).exists():
            row.refresh_from_db(fields=["state", "outcome", "reason", "reference"])
            return  # the lease had ended, and another has read it meanwhile
        _note(read)
        twin = take_key(row, content_key(read.mail))
        become(row, as_twin(twin) if twin else _decided(read, at=at))
        if row.state != MailState.DONE or row.outcome == MailOutcome.DROPPED:
            row.content_key = ""  # or a forged mail that came first would stand for the true one
        row.settled_at = at or database_now()
        row.save(update_fields=[*NOTED, *BECOME, "content_key", "settled_at"])
        reach("mail.before_commit")


NOTED = ("verdict", "sender", "proof", "subject", "message_id")
BECOME = ("state", "outcome", "reason", "reference", "error")


def _note(read: Read) -> None:
    row, mail = read.row, read.mail
    row.verdict = read.finding.verdict.value
    row.sender = mail.sender.key[:LONGEST_HEADER]
    row.proof = read.proof.value
    row.subject = mail.subject[:LONGEST_HEADER]
    row.message_id = mail.message_id[:LONGEST_HEADER]


def become(row: RawMail, settled: Settled) -> None:
    """Put into the row what the mail became; the caller saves `BECOME`."""
    row.state, row.outcome, row.reason = settled.state, settled.outcome, settled.reason
    row.reference, row.error = settled.reference, settled.error


def _decided(read: Read, *, at: datetime | None) -> Settled:
    """What the mail becomes; what the operations refuse waits for a person, and nothing of it is written."""
    try:
        with transaction.atomic():
            return decide(
                row=read.row,
                own=read.own,
                mail=read.mail,
                reply=read.reply,
                finding=read.finding,
                proof=read.proof,
                at=at,
            )
    except DomainError as refusal:
        return Settled(state=MailState.QUARANTINED, reason="refused", error=refusal.message)


def take_key(row: RawMail, key: str) -> RawMail | None:
    """Take the key of the mail's content for this row; where another has it, that row. Waits for one that is at it."""
    try:
        with transaction.atomic():
            RawMail.objects.filter(pk=row.pk).update(content_key=key)
    except IntegrityError:
        return RawMail.objects.defer("raw").get(content_key=key)
    row.content_key = key
    return None


def as_twin(twin: RawMail) -> Settled:
    """What a mail becomes whose twin was written down before; the twin counts it."""
    RawMail.objects.filter(pk=twin.pk).update(deliveries=F("deliveries") + 1)
    return Settled(state=MailState.DONE, outcome=MailOutcome.DUPLICATE, reason="came_before", reference=twin.reference)


def _failed(row: RawMail, error: Exception) -> None:
    """Note the failure: it is tried again after a while, five times, and then waits for a person."""
    with transaction.atomic(), system_scope(REASON):
        over = row.attempts >= ATTEMPTS
        row.state = MailState.FAILED if over else MailState.STORED
        row.next_at = database_now() + FIRST_WAIT * 2 ** (row.attempts - 1)
        row.error = in_words(error)
        row.content_key, row.outcome, row.reason, row.reference = "", MailOutcome.NONE, "", ""
        row.save(update_fields=["state", "next_at", "error"])
