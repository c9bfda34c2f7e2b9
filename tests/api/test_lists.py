"""Lists: keyset pages that neither skip nor repeat, exact filters, signed cursors, constant numbers of queries."""

from datetime import timedelta
from urllib.parse import quote, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.tenancy import system_scope
from tests.api.conftest import Caller, path_of, problem, ticket_of, token_for
from tests.support import actor_of
from tickets.models import Ticket
from tickets.operations.conversation import add_note, reply
from tickets.operations.handling import assign
from tickets.operations.status import resolve


def references(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [item["reference"] for item in answer.json()["items"]]


def walk(who, path) -> list[list[str]]:
    """The references page by page, following `next`."""
    pages = []
    while path:
        answer = who.get(path)
        pages.append(references(answer))
        after = urlsplit(answer.json()["next"] or "")
        path = f"{after.path}?{after.query}" if after.path else ""
    return pages


@pytest.fixture
def many(world):
    return [ticket_of(world, who) for who in ("alice", "bob", "alice", "alice", "bob")]


@pytest.mark.parametrize(
    ("who", "query", "pages"),
    [
        ("alice", "?limit=2", [["ACME-3", "ACME-2"], ["ACME-1"]]),
        ("alice", "?limit=2&ordering=oldest", [["ACME-1", "ACME-2"], ["ACME-3"]]),
        ("alice", "?limit=3", [["ACME-3", "ACME-2", "ACME-1"]]),
        ("agent", "?limit=2", [["GLOBEX-2", "ACME-3"], ["ACME-2", "GLOBEX-1"], ["ACME-1"]]),
        ("agent", "?limit=1&organisation=globex", [["GLOBEX-2"], ["GLOBEX-1"]]),
        ("agent", "?limit=3", [["GLOBEX-2", "ACME-3", "ACME-2"], ["GLOBEX-1", "ACME-1"]]),
        ("narrow", "", [["GLOBEX-2", "GLOBEX-1"]]),
    ],
)
def test_pages_follow_each_other_without_gap_or_repeat(world, many, who, query, pages):
    assert walk(Caller(token_for(getattr(world, who))), f"/tickets/{query}") == pages


def test_a_ticket_that_arrives_meanwhile_moves_no_page(world, many):
    alice = Caller(token_for(world.alice))
    first = alice.get("/tickets/?limit=2").json()
    ticket_of(world)
    after = urlsplit(first["next"])
    assert references(alice.get(f"{after.path}?{after.query}")) == ["ACME-1"]


@pytest.mark.parametrize("name", ["opened_after", "opened_before", "updated_after", "updated_before"])
def test_an_instant_has_any_offset_that_its_format_allows(world, many, name):
    """PostgreSQL takes no offset of 16 hours or more, and no year before the first; neither is our fault (500)."""
    agent = Caller(token_for(world.agent))
    answer = agent.get(f"/tickets/?{name}=0024-01-18T03:02:57%2B20:11")
    assert (answer.status_code, len(answer.json()["items"])) == (200, 5 if name.endswith("after") else 0)
    for beyond in ("0001-01-01T00:00:00%2B20:11", "9999-12-31T23:59:59-20:11"):
        refused = agent.get(f"/tickets/?{name}={beyond}")
        assert (problem(refused), refused.json()["errors"][0]["field"]) == ((400, "parameter"), name)


@pytest.mark.parametrize("value", ["", "%20", "%E3%80%80"])
@pytest.mark.parametrize("name", ["organisation", "assignee", "state", "updated_before", "ordering", "limit", "cursor"])
def test_an_empty_parameter_is_refused_by_name(world, many, name, value):
    """A program that lost its value must not get every ticket instead."""
    answer = Caller(token_for(world.agent)).get(f"/tickets/?{name}={value}")
    assert (problem(answer), answer.json()["errors"][0]["field"]) == ((400, "parameter"), name)


def test_a_cursor_is_refused_when_altered_or_used_elsewhere(world, many):
    alice, amara = Caller(token_for(world.alice)), Caller(token_for(world.amara))
    after = urlsplit(alice.get("/tickets/?limit=1").json()["next"])
    cursor = after.query.split("cursor=")[1]
    assert references(alice.get(f"/tickets/?limit=1&cursor={cursor}")) == ["ACME-2"]
    place = f"{path_of(many[0])}timeline/"
    for who, path in (
        (alice, f"/tickets/?cursor={cursor[:-1]}"),
        (alice, f"/tickets/?cursor=A{cursor}"),
        (alice, f"/tickets/?ordering=oldest&cursor={cursor}"),
        (alice, f"{place}?cursor={cursor}"),
        (amara, f"/tickets/?cursor={cursor}"),
    ):
        answer = who.get(path)
        assert (problem(answer), answer.json()["errors"][0]["field"]) == ((400, "parameter"), "cursor")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=resolved", ["ACME-2"]),
        ("state=open&severity=P1", ["ACME-3"]),
        ("severity=P4", []),
        ("assignee=none", ["GLOBEX-2", "ACME-2", "GLOBEX-1", "ACME-1"]),
        ("assignee=me", ["ACME-3"]),
        ("requester=me", []),
        ("overdue=true", ["ACME-1"]),
        ("overdue=false", ["GLOBEX-2", "ACME-3", "ACME-2", "GLOBEX-1"]),
        ("organisation=ACME&overdue=false", ["ACME-3", "ACME-2"]),
        ("opened_before=2026-11-17T00:00:00Z", ["ACME-1"]),
        ("opened_after=2026-11-17T00:00:00%2B05:30&organisation=GLOBEX", ["GLOBEX-2", "GLOBEX-1"]),
        ("updated_after=9999-12-31T00:00:00Z", []),
    ],
)
def test_each_filter_finds_exactly_its_tickets(world, query, found):
    made = [
        ticket_of(world, at="2026-11-16 10:00"), ticket_of(world, "bob"), ticket_of(world),
        ticket_of(world, severity="P1"), ticket_of(world, "bob"),
    ]  # fmt: skip
    with system_scope("tests act"):
        resolve(ticket=made[2], actor=actor_of(world.agent))
        assign(ticket=made[3], assignee=world.agent, actor=actor_of(world.agent))
    assert references(Caller(token_for(world.agent)).get(f"/tickets/?{query}")) == found


