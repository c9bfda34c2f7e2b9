"""Lists for staff: incidents as they stand, and an incident's tickets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import Organisation
from status.models import Incident, IncidentAudience, IncidentTicket
from tickets.models import Ticket
from tickets.queries import tickets_visible_to

PAGE = 25
MOST_OPEN, MOST_TICKETS = 100, 50


@dataclass(frozen=True)
class IncidentRow:
    """An incident as staff see it in a list."""

    incident: Incident
    audience: str
    tickets: int
    is_overdue: bool


@dataclass(frozen=True)
class IncidentPage:
    """Those that last or are drafts, all of them; and a page of the others, the newest first."""

    open: Sequence[IncidentRow]
    past: Sequence[IncidentRow]
    next_key: str


def incident_page(*, at: datetime, before: int | None) -> IncidentPage:
    """Every incident that the scope at hand shows; `before`: the past ones with a smaller key."""
    everything = Incident.objects.order_by("-pk")
    lasting = Q(resolved_at__isnull=True, retracted_at__isnull=True)
    past = everything.exclude(lasting)
    if before is not None:
        past = past.filter(pk__lt=before)
    shown = list(past[: PAGE + 1])
    still = [] if before is not None else list(everything.filter(lasting)[:MOST_OPEN])
    rows = _rows([*still, *shown[:PAGE]], at=at)
    more = str(shown[PAGE - 1].pk) if len(shown) > PAGE else ""
    return IncidentPage(rows[: len(still)], rows[len(still) :], more)


def _rows(incidents: Sequence[Incident], *, at: datetime) -> list[IncidentRow]:
    keys = [one.pk for one in incidents]
    names = audience_names(keys)
    counted = IncidentTicket.objects.filter(incident__in=keys).values_list("incident").annotate(many=Count("pk"))
    tickets = dict(counted.order_by("incident"))
    return [
        IncidentRow(one, ", ".join(names.get(one.pk, ())), tickets.get(one.pk, 0), is_overdue(one, at=at))
        for one in incidents
    ]


def audience_names(incident_ids: Sequence[int]) -> dict[int, list[str]]:
    """The names of the organisations that may know, by incident: of those that the scope at hand shows."""
    found: dict[int, list[str]] = {}
    listed = IncidentAudience.objects.filter(incident__in=incident_ids).select_related("organisation")
    for row in listed.order_by("organisation__name"):
        found.setdefault(row.incident_id, []).append(row.organisation.name)
    return found


def is_overdue(incident: Incident, *, at: datetime) -> bool:
    """Whether the promised next update is late."""
    return incident.next_update_at is not None and incident.next_update_at < at


def tickets_on(incident: Incident) -> QuerySet[IncidentTicket]:
    """The newest tickets on an incident, of the organisations that the scope at hand shows."""
    rows = IncidentTicket.objects.filter(incident=incident).select_related("ticket__organisation", "ticket__requester")
    return rows.order_by("-pk")


def incidents_on(ticket: Ticket, *, shown_only: bool) -> list[Incident]:
    """The incidents that explain a ticket; `shown_only`: no drafts."""
    rows = IncidentTicket.objects.filter(ticket=ticket).select_related("incident").order_by("-pk")
    found = [row.incident for row in rows]
    return [one for one in found if not (shown_only and one.is_draft)]


def ticket_named(typed: str, *, member: Member) -> Ticket | None:
    """The ticket with this reference, as ACME-142, if the member may see it."""
    key, dash, number = typed.strip().upper().rpartition("-")
    if not (dash and number.isascii() and number.isdecimal() and len(number) <= 9):
        return None
    organisation = Organisation.objects.filter(key=key).first()
    if organisation is None:
        return None
    return tickets_visible_to(member).filter(organisation=organisation, number=int(number)).first()
