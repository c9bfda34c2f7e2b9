"""Asking before sending: what was queued for somebody does not outlive their access."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from helpdesk.notifications.drafts import Draft, Recipient
from helpdesk.notifications.keys import occurrence_of
from helpdesk.notifications.models import DeliveryState, Notice
from helpdesk.notifications.operations import queue_notices

ROLE = "Admin, because the person meant has no access"
INSTEAD = "The admins are told instead."


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why somebody may not be told of an organisation's ticket, in a sentence, and the admins who may be."""

    reason: str
    admins: tuple[Recipient, ...]


def withhold(notice: Notice, *, now: Callable[[], datetime]) -> bool:
    """Archive the notice, unsaved, with the reason, if its recipient may not be told any more; returns whether so.

    A vendor's notice that nobody else in the same role is told of goes to the admins instead (POLICY 7: a level that
    reaches nobody is theirs). Who may be told is asked of `settings.NOTICE_ACCESS`: this package knows no people.
    `now` is asked for only then.
    """
    ask = import_string(settings.NOTICE_ACCESS)
    refusal: Refusal | None = ask(organisation_id=notice.organisation_id, address=notice.recipient)
    if refusal is None:
        return False
    notice.state, notice.last_error = DeliveryState.ARCHIVED, f"Not sent: {refusal.reason}"
    if notice.level is not None and refusal.admins and not _others_are_told(notice):
        at = now()
        queue_notices([_instead(notice, admin, refusal.reason, at=at) for admin in refusal.admins])
        notice.last_error += f" {INSTEAD}"
    return True


def _others_are_told(notice: Notice) -> bool:
    """Whether somebody else stands or stood behind the same role of the same occurrence: of a team, the others."""
    occurrence = occurrence_of(key=notice.key, address=notice.recipient)
    told = Notice.objects.filter(
        organisation_id=notice.organisation_id,
        reference=notice.reference,
        key__startswith=f"{occurrence}:",
        role=notice.role,
        state__in=(DeliveryState.QUEUED, DeliveryState.SENT),
    )
    return told.exclude(pk=notice.pk).exists()


def _instead(notice: Notice, admin: Recipient, why: str, *, at: datetime) -> Draft:
    return Draft(
        organisation_id=notice.organisation_id,
        key=occurrence_of(key=notice.key, address=notice.recipient),
        event=notice.event,
        recipient=Recipient(email=admin.email, name=admin.name, zone=admin.zone, role=ROLE),
        template=notice.template,
        reference=notice.reference,
        path=notice.path,
        send_at=at,
        created_at=at,
        entry_id=notice.entry_id,
        level=notice.level,
        reason=f"{notice.reason} {why} {INSTEAD}".strip(),
        facts=notice.facts,
    )
