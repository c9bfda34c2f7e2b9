"""Tickets on incidents: attaching, taking off, "me too", and one update that answers every thread."""

import logging
import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Organisation, User
from helpdesk.audit.operations import record
from helpdesk.lib.actors import SYSTEM, Actor, ActorKind, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError
from helpdesk.lib.instants import instant_text
from helpdesk.lib.tenancy import scope, system_scope
from helpdesk.lib.wake import wake
from sla.models import Severity
from status.models import Answering, AttachedBy, ImpactLevel, Incident, IncidentTicket, IncidentUpdate, ThreadAnswer
from status.models.ticket import LONGEST_MESSAGE
from status.operations.work import refuse_retracted
from status.queries import shown_incidents
from tickets.models import Ticket, TicketState
from tickets.operations.conversation import reply
from tickets.operations.intake import LONGEST_SUBJECT, open_ticket

logger = logging.getLogger(__name__)
TASK = "status.answer_threads"
BATCH = 50  # threads that one bell answers, so that the worker's own loop comes back to the sweep
EVERY = "an update answers the tickets of every organisation that may know of it"
# How urgent "me too" is: by the vendor's own word for how bad it is.
URGENCY = {ImpactLevel.MAJOR: Severity.P1, ImpactLevel.PARTIAL: Severity.P2}


@transaction.atomic
def attach_ticket(*, incident: Incident, ticket: Ticket, actor: Actor, at: datetime | None = None) -> IncidentTicket:
    """Say that the incident explains the ticket: each further update answers it. One attached already stays so.

    Raises `DomainError` where the ticket's organisation may not know of the incident, and of a draft nobody may;
    `Conflict` for a retracted incident; `Forbidden` without the right.
    """
    require(actor, "incident.write")
    row = _attach(incident, ticket, how=AttachedBy.STAFF, at=at or database_now())
    _audit("incident.attach", row, actor=actor)
    return row


@transaction.atomic
def detach_ticket(*, incident: Incident, ticket: Ticket, actor: Actor, at: datetime | None = None) -> None:
    """Take the ticket off: no further update answers it, what did stays. Raises `DomainError` if it is not on."""
    require(actor, "incident.write")
    row = IncidentTicket.objects.filter(incident=incident, ticket=ticket).first()
    if row is None:
        raise DomainError(_("This ticket does not stand at the incident."))
    row.attached_at = at or database_now()
    _audit("incident.detach", row, actor=actor)
    ThreadAnswer.objects.filter(ticket=ticket, update__incident=incident, outcome=Answering.PENDING).delete()
    row.delete()


@transaction.atomic
def me_too(
    *,
    incident: Incident,
    organisation: Organisation,
    requester: User,
    actor: Actor,
    subject: str = "",
    description: str = "",
    at: datetime | None = None,
) -> Ticket:
    """Open a ticket for somebody who has the same trouble, attached at once, or give the one they have on it already.

    `subject` and `description` are what they had typed so far. Raises `Conflict` for an incident that is over or
    retracted, and what `open_ticket` raises.
    """
    require(actor, "ticket.open")
    if not incident.is_open:
        raise Conflict(_("This incident is over. Open a ticket if you still have trouble."))
    own = IncidentTicket.objects.filter(incident=incident, ticket__requester=requester)
    live = own.exclude(ticket__state=TicketState.CLOSED).select_related("ticket__organisation").order_by("-pk").first()
    if live is not None:
        return live.ticket
    at = at or database_now()
    ticket = open_ticket(
        organisation=organisation,
        requester=requester,
        subject=(subject.strip() or _("Me too: %s") % incident.title)[:LONGEST_SUBJECT],
        description=description.strip() or _("I have the trouble that this incident tells of: %s") % incident.title,
        severity=URGENCY.get(ImpactLevel(incident.level), Severity.P3),
        actor=actor,
        # Two clicks are one ticket; once that is closed, the next click is another.
        submission_key=uuid.uuid5(incident.public_id, f"{requester.pk}:{own.count()}"),
        at=at,
    )
    _audit("incident.me_too", _attach(incident, ticket, how=AttachedBy.ME_TOO, at=at), actor=actor)
    return ticket


