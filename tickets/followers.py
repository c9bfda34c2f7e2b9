"""Who follows a ticket, as its page shows it, and who else may."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import StaffMember, User
from helpdesk.accounts.queries import clients_of
from tickets.models import Ticket
from tickets.queries import watchers_of

LISTED = 200  # beyond that a list is no help


@dataclass(frozen=True, kw_only=True)
class Followers:
    """The people who follow, those who may be added, and whether the reader is among the first."""

    people: Sequence[User]
    others: Sequence[User]
    is_one: bool


def followers_of(ticket: Ticket, *, member: Member, serving: QuerySet[StaffMember]) -> Followers:
    """For a page: clients see and choose among their colleagues, staff among these and one another.

    `serving` are the staff who serve the ticket's organisation, by name; not read again where they have been.
    """
    watching = watchers_of(ticket, staff=member.is_staff)
    people = [user for one in watching if (user := one.member or (one.staff.user if one.staff else None))]
    known = {ticket.requester_id, *(one.pk for one in people)}
    others = [one for one in clients_of(ticket.organisation_id)[:LISTED] if one.pk not in known]
    if member.is_staff:
        others = [*(one.user for one in serving[:LISTED] if one.user_id not in known), *others]
    return Followers(people=people, others=others, is_one=member.user.pk in known)
