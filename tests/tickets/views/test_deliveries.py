"""How the mails went stands beside each message, for staff: with one statement for the whole page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import DeliveryState, Notice
from tests.support import actor_of, colombo
from tickets.models import Ticket
from tickets.operations.conversation import reply
from tickets.operations.intake import open_ticket
from tickets.operations.watching import watch


@pytest.fixture
def ticket(world) -> Ticket:
    with system_scope("the test's ticket"):
        made = open_ticket(
            organisation=world.acme, requester=world.alice, subject="Invoices fail", description="All of them.",
            severity="P2", actor=actor_of(world.alice), at=colombo("2026-11-16 10:00"),
        )  # fmt: skip
        watch(ticket=made, user=world.amara, actor=actor_of(world.alice), at=colombo("2026-11-16 10:01"))
        answer(made, world, 0)
    return made


def answer(ticket: Ticket, world, minute: int) -> None:
    reply(ticket=ticket, actor=actor_of(world.agent), body="Sorry.", at=colombo(f"2026-11-16 10:{10 + minute}"))


def settle(event: str, address: str, state: str, **more) -> None:
    with system_scope("the test's mails"):
        assert Notice.objects.filter(event=event, recipient=address).update(state=state, **more)


@pytest.mark.usefixtures("monday")
def test_staff_see_how_each_message_s_mails_went_and_clients_do_not(world, ticket, signed_in):
    agent, alice, amara = signed_in(world.agent), world.alice.email, world.amara.email
    page = agent.get(ticket.path).text
    assert page.count("Mail queued for Alice") == 2, "the acknowledgement and the reply"
    settle("acknowledgement", alice, DeliveryState.SENT, soft_bounces=2)
    settle("reply", alice, DeliveryState.BOUNCED, last_error="5.1.1 <no> such user")
    settle("reply", amara, DeliveryState.SUPPRESSED)
    page = agent.get(ticket.path).text
    for line in (
        "Mail sent to Alice",
        "Mail to Alice was reported late (2)",
        "Mail to Alice came back: 5.1.1 &lt;no&gt; such user",
        "No mail to Amara: the address is suppressed",
    ):
        assert page.count(line) == 1, line
    settle("acknowledgement", alice, DeliveryState.ARCHIVED)
    assert "Mail sent to" not in agent.get(ticket.path).text, "simulated history was sent to nobody"
    assert "came back" not in signed_in(world.alice).get(ticket.path).text


@pytest.mark.usefixtures("monday")
def test_it_costs_one_statement_however_many_mails_there_are(world, ticket, signed_in):
    agent = signed_in(world.agent)
    agent.get(ticket.path)

    def statements() -> list[str]:
        with CaptureQueriesContext(
            connection,
        ) as run:
            agent.get(ticket.path)
        return [one["sql"] for one in run.captured_queries]

    few = statements()
    with system_scope("more messages"):
        for minute in range(1, 4):
            answer(ticket, world, minute)
    many = statements()
    assert len(many) == len(few)
    assert sum("notifications_notice" in one and "audience" in one.rpartition("WHERE")[2] for one in many) == 1
