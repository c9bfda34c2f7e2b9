"""Following a ticket: colleagues of its requester, and staff who serve its organisation."""

from datetime import datetime

from django.db import transaction

from helpdesk.accounts.models import User
from helpdesk.accounts.queries import clients_of, staff_serving
from helpdesk.audit.operations import record
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError
from helpdesk.lib.rows import insert_rows
from tickets.models import Ticket, Watcher

MOST = 50
NOT_THERE = "Choose somebody who may follow this ticket."


@transaction.atomic
def watch(*, ticket: Ticket, user: User, actor: Actor, at: datetime | None = None) -> None:
    """Let somebody follow the ticket: they are told what its requester, or on our side its assignee, is told.

    A colleague may then read it, too. Clients add people of their own organisation, staff also one another. The same
    again changes nothing. Raises `DomainError` for somebody else, and `Conflict` beyond 50 watchers.
    """
    require(actor, "ticket.watch")
    row = _row_of(ticket, user, actor)
    Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
    watchers = Watcher.objects.filter(ticket=ticket)
    if watchers.filter(**row).exists():
        return
    if watchers.count() >= MOST:
        raise Conflict(f"{MOST} people follow {ticket.reference} already.", field="person")
    at = at or database_now()
    insert_rows(Watcher, [{"organisation_id": ticket.organisation_id, "ticket_id": ticket.pk, "added_at": at, **row}])
    _note(ticket, user, actor, at=at, action="ticket.watch")


@transaction.atomic
def unwatch(*, ticket: Ticket, user: User, actor: Actor, at: datetime | None = None) -> None:
    """Let somebody follow the ticket no more. Who does not follow it is left as they are.

    Clients take out people of their own organisation only: staff see to themselves.
    """
    require(actor, "ticket.watch")
    found = Watcher.objects.filter(ticket=ticket, member=user)
    if not actor.is_client:
        found = found | Watcher.objects.filter(ticket=ticket, staff__user=user)
    if found.exists():
        Watcher.objects.filter(pk__in=[one.pk for one in found]).delete()
        _note(ticket, user, actor, at=at or database_now(), action="ticket.unwatch")


def _row_of(ticket: Ticket, user: User, actor: Actor) -> dict[str, int | None]:
    """Which of the two kinds of watcher this person is; raises `DomainError` when they are neither."""
    if user.pk == ticket.requester_id:
        raise DomainError("The requester is told of everything already.", field="person")
    if clients_of(ticket.organisation_id).filter(pk=user.pk).exists():
        return {"member_id": user.pk, "staff_id": None}
    staff = None if actor.is_client else staff_serving(ticket.organisation_id).filter(user=user).first()
    if staff is None:
        raise DomainError(NOT_THERE, field="person")
    return {"member_id": None, "staff_id": staff.pk}


def _note(ticket: Ticket, user: User, actor: Actor, *, at: datetime, action: str) -> None:
    record(
        organisation_id=ticket.organisation_id,
        action=action,
        subject=ticket.reference,
        actor=actor,
        at=at,
        data={"person": user.email},
    )
