"""Delivering queued rows: one row, one transaction. At least once, never lost; a repeat keeps its Message-ID."""

import random
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused

from anymail.exceptions import AnymailAPIError, AnymailInvalidAddress, AnymailRecipientsRefused
from anymail.message import AnymailMessage
from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from helpdesk.lib.clock import database_now
from helpdesk.lib.crashpoints import reach
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import AccountNotice, DeliveryState, Direction, Notice
from helpdesk.notifications.operations import record_message
from helpdesk.notifications.outgoing import message_of
from helpdesk.notifications.queries import blocked_addresses
from helpdesk.notifications.wishes import stays_in_app
from helpdesk.notifications.withholding import withhold

ATTEMPTS = 10
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
MARKED = ("state", "attempts", "next_at", "sent_at", "last_error")
OLDEST_QUEUED = """
    SELECT coalesce(extract(epoch FROM statement_timestamp() - least(
        (SELECT min(next_at) FROM notifications_notice WHERE state = 'queued' AND next_at <= statement_timestamp()),
        (SELECT min(next_at) FROM notifications_accountnotice
         WHERE state = 'queued' AND next_at <= statement_timestamp())
    )), 0)
"""
GONE = (DeliveryState.SENT, DeliveryState.SUPPRESSED)


def deliver_due(*, limit: int = 500) -> int:
    """Send what is due, oldest first, until nothing is left or `limit` rows were tried; returns that number."""
    tried = 0
    for model in (AccountNotice, Notice):  # few and awaited by a person at the screen come first
        while tried < limit and deliver_one(model):
            tried += 1
    return tried


def deliver_one(model: type[Notice] | type[AccountNotice]) -> bool:
    """Claim one due row, hand it to the mail backend, mark it. False when nothing was there to claim.

    A process that dies between the provider's acceptance and the commit leaves the row queued: the repeat
    carries the same Message-ID. Row locks, not flags, so a dead worker's claim ends with its connection.
    """
    with transaction.atomic(), system_scope("the sender takes every organisation's notices"):
        due = model.objects.filter(state=DeliveryState.QUEUED, next_at__lte=Now()).order_by("next_at", "id")
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
    if isinstance(notice, Notice) and withhold(notice, at=database_now()):
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
        _keep_ids(notice, mail)
        notice.state, notice.last_error, notice.sent_at = DeliveryState.SENT, "", database_now()


def _keep_ids(notice: Notice | AccountNotice, mail: AnymailMessage) -> None:
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
                at=database_now(),
                notice_pk=notice.pk,
            )


def _failed(notice: Notice | AccountNotice, error: Exception, *, at: datetime) -> None:
    notice.last_error = in_words(error)
    if is_permanent(error) or notice.attempts >= ATTEMPTS:
        notice.state = DeliveryState.DEAD
        return
    wait = min(FIRST_WAIT * 2 ** (notice.attempts - 1), LONGEST_WAIT)
    notice.next_at = at + wait + timedelta(seconds=random.uniform(0, 5))  # noqa: S311 - spreads retries, no secret


def in_words(error: Exception) -> str:
    """The error as it can be stored, whatever it says: the mark of a failure must not itself fail."""
    try:
        said = str(error)
    except Exception:  # noqa: BLE001 - some libraries' errors fail while they describe themselves
        said = "(no description)"
    storable = said.encode("utf-8", "replace").decode().replace("\x00", "?")
    return f"{type(error).__name__}: {storable}"[:2000]


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


def oldest_queued_age() -> float:
    """Seconds by which the oldest due mail, a notice or an account's, is late; 0.0 when none waits. For health."""
    with system_scope("health: the oldest waiting mail"), connection.cursor() as cursor:
        cursor.execute(OLDEST_QUEUED)
        return float(cursor.fetchone()[0])
