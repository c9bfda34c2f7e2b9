"""The states that a sweep of addresses does not meet: empty, too many, refused, gone, swapped in, open dialogs."""

import uuid
from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.checking import check
from e2e.conftest import Visit
from e2e.serving import Place
from e2e.steps import answered, crowd, newcomers, opened, resolved
from helpdesk.embedded.places import BASE

NOWHERE = f"/tickets/{uuid.UUID(int=0)}/"
MORE_THAN_A_PAGE = 56
TOO_LONG = 6 * 1024 * 1024


@pytest.fixture(scope="module")
def _newcomers(place: Place) -> None:
    newcomers()


@pytest.fixture(scope="module")
def _crowd(place: Place) -> None:
    crowd(MORE_THAN_A_PAGE)


@pytest.mark.parametrize(
    ("person", "path", "told"),
    [
        ("client", "/queue/", "Your role does not allow this"),
        ("client", NOWHERE, "Nothing to see at this address"),
        ("", "/invitations/no-such-link/", "This invitation cannot be used"),
        ("agent", "/queue/?severity=P9", "This list cannot be narrowed that way"),
        ("agent", "/queue/?severity=P1&level=3&state=waiting", "No ticket matches these filters"),
        ("admin", "/settings/audit/?action=nothing.", "Nothing"),
        ("admin", "/settings/audit/?from=yesterday", "Nothing is shown."),
        ("admin", "/settings/outbox/?ticket=ACME-999999", "No notices match"),
        ("admin", "/settings/people/?organisation=ACME&q=nobody-of-that-name", "Nobody here"),
    ],
)
def test_a_page_with_nothing_to_show_says_why_and_leads_on(visit: Visit, person: str, path: str, told: str) -> None:
    me = visit(person)
    me.go(path)
    me.reads(told)
    assert me.page.get_by_role("main").get_by_role("link").or_(me.page.locator("main form")).count(), "a dead end"
    check(me.page)


@pytest.mark.usefixtures("_newcomers")
@pytest.mark.parametrize(
    ("person", "path", "told"),
    [
        ("new client", "/tickets/", "You have no tickets yet"),
        ("new agent", "/queue/", "The queue is empty"),
        ("new account manager", "/escalations/", "Nothing waits for you"),
        ("new admin", "/settings/outbox/", "No notices"),
    ],
)
def test_a_list_in_which_nothing_is_yet_says_what_will_be(visit: Visit, person: str, path: str, told: str) -> None:
    me = visit(person)
    me.go(path)
    me.reads(told)
    check(me.page)


@pytest.mark.usefixtures("_crowd")
@pytest.mark.parametrize(
    ("person", "path"),
    [("busy client", "/tickets/"), ("busy agent", "/queue/"), ("busy agent", "/escalations/?clients=all")],
)
def test_a_list_longer_than_a_page_goes_on_on_the_next(visit: Visit, person: str, path: str) -> None:
    me = visit(person)
    me.go(path)
    check(me.page)
    me.follow("Next page")
    me.reads("The end of the list")
    check(me.page)


def test_a_refused_ticket_keeps_what_was_typed_and_marks_what_is_missing(visit: Visit) -> None:
    me = visit("client")
    me.go("/tickets/new/")
    me.fill("Subject", "Half of a ticket")
    me.attach("Files", "kept.txt", "kept")
    me.press("Submit the ticket")
    me.reads("Nothing is submitted yet")
    me.reads("kept.txt")
    expect(me.page.get_by_label("Subject")).to_have_value("Half of a ticket")
    check(me.page)


def test_a_reply_over_an_unseen_change_is_stopped_once(visit: Visit) -> None:
    ticket = opened("Two of us answer")
    me = visit("agent")
    me.go(ticket.path)
    answered(ticket, "I was faster.", by="second agent")
    me.fill("Reply", "And I was slower.")
    me.press("Send the reply")
    me.reads("Not sent yet")
    me.reads("I was faster.")
    check(me.page)
    me.press("Send it all the same")
    me.reads("And I was slower.")


