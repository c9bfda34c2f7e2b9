"""Calling a colleague by name: who is told, who is not, and what the text shows."""

import pytest

from helpdesk.accounts.operations import add_staff
from helpdesk.lib.actors import SYSTEM
from helpdesk.notifications.models import Notice
from tests.support import actor_of, colombo
from tickets.models import TimelineEntry
from tickets.operations.composing import send_reply
from tickets.operations.conversation import add_note, reply
from tickets.operations.mentions import handles_for

AT = colombo("2026-11-16 10:10")


@pytest.fixture
def ticket(submit):
    return submit("P2")


def told():
    return sorted(Notice.objects.filter(event="mentioned").values_list("recipient", flat=True))


def marked():
    return TimelineEntry.objects.order_by("-id")[0].data.get("mentions")


def test_who_serves_the_organisation_and_is_named_in_a_note_is_told(world, ticket):
    add_note(ticket=ticket, actor=actor_of(world.agent), body="@Malini and @indra: look, please.", at=AT)
    assert told() == ["indra@ravingcrm.example", "malini@ravingcrm.example"]
    assert marked() == [{"name": "Malini"}, {"name": "indra"}]
    notice = Notice.objects.filter(event="mentioned")[0]
    assert notice.reason == "Nimal mentioned you in an internal note."
    assert notice.facts["message"] == "@Malini and @indra: look, please."


@pytest.mark.parametrize(
    "body",
    ["@Nadia, look.", "@Nobody", "mail malini@Malini.example", "> @Malini, look\n\nDone.", "@Malinis", "Malini", "@"],
    ids=["serves another", "no name", "an address", "a quotation", "another word", "no sign", "the sign alone"],
)
def test_anything_else_is_plain_text_and_tells_nobody(world, ticket, body):
    add_note(ticket=ticket, actor=actor_of(world.agent), body=body, at=AT)
    assert (told(), marked()) == ([], None)


def test_somebody_named_twice_is_told_once_and_the_writer_never(world, ticket):
    add_note(ticket=ticket, actor=actor_of(world.agent), body="@Malini @malini @Nimal", at=AT)
    assert told() == ["malini@ravingcrm.example"]


@pytest.mark.parametrize("then", ["", "wait", "resolve"])
def test_staff_may_call_a_colleague_in_a_public_reply_too(world, ticket, then):
    send_reply(ticket=ticket, actor=actor_of(world.agent), body="@Malini will ring you; @Nadia not.", then=then, at=AT)
    assert told() == ["malini@ravingcrm.example"]


def test_clients_cannot_call_anybody(world, ticket):
    reply(ticket=ticket, actor=actor_of(world.alice), body="@Malini, now!", at=AT)
    assert (told(), marked()) == ([], None)


def test_of_two_colleagues_of_one_name_each_is_called_by_their_address(world, ticket):
    second = add_staff(
        email="malini.f@ravingcrm.example", name="Malini", role="agent", serves=None, actor=SYSTEM, password="secret-1",
        at=AT,
    )  # fmt: skip
    assert [one.handle for one in handles_for(ticket, asked="mal")] == ["malini", "malini.f"]
    add_note(ticket=ticket, actor=actor_of(world.agent), body="@malini.f, look.", at=AT)
    assert told() == [second.user.email]


def test_the_offered_are_those_who_serve_by_the_words_of_their_names(world, ticket):
    assert [one.name for one in handles_for(ticket, asked="")] == ["Dinesh", "Indra", "Malini", "Nimal", "Priya"]
    assert [one.name for one in handles_for(ticket, asked="NI")] == ["Nimal"]
    assert handles_for(ticket, asked="nadia") == []
