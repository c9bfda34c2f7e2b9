"""What people do on the ticket's page: each verb's happy path, and refusals that lose nothing."""

import re

import pytest

from helpdesk.accounts.operations import deactivate_person
from tests.support import actor_of, colombo
from tickets.models import Escalation, Ticket, TimelineEntry
from tickets.operations.conversation import wait_for_client
from tickets.operations.handling import acknowledge, escalate
from tickets.operations.status import close, resolve

pytestmark = pytest.mark.usefixtures("everything", "monday")


@pytest.fixture
def ticket(submit):
    return submit("P2", "2026-11-16 10:00")


@pytest.fixture
def waiting(ticket, world):
    wait_for_client(ticket=ticket, actor=actor_of(world.agent), question="Which one?", at=colombo("2026-11-16 10:20"))
    return ticket


@pytest.fixture
def resolved(ticket, world):
    return resolve(ticket=ticket, actor=actor_of(world.agent), message="Done.", at=colombo("2026-11-16 10:30"))


@pytest.fixture
def rung(ticket, world):
    escalate(ticket=ticket, actor=actor_of(world.alice), reason="Urgent.", at=colombo("2026-11-16 10:30"))
    return Escalation.objects.get()


def last_of(ticket):
    """The newest entry: its kind, text and whether the client sees it."""
    entry = TimelineEntry.objects.filter(ticket=ticket).order_by("at", "id").last()
    return entry.kind, entry.body, entry.is_public


def do(browser, ticket, verb, **typed):
    answer = browser.post(f"{ticket.path}{verb}/", typed)
    assert (answer.status_code, answer["Location"]) == (302, ticket.path)
    return Ticket.objects.get(pk=ticket.pk)


def test_a_client_and_an_agent_talk(signed_in, world, ticket):
    do(signed_in(world.agent), ticket, "reply", body="We look at it.")
    assert last_of(ticket) == ("reply", "We look at it.", True)
    do(signed_in(world.alice), ticket, "reply", body="Thank you.")
    assert last_of(ticket) == ("reply", "Thank you.", True)


def test_an_agent_keeps_an_internal_note(signed_in, world, ticket):
    do(signed_in(world.agent), ticket, "note", body="Their proxy again.")
    assert last_of(ticket) == ("note", "Their proxy again.", False)


def test_an_agent_waits_with_a_question_and_the_clients_answer_resumes(signed_in, world, ticket):
    assert do(signed_in(world.agent), ticket, "waiting", question="Which invoice?", contact="").state == "waiting"
    assert do(signed_in(world.alice), ticket, "reply", body="Number 7.").state == "open"


def test_an_agent_waits_with_a_logged_contact(signed_in, world, ticket):
    do(signed_in(world.agent), ticket, "waiting", question="", contact="Called Alice, she sends a log.")
    assert last_of(ticket) == ("waiting", "The client was contacted: Called Alice, she sends a log.", True)


def test_an_agent_goes_on_without_an_answer(signed_in, world, waiting):
    assert do(signed_in(world.agent), waiting, "resumption", reason="Found it alone.").state == "open"


def test_an_agent_resolves_and_the_client_reopens_or_closes(signed_in, world, ticket):
    agent, client = signed_in(world.agent), signed_in(world.alice)
    assert do(agent, ticket, "resolution", message="Fixed in 4.2.").state == "resolved"
    assert do(client, ticket, "reopening", reason="Still wrong.").state == "open"
    assert do(agent, ticket, "resolution", message="").state == "resolved"
    assert do(client, ticket, "closure").state == "closed"


def test_a_client_withdraws(signed_in, world, ticket):
    found = do(signed_in(world.alice), ticket, "withdrawal", reason="It works again.")
    assert (found.state, found.withdrawn) == ("resolved", True)


def test_an_agent_assigns_to_somebody_who_serves_the_client_and_back_to_nobody(signed_in, world, ticket):
    browser = signed_in(world.agent)
    assert do(browser, ticket, "assignment", assignee=str(world.agent.pk)).assignee == world.agent
    assert do(browser, ticket, "assignment", assignee="").assignee is None
    refused = browser.post(f"{ticket.path}assignment/", {"assignee": str(world.narrow.pk)})
    assert refused.status_code == 422, "Nadia serves Globex only"


def test_an_agent_changes_the_severity_with_a_reason(signed_in, world, ticket):
    assert do(signed_in(world.agent), ticket, "severity", severity="P1", reason="All are affected.").severity == "P1"


def test_an_agent_plans_a_p4(signed_in, world, submit):
    ticket = submit("P4")
    found = do(signed_in(world.agent), ticket, "plan", planned_on="2026-12-15", reason="Next release.")
    assert str(found.planned_on) == "2026-12-15"


def test_a_client_asks_for_the_next_level(signed_in, world, ticket):
    assert do(signed_in(world.alice), ticket, "escalation", reason="We lose money.").level == 2


def test_an_escalation_is_acknowledged_from_the_ticket(signed_in, world, ticket, rung):
    do(signed_in(world.manager), ticket, f"escalations/{rung.pk}/acknowledgement")
    rung.refresh_from_db()
    assert rung.acknowledged_by == world.manager.user
    assert "Held by Malini" in signed_in(world.alice).get(ticket.path).content.decode()


def test_who_comes_second_is_told_who_holds_it(signed_in, world, ticket, rung):
    acknowledge(escalation=rung, actor=actor_of(world.manager), at=colombo("2026-11-16 10:40"))
    answer = signed_in(world.agent).post(f"{ticket.path}escalations/{rung.pk}/acknowledgement/")
    assert answer.status_code == 409
    assert "Malini has acknowledged this already" in answer.content.decode()


