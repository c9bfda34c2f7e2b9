"""The client's journey: from the sign-in page to a ticket that was answered, escalated, reopened and closed."""

import pytest

from e2e.conftest import Visit
from e2e.people import EMAILS
from e2e.steps import answered, resolved, ticket_of
from e2e.visitor import WAYS, Way
from helpdesk.embedded.demo import PASSWORD


@pytest.mark.parametrize("way", WAYS)
def test_a_client_opens_a_ticket_and_follows_it_to_its_end(visit: Visit, way: Way) -> None:
    me = visit("", way)
    me.go("/")
    me.fill("E-mail address", EMAILS["client"])
    me.fill("Password", PASSWORD)
    me.press("Sign in")
    me.heading("Your tickets")

    me.follow("New ticket")
    me.fill("Subject", f"The report stays empty ({way})")
    me.tick("Several people", within=me.group("How much is affected?"))
    me.tick("No", within=me.group("Can the work be done in another way?"))
    me.tick("No", within=me.group("Are data at risk?"))
    if way == "without JavaScript":
        me.press("Propose a severity")
    me.reads("From your answers we propose")
    me.tick("P3", within=me.group("How severe is it?"))
    me.fill("Description", "It shows no row since this morning.")
    me.press("Submit the ticket")
    me.heading("The report stays empty")
    for promise in ("First response", "Resolution target", "Resolution limit"):
        me.reads(promise)

    me.fill("Reply", "It has one row now.")
    me.attach("Files", "report.txt", "one row")
    me.press("Send the reply")
    me.reads("It has one row now.")
    me.reads("report.txt")

    climbing = me.unfold("Escalate")
    me.fill("Why this needs the next level", "Payday is tomorrow.", within=climbing)
    me.press("Call the next level", within=climbing)
    me.reads("Payday is tomorrow.")
    me.reads("Level 2")

    ticket = ticket_of(me.page)
    answered(ticket, "Look again, please.")
    resolved(ticket, "The index was rebuilt.")
    me.go(ticket.path)
    me.reads("The index was rebuilt.")
    again = me.unfold("Reopen")
    me.fill("What is still wrong", "It is empty again.", within=again)
    me.press("Reopen", within=again)
    me.reads("It is empty again.")

    resolved(ticket, "Rebuilt, and watched.")
    me.go(ticket.path)
    word = me.unfold("Did it help?")
    me.tick("Partly", within=word)
    me.fill("Anything to add", "The second time.", within=word)
    me.press("Tell the team", within=word)
    me.reads("The second time.")
    me.press("It is solved: close it", within=me.unfold("Close for good"))
    me.reads("is closed for good")
    me.press("Sign out")
    me.heading("Sign in")
