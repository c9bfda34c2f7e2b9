"""Idempotency-Key: sent twice, done once, answered twice; a key of a request that failed is free again."""

from datetime import timedelta

import pytest
from django.db.models import F

from helpdesk.api import operations
from helpdesk.api.models import IdempotentRequest
from helpdesk.api.operations import KEPT, forget_requests
from helpdesk.lib.clock import database_now
from helpdesk.lib.rows import insert_rows
from helpdesk.lib.tenancy import system_scope
from tests.api.conftest import Caller, path_of, problem, ticket_of, token_for
from tests.reliability.test_concurrency import at_once
from tickets.models import Ticket, TimelineEntry

NEW = {"subject": "Invoices fail", "description": "All of them.", "severity": "P2"}


def replies(ticket) -> int:
    with system_scope("the test looks"):
        return TimelineEntry.objects.filter(ticket=ticket, kind="reply").count()


def test_a_repeat_is_answered_like_the_first_and_makes_nothing(world):
    alice = Caller(token_for(world.alice))
    first = alice.post("/tickets/", NEW, Idempotency_Key="a b~!")
    again = alice.post("/tickets/", NEW, Idempotency_Key="a b~!")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert [answer.headers.get("Idempotent-Replayed") for answer in (first, again)] == [None, "true"]
    assert first.headers["Location"] == again.headers["Location"]
    assert again.headers["ETag"] == first.headers["ETag"]
    with system_scope("the test looks"):
        assert Ticket.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_one_key_open_one_ticket(committed_world):
    """Real threads, real connections: nineteen wait for the first one's commit and tell what it made."""
    text = token_for(committed_world.alice)

    def submit():
        answer = Caller(text).post("/tickets/", NEW, Idempotency_Key="order-66")
        return answer.status_code, answer.json()["reference"], answer.headers.get("Idempotent-Replayed")

    answers = at_once(*[submit] * 20)
    assert sorted(answers, key=str) == sorted([(201, "ACME-1", None)] + [(201, "ACME-1", "true")] * 19, key=str)
    with system_scope("the test looks"):
        assert Ticket.objects.count() == 1
    assert IdempotentRequest.objects.count() == 1


@pytest.mark.parametrize("place", ["messages/", "escalations/", "withdrawal/"])
def test_every_post_takes_a_key(world, ticket, place):
    alice = Caller(token_for(world.alice))
    body = {"messages/": {"body": "x"}}.get(place, {"reason": "x"})
    first = alice.post(path_of(ticket) + place, body, Idempotency_Key="k")
    again = alice.post(path_of(ticket) + place, body, Idempotency_Key="k")
    assert first.status_code in (200, 201)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_repeat_with_a_damaged_tag_is_refused_like_any_other_request(world, ticket):
    alice = Caller(token_for(world.alice))
    where, body = f"{path_of(ticket)}messages/", {"body": "x"}
    assert alice.post(where, body, Idempotency_Key="k").status_code == 201
    for damaged in ("", "12"):
        assert problem(alice.post(where, body, Idempotency_Key="k", If_Match=damaged)) == (400, "malformed")
    assert alice.post(where, body, Idempotency_Key="k", If_Match='"1-00000000000000000000"').status_code == 201
    assert replies(ticket) == 1


def test_the_same_key_for_another_request_is_refused(world, ticket):
    alice = Caller(token_for(world.alice))
    alice.post("/tickets/", NEW, Idempotency_Key="k")
    for path, body in (("/tickets/", {**NEW, "severity": "P1"}), (f"{path_of(ticket)}messages/", {"body": "x"})):
        assert problem(alice.post(path, body, Idempotency_Key="k")) == (422, "key-reused")
    assert replies(ticket) == 0


def test_the_order_of_a_bodys_fields_does_not_matter(world):
    alice = Caller(token_for(world.alice))
    alice.post("/tickets/", NEW, Idempotency_Key="k")
    again = alice.post("/tickets/", dict(reversed(NEW.items())), Idempotency_Key="k")
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_refused_request_leaves_its_key_free(world, ticket):
    alice = Caller(token_for(world.alice))
    where = f"{path_of(ticket)}messages/"
    assert problem(alice.post(where, {"body": " "}, Idempotency_Key="k")) == (422, "invalid")
    assert IdempotentRequest.objects.count() == 0
    assert alice.post(where, {"body": "Now with words."}, Idempotency_Key="k").status_code == 201
    assert replies(ticket) == 1


