"""What became of a mail after it had gone: bounces, complaints, and addresses that get no mail any more."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.audit.operations import record, record_vendor
from helpdesk.lib.actors import SYSTEM, Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from helpdesk.lib.live import Topic, changed
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import AccountNotice, DeliveryState, Direction, MessageReference, Notice, Suppression
from helpdesk.notifications.queries import plain_id

CAME_BACK = "mail to it came back"
REFUSED = "its server refused it"
COMPLAINED = "its owner reported our mail as unwanted"
LONGEST_DETAIL = 1000
LONGEST_REASON = 500


@transaction.atomic
def record_bounce(
    *,
    message_id: str,
    recipient: str,
    permanent: bool,
    status: str = "",
    detail: str = "",
    complaint: bool = False,
    at: datetime | None = None,
) -> Notice | AccountNotice | None:
    """Record that a mail of ours was not delivered, or was complained of; returns it, or None if it is none of ours.

    `message_id` is that of our mail, or the one that the provider gave it. Nothing is done without it, whoever says
    so: an id is known to nobody but the recipient's side, while anybody can write that an address does not exist. A
    `permanent` failure and a complaint suppress the address that we had written to, not the one that the report names,
    which may lie behind a forwarding; others are counted with the mail. The same report again changes nothing more.
    """
    with system_scope("a bounce names a mail, and no organisation"):
        mail = _mail(plain_id(message_id), recipient)
        if mail is None or (mail.state == DeliveryState.BOUNCED and permanent):
            return mail
        at = at or database_now()
        mail.bounced_at = at
        mail.last_error = " ".join(f"{status} {detail}".replace("\x00", "").split())[:LONGEST_DETAIL]
        if permanent and not complaint:
            mail.state = DeliveryState.BOUNCED
        elif not permanent:
            mail.soft_bounces += 1
        mail.save(update_fields=["state", "bounced_at", "last_error", "soft_bounces"])
        if permanent or complaint:
            _suppress(mail.recipient, COMPLAINED if complaint else CAME_BACK, mail.last_error, at=at)
        _note(mail, permanent=permanent, complaint=complaint, at=at)
    return mail


def refuse_address(*, mail: Notice | AccountNotice, at: datetime) -> None:
    """Suppress an address that was refused for good while we were sending to it, and note that.

    For the sender, which holds the mail's lock, has put what was said into `last_error`, and saves it.
    """
    mail.bounced_at = at
    _suppress(mail.recipient, REFUSED, mail.last_error, at=at)
    _note(mail, permanent=True, complaint=False, at=at)


def _mail(message_id: str, recipient: str) -> Notice | AccountNotice | None:
    """The mail of this id, locked; of several with it the one to this recipient."""
    if not message_id:
        return None
    kept = MessageReference.objects.filter(message_id=message_id, direction=Direction.OUT, notice_pk__isnull=False)
    found = sorted(kept, key=lambda one: (one.address.lower() != recipient.lower(), one.pk))
    if found:
        return Notice.objects.select_for_update(of=("self",)).filter(pk=found[0].notice_pk).first()
    return AccountNotice.objects.select_for_update().filter(message_id=f"<{message_id}>").first()


def _suppress(address: str, reason: str, detail: str, *, at: datetime) -> None:
    row = Suppression(address=address.lower(), reason=reason, detail=detail, created_at=at)
    Suppression.objects.bulk_create([row], ignore_conflicts=True)


def _note(mail: Notice | AccountNotice, *, permanent: bool, complaint: bool, at: datetime) -> None:
    said = {"recipient": mail.recipient, "permanent": permanent, "complaint": complaint, "error": mail.last_error}
    if isinstance(mail, AccountNotice):
        record_vendor(action="mail.bounce", subject=mail.recipient, actor=SYSTEM, at=at, data=said)
        return
    record(
        organisation_id=mail.organisation_id, action="mail.bounce", subject=mail.reference, actor=SYSTEM, at=at,
        data=said,
    )  # fmt: skip
    changed(organisation_ids=[mail.organisation_id], topic=Topic.TICKETS)


@transaction.atomic
def lift_suppression(*, suppression: Suppression, reason: str, actor: Actor, at: datetime | None = None) -> None:
    """Let an address have mail again, for a stated reason. What was not sent meanwhile stays unsent.

    Raises `DomainError` without a reason, or with one of more than 500 characters.
    """
    require(actor, "settings.outbox")
    if not reason.strip():
        raise DomainError(_("Say why mail reaches this address again."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise DomainError(_("Write at most 500 characters."), field="reason")
    gone, _rows = Suppression.objects.filter(pk=suppression.pk).delete()
    if gone:
        said = {"suppressed for": suppression.reason}
        record_vendor(
            action="suppression.lift", subject=suppression.address, actor=actor, at=at or database_now(),
            reason=reason.strip(), data=said,
        )  # fmt: skip
