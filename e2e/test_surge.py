"""A surge: like tickets of two organisations are proposed as one incident, and one update answers them all."""

from playwright.sync_api import expect

from e2e.conftest import Visit
from e2e.steps import opened
from status.operations.surges import find_surges
from status.operations.threads import answer_threads

SUBJECTS = ("Barcodes are blank", "Blank barcodes on each label", "Why are all barcodes blank?", "Our barcodes: blank")


def test_four_like_tickets_become_an_incident_that_answers_them_with_one_update(visit: Visit) -> None:
    writers = ("client", "client elsewhere")
    tickets = [opened(subject, by=writers[number % 2]) for number, subject in enumerate(SUBJECTS)]
    find_surges()

    agent = visit("agent")
    agent.go("/incidents/")
    cards = agent.page.get_by_role("region", name="Several clients write of the same")
    card = cards.filter(has_text="barcodes")  # what other journeys write may be alike, too
    agent.reads("4 tickets of 2 organisations", within=card)
    agent.reads("barcodes", within=card)
    card.locator("summary").click()
    agent.reads(SUBJECTS[0], within=card)
    agent.follow("Open an incident with them", within=card)
    agent.reads("For 4 tickets of 2 organisations")
    agent.fill("Title", "Barcodes are printed blank")
    agent.tick("Only the organisations chosen here")
    agent.tick("Acme Trading")
    agent.tick("Globex")
    agent.fill("What is told", "We know of it and look for the cause.")
    agent.press("Publish it")
    agent.heading("Barcodes are printed blank")
    for ticket in tickets:
        agent.reads(ticket.reference, within=agent.section("Tickets on it"))

    agent.fill("What is told", "A font was missing. Barcodes are printed again.")
    agent.choose("Phase", "Resolved")
    agent.press("Tell it")
    agent.reads("A font was missing.")
    answer_threads()
    for name, ticket in zip(writers, tickets, strict=False):
        client = visit(name)
        client.go(f"/tickets/{ticket.public_id}/")
        client.reads_soon("A font was missing. Barcodes are printed again.")
    agent.go("/incidents/")
    expect(card).to_have_count(0)
