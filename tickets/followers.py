"""Who follows a ticket, as its page shows it, and who else may."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import StaffMember, User
from helpdesk.accounts.queries import clients_of
from helpdesk.lib.prepared import prepared
from tickets.models import Ticket
from tickets.queries import copied_to, watchers_of

LISTED = 200  # beyond that a list is no help


@dataclass(frozen=True, kw_only=True)
class Followers:
    """The people who follow, those who may be added, and whether the reader is among the first.

    `copied` are the addresses that the client's mails went to besides, which do not follow; for staff.
    """

    people: Sequence[User]
    others: Sequence[User]
    is_one: bool
    copied: Sequence[str] = ()


def followers_of(ticket: Ticket, *, member: Member, serving: Sequence[StaffMember]) -> Followers:
    """For a page: clients see and choose among their colleagues, staff among these and one another.

    `serving` are the staff who serve the ticket's organisation, by name.
    """
    watching = watchers_of(ticket, staff=member.is_staff)
    people = [user for one in watching if (user := one.member or (one.staff.user if one.staff else None))]
    known = {ticket.requester_id, *(one.pk for one in people)}
    others = [one for one in _clients(organisation=ticket.organisation_id) if one.pk not in known]
    if member.is_staff:
        others = [*(one.user for one in serving[:LISTED] if one.user_id not in known), *others]
    told = {ticket.requester.email, *(one.email for one in people)}
    copied = [one for one in copied_to(ticket) if one not in told] if member.is_staff else []
    return Followers(people=people, others=others, is_one=member.user.pk in known, copied=copied)


@prepared
def _clients(*, organisation: int) -> QuerySet[User]:
    return clients_of(organisation)[:LISTED]
