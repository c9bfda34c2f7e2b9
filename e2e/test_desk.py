"""The desk's wider tools: many tickets at once, links, merging, and the search that finds a ticket again."""

import pytest
from playwright.sync_api import expect

from e2e.checking import check
from e2e.conftest import Visit
from e2e.steps import opened
from e2e.visitor import WAYS, Visitor, Way

FEW = "/queue/?severity=P4&organisation=ACME"


def checked(me: Visitor, way: Way) -> None:
    """Judge the page, where scripts run: the judge is one."""
    if way != "without JavaScript":
        check(me.page)


@pytest.mark.parametrize("way", WAYS)
def test_an_agent_answers_two_tickets_at_once_and_reads_the_result_of_each(visit: Visit, way: Way) -> None:
    both = [opened(f"{word} lamp flickers ({way})", severity="P4") for word in ("First", "Second")]
    me = visit("agent", way)
    me.go(FEW)
    for ticket in both:
        me.tick(f"Tick {ticket.reference}")
    me.choose("With the ticked", "Reply")
    me.press("Go on")
    me.reads("Chosen tickets")
    checked(me, way)
    me.fill("Reply", "The electrician comes on Monday.")
    me.press("Send the replies")
    me.reads_soon("Finished: 2 of 2 tickets are done")
    checked(me, way)
    me.follow(both[1].subject)
    me.reads("The electrician comes on Monday.")


@pytest.mark.parametrize("way", WAYS)
def test_an_agent_links_a_duplicate_and_merges_it_into_the_first(visit: Visit, way: Way) -> None:
    first, again = opened(f"The door sticks ({way})"), opened(f"The door sticks, still ({way})")
    me = visit("agent", way)
    me.go(again.path)
    link = me.unfold("Link with another ticket")
    me.choose("This ticket", "is a duplicate of", within=link)
    me.fill("Ticket", first.reference, within=link)
    me.press("Link them", within=link)
    linked = me.section("Linked tickets")
    me.reads("Duplicate of", within=linked)
    checked(me, way)
    me.follow(f"Merge {again.reference} into {first.reference}", within=linked)
    me.reads("This cannot be taken back.")
    checked(me, way)
    me.press("Merge them")
    me.heading(first.subject)
    me.reads(again.reference, within=me.section("Merged tickets"))


@pytest.mark.parametrize("way", WAYS)
def test_a_client_finds_a_ticket_again_by_a_word_of_it(visit: Visit, way: Way) -> None:
    opened(f"The samovar leaks ({way})", description="It drips on the ledgers.")
    me = visit("client", way)
    me.go("/search/")
    checked(me, way)
    me.fill("Words, names, numbers and filters", "ledger samovar")
    me.press("Search")
    checked(me, way)
    me.follow(f"The samovar leaks ({way})")
    me.heading("The samovar leaks")


def test_a_form_that_is_left_is_as_it_was_when_its_client_comes_back(visit: Visit) -> None:
    me = visit("client elsewhere")
    me.go("/tickets/new/")
    me.fill("Subject", "Half a thought")
    expect(me.page.get_by_text("Draft kept").first).to_be_visible()
    me.go("/tickets/")
    me.go("/tickets/new/")
    expect(me.page.get_by_label("Subject")).to_have_value("Half a thought")
    check(me.page)