def test_people_are_found_by_their_number(world, many):
    agent = Caller(token_for(world.agent))
    assert references(agent.get(f"/tickets/?requester={world.bob.pk}")) == ["GLOBEX-2", "GLOBEX-1"]
    assert references(agent.get("/tickets/?requester=424242")) == []


def test_updated_after_finds_what_has_changed_since(world, many):
    agent = Caller(token_for(world.agent))
    since = agent.get("/tickets/?limit=1").json()["items"][0]["updated_at"]
    agent.post(f"{path_of(many[0])}messages/", {"body": "x"})
    assert references(agent.get(f"/tickets/?updated_after={quote(since)}")) == ["ACME-1"]


def queries(who, path) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert who.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("place", ["", "messages/", "timeline/", "escalations/"])
def test_the_number_of_queries_does_not_grow_with_the_rows(world, place):
    agent = Caller(token_for(world.agent))
    tickets = [ticket_of(world, severity="P4") for _ in range(2)]
    path = path_of(tickets[0]) + place if place else "/tickets/"
    agent.post(f"{path_of(tickets[0])}escalations/", {"reason": "x"})
    agent.get(path)
    few = queries(agent, path)
    with system_scope("tests act"):
        for _ in range(25):
            ticket_of(world)
            reply(ticket=tickets[0], actor=actor_of(world.agent), body="x")
    agent.post(f"{path_of(tickets[0])}escalations/", {"reason": "x"})
    assert queries(agent, path) == few


