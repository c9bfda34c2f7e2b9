"""The page of a ticket with a long timeline over HTTP, for staff and client, beside a view that does the least."""

from datetime import timedelta

from bench.loading import AT
from bench.pages import Page, compare
from bench.report import Options, Report
from helpdesk.accounts.models import User
from helpdesk.accounts.queries import member_of
from helpdesk.demo import texts
from helpdesk.lib.actors import Actor
from tickets.models import Ticket, TicketState
from tickets.operations.conversation import add_note, reply

MESSAGES = 100
AGENT, CLIENT = "agent1@ravingcrm.example", "user@b00001.example"
TOLD = (
    f"A ticket with {MESSAGES} messages, every fifth an internal note, besides what befell it; an agent who serves all "
    "organisations, and the client who asked. The floor: a view behind the same middleware and session, one SELECT "
    "over the timeline's index of as many entries under the same role and row-level security, joined in Python to as "
    "many bytes."
)


def long_ticket() -> str:
    """The path of the client's newest open ticket, after a long conversation through the operations."""
    asks, helps = _actor(CLIENT), _actor(AGENT)
    ticket = Ticket.objects.filter(requester_id=asks.user_id, state=TicketState.OPEN).order_by("-number")[0]
    if ticket.timeline.count() > MESSAGES:
        return ticket.path
    for number in range(MESSAGES):
        at = AT + timedelta(minutes=number)
        if number % 5 == 4:
            add_note(ticket=ticket, actor=helps, body=texts.NOTES[number % len(texts.NOTES)], at=at)
        else:
            said = texts.ANSWERS if number % 2 else texts.CLIENT_ANSWERS
            reply(ticket=ticket, actor=helps if number % 2 else asks, body=said[number % len(said)], at=at)
    return ticket.path


def _actor(email: str) -> Actor:
    people = User.objects.select_related("staff_member", "membership__organisation")
    member = member_of(people.get(email=email))
    assert member is not None, "the desk's people may sign in"
    return member.actor


PAGES = [
    Page(name=f"long ticket, {side}", email=email, path=long_ticket, floor=lambda path: f"/bench{path}")
    for side, email in (("staff", AGENT), ("client", CLIENT))
]


def run(_: Options) -> Report:
    """Load both desks, then fetch page and floor of each in turns."""
    return compare("ticket", PAGES, told=TOLD)
