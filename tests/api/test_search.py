"""The list's `search`: what the page finds, as a filter; the same rights, and refusals that name the parameter."""

from urllib.parse import quote

import pytest

from helpdesk.lib.tenancy import system_scope
from tests.api.conftest import Caller, problem, ticket_of, token_for
from tests.api.test_lists import references, walk
from tests.support import actor_of
from tickets.operations.conversation import add_note
from tickets.search import statements


@pytest.fixture
def many(world):
    return [ticket_of(world, who) for who in ("alice", "bob", "alice", "alice")]


def test_words_and_filters_narrow_the_list_in_its_own_order_and_pages(world, many):
    agent = Caller(token_for(world.agent))
    word = many[0].subject.split()[0]
    assert walk(agent, f"/tickets/?search={word}&limit=3") == [["ACME-3", "ACME-2", "GLOBEX-1"], ["ACME-1"]]
    assert walk(agent, f"/tickets/?search={word}&ordering=oldest&organisation=acme") == [["ACME-1", "ACME-2", "ACME-3"]]
    assert references(agent.get(f"/tickets/?search={word}+org:globex")) == ["GLOBEX-1"]
    assert references(agent.get("/tickets/?search=zzzzz")) == []


def test_nobody_finds_a_foreign_ticket_or_a_note_of_their_own(world, many):
    with system_scope("the test writes a note"):
        add_note(ticket=many[0], body="fraudulent", actor=actor_of(world.agent))
    assert references(Caller(token_for(world.agent)).get("/tickets/?search=fraudulent")) == ["ACME-1"]
    for who in (world.alice, world.amara, world.bob, world.narrow):
        assert references(Caller(token_for(who)).get("/tickets/?search=fraudulent")) == []


@pytest.mark.parametrize("typed", ["sevrity:p1", "severity:p9", '"open', "the", "ab*"])
def test_what_cannot_be_read_is_refused_by_name(world, many, typed):
    answer = Caller(token_for(world.agent)).get(f"/tickets/?search={quote(typed)}")
    assert problem(answer) == (400, "parameter")
    assert [error["field"] for error in answer.json()["errors"]] == ["search"]


def test_a_search_that_reads_too_much_is_refused_with_what_to_do(world, many, monkeypatch):
    monkeypatch.setattr(statements, "PATIENCE", "1ms")
    monkeypatch.setattr(statements, "COMPILED", "SELECT pg_sleep(1)::text, ({all})::text, numnode({any} && {all})")
    answer = Caller(token_for(world.agent)).get("/tickets/?search=invoices")
    assert problem(answer) == (400, "parameter")
    assert "Add a word or a filter" in answer.json()["detail"]