def queue_answers(update: IncidentUpdate) -> int:
    """Note that an update is to answer each ticket on its incident; returns how many. In the update's transaction."""
    with system_scope(EVERY):
        tickets = IncidentTicket.objects.filter(incident_id=update.incident_id)
        rows = [
            ThreadAnswer(organisation_id=one.organisation_id, ticket_id=one.ticket_id, update=update) for one in tickets
        ]
        ThreadAnswer.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        wake(TASK)
    return len(rows)


def answer_threads(*, limit: int = BATCH) -> int:
    """Answer the tickets that wait, one a transaction; returns how many had a turn.

    Safe with any number of workers: a row is claimed with SKIP LOCKED, and its outcome is written with the reply.
    Whoever dies leaves it waiting, and the next bell goes on.
    """
    worked = 0
    while worked < limit and _answer_one():
        worked += 1
    if worked == limit:
        wake(TASK)
    return worked


def _answer_one() -> bool:
    with transaction.atomic(), system_scope(EVERY):
        waiting = ThreadAnswer.objects.filter(outcome=Answering.PENDING)
        row = (
            waiting.select_related("update__incident", "update__author", "ticket__requester")
            .select_for_update(of=("self",), skip_locked=True)
            .order_by("pk")
            .first()
        )
        if row is None:
            return False
        row.outcome, row.message = _turn(row)
        row.done_at = database_now()
        row.save(update_fields=["outcome", "message", "done_at"])
    return True


def _turn(row: ThreadAnswer) -> tuple[Answering, str]:
    try:
        with transaction.atomic(), scope({row.organisation_id}):
            reply(ticket=row.ticket, actor=_author(row.update), body=_words(row))
    except DomainError as error:
        return Answering.REFUSED, error.message[:LONGEST_MESSAGE]
    except Exception:
        logger.exception("update %s could not answer ticket %s", row.update_id, row.ticket_id)
        return Answering.REFUSED, _("It failed for a reason of ours.")
    return Answering.DONE, ""


def _author(update: IncidentUpdate) -> Actor:
    """Who wrote the update, with the one right that answering needs: what they told all, they told each."""
    if update.author is None:
        return SYSTEM
    return Actor(
        kind=ActorKind.STAFF,
        name=update.author_name,
        user_id=update.author.user_id,
        staff_id=update.author_id,
        capabilities=frozenset({"ticket.reply"}),
    )


def _words(row: ThreadAnswer) -> str:
    """The reply: where the incident stands, what was told, when the next word comes and where all of it is."""
    update, incident = row.update, row.update.incident
    lines = [f"{incident.title}: {update.get_phase_display()}", update.body]
    if update.next_update_at is not None:
        when = instant_text(update.next_update_at, row.ticket.requester.time_zone)
        lines.append(_("The next update follows by %s.") % when)
    lines.append(f"{settings.SITE_URL}{reverse('status:incident', args=[incident.public_id])}")
    return "\n\n".join(lines)


def _attach(incident: Incident, ticket: Ticket, *, how: AttachedBy, at: datetime) -> IncidentTicket:
    with scope({ticket.organisation_id}):  # where the database shows what this organisation may know, and nothing else
        known = shown_incidents().filter(pk=incident.pk).first()
        if known is None:
            raise DomainError(_("The ticket’s organisation may not know of this incident."), field="ticket")
        refuse_retracted(known)
        given = {"how": how, "attached_at": at}
        row, _made = IncidentTicket.objects.get_or_create(
            incident=known, ticket=ticket, organisation_id=ticket.organisation_id, defaults=given
        )
        return row


def _audit(action: str, row: IncidentTicket, *, actor: Actor) -> None:
    said = {"incident": str(row.incident.public_id)}
    subject = row.ticket.reference
    record(
        organisation_id=row.organisation_id, action=action, subject=subject, actor=actor, at=row.attached_at, data=said
    )
