"""Links between tickets: what both sides show, what is refused, and who sees them."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from tests.support import actor_of, colombo
from tickets.models import Ticket, TicketLink, TimelineEntry
from tickets.operations import linking
from tickets.operations.linking import link_tickets, unlink_tickets
from tickets.operations.replay import differences

pytestmark = pytest.mark.usefixtures("everything")
AT = colombo("2026-11-16 11:00")


@pytest.fixture
def tickets(submit, world) -> list[Ticket]:
    """ACME-1 of Alice's, ACME-2 of Amara's, ACME-3 of Alice's."""
    first = submit("P3")
    second = submit("P3", requester=world.amara, actor=actor_of(world.amara), subject="Printing fails")
    return [first, second, submit("P3", subject="Exports fail")]


@pytest.fixture
def link(world):
    """`link(one, other, "blocks")` as an agent."""

    def make(ticket, other, kind, **more) -> TicketLink:
        given = {"ticket": ticket, "other": other, "kind": kind, "actor": actor_of(world.agent), "at": AT}
        return link_tickets(**{**given, **more})

    return make


def logged(ticket):
    found = TimelineEntry.objects.filter(ticket=ticket, kind="linked").order_by("pk")
    return list(found.values_list("body", "is_public"))


def test_both_logs_tell_staff_of_a_link_and_of_its_end(tickets, link, world):
    made = link(tickets[0], tickets[1], "blocked_by")
    assert (made.ticket_id, made.other_id, made.kind) == (tickets[1].pk, tickets[0].pk, "blocks")
    unlink_tickets(link=made, actor=actor_of(world.agent), at=AT)
    expected = [("ACME-2 blocks ACME-1.", False), ("No longer: ACME-2 blocks ACME-1.", False)]
    assert [logged(tickets[0]), logged(tickets[1])] == [expected, expected]
    assert not TicketLink.objects.exists()
    assert differences(tickets[0], at=AT) == []


@pytest.mark.parametrize("kind", ["same", "blocks", "duplicate"])
def test_a_link_is_not_made_twice(tickets, link, kind):
    link(tickets[0], tickets[1], kind)
    with pytest.raises(DomainError, match="linked like that already") as refused:
        link(tickets[0], tickets[1], kind)
    assert refused.value.field == "number"


@pytest.mark.parametrize("kind", ["same", "duplicate"])
def test_the_same_fault_and_a_duplicate_are_not_made_again_from_the_other_side(tickets, link, kind):
    link(tickets[1], tickets[0], kind)
    with pytest.raises(DomainError, match="linked like that already"):
        link(tickets[0], tickets[1], kind)


def test_two_tickets_do_not_block_each_other_not_even_by_way_of_others(tickets, link):
    one, two, three = tickets
    link(one, two, "blocks")
    link(three, two, "blocked_by")
    for blocker, blocked in ((two, one), (three, one)):
        with pytest.raises(DomainError, match="in a circle"):
            link(blocker, blocked, "blocks")
    link(one, three, "blocks")


def test_itself_a_foreign_ticket_and_an_unknown_kind_are_refused(tickets, link, submit, world):
    foreign = submit("P3", organisation=world.globex, requester=world.bob, actor=actor_of(world.bob))
    for other, kind, said, field in (
        (tickets[0], "same", "to itself", "number"),
        (foreign, "same", "There is no such ticket of this organisation", "number"),
        (tickets[1], "cousin", "how the two tickets belong together", "kind"),
    ):
        with pytest.raises(DomainError, match=said) as refused:
            link(tickets[0], other, kind)
        assert refused.value.field == field


def test_the_database_links_nothing_across_organisations(tickets, submit, world):
    foreign = submit("P3", organisation=world.globex, requester=world.bob, actor=actor_of(world.bob))
    with transaction.atomic(), connection.cursor() as cursor:
        TicketLink.objects.create(organisation=world.acme, ticket=tickets[0], other=foreign, kind="same")
        with pytest.raises(IntegrityError, match="other_id_same_organisation"):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_a_ticket_has_a_limited_number_of_links(tickets, link, monkeypatch):
    monkeypatch.setattr(linking, "MOST_LINKS", 1)
    link(tickets[0], tickets[1], "same")
    with pytest.raises(DomainError, match="ACME-1 has 1 links"):
        link(tickets[2], tickets[0], "blocks")


