"""Where people write: two modes that cannot be confused, a preview, and a stop when the ticket changed meanwhile."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.support import actor_of, colombo
from tickets.models import Attachment, Ticket, TimelineEntry
from tickets.operations.conversation import add_note, reply

pytestmark = pytest.mark.usefixtures("everything", "monday")
AT = colombo("2026-11-16 10:20")


@pytest.fixture
def ticket(submit):
    return submit("P2", "2026-11-16 10:00")


def page_of(browser, ticket):
    return browser.get(ticket.path).content.decode()


def seen_on(page):
    """The version that the page's forms carry."""
    (version,) = set(re.findall(r'name="seen" value="(\d+)"', page))
    return version


def bodies(ticket):
    return list(TimelineEntry.objects.filter(ticket=ticket, kind="reply").order_by("id").values_list("body", flat=True))


def test_a_reply_and_a_note_are_two_forms_with_a_word_for_each(signed_in, world, ticket):
    page = page_of(signed_in(world.agent), ticket)
    assert re.findall(r'name="mode" value="(\w+)"( checked)?', page) == [("reply", " checked"), ("note", "")]
    assert "Alice sees it and gets a mail." in page
    assert "Only staff see it." in page
    theirs = page_of(signed_in(world.alice), ticket)
    assert 'name="mode"' not in theirs
    assert "gets a mail" not in theirs


def test_a_reply_may_wait_or_resolve_where_the_state_allows_it(signed_in, world, ticket):
    agent = signed_in(world.agent)
    assert re.findall(r'name="then" value="(\w*)"', page_of(agent, ticket)) == ["", "wait", "resolve"]
    assert re.findall(r'name="then" value="(\w*)"', page_of(signed_in(world.alice), ticket)) == [""]
    agent.post(f"{ticket.path}reply/", {"body": "Which one?", "then": "wait"})
    assert Ticket.objects.get().state == "waiting"
    assert re.findall(r'name="then" value="(\w*)"', page_of(agent, ticket)) == ["", "resolve"]
    agent.post(f"{ticket.path}reply/", {"body": "Done.", "then": "resolve"})
    assert Ticket.objects.get().state == "resolved"


def test_a_client_cannot_resolve_by_a_made_up_button(signed_in, world, ticket):
    answer = signed_in(world.alice).post(f"{ticket.path}reply/", {"body": "Mine", "then": "resolve"})
    assert answer.status_code == 403
    assert (Ticket.objects.get().state, bodies(ticket)) == ("open", [])


def test_of_two_agents_the_second_is_stopped_sees_the_first_ones_reply_and_sends_on_purpose(signed_in, world, ticket):
    """Neither loses text, and a reply cannot go out over an unseen change without a second look."""
    nimal, malini = signed_in(world.agent), signed_in(world.manager)
    seen = seen_on(page_of(nimal, ticket))
    assert seen_on(page_of(malini, ticket)) == seen
    malini.post(f"{ticket.path}reply/", {"body": "It is the **proxy**.", "seen": seen})
    stopped = nimal.post(f"{ticket.path}reply/", {"body": "It is the printer.", "seen": seen, "then": "resolve"})
    page = stopped.content.decode()
    assert stopped.status_code == 409
    assert bodies(ticket) == ["It is the **proxy**."]
    notice = page[page.index('id="unseen"') : page.index("Your text is kept below")]
    assert "Malini" in notice
    assert "<strong>proxy</strong>" in notice
    assert "It is the printer.</textarea>" in page
    assert "Send it all the same" in page
    second = nimal.post(f"{ticket.path}reply/", {"body": "It is the printer.", "seen": seen_on(page)})
    assert second.status_code == 302
    assert bodies(ticket) == ["It is the **proxy**.", "It is the printer."]


def test_the_second_look_is_asked_again_when_something_happens_after_the_first(signed_in, world, ticket):
    nimal = signed_in(world.agent)
    seen = seen_on(page_of(nimal, ticket))
    reply(ticket=ticket, actor=actor_of(world.alice), body="One.", at=AT)
    page = nimal.post(f"{ticket.path}reply/", {"body": "Mine.", "seen": seen}).content.decode()
    reply(ticket=ticket, actor=actor_of(world.alice), body="Two.", at=AT)
    again = nimal.post(f"{ticket.path}reply/", {"body": "Mine.", "seen": seen_on(page)})
    assert again.status_code == 409
    assert "Two." in again.content.decode()


def test_a_client_is_stopped_by_what_they_can_see_and_by_nothing_else(signed_in, world, ticket):
    alice = signed_in(world.alice)
    seen = seen_on(page_of(alice, ticket))
    add_note(ticket=ticket, actor=actor_of(world.agent), body="Hush.", at=AT)
    assert alice.post(f"{ticket.path}reply/", {"body": "Any news?", "seen": seen}).status_code == 302
    reply(ticket=ticket, actor=actor_of(world.agent), body="Which one?", at=AT)
    stopped = alice.post(f"{ticket.path}reply/", {"body": "Hello?", "seen": seen})
    assert stopped.status_code == 409
    assert "Which one?" in stopped.content.decode()
    assert "Hush" not in stopped.content.decode()


@pytest.mark.parametrize("seen", ["-1", "99", "x", "١", "1" * 30])
def test_a_version_that_never_was_stops_the_reply_and_keeps_its_text(signed_in, world, ticket, seen):
    answer = signed_in(world.agent).post(f"{ticket.path}reply/", {"body": "My text", "seen": seen})
    assert answer.status_code == 409
    assert "My text</textarea>" in answer.content.decode()
    assert bodies(ticket) == []


def test_a_note_is_kept_whatever_has_happened(signed_in, world, ticket):
    reply(ticket=ticket, actor=actor_of(world.alice), body="One.", at=AT)
    assert signed_in(world.agent).post(f"{ticket.path}note/", {"body": "Hm.", "seen": "1"}).status_code == 302


@pytest.mark.parametrize("verb", ["reply", "note"])
def test_a_preview_without_javascript_is_the_page_with_the_text_and_its_files_and_sends_nothing(
    signed_in, world, ticket, files_folder, verb
):
    typed = {"body": "**Hello** there", "seen": "1", "file": SimpleUploadedFile("a.txt", b"hello")}
    answer = signed_in(world.agent).post(f"{ticket.path}{verb}/preview/", typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<strong>Hello</strong> there" in page
    assert "**Hello** there</textarea>" in page
    assert f'name="attachments" value="{Attachment.objects.get().public_id}" checked' in page
    assert "Nothing was changed" not in page
    assert f'value="{verb}" checked' in page
    assert TimelineEntry.objects.count() == 1


def test_a_preview_for_htmx_is_that_part_alone(signed_in, world, ticket):
    answer = signed_in(world.alice).post(
        f"{ticket.path}reply/preview/", {"body": "*Hi* <b>"}, headers={"HX-Request": "true"}
    )
    page = answer.content.decode()
    assert "<em>Hi</em> &lt;b&gt;" in page
    assert "<html" not in page


def test_previews_are_for_who_may_write(signed_in, world, ticket):
    assert signed_in(world.bob).post(f"{ticket.path}reply/preview/", {"body": "x"}).status_code == 404
    assert signed_in(world.alice).post(f"{ticket.path}note/preview/", {"body": "x"}).status_code == 403
