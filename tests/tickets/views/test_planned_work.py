"""Planned work on the pages: what stands in place of a deadline."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.tenancy import system_scope
from tests.support import actor_of, colombo
from tickets.operations.conversation import reply
from tickets.operations.scheduling import plan

AT = colombo("2026-11-16 10:30")


@pytest.fixture
def answered(world, submit, monday):
    """A P4 whose first response is met: nothing of it is due."""
    ticket = submit("P4", "2026-11-16 10:00")
    reply(ticket=ticket, body="Noted.", actor=actor_of(world.agent), at=AT)
    return ticket


def scheduled(world, ticket):
    plan(ticket=ticket, planned_on=date(2026, 12, 15), reason="Next.", actor=actor_of(world.agent), at=AT)


@pytest.mark.parametrize(("who", "pages"), [("alice", ("/tickets/",)), ("agent", ("/tickets/", "/queue/"))])
def test_lists_and_the_ticket_show_the_plan_in_place_of_a_deadline(signed_in, world, answered, who, pages):
    browser = signed_in(getattr(world, who))
    places = (*pages, answered.path)
    for path in places:
        assert '<span class="due none">as per dev schedule</span>' in browser.get(path).content.decode()
    with system_scope("an agent plans it"):
        scheduled(world, answered)
    for path in places:
        assert '<span class="due none">planned for 15 Dec 2026</span>' in browser.get(path).content.decode()
    assert '<dd id="plan-of-work">planned for 15 Dec 2026</dd>' in browser.get(answered.path).content.decode()


def test_only_work_without_a_deadline_is_offered_to_be_planned(signed_in, world, answered, submit):
    agent = signed_in(world.agent)
    assert 'id="do-plan"' in agent.get(answered.path).content.decode()
    assert 'id="do-plan"' not in agent.get(submit("P1", "2026-11-16 10:00").path).content.decode()
    assert 'id="do-plan"' not in signed_in(world.alice).get(answered.path).content.decode()


def test_a_list_of_many_plans_costs_no_more_statements(signed_in, world, answered, submit):
    agent = signed_in(world.agent)

    def statements():
        with CaptureQueriesContext(connection) as told:
            assert agent.get("/queue/").status_code == 200
        return len(told)

    statements()
    few = statements()
    for _ in range(20):
        scheduled(world, submit("P4", "2026-11-16 10:00"))
    assert statements() == few
