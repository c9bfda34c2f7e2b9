"""The form of a new ticket shows the known issues that are like what is typed, and no others'."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.tenancy import scope
from status.matching import matching, words_of
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
WHERE = "/status/matches/"


@pytest.fixture
def found(world):
    def titles(typed):
        with scope({world.acme.pk}):
            return [one.title for one in matching(typed)]

    return titles


def test_a_word_of_the_title_of_a_component_or_of_what_was_told_finds_an_issue(tell, component, found):
    reports = component("Reports")
    tell("Invoices are late", {}, body="The printer queue is full.")
    tell("Trouble", {reports: "degraded_performance"}, body="Slow since nine.")
    assert found("my invoice is missing") == ["Invoices are late"]
    assert found("PRINTERS do nothing") == ["Invoices are late"]
    assert found("the report takes minutes") == ["Trouble"]
    assert found("I cannot work, please help") == [], "words that say nothing find nothing"
    assert (found(""), found("a b")) == ([], [])


def test_the_likest_stands_first_and_three_are_enough(tell, found):
    for number in range(4):
        tell(f"Mail {number}", {})
    tell("Mail to invoices", {})
    assert found("invoices by mail")[0] == "Mail to invoices"
    assert len(found("mail")) == 3


def test_what_is_over_drafted_or_others_own_is_not_shown(world, tell, go_on, found):
    tell("Mail of theirs", only=[world.globex])
    tell("Mail drafted", published=False)
    go_on(tell("Mail was down"), "resolved", "2026-11-16 11:00")
    assert found("mail") == []


def test_many_issues_take_as_many_statements_as_few(world, tell):
    def statements():
        with scope({world.acme.pk}), CaptureQueriesContext(connection) as found:
            matching("mail is slow")
        return len(found)

    tell("Mail")
    few = statements()
    for number in range(5):
        tell(f"Mail {number}")
    assert (few, statements()) == (4, 4)


def test_the_form_offers_to_join_with_what_was_typed(world, signed_in, tell):
    incident, alice = tell("Mail is slow"), signed_in(world.alice)
    page = alice.get("/tickets/new/").content.decode()
    assert (WHERE in page, "/status/known/" in page) == (True, True)
    part = alice.post(WHERE, {"subject": "Our mails", "description": ""}).content.decode()
    action = f"/status/incidents/{incident.public_id}/me-too/"
    assert f'formaction="{action}"' in part
    alice.post(action, {"subject": "Our mails are late", "description": "All of them.", "severity": "P4"})
    with scope({world.acme.pk}):
        ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.description) == ("Our mails are late", "All of them.")
    assert alice.post(WHERE, {"subject": "Lunch"}).content.strip() == b""
    staff = signed_in(world.agent)
    assert WHERE not in staff.get("/tickets/new/?organisation=ACME").content.decode()
    assert staff.post(WHERE, {"subject": "mail"}).content.strip() == b""


def test_words_are_compared_without_their_case():
    assert words_of("The Mail-Server, is DOWN; ab") == {"mail", "server", "down"}
