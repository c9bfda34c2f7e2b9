"""The account manager's desk: figures of one's own clients only, and who holds what has come to level 2."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.operations import set_account_manager, set_away
from helpdesk.accounts.queries import member_of
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.notifications.models import Notice
from tests.support import actor_of, colombo
from tickets.clients import client_page
from tickets.models import Escalation, TimelineEntry
from tickets.operations.feedback import give_feedback
from tickets.operations.handling import acknowledge
from tickets.operations.replay import differences
from tickets.operations.rungs import hand_to_stand_in, take_over
from tickets.operations.status import resolve
from tickets.operations.sweep import sweep

pytestmark = pytest.mark.usefixtures("everything")
NOON = colombo("2026-11-18 12:00")


@pytest.fixture
def late(submit):
    """A P1 of ACME's whose first response is overdue: level 2 was called."""
    ticket = submit("P1", "2026-11-16 10:00")
    sweep(at=colombo("2026-11-17 10:30"))
    ticket.refresh_from_db()
    return ticket


@pytest.fixture
def rung(late):
    return Escalation.objects.get(ticket=late, event="response_overdue")


def row_of(staff, *, at=NOON):
    member = member_of(staff.user)
    return {row.organisation.key: row for row in client_page(member, at=at).rows}


def test_a_client_is_seen_at_a_glance(world, submit, late):
    submit("P3", "2026-11-16 11:00")
    done = submit("P3", "2026-11-16 09:00")
    resolve(ticket=done, actor=actor_of(world.agent), message="Done.", at=colombo("2026-11-16 12:00"))
    give_feedback(ticket=done, helped="yes", actor=actor_of(world.alice), at=colombo("2026-11-16 13:00"))
    row = row_of(world.manager)["ACME"]
    assert row.by_severity == [("P1", 1), ("P2", 0), ("P3", 1), ("P4", 0)]
    assert (row.total, row.breached, row.unacknowledged, row.helped_percent, row.is_deputy) == (2, 1, 1, 100, False)


def test_due_today_is_what_falls_due_before_the_readers_day_ends(world, submit):
    submit("P3", "2026-11-16 09:00")  # its response is due on Thursday 19, 09:00
    assert row_of(world.manager, at=colombo("2026-11-18 23:00"))["ACME"].at_risk == 0
    assert row_of(world.manager, at=colombo("2026-11-19 08:00"))["ACME"].at_risk == 1


def test_one_sees_the_clients_whose_manager_or_deputy_one_is(world):
    assert {key: row.is_deputy for key, row in row_of(world.manager).items()} == {"ACME": False, "GLOBEX": True}
    assert row_of(world.agent) == {}


def test_the_pages_show_it_and_a_foreign_client_is_not_there(world, signed_in, late):
    browser = signed_in(world.manager)
    assert "Acme Trading" in browser.get("/clients/").content.decode()
    page = browser.get("/clients/ACME/").content.decode()
    assert late.subject in page
    assert "Nobody has acknowledged it yet" in page
    set_account_manager(
        organisation=world.globex, account_manager=world.deputy, deputy=None, actor=actor_of(world.admin)
    )
    for path in ("/clients/GLOBEX/", "/clients/NOBODY/"):
        assert browser.get(path).status_code == 404
    assert signed_in(world.agent).get("/clients/").status_code == 403
    assert signed_in(world.alice).get("/clients/ACME/").status_code == 403


def test_the_desk_asks_as_many_queries_for_many_tickets_as_for_few(world, signed_in, submit):
    browser, counted = signed_in(world.manager), []
    for number in (1, 8):
        for _ in range(number):
            submit("P3", "2026-11-16 10:00")
        browser.get("/clients/")
        with CaptureQueriesContext(connection) as captured:
            browser.get("/clients/")
        counted.append(len(captured))
    assert counted[0] == counted[1]


