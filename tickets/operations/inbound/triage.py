"""What a person does with a mail that waits for one: release it in somebody's name, block its sender, read it anew."""

import uuid
from datetime import datetime

from django.db import transaction

from helpdesk.accounts.models import User
from helpdesk.accounts.queries import member_of
from helpdesk.audit.operations import record, record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import wake
from tickets.mail.shapes import Verdict
from tickets.mail.wording import content_key
from tickets.models import MailOutcome, MailState, RawMail
from tickets.operations.inbound.reading import BECOME, as_twin, become, look_into, take_key
from tickets.operations.inbound.writing import Letter, write_letter

WAITS = (MailState.QUARANTINED, MailState.FAILED, MailState.BLOCKED)
REASON = "a mail that waits for a person belongs to no organisation yet"


@transaction.atomic
def release_mail(*, mail_id: uuid.UUID, person: User, actor: Actor, at: datetime | None = None) -> RawMail:
    """Write a mail that waits into the desk, in the name of this client's person; nobody is told that it came.

    It joins only their own organisation's tickets, and draws no acknowledgement. Raises `Conflict` unless it waits,
    and `DomainError` at `person` for anybody but an active client, or for what an operation refuses.
    """
    require(actor, "settings.outbox")
    with system_scope(REASON):
        row = _waiting(mail_id)
        member = member_of(User.objects.select_related("staff_member", "membership__organisation").get(pk=person.pk))
        if member is None or member.organisation is None or not member.user.is_active:
            raise DomainError("Choose an active person of a client: the mail is written in their name.", field="person")
        read = look_into(row)
        twin = take_key(row, content_key(read.mail))
        # As a list's mail: it is answered by people, and no machine acknowledges what may be forged.
        letter = Letter(
            row=row,
            own=read.own,
            mail=read.mail,
            reply=read.reply,
            verdict=Verdict.LIST,
            member=member,
            verified=False,
            at=at,
        )
        become(row, as_twin(twin) if twin else write_letter(letter))
        row.settled_at = at or database_now()
        row.save(update_fields=[*BECOME, "content_key", "settled_at"])
        record(
            organisation_id=member.organisation.pk, action="mail.release", subject=row.reference or str(row),
            actor=actor, at=row.settled_at, data=_facts(row),
        )  # fmt: skip
    return row


@transaction.atomic
def block_mail(*, mail_id: uuid.UUID, actor: Actor, at: datetime | None = None) -> RawMail:
    """Put a mail that waits away, and whatever else its sender sends that would wait. Raises `Conflict` otherwise.

    A person whom we know and believe is not stopped by it: only what would wait for somebody is.
    """
    require(actor, "settings.outbox")
    with system_scope(REASON):
        row = _waiting(mail_id)
        row.state = MailState.BLOCKED
        row.save(update_fields=["state"])
    record_vendor(action="mail.block", subject=str(row), actor=actor, at=at or database_now(), data=_facts(row))
    return row


@transaction.atomic
def unblock_mail(*, mail_id: uuid.UUID, actor: Actor, at: datetime | None = None) -> int:
    """Let what this mail's sender sends be seen again: all that was put away waits for a person; returns how many.

    Raises `Conflict` unless the mail is blocked.
    """
    require(actor, "settings.outbox")
    with system_scope(REASON):
        row = _waiting(mail_id)
        if row.state != MailState.BLOCKED:
            raise Conflict("This mail is not blocked.")
        away = RawMail.objects.filter(state=MailState.BLOCKED)
        away = away.filter(sender=row.sender) if row.sender else away.filter(pk=row.pk)
        many = away.update(state=MailState.QUARANTINED)
    data = {**_facts(row), "mails": str(many)}
    record_vendor(action="mail.unblock", subject=str(row), actor=actor, at=at or database_now(), data=data)
    return many


@transaction.atomic
def reparse_mail(*, mail_id: uuid.UUID, actor: Actor, at: datetime | None = None) -> RawMail:
    """Have a mail that waits read again, from its bytes, as if it had just come. Raises `Conflict` otherwise."""
    require(actor, "settings.outbox")
    with system_scope(REASON):
        row = _waiting(mail_id)
        row.state, row.attempts, row.next_at = MailState.STORED, 0, at or database_now()
        row.outcome, row.reason, row.error, row.settled_at = MailOutcome.NONE, "", "", None
        row.save(update_fields=["state", "attempts", "next_at", "outcome", "reason", "error", "settled_at"])
        wake("tickets.read_mail")
    record_vendor(action="mail.reparse", subject=str(row), actor=actor, at=row.next_at, data=_facts(row))
    return row


def _waiting(mail_id: uuid.UUID) -> RawMail:
    row: RawMail | None = RawMail.objects.select_for_update().filter(public_id=mail_id).first()
    if row is None:
        raise DomainError("There is no such mail.", field="mail")
    if row.state not in WAITS:
        raise Conflict("This mail does not wait for anybody any more.")
    return row


def _facts(row: RawMail) -> dict[str, str]:
    return {"mail": str(row.public_id), "sender": row.sender, "sha256": row.sha256, "reference": row.reference}
