"""Delivering queued rows: one row, one transaction. At least once, never lost; a repeat keeps its Message-ID."""

import random
import re
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused

from anymail.exceptions import AnymailAPIError, AnymailInvalidAddress, AnymailRecipientsRefused
from anymail.message import AnymailMessage
from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from helpdesk.lib.clock import database_now
from helpdesk.lib.crashpoints import reach
from helpdesk.lib.errors import in_words
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import wake
from helpdesk.notifications.models import AccountNotice, DeliveryState, Direction, Notice
from helpdesk.notifications.operations import record_message, refuse_address
from helpdesk.notifications.outgoing import message_of
from helpdesk.notifications.queries import blocked_addresses
from helpdesk.notifications.wishes import stays_in_app
from helpdesk.notifications.withholding import withhold

ATTEMPTS = 10
A_TURN = 25
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
MARKED = ("state", "attempts", "next_at", "sent_at", "last_error", "bounced_at")
OLDEST_QUEUED = """
    SELECT coalesce(extract(epoch FROM statement_timestamp() - least(
        (SELECT min(next_at) FROM notifications_notice WHERE state = 'queued' AND next_at <= statement_timestamp()),
        (SELECT min(next_at) FROM notifications_accountnotice
         WHERE state = 'queued' AND NOT is_listed AND next_at <= statement_timestamp())
    )), 0)
"""
# What a server says of an address that is none, or is closed; not of a policy, a full mailbox, or of us.
NO_ADDRESS = re.compile(
    r"\b5\.(?:1\.(?:1|2|3|6|10)|2\.1)\b|no such (?:user|mailbox|address|recipient)|user unknown|unknown user|"
    r"does not exist",
    re.IGNORECASE,
)
GONE = (DeliveryState.SENT, DeliveryState.SUPPRESSED)


def deliver_due(*, limit: int = 500, in_turn: bool = False) -> int:
    """Send what is due, oldest first, until nothing is left or `limit` rows were tried; returns that number.

    `in_turn`: after 25 rows it rings for the next ones, so that whatever else rings for a worker is not kept waiting.
    """
    limit = min(limit, A_TURN) if in_turn else limit
    tried = 0
    # Few and awaited by a person at the screen come first; what goes to thousands last.
    for model, listed in ((AccountNotice, False), (Notice, False), (AccountNotice, True)):
        while tried < limit and deliver_one(model, listed=listed):
            tried += 1
    if in_turn and tried == limit:
        wake("notifications.deliver")
    return tried


def deliver_one(model: type[Notice] | type[AccountNotice], *, listed: bool = False) -> bool:
    """Claim one due row, hand it to the mail backend, mark it. False when nothing was there to claim.

    `listed`: of account notices those that go to many.

    A process that dies between the provider's acceptance and the commit leaves the row queued: the repeat
    carries the same Message-ID. Row locks, not flags, so a dead worker's claim ends with its connection.
    """
    with transaction.atomic(), system_scope("the sender takes every organisation's notices"):
        due = model.objects.filter(state=DeliveryState.QUEUED, next_at__lte=Now()).order_by("next_at", "id")
        if model is AccountNotice:
            due = due.filter(is_listed=listed)
        notice = due.select_for_update(skip_locked=True).first()
        if notice is None:
            return False
        reach("sender.claimed")
        _attempt(notice)
        reach("sender.before_mark")
        notice.save(update_fields=[*MARKED, *_wipe(notice)])
        reach("sender.before_commit")
    reach("sender.after_commit")
    return True


def _wipe(notice: Notice | AccountNotice) -> tuple[str, ...]:
    """Forget the secret of a mail that has gone, or never will; the demo's outbox shows it. Returns what changed."""
    if settings.DEMO or not isinstance(notice, AccountNotice) or notice.state not in GONE:
        return ()
    notice.secret = ""
    return ("secret",)


def _attempt(notice: Notice | AccountNotice) -> None:
    if fault := blocked_addresses([notice.recipient]).get(notice.recipient.lower()):
        notice.state, notice.last_error = DeliveryState.SUPPRESSED, fault
        return
    if isinstance(notice, Notice) and withhold(notice, now=database_now):
        return
    if isinstance(notice, Notice) and stays_in_app(notice):
        notice.state = DeliveryState.APP
        return
    notice.attempts += 1
    try:
        # Its own savepoint: a template that fails on a database read must not take the row's mark with it.
        with transaction.atomic():
            mail = message_of(notice)
            mail.send()
    except Exception as error:  # noqa: BLE001 - a poison row hurts only itself, whatever it raises
        _failed(notice, error, at=database_now())
    else:
        reach("sender.accepted")
        now = database_now()
        _keep_ids(notice, mail, at=now)
        notice.state, notice.last_error, notice.sent_at = DeliveryState.SENT, "", now


def _keep_ids(notice: Notice | AccountNotice, mail: AnymailMessage, *, at: datetime) -> None:
    """Keep the mail's id, and the one that the provider has given it: answers and bounces name either."""
    if not isinstance(notice, Notice):
        return
    # A backend of Django's own says nothing of the kind.
    given = getattr(getattr(mail, "anymail_status", None), "message_id", None)
    for message_id in (notice.message_id, given):
        if isinstance(message_id, str):
            record_message(
                organisation_id=notice.organisation_id,
                reference=notice.reference,
                message_id=message_id,
                direction=Direction.OUT,
                address=notice.recipient,
                at=at,
                notice_pk=notice.pk,
            )


def _failed(notice: Notice | AccountNotice, error: Exception, *, at: datetime) -> None:
    notice.last_error = in_words(error)
    if is_permanent(error) or notice.attempts >= ATTEMPTS:
        notice.state = DeliveryState.DEAD
        if is_fault_of_the_address(error):
            refuse_address(mail=notice, at=at)
        return
    wait = min(FIRST_WAIT * 2 ** (notice.attempts - 1), LONGEST_WAIT)
    notice.next_at = at + wait + timedelta(seconds=random.uniform(0, 5))  # noqa: S311 - spreads retries, no secret


def is_permanent(error: Exception) -> bool:
    """Whether trying again cannot help: the recipient or the message itself was refused."""
    if isinstance(error, AnymailRecipientsRefused | AnymailInvalidAddress):
        return True
    if isinstance(error, AnymailAPIError) and error.status_code is not None:
        return 400 <= error.status_code < 500 and error.status_code not in (401, 403, 408, 429)
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    # Only the message itself: a refused sign-in, sender or greeting is our own configuration, which gets mended.
    return isinstance(error, SMTPDataError) and error.smtp_code >= 500


def is_fault_of_the_address(error: Exception) -> bool:
    """Whether the address itself was refused for good, so that it gets no more mail, as if one had come back."""
    if isinstance(error, AnymailRecipientsRefused):
        return True
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    said = [(code, text.decode("utf-8", "replace")) for code, text in error.recipients.values()]
    return all(code >= 500 and NO_ADDRESS.search(text) for code, text in said)


def oldest_queued_age() -> float:
    """Seconds by which the oldest due mail, a notice or an account's, is late; 0.0 when none waits. For health."""
    with system_scope("health: the oldest waiting mail"), connection.cursor() as cursor:
        cursor.execute(OLDEST_QUEUED)
        return float(cursor.fetchone()[0])
