"""Who holds a ticket and how severe it is: assignment, severity, escalation, acknowledgement."""

from datetime import datetime

from django.db import transaction

from helpdesk.accounts.models import StaffMember
from helpdesk.accounts.queries import staff_serving
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.errors import Conflict, DomainError
from sla.models import Event
from sla.queries import matrix_in_force
from tickets.models import EntryKind, Escalation, Ticket
from tickets.operations.announcing import climb_by_hand, tell_client, tell_staff
from tickets.operations.checks import require_state, required_text
from tickets.operations.intake import check_severity
from tickets.operations.scheduling import is_promised
from tickets.operations.status import ACTIVE
from tickets.operations.work import begin, save, send


@transaction.atomic
def assign(
    *, ticket: Ticket, assignee: StaffMember | None, actor: Actor, at: datetime | None = None, seen: int | None = None
) -> Ticket:
    """Give the ticket to a staff member who serves its organisation, or to nobody. Raises `DomainError` else."""
    require(actor, "ticket.assign")
    work = begin(ticket, actor=actor, at=at, seen=seen)
    require_state(work.ticket, *ACTIVE, doing="assigned")
    if assignee is not None and not staff_serving(ticket.organisation_id).filter(pk=assignee.pk).exists():
        raise DomainError(f"{assignee} does not serve {work.ticket.organisation}.", field="assignee")
    work.ticket.assignee = assignee
    body = f"Assigned to {assignee}." if assignee else "Assigned to nobody."
    work.write(EntryKind.ASSIGNED, body=body, public=False, data={"assignee": assignee.pk if assignee else None})
    save(work, action="ticket.assign", data={"assignee": str(assignee or "")})
    if assignee is not None:
        tell_staff(work, event="assigned", reason=f"{actor.name} assigned the ticket to you.", token="assignee")
    send(work)
    return work.ticket


@transaction.atomic
def change_severity(
    *, ticket: Ticket, severity: str, reason: str, actor: Actor, at: datetime | None = None, seen: int | None = None
) -> Ticket:
    """Raise or lower the severity with a reason; deadlines follow POLICY 5 and the client is told.

    A planned day gives way to the deadline of a severity that has one. Raises `DomainError` for an unknown or unchanged
    severity or no reason, `Conflict` unless open or waiting.
    """
    require(actor, "ticket.severity")
    check_severity(severity)
    reason = required_text(reason, field="reason", message="Say why the severity changes; the client is told.")
    work = begin(ticket, actor=actor, at=at, seen=seen)
    require_state(work.ticket, *ACTIVE, doing="given another severity")
    before = work.ticket.severity
    if severity == before:
        raise DomainError(f"The severity is {severity} already.", field="severity")
    work.ticket.severity = severity
    change = {"from": before, "to": severity}
    if work.ticket.planned_on is not None and is_promised(work.ticket):
        change["planned_on"], work.ticket.planned_on = str(work.ticket.planned_on), None
    entry = work.write(EntryKind.SEVERITY, body=reason, data=change)
    save(work, action="ticket.severity", reason=reason, data=change)
    tell_client(work, event="severity_changed", quoting=entry, before=before)
    send(work)
    return work.ticket


@transaction.atomic
def escalate(*, ticket: Ticket, reason: str, actor: Actor, at: datetime | None = None, seen: int | None = None) -> int:
    """Climb one level because the client or staff ask, with a reason (POLICY 7); returns the level reached.

    Raises `Conflict` at the top level and unless open or waiting, `DomainError` without a reason.
    """
    require(actor, "ticket.escalate")
    reason = required_text(reason, field="reason", message="Say why this needs the next level.")
    work = begin(ticket, actor=actor, at=at, seen=seen)
    require_state(work.ticket, *ACTIVE, doing="escalated")
    top = matrix_in_force(at=work.at).top
    if work.ticket.level >= top:
        raise Conflict(f"{work.ticket.reference} is at level {top} already; there is none above it.")
    step = Escalation.objects.filter(ticket=work.ticket, event=Event.ASKED).count() + 1
    work.ticket.level = climb_by_hand(work, reason=reason, step=step)
    save(work, action="ticket.escalate", reason=reason, data={"level": work.ticket.level})
    return work.ticket.level


@transaction.atomic
def acknowledge(
    *, escalation: Escalation, actor: Actor, at: datetime | None = None, seen: int | None = None
) -> Escalation:
    """Say "I have it": that rung's reminders stop, and the record names who holds it (POLICY 7).

    Idempotent for the same person; raises `Conflict` when somebody else has acknowledged it.
    """
    require(actor, "ticket.acknowledge")
    work = begin(escalation.ticket, actor=actor, at=at, seen=seen)
    rung = Escalation.objects.select_for_update().get(pk=escalation.pk)
    if rung.acknowledged_by_id is not None:
        if rung.acknowledged_by_id == actor.user_id:
            return rung
        raise Conflict(f"{rung.acknowledged_by} has acknowledged this already.")
    rung.acknowledged_at, rung.acknowledged_by_id, rung.remind_at = work.at, actor.user_id, None
    rung.save(update_fields=["acknowledged_at", "acknowledged_by", "remind_at"])
    work.write(
        EntryKind.ACKNOWLEDGED,
        body=f"{actor.name} has taken the escalation to level {rung.level}.",
        data={"level": rung.level, "event": rung.event},
    )
    save(work, action="ticket.acknowledge", data={"level": rung.level, "event": rung.event})
    return rung
