"""Planning maintenance: a window as a draft or published, and what becomes of what was announced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Organisation
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError
from helpdesk.lib.wake import wake
from status.models import ImpactLevel, MaintenanceWindow
from status.operations.audience import chosen_audience, chosen_components
from status.operations.telling import tell_of_window
from status.operations.window_frame import (
    RIGHT,
    announce,
    audit_window,
    checked_impact,
    checked_words,
    insert_window,
    locked_window,
    refuse_over,
    refuse_times,
    said_why,
    save_window,
)

BELL = "status.tell_windows"


@dataclass(frozen=True, kw_only=True)
class WindowText:
    """What is planned, as typed; `components` by their keys, none: it may affect them all."""

    title: str
    begins_at: datetime
    ends_at: datetime
    body: str = ""
    impact: str = ImpactLevel.MAJOR
    components: Sequence[int] = ()


@transaction.atomic
def plan_window(
    *,
    actor: Actor,
    text: WindowText,
    organisations: Sequence[Organisation] | None = None,
    published: bool = True,
    at: datetime | None = None,
) -> MaintenanceWindow:
    """Plan a window; `organisations` None: everybody may know, else these alone. Published at once, or a draft.

    Too short a notice is allowed: its downtime counts (R5). Raises `DomainError` beside the input for a missing or long
    title, times in the past or in the wrong order, an unknown impact or component and an empty audience; `Forbidden`
    without the right, or for organisations that the actor does not serve.
    """
    require(actor, RIGHT)
    at = at or database_now()
    audience = chosen_audience(organisations)
    window = MaintenanceWindow(for_all=organisations is None, created_at=at, updated_at=at)
    components = fill(window, text, at=at)
    window.published_at = at if published else None
    insert_window(window, audience=audience, components=components)
    if published:
        _announced(window, actor=actor, at=at)
    said = {"for": "everybody" if window.for_all else sorted(one.key for one in organisations or ())}
    audit_window("maintenance.plan", window, actor=actor, at=at, data={**said, "published": published})
    return window


@transaction.atomic
def publish_window(*, window: MaintenanceWindow, actor: Actor, at: datetime | None = None) -> MaintenanceWindow:
    """Announce a draft to those who may know: its notice begins. One that is published already stays as it is.

    Raises `DomainError` where its beginning has passed meanwhile, and `Conflict` for a cancelled one.
    """
    locked = locked_window(window, actor=actor)
    at = at or database_now()
    refuse_over(locked, at=at)
    if locked.is_draft:
        refuse_times(locked.begins_at, locked.ends_at, at=at)
        locked.published_at = at
        save_window(locked, at=at)
        _announced(locked, actor=actor, at=at)
        audit_window("maintenance.publish", locked, actor=actor, at=at)
    return locked


@transaction.atomic
def move_window(
    *,
    window: MaintenanceWindow,
    actor: Actor,
    begins_at: datetime,
    ends_at: datetime,
    reason: str,
    at: datetime | None = None,
) -> MaintenanceWindow:
    """Announce other times. Both edges moved, the notice begins anew; one, it is kept for what remains (R5).

    A draft is moved without a word. Raises `DomainError` beside the input without a reason, for times that are not
    ahead, and for the times that it has; `Conflict` for a window that has begun, is over or cancelled.
    """
    locked = locked_window(window, actor=actor)
    at = at or database_now()
    refuse_over(locked, at=at)
    if not locked.is_draft and (locked.begins_at <= at or locked.started_at is not None):
        raise Conflict(_("This window has begun: extend it, or complete it."))
    refuse_times(begins_at, ends_at, at=at)
    said = (
        said_why(reason, missing=_("Say why it is moved; whoever was told reads this.")) if not locked.is_draft else ""
    )
    _retimed(locked, begins_at, ends_at, reason=said, actor=actor, at=at)
    audit_window("maintenance.move", locked, actor=actor, at=at, reason=said)
    return locked


@transaction.atomic
def extend_window(
    *, window: MaintenanceWindow, actor: Actor, ends_at: datetime, reason: str, at: datetime | None = None
) -> MaintenanceWindow:
    """Announce a later end, also while it runs. What is added needs its own notice (R5).

    Raises `DomainError` beside the input without a reason or for an end that is not later; `Conflict` for a draft, and
    for a window that is over or cancelled.
    """
    locked = locked_window(window, actor=actor)
    at = at or database_now()
    refuse_over(locked, at=at)
    if locked.is_draft:
        raise Conflict(_("A draft is moved, not extended: nobody was told of it."))
    if ends_at <= max(locked.ends_at, at):
        raise DomainError(_("Give an end that is later than the one that was told."), field="ends_at")
    said = said_why(reason, missing=_("Say why it takes longer; whoever was told reads this."))
    _retimed(locked, locked.begins_at, ends_at, reason=said, actor=actor, at=at)
    audit_window("maintenance.extend", locked, actor=actor, at=at, reason=said)
    return locked


@transaction.atomic
def cancel_window(
    *, window: MaintenanceWindow, actor: Actor, reason: str, at: datetime | None = None
) -> MaintenanceWindow:
    """Take it back: whoever was told of it is told of this. Nothing of it is excluded from downtime any more.

    Raises `DomainError` beside the input without a reason, `Conflict` for a window that is over or cancelled.
    """
    locked = locked_window(window, actor=actor)
    at = at or database_now()
    refuse_over(locked, at=at)
    said = said_why(reason, missing=_("Say why it is cancelled; whoever was told reads this."))
    locked.cancelled_at, locked.cancellation = at, said
    if not locked.is_draft:
        locked.revision += 1
    save_window(locked, at=at)
    if not locked.is_draft:
        tell_of_window(locked)
        wake(BELL)
    audit_window("maintenance.cancel", locked, actor=actor, at=at, reason=said)
    return locked


def fill(window: MaintenanceWindow, text: WindowText, *, at: datetime) -> list[int]:
    """Let the window say what was typed; returns its components' keys. Raises as `plan_window`."""
    window.title, window.body = checked_words(text.title, text.body)
    window.impact = checked_impact(text.impact)
    refuse_times(text.begins_at, text.ends_at, at=at)
    window.begins_at, window.ends_at = text.begins_at, text.ends_at
    return [one.pk for one in chosen_components(text.components)]


def _announced(window: MaintenanceWindow, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """Tell of its times: a row of what was told, the pages, and a bell for whoever queues the mails."""
    announce(window, actor=actor, at=at, reason=reason)
    tell_of_window(window)
    wake(BELL)


def _retimed(
    window: MaintenanceWindow, begins_at: datetime, ends_at: datetime, *, reason: str, actor: Actor, at: datetime
) -> None:
    if (begins_at, ends_at) == (window.begins_at, window.ends_at):
        raise DomainError(_("These are the times that it has."), field="begins_at")
    window.begins_at, window.ends_at = begins_at, ends_at
    if window.is_draft:
        save_window(window, at=at)
        return
    window.revision += 1
    save_window(window, at=at)
    _announced(window, actor=actor, at=at, reason=reason)