def test_a_reply_to_a_ticket_that_was_closed_meanwhile_becomes_one_that_follows_it(visit: Visit) -> None:
    ticket = opened("Closed under my hands")
    resolved(ticket, "Done.")
    me, other = visit("client"), visit("client")
    me.go(ticket.path)
    other.go(ticket.path)
    other.press("It is solved: close it", within=other.unfold("Close for good"))
    me.fill("Reply", "It is back.")
    me.press("Send the reply")
    me.reads("is closed, so it cannot take a reply")
    check(me.page)


def test_what_htmx_brings_in_is_as_usable_as_the_page(visit: Visit) -> None:
    ticket = opened("Why then?", severity="P2")
    me = visit("agent")
    me.go(ticket.path)
    me.fill("Reply", "# A heading\n\n- a list\n\n> a quotation\n\n`code`")
    me.press("Preview")
    me.reads("Preview: nothing is sent yet.")
    for fold in me.page.locator("main details:not([open]) > summary").filter(visible=True).element_handles():
        fold.click()
    check(me.page)
    me.page.get_by_role("link", name="Why then?").first.click()
    expect(me.page.get_by_role("dialog")).to_be_visible()
    check(me.page)
    me.page.keyboard.press("Escape")
    expect(me.page.get_by_role("dialog")).to_be_hidden()


def test_a_proposal_that_htmx_brings_in_is_as_usable_as_the_page(visit: Visit) -> None:
    me = visit("client")
    me.go("/tickets/new/")
    me.tick("Several people", within=me.group("How much is affected?"))
    me.tick("No", within=me.group("Can the work be done in another way?"))
    me.tick("No", within=me.group("Are data at risk?"))
    me.reads("From your answers we propose")
    check(me.page)


def test_a_session_that_ended_loses_no_text(visit: Visit) -> None:
    ticket = opened("Away for lunch")
    me = visit("client")
    me.go(ticket.path)
    me.fill("Reply", "Written before lunch.")
    me.page.context.clear_cookies(name="sessionid")
    me.press("Send the reply")
    me.heading("You are signed out, so nothing was sent")
    check(me.page)


def test_a_form_of_another_session_says_so(visit: Visit) -> None:
    me = visit("")
    me.go("/accounts/login/")
    me.page.context.clear_cookies()
    me.press("Sign in")
    me.heading("This form is no longer valid")
    check(me.page)


def test_too_many_failed_attempts_are_told_to_wait(visit: Visit) -> None:
    me = visit("")
    for _ in range(9):
        me.go("/accounts/login/")
        me.fill("E-mail address", "somebody@nowhere.example")
        me.fill("Password", "not this one")
        me.press("Sign in")
    me.reads("Too many")
    check(me.page)


def test_a_text_longer_than_fits_says_what_to_do(visit: Visit) -> None:
    ticket = opened("A whole log")
    me = visit("client")
    me.go(ticket.path)
    me.page.get_by_label("Reply", exact=True).evaluate(f"(field) => {{ field.value = 'x'.repeat({TOO_LONG}) }}")
    me.press("Send the reply")
    me.heading("That was too much at once")
    check(me.page)


def test_a_new_token_is_shown_once(visit: Visit) -> None:
    me = visit("client admin")
    me.go("/account/tokens/")
    me.fill("What will use it", "A script")
    me.tick("Read")
    me.press("Make the token")
    me.reads("Copy it now")
    check(me.page)


def test_the_page_of_a_fault_of_ours_is_usable_too(visit: Visit) -> None:
    text = Path(BASE / "templates" / "500.html").read_text(encoding="utf-8")
    me = visit("")
    # As an answer of 200, since a real one would be a fault that the guards report.
    me.page.route("**/broken/", lambda route: route.fulfill(body=text, content_type="text/html"))
    me.go("/broken/")
    me.heading("Something went wrong on our side")
    check(me.page)
