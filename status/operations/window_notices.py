"""Telling the admins of affected organisations of maintenance by mail: each notice once, whoever dies.

A notice's row is written with its mails, and the instant at which the mails of an announcement were queued with both:
the notice of the window counts from then (R5).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from helpdesk.accounts.models import ClientRole, Membership
from helpdesk.lib.clock import database_now
from helpdesk.lib.instants import span_text
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.drafts import Audience, Draft, Recipient
from helpdesk.notifications.operations import queue_notices
from status.maintenance.calendar import calendar_text
from status.maintenance.turns import OLD_NEWS, Turn, turn_of
from status.models import MaintenanceWindow, NoticeKind, WindowAnnouncement, WindowNotice
from status.operations.public_notices import tell_of_windows
from status.operations.telling import tell_of_window
from status.operations.window_frame import audience_of_window
from status.zone import PAGE_ZONE

EVERY = "notices of maintenance go to the admins of every organisation that it affects"
EVENT = TEMPLATE = "maintenance"
REFERENCE = "Maintenance"
ROLE = "Admin"
ANNOUNCING = frozenset({NoticeKind.PUBLISHED, NoticeKind.MOVED})


def tell_windows(*, at: datetime | None = None) -> int:
    """Queue the mails that are due; returns how many windows were told of.

    Safe with any number of workers: a window is claimed with SKIP LOCKED in a transaction of its own, which writes its
    notice's row, its mails, and for an announcement the instant at which they were queued. Whoever dies has told
    nothing, and the next bell goes on.
    """
    with transaction.atomic(), system_scope(EVERY):
        now = at or database_now()
        keys = [one.pk for one in _lively(now) if _turn(one, at=now) != Turn(None)]
    return sum(_tell(key, at=at) for key in keys)


def _lively(at: datetime) -> QuerySet[MaintenanceWindow]:
    """The published windows of which anything can be due, with what was told of them."""
    lasting = Q(ends_at__gt=at - OLD_NEWS) | Q(updated_at__gt=at - OLD_NEWS) | Q(overran_at__gt=at - OLD_NEWS)
    found = MaintenanceWindow.objects.filter(lasting, published_at__lte=at).order_by("begins_at", "pk")
    return found.prefetch_related("announcements", "notices")


def _turn(window: MaintenanceWindow, *, at: datetime) -> Turn:
    return turn_of(window, window.announcements.all(), window.notices.all(), at=at)


@transaction.atomic
def _tell(key: int, *, at: datetime | None) -> bool:
    with system_scope(EVERY):
        claimed = MaintenanceWindow.objects.select_for_update(skip_locked=True).filter(pk=key).first()
        if claimed is None:
            return False
        now = at or database_now()
        turn = _turn(claimed, at=now)
        for kind in turn.drop:
            _note(claimed, kind, at=now, recipients=0, dropped=True)
        if turn.tell is None:
            return False
        told = [claimed, *(_siblings(claimed) if turn.tell is NoticeKind.PUBLISHED else ())]
        recipients = _queue(told, turn.tell, at=now)
        tell_of_windows(told, turn.tell, at=now)
        for window in told:
            _note(window, turn.tell, at=now, recipients=recipients)
        if turn.tell in ANNOUNCING:
            _say_when_queued(told, at=at or database_now())
    if turn.tell in (NoticeKind.STARTED, NoticeKind.COMPLETED):
        tell_of_window(claimed)
    return True


def _siblings(window: MaintenanceWindow) -> list[MaintenanceWindow]:
    """The other windows of its series that nobody was told of yet: one mail announces them all."""
    if window.series_id is None:
        return []
    untold = WindowAnnouncement.objects.filter(revision=0, queued_at__isnull=True, window__series=window.series_id)
    others = MaintenanceWindow.objects.filter(
        pk__in=untold.values("window"), revision=0, cancelled_at__isnull=True
    ).exclude(pk=window.pk)
    return list(others.select_for_update(skip_locked=True).order_by("begins_at"))


def _note(window: MaintenanceWindow, kind: NoticeKind, *, at: datetime, recipients: int, dropped: bool = False) -> None:
    WindowNotice.objects.create(
        window=window, kind=kind, revision=window.revision, recorded_at=at, recipients=recipients, dropped=dropped
    )


def _say_when_queued(windows: Sequence[MaintenanceWindow], *, at: datetime) -> None:
    """The notice of what was announced last counts from now; what was announced before it, unheard, never counts."""
    for window in windows:
        rows = WindowAnnouncement.objects.filter(window=window, revision=window.revision, queued_at__isnull=True)
        rows.update(queued_at=at)


def _queue(windows: Sequence[MaintenanceWindow], kind: NoticeKind, *, at: datetime) -> int:
    """Queue the mails of one notice; returns for how many people. `windows`: the first, and others told with it."""
    window = windows[0]
    facts = _facts(windows, kind)
    path = reverse("status:window", args=[window.public_id])
    drafts = [
        Draft(
            organisation_id=person.organisation_id,
            key=f"maintenance:{window.public_id}:{kind}:{window.revision}",
            event=EVENT,
            recipient=_recipient(person),
            template=TEMPLATE,
            reference=REFERENCE,
            path=path,
            send_at=at,
            created_at=at,
            audience=Audience.CLIENT,
            facts=facts,
        )
        for person in _admins(window)
    ]
    queue_notices(drafts)
    return len(drafts)


def _admins(window: MaintenanceWindow) -> QuerySet[Membership]:
    """The client admins of the organisations that are affected: they always get the notice (POLICY 10)."""
    people = Membership.objects.filter(role=ClientRole.ADMIN, user__is_active=True, organisation__is_active=True)
    if not window.for_all:
        people = people.filter(organisation_id__in=audience_of_window(window))
    return people.select_related("user").order_by("organisation_id", "pk")


def _recipient(person: Membership) -> Recipient:
    return Recipient(email=person.user.email, name=person.user.name, zone=person.user.time_zone, role=ROLE)


def _facts(windows: Sequence[MaintenanceWindow], kind: NoticeKind) -> dict[str, object]:
    """What the mail says, as its template takes it."""
    window = windows[0]
    newest = window.announcements.order_by("-revision").first()
    names = window.components.order_by("component__position").values_list("component__name", flat=True)
    return {
        "kind": kind.value,
        "subject": window.title,
        "body": window.body,
        "reason": window.cancellation or (newest.reason if newest and kind is NoticeKind.MOVED else ""),
        "dates": [
            {"begins_at": one.begins_at.isoformat(), "ends_at": one.ends_at.isoformat(), "lasts": _length(one)}
            for one in windows
        ],
        "impact": window.get_impact_display(),
        "components": list(names),
        "page_zone": PAGE_ZONE,
        "calendar": calendar_text(windows, cancelled=window.is_cancelled),
    }


def _length(window: MaintenanceWindow) -> str:
    return span_text(window.ends_at - window.begins_at)
