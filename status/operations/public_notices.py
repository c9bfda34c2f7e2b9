"""Telling the subscribers of the public page: one row with what is told, then a mail for each, by workers.

So a publication takes the same time for ten subscribers and ten thousand, and none is told twice, whoever dies.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.lib.clock import database_now
from helpdesk.lib.crashpoints import reach
from helpdesk.lib.instants import instant_text
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import wake
from helpdesk.notifications.operations import ListedMail, queue_listed_mails
from status.models import Incident, IncidentUpdate, MaintenanceWindow, NoticeKind, PublicNotice, Subscriber
from status.operations.subscribers import about
from status.subscriptions import manage_link
from status.zone import PAGE_ZONE

TASK = "status.tell_subscribers"
REASON = "subscribers belong to no organisation"
BATCH = 500  # subscribers whose mails are written with one statement
TURNS = 4  # batches that one bell writes, so that the worker's own loop comes back to the sweep
LONGEST_SUBJECT = 180


def queue_public_notice(
    *,
    key: str,
    subject: str,
    text: str,
    component_ids: Collection[int] = (),
    incident: Incident | None = None,
    window: MaintenanceWindow | None = None,
    at: datetime | None = None,
) -> bool:
    """Have every subscriber told, once for each `key`; whether it is new. In the transaction of what is told.

    `component_ids`: whom it concerns; none: everybody. `incident`, `window`: what it tells of, which must be for
    everybody: the database refuses any other when the transaction commits. Who subscribes later is not told.
    """
    row = PublicNotice(
        key=key, subject=" ".join(subject.split())[:LONGEST_SUBJECT], text=text.strip(), incident=incident,
        window=window, component_ids=sorted(component_ids), created_at=at or database_now(),
    )  # fmt: skip
    with system_scope(REASON):
        if PublicNotice.objects.filter(key=key).exists():
            return False
        PublicNotice.objects.bulk_create([row], ignore_conflicts=True)
    wake(TASK)
    return True


def tell_of_update(incident: Incident, update: IncidentUpdate, *, at: datetime) -> None:
    """Have subscribers told of an update, where everybody may know of its incident; of any other nobody is."""
    if not incident.for_all or incident.is_draft:
        return
    queue_public_notice(
        key=f"update:{update.pk}", subject=f"{update.get_phase_display()}: {incident.title}",
        text=_update_text(incident, update), component_ids=_concerned(incident), incident=incident, at=at,
    )  # fmt: skip


def tell_of_newest(incident: Incident, *, at: datetime) -> None:
    """Have subscribers told what the newest update says: that of a draft which is published."""
    with system_scope(REASON):
        newest = incident.updates.order_by("-display_at", "-pk").first()
    if newest is not None:
        tell_of_update(incident, newest, at=at)


def tell_of_retraction(incident: Incident, *, at: datetime) -> None:
    """Have subscribers told that an incident was none."""
    if not incident.for_all or incident.is_draft:
        return
    said = [_("We have taken this incident back: it was none."), incident.retraction, _link(incident)]
    queue_public_notice(
        key=f"retraction:{incident.pk}", subject=_("Taken back: %s") % incident.title, text="\n\n".join(said),
        component_ids=_concerned(incident), incident=incident, at=at,
    )  # fmt: skip


def tell_of_windows(windows: Sequence[MaintenanceWindow], kind: NoticeKind, *, at: datetime) -> None:
    """Have subscribers told what the admins of clients are told of windows, where those are for everybody.

    `windows`: the first, and others of its series that are told with it.
    """
    window = windows[0]
    if not window.for_all:
        return
    with system_scope(REASON):
        named = list(window.components.order_by("component__position").values_list("component_id", "component__name"))
        newest = window.announcements.order_by("-revision").first()
    moved = newest.reason if newest and kind is NoticeKind.MOVED else ""
    dates = [_("%(begins)s to %(ends)s") % _dates(one) for one in windows]
    names = [_("Components: %s") % ", ".join(name for _pk, name in named)] if named else []
    said = [f"{window.title}: {kind.label}", window.cancellation or moved, window.body, "\n".join(dates), *names]
    link = f"{settings.SITE_URL}{reverse('status:window', args=[window.public_id])}"
    queue_public_notice(
        key=f"window:{window.pk}:{kind}:{window.revision}", subject=_("Maintenance %(what)s: %(title)s")
        % {"what": kind.label, "title": window.title}, text="\n\n".join(filter(None, [*said, link])),
        component_ids=[pk for pk, _name in named], window=window, at=at,
    )  # fmt: skip


def tell_subscribers(*, turns: int = TURNS) -> int:
    """Write the mails of what is to be told, a batch a transaction; returns how many batches.

    Safe with any number of workers: a notice is claimed with SKIP LOCKED, and how far it has come is written with the
    mails; each mail has a key besides.
    """
    worked = 0
    while worked < turns and _write_batch():
        worked += 1
    if worked == turns:
        wake(TASK)
    return worked


def _write_batch() -> bool:
    with transaction.atomic(), system_scope(REASON):
        waiting = PublicNotice.objects.filter(done_at__isnull=True).order_by("pk")
        notice = waiting.select_for_update(skip_locked=True).first()
        if notice is None:
            return False
        readers = _next_readers(notice)
        queue_listed_mails([_mail(notice, one) for one in readers])
        reach("subscribers.before_mark")
        if readers:
            notice.written_upto = readers[-1].pk
            notice.written += len(readers)
        if len(readers) < BATCH:
            notice.done_at = database_now()
        notice.save(update_fields=["written_upto", "written", "done_at"])
    return True


def _next_readers(notice: PublicNotice) -> Sequence[Subscriber]:
    """The next who were subscribed when it was told, and whom it concerns."""
    found = Subscriber.objects.filter(pk__gt=notice.written_upto, confirmed_at__lte=notice.created_at)
    if notice.component_ids:
        found = found.filter(Q(is_whole=True) | Q(chosen__component__in=notice.component_ids)).distinct()
    return list(found.order_by("pk")[:BATCH])


def _mail(notice: PublicNotice, subscriber: Subscriber) -> ListedMail:
    link = manage_link(subscriber)
    ending = _("You subscribed to this. Choose what you are told, or end it:")
    return ListedMail(
        key=f"status:{notice.pk}:{subscriber.pk}", recipient=subscriber.address, event="status_notice",
        subject=notice.subject, text=f"{notice.text}\n\n-- \n{ending}\n{link}\n", link=link, about=about(subscriber),
        at=notice.created_at,
    )  # fmt: skip


def _concerned(incident: Incident) -> list[int]:
    """The components that the incident ever spoke of."""
    with system_scope(REASON):
        return sorted(set(incident.impacts.values_list("component_id", flat=True)))


def _update_text(incident: Incident, update: IncidentUpdate) -> str:
    lines = [f"{incident.title}: {update.get_phase_display()}", *_stands(incident), update.body]
    if update.next_update_at is not None:
        lines.append(_("The next update follows by %s.") % instant_text(update.next_update_at, PAGE_ZONE))
    return "\n\n".join([*lines, _link(incident)])


def _stands(incident: Incident) -> list[str]:
    """The components that the incident spoke of, by name."""
    with system_scope(REASON):
        names = sorted(set(incident.impacts.values_list("component__name", flat=True)))
    return [_("Components: %s") % ", ".join(names)] if names else []


def _dates(window: MaintenanceWindow) -> dict[str, str]:
    ends = instant_text(window.ends_at, PAGE_ZONE)
    return {"begins": instant_text(window.begins_at, PAGE_ZONE), "ends": ends}


def _link(incident: Incident) -> str:
    return f"{settings.SITE_URL}{reverse('status:incident', args=[incident.public_id])}"