def test_clients_link_nothing_and_a_link_is_taken_off_once(tickets, link, world):
    with pytest.raises(Forbidden):
        link(tickets[0], tickets[2], "same", actor=actor_of(world.amara))
    made = link(tickets[0], tickets[2], "same")
    unlink_tickets(link=made, actor=actor_of(world.agent), at=AT)
    with pytest.raises(Conflict, match="taken off already"):
        unlink_tickets(link=made, actor=actor_of(world.agent), at=AT)


def test_both_pages_show_the_link_with_the_others_state_and_take_it_off(tickets, world, signed_in):
    agent = signed_in(world.agent)
    done = agent.post(f"{tickets[0].path}links/", {"kind": "duplicate", "number": "acme-2"}, follow=True)
    page = done.content.decode()
    assert "ACME-1 is linked." in page
    assert f'<span class="muted">Duplicate of</span> <a href="{tickets[1].path}">ACME-2</a> Printing fails' in page
    other = agent.get(tickets[1].path).content.decode()
    assert f'<span class="muted">Has the duplicate</span> <a href="{tickets[0].path}">ACME-1</a>' in other
    for shown in (page, other):
        assert f'href="{tickets[0].path}merging/?into=ACME-2">Merge ACME-1 into ACME-2</a>' in shown
    made = TicketLink.objects.get()
    gone = agent.post(f"{tickets[1].path}links/{made.pk}/removal/", follow=True).content.decode()
    assert "Not linked with any other ticket." in gone


@pytest.mark.parametrize("typed", ["", "ACME-77", "GLOBEX-1", "12x", "²"])
def test_a_number_that_is_none_here_is_refused_and_stays(tickets, world, signed_in, typed):
    answer = signed_in(world.agent).post(f"{tickets[0].path}links/", {"kind": "same", "number": typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "There is no such ticket of this organisation. Type its number, such as ACME-12." in page
    assert f'value="{typed}"' in page or not typed


def test_a_client_sees_links_to_their_own_tickets_only(tickets, link, world, signed_in):
    link(tickets[0], tickets[1], "same")
    link(tickets[0], tickets[2], "blocks")
    alice = signed_in(world.alice).get(tickets[0].path).content.decode()
    assert "ACME-3" in alice
    assert "ACME-2" not in alice
    assert "Link with another ticket" not in alice
    assert "ACME-2" in signed_in(world.amara).get(tickets[0].path).content.decode()


def test_strangers_find_neither_ticket_nor_link(tickets, link, world, signed_in, submit):
    made = link(tickets[0], tickets[1], "same")
    narrow = signed_in(world.narrow)
    assert narrow.post(f"{tickets[0].path}links/", {"kind": "same", "number": "2"}).status_code == 404
    assert narrow.post(f"{tickets[0].path}links/{made.pk}/removal/").status_code == 404
    assert signed_in(world.agent).post(f"{tickets[2].path}links/{made.pk}/removal/").status_code == 404
    assert signed_in(world.alice).post(f"{tickets[0].path}links/{made.pk}/removal/").status_code == 403
    assert TicketLink.objects.count() == 1


def test_a_followed_ticket_shows_what_follows_it_to_who_may_see_that(tickets, world, signed_in, submit):
    submit("P4", follows=tickets[0], subject="Again mine")
    submit("P4", follows=tickets[0], subject="Not hers", requester=world.amara, actor=actor_of(world.amara))
    alice = signed_in(world.alice).get(tickets[0].path).content.decode()
    assert "Again mine" in alice
    assert "Not hers" not in alice
    assert "Not hers" in signed_in(world.agent).get(tickets[0].path).content.decode()


def test_many_links_cost_the_page_as_many_statements_as_one(tickets, link, world, signed_in, submit):
    agent = signed_in(world.agent)

    def statements():
        with CaptureQueriesContext(connection) as found:
            agent.get(tickets[0].path)
        return len(found)

    link(tickets[0], tickets[1], "same")
    statements()
    few = statements()
    for number in range(4):
        link(tickets[0], submit("P4", subject=f"More {number}"), "blocks")
    assert statements() == few
