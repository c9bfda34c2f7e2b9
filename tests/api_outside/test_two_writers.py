"""Two programs on one ticket, over real connections: being second is told, and loses nothing."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from helpdesk.lib.tenancy import system_scope
from tests.api_outside.conftest import Identity, identity
from tickets.models import Ticket, TimelineEntry

P1 = {"severity": "P1", "reason": "Everybody waits."}
P3 = {"severity": "P3", "reason": "One person waits."}


def caller(live_server, person: Identity) -> httpx.Client:
    """A program of this person's with connections of its own."""
    return httpx.Client(base_url=f"{live_server.url}/api/v1", headers=person.headers, timeout=30)


@pytest.fixture
def ticket(seeded) -> Ticket:
    with system_scope("the test looks"):
        return Ticket.objects.filter(requester=seeded.alice).latest("pk")


def entries(ticket: Ticket, kind: str) -> list[str]:
    with system_scope("the test looks"):
        return list(
            TimelineEntry.objects.filter(ticket=ticket, kind=kind).order_by("pk").values_list("body", flat=True)
        )


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_writers_gets_412_and_the_first_ones_change_stays(live_server, seeded, ticket):
    one, two = (caller(live_server, identity(name, seeded.agent)) for name in ("one", "two"))
    where = f"/tickets/{ticket.public_id}/"
    tags = [program.get(where).headers["ETag"] for program in (one, two)]
    assert tags[0] == tags[1]
    first = one.patch(where, json=P1, headers={"If-Match": tags[0]})
    second = two.patch(where, json=P3, headers={"If-Match": tags[1]})
    assert (first.status_code, first.json()["severity"]) == (200, "P1")
    assert (second.status_code, second.json()["changes"]) == (412, 1)
    assert second.headers["Content-Type"] == "application/problem+json"
    assert two.get(where).json()["severity"] == "P1"
    # The second reads again, and then decides again.
    third = two.patch(where, json=P3, headers={"If-Match": two.get(where).headers["ETag"]})
    assert (third.status_code, third.json()["severity"]) == (200, "P3")
    assert len(entries(ticket, "severity")) == 2


@pytest.mark.django_db(transaction=True)
def test_of_writers_at_the_same_moment_one_gets_through_and_the_others_text_can_be_sent_again(
    live_server, seeded, ticket
):
    programs = [caller(live_server, identity(f"p{number}", seeded.agent)) for number in range(6)]
    where = f"/tickets/{ticket.public_id}/"
    before = entries(ticket, "reply")
    tag = programs[0].get(where).headers["ETag"]

    def say(number: int) -> int:
        body = {"body": f"From program {number}."}
        return programs[number].post(f"{where}messages/", json=body, headers={"If-Match": tag}).status_code

    with ThreadPoolExecutor(len(programs)) as pool:
        statuses = list(pool.map(say, range(len(programs))))
    assert sorted(statuses) == [201] + [412] * 5
    assert entries(ticket, "reply") == [*before, f"From program {statuses.index(201)}."]


@pytest.mark.django_db(transaction=True)
def test_one_key_sent_twenty_times_at_once_over_http_opens_one_ticket(live_server, seeded):
    program = caller(live_server, identity("alice", seeded.alice))
    body = {"subject": "Sent often", "description": "By a nervous program.", "severity": "P3"}

    def send(_: int) -> tuple[int, str, str]:
        answer = program.post("/tickets/", json=body, headers={"Idempotency-Key": "nervous-1"})
        return answer.status_code, answer.json()["id"], answer.headers.get("Idempotent-Replayed", "")

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    with system_scope("the test looks"):
        [made] = Ticket.objects.filter(subject="Sent often").values_list("public_id", flat=True)
    assert sorted(answers) == [(201, str(made), "")] + [(201, str(made), "true")] * 19