def test_another_persons_key_is_another_key(world):
    """The key of one person tells nothing to another, of whichever organisation."""
    for person in (world.alice, world.amara, world.bob):
        made = Caller(token_for(person)).post("/tickets/", NEW, Idempotency_Key="k")
        assert (made.status_code, made.headers.get("Idempotent-Replayed")) == (201, None)


def test_a_repeat_is_answered_with_the_rights_of_now(world):
    """Who may not see it any more gets 404, not the old text: none is stored."""
    amara = Caller(token_for(world.amara))
    made = amara.post("/tickets/", NEW, Idempotency_Key="k")
    with system_scope("the test moves the ticket to another requester"):
        Ticket.objects.filter(public_id=made.json()["id"]).update(requester=world.alice)
        world.amara.membership.role = "user"
        world.amara.membership.save()
    assert problem(amara.post("/tickets/", NEW, Idempotency_Key="k")) == (404, "not-found")


def test_nothing_of_a_clients_content_is_stored_with_the_key(world):
    Caller(token_for(world.alice)).post("/tickets/", {**NEW, "subject": "canary-77"}, Idempotency_Key="k")
    row = IdempotentRequest.objects.get()
    assert not any("canary" in str(getattr(row, field.attname)) for field in row._meta.concrete_fields)


def test_a_token_for_writing_alone_gets_its_own_answer_again(world):
    writer = Caller(token_for(world.alice, "tickets:write"))
    writer.post("/tickets/", NEW, Idempotency_Key="k")
    again = writer.post("/tickets/", NEW, Idempotency_Key="k")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there", "ünïcode"])
def test_a_key_that_is_no_key_is_refused(world, key):
    answer = Caller(token_for(world.alice)).post("/tickets/", NEW, Idempotency_Key=key)
    assert problem(answer) == (400, "malformed")


def test_a_key_is_forgotten_after_48_hours(world):
    alice = Caller(token_for(world.alice))
    alice.post("/tickets/", NEW, Idempotency_Key="old")
    IdempotentRequest.objects.update(created_at=F("created_at") - KEPT - timedelta(seconds=1))
    alice.post("/tickets/", NEW, Idempotency_Key="new")
    assert forget_requests(at=database_now()) == 1
    assert list(IdempotentRequest.objects.values_list("key", flat=True)) == ["new"]


def test_a_repeat_counts_once_against_the_limit(world):
    alice = Caller(token_for(world.alice))
    left = [int(alice.post("/tickets/", NEW, Idempotency_Key="k").headers["RateLimit-Remaining"]) for _ in range(3)]
    assert left == [left[0], left[0] - 1, left[0] - 2]


def test_a_ticket_of_another_client_cannot_be_replayed_by_guessing_its_key(world):
    ticket = ticket_of(world, "bob")
    bob, alice = Caller(token_for(world.bob)), Caller(token_for(world.alice))
    bob.post(f"{path_of(ticket)}messages/", {"body": "x"}, Idempotency_Key="k")
    answer = alice.post(f"{path_of(ticket)}messages/", {"body": "x"}, Idempotency_Key="k")
    assert problem(answer) == (404, "not-found")


def test_keys_are_forgotten_in_batches_until_none_is_left(world, monkeypatch):
    monkeypatch.setattr(operations, "BATCH", 2)
    rows = [{"person_id": world.alice.pk, "key": f"{n}", "fingerprint": "f"} for n in range(5)]
    insert_rows(IdempotentRequest, rows)
    IdempotentRequest.objects.update(created_at=F("created_at") - KEPT - timedelta(seconds=1))
    assert forget_requests(at=database_now()) == 5
    assert (IdempotentRequest.objects.count(), forget_requests(at=database_now())) == (0, 0)
