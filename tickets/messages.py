"""Drafts of what clients and assignees are told about one ticket. Wording is in `templates/emails/`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from helpdesk.accounts.models import User
from helpdesk.notifications.drafts import Audience, Draft, Recipient
from sla.engine.entries import ClockKind, Reading
from tickets.models import Ticket, TimelineEntry
from tickets.wording import iso

LONGEST = 4000  # characters of a message that a mail quotes
CUT = " …"  # as the database's check knows it


def client_draft(
    ticket: Ticket,
    person: User,
    *,
    event: str,
    occasion: str,
    at: datetime,
    readings: Mapping[ClockKind, Reading],
    facts: Mapping[str, Any] | None = None,
    quoting: TimelineEntry | None = None,
) -> Draft:
    """A notice to somebody at the client; always goes at once. `occasion` makes its key unique.

    The entry that it quotes is a public one: the database refuses any other text.
    """
    role = "Requester" if person.pk == ticket.requester_id else "Colleague who follows, or stands in for who asked,"
    return Draft(
        organisation_id=ticket.organisation_id,
        key=f"{ticket.reference}:client:{event}:{occasion}",
        event=event,
        recipient=_recipient(person, f"{role} of {ticket.reference}"),
        template=event,
        reference=ticket.reference,
        path=ticket.path,
        send_at=at,
        created_at=at,
        audience=Audience.CLIENT,
        entry_id=quoting.pk if quoting else None,
        reason="The client is told.",
        facts={**ticket_facts(ticket), **deadline_facts(readings), **(facts or {}), **_quoted(quoting)},
    )


def staff_draft(
    ticket: Ticket,
    recipient: Recipient,
    *,
    event: str,
    occasion: str,
    at: datetime,
    reason: str,
    readings: Mapping[ClockKind, Reading],
    facts: Mapping[str, Any] | None = None,
    quoting: TimelineEntry | None = None,
) -> Draft:
    """A notice to somebody on the vendor's side about what happened on a ticket; notes may be quoted."""
    return Draft(
        organisation_id=ticket.organisation_id,
        key=f"{ticket.reference}:staff:{event}:{occasion}",
        event=event,
        recipient=recipient,
        template=event,
        reference=ticket.reference,
        path=ticket.path,
        send_at=at,
        created_at=at,
        entry_id=quoting.pk if quoting else None,
        level=ticket.level,
        reason=reason,
        facts={
            **ticket_facts(ticket),
            **deadline_facts(readings),
            "reason": reason,
            **(facts or {}),
            **_quoted(quoting),
        },
    )


def ticket_facts(ticket: Ticket) -> dict[str, Any]:
    """The facts of a ticket that every mail about it may show."""
    return {
        "subject": ticket.subject,
        "severity": ticket.severity,
        "severity_name": ticket.get_severity_display(),
        "organisation": ticket.organisation.name,
        "requester": ticket.requester.name,
        "opened_at": iso(ticket.opened_at),
        "level": ticket.level,
    }


def deadline_facts(readings: Mapping[ClockKind, Reading]) -> dict[str, Any]:
    """The due instants as promised now; empty where there is none."""
    facts: dict[str, Any] = {f"{kind.value}_due": iso(reading.due) for kind, reading in readings.items()}
    facts["provisional"] = any(reading.provisional for reading in readings.values())
    return facts


def _quoted(entry: TimelineEntry | None) -> dict[str, str]:
    """A message's text for a mail, cut where it is very long."""
    if entry is None:
        return {}
    return {"message": entry.body if len(entry.body) <= LONGEST else entry.body[:LONGEST] + CUT}


def _recipient(person: User, role: str) -> Recipient:
    return Recipient(email=person.email, name=person.name, zone=person.time_zone, role=role)
