"""What happened to a ticket that the ladder answers: the plain facts, however they were read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sla.models import Event
from tickets.models import Ticket


@dataclass(frozen=True, kw_only=True)
class Occurrence:
    """One event on one ticket. `instant` is when it took effect (a due instant), not when it was noticed."""

    event: Event
    instant: datetime
    ticket_id: int
    organisation_id: int
    organisation_key: str
    organisation_name: str
    account_manager_id: int | None
    deputy_id: int | None
    number: int
    public_id: UUID
    subject: str
    severity: str
    level: int
    assignee_id: int | None
    requester_name: str
    opened_at: datetime
    calendar_version_id: int
    clock: str = ""
    cycle: int = 1
    step: int = 1
    reason: str = ""

    @property
    def reference(self) -> str:
        return f"{self.organisation_key}-{self.number}"

    @property
    def path(self) -> str:
        return f"/tickets/{self.public_id}/"

    @property
    def key(self) -> str:
        """Names the occurrence: one notice per (clock, event, cycle, recipient), POLICY 7."""
        return f"{self.reference}:{self.clock or 'ticket'}:{self.event}:{self.cycle}:{self.step}"


def occurrence(ticket: Ticket, *, event: Event, instant: datetime, **more: Any) -> Occurrence:
    """An event on a ticket that is loaded with its organisation, requester and calendar."""
    organisation = ticket.organisation
    assert ticket.calendar.current_version_id is not None
    return Occurrence(
        event=event,
        instant=instant,
        ticket_id=ticket.pk,
        organisation_id=organisation.pk,
        organisation_key=organisation.key,
        organisation_name=organisation.name,
        account_manager_id=organisation.account_manager_id,
        deputy_id=organisation.deputy_id,
        number=ticket.number,
        public_id=ticket.public_id,
        subject=ticket.subject,
        severity=ticket.severity,
        level=ticket.level,
        assignee_id=ticket.assignee_id,
        requester_name=ticket.requester.name,
        opened_at=ticket.opened_at,
        calendar_version_id=ticket.calendar.current_version_id,
        **more,
    )
