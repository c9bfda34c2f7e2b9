"""Which ticket a mail goes on: asked in the scope of its sender's organisations, so no other's can answer."""

from collections.abc import Iterator
from dataclasses import dataclass

from helpdesk.notifications.reply_address import Purpose
from helpdesk.notifications.threads import number_of, read_reply_token, was_sent_to
from tickets.inbound.threads import ticket_of_message_ids, ticket_of_token
from tickets.mail.shapes import Candidates
from tickets.models import Ticket
from tickets.queries import with_people

LONGEST_CHAIN = 20  # tickets merged into tickets


@dataclass(frozen=True, kw_only=True)
class Joined:
    """A ticket, and for what the mail was sent to it: with a token of the sender's own, its purpose."""

    ticket: Ticket
    purpose: Purpose | None = None


def joined_by_token(found: Candidates, *, sender: str) -> Joined | None:
    """The ticket of the first token that holds in scope; its purpose only where it was sent to this very sender."""
    for text in found.tokens:
        token = read_reply_token(text)
        ticket = ticket_of_token(token) if token is not None else None
        if token is not None and ticket is not None:
            return Joined(ticket=ticket, purpose=token.purpose if was_sent_to(token, sender) else None)
    return None


def joined_by_marks(found: Candidates) -> Joined | None:
    """By the ids that it names, a token in its text, or the tag of its subject. A forward starts anew."""
    if found.is_forward:
        return None
    ticket = next((ticket for ticket in _marked(found) if ticket is not None), None)
    return Joined(ticket=ticket) if ticket is not None else None


def _marked(found: Candidates) -> Iterator[Ticket | None]:
    yield ticket_of_message_ids(found.message_ids)
    for text in found.body_tokens:
        token = read_reply_token(text)
        yield ticket_of_token(token) if token is not None else None
    for reference in found.references:
        yield _by_reference(reference)


def _by_reference(reference: str) -> Ticket | None:
    number, key = number_of(reference), reference.rpartition("-")[0]
    if number is None or number > 2**31 - 1:
        return None
    return with_people(Ticket.objects.all()).filter(organisation__key=key, number=number).first()


def gone_on(ticket: Ticket) -> Ticket:
    """The ticket that this one was merged into, at the end of the chain; itself where it was not."""
    for _ in range(LONGEST_CHAIN):
        if ticket.merged_into_id is None:
            break
        ticket = with_people(Ticket.objects.all()).get(pk=ticket.merged_into_id)
    return ticket
