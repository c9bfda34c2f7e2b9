"""An account manager's clients at a glance: what is open, at risk, late, unacknowledged, and what they say of us."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import Organisation
from sla.models import Clock, Severity
from tickets.lists.listing import Page
from tickets.models import Escalation, Feedback, Ticket, TicketState

PAGE = 50
LATELY = timedelta(days=90)
ACTIVE = (TicketState.OPEN, TicketState.WAITING)
LEVEL_TWO = 2
NEWEST = 10


@dataclass(kw_only=True)
class ClientRow:
    """One client as its account manager sees it. Tickets are the open and the waiting ones."""

    organisation: Organisation
    is_deputy: bool
    open: dict[str, int] = field(default_factory=dict)  # by severity
    at_risk: int = 0  # a deadline still ahead, and before the reader's day ends
    breached: int = 0  # a response or a limit has passed, whether answered since or not
    unacknowledged: int = 0  # rungs of level 2 that nobody holds
    helped: int = 0
    rated: int = 0

    @property
    def total(self) -> int:
        return sum(self.open.values())

    @property
    def by_severity(self) -> list[tuple[str, int]]:
        """Every severity with how many are open, the most severe first."""
        return [(severity, self.open.get(severity, 0)) for severity in Severity.values]

    @property
    def helped_percent(self) -> int | None:
        """How many of the rated tickets of the last 90 days helped, in per cent; None without a rating."""
        return round(100 * self.helped / self.rated) if self.rated else None


def clients_of_manager(member: Member) -> QuerySet[Organisation]:
    """The organisations whose account manager or deputy the member is, and which they serve."""
    mine = Q(account_manager=member.staff) | Q(deputy=member.staff)
    return Organisation.objects.filter(mine, pk__in=list(member.organisation_ids), is_active=True)


def client_page(member: Member, *, at: datetime, after: str = "") -> Page[ClientRow]:
    """A page of the member's clients by key, from the one behind `after` on. Five statements, whatever their number."""
    found = clients_of_manager(member).order_by("key")
    if after:
        found = found.filter(key__gt=after)
    organisations = list(found[: PAGE + 1])
    rows = client_rows(member, organisations[:PAGE], at=at)
    return Page(rows, organisations[PAGE - 1].key if len(organisations) > PAGE else "")


def client_rows(member: Member, organisations: Iterable[Organisation], *, at: datetime) -> list[ClientRow]:
    """These organisations at a glance, in their order."""
    staff_id = member.staff.pk if member.staff else None
    rows = {
        one.pk: ClientRow(organisation=one, is_deputy=one.account_manager_id != staff_id and one.deputy_id == staff_id)
        for one in organisations
    }
    _count_tickets(rows, at=at, day_ends=end_of_day(at, zone=member.user.time_zone))
    _count_rungs(rows)
    _count_feedback(rows, since=at - LATELY)
    return list(rows.values())


def end_of_day(at: datetime, *, zone: str) -> datetime:
    """The first instant of the next day in this zone."""
    local = at.astimezone(ZoneInfo(zone))
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def _count_tickets(rows: Mapping[int, ClientRow], *, at: datetime, day_ends: datetime) -> None:
    late = Clock.objects.filter(ticket=OuterRef("pk"), verdict="breached", kind__in=("response", "limit"))
    open_now = Ticket.objects.filter(in_queue=True, state__in=ACTIVE, organisation_id__in=list(rows))
    counted = open_now.values("organisation_id", "severity").annotate(
        tickets=Count("pk"),
        at_risk=Count("pk", filter=Q(queue_due_at__gte=at, queue_due_at__lt=day_ends)),
        breached=Count("pk", filter=Exists(late)),
    )
    for one in counted.order_by():
        row = rows[one["organisation_id"]]
        row.open[one["severity"]] = one["tickets"]
        row.at_risk += one["at_risk"]
        row.breached += one["breached"]


def _count_rungs(rows: Mapping[int, ClientRow]) -> None:
    waiting = Escalation.objects.filter(
        organisation_id__in=list(rows), level=LEVEL_TWO, acknowledged_at=None, ticket__state__in=ACTIVE
    )
    for one in waiting.values("organisation_id").annotate(rungs=Count("pk")).order_by():
        rows[one["organisation_id"]].unacknowledged = one["rungs"]


def _count_feedback(rows: Mapping[int, ClientRow], *, since: datetime) -> None:
    given = Feedback.objects.filter(organisation_id__in=list(rows), given_at__gte=since)
    counted = given.values("organisation_id").annotate(rated=Count("pk"), helped=Count("pk", filter=Q(helped="yes")))
    for one in counted.order_by():
        row = rows[one["organisation_id"]]
        row.rated, row.helped = one["rated"], one["helped"]


def rungs_of(organisation: Organisation) -> list[Escalation]:
    """The escalations of the organisation's live tickets: what nobody holds first, then the newest; capped."""
    found = Escalation.objects.filter(organisation=organisation, ticket__state__in=ACTIVE)
    related = found.select_related("ticket__organisation", "ticket__requester", "acknowledged_by")
    return list(related.order_by(F("acknowledged_at").desc(nulls_first=True), "-raised_at", "pk")[:PAGE])


def feedback_of(organisation: Organisation) -> list[Feedback]:
    """The newest words on whether it helped."""
    found = Feedback.objects.filter(organisation=organisation).select_related("ticket__organisation", "given_by")
    return list(found.order_by("-given_at", "-pk")[:NEWEST])
