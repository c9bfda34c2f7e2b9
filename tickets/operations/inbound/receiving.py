"""Taking a mail in: its bytes are stored and committed before anybody looks into them."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from helpdesk.lib.clock import database_now
from helpdesk.lib.crashpoints import reach
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import wake
from tickets.mail.caps import RAW
from tickets.mail.clean import clean_line
from tickets.models import MailState, RawMail

MOST_RECIPIENTS = 100
LONGEST_ADDRESS = 320
REASON = "a mail's organisation is not known before it is read"


def receive_mail(
    *,
    raw: bytes,
    channel: str,
    mail_from: str | None = None,
    recipients: Sequence[str] = (),
    at: datetime | None = None,
    ring: bool = True,
) -> RawMail:
    """Store a mail, and wake whoever reads it. It is committed when this returns, unless a transaction is open.

    Idempotent by its bytes: the same again is counted, and its recipients are added as long as nobody has read it.
    `mail_from` and `recipients` are the envelope's; None where the transport did not tell. Beyond the cap of
    `tickets.mail.caps` the bytes are not kept. Raises what the database raises: whoever brought the mail keeps it.
    """
    digest = sha256(raw).hexdigest()
    given = [clean_line(one)[:LONGEST_ADDRESS] for one in recipients[:MOST_RECIPIENTS]]
    with transaction.atomic(), system_scope(REASON):
        now = at or database_now()
        row = RawMail(
            raw=raw[:RAW],
            size=len(raw),
            sha256=digest,
            mail_from=None if mail_from is None else clean_line(mail_from)[:LONGEST_ADDRESS],
            recipients=given,
            channel=channel,
            received_at=now,
            next_at=now,
        )
        RawMail.objects.bulk_create([row], ignore_conflicts=True)
        stored = RawMail.objects.select_for_update().defer("raw").get(sha256=digest)
        stored.raw = row.raw  # the same bytes: a large mail is not brought back from the database
        if stored.public_id != row.public_id:
            _again(stored, given)
        reach("mail.before_store")
        if ring:
            wake("tickets.read_mail")
    reach("mail.stored")
    return stored


def _again(stored: RawMail, recipients: Sequence[str]) -> None:
    stored.deliveries += 1  # its row is locked
    if stored.state == MailState.STORED:
        stored.recipients = list(dict.fromkeys([*stored.recipients, *recipients]))[:MOST_RECIPIENTS]
    stored.save(update_fields=["deliveries", "recipients"])
