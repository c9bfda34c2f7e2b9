"""The search page: each of its states, marks that cannot break out of their text, pages by key, who sees what."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import actor_of, colombo
from tickets.operations.conversation import add_note, reply
from tickets.search import statements
from tickets.views import search as view

pytestmark = pytest.mark.usefixtures("everything", "monday")


def ask(browser, typed, **more):
    return browser.get("/search/", {"q": typed, **more})


def text_of(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", "", answer.content.decode())).split())


def references(answer):
    assert answer.status_code == 200
    return re.findall(r'class="ref">([^<]+)<', answer.content.decode())


def test_an_empty_box_shows_how_to_search_and_the_filters_of_ones_side(signed_in, world):
    staff, client = ask(signed_in(world.agent), ""), ask(signed_in(world.alice), " ")
    for answer in (staff, client):
        assert answer.status_code == 200
        assert "How to search" in text_of(answer)
        assert "severity:p1" in text_of(answer)
    for example in ("org:acme", "assignee:ann", "tag:invoices"):
        assert example in text_of(staff)
        assert example not in text_of(client)


def test_the_bar_holds_the_box_for_both_sides_with_what_was_searched(signed_in, world, submit):
    submit()
    for person in (world.agent, world.alice):
        page = ask(signed_in(person), "invoices").content.decode()
        bar = page[page.index("topbar-search") :][:200]
        assert 'name="q" value="invoices"' in bar
        assert 'id="topbar-search"' in signed_in(person).get("/tickets/").content.decode()


def test_a_found_ticket_shows_where_the_words_stand_with_all_typed_markup_escaped(signed_in, world, submit):
    ticket = submit(subject="<script>alert(1)</script> gateway", description="It fails.")
    reply(ticket=ticket, body="<img src=x onerror=alert(1)> gateway & more", actor=actor_of(world.agent))
    page = ask(signed_in(world.alice), "gateway").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>gateway</mark>" in page
    assert "&lt;img src=x onerror=alert(1)&gt; <mark>gateway</mark> &amp; more" in page
    assert "<img src=x" not in page
    assert "1 ticket matches." in page


def test_what_is_typed_comes_back_escaped(signed_in, world):
    page = ask(signed_in(world.agent), '"><script>alert(1)</script>"').content.decode()
    assert "<script>alert(1)" not in page


def test_a_note_is_shown_to_staff_and_neither_found_nor_shown_by_the_clients_page(signed_in, world, submit):
    ticket = submit(subject="Gateway")
    add_note(ticket=ticket, body="Gateway fraud suspected", actor=actor_of(world.agent))
    assert "<mark>fraud</mark>" in ask(signed_in(world.agent), "fraud").content.decode()
    assert references(ask(signed_in(world.alice), "fraud")) == []
    assert "suspected" not in ask(signed_in(world.alice), "gateway").content.decode()


def test_a_reference_leads_to_its_ticket_and_a_foreign_one_looks_like_a_missing_one(signed_in, world, submit):
    ticket = submit()
    answer = ask(signed_in(world.alice), "acme-1")
    assert (answer.status_code, answer["Location"]) == (302, ticket.path)
    foreign, missing = ask(signed_in(world.bob), "ACME-1"), ask(signed_in(world.bob), "ACME-9")
    assert "There is no ticket ACME-1 that you may see" in text_of(foreign)
    assert text_of(foreign).replace("ACME-1", "ACME-9").replace("ACME-942", "ACME-142") == text_of(missing)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("sevrity:p1", "“sevrity:” is no filter. There are:"),
        ("severity:p9", "“p9” is no severity"),
        ('"time out', "A quotation mark is opened and not closed"),
        ("the", "almost every text"),
    ],
)
def test_what_cannot_be_read_is_refused_beside_the_box_which_keeps_it(signed_in, world, typed, says):
    answer = ask(signed_in(world.agent), typed)
    assert answer.status_code == 400
    assert says in text_of(answer)
    assert typed in unescape(answer.content.decode())
    assert 'aria-invalid="true" aria-describedby="search-error"' in answer.content.decode()


def test_a_search_that_reads_too_much_says_so_and_the_page_stands(signed_in, world, submit, monkeypatch):
    submit()
    monkeypatch.setattr(statements, "PATIENCE", "1ms")
    monkeypatch.setattr(statements, "COMPILED", "SELECT pg_sleep(1)::text, ({all})::text, numnode({any} && {all})")
    answer = ask(signed_in(world.agent), "invoices")
    assert answer.status_code == 503
    assert "This search was given up" in text_of(answer)


def test_pages_follow_each_other_without_gap_or_repeat_though_a_ticket_arrives(signed_in, world, submit, monkeypatch):
    monkeypatch.setattr(view, "PAGE", 2)
    for minute in range(5):
        submit(at=f"2026-11-16 10:0{minute}")
    browser, seen, path = signed_in(world.agent), [], "/search/?q=invoices"
    while path:
        answer = browser.get(path)
        seen += references(answer)
        submit(at="2026-11-16 10:30")
        found = re.search(r'href="(\?q=invoices&amp;after=[^"]+)"', answer.content.decode())
        path = f"/search/{unescape(found[1])}" if found else ""
    assert seen == ["ACME-5", "ACME-4", "ACME-3", "ACME-2", "ACME-1"]


@pytest.mark.parametrize("after", ["x", "nan~1~2", "1~2", "1~99999999999999999999~3", "1e9~1~1"])
def test_a_damaged_address_of_a_further_page_is_refused(signed_in, world, submit, after):
    submit()
    answer = ask(signed_in(world.agent), "invoices", after=after)
    assert answer.status_code == 400
    assert "damaged" in text_of(answer)


def test_too_many_are_cut_at_the_newest_and_that_is_said(signed_in, world, submit, monkeypatch):
    for module in (view, statements):
        monkeypatch.setattr(module, "NEWEST", 2)
    monkeypatch.setattr("tickets.search.finding.NEWEST", 2)
    for minute in range(3):
        submit(at=f"2026-11-16 10:0{minute}")
    answer = ask(signed_in(world.agent), "invoices")
    assert references(answer) == ["ACME-3", "ACME-2"]
    assert "More than 2 tickets match. Of the newest 2, the best first." in text_of(answer)
    assert "these are the newest 2" in text_of(ask(signed_in(world.agent), "severity:p1"))


def test_staff_are_offered_the_organisations_that_a_word_may_mean(signed_in, world, submit):
    submit()
    assert 'href="?q=org:ACME"' in ask(signed_in(world.agent), "acme").content.decode()
    assert "org:ACME" not in ask(signed_in(world.narrow), "acme").content.decode()
    assert "org:" not in ask(signed_in(world.alice), "acme").content.decode()


def test_the_page_asks_as_many_statements_for_one_result_as_for_many(signed_in, world, submit):
    browser = signed_in(world.agent)

    def asked():
        with CaptureQueriesContext(connection) as caught:
            assert ask(browser, "invoices").status_code == 200
        return len(caught)

    submit()
    asked()
    one = asked()
    for minute in range(6):
        ticket = submit(at=f"2026-11-16 10:0{minute}")
        reply(ticket=ticket, body="Invoices again.", actor=actor_of(world.agent), at=colombo("2026-11-16 10:30"))
    assert asked() == one
