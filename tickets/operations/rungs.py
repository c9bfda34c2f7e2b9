"""Who holds a rung of the ladder: taking it over, and handing it to who stands in."""

from datetime import datetime

from django.db import transaction

from helpdesk.accounts.models import StaffMember
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.errors import Conflict, Forbidden
from helpdesk.notifications.drafts import Recipient
from sla.queries import matrix_in_force
from sla.versions import current_calendar
from tickets.messages import staff_draft
from tickets.models import EntryKind, Escalation, Ticket
from tickets.operations.checks import require_state, required_text
from tickets.operations.handling import assign
from tickets.operations.status import ACTIVE
from tickets.operations.work import Work, begin, save, send

LEVEL_TWO = 2


@transaction.atomic
def take_over(
    *, escalation: Escalation, actor: Actor, at: datetime | None = None, seen: int | None = None
) -> Escalation:
    """Hold the rung oneself, whoever held it before, and take the ticket too: one name for both (POLICY 7).

    Its reminders stop. Raises `Conflict` unless the ticket is open or waiting, and where one holds both already.
    """
    require(actor, "ticket.acknowledge")
    work = begin(escalation.ticket, actor=actor, at=at, seen=seen)
    require_state(work.ticket, *ACTIVE, doing="taken over")
    rung = Escalation.objects.select_related("acknowledged_by").select_for_update(of=("self",)).get(pk=escalation.pk)
    holds = rung.acknowledged_by_id == actor.user_id
    if holds and work.ticket.assignee_id == actor.staff_id:
        raise Conflict(f"You hold {work.ticket.reference} already.")
    before = rung.acknowledged_by.name if rung.acknowledged_by else ""
    if not holds:
        rung.acknowledged_at, rung.acknowledged_by_id, rung.remind_at = work.at, actor.user_id, None
        rung.save(update_fields=["acknowledged_at", "acknowledged_by", "remind_at"])
        gone = f" from {before}" if before else ""
        body = f"{actor.name} has taken the escalation to level {rung.level}{gone}."
        work.write(EntryKind.ACKNOWLEDGED, body=body, data={"level": rung.level, "event": rung.event, "from": before})
        save(work, action="ticket.take_over", data={"level": rung.level, "from": before})
    if actor.staff_id is not None and work.ticket.assignee_id != actor.staff_id:
        assignee = StaffMember.objects.select_related("user").get(pk=actor.staff_id)
        assign(ticket=work.ticket, assignee=assignee, actor=actor, at=work.at)
    return rung


@transaction.atomic
def hand_to_stand_in(
    *, escalation: Escalation, reason: str, actor: Actor, at: datetime | None = None, seen: int | None = None
) -> StaffMember:
    """Hand a rung of level 2 to the other of account manager and deputy; returns who has it now (POLICY 7).

    Nobody holds it until they acknowledge: they are told, and reminders begin anew. Raises `Conflict` for another
    level, unless the ticket is open or waiting, and where nobody stands in; `Forbidden` for who is neither of the two.
    """
    require(actor, "ticket.acknowledge")
    reason = required_text(reason, field="reason", message="Say why you hand it on; who stands in reads it.")
    work = begin(escalation.ticket, actor=actor, at=at, seen=seen)
    require_state(work.ticket, *ACTIVE, doing="handed on")
    rung = Escalation.objects.select_for_update().get(pk=escalation.pk)
    if rung.level != LEVEL_TWO:
        raise Conflict("Only what has reached the account manager is handed to the deputy.")
    other = _stand_in(work.ticket, actor, at=work.at)
    minutes = matrix_in_force(at=work.at).repeat_minutes(rung.event, work.ticket.severity)
    rung.acknowledged_at = rung.acknowledged_by_id = None
    rung.remind_at = current_calendar(work.ticket.calendar).due(work.at, minutes)
    rung.told = [*rung.told, f"{other.user.name} (handed on by {actor.name})"]
    rung.save(update_fields=["acknowledged_at", "acknowledged_by", "remind_at", "told"])
    body = f"{actor.name} handed the escalation to {other.user.name}: {reason}"
    work.write(EntryKind.HANDED, body=body, public=False, data={"level": rung.level, "to": other.pk})
    save(work, action="ticket.hand_on", reason=reason, data={"to": other.user.email})
    _tell(work, other, reason=body)
    send(work)
    return other


def _stand_in(ticket: Ticket, actor: Actor, *, at: datetime) -> StaffMember:
    """The other of the two who answer at level 2; raises when the actor is neither, or nobody is there."""
    pair = (ticket.organisation.account_manager_id, ticket.organisation.deputy_id)
    if actor.staff_id not in pair:
        raise Forbidden("Only this client's account manager and deputy hand on what came to them.")
    other_id = pair[1] if actor.staff_id == pair[0] else pair[0]
    found = StaffMember.objects.select_related("user").filter(user__is_active=True)
    other = found.filter(pk=other_id).first() if other_id is not None else None
    if other is None:
        raise Conflict(f"Nobody stands in for you at {ticket.organisation.name}. An admin can name a deputy.")
    if other.is_away(at):
        raise Conflict(f"{other.user.name} is away too. Keep it, or ask for the next level.")
    return other


def _tell(work: Work, other: StaffMember, *, reason: str) -> None:
    person = other.user
    recipient = Recipient(
        email=person.email, name=person.name, zone=person.time_zone, role=f"Stands in for {work.actor.name}"
    )
    work.tell(
        [
            staff_draft(
                work.ticket, recipient, event="handed", occasion=work.at.isoformat(), at=work.at, reason=reason,
                readings=work.readings,
            )
        ]
    )  # fmt: skip
