"""Every refusal is a problem document, tells nothing about others, and has changed nothing."""

import json
import uuid

import pytest
from django.test import Client

from helpdesk.lib.tenancy import system_scope
from tests.api.conftest import ROOT, Caller, path_of, problem, ticket_of, token_for
from tickets.models import Ticket, TimelineEntry
from tickets.operations import work


@pytest.mark.parametrize("path", ["/api/v2/", "/api/v1/", "/api/v1/tickets", "/api/v1/nothing/", "/api/v1/tickets/x/"])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE", "PUT"])
def test_an_unknown_address_is_a_problem_for_everybody(world, path, method):
    for who in (Caller(), Caller(token_for(world.alice))):
        assert problem(who.call(method, path)) == (404, "not-found")


def masked(answer) -> bytes:
    body = json.loads(answer.content)
    assert body.pop("instance").startswith("urn:request:")
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    for name in list(headers):
        if name.startswith("RateLimit"):
            headers.pop(name)
    return json.dumps([answer.status_code, headers, body], sort_keys=True).encode()


PLACES = ("", "messages/", "timeline/", "clocks/", "escalations/", "messages/1/", "escalations/1/")
ACTIONS = (
    "messages/",
    "escalations/",
    "waiting/",
    "resumption/",
    "outside/",
    "covered/",
    "resolution/",
    "withdrawal/",
    "reopening/",
    "closure/",
)


@pytest.mark.parametrize("who", ["bob", "narrow"])
def test_foreign_and_missing_are_answered_alike_to_the_byte(world, ticket, who):
    other = Caller(token_for(getattr(world, who)))
    missing = f"/tickets/{uuid.uuid4()}/"
    for place in PLACES:
        assert masked(other.get(path_of(ticket) + place)) == masked(other.get(missing + place))
    for place in ACTIONS:
        body = {"body": "x", "reason": "x"}
        assert masked(other.post(path_of(ticket) + place, body)) == masked(other.post(missing + place, body))
    change = {"severity": "P1", "reason": "x"}
    answers = [masked(other.patch(path, change, If_Match="*")) for path in (path_of(ticket), missing)]
    assert answers[0] == answers[1]


def test_row_13_foreign_values_in_bodies_are_refused_like_missing_ones(world, ticket):
    """row 13: a create that names another organisation's row is refused as if that row did not exist."""
    foreign = ticket_of(world, "bob")
    alice, agent = Caller(token_for(world.alice)), Caller(token_for(world.agent))
    new = {"subject": "x", "description": "x", "severity": "P3"}
    narrow = Caller(token_for(world.narrow))
    pairs = [
        (alice, "/tickets/", {**new, "follows": str(foreign.public_id)}, {**new, "follows": str(uuid.uuid4())}),
        (alice, "/tickets/", {**new, "organisation": "GLOBEX"}, {**new, "organisation": "NOWHERE"}),
        (alice, "/tickets/", {**new, "requester": world.bob.pk}, {**new, "requester": 424242}),
        (narrow, "/tickets/", {**new, "organisation": "ACME"}, {**new, "organisation": "NOWHERE"}),
        (
            agent,
            "/tickets/",
            {**new, "organisation": "ACME", "requester": world.bob.pk},
            {**new, "organisation": "ACME", "requester": 424242},
        ),
    ]
    for who, path, theirs, nobodys in pairs:
        first, second = who.post(path, theirs), who.post(path, nobodys)
        assert problem(first) == (422, "invalid")
        assert masked(first) == masked(second)
    for person in (world.bob.pk, world.narrow.user.pk, 424242):
        answer = agent.patch(path_of(ticket), {"assignee": person}, If_Match="*")
        assert answer.json()["errors"] == [
            {"field": "assignee", "message": "This is nobody who serves the ticket's organisation."}
        ]
    with system_scope("the test looks"):
        assert Ticket.objects.count() == 2


def test_row_15_a_child_is_found_below_its_own_parent_only(world, ticket):
    """row 15: own parent with a foreign child, a foreign parent with an own child: both are not found."""
    foreign = ticket_of(world, "bob")
    agent, alice = Caller(token_for(world.agent)), Caller(token_for(world.alice))
    ids = {}
    for one in (ticket, foreign):
        ids[one.pk] = (
            agent.post(f"{path_of(one)}messages/", {"body": "x"}).json()["id"],
            agent.post(f"{path_of(one)}escalations/", {"reason": "x"}).json()["id"],
        )
    for parent, child in ((ticket, foreign), (foreign, ticket)):
        for who in (alice, agent):
            assert problem(who.get(f"{path_of(parent)}messages/{ids[child.pk][0]}/")) == (404, "not-found")
            assert problem(who.get(f"{path_of(parent)}escalations/{ids[child.pk][1]}/")) == (404, "not-found")
        answer = agent.post(f"{path_of(parent)}escalations/{ids[child.pk][1]}/acknowledgement/")
        assert problem(answer) == (404, "not-found")
    assert alice.get(f"{path_of(ticket)}messages/{ids[ticket.pk][0]}/").status_code == 200