def test_an_escalation_of_another_ticket_is_not_found_below_this_one(signed_in, world, rung, submit):
    other = submit("P3", "2026-11-16 10:40")
    answer = signed_in(world.agent).post(f"{other.path}escalations/{rung.pk}/acknowledgement/")
    assert answer.status_code == 404


TEXTS = {
    "reply": ("body", "Write the reply first."),
    "note": ("body", "Write the note first."),
    "resumption": ("reason", "Say why the ticket goes on."),
    "severity": ("reason", "Say why the severity changes"),
    "escalation": ("reason", "Say why this needs the next level."),
    "plan": ("reason", "Say why; the client is told."),
}


@pytest.mark.parametrize("verb", TEXTS)
def test_an_empty_text_is_refused_beside_its_field(signed_in, world, ticket, verb):
    field, message = TEXTS[verb]
    answer = signed_in(world.agent).post(f"{ticket.path}{verb}/", {field: "  ", "severity": "P1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="{verb}-{field}_error">{message}' in page
    assert "Nothing was changed" in page


def test_a_megabyte_is_refused_and_still_there(signed_in, world, ticket):
    text = "endless " * 131_072
    answer = signed_in(world.alice).post(f"{ticket.path}reply/", {"body": text})
    assert answer.status_code == 422
    assert "1,048,576 characters long; at most 50,000 fit" in answer.content.decode()
    assert text in answer.content.decode()


def test_an_unknown_severity_is_refused_and_the_reason_is_still_there(signed_in, world, ticket):
    answer = signed_in(world.agent).post(f"{ticket.path}severity/", {"severity": "P7", "reason": "My long reason"})
    assert answer.status_code == 422
    assert "“P7” is no severity" in answer.content.decode()
    assert "My long reason" in answer.content.decode()


def test_an_impossible_date_is_refused_and_still_there(signed_in, world, submit):
    ticket = submit("P4")
    answer = signed_in(world.agent).post(
        f"{ticket.path}plan/", {"planned_on": "2026-02-30", "reason": "My long reason"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Give the date as year-month-day" in page
    assert 'value="2026-02-30"' in page
    assert "My long reason" in page


def test_a_verb_that_the_state_does_not_allow_is_refused_and_its_text_is_still_there(signed_in, world, resolved):
    answer = signed_in(world.agent).post(f"{resolved.path}waiting/", {"question": "One more thing?"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "ACME-1 is resolved, so it cannot be set to wait for the client." in page
    assert "One more thing?" in page


def test_after_the_window_reopening_is_refused_with_the_way_out(signed_in, world, resolved, at_instant):
    at_instant("2026-12-01 12:00")
    answer = signed_in(world.alice).post(f"{resolved.path}reopening/", {"reason": "It is back."})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Open a new ticket that follows it instead" in page
    assert "It is back." in page
    assert f"/tickets/new/?follows={resolved.public_id}" in page


def test_a_closed_ticket_offers_nothing_but_a_follow_up_a_rating_and_followers(signed_in, world, resolved):
    close(ticket=resolved, actor=actor_of(world.alice), at=colombo("2026-11-16 10:40"))
    page = signed_in(world.alice).get(resolved.path).content.decode()
    offered = [f"{resolved.path}{verb}/" for verb in ("rating", "followers")]
    assert re.findall(f'action="({resolved.path}[^"]*)', page) == offered
    assert f"/tickets/new/?follows={resolved.public_id}" in page


@pytest.mark.parametrize("verb", ["note", "waiting", "resumption", "resolution", "assignment", "severity", "plan"])
def test_clients_may_not_do_what_is_the_staffs(signed_in, world, ticket, verb):
    before = TimelineEntry.objects.count()
    answer = signed_in(world.amara).post(f"{ticket.path}{verb}/", {"body": "x", "reason": "x", "question": "x"})
    assert answer.status_code == 403
    assert TimelineEntry.objects.count() == before


@pytest.mark.parametrize("verb", ["withdrawal", "closure"])
def test_staff_may_not_do_what_is_the_clients(signed_in, world, ticket, verb):
    assert signed_in(world.agent).post(f"{ticket.path}{verb}/").status_code == 403


def test_reading_a_verbs_address_changes_nothing(signed_in, world, ticket):
    browser = signed_in(world.agent)
    assert browser.options(f"{ticket.path}resolution/").status_code == 405
    assert browser.put(f"{ticket.path}resolution/").headers["Allow"] == "GET, HEAD, POST"
    assert Ticket.objects.get().state == "open"


@pytest.mark.parametrize("who", ["alice", "agent"])
@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("verb", ["reply", "note", "resolution", "escalations/1/acknowledgement"])
def test_the_address_of_a_refused_form_leads_back_to_the_ticket(signed_in, world, ticket, who, method, verb):
    answer = getattr(signed_in(getattr(world, who)), method)(f"{ticket.path}{verb}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, ticket.path)


def test_the_address_of_a_foreign_tickets_form_leads_nowhere(signed_in, world, ticket):
    assert signed_in(world.bob).get(f"{ticket.path}reply/").status_code == 404


def test_a_removed_persons_reply_is_refused_and_its_text_is_given_back(signed_in, world, ticket):
    browser = signed_in(world.alice)
    deactivate_person(user=world.alice, actor=actor_of(world.admin))
    answer = browser.post(f"{ticket.path}reply/", {"body": "My long text"})
    page = answer.content.decode()
    assert answer.status_code == 401
    assert "You are signed out, so nothing was sent" in page
    assert "My long text" in page
    assert TimelineEntry.objects.filter(kind="reply").count() == 0
