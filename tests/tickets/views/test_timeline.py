"""The timeline as it is read: public and internal told apart, Markdown, folds and anchors."""

import re

import pytest

from tests.support import actor_of, colombo
from tickets.operations.conversation import add_note, reply
from tickets.operations.handling import assign, escalate
from tickets.operations.sweep import sweep

pytestmark = pytest.mark.usefixtures("everything", "monday")
AT = colombo("2026-11-16 10:20")


@pytest.fixture
def ticket(submit):
    return submit("P2", "2026-11-16 10:00")


def entries_of(page):
    """Each entry by its anchor: its classes and its inner markup."""
    return dict(re.findall(r'<li class="entry ([^"]+)" id="entry-\d+">(.*?)</li>', page, re.DOTALL))


def page_of(browser, ticket):
    return browser.get(ticket.path).content.decode()


def test_staff_are_told_by_a_word_of_each_message_whether_the_client_sees_it(signed_in, world, ticket):
    reply(ticket=ticket, actor=actor_of(world.agent), body="We look.", at=AT)
    add_note(ticket=ticket, actor=actor_of(world.agent), body="Their proxy.", at=AT)
    found = entries_of(page_of(signed_in(world.agent), ticket))
    assert "Public: the client sees this" in found["public from-staff"]
    assert "Internal: the client does not see this" in found["internal"]
    theirs = page_of(signed_in(world.alice), ticket)
    assert "the client sees this" not in theirs
    assert "Their proxy" not in theirs


def test_a_message_is_markdown_and_what_was_typed_is_what_is_stored(signed_in, world, ticket):
    entry = reply(ticket=ticket, actor=actor_of(world.agent), body="**Restart** it.\n\n> Which one?", at=AT)
    page = page_of(signed_in(world.alice), ticket)
    assert "<strong>Restart</strong> it." in page
    assert "Quoted text" in page
    assert entry.body == "**Restart** it.\n\n> Which one?"


def test_every_entry_has_an_anchor_of_its_own(signed_in, world, ticket):
    entry = reply(ticket=ticket, actor=actor_of(world.agent), body="We look.", at=AT)
    page = page_of(signed_in(world.alice), ticket)
    assert page.count(f'id="entry-{entry.pk}"') == 1
    assert f'href="#entry-{entry.pk}"' in page


def test_events_in_a_row_are_folded_but_alarms_and_escalations_stand_out(signed_in, world, ticket):
    for number in range(4):
        assign(ticket=ticket, assignee=world.agent if number % 2 else None, actor=actor_of(world.agent), at=AT)
    escalate(ticket=ticket, actor=actor_of(world.alice), reason="We lose money.", at=AT)
    sweep(at=colombo("2026-11-25 12:00"))
    page = page_of(signed_in(world.agent), ticket)
    [folded] = re.findall(r'<li class="entry event events">(.*?)</details>', page, re.DOTALL)
    assert folded.count("assigned the ticket") == 4
    assert "4 events" in folded
    assert "We lose money." not in folded
    assert "overdue" not in folded
    assert "We lose money." in page
    assert "The first response is overdue" in page


def test_two_events_are_not_folded(signed_in, world, ticket):
    for assignee in (world.agent, None):
        assign(ticket=ticket, assignee=assignee, actor=actor_of(world.agent), at=AT)
    assert "entry event events" not in page_of(signed_in(world.agent), ticket)
