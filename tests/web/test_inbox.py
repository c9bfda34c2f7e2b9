"""The inbox: one's own notices and nobody else's, read one by one or all at once; and what goes by mail."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.models import InAppOnly
from helpdesk.accounts.operations import choose_notices
from helpdesk.audit.models import AuditEntry
from helpdesk.lib.errors import DomainError, Forbidden
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import Notice
from helpdesk.notifications.sending import deliver_one
from tests.support import actor_of
from tickets.operations.conversation import reply
from tickets.operations.intake import open_ticket

CANARY = "canary-inbox-77"


@pytest.fixture(autouse=True)
def _everything(world):
    """Operations that the tests call see every organisation; requests open a scope of their own."""
    with system_scope("tests look at everything"):
        yield


@pytest.fixture
def ticket(world):
    with system_scope("the test opens a ticket"):
        return make(world, "P3")


def make(world, severity, subject="Invoices fail"):
    return open_ticket(
        organisation=world.acme,
        requester=world.alice,
        subject=subject,
        description="They do.",
        severity=severity,
        actor=actor_of(world.alice),
    )


def answer(world, ticket):
    with system_scope("the test replies"):
        reply(ticket=ticket, actor=actor_of(world.agent), body="On it.")


def sent():
    """Everything that waits is delivered; returns (event, recipient's name, state) of each notice."""
    while deliver_one(Notice):
        pass
    with system_scope("the test looks"):
        return set(Notice.objects.values_list("event", "recipient_name", "state"))


def test_everybody_reads_what_they_were_told_and_nothing_else(world, signed_in, ticket):
    with system_scope("a ticket of the others"):
        open_ticket(
            organisation=world.globex, requester=world.bob, subject=CANARY, description="x", severity="P2",
            actor=actor_of(world.bob),
        )  # fmt: skip
    page = signed_in(world.alice).get("/inbox/").content.decode()
    assert "Your ticket is received: Invoices fail" in page
    assert CANARY not in page
    assert "A new ticket: Invoices fail" in signed_in(world.agent).get("/inbox/").content.decode()
    assert "Nothing yet" in signed_in(world.amara).get("/inbox/").content.decode()


def test_a_notice_is_read_once_opened_and_the_number_on_every_page_falls(world, signed_in, ticket):
    answer(world, ticket)
    browser = signed_in(world.alice)
    assert browser.get("/account/").context["inbox_unread"] == 2
    with system_scope("the test looks"):
        newest = Notice.objects.filter(recipient=world.alice.email).latest("pk")
    assert browser.post(f"/inbox/{newest.pk}/").url == ticket.path
    assert browser.get("/account/").context["inbox_unread"] == 1
    browser.post("/inbox/read/", {"upto": newest.pk})
    assert browser.get("/account/").context["inbox_unread"] == 0


def test_what_came_after_the_page_was_shown_stays_unread(world, signed_in, ticket):
    browser = signed_in(world.alice)
    shown = browser.get("/inbox/").context["newest"]
    answer(world, ticket)
    browser.post("/inbox/read/", {"upto": shown})
    assert browser.get("/account/").context["inbox_unread"] == 1


def test_somebody_elses_notice_is_not_there(world, signed_in, ticket):
    with system_scope("the test looks"):
        theirs = Notice.objects.filter(recipient=world.alice.email).latest("pk")
    for other in (world.bob, world.amara, world.agent):
        assert signed_in(other).post(f"/inbox/{theirs.pk}/").status_code == 404
        signed_in(other).post("/inbox/read/", {"upto": theirs.pk})
    with system_scope("the test looks"):
        assert Notice.objects.get(pk=theirs.pk).read_at is None


@pytest.mark.parametrize("upto", ["", "x", "9" * 30])
def test_a_damaged_mark_is_refused(world, signed_in, upto):
    assert signed_in(world.alice).post("/inbox/read/", {"upto": upto}).status_code == 404


def test_a_long_inbox_is_paged_with_the_same_number_of_queries(world, signed_in):
    browser = signed_in(world.alice)
    counted = []
    for number in (2, 60):
        with system_scope("the test opens tickets"):
            for _ in range(number):
                make(world, "P3")
        browser.get("/inbox/")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page = browser.get("/inbox/")
        counted.append(len(captured))
    assert counted[0] == counted[1]
    assert len(page.context["rows"]) == 50
    older = browser.get(f"/inbox/{page.context['next']}")
    assert len(older.context["rows"]) == 12


def test_what_is_not_ticked_stays_in_the_app(world, signed_in, ticket):
    browser = signed_in(world.alice)
    answer_page = browser.post("/account/notices/", {"events": ["waiting", "resolved", "planned"]}, follow=True)
    assert "Saved." in answer_page.content.decode()
    answer(world, ticket)
    states = sent()
    assert ("reply", "Alice", "app") in states
    assert ("acknowledgement", "Alice", "sent") in states
    assert "here only" in browser.get("/inbox/").content.decode()


def test_p1_always_goes_by_mail(world):
    choose_notices(user=world.alice, events=["reply"], actor=actor_of(world.alice))
    with system_scope("the test opens a ticket"):
        urgent = make(world, "P1")
    answer(world, urgent)
    assert ("reply", "Alice", "sent") in sent()


def test_the_ladder_and_acknowledgements_cannot_be_kept_in_the_app(world):
    for event in ("acknowledgement", "response_overdue", "no such event"):
        with pytest.raises(DomainError, match="cannot be kept in the app"):
            choose_notices(user=world.agent.user, events=[event], actor=actor_of(world.agent))
    assert InAppOnly.objects.count() == 0


def test_people_choose_their_own_and_the_change_is_recorded(world):
    with pytest.raises(Forbidden):
        choose_notices(user=world.alice, events=["reply"], actor=actor_of(world.amara))
    choose_notices(user=world.alice, events=["reply", "planned"], actor=actor_of(world.alice))
    choose_notices(user=world.alice, events=["planned"], actor=actor_of(world.alice))
    assert list(InAppOnly.objects.values_list("event", flat=True)) == ["planned"]
    with system_scope("the test looks"):
        changes = AuditEntry.objects.filter(action="person.notices").order_by("pk")
        assert [entry.data["after"] for entry in changes] == [["planned", "reply"], ["planned"]]


def test_the_page_shows_the_choice_as_it_stands(world, signed_in):
    choose_notices(user=world.alice, events=["reply"], actor=actor_of(world.alice))
    form = signed_in(world.alice).get("/account/notices/").context["form"]
    told = {"waiting", "resolved", "severity_changed", "planned", "merged", "outside", "covered"}
    assert set(form["events"].value()) == told
