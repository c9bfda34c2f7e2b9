"""A mail to ourselves, to see that mail goes out and comes in: asked for, sent by a worker, known by its token."""

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.signing import BadSignature, Signer
from django.db import transaction

from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import SYSTEM, Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import wake
from helpdesk.notifications.outgoing import INSTANCE_HEADER
from tickets.mail.shapes import Mail
from tickets.models import MailCanary, RawMail

logger = logging.getLogger(__name__)
REASON = "a test mail to ourselves belongs to no organisation"
HEADER = "X-Helpdesk-Canary"
KEPT = timedelta(days=7)
PAUSE = timedelta(seconds=10)  # between two that people ask for
_SIGNER = Signer(salt="helpdesk.mail.canary")
_BODY = "A test mail of the helpdesk to itself, to see that mail goes out and comes in. Nobody needs to do anything.\n"


@transaction.atomic
def ask_canary(*, actor: Actor, at: datetime | None = None) -> MailCanary:
    """Have a test mail sent; a worker sends it in a moment. Raises `Conflict` where one was asked for just before."""
    require(actor, "settings.outbox")
    now = at or database_now()
    by_person = actor is not SYSTEM
    with system_scope(REASON):
        newest = MailCanary.objects.order_by("-pk").first()
        if by_person and newest is not None and newest.asked_at > now - PAUSE:
            raise Conflict("A test mail was asked for a moment ago. See first what becomes of it.")
        row = MailCanary(asked_at=now, asked_by=actor.name if by_person else "")
        row.save(force_insert=True)
    if by_person:
        record_vendor(action="mail.test", subject=str(row), actor=actor, at=now, data={"test": str(row.public_id)})
    wake("tickets.keep_canary")
    return row


def keep_canary(*, at: datetime | None = None) -> int:
    """Ask for one where one is due by the settings, and send what was asked for; returns how many went out.

    A mail server that refuses is noted with the test mail; the next one is tried when it is due.
    """
    now = at or database_now()
    with transaction.atomic(), system_scope(REASON):
        MailCanary.objects.filter(asked_at__lt=now - KEPT).delete()
        newest = MailCanary.objects.filter(asked_by="").order_by("-pk").first()
        every = timedelta(seconds=settings.MAIL_CANARY_SECONDS)
        # Beat comes once a minute: half of that early is in time.
        if every and (newest is None or newest.asked_at <= now - every + timedelta(seconds=30)):
            MailCanary(asked_at=now).save(force_insert=True)
    sent = 0
    while (row := _send_next(at=at)) is not None:
        sent += not row.error
    return sent


def _send_next(*, at: datetime | None) -> MailCanary | None:
    with transaction.atomic(), system_scope(REASON):
        waiting = MailCanary.objects.filter(sent_at=None).select_for_update(skip_locked=True).order_by("pk")
        row: MailCanary | None = waiting.first()
        if row is None:
            return None
        row.sent_at = at or database_now()
        try:
            _message(row.public_id).send()
        except Exception as error:  # noqa: BLE001 - whatever the mail server says is what is to be known
            logger.warning("the test mail could not be sent: %s", error)
            row.error = (
                f"{type(error).__name__}: {error}".encode("utf-8", "replace").decode().replace("\x00", "?")[:500]
            )
        row.save(update_fields=["sent_at", "error"])
    return row


def _message(public_id: uuid.UUID) -> EmailMessage:
    return EmailMessage(
        subject="Test mail of the helpdesk",
        body=_BODY,
        to=[settings.REPLY_ADDRESS],
        connection=_connection(),
        headers={
            "Message-ID": f"<canary-{public_id}@{settings.MESSAGE_ID_DOMAIN}>",
            INSTANCE_HEADER: settings.MESSAGE_ID_DOMAIN,
            HEADER: _SIGNER.sign(str(public_id)),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )


def _connection() -> BaseEmailBackend:
    """The configured mail server; in the demo, which sends nothing, its own listener."""
    if settings.MAIL_CANARY_PORT:
        backend = "django.core.mail.backends.smtp.EmailBackend"
        given: dict[str, Any] = {"username": "", "password": "", "use_tls": False, "timeout": 5}
        return get_connection(backend, host="127.0.0.1", port=settings.MAIL_CANARY_PORT, **given)
    return get_connection()


def note_arrival(*, row: RawMail, mail: Mail) -> bool:
    """Whether this mail is a test mail of ours, by its token; its arrival is noted once. Needs the system scope.

    A token that was changed is none. One that comes again is still ours, and moves nothing.
    """
    try:
        public_id = uuid.UUID(_SIGNER.unsign(mail.header(HEADER.lower()).strip()))
    except (BadSignature, ValueError):
        return False
    found = MailCanary.objects.filter(public_id=public_id, arrived_at=None)
    found.update(arrived_at=row.received_at, raw_pk=row.pk)
    return True
