"""Tickets that may be of the same matter: the requester's others, and those with a like subject. For staff."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from helpdesk.lib.prepared import prepared
from tickets.models import Ticket

MOST = 5
LOOKED_AT = 500
LIKENESS = 0.3  # of two subjects, by the share of their trigrams; 1 is the same
# By numbers, which the unique key has in order. Only then are subjects compared: whatever the organisation's size, 500.
SIMILAR = """
    SELECT public_id, number, subject, state, withdrawn
    FROM (
        SELECT * FROM tickets_ticket WHERE organisation_id = %(organisation)s ORDER BY number DESC LIMIT %(looked_at)s
    ) newest
    WHERE id <> %(ticket)s AND similarity(subject, %(subject)s) >= %(likeness)s
    ORDER BY similarity(subject, %(subject)s) DESC, number DESC LIMIT %(most)s
"""


@dataclass(frozen=True)
class SimilarTicket:
    """Another ticket as a list beside a ticket shows it."""

    public_id: UUID
    number: int
    subject: str
    state: str
    withdrawn: bool
    organisation_key: str

    @property
    def reference(self) -> str:
        return f"{self.organisation_key}-{self.number}"

    @property
    def path(self) -> str:
        return f"/tickets/{self.public_id}/"


def similar_to(ticket: Ticket) -> list[SimilarTicket]:
    """Of the organisation's newest 500 tickets those with a like subject, the likest first, at most 5; one statement.

    The caller asks for staff who may read the ticket, and so may read all of its organisation's.
    """
    given: dict[str, Any] = {"organisation": ticket.organisation_id, "ticket": ticket.pk, "subject": ticket.subject}
    given |= {"looked_at": LOOKED_AT, "likeness": LIKENESS, "most": MOST}
    key = ticket.organisation.key
    with connection.cursor() as cursor:
        cursor.execute(SIMILAR, given)
        return [
            SimilarTicket(
                public_id=public_id,
                number=number,
                subject=subject,
                state=state,
                withdrawn=withdrawn,
                organisation_key=key,
            )
            for public_id, number, subject, state, withdrawn in cursor.fetchall()
        ]


def others_of_requester(ticket: Ticket) -> list[Ticket]:
    """The newest of the requester's other tickets at this organisation, at most 5; one statement."""
    found = _theirs(organisation=ticket.organisation_id, requester=ticket.requester_id)
    return [one for one in found if one.pk != ticket.pk][:MOST]


@prepared
def _theirs(*, organisation: int, requester: int) -> QuerySet[Ticket]:
    found = Ticket.objects.filter(organisation_id=organisation, requester_id=requester)
    return found.select_related("organisation").order_by("-number")[: MOST + 1]