def test_row_20_no_field_that_is_not_declared_can_be_written(world, ticket):
    """row 20: every column of the tables, in every body: refused, and nothing is changed."""
    alice, agent = Caller(token_for(world.alice)), Caller(token_for(world.agent))
    columns = {field.name for model in (Ticket, TimelineEntry) for field in model._meta.get_fields()}
    before = agent.get(path_of(ticket)).content
    new = {"subject": "x", "description": "x", "severity": "P3"}
    declared = {"subject", "description", "severity", "steps", "affected_users", "since", "organisation", "requester"}
    for name in columns - declared - {"follows"}:
        answer = alice.post("/tickets/", {**new, name: 1})
        assert (problem(answer), answer.json()["errors"][0]["field"]) == ((422, "invalid"), name)
    for name in columns - {"severity", "planned_on", "assignee"}:
        assert problem(agent.patch(path_of(ticket), {name: "P1"}, If_Match="*")) == (422, "invalid")
    for name in columns - {"body"}:
        assert problem(agent.post(f"{path_of(ticket)}messages/", {"body": "x", name: 1})) == (422, "invalid")
    assert agent.get(path_of(ticket)).content == before


def test_row_23_an_organisation_named_beside_the_object_decides_nothing(world, ticket):
    """row 23: the object's own organisation counts, whatever a header or a parameter says."""
    bob = Caller(token_for(world.bob))
    for headers in ({"X_Organisation": "ACME"}, {"X_Tenant": str(world.acme.pk)}):
        assert problem(bob.get(path_of(ticket), **headers)) == (404, "not-found")
    assert problem(bob.get(f"{path_of(ticket)}?organisation=ACME")) == (400, "parameter")
    answer = bob.get("/tickets/?organisation=ACME")
    assert (problem(answer), answer.json()["errors"][0]["field"]) == ((400, "parameter"), "organisation")
    assert masked(answer).replace(b"ACME", b"NOPE") == masked(bob.get("/tickets/?organisation=NOPE"))


@pytest.mark.parametrize(
    ("raw", "content_type", "wanted"),
    [
        (b"{", "application/json", (400, "malformed")),
        (b"\xff\xfe", "application/json", (400, "malformed")),
        (b'{"body": NaN}', "application/json", (400, "malformed")),
        (b"[" * 100_000, "application/json", (400, "malformed")),
        (b'{"body": ' + b"9" * 5000 + b"}", "application/json", (400, "malformed")),
        (b"[]", "application/json", (422, "invalid")),
        (b"null", "application/json", (422, "invalid")),
        (b'"x"', "application/json", (422, "invalid")),
        (b'{"body": "a\\u0000b"}', "application/json", (422, "invalid")),
        (b'{"body": "\\ud800"}', "application/json", (422, "invalid")),
        (b'{"\\ud800": 1}', "application/json", (422, "invalid")),
        (b'{"internal": "\\udfff"}', "application/json", (422, "invalid")),
        (b'{"body": 5, "internal": "perhaps"}', "application/json", (422, "invalid")),
        (b'{"body": {"a": 1}}', "application/json", (422, "invalid")),
        (b"", "application/json", (422, "invalid")),
        (b" ", "application/json", (400, "malformed")),
        (b"body=x", "application/x-www-form-urlencoded", (415, "unsupported-media-type")),
        (b"<a/>", "application/xml", (415, "unsupported-media-type")),
        (b'{"body": "' + b"x" * 5_300_000 + b'"}', "application/json", (413, "too-large")),
    ],
)
def test_a_body_that_makes_no_sense_is_refused_and_never_a_fault(world, ticket, raw, content_type, wanted):
    where = f"{ROOT}{path_of(ticket)}messages/"
    headers = {"Authorization": f"Bearer {token_for(world.alice)}"}
    assert problem(Client().post(where, raw, content_type=content_type, headers=headers)) == wanted


def test_the_method_and_the_form_of_the_answer_are_checked(world, ticket):
    alice = Caller(token_for(world.alice))
    answer = alice.call("PUT", path_of(ticket), {})
    assert (problem(answer), answer.headers["Allow"]) == ((405, "method-not-allowed"), "GET, HEAD, PATCH")
    assert problem(alice.call("OPTIONS", path_of(ticket))) == (405, "method-not-allowed")
    assert problem(alice.call("TRACE", path_of(ticket))) == (405, "method-not-allowed")
    assert problem(alice.get(path_of(ticket), Accept="text/html")) == (406, "not-acceptable")


QUERIES = (
    "colour=red", "limit=0", "limit=101", "limit=x", "limit=", "ordering=subject", "state=new", "assignee=x",
    "assignee=9" + "9" * 30, "opened_after=yesterday", "overdue=1", "organisation=%00", "cursor=x", "cursor=",
    "severity=P1%27--", "state=%ED%A0%80",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_row_36_and_39_a_parameter_that_means_nothing_is_named(world, query):
    """rows 36 and 39: unknown names, orders and values of filters are 400, never ignored and never a fault."""
    answer = Caller(token_for(world.agent)).get(f"/tickets/?{query}")
    assert (problem(answer), answer.json()["errors"][0]["field"]) == ((400, "parameter"), query.split("=")[0])


def test_a_fault_of_ours_tells_nothing_and_leaves_nothing(world, ticket, monkeypatch, caplog):
    """row 19: the answer holds neither the token nor the error's text; what was written before is undone."""
    text = token_for(world.alice)

    def fail(*args, **options):
        raise RuntimeError("canary-secret")

    monkeypatch.setattr(work, "queue_notices", fail)
    answer = Caller(text, raises=False).post(f"{path_of(ticket)}messages/", {"body": "Still so."})
    assert problem(answer) == (500, "internal")
    assert b"canary" not in answer.content
    assert text not in caplog.text
    with system_scope("the test looks"):
        assert TimelineEntry.objects.filter(ticket=ticket, kind="reply").count() == 0


def test_a_problem_names_the_request_by_its_id(world):
    answer = Caller().get("/me/")
    assert answer.json()["instance"] == f"urn:request:{answer.headers['X-Request-ID']}"
