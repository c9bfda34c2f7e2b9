"""Merging a ticket into another of the same organisation. It is not taken back."""

from datetime import datetime

from django.db import transaction

from helpdesk.accounts.queries import clients_of
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.errors import DomainError
from helpdesk.lib.rows import Row, insert_rows
from tickets.models import EntryKind, Escalation, Ticket, TicketState, Watcher
from tickets.operations.announcing import tell_client
from tickets.operations.checks import require_state
from tickets.operations.conversation import LIVE
from tickets.operations.work import Work, begin, save, send


@transaction.atomic
def merge(*, ticket: Ticket, into: Ticket, actor: Actor, at: datetime | None = None, seen: int | None = None) -> Ticket:
    """Go on with `ticket` on another one only; returns that other one.

    The merged ticket is closed: its running clocks stop without a verdict, breaches on record stay, and it escalates
    no more. Its history stays where it is. Its requester and followers follow the other ticket and are told. Raises
    `DomainError` at `into` for itself and for another organisation's, `Conflict` when either is closed.
    """
    require(actor, "ticket.merge")
    if ticket.pk == into.pk:
        raise DomainError("A ticket cannot be merged into itself.", field="into")
    if ticket.organisation_id != into.organisation_id:
        raise DomainError("Only tickets of one organisation can be merged.", field="into")
    # Both in the order of their ids: two merges crosswise would wait for each other.
    pair = Ticket.objects.filter(pk__in=(ticket.pk, into.pk)).select_for_update().order_by("pk")
    assert len(pair) == 2, "both are in scope"
    loser = begin(ticket, actor=actor, at=at, seen=seen)
    winner = begin(into, actor=actor, at=loser.at)
    require_state(loser.ticket, *LIVE, doing="merged")
    require_state(winner.ticket, *LIVE, doing="merged into")
    _end(loser, winner.ticket)
    _bring_followers(loser.ticket, winner.ticket, at=loser.at)
    reference = loser.ticket.reference
    said = {"merged": str(loser.ticket.public_id), "reference": reference}
    winner.write(EntryKind.LINKED, body=f"{reference} was merged into this ticket.", data=said)
    save(winner, action="ticket.merge_in", data=said)
    send(winner)
    return winner.ticket


def _end(work: Work, into: Ticket) -> None:
    ticket, said = work.ticket, {"into": str(into.public_id), "reference": into.reference}
    work.write(EntryKind.MERGED, body=f"Merged into {into.reference}: it goes on there.", data=said)
    ticket.state, ticket.closed_at, ticket.merged_into = TicketState.CLOSED, work.at, into
    ticket.resolved_at = ticket.resolved_at or work.at
    Escalation.objects.filter(ticket=ticket, remind_at__isnull=False).update(remind_at=None)
    save(work, action="ticket.merge", data=said)
    tell_client(work, event="merged", into=into.reference, into_subject=into.subject)
    send(work)


def _bring_followers(loser: Ticket, winner: Ticket, *, at: datetime) -> None:
    """Who asked for or follows the merged ticket follows the other one, as far as they still may."""
    following = Watcher.objects.filter(ticket=loser).values_list("member_id", "staff_id")
    people = [*following, (loser.requester_id, None)]
    belong = set(clients_of(winner.organisation_id).values_list("pk", flat=True).filter(pk__in=[p for p, _ in people]))
    rows: list[Row] = [
        {
            "organisation_id": winner.organisation_id,
            "ticket_id": winner.pk,
            "added_at": at,
            "member_id": member,
            "staff_id": staff,
        }
        for member, staff in dict.fromkeys(people)
        if staff is not None or (member in belong and member != winner.requester_id)
    ]
    insert_rows(Watcher, rows, ignore_conflicts=True)