def test_taking_over_makes_one_name_stand_for_rung_and_ticket(world, late, rung):
    acknowledge(escalation=rung, actor=actor_of(world.deputy), at=colombo("2026-11-17 11:00"))
    taken = take_over(escalation=rung, actor=actor_of(world.manager), at=colombo("2026-11-17 12:00"))
    late.refresh_from_db()
    assert (taken.acknowledged_by, taken.remind_at, late.assignee) == (world.manager.user, None, world.manager)
    entry = TimelineEntry.objects.filter(ticket=late, kind="acknowledged").latest("pk")
    assert entry.body == "Malini has taken the escalation to level 2 from Dinesh."
    assert differences(late, at=colombo("2026-11-17 12:30")) == []
    with pytest.raises(Conflict, match="You hold ACME-1 already"):
        take_over(escalation=rung, actor=actor_of(world.manager))


def test_handing_to_the_deputy_tells_them_and_reminders_begin_anew(world, late, rung):
    acknowledge(escalation=rung, actor=actor_of(world.manager), at=colombo("2026-11-17 11:00"))
    other = hand_to_stand_in(
        escalation=rung, reason="I am at a client's.", actor=actor_of(world.manager), at=colombo("2026-11-17 12:00")
    )
    rung.refresh_from_db()
    assert other == world.deputy
    assert (rung.acknowledged_by, rung.remind_at) == (None, colombo("2026-11-17 16:30"))
    notice = Notice.objects.get(event="handed")
    assert notice.recipient == world.deputy.user.email
    assert "Malini handed the escalation to Dinesh: I am at a client's." in notice.reason


def test_who_is_neither_manager_nor_deputy_hands_nothing_on(world, rung):
    with pytest.raises(Forbidden):
        hand_to_stand_in(escalation=rung, reason="No time.", actor=actor_of(world.agent))


def test_nothing_is_handed_to_who_is_away_or_to_nobody_or_without_a_reason(world, rung):
    actor = actor_of(world.manager)
    with pytest.raises(DomainError, match="Say why"):
        hand_to_stand_in(escalation=rung, reason=" ", actor=actor)
    set_away(staff=world.deputy, away_from=colombo("2026-01-01 08:00"), away_until=None, actor=SYSTEM)
    with pytest.raises(Conflict, match="Dinesh is away too"):
        hand_to_stand_in(escalation=rung, reason="No time.", actor=actor)
    set_account_manager(organisation=world.acme, account_manager=world.manager, deputy=None, actor=SYSTEM)
    rung.refresh_from_db()
    with pytest.raises(Conflict, match="Nobody stands in for you"):
        hand_to_stand_in(escalation=rung, reason="No time.", actor=actor)


def test_staff_say_themselves_that_they_are_away_and_nobody_else_does(world, signed_in):
    browser = signed_in(world.manager)
    answer = browser.post("/account/away/", {"away_from": "2026-12-24 08:00", "away_until": "2026-12-28 08:00"})
    assert answer.status_code == 302
    world.manager.refresh_from_db()
    assert world.manager.away_from == colombo("2026-12-24 08:00")
    assert browser.post("/account/away/", {"away_until": "2026-12-28 08:00"}).status_code == 422
    assert signed_in(world.alice).get("/account/away/").status_code == 404
    with pytest.raises(Forbidden):
        set_away(staff=world.manager, away_from=None, away_until=None, actor=actor_of(world.agent))


def test_the_buttons_of_the_clients_page_work(world, signed_in, late, rung):
    browser = signed_in(world.manager)
    path = f"{late.path}escalations/{rung.pk}/"
    answer = browser.post(f"{path}handing/", {"reason": "", "back": "client"})
    assert answer.status_code == 422
    assert "Say why you hand it on" in answer.content.decode()
    assert browser.post(f"{path}handing/", {"reason": "Away.", "back": "client"}).url == "/clients/ACME/"
    assert browser.post(f"{path}taking/", {}).url == late.path
    assert signed_in(world.narrow).post(f"{path}taking/", {}).status_code == 404
