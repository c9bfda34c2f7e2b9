"""JSON's types count: a number is no text, a text no number, and 1 is not true."""

import pytest

from tests.api.conftest import Caller, problem
from tests.api_outside.conftest import identity

NEW = {"subject": "Invoices fail", "description": "All of them.", "severity": "P2"}
ID = "e3e70682-c209-4cac-a29f-6fbed82c07cd"


@pytest.mark.parametrize(
    ("sent", "field", "message"),
    [
        ({"since": 0}, "since", "This is a text, in quotes."),
        ({"subject": True}, "subject", "This is a text, in quotes."),
        ({"severity": 2}, "severity", "This is a text, in quotes."),
        ({"follows": 7}, "follows", "This is a text, in quotes."),
        ({"attachments": [ID, 7]}, "attachments.1", "This is a text, in quotes."),
        ({"requester": "12"}, "requester", "This is a whole number, without quotes."),
        ({"requester": 1.5}, "requester", "This is a whole number, without quotes."),
        ({"requester": True}, "requester", "This is a whole number, without quotes."),
    ],
)
def test_a_field_of_another_json_type_is_refused_by_name(world, sent, field, message):
    answer = Caller(identity("alice", world.alice).token).post("/tickets/", {**NEW, **sent})
    assert problem(answer) == (422, "invalid")
    assert answer.json()["errors"] == [{"field": field, "message": message}]


@pytest.mark.parametrize("internal", [1, "true", "yes"])
def test_true_and_false_have_no_other_names(world, internal):
    agent = Caller(identity("agent", world.agent).token)
    ticket = Caller(identity("alice", world.alice).token).post("/tickets/", NEW).json()["id"]
    answer = agent.post(f"/tickets/{ticket}/messages/", {"body": "x", "internal": internal})
    assert answer.json()["errors"] == [{"field": "internal", "message": "This is true or false, without quotes."}]


def test_a_whole_number_may_be_written_with_a_point(world):
    alice = Caller(identity("alice", world.alice).token)
    answer = alice.client.generic(
        "POST", "/api/v1/tickets/", headers=alice.headers, content_type="application/json",
        data=f'{{"subject": "s", "description": "d", "severity": "P2", "requester": {world.alice.pk}.0}}',
    )  # fmt: skip
    assert (answer.status_code, answer.json()["requester"]["id"]) == (201, world.alice.pk)
