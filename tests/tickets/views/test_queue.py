"""The agents' queue: POLICY 8's order, filters in the address, paging, and a fixed number of queries."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import actor_of, colombo
from tickets.operations.conversation import reply, wait_for_client
from tickets.operations.handling import assign, escalate
from tickets.operations.status import resolve
from tickets.operations.sweep import sweep

pytestmark = pytest.mark.usefixtures("everything", "monday")


@pytest.fixture
def lively(submit, world):
    """Six tickets, one for each way to stand in the queue; ACME-1 to ACME-5 and GLOBEX-1."""
    agent = actor_of(world.agent)
    late = submit("P1", "2026-11-12 09:00", subject="late")
    reply(ticket=late, actor=agent, body="On it.", at=colombo("2026-11-12 09:05"))
    waits = submit("P2", "2026-11-13 10:00", subject="waits")
    wait_for_client(ticket=waits, actor=agent, question="Which?", at=colombo("2026-11-13 10:10"))
    assign(ticket=waits, assignee=world.agent, actor=agent, at=colombo("2026-11-13 10:11"))
    submit("P3", "2026-11-16 08:30", subject="fresh")
    idea = submit("P4", "2026-11-10 08:30", subject="idea")
    reply(ticket=idea, actor=agent, body="Noted.", at=colombo("2026-11-10 08:40"))
    done = submit("P3", "2026-11-16 08:31", subject="done")
    resolve(ticket=done, actor=agent, message="Done.", at=colombo("2026-11-16 08:40"))
    bob = {"organisation": world.globex, "requester": world.bob, "actor": actor_of(world.bob)}
    asked = submit("P1", "2026-11-16 09:00", subject="asked", **bob)
    escalate(ticket=asked, actor=actor_of(world.bob), reason="Now.", at=colombo("2026-11-16 09:30"))
    sweep(at=colombo("2026-11-16 10:50"))


def subjects(answer):
    assert answer.status_code == 200
    return re.findall(r'class="subject" href="[^"]+">([^<]+)<', answer.content.decode())


def test_what_falls_due_first_stands_first_and_paused_and_p4_last_by_age(signed_in, world, lively):
    found = subjects(signed_in(world.agent).get("/queue/"))
    assert found == ["late", "asked", "fresh", "idea", "waits"], "POLICY 8; the resolved one is gone"


def test_each_row_says_what_is_due_and_how_much_support_time_is_left(signed_in, world, lively):
    page = re.sub(r"<[^>]+>", "", signed_in(world.agent).get("/queue/").content.decode())
    assert "overdue since Mon 16 Nov 09:00 · 2 h of support time ago" in page
    assert "due Tue 17 Nov 09:00 · 7 h of support time left" in page
    assert "paused" in page
    assert "as per dev schedule" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("severity=P1", ["late", "asked"]),
        ("level=2", ["asked"]),
        ("state=waiting", ["waits"]),
        ("organisation=GLOBEX", ["asked"]),
        ("organisation=acme&severity=P3", ["fresh"]),
        ("holder=mine", ["waits"]),
        ("holder=unassigned", ["late", "asked", "fresh", "idea"]),
        ("holder=team-support", ["waits"]),
        ("holder=team-product", []),
        ("overdue=1", ["late"]),
        ("severity=&level=&state=&holder=&organisation=", ["late", "asked", "fresh", "idea", "waits"]),
        ("severity=P2&overdue=1", []),
    ],
)
def test_filters_stand_in_the_address(signed_in, world, lively, query, expected):
    assert subjects(signed_in(world.agent).get(f"/queue/?{query}")) == expected


@pytest.mark.parametrize(
    "query",
    [
        "severity=P9",
        "level=7",
        "level=one",
        "state=closed",
        "holder=nobody",
        "holder=person-99999999",
        "holder=person-0x1",
        "holder=team-nosuch",
        "overdue=yes",
        "organisation=NOSUCH",
        "after=broken",
        "after=~~",
        "after=2026-11-16~x~1",
        "after=~2026-11-16T09:00:00~1",
        "after=~2026-11-16T09:00:00%2B00:00~99999999999999999999",
    ],
)
def test_an_unknown_filter_is_answered_with_a_clear_page(signed_in, world, lively, query):
    answer = signed_in(world.agent).get(f"/queue/?{query}")
    assert answer.status_code == 400
    assert "Show the whole list" in answer.content.decode()


def test_an_organisation_that_the_agent_does_not_serve_is_an_unknown_one(signed_in, world, lively):
    browser = signed_in(world.narrow)
    assert subjects(browser.get("/queue/")) == ["asked"]
    foreign, missing = browser.get("/queue/?organisation=ACME"), browser.get("/queue/?organisation=NOSUCH")
    assert foreign.status_code == missing.status_code == 400


def test_clients_have_no_queue(signed_in, world):
    assert signed_in(world.amara).get("/queue/").status_code == 403


def test_an_empty_queue_says_so(signed_in, world):
    browser = signed_in(world.agent)
    assert "The queue is empty" in browser.get("/queue/").content.decode()
    assert "No ticket matches these filters" in browser.get("/queue/?severity=P1").content.decode()


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_pages_pass_from_dated_to_undated_tickets_without_loss_or_repeat(signed_in, world, lively, monkeypatch, size):
    monkeypatch.setattr("tickets.lists.listing.PAGE", size)
    browser, found, address = signed_in(world.agent), [], "/queue/"
    for _ in range(6):
        answer = browser.get(address)
        found += subjects(answer)
        following = re.search(r'href="(\?[^"]+)">Next page', answer.content.decode())
        if following is None:
            break
        address = "/queue/" + following[1].replace("&amp;", "&")
    assert found == ["late", "asked", "fresh", "idea", "waits"]


def test_tickets_due_at_the_same_instant_are_paged_by_age(signed_in, world, submit, monkeypatch):
    monkeypatch.setattr("tickets.lists.listing.PAGE", 1)
    for number in range(3):  # before opening on one day: all fall due at the same closing
        submit("P1", f"2026-11-16 0{5 + number}:00", subject=f"s{number}")
    browser, found, address = signed_in(world.agent), [], "/queue/"
    while address:
        answer = browser.get(address)
        found += subjects(answer)
        following = re.search(r'href="(\?[^"]+)">Next page', answer.content.decode())
        address = "/queue/" + following[1].replace("&amp;", "&") if following else ""
    assert found == ["s0", "s1", "s2"]


def test_the_filters_stay_in_the_address_of_the_next_page(signed_in, world, lively, monkeypatch):
    monkeypatch.setattr("tickets.lists.listing.PAGE", 1)
    page = signed_in(world.agent).get("/queue/?severity=P1").content.decode()
    assert re.search(r'href="\?severity=P1&amp;after=[^"]+">Next page', page)


@pytest.mark.parametrize("address", ["/queue/", "/tickets/", "/tickets/?organisation=ACME"])
def test_a_list_asks_the_same_number_of_questions_at_3_and_at_30_rows(signed_in, world, submit, address):
    browser = signed_in(world.agent)

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert browser.get(address).status_code == 200
        return len(found)

    for _ in range(3):
        submit("P2", "2026-11-16 10:00")
    browser.get(address)
    few = queries()
    for _ in range(27):
        submit("P3", "2026-11-16 10:00")
    assert queries() == few
