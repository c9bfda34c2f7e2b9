"""What a window would meet if it were told now: its notice, support hours, other windows and urgent tickets."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from sla.models import Agreement, Calendar
from sla.versions import current_calendar
from status.maintenance.noticed import Noticed, first_slot, notice_if_told
from status.maintenance.queries import needed_notice, not_over, usual_as_facts
from status.models import MaintenanceWindow
from status.reckoning.budget import Budget
from status.reckoning.kept import kept_budget
from status.reckoning.words import budget_text
from status.uptime.facts import Announcement
from status.zone import PAGE_ZONE
from tickets.models import Ticket

URGENT = ("P1", "P2")
MOST_WINDOWS, MOST_TICKETS = 5, 99


@dataclass(frozen=True)
class Foresight:
    """What the form says before anything is saved."""

    begins: datetime
    ends: datetime
    noticed: Noticed
    slot: tuple[datetime, datetime]
    support: Sequence[tuple[str, timedelta]]
    windows: Sequence[MaintenanceWindow]
    tickets: int
    budget: Budget | None

    @property
    def allowance(self) -> str:
        """The downtime that the running month still allows, in words."""
        one = self.budget
        return budget_text(one.total, one.used, one.left) if one else ""

    @property
    def lasts(self) -> timedelta:
        return self.ends - self.begins

    @property
    def is_enough(self) -> bool:
        """Whether all of it would be excluded from downtime."""
        return self.noticed.qualifies

    @property
    def more_tickets(self) -> bool:
        """Whether there are more than are counted."""
        return self.tickets > MOST_TICKETS


def foresee(
    *,
    begins: datetime,
    ends: datetime,
    at: datetime,
    organisations: Collection[int] | None,
    announcements: Iterable[Announcement] = (),
    but: MaintenanceWindow | None = None,
) -> Foresight:
    """For a window with these times, told at the instant; `organisations` None: all that the scope at hand holds.

    `announcements` are what was told of it before, `but` is the window itself.
    """
    needed = needed_notice(at=at)
    return Foresight(
        begins=begins,
        ends=ends,
        noticed=notice_if_told(announcements, begins=begins, ends=ends, at=at, needed=needed),
        slot=first_slot(ends - begins, at=at, needed=needed, usual=usual_as_facts(), zone=PAGE_ZONE),
        support=_support_hours(begins, ends, organisations),
        windows=_others(begins, ends, at=at, but=but),
        tickets=_urgent(organisations),
        budget=kept_budget(at=at),
    )


def _support_hours(
    begins: datetime, ends: datetime, organisations: Collection[int] | None
) -> list[tuple[str, timedelta]]:
    """How much of it lies in support hours, by calendar of the organisations that are affected."""
    agreements = Agreement.objects.all()
    if organisations is not None:
        agreements = agreements.filter(organisation__in=organisations)
    calendars = Calendar.objects.filter(pk__in=agreements.values("calendar"), current_version__isnull=False)
    found = [(one.name, current_calendar(one).elapsed(begins, ends)) for one in calendars.order_by("name")]
    return [(name, span) for name, span in found if span]


def _others(
    begins: datetime, ends: datetime, *, at: datetime, but: MaintenanceWindow | None
) -> list[MaintenanceWindow]:
    """The windows, drafts included, that share an instant with it."""
    found = not_over(MaintenanceWindow.objects.order_by("begins_at", "pk"), at=at)
    if but is not None:
        found = found.exclude(pk=but.pk)
    shared = Q(begins_at__lt=ends) & (Q(ends_at__gt=begins) | Q(overran_at__isnull=False))
    return list(found.filter(shared)[:MOST_WINDOWS])


def _urgent(organisations: Collection[int] | None) -> int:
    """The urgent tickets that are open, counted up to one more than is told."""
    found = Ticket.objects.filter(in_queue=True, severity__in=URGENT)
    if organisations is not None:
        found = found.filter(organisation__in=organisations)
    return len(found.values_list("pk", flat=True)[: MOST_TICKETS + 1])
