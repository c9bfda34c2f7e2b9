"""When work is planned that has no resolution deadline: a day, or as the policy words it ("as per dev schedule")."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.lib.actors import Actor, require
from helpdesk.lib.errors import Conflict, DomainError
from sla.models import Target
from sla.versions import target_rows
from tickets.models import EntryKind, Ticket, TicketState
from tickets.operations.announcing import tell_client
from tickets.operations.checks import require_state, required_text
from tickets.operations.work import Work, begin, save, send

ACTIVE = (TicketState.OPEN, TicketState.WAITING)


@transaction.atomic
def plan(
    *,
    ticket: Ticket,
    planned_on: date | None,
    reason: str,
    actor: Actor,
    at: datetime | None = None,
    seen: int | None = None,
) -> Ticket:
    """Set, move or clear the planned day of a ticket without a resolution deadline (POLICY 2: P4). The client is told.

    None is "as per dev schedule", or how else its policy words it. Raises `DomainError` without a reason, for a day
    that is past in the zone of its support hours, and where nothing would change; `Conflict` for a severity with a
    deadline, and unless open or waiting.
    """
    require(actor, "ticket.plan")
    reason = required_text(reason, field="reason", message="Say why; the client is told.")
    work = begin(ticket, actor=actor, at=at, seen=seen)
    require_state(work.ticket, *ACTIVE, doing="planned")
    row = _unpromised(work.ticket)
    before = work.ticket.planned_on
    _check_day(work, planned_on)
    work.ticket.planned_on = planned_on
    said = {"before": str(before or ""), "planned_on": str(planned_on or "")}
    entry = work.write(EntryKind.PLANNED, body=f"{_words(before, planned_on, row)}: {reason}", data=said)
    save(work, action="ticket.plan", reason=reason, data=said)
    tell_client(work, event="planned", quoting=entry)
    send(work)
    return work.ticket


def is_promised(ticket: Ticket) -> bool:
    """Whether the policy promises a resolution for the ticket's severity: then it is due, and not planned."""
    return _row(ticket).limit_minutes is not None


def _row(ticket: Ticket) -> Target:
    return next(one for one in target_rows(ticket.policy_version_id) if one.severity == ticket.severity)


def _unpromised(ticket: Ticket) -> Target:
    """The policy's row of the ticket's severity. Raises `Conflict` where it promises a resolution."""
    row = _row(ticket)
    if row.limit_minutes is not None:
        said = _("%(severity)s has a resolution deadline: it is not planned, it is due.")
        raise Conflict(said % {"severity": ticket.severity}, field="planned_on")
    return row


def _check_day(work: Work, planned_on: date | None) -> None:
    if planned_on == work.ticket.planned_on:
        raise DomainError(_("That is the plan already."), field="planned_on")
    if planned_on is not None and planned_on < work.at.astimezone(ZoneInfo(work.ticket.calendar.time_zone)).date():
        raise DomainError(_("This day is past: choose today or later."), field="planned_on")


def _words(before: date | None, after: date | None, row: Target) -> str:
    if after is None:
        return row.resolution_text[:1].upper() + row.resolution_text[1:]
    if before is None:
        return f"Planned for {after:%a %-d %b %Y}"
    return f"Moved from {before:%a %-d %b %Y} to {after:%a %-d %b %Y}"
