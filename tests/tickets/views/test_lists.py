"""The clients' list and the escalations that wait for somebody."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import actor_of, colombo
from tickets.models import Escalation
from tickets.operations.handling import acknowledge, escalate
from tickets.operations.status import resolve

pytestmark = pytest.mark.usefixtures("everything", "monday")


def subjects(answer):
    assert answer.status_code == 200
    return re.findall(r'class="subject" href="[^"]+">([^<]+)<', answer.content.decode())


@pytest.fixture
def some(submit, world):
    submit("P3", subject="first")
    submit("P3", subject="of amara", requester=world.amara, actor=actor_of(world.amara))
    third = submit("P3", subject="third")
    resolve(ticket=third, actor=actor_of(world.agent), message="Done.", at=colombo("2026-11-16 10:30"))
    bob = {"organisation": world.globex, "requester": world.bob, "actor": actor_of(world.bob)}
    submit("P3", subject="of bob", **bob)


def test_each_sees_their_own_list_newest_first(signed_in, world, some):
    assert subjects(signed_in(world.alice).get("/tickets/")) == ["third", "first"]
    assert subjects(signed_in(world.amara).get("/tickets/")) == ["third", "of amara", "first"]
    assert subjects(signed_in(world.bob).get("/tickets/")) == ["of bob"]
    assert subjects(signed_in(world.agent).get("/tickets/")) == ["of bob", "third", "of amara", "first"]
    assert subjects(signed_in(world.narrow).get("/tickets/")) == ["of bob"]


def test_the_list_narrows_by_state_and_for_staff_by_organisation(signed_in, world, some):
    assert subjects(signed_in(world.alice).get("/tickets/?state=resolved")) == ["third"]
    assert subjects(signed_in(world.agent).get("/tickets/?organisation=GLOBEX")) == ["of bob"]
    assert signed_in(world.alice).get("/tickets/?state=lost").status_code == 400
    assert signed_in(world.alice).get("/tickets/?organisation=GLOBEX").status_code == 400
    assert signed_in(world.alice).get("/tickets/?after=x").status_code == 400


def test_the_list_is_paged_by_number(signed_in, world, some, monkeypatch):
    monkeypatch.setattr("tickets.lists.listing.PAGE", 2)
    browser = signed_in(world.amara)
    first = browser.get("/tickets/")
    following = re.search(r'href="(\?[^"]+)">Next page', first.content.decode())
    assert subjects(first) == ["third", "of amara"]
    assert subjects(browser.get("/tickets/" + following[1])) == ["first"]


def test_an_empty_list_invites_to_open_a_ticket(signed_in, world):
    assert "You have no tickets yet" in signed_in(world.alice).get("/tickets/").content.decode()
    assert "No ticket in this view" in signed_in(world.alice).get("/tickets/?state=closed").content.decode()


@pytest.fixture
def asked(submit, world):
    """One escalation of ACME and one of Globex; Malini manages ACME and is Globex's deputy."""
    bob = {"organisation": world.globex, "requester": world.bob, "actor": actor_of(world.bob)}
    for ticket in (submit("P2", subject="of acme"), submit("P2", subject="of globex", **bob)):
        requester = world.alice if ticket.organisation == world.acme else world.bob
        escalate(ticket=ticket, actor=actor_of(requester), reason="Urgent.", at=colombo("2026-11-16 10:30"))


def listed(answer):
    assert answer.status_code == 200
    return re.findall(r'<h2><span class="ref">([^<]+)<', answer.content.decode())


def test_account_managers_see_their_own_clients_first(signed_in, world, asked):
    type(world.globex).objects.filter(pk=world.globex.pk).update(deputy=None)
    browser = signed_in(world.manager)
    assert listed(browser.get("/escalations/")) == ["ACME-1"]
    assert listed(browser.get("/escalations/?clients=all")) == ["ACME-1", "GLOBEX-1"]
    assert listed(signed_in(world.deputy).get("/escalations/")) == ["ACME-1", "GLOBEX-1"]
    assert listed(signed_in(world.agent).get("/escalations/")) == ["ACME-1", "GLOBEX-1"]


def test_the_list_says_why_who_was_told_and_when_the_next_reminder_goes(signed_in, world, asked):
    page = signed_in(world.manager).get("/escalations/").content.decode()
    assert "Escalated by hand: Urgent." in page
    assert "Malini (Account manager of ACME)" in page
    assert "Mon 16 Nov 2026, 10:30 (Colombo)" in page
    assert "0, the next from Mon 16 Nov 2026, 15:00 (Colombo)" in page, "270 support minutes later"


def test_acknowledging_in_the_list_takes_it_off_the_list(signed_in, world, asked):
    browser, rung = signed_in(world.manager), Escalation.objects.get(ticket__subject="of acme")
    answer = browser.post(
        f"{rung.ticket.path}escalations/{rung.pk}/acknowledgement/", {"back": "escalations"}, follow=True
    )
    assert answer.redirect_chain == [("/escalations/", 302)]
    assert listed(answer) == ["GLOBEX-1"]
    assert "You hold the escalation of ACME-1" in answer.content.decode()


def test_an_agent_of_another_client_neither_sees_nor_acknowledges_it(signed_in, world, asked):
    browser, rung = signed_in(world.narrow), Escalation.objects.get(ticket__subject="of acme")
    assert listed(browser.get("/escalations/")) == ["GLOBEX-1"]
    assert browser.post(f"{rung.ticket.path}escalations/{rung.pk}/acknowledgement/").status_code == 404


def test_clients_have_no_list_of_escalations(signed_in, world):
    assert signed_in(world.amara).get("/escalations/").status_code == 403


def test_nothing_waiting_is_said(signed_in, world, asked):
    for rung in Escalation.objects.select_related("ticket"):
        acknowledge(escalation=rung, actor=actor_of(world.agent), at=colombo("2026-11-16 10:40"))
    assert "Nothing waits for you" in signed_in(world.manager).get("/escalations/").content.decode()
    assert signed_in(world.manager).get("/escalations/?clients=some").status_code == 400


def test_escalations_are_paged_and_ask_the_same_number_of_questions(signed_in, world, submit, monkeypatch):
    browser = signed_in(world.manager)

    def raise_some(count):
        for _ in range(count):
            ticket = submit("P3")
            escalate(ticket=ticket, actor=actor_of(world.alice), reason="Now.", at=colombo("2026-11-16 10:30"))

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert browser.get("/escalations/").status_code == 200
        return len(found)

    raise_some(3)
    browser.get("/escalations/")
    few = queries()
    raise_some(12)
    assert queries() == few
    monkeypatch.setattr("tickets.lists.listing.PAGE", 10)
    first = browser.get("/escalations/")
    following = re.search(r'href="(\?[^"]+)">Next page', first.content.decode())
    second = browser.get("/escalations/" + following[1].replace("&amp;", "&"))
    assert listed(first) + listed(second) == [f"ACME-{number}" for number in range(1, 16)]
