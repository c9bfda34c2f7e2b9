"""Queueing notices, in the transaction that causes them, and what an admin may do to one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from helpdesk.audit.operations import record, record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict
from helpdesk.lib.rows import Group, Row, insert_groups
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import wake
from helpdesk.notifications.drafts import Draft
from helpdesk.notifications.keys import key_of
from helpdesk.notifications.models import SECRET_MARK, AccountNotice, DeliveryState, Notice
from helpdesk.notifications.queries import blocked_addresses


def queue_notices(drafts: Sequence[Draft]) -> None:
    """Write the notices with one statement; a key that exists already is left alone (recorded exactly once).

    A recipient that is one of our own inbound addresses, or suppressed, gets a row that says so and no mail.
    """
    if not drafts:
        return
    blocked = blocked_addresses(draft.recipient.email for draft in drafts)
    insert_groups(Notice, _grouped(drafts, blocked), ignore_conflicts=True)
    wake("notifications.deliver")


def _grouped(drafts: Sequence[Draft], blocked: Mapping[str, str]) -> list[Group]:
    """The notices by occurrence: everybody who is told of one is told the same."""
    told: dict[tuple[object, ...], list[Draft]] = {}
    for draft in drafts:
        said = (draft.organisation_id, draft.key, draft.template, draft.level, draft.send_at, draft.reason)
        # Drafts that are alive at the same time and share their facts share the very same ones.
        told.setdefault(
            (*said, draft.event, draft.path, draft.created_at, draft.audience, draft.entry_id, id(draft.facts)), []
        ).append(draft)
    return [Group(_shared(same[0]), [_own(draft, blocked) for draft in same]) for same in told.values()]


def _shared(draft: Draft) -> Row:
    return {
        "organisation_id": draft.organisation_id,
        "event": draft.event,
        "audience": draft.audience.value,
        "entry_id": draft.entry_id,
        "level": draft.level,
        "template": draft.template,
        "facts": draft.facts,
        "reason": draft.reason,
        "reference": draft.reference,
        "path": draft.path,
        "created_at": draft.created_at,
        "next_at": draft.send_at,
    }


def _own(draft: Draft, blocked: Mapping[str, str]) -> Row:
    person = draft.recipient
    fault = blocked.get(person.email.lower(), "")
    return {
        "key": key_of(occurrence=draft.key, address=person.email),
        "recipient": person.email,
        "recipient_name": person.name,
        "role": person.role,
        "zone": person.zone,
        "state": DeliveryState.SUPPRESSED if fault else DeliveryState.QUEUED,
        "last_error": fault,
    }


def queue_account_notice(
    *, recipient: str, event: str, subject: str, text: str, secret: str = "", about: str = ""
) -> None:
    """Queue a mail about a person's own account.

    A `secret` in the text (the link that opens the account) is kept apart from it and wiped once the mail has gone.
    `about` names what the mail is sent for, so that `withdraw_account_notices` finds it.
    """
    row = AccountNotice(
        recipient=recipient,
        event=event,
        subject=subject[:200],
        text=text.replace(secret, SECRET_MARK) if secret else text,
        secret=secret,
        about=about,
    )
    with system_scope("account mails belong to no organisation"):
        row.save(force_insert=True)
    wake("notifications.deliver")


@dataclass(frozen=True, kw_only=True)
class ListedMail:
    """One subscriber's mail. `key` makes it unique; `link`, which the text holds, leads to where it is ended."""

    key: str
    recipient: str
    event: str
    subject: str
    text: str
    link: str
    about: str
    at: datetime


def queue_listed_mails(mails: Sequence[ListedMail]) -> None:
    """Queue mails to many who asked for them, with one statement; a key that exists already is left alone.

    They stand behind all other mails. A suppressed address gets a row that says so, and no mail. Call it in the system
    scope.
    """
    if not mails:
        return
    blocked = blocked_addresses(one.recipient for one in mails)
    rows = [_listed(one, blocked.get(one.recipient.lower(), "")) for one in mails]
    AccountNotice.objects.bulk_create(rows, ignore_conflicts=True)
    wake("notifications.deliver")


