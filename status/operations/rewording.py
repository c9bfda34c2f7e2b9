"""Correcting the words of maintenance that was planned: its times, and with them its notice, stay as they were told."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.lib.actors import Actor
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from status.models import MaintenanceWindow
from status.operations.telling import tell_of_window
from status.operations.window_frame import (
    audit_window,
    checked_words,
    keep_words,
    locked_window,
    refuse_over,
    save_window,
)


@transaction.atomic
def reword_window(
    *, window: MaintenanceWindow, actor: Actor, title: str, body: str, at: datetime | None = None
) -> MaintenanceWindow:
    """Let a window say something else. No mail is sent: whoever must know of a change is told by a move or an end.

    Of a published one the words until now are kept, and its page shows them; a draft was told to nobody. Raises
    `DomainError` beside the input for a missing or long title, and for the words that it has; `Conflict` for a window
    that is over or cancelled; `Forbidden` without the right.
    """
    locked = locked_window(window, actor=actor)
    at = at or database_now()
    refuse_over(locked, at=at)
    before = (locked.title, locked.body)
    locked.title, locked.body = checked_words(title, body)
    if (locked.title, locked.body) == before:
        raise DomainError(_("These are the words that it has."), field="title")
    if not locked.is_draft:
        keep_words(locked, *before, actor=actor, at=at)
    save_window(locked, at=at)
    if not locked.is_draft:
        tell_of_window(locked)
    audit_window("maintenance.reword", locked, actor=actor, at=at)
    return locked
