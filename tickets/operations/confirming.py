"""The client says how severe it is, where their mail did not."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.lib.actors import Actor, require
from helpdesk.lib.errors import Conflict
from tickets.confirming import awaits_confirmation
from tickets.models import EntryKind, Ticket
from tickets.operations.announcing import tell_staff
from tickets.operations.checks import require_state
from tickets.operations.intake import check_severity
from tickets.operations.status import ACTIVE
from tickets.operations.work import begin, save, send
from tickets.proposing import answers_in_words, known_answers


@transaction.atomic
def confirm_severity(
    *, ticket: Ticket, severity: str, answers: Mapping[str, str], actor: Actor, at: datetime | None = None
) -> Ticket:
    """Set or confirm the severity that we took because the mail named none; deadlines follow POLICY 5.

    Once only: afterwards staff change it, with a reason. Raises `DomainError` for an unknown severity and `Conflict`
    where somebody has set it already, or unless open or waiting. The answers to the three questions are the reason.
    """
    require(actor, "ticket.open")
    check_severity(severity)
    work = begin(ticket, actor=actor, at=at)
    require_state(work.ticket, *ACTIVE, doing="given another severity")
    if not awaits_confirmation(work.ticket):
        raise Conflict(_("The severity of this ticket is set already. Ask the support team to change it."))
    before = work.ticket.severity
    work.ticket.severity = severity
    said = "; ".join(f"{question} {answer}" for question, answer in answers_in_words(answers))
    change = {"from": before, "to": severity, "confirmed": True, "answers": known_answers(answers)}
    work.write(EntryKind.SEVERITY, body=said or _("The client chose it."), data=change)
    save(work, action="ticket.confirm_severity", reason=said, data=change)
    tell_staff(work, event="confirmed", reason=f"{actor.name} says that it is {severity}.", before=before)
    send(work)
    return work.ticket
