"""Tickets of several organisations that speak of the same: found, told once, shown to who serves several, decided."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import scope, system_scope
from helpdesk.notifications.models import AccountNotice
from status.models import Incident, IncidentTicket, Surge, SurgeTicket
from status.operations.surges import find_surges
from status.surging import Rule, Spoken, surges
from tests.support import actor_of, colombo
from tickets.operations.intake import open_ticket

AT = colombo("2026-11-16 10:00")


def spoken(*said: tuple[int, str], minutes: int = 10) -> list[Spoken]:
    """Tickets as (organisation, subject), a minute apart, the last `minutes` before 10:00."""
    many = len(said)
    return [
        Spoken(number, owner, AT - timedelta(minutes=minutes + many - number), subject)
        for number, (owner, subject) in enumerate(said, 1)
    ]


def found(*said, usual=(), minutes=10, **rule):
    return [
        (one.words, [ticket.ticket_id for ticket in one.tickets])
        for one in surges(spoken(*said, minutes=minutes), usual, rule=Rule(**rule), at=AT)
    ]


FOUR = ((1, "Export fails"), (2, "The exports are empty"), (1, "exporting customers"), (2, "CSV export hangs"))


def test_four_tickets_of_two_organisations_that_share_a_rare_word_are_a_surge():
    assert found(*FOUR, (3, "Another matter")) == [(("export",), [1, 2, 3, 4])]
    assert found(*FOUR[:3]) == [], "three are not"
    assert found(*[(1, subject) for _, subject in FOUR]) == [], "nor are those of one organisation"
    assert found(*FOUR, minutes=58) == [], "nor what is older than an hour, in part"
    assert found(*FOUR[:3], tickets=3) == [(("export",), [1, 2, 3])]


def test_a_word_that_always_comes_is_none():
    often = ["Export of something"] * 40 + ["Another"] * 60
    rest = [(3, f"Matter {word}") for word in ("alpha", "bravo", "delta", "gamma")]
    assert found(*FOUR, *rest, usual=often) == [], "half of them now, four of ten always"
    seldom = ["Export of something"] * 10 + ["Another"] * 90
    assert found(*FOUR, *rest, usual=seldom) == [(("export",), [1, 2, 3, 4])]


def test_further_words_name_it_and_no_ticket_is_in_two():
    said = [
        (owner, f"Invoice export {word}") for owner, word in ((1, "late"), (2, "empty"), (1, "broken"), (2, "gone"))
    ]
    assert found(*said) == [(("invoice", "export"), [1, 2, 3, 4])]
    other = [(owner, f"Login page {word}") for owner, word in ((1, "white"), (2, "dead"), (3, "odd"), (1, "slow"))]
    assert [tickets for _, tickets in found(*said, *other)] == [[5, 6, 7, 8], [1, 2, 3, 4]]
    numbers = [(owner, f"{word} 2026") for owner, word in ((1, "One"), (2, "Two"), (1, "Three"), (2, "Four"))]
    assert found(*numbers) == [], "a number says nothing"


@pytest.fixture
def write(world):
    def one(subject: str, organisation=None, requester=None):
        organisation = organisation or world.acme
        who = requester or (world.alice if organisation == world.acme else world.bob)
        with scope({organisation.pk}):
            return open_ticket(
                organisation=organisation, requester=who, subject=subject, description="Since nine.", severity="P3",
                actor=actor_of(who),
            )  # fmt: skip

    return one


@pytest.fixture
def exports(world, write):
    """Four tickets of two organisations about exports."""
    return [write(subject, world.acme if owner == 1 else world.globex) for owner, subject in FOUR]


def mails() -> list[str]:
    with system_scope("whatever was sent"):
        return list(AccountNotice.objects.filter(event="surge").order_by("pk").values_list("recipient", flat=True))


db = pytest.mark.django_db


@db
def test_it_is_proposed_and_told_once_to_who_serves_several_of_its_organisations(world, exports, write):
    assert (find_surges(), find_surges()) == (1, 0)
    told = mails()
    assert world.agent.user.email in told
    assert world.narrow.user.email not in told, "who serves one of them learns nothing of the other"
    assert len(told) == len(set(told))
    write("No export for us", world.globex)
    assert find_surges() == 0
    with system_scope("what was found"):
        assert SurgeTicket.objects.filter(surge=Surge.objects.get()).count() == 5
    assert mails() == told


@db
def test_tickets_at_an_incident_that_lasts_are_no_surge(world, exports, tell):
    incident = tell("Exports fail")
    with scope({world.acme.pk, world.globex.pk}):
        from status.operations.threads import attach_ticket

        attach_ticket(incident=incident, ticket=exports[0], actor=actor_of(world.agent))
    assert find_surges() == 0


@db
def test_staff_open_an_incident_with_its_tickets(world, web, exports, signed_in):
    find_surges()
    desk = signed_in(world.agent)
    page = desk.get("/incidents/").content.decode()
    assert "4 tickets of 2 organisations" in page
    assert "export" in page
    with system_scope("what was found"):
        surge = Surge.objects.get()
    where = f"/incidents/new/?surge={surge.public_id}"
    assert "For 4 tickets of 2 organisations" in desk.get(where).content.decode()
    typed = {
        "title": "Exports fail",
        "kind": "incident",
        "audience": "all",
        "phase": "investigating",
        "body": "We look.",
    }
    assert desk.post(where, typed).status_code == 302
    with system_scope("what was written"):
        incident = Incident.objects.get()
        assert IncidentTicket.objects.filter(incident=incident).count() == 4
        surge.refresh_from_db()
    assert (surge.state, surge.incident_id, surge.decided_by_id) == ("opened", incident.pk, world.agent.pk)
    assert "4 tickets of 2" not in desk.get("/incidents/").content.decode()


@db
def test_a_dismissed_one_does_not_come_back_for_a_day(world, exports, write, signed_in):
    find_surges()
    with system_scope("what was found"):
        surge = Surge.objects.get()
    desk = signed_in(world.agent)
    assert desk.post(f"/incidents/surges/{surge.public_id}/dismissal/").status_code == 302
    for subject in ("export again", "an export", "exports"):
        write(subject, world.globex)
    assert find_surges() == 0
    assert "speak of" not in desk.get("/incidents/").content.decode()


@db
def test_who_serves_one_organisation_and_clients_learn_nothing(world, exports, signed_in):
    find_surges()
    with system_scope("what was found"):
        surge = Surge.objects.get()
    narrow = signed_in(world.narrow)
    assert "speak of" not in narrow.get("/incidents/").content.decode()
    assert "tickets of 2" not in narrow.get(f"/incidents/new/?surge={surge.public_id}").content.decode()
    client = signed_in(world.alice)
    assert client.get("/incidents/").status_code == 403
    assert client.post(f"/incidents/surges/{surge.public_id}/dismissal/").status_code == 403
    assert "speak of" not in client.get("/").content.decode()


@db
def test_looking_takes_a_few_statements_however_many_tickets_there_are(world, write):
    for number in range(6):
        write(f"Matter {number}", world.acme)
    with CaptureQueriesContext(
        connection,
    ) as few:
        find_surges(at=database_now())
    for number in range(20):
        write(f"Other {number}", world.acme)
    with CaptureQueriesContext(connection) as many:
        find_surges(at=database_now())
    assert len(many) <= len(few) + 1
