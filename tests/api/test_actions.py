"""What is done to a ticket over the API: each address is one operation of the pages."""

import pytest

from helpdesk.lib.tenancy import system_scope
from tests.api.conftest import Caller, path_of, problem, token_for
from tickets.models import Escalation


@pytest.fixture
def agent(world) -> Caller:
    return Caller(token_for(world.agent))


@pytest.fixture
def alice(world) -> Caller:
    return Caller(token_for(world.alice))


def clocks(who, ticket, query="") -> dict[str, dict]:
    answer = who.get(f"{path_of(ticket)}clocks/{query}")
    assert answer.status_code == 200
    return {clock["kind"]: clock for clock in answer.json()["items"]}


def test_a_ticket_goes_through_its_whole_life(agent, alice, ticket):
    path = path_of(ticket)
    waits = agent.post(f"{path}waiting/", {"question": "Which browser?"})
    assert (waits.status_code, waits.json()["state"]) == (200, "waiting")
    assert waits.headers["Content-Location"] == f"/api/v1{path}"
    assert clocks(alice, ticket)["limit"]["state"] == "paused"
    assert agent.post(f"{path}resumption/", {"reason": "We found it."}).json()["state"] == "open"
    assert agent.post(f"{path}resolution/", {"message": "Fixed."}).json()["state"] == "resolved"
    assert clocks(alice, ticket)["limit"]["verdict"] == "met"
    assert alice.post(f"{path}reopening/", {"reason": "Not yet."}).json()["state"] == "open"
    assert alice.post(f"{path}withdrawal/").json() | {"state": "resolved", "withdrawn": True} == alice.get(path).json()
    closed = alice.post(f"{path}closure/", {})
    assert (closed.json()["state"], closed.json()["closed_at"] is None) == ("closed", False)
    assert problem(alice.post(f"{path}messages/", {"body": "One more."})) == (409, "conflict")
    new = {"subject": "Again", "description": "It is back.", "severity": "P2", "follows": str(ticket.public_id)}
    assert alice.post("/tickets/", new).json()["follows"] == str(ticket.public_id)


def test_a_ticket_is_marked_as_outside_standard_support_and_taken_back(agent, alice, ticket):
    path = path_of(ticket)
    marked = agent.post(f"{path}outside/", {"reason": "Training", "message": "We can offer a course."})
    assert (marked.status_code, marked.json()["outside_reason"]) == (200, "Training")
    assert {kind: clock["state"] for kind, clock in clocks(alice, ticket).items()} == {
        "response": "stopped", "target": "paused", "limit": "paused",
    }  # fmt: skip
    taken_back = agent.post(f"{path}covered/", {"reason": "It was a fault."})
    assert (taken_back.status_code, taken_back.json()["outside_reason"]) == (200, "")
    assert clocks(alice, ticket)["limit"]["state"] == "running"


@pytest.mark.parametrize(
    ("place", "body", "who", "status"),
    [
        ("waiting/", {}, "agent", 422),
        ("waiting/", {"question": "?"}, "alice", 403),
        ("resumption/", {"reason": "x"}, "agent", 409),
        ("outside/", {"reason": "Training", "message": "m"}, "alice", 403),
        ("outside/", {"reason": "Bad weather", "message": "m"}, "agent", 422),
        ("outside/", {"reason": "Training", "message": ""}, "agent", 422),
        ("covered/", {"reason": "x"}, "agent", 409),
        ("resolution/", {}, "alice", 403),
        ("withdrawal/", {}, "agent", 403),
        ("reopening/", {"reason": "x"}, "alice", 409),
        ("reopening/", {}, "alice", 422),
        ("closure/", {}, "alice", 409),
        ("closure/", {}, "agent", 403),
        ("closure/", {"reason": "x"}, "alice", 422),
        ("escalations/", {"reason": " "}, "alice", 422),
        ("messages/", {"body": ""}, "alice", 422),
        ("messages/", {"body": "x" * 50_001}, "alice", 422),
    ],
)
def test_what_the_state_the_role_or_the_words_do_not_allow_is_refused(
    world, agent, alice, ticket, place, body, who, status
):
    answer = {"agent": agent, "alice": alice}[who].post(path_of(ticket) + place, body)
    assert problem(answer)[0] == status


def test_an_empty_action_needs_no_body(alice, agent, ticket):
    assert agent.post(f"{path_of(ticket)}resolution/").status_code == 200
    assert alice.post(f"{path_of(ticket)}closure/").status_code == 200


def test_the_clocks_tell_what_the_page_tells(alice, ticket):
    found = clocks(alice, ticket)
    assert list(found) == ["response", "target", "limit"]
    response = found["response"]
    assert (response["state"], response["verdict"], response["provisional"]) == ("running", "pending", False)
    assert response["used_minutes"] + response["left_minutes"] == pytest.approx(response["budget_minutes"], abs=0.002)
    assert "trace" not in response


def test_the_trace_adds_up(agent, alice, ticket):
    agent.post(f"{path_of(ticket)}resolution/", {"message": "Done."})
    for clock in clocks(alice, ticket, "?trace=1").values():
        assert clock["trace"], clock["kind"]
        assert clock["trace"][-1]["total"] == pytest.approx(clock["used_minutes"], abs=0.01)
    assert problem(alice.get(f"{path_of(ticket)}clocks/?trace=2")) == (400, "parameter")


def test_a_client_calls_the_next_level_and_staff_acknowledge(world, alice, agent, ticket):
    made = alice.post(f"{path_of(ticket)}escalations/", {"reason": "Payroll is due tonight."})
    assert (made.status_code, made.json()["level"], made.json()["event"]) == (201, 2, "asked")
    assert alice.get(path_of(ticket)).json()["level"] == 2
    where = f"{path_of(ticket)}escalations/{made.json()['id']}/"
    assert problem(alice.post(f"{where}acknowledgement/")) == (403, "forbidden")
    held = agent.post(f"{where}acknowledgement/")
    assert (held.status_code, held.json()["acknowledged_by"]) == (200, "Nimal")
    assert agent.get(where).json() == held.json()
    other = Caller(token_for(world.manager))
    assert problem(other.post(f"{where}acknowledgement/")) == (409, "conflict")
    with system_scope("the test looks"):
        assert Escalation.objects.get(ticket=ticket).acknowledged_by == world.agent.user


def test_the_top_level_has_none_above_it(alice, ticket):
    codes = [alice.post(f"{path_of(ticket)}escalations/", {"reason": "x"}).status_code for _ in range(3)]
    assert codes == [201, 201, 409]


def test_a_message_is_found_at_its_address_and_never_changed(alice, ticket):
    made = alice.post(f"{path_of(ticket)}messages/", {"body": "  Still so.\n"})
    where = made.headers["Location"].partition("8000")[2]
    again = alice.get(where)
    assert (again.json(), again.headers["ETag"]) == (made.json(), made.headers["ETag"])
    assert again.json()["author"] == {"name": "Alice", "side": "client"}
    for method in ("PATCH", "PUT", "DELETE"):
        assert problem(alice.call(method, where, {"body": "x"})) == (405, "method-not-allowed")


def test_the_timeline_tells_everything_in_words(alice, agent, ticket):
    agent.post(f"{path_of(ticket)}messages/", {"body": "Looking."})
    items = alice.get(f"{path_of(ticket)}timeline/").json()["items"]
    assert [(item["kind"], item["said"], item["author"]["name"]) for item in items] == [
        ("opened", "opened the ticket", "Alice"),
        ("reply", "replied", "Nimal"),
    ]
