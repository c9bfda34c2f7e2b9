"""When maintenance is usual: rows of the week, published with the policy."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from status.models import UsualWindow

MOST = 21
RIGHT = "maintenance.plan"


@dataclass(frozen=True, kw_only=True)
class UsualText:
    """A time of the week in the page's zone; 0 is Monday. One that closes at or before its opening wraps."""

    weekday: int
    opens: time
    closes: time


@transaction.atomic
def add_usual_window(*, actor: Actor, text: UsualText, at: datetime | None = None) -> UsualWindow:
    """Tell of a further usual time.

    Raises `DomainError` beside the input for equal times, one that is there, or too many; `Forbidden` without the
    right.
    """
    require(actor, RIGHT)
    at = at or database_now()
    if text.opens == text.closes:
        raise DomainError(_("It closes at another time than it opens."), field="closes")
    if text.weekday not in range(7):
        raise DomainError(_("Choose a day from the list."), field="weekday")
    if UsualWindow.objects.filter(weekday=text.weekday, opens=text.opens).exists():
        raise DomainError(_("There is a usual window that opens then already."), field="opens")
    if UsualWindow.objects.count() >= MOST:
        raise DomainError(_("There are %d usual windows already; remove one first.") % MOST)
    row = UsualWindow.objects.create(weekday=text.weekday, opens=text.opens, closes=text.closes)
    record_vendor(action="maintenance.usual_add", subject=_said(row), actor=actor, at=at)
    return row


@transaction.atomic
def remove_usual_window(*, usual: UsualWindow, actor: Actor, at: datetime | None = None) -> None:
    """Take a usual time back. Raises `Forbidden` without the right."""
    require(actor, RIGHT)
    at = at or database_now()
    record_vendor(action="maintenance.usual_remove", subject=_said(usual), actor=actor, at=at)
    usual.delete()


def _said(usual: UsualWindow) -> str:
    return f"{usual.weekday} {usual.opens:%H:%M}-{usual.closes:%H:%M}"
