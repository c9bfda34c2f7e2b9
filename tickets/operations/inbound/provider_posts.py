"""Posts of mail providers: committed first, then read. A mail goes the way of every mail, a report to its mail."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, transaction

from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import wake
from helpdesk.notifications.operations import record_bounce
from tickets.inbound.provider_shapes import Brought, NotRaw
from tickets.inbound.providers import PROVIDERS
from tickets.models import MailChannel, PostKind, PostState, ProviderPost
from tickets.operations.inbound.receiving import receive_mail

logger = logging.getLogger(__name__)
REASON = "a provider's post names a mail, and no organisation"
LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(seconds=30)
ATTEMPTS = 5


def store_post(
    *,
    provider: str,
    kind: PostKind,
    key: str,
    body: bytes,
    content_type: str,
    headers: Mapping[str, str],
    at: datetime | None = None,
) -> bool:
    """Store a post, and wake whoever reads it; whether it was new. The same `key` again changes nothing.

    Committed when this returns, unless a transaction is open. Raises what the database raises: its sender comes again.
    """
    with transaction.atomic(), system_scope(REASON):
        now = at or database_now()
        row = ProviderPost(
            provider=provider, kind=kind, key=key, body=body, content_type=content_type[:300], headers=dict(headers),
            received_at=now, next_at=now,
        )  # fmt: skip
        before = ProviderPost.objects.filter(provider=provider, kind=kind, key=key).exists()
        ProviderPost.objects.bulk_create([row], ignore_conflicts=True)
        wake("tickets.read_provider_posts")
    return not before


def work_off_posts(*, limit: int = 500) -> int:
    """Read what waits, oldest first, until nothing is left or `limit` posts were read; returns that number."""
    read = 0
    while read < limit and process_post() is not None:
        read += 1
    return read


def process_post(*, at: datetime | None = None) -> ProviderPost | None:
    """Claim one post that waits and do what it says; None when there is none.

    The claim is committed first; what follows from a post is one transaction with the mark of it. One that fails is
    tried five times, and then stays with its error.
    """
    row = _claim(at=at)
    if row is None or row.state == PostState.FAILED:
        return row
    if lacking := _lacking(row):
        logger.warning("%s cannot be read: %s", row, lacking)
        _failed(row, lacking, over=True)  # trying again mends nothing; an admin has it read once it is set
        return row
    try:
        _settle(row, _mails_in(row), at=at)
    except OperationalError:
        raise  # the database is away or gave up on us: the lease ends, and it is read again
    except Exception as error:
        logger.exception("%s could not be read", row)
        _failed(row, f"{type(error).__name__}: {error}", over=row.attempts >= ATTEMPTS)
    return row


def _lacking(row: ProviderPost) -> str:
    """Why posts of this provider cannot be read by the settings as they are now; empty where they can."""
    provider = PROVIDERS.get(row.provider)
    if provider is None:
        return f"There is no provider {row.provider}."
    return f"The settings name no {provider.missing}." if provider.missing else ""


@transaction.atomic
def reread_post(*, post_id: int, actor: Actor, at: datetime | None = None) -> ProviderPost:
    """Have a post that could not be read tried again, five times anew. Raises `Conflict` for any other."""
    require(actor, "settings.outbox")
    with system_scope(REASON):
        row = ProviderPost.objects.select_for_update().defer("body").filter(pk=post_id, state=PostState.FAILED).first()
        if row is None:
            raise Conflict("That post does not wait to be read again: look at the list anew.")
        row.state, row.attempts, row.next_at = PostState.WAITING, 0, at or database_now()
        row.save(update_fields=["state", "attempts", "next_at"])
        wake("tickets.read_provider_posts")
    facts = {"provider": row.provider, "kind": row.kind, "error": row.error[:500]}
    record_vendor(action="mail.reread_post", subject=str(row), actor=actor, at=row.next_at, data=facts)
    return row


def remove_old_posts(*, at: datetime | None = None, batch: int = 500) -> int:
    """Remove posts that were read more than `HELPDESK_MAIL_POST_DAYS` ago, each batch in a transaction; how many.

    One that could not be read stays until it was: it may hold a client's mail.
    """
    before = (at or database_now()) - timedelta(days=settings.MAIL_POST_DAYS)
    removed = 0
    while found := _remove_some(before, batch):
        removed += found
    return removed


def _remove_some(before: datetime, batch: int) -> int:
    with transaction.atomic(), system_scope(REASON):
        old = ProviderPost.objects.filter(state=PostState.DONE, received_at__lt=before)
        rows = old.select_for_update(skip_locked=True).order_by("pk")[:batch]
        removed, _ = ProviderPost.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()
    return removed


def _claim(*, at: datetime | None) -> ProviderPost | None:
    with transaction.atomic(), system_scope(REASON):
        now = at or database_now()
        waiting = ProviderPost.objects.filter(state=PostState.WAITING, next_at__lte=now).order_by("next_at", "id")
        row: ProviderPost | None = waiting.select_for_update(skip_locked=True).first()
        if row is None:
            return None
        row.attempts += 1
        row.next_at = now + LEASE
        if row.attempts > ATTEMPTS:
            row.state, row.error = PostState.FAILED, row.error or "Whoever read it did not come back."
        row.save(update_fields=["attempts", "next_at", "state", "error"])
    return row


def _mails_in(row: ProviderPost) -> list[Brought] | NotRaw:
    """The mails of a post; some are fetched for it, so no transaction is open. Raises for what may go another time."""
    provider = PROVIDERS[row.provider]
    try:
        asked = provider.asks(bytes(row.body)) if provider.asks else None
        if asked is not None:
            return asked
        return provider.mails(bytes(row.body), row.content_type) if row.kind == PostKind.INBOUND else []
    except (NotRaw, ValueError, LookupError, TypeError, AttributeError, ImproperlyConfigured) as fault:
        return (
            fault if isinstance(fault, NotRaw) else NotRaw(f"not a post of its kind ({type(fault).__name__}: {fault})")
        )


def _settle(row: ProviderPost, mails: list[Brought] | NotRaw, *, at: datetime | None) -> None:
    with transaction.atomic(), system_scope(REASON):
        held = ProviderPost.objects.select_for_update().filter(
            pk=row.pk, attempts=row.attempts, state=PostState.WAITING
        )
        if not held.values_list("pk").first():
            return  # the lease had ended, and another has read it meanwhile
        row.error = ""
        row.result = (
            _take_mails(row, mails) if row.kind == PostKind.INBOUND or isinstance(mails, NotRaw) else _take_reports(row)
        )
        row.state, row.settled_at = PostState.DONE, at or database_now()
        row.save(update_fields=["state", "result", "error", "settled_at", "body"])


def _take_mails(row: ProviderPost, mails: list[Brought] | NotRaw) -> str:
    """Hand the mails to the way of every mail. A post that holds none goes there as it is, so that a person sees it."""
    if isinstance(mails, NotRaw):
        head = f"Subject: A post of {row.provider} without a raw mail\r\n\r\n{mails}\r\n\r\n".encode()
        receive_mail(raw=head + bytes(row.body), channel=MailChannel.PROVIDER, at=row.received_at)
        row.error = str(mails)[:2000]
        return "no raw mail in it: put before a person"
    stored = [
        receive_mail(
            raw=one.raw, channel=MailChannel.PROVIDER, mail_from=one.mail_from, recipients=one.recipients,
            at=row.received_at,
        )
        for one in mails
    ]  # fmt: skip
    row.body = b""
    return ", ".join(f"mail {one.public_id}" for one in stored[:4]) if stored else "no mail in it"


def _take_reports(row: ProviderPost) -> str:
    found = PROVIDERS[row.provider].reports(bytes(row.body), row.content_type)
    ours = [
        record_bounce(
            message_id=one.message_id, recipient=one.recipient, permanent=one.permanent, status=one.status,
            detail=one.detail, complaint=one.complaint, at=row.received_at,
        )
        for one in found
    ]  # fmt: skip
    return f"reports: {len(found)}, of mails of ours: {sum(mail is not None for mail in ours)}"


def _failed(row: ProviderPost, error: str, *, over: bool) -> None:
    """Note why; `over`: it is not tried again by itself."""
    with transaction.atomic(), system_scope(REASON):
        row.state = PostState.FAILED if over else PostState.WAITING
        row.next_at = database_now() + FIRST_WAIT * 2 ** (row.attempts - 1)
        row.error = error.encode("utf-8", "replace").decode().replace("\x00", "?")[:2000]
        row.save(update_fields=["state", "next_at", "error"])
