"""The frame of every change to a maintenance window: lock, check who may, write in the system scope, audit.

As with incidents, a window may concern organisations whose rows no scope but the system's shows, and none but the
system's writes one. So the right is asked for first, in the scope of whoever asks.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.errors import Conflict, DomainError
from helpdesk.lib.tenancy import system_scope
from status.maintenance.windows import OVER, state_of
from status.models import (
    ImpactLevel,
    MaintenanceWindow,
    WindowAnnouncement,
    WindowAudience,
    WindowComponent,
    WindowCorrection,
)
from status.models.incident import LONGEST_REASON, LONGEST_TITLE
from status.operations.audience import refuse_unserved
from status.operations.checks import line, text_or_nothing

REASON = "a maintenance window is the vendor's to write, whichever organisations may know of it"
RIGHT = "maintenance.plan"


def locked_window(window: MaintenanceWindow, *, actor: Actor) -> MaintenanceWindow:
    """The window's row, locked, for somebody who may plan.

    Raises `MaintenanceWindow.DoesNotExist` where the scope does not show it, and `Forbidden` without the right, also
    for staff who do not serve every organisation that would be told.
    """
    require(actor, RIGHT)
    MaintenanceWindow.objects.get(pk=window.pk)  # in the scope of who asks
    with system_scope(REASON):
        locked = MaintenanceWindow.objects.select_for_update().get(pk=window.pk)
    refuse_unserved(audience_of_window(locked))
    return locked


def audience_of_window(window: MaintenanceWindow) -> frozenset[int]:
    """The organisations that may know of it; none of one for everybody."""
    with system_scope(REASON):
        listed = WindowAudience.objects.filter(window=window).values_list("organisation_id", flat=True)
        return frozenset(listed)


def refuse_over(window: MaintenanceWindow, *, at: datetime) -> None:
    """Raise `Conflict` for a window that is cancelled, or was published and is over."""
    if window.is_cancelled:
        raise Conflict(_("This window is cancelled; nothing more becomes of it."))
    if not window.is_draft and state_of(window, at=at) in OVER:
        raise Conflict(_("This window is over; plan another one."))


def refuse_times(begins_at: datetime, ends_at: datetime, *, at: datetime) -> None:
    """Raise `DomainError` beside the input unless the window lies ahead and ends after its beginning."""
    if begins_at <= at:
        raise DomainError(_("It begins at an instant that is ahead."), field="begins_at")
    if ends_at <= begins_at:
        raise DomainError(_("It ends after it begins."), field="ends_at")


def checked_words(title: str, body: str) -> tuple[str, str]:
    """The title and the text; raises `DomainError` beside the input for a missing or long one."""
    missing = _("Give it a title that clients understand.")
    said = line(title, field="title", longest=LONGEST_TITLE, missing=missing)
    return said, text_or_nothing(body, field="body")


def checked_impact(impact: str) -> str:
    """The impact; raises `DomainError` beside the input for an unknown one."""
    if impact not in ImpactLevel.values:
        raise DomainError(_("Choose what clients have to expect from the list."), field="impact")
    return impact


def said_why(reason: str, *, missing: str) -> str:
    """A reason in one line; raises `DomainError` beside the input without one."""
    return line(reason, field="reason", longest=LONGEST_REASON, missing=missing)


def insert_window(
    window: MaintenanceWindow, *, audience: Iterable[int], components: Iterable[int]
) -> MaintenanceWindow:
    """Write a new window with who may know of it and what it may affect."""
    with system_scope(REASON):
        window.save(force_insert=True)
        WindowAudience.objects.bulk_create(WindowAudience(window=window, organisation_id=pk) for pk in sorted(audience))
        WindowComponent.objects.bulk_create(WindowComponent(window=window, component_id=pk) for pk in components)
    return window


def save_window(window: MaintenanceWindow, *, at: datetime) -> None:
    """Write a window's row as it is changed now."""
    window.updated_at = at
    with system_scope(REASON):
        window.save()


def announce(window: MaintenanceWindow, *, actor: Actor, at: datetime, reason: str = "") -> WindowAnnouncement:
    """Insert what is told of its times from now on. Its mails are queued by whoever comes first, who says when."""
    row = WindowAnnouncement(
        window=window,
        revision=window.revision,
        begins_at=window.begins_at,
        ends_at=window.ends_at,
        published_at=at,
        reason=reason,
        author_id=actor.staff_id,
        author_name=actor.name,
    )
    with system_scope(REASON):
        row.save(force_insert=True)
    return row


def keep_words(window: MaintenanceWindow, title: str, body: str, *, actor: Actor, at: datetime) -> None:
    """Insert what a published window said until its words are corrected now."""
    row = WindowCorrection(
        window=window,
        title=title,
        body=body,
        corrected_at=at,
        author_id=actor.staff_id,
        author_name=actor.name,
    )
    with system_scope(REASON):
        row.save(force_insert=True)


def audit_window(
    action: str,
    window: MaintenanceWindow,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """One row in the vendor's log, by the window's public id: its title may be one organisation's own."""
    times = {"begins": window.begins_at.isoformat(), "ends": window.ends_at.isoformat(), "revision": window.revision}
    record_vendor(
        action=action, subject=str(window.public_id), actor=actor, at=at, reason=reason, data={**times, **(data or {})}
    )
