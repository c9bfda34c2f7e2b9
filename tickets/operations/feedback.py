"""Saying whether it helped."""

from datetime import datetime

from django.db import transaction

from helpdesk.lib.actors import Actor, require
from helpdesk.lib.errors import DomainError
from tickets.models import EntryKind, Feedback, Ticket, TicketState
from tickets.models.feedback import Helped
from tickets.operations.announcing import tell_staff
from tickets.operations.checks import require_state
from tickets.operations.intake import check_length
from tickets.operations.work import begin, save, send


@transaction.atomic
def give_feedback(
    *, ticket: Ticket, helped: str, actor: Actor, comment: str = "", at: datetime | None = None, seen: int | None = None
) -> Feedback:
    """Say whether it helped: `yes`, `partly` or `no`. The latest word counts, earlier ones stay in the timeline.

    A "no" is told to the assignee, else to level 1. It moves no clock and reopens nothing. Raises `Conflict` unless
    resolved or closed, `DomainError` for another answer or an over-long comment.
    """
    require(actor, "ticket.rate")
    check_length(comment, field="comment")
    if helped not in Helped.values:
        raise DomainError("Say whether it helped: yes, partly or no.", field="helped")
    work = begin(ticket, actor=actor, at=at, seen=seen)
    require_state(work.ticket, TicketState.RESOLVED, TicketState.CLOSED, doing="rated")
    comment = comment.strip()
    work.write(EntryKind.RATED, body=comment, data={"helped": helped})
    save(work, action="ticket.rate", data={"helped": helped})
    found, _ = Feedback.objects.update_or_create(
        ticket=work.ticket,
        organisation_id=work.ticket.organisation_id,
        defaults={"helped": helped, "comment": comment, "given_by_id": actor.user_id, "given_at": work.at},
    )
    if helped == Helped.NO:
        tell_staff(work, event="rated", reason=f"{actor.name} says that it did not help.", message=comment[:500])
    send(work)
    return found
