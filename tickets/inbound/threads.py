"""Which ticket a mail belongs to, of the organisations in scope: by the token of its address, or by the ids it names.

What the sender may do with it is another question: a token or an id is no proof of who writes.
"""

from collections.abc import Sequence

from helpdesk.notifications.queries import tickets_of_message_ids
from helpdesk.notifications.reply_address import ReplyToken
from tickets.models import Ticket
from tickets.queries import with_people


def ticket_of_token(token: ReplyToken) -> Ticket | None:
    """The ticket that a verified token names; None where the scope has no such ticket."""
    return _ticket(token.organisation_id, token.number)


def ticket_of_message_ids(message_ids: Sequence[str]) -> Ticket | None:
    """The ticket of the first of these ids that is known in scope, sent or received; None without any.

    Ids are given with or without brackets, the likeliest first. The ticket may be one that was merged into another.
    """
    found = (_ticket(organisation_id, number) for organisation_id, number in tickets_of_message_ids(message_ids))
    return next((ticket for ticket in found if ticket is not None), None)


def _ticket(organisation_id: int, number: int) -> Ticket | None:
    return with_people(Ticket.objects.all()).filter(organisation_id=organisation_id, number=number).first()