def _listed(mail: ListedMail, fault: str) -> AccountNotice:
    return AccountNotice(
        key=mail.key, recipient=mail.recipient, event=mail.event, subject=mail.subject[:200], about=mail.about,
        text=mail.text.replace(mail.link, SECRET_MARK), secret="" if fault else mail.link, is_listed=True,
        state=DeliveryState.SUPPRESSED if fault else DeliveryState.QUEUED, last_error=fault,
        created_at=mail.at, next_at=mail.at,
    )  # fmt: skip


def remove_listed_mails(*, before: datetime, batch: int = 5_000) -> int:
    """Remove mails to subscribers that were done with before this instant, a batch a transaction; returns how many."""
    removed = 0
    while True:
        with transaction.atomic(), system_scope("account mails belong to no organisation"):
            old = AccountNotice.objects.filter(is_listed=True, created_at__lt=before)
            chosen = list(old.exclude(state=DeliveryState.QUEUED).order_by("pk").values_list("pk", flat=True)[:batch])
            AccountNotice.objects.filter(pk__in=chosen).delete()
        removed += len(chosen)
        if len(chosen) < batch:
            return removed


def withdraw_account_notices(*, about: str) -> int:
    """Keep unsent account mails from going, because what they are about has changed; returns how many.

    Their secrets are wiped: the links open nothing any more.
    """
    with system_scope("account mails belong to no organisation"):
        unsent = AccountNotice.objects.filter(about=about, state__in=(DeliveryState.QUEUED, DeliveryState.DEAD))
        return unsent.update(state=DeliveryState.ARCHIVED, secret="", last_error="withdrawn before it was sent")


@transaction.atomic
def retry_account_notice(*, notice: AccountNotice, actor: Actor, at: datetime | None = None) -> None:
    """Queue an account mail again that was given up. Raises `Conflict` for one in any other state."""
    require(actor, "settings.outbox")
    with system_scope("account mails belong to no organisation"):
        locked = AccountNotice.objects.select_for_update().get(pk=notice.pk)
        if locked.state != DeliveryState.DEAD:
            raise Conflict(f"This mail is {locked.get_state_display().lower()}; only a failed one can be retried.")
        at = at or database_now()
        locked.state, locked.attempts, locked.next_at = DeliveryState.QUEUED, 0, at
        locked.save(update_fields=["state", "attempts", "next_at"])
    said = {"event": locked.event}
    record_vendor(action="notice.retry", subject=locked.recipient[:80], actor=actor, at=at, data=said)
    wake("notifications.deliver")


@transaction.atomic
def retry_notice(*, notice: Notice, actor: Actor, at: datetime | None = None) -> None:
    """Queue a notice again that was given up. Raises `Conflict` for one in any other state."""
    require(actor, "settings.outbox")
    locked = Notice.objects.select_for_update().get(pk=notice.pk)
    if locked.state != DeliveryState.DEAD:
        raise Conflict(f"This notice is {locked.get_state_display().lower()}; only a failed one can be retried.")
    at = at or database_now()
    locked.state, locked.attempts, locked.next_at = DeliveryState.QUEUED, 0, at
    locked.save(update_fields=["state", "attempts", "next_at"])
    record(
        organisation_id=locked.organisation_id,
        action="notice.retry",
        subject=locked.reference,
        actor=actor,
        at=at,
        data={"recipient": locked.recipient, "event": locked.event},
    )
    wake("notifications.deliver")


def take_back(*, organisation_id: int, reference: str, event: str) -> int:
    """Keep queued notices of an event from being sent, because it has been withdrawn; returns how many."""
    queued = Notice.objects.filter(
        organisation_id=organisation_id, reference=reference, event=event, state=DeliveryState.QUEUED
    )
    return queued.update(state=DeliveryState.ARCHIVED, last_error="withdrawn before it was sent")


def archive_history(*, before: datetime) -> int:
    """Mark queued notices of simulated history as never to be sent; returns how many. For seeding only."""
    queued = Notice.objects.filter(state=DeliveryState.QUEUED, created_at__lt=before)
    return queued.update(state=DeliveryState.ARCHIVED)


def mark_read(*, address: str, upto: int, only: bool = False, at: datetime | None = None) -> int:
    """Mark somebody's own notices as read up to an id, or `only` this one; returns how many were not read yet.

    A mark of the recipient's own: it tells nobody, and is no matter for the audit log.
    """
    unread = Notice.objects.filter(recipient=address, read_at=None)
    chosen = unread.filter(pk=upto) if only else unread.filter(pk__lte=upto)
    return chosen.update(read_at=at or database_now())