def test_clients_get_what_is_theirs_and_nothing_internal(world, ticket):
    """row 47: no internal note in any answer to a client; row 18: no field that is for staff."""
    agent, alice = Caller(token_for(world.agent)), Caller(token_for(world.alice))
    agent.post(f"{path_of(ticket)}messages/", {"body": "canary-internal", "internal": True})
    agent.post(f"{path_of(ticket)}messages/", {"body": "In the open."})
    agent.post(f"{path_of(ticket)}escalations/", {"reason": "canary-internal"})
    note = agent.get(f"{path_of(ticket)}messages/?ordering=newest").json()["items"][-1]
    assert (note["internal"], note["body"]) == (True, "canary-internal")
    for place in ("", "messages/", "timeline/", "clocks/?trace=1", f"messages/{note['id']}/"):
        answer = alice.get(path_of(ticket) + place)
        assert b"canary-internal" not in answer.content.replace(b"Escalated by hand: canary-internal", b"")
    assert problem(alice.get(f"{path_of(ticket)}messages/{note['id']}/")) == (404, "not-found")
    rung = alice.get(f"{path_of(ticket)}escalations/").json()["items"][0]
    assert set(rung) == {"id", "event", "level", "level_name", "raised_at", "acknowledged_at", "acknowledged_by"}
    assert [item["body"] for item in alice.get(f"{path_of(ticket)}messages/").json()["items"]] == ["In the open."]


def test_row_18_the_fields_of_each_role_are_these(world, ticket):
    """row 18: the API gives no more than the page."""
    common = {
        "id", "reference", "url", "page", "organisation", "subject", "severity", "state", "level", "requester",
        "assignee", "opened_at", "updated_at", "due_at", "planned_on",
    }  # fmt: skip
    more = {
        "description", "steps", "affected_users", "since", "resolved_at", "closes_at", "closed_at",
        "withdrawn", "follows", "custom_fields", "outside_reason",
    }  # fmt: skip
    for person, own in ((world.alice, set()), (world.amara, set()), (world.agent, {"channel"})):
        who = Caller(token_for(person))
        assert set(who.get("/tickets/").json()["items"][0]) == common | own
        tags = {"tags"} if own else set()
        assert set(who.get(path_of(ticket)).json()) == common | more | own | tags


def test_a_client_user_sees_their_own_and_an_admin_the_organisations(world, ticket):
    theirs = ticket_of(world, "amara")
    assert references(Caller(token_for(world.alice)).get("/tickets/")) == ["ACME-1"]
    assert references(Caller(token_for(world.amara)).get("/tickets/")) == ["ACME-2", "ACME-1"]
    assert problem(Caller(token_for(world.alice)).get(path_of(theirs))) == (404, "not-found")


def test_the_timeline_is_paged_and_filtered(world, ticket):
    agent = Caller(token_for(world.agent))
    for n in range(3):
        agent.post(f"{path_of(ticket)}messages/", {"body": f"{n}"})
    pages, path = [], f"{path_of(ticket)}timeline/?limit=2&kind=reply"
    while path:
        answer = agent.get(path).json()
        pages.append([item["body"] for item in answer["items"]])
        after = urlsplit(answer["next"] or "")
        path = f"{after.path}?{after.query}" if after.path else ""
    assert pages == [["0", "1"], ["2"]]


def test_the_oldest_ticket_is_the_first_to_arrive(world, many):
    with system_scope("tests backdate"):
        Ticket.objects.filter(pk=many[-1].pk).update(opened_at=many[0].opened_at - timedelta(days=1))
    assert references(Caller(token_for(world.agent)).get("/tickets/?limit=1")) == ["GLOBEX-2"]


def test_updated_after_tells_clients_of_what_they_see_alone(world, many):
    agent, alice = Caller(token_for(world.agent)), Caller(token_for(world.alice))
    since = quote(alice.get("/tickets/?limit=1").json()["items"][0]["updated_at"])
    with system_scope("tests act"):
        add_note(ticket=many[0], actor=actor_of(world.agent), body="Between us.")
    assert references(alice.get(f"/tickets/?updated_after={since}")) == []
    assert references(agent.get(f"/tickets/?updated_after={since}")) == ["GLOBEX-2", "ACME-1"]
    agent.patch(path_of(many[2]), {"assignee": world.agent.user.pk}, If_Match="*")
    assert references(alice.get(f"/tickets/?updated_after={since}")) == ["ACME-2"]
    agent.post(f"{path_of(many[0])}messages/", {"body": "x"})
    assert references(alice.get(f"/tickets/?updated_after={since}")) == ["ACME-2", "ACME-1"]
    assert references(alice.get(f"/tickets/?updated_before={since}")) == []
