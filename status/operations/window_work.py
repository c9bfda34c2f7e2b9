"""What people do by hand while they work: starting, checking, completing, and saying that it takes longer."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.lib.actors import Actor
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict
from helpdesk.lib.wake import wake
from status.maintenance.windows import RUNNING, state_of
from status.models import MaintenanceWindow, WindowState
from status.operations.maintenance import BELL
from status.operations.telling import tell_of_window
from status.operations.window_frame import audit_window, locked_window, refuse_over, save_window

TOO_LATE = timedelta(hours=1)


@transaction.atomic
def start_work(*, window: MaintenanceWindow, actor: Actor, at: datetime | None = None) -> MaintenanceWindow:
    """Say that the work begins now, ahead of its time too: what is down before the announced time counts as downtime.

    Raises `Conflict` for a draft and for a window that runs, is over or cancelled.
    """
    locked, at = _told(window, actor=actor, at=at)
    if state_of(locked, at=at) is not WindowState.SCHEDULED:
        raise Conflict(_("This window has begun already."))
    locked.started_at = at
    return _done("maintenance.start", locked, actor=actor, at=at)


@transaction.atomic
def begin_checks(*, window: MaintenanceWindow, actor: Actor, at: datetime | None = None) -> MaintenanceWindow:
    """Say that the work is done and being checked. Raises `Conflict` unless it is in progress."""
    locked, at = _told(window, actor=actor, at=at)
    if state_of(locked, at=at) is not WindowState.IN_PROGRESS:
        raise Conflict(_("Only work that is in progress is checked."))
    locked.verifying_at = at
    return _done("maintenance.verify", locked, actor=actor, at=at)


@transaction.atomic
def complete_work(*, window: MaintenanceWindow, actor: Actor, at: datetime | None = None) -> MaintenanceWindow:
    """Say that it is over. Raises `Conflict` unless it runs."""
    locked, at = _told(window, actor=actor, at=at)
    _refuse_idle(locked, at=at)
    locked.completed_at = at
    return _done("maintenance.complete", locked, actor=actor, at=at)


@transaction.atomic
def say_overrun(*, window: MaintenanceWindow, actor: Actor, at: datetime | None = None) -> MaintenanceWindow:
    """Say that it takes longer than announced: it lasts until it is completed by hand. What is over time counts.

    For an hour after its end it is not too late to say so. Raises `Conflict` unless it runs or has just ended by the
    clock, and where it was said already.
    """
    locked = locked_window(window, actor=actor)
    at = at or database_now()
    _refuse_draft(locked)
    if locked.overran_at is not None:
        raise Conflict(_("It was said already that this takes longer."))
    if not may_overrun(locked, at=at):
        refuse_over(locked, at=at)
        _refuse_idle(locked, at=at)
    locked.overran_at = at
    return _done("maintenance.overrun", locked, actor=actor, at=at)


def may_overrun(window: MaintenanceWindow, *, at: datetime) -> bool:
    """Whether it can be said that it takes longer: it runs, or the clock alone ended it within the last hour."""
    if window.is_draft or window.is_cancelled or window.completed_at is not None or window.overran_at is not None:
        return False
    return state_of(window, at=at) in RUNNING or window.ends_at <= at < window.ends_at + TOO_LATE


def _told(window: MaintenanceWindow, *, actor: Actor, at: datetime | None) -> tuple[MaintenanceWindow, datetime]:
    locked = locked_window(window, actor=actor)
    at = at or database_now()
    refuse_over(locked, at=at)
    _refuse_draft(locked)
    return locked, at


def _refuse_draft(window: MaintenanceWindow) -> None:
    if window.is_draft:
        raise Conflict(_("This window is a draft: publish it first."))


def _refuse_idle(window: MaintenanceWindow, *, at: datetime) -> None:
    if state_of(window, at=at) not in RUNNING:
        raise Conflict(_("This window has not begun."))


def _done(action: str, window: MaintenanceWindow, *, actor: Actor, at: datetime) -> MaintenanceWindow:
    save_window(window, at=at)
    tell_of_window(window)
    wake(BELL)
    audit_window(action, window, actor=actor, at=at)
    return window
