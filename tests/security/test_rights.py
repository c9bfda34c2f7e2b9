"""Rows 14, 16 and 17: a role does what its row of the table says, and names only what it may see."""

import pytest
from django.test import Client

from helpdesk.accounts.permissions import CAPABILITIES, Role
from helpdesk.lib.tenancy import system_scope
from tests.conftest import World
from tests.security.conftest import ROLES, make_ticket, world_with_a_ticket
from tickets.doings import VERBS
from tickets.models import Ticket

make_stage = world_with_a_ticket
ROLE_OF = dict(zip(ROLES, Role, strict=True))


def test_row_17_the_people_of_these_tests_have_the_roles_in_this_order() -> None:
    assert list(ROLE_OF.items()) == [
        ("alice", Role.CLIENT_USER), ("amara", Role.CLIENT_ADMIN), ("agent", Role.AGENT), ("manager",
        Role.ACCOUNT_MANAGER),
        ("admin", Role.ADMIN),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("verb", sorted(VERBS))
def test_row_17_each_role_reaches_exactly_the_verbs_of_its_row(
    world: World, ticket: Ticket, browsers: dict[str, Client], who: str, verb: str
) -> None:
    answer = browsers[who].post(f"{ticket.path}{verb}/", {})
    assert (answer.status_code != 403) is (VERBS[verb].capability in CAPABILITIES[ROLE_OF[who]])


@pytest.mark.parametrize("who", ROLES)
def test_row_17_the_ticket_page_offers_no_more_than_the_role_may(
    world: World, ticket: Ticket, browsers: dict[str, Client], who: str
) -> None:
    page = browsers[who].get(ticket.path).content.decode()
    offered = {verb for verb in VERBS if f'action="{ticket.path}{verb}/"' in page}
    assert offered
    assert {verb for verb in offered if VERBS[verb].capability not in CAPABILITIES[ROLE_OF[who]]} == set()


def foreign_ticket(world: World) -> Ticket:
    return make_ticket(world, "Zq9-secret-of-acme")


@pytest.mark.parametrize("method", ["get", "post"])
def test_row_16_a_ticket_that_one_may_not_see_is_followed_by_none(world: World, signed_in, method: str) -> None:
    foreign = foreign_ticket(world)
    answer = getattr(signed_in(world.bob), method)(
        "/tickets/new/", {"follows": str(foreign.public_id), "subject": "x", "description": "x", "severity": "P3"}
    )
    assert "Zq9" not in answer.content.decode()
    assert foreign.reference not in answer.content.decode()
    with system_scope("the test looks"):
        assert [one.follows for one in Ticket.objects.filter(organisation=world.globex) if one.follows] == []


def test_row_14_staff_open_no_ticket_in_the_name_of_another_organisations_person(world: World, signed_in) -> None:
    form = {
        "organisation": "ACME", "requester": str(world.bob.pk), "subject": "x", "description": "x", "steps": "x",
        "affected_users": "x", "since": "x", "severity": "P3",
    }  # fmt: skip
    with system_scope("the test looks"):
        before = Ticket.objects.count()
    answer = signed_in(world.agent).post("/tickets/new/", form)
    assert answer.status_code == 422
    with system_scope("the test looks"):
        assert Ticket.objects.count() == before


def test_row_14_a_ticket_goes_to_nobody_who_does_not_serve_its_organisation(
    world: World, ticket: Ticket, browsers: dict[str, Client]
) -> None:
    answer = browsers["agent"].post(f"{ticket.path}assignment/", {"assignee": str(world.narrow.pk)})
    assert answer.status_code == 422
    with system_scope("the test looks"):
        assert Ticket.objects.get(pk=ticket.pk).assignee is None
