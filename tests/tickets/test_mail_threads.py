"""From a token or a Message-ID to its ticket, within the organisations in scope and no further."""

import pytest

from helpdesk.lib.tenancy import scope
from helpdesk.notifications.models import Direction, MessageReference
from helpdesk.notifications.operations import record_message
from helpdesk.notifications.reply_address import Purpose
from helpdesk.notifications.threads import read_reply_address, read_thread_id, reply_address, thread_id, was_sent_to
from tests.isolation.conftest import make_pair
from tests.support import colombo
from tickets.inbound.threads import ticket_of_message_ids, ticket_of_token

AT = colombo("2026-01-20 12:00")


@pytest.fixture
def pair(world):
    return make_pair(world)


def keep(ticket, message_id: str, **more) -> None:
    given = {"organisation_id": ticket.organisation_id, "reference": ticket.reference, "address": "x@acme.example"}
    record_message(**{**given, "message_id": message_id, "direction": Direction.IN, "at": AT, **more})


def test_an_id_finds_its_ticket_in_scope_and_none_beyond_it(world, pair):
    own_root = thread_id(organisation_id=world.acme.pk, number=pair.acme.number)
    foreign_root = thread_id(organisation_id=world.globex.pk, number=pair.globex.number)
    with scope({world.globex.pk}):
        keep(pair.globex, "<same@mail.example>")
        keep(pair.globex, "<theirs@mail.example>")
    with scope({world.acme.pk}):
        keep(pair.acme, "<same@mail.example>")
        keep(pair.acme, "  ")
        keep(pair.acme, f"<{'long' * 200}@mail.example>")
        for known in ("same@mail.example", " <same@mail.example> ", f"{'long' * 200}@mail.example", own_root):
            assert ticket_of_message_ids(["nobody@mail.example", known]) == pair.acme
        for unknown in ("theirs@mail.example", foreign_root, "", "x", f"{own_root}x"):
            assert ticket_of_message_ids([unknown]) is None
        assert ticket_of_message_ids([]) is None
        assert ticket_of_message_ids([foreign_root, "theirs@mail.example", own_root]) == pair.acme


def test_the_first_ticket_to_have_an_id_keeps_it(world, pair):
    with scope({world.acme.pk}):
        keep(pair.acme, "once@mail.example")
        keep(pair.acme, "once@mail.example", reference="ACME-999")
        assert ticket_of_message_ids(["once@mail.example"]) == pair.acme
        rows = MessageReference.objects.filter(message_id="once@mail.example")
        assert [(row.reference, row.direction, row.at) for row in rows] == [(pair.acme.reference, "in", AT)]


def test_a_reply_address_finds_its_ticket_and_says_whom_it_was_sent_to(world, pair, settings):
    ticket = pair.acme
    given = {"organisation_id": ticket.organisation_id, "number": ticket.number, "recipient": world.alice.email}
    address = reply_address(purpose=Purpose.REPLY, **given)
    assert address.startswith("support+")
    token = read_reply_address(address)
    with scope({world.acme.pk}):
        assert ticket_of_token(token) == ticket
    with scope({world.globex.pk}):
        assert ticket_of_token(token) is None
    assert was_sent_to(token, world.alice.email.upper())
    assert not was_sent_to(token, world.bob.email)
    thread = thread_id(organisation_id=ticket.organisation_id, number=ticket.number)
    assert read_reply_address(f"support+{thread.partition('@')[0]}@{address.partition('@')[2]}") is None
    assert read_thread_id(f"{address.partition('@')[0].partition('+')[2]}@{settings.MESSAGE_ID_DOMAIN}") is None
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-" + "1" * 50
    assert read_reply_address(address) == token
    assert was_sent_to(token, world.alice.email)
    settings.SECRET_KEY_FALLBACKS = []
    assert read_reply_address(address) is None
