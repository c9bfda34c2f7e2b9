"""ETag, If-None-Match and If-Match: nothing new is cheap, and nobody's change is lost."""

import pytest

from helpdesk.lib.tenancy import system_scope
from tests.api.conftest import Caller, path_of, problem, ticket_of, token_for
from tests.reliability.test_concurrency import at_once
from tests.support import actor_of
from tickets.models import TimelineEntry
from tickets.operations.conversation import add_note, reply


def note(world, ticket, body="Seen.") -> None:
    with system_scope("tests act"):
        add_note(ticket=ticket, actor=actor_of(world.agent), body=body)


def test_what_has_not_changed_is_304_without_a_body(world, ticket):
    alice = Caller(token_for(world.alice))
    etag = alice.get(path_of(ticket)).headers["ETag"]
    for given in (etag, f'"x", W/{etag}', "*"):
        answer = alice.get(path_of(ticket), If_None_Match=given)
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", etag)
    alice.post(f"{path_of(ticket)}messages/", {"body": "More of it."})
    answer = alice.get(path_of(ticket), If_None_Match=etag)
    assert (answer.status_code, answer.headers["ETag"] == etag) == (200, False)


def test_the_second_of_two_writers_gets_412_and_loses_nothing(world, ticket):
    first, second = Caller(token_for(world.agent)), Caller(token_for(world.manager))
    seen = first.get(path_of(ticket)).headers["ETag"]
    assert second.get(path_of(ticket)).headers["ETag"] == seen
    assert (
        first.patch(path_of(ticket), {"severity": "P1", "reason": "All stand still."}, If_Match=seen).status_code == 200
    )
    lost = second.patch(path_of(ticket), {"severity": "P3", "reason": "One user."}, If_Match=seen)
    assert problem(lost) == (412, "stale")
    assert (lost.json()["changes"], lost.json()["last_change"]) == (1, "Severity changed by Nimal")
    now = second.get(path_of(ticket))
    assert now.json()["severity"] == "P1"
    again = second.patch(path_of(ticket), {"severity": "P3", "reason": "One user."}, If_Match=now.headers["ETag"])
    assert (again.status_code, again.json()["severity"]) == (200, "P3")


@pytest.mark.django_db(transaction=True)
def test_of_ten_writers_at_once_upon_the_same_version_one_wins(committed_world):
    """Real threads, real connections: the version is compared under the ticket's lock."""
    ticket = ticket_of(committed_world)
    texts = [token_for(committed_world.agent) for _ in range(10)]
    seen = Caller(texts[0]).get(path_of(ticket)).headers["ETag"]

    def write(text):
        change = {"assignee": committed_world.agent.user.pk}
        return lambda: Caller(text).patch(path_of(ticket), change, If_Match=seen).status_code

    assert sorted(at_once(*(write(text) for text in texts))) == [200] + [412] * 9
    with system_scope("the test looks"):
        assert TimelineEntry.objects.filter(ticket=ticket, kind="assigned").count() == 1


def test_a_change_must_say_what_it_is_based_on(world, ticket):
    agent = Caller(token_for(world.agent))
    change = {"severity": "P1", "reason": "Now."}
    assert problem(agent.patch(path_of(ticket), change)) == (428, "precondition-required")
    assert problem(agent.patch(path_of(ticket), change, If_Match="12")) == (400, "malformed")
    assert problem(agent.patch(path_of(ticket), change, If_Match="")) == (400, "malformed")
    assert problem(agent.patch(path_of(ticket), change, If_Match='"other"')) == (412, "stale")
    assert problem(agent.patch(path_of(ticket), change, If_Match='"999-00000000000000000000"')) == (412, "stale")
    assert agent.patch(path_of(ticket), change, If_Match="*").status_code == 200


@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("messages/", {"body": "x"}),
        ("waiting/", {"question": "Which browser?"}),
        ("outside/", {"reason": "Training", "message": "Not covered."}),
        ("resolution/", {"message": "Done."}),
        ("escalations/", {"reason": "Soon."}),
    ],
)
def test_every_write_honours_if_match(world, ticket, place, body):
    agent = Caller(token_for(world.agent))
    seen = agent.get(path_of(ticket)).headers["ETag"]
    note(world, ticket)
    before = agent.get(path_of(ticket))
    assert problem(agent.post(path_of(ticket) + place, body, If_Match=seen)) == (412, "stale")
    assert agent.get(path_of(ticket)).headers["ETag"] == before.headers["ETag"]
    assert agent.post(path_of(ticket) + place, body, If_Match=before.headers["ETag"]).status_code in (200, 201)


def test_an_internal_note_is_no_change_to_a_client(world, ticket):
    """Neither does their version tell that there are notes, nor does a note make their reply stale."""
    alice = Caller(token_for(world.alice))
    before = alice.get(path_of(ticket))
    seen = before.headers["ETag"]
    note(world, ticket)
    now = alice.get(path_of(ticket))
    assert (now.headers["ETag"], now.content) == (seen, before.content)
    assert alice.get(path_of(ticket), If_None_Match=seen).status_code == 304
    assert alice.post(f"{path_of(ticket)}messages/", {"body": "x"}, If_Match=seen).status_code == 201


def test_a_breach_that_fell_due_by_itself_makes_nobodys_change_stale(world):
    """It is settled inside the operation, after the version was compared: else no change could ever be made."""
    ticket = ticket_of(world, at="2026-11-16 10:00")
    agent = Caller(token_for(world.agent))
    seen = agent.get(path_of(ticket)).headers["ETag"]
    assert agent.patch(path_of(ticket), {"assignee": world.agent.user.pk}, If_Match=seen).status_code == 200
    with system_scope("the test looks"):
        kinds = list(TimelineEntry.objects.filter(ticket=ticket).order_by("pk").values_list("kind", flat=True))
    assert "breach" in kinds
    assert kinds.index("breach") < kinds.index("assigned")


def test_the_answer_to_a_change_has_the_new_tag(world, ticket):
    agent = Caller(token_for(world.agent))
    answer = agent.patch(path_of(ticket), {"assignee": world.agent.user.pk}, If_Match="*")
    assert agent.get(path_of(ticket)).headers["ETag"] == answer.headers["ETag"]
    answer = agent.post(f"{path_of(ticket)}resolution/", {})
    assert agent.get(path_of(ticket)).headers["ETag"] == answer.headers["ETag"]


def test_replying_without_a_condition_is_always_possible(world, ticket):
    alice = Caller(token_for(world.alice))
    with system_scope("tests act"):
        reply(ticket=ticket, actor=actor_of(world.agent), body="First.")
    assert alice.post(f"{path_of(ticket)}messages/", {"body": "Second."}).status_code == 201
