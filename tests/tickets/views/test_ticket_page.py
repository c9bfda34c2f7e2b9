"""One ticket, both sides: who sees it, what they see, and why it is due when it is."""

import re
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.actors import SYSTEM
from sla.models import Calendar
from sla.operations.calendars import add_holiday
from tests.support import actor_of, colombo
from tickets.operations.conversation import add_note, reply, wait_for_client
from tickets.operations.handling import assign, escalate
from tickets.operations.status import resolve
from tickets.operations.sweep import sweep

pytestmark = pytest.mark.usefixtures("everything", "monday")
CANARY = "canary-9f31: their admin broke it"


@pytest.fixture
def ticket(submit):
    return submit("P2", "2026-11-16 10:00", steps="Open any invoice.")


def without_tokens(answer):
    """The page without its CSRF tokens and nonce, which are new each time."""
    return re.sub(r'("X-CSRFToken": |value=)"\w{64}"|nonce="[^"]+"', "", answer.content.decode())


def page_of(browser, ticket, extra=""):
    answer = browser.get(f"{ticket.path}{extra}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_foreign_hidden_and_missing_tickets_look_exactly_alike(signed_in, world, ticket, submit):
    other = submit("P3", requester=world.amara, actor=actor_of(world.amara))
    foreign = signed_in(world.bob).get(ticket.path)
    unserved = signed_in(world.narrow).get(ticket.path)
    colleague = signed_in(world.alice).get(other.path)
    missing = signed_in(world.bob).get(f"/tickets/{uuid.uuid4()}/")
    answers = (foreign, unserved, colleague, missing)
    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert without_tokens(foreign) == without_tokens(missing)


@pytest.mark.parametrize("verb", ["reply", "withdrawal", "reopening", "closure", "escalation"])
def test_a_verb_on_a_foreign_ticket_is_404_like_on_a_missing_one(signed_in, world, ticket, verb):
    browser = signed_in(world.bob)
    assert browser.post(f"{ticket.path}{verb}/", {"body": "x", "reason": "x"}).status_code == 404
    assert browser.post(f"/tickets/{uuid.uuid4()}/{verb}/", {"body": "x"}).status_code == 404


def test_a_client_admin_sees_a_colleagues_ticket(signed_in, world, ticket):
    assert "ACME-1" in page_of(signed_in(world.amara), ticket)


def test_a_client_never_sees_internal_notes_nor_who_was_told(signed_in, world, ticket):
    add_note(ticket=ticket, actor=actor_of(world.agent), body=CANARY, at=colombo("2026-11-16 10:10"))
    assign(ticket=ticket, assignee=world.agent, actor=actor_of(world.agent), at=colombo("2026-11-16 10:11"))
    sweep(at=colombo("2026-11-25 12:00"))
    mine, theirs = page_of(signed_in(world.agent), ticket), page_of(signed_in(world.alice), ticket)
    assert CANARY in mine
    assert "Internal: the client does not see this" in mine
    assert "Told: Malini (Account manager of ACME)" in mine
    assert CANARY not in theirs
    assert "Internal" not in theirs
    assert "Malini" not in theirs
    assert "Assigned to" not in theirs
    assert "The first response is overdue" in theirs


def test_a_client_is_not_told_that_a_level_reached_nobody(signed_in, world, ticket):
    type(world.acme).objects.filter(pk=world.acme.pk).update(account_manager=None, deputy=None)
    escalate(ticket=ticket, actor=actor_of(world.alice), reason="It is urgent.", at=colombo("2026-11-16 10:30"))
    mine, theirs = page_of(signed_in(world.agent), ticket), page_of(signed_in(world.alice), ticket)
    assert "Nobody could be reached" in mine
    assert "Nobody could be reached" not in theirs
    assert "It is urgent." in theirs


def test_the_clocks_are_shown_in_the_viewers_own_zone(signed_in, world, ticket):
    world.alice.time_zone = "Europe/Berlin"
    world.alice.save()
    page = page_of(signed_in(world.alice), ticket)
    assert "due <time" in page
    assert "Wed 18 Nov 05:30" in page, "10:00 in Colombo"
    assert "17 h of support time left" in page


def test_a_waiting_ticket_shows_paused_clocks_and_no_due_instant(signed_in, world, ticket):
    wait_for_client(ticket=ticket, actor=actor_of(world.agent), question="Which one?", at=colombo("2026-11-16 10:30"))
    page = page_of(signed_in(world.alice), ticket)
    assert "Paused since Mon 16 Nov 2026, 10:30 (Colombo), 26 h 30 min of support time left" in page
    assert page.count('class="due paused"') == 3, "head, target and limit; the response is met"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_why_then_tells_the_arithmetic_line_by_line(signed_in, world, ticket, headers):
    answer = signed_in(world.alice).get(f"{ticket.path}clocks/?clock=response", headers=headers)
    page = answer.content.decode()
    assert "<td>Mon 16 Nov 10:00–17:00</td><td>7 h</td><td>7 h</td>" in page
    assert "<td>Tue 17 Nov 08:00–17:00</td><td>9 h</td><td>16 h</td>" in page
    assert "due: Wed 18 Nov 10:00" in page
    assert ("<html" in page) is (not headers)


def test_an_unknown_clock_is_404(signed_in, world, ticket):
    assert signed_in(world.alice).get(f"{ticket.path}clocks/?clock=cuckoo").status_code == 404
    assert signed_in(world.bob).get(f"{ticket.path}clocks/").status_code == 404


def earlier_on(page):
    """Where the page leads to for earlier entries; None where there are none."""
    found = re.search(r'href="[^"?]*([^"]+)">Show earlier entries', page)
    return found and found[1]


def test_a_long_timeline_is_paged_from_its_newest_entries_back_to_the_opening(signed_in, world, ticket, monkeypatch):
    monkeypatch.setattr("tickets.timeline.window.SHOWN", 3)
    for number in range(8):  # at one instant: the key tells them apart
        add_note(ticket=ticket, actor=actor_of(world.agent), body=f"note-{number}.", at=colombo("2026-11-16 10:20"))
    browser, extra, pages = signed_in(world.agent), "", []
    while extra is not None:
        page = page_of(browser, ticket, extra)
        assert "Every invoice ends in an error." in page
        assert ("show the newest" in page) == bool(extra)
        pages.append(re.findall(r"note-(\d)\.", page))
        extra = earlier_on(page)
    assert pages == [["5", "6", "7"], ["2", "3", "4"], ["0", "1"]]


@pytest.mark.parametrize("damaged", ["x", "~", "2026-11-16~1", "2026-11-16T10:20:00+00:00~²", "%00~5"])
def test_a_damaged_place_in_the_timeline_shows_the_newest(signed_in, world, ticket, damaged):
    assert "show the newest" not in page_of(signed_in(world.agent), ticket, f"?before={damaged}")


def test_a_page_of_the_timeline_shows_a_client_no_internal_entry(signed_in, world, ticket, monkeypatch):
    monkeypatch.setattr("tickets.timeline.window.SHOWN", 1)
    for number in range(3):
        add_note(ticket=ticket, actor=actor_of(world.agent), body=CANARY, at=colombo("2026-11-16 10:20"))
        reply(ticket=ticket, actor=actor_of(world.agent), body=f"r{number}.", at=colombo("2026-11-16 10:20"))
    alice = signed_in(world.alice)
    first = page_of(alice, ticket)
    second = page_of(alice, ticket, earlier_on(first))
    assert CANARY not in first + second
    assert [re.findall(r"r(\d)\.", page) for page in (first, second)] == [["2"], ["1"]]


@pytest.mark.parametrize(("who", "most"), [("agent", 37), ("alice", 26)])
def test_the_ticket_page_asks_the_same_questions_however_long_the_timeline(signed_in, world, ticket, who, most):
    """Both figures count the savepoint that stands around each request in tests."""
    browser = signed_in(getattr(world, who))

    def queries():
        with CaptureQueriesContext(connection) as found:
            page_of(browser, ticket)
        return len(found)

    page_of(browser, ticket)
    few = queries()
    for number in range(30):
        reply(ticket=ticket, actor=actor_of(world.agent), body=f"r{number}", at=colombo("2026-11-16 10:20"))
    assert (few, queries()) == (most, most)


FORMS = {
    "open, agent": {"reply", "note", "waiting", "resolution", "assignment", "severity", "escalation"},
    "open, client": {"reply", "escalation", "withdrawal"},
    "waiting, agent": {"reply", "note", "resumption", "resolution", "assignment", "severity", "escalation"},
    "resolved, agent": {"reply", "note", "reopening"},
    "resolved, client": {"reply", "reopening", "closure"},
}


@pytest.mark.parametrize("case", FORMS)
def test_the_page_offers_exactly_what_this_person_may_do_in_this_state(signed_in, world, ticket, case):
    state, who = case.split(", ")
    agent = actor_of(world.agent)
    if state == "waiting":
        wait_for_client(ticket=ticket, actor=agent, question="Which?", at=colombo("2026-11-16 10:30"))
    if state == "resolved":
        resolve(ticket=ticket, actor=agent, message="Done.", at=colombo("2026-11-16 10:30"))
    page = page_of(signed_in(world.agent if who == "agent" else world.alice), ticket)
    verbs = {*FORMS["open, agent"], *FORMS["open, client"], "resumption", "reopening", "closure", "plan"}
    assert {verb for verb in verbs if f'action="{ticket.path}{verb}/"' in page} == FORMS[case]


def test_a_p4_can_be_planned(signed_in, world, submit):
    page = page_of(signed_in(world.agent), submit("P4"))
    assert "Planned for" in page
    assert "no deadline" in page


def test_the_page_says_until_when_a_resolved_ticket_can_be_reopened_a_date_closed_since_included(
    signed_in, world, ticket, at_instant
):
    resolve(ticket=ticket, actor=actor_of(world.agent), message="Done.", at=colombo("2026-11-16 12:00"))
    add_holiday(
        calendar=Calendar.objects.get(key="sri-lanka"), day=date(2026, 11, 20), name="Mourning",
        categories=["mercantile"], source="Gazette", actor=SYSTEM, at=colombo("2026-11-18 09:00"),
    )  # fmt: skip
    at_instant("2026-11-25 12:00")
    page = page_of(signed_in(world.alice), ticket)
    assert "Resolved. It can be reopened until Wed 25 Nov 2026, 12:00" in page
    assert f"{ticket.path}reopening/" in page
    at_instant("2026-11-25 12:01")
    assert "for good" in page_of(signed_in(world.alice), ticket)
