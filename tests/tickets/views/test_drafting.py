"""What the composer asks while somebody writes: drafts, files, colleagues, and who else is here."""

import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from helpdesk.lib.cache import ForgivingRedisCache
from tests.support import actor_of, colombo
from tickets.models import Attachment, MessageDraft, TimelineEntry
from tickets.operations.conversation import add_note

pytestmark = pytest.mark.usefixtures("everything", "monday", "no_onlookers")
AT = colombo("2026-11-16 10:20")


@pytest.fixture
def no_onlookers():
    cache.clear()


@pytest.fixture
def ticket(submit):
    return submit("P2", "2026-11-16 10:00")


def page_of(browser, ticket):
    return browser.get(ticket.path).content.decode()


def keep(browser, ticket, verb="reply", **typed):
    return browser.post(f"{ticket.path}{verb}/draft/", {"seen": "1", **typed}, headers={"HX-Request": "true"})


def test_a_draft_comes_back_on_another_device_and_to_its_writer_alone(signed_in, world, ticket):
    answer = keep(signed_in(world.agent), ticket, body="So far <b>")
    assert (answer.status_code, "Draft kept" in answer.content.decode()) == (200, True)
    elsewhere = page_of(signed_in(world.agent), ticket)
    assert "So far &lt;b&gt;</textarea>" in elsewhere
    assert "This is your draft of" in elsewhere
    for other in (world.manager, world.alice, world.amara):
        assert "So far" not in page_of(signed_in(other), ticket)


def test_a_draft_of_a_note_comes_back_as_a_note(signed_in, world, ticket):
    keep(signed_in(world.agent), ticket, "note", body="Psst")
    page = page_of(signed_in(world.agent), ticket)
    assert re.search(r'id="note-body"[^>]*>\s*Psst</textarea>', page)
    assert 'name="mode" value="note" checked' in page


def test_what_happened_since_a_draft_was_written_is_shown_with_it(signed_in, world, ticket):
    agent = signed_in(world.agent)
    keep(agent, ticket, body="So far")
    add_note(ticket=ticket, actor=actor_of(world.manager), body="The **proxy** it is.", at=AT)
    page = page_of(agent, ticket)
    assert "1 thing has happened since you wrote it" in page
    assert page.count("<strong>proxy</strong>") == 2
    assert 'name="seen" value="2"' in page


def test_a_draft_comes_back_with_its_files(signed_in, world, ticket, attach):
    agent, file = signed_in(world.agent), attach(world.agent)
    keep(agent, ticket, body="See", attachments=[str(file.public_id), "rubbish"])
    assert f'name="attachments" value="{file.public_id}" checked' in page_of(agent, ticket)


def test_a_draft_is_discarded_by_its_button_without_javascript(signed_in, world, ticket):
    agent = signed_in(world.agent)
    keep(agent, ticket, body="So far")
    answer = agent.post(f"{ticket.path}reply/draft/", {"body": "So far", "discard": "1"})
    assert (answer.status_code, MessageDraft.objects.count()) == (302, 0)


def test_after_a_lost_session_the_save_is_refused_with_401_and_writes_nothing(world, ticket):
    assert keep(Client(), ticket, body="My text").status_code == 401
    assert MessageDraft.objects.count() == 0


def test_a_text_that_is_too_long_is_not_kept_and_that_is_said(signed_in, world, ticket):
    answer = keep(signed_in(world.agent), ticket, body="x" * 50_001)
    assert answer.status_code == 422
    assert "The draft is not kept" in answer.content.decode()


def test_drafts_are_for_who_may_write_there(signed_in, world, ticket):
    assert keep(signed_in(world.bob), ticket, body="x").status_code == 404
    assert keep(signed_in(world.narrow), ticket, body="x").status_code == 404
    assert keep(signed_in(world.alice), ticket, "note", body="x").status_code == 403


def beat(browser, ticket, **said):
    return browser.post(f"{ticket.path}presence/", {"seen": "1", **said}).content.decode().strip()


def test_two_agents_are_told_of_one_another_and_what_the_other_writes(signed_in, world, ticket, at_instant):
    nimal, malini = signed_in(world.agent), signed_in(world.manager)
    assert beat(nimal, ticket) == ""
    assert "<b>Nimal</b> is looking at this ticket." in beat(malini, ticket, writing="reply")
    assert "<b>Malini</b> is writing a reply." in beat(nimal, ticket, writing="note")
    assert "<b>Nimal</b> is writing a note." in beat(malini, ticket, writing="<x>")
    assert "<b>Malini</b> is looking" in beat(nimal, ticket)


def test_who_has_gone_is_not_shown_any_more(signed_in, world, ticket, at_instant):
    beat(signed_in(world.agent), ticket)
    at_instant("2026-11-16 11:01")
    assert beat(signed_in(world.manager), ticket) == ""


def test_a_beat_tells_that_the_ticket_has_changed_under_the_page(signed_in, world, ticket):
    agent = signed_in(world.agent)
    assert beat(agent, ticket) == ""
    add_note(ticket=ticket, actor=actor_of(world.manager), body="Hm.", at=AT)
    assert "1 thing has happened since you opened this page." in beat(agent, ticket)
    assert "1 thing" not in beat(agent, ticket, seen="2")


def test_without_redis_nobody_is_named_and_nothing_breaks(signed_in, world, ticket, monkeypatch):
    away = ForgivingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 0.1}})
    monkeypatch.setattr("tickets.presence.cache", away)
    answer = signed_in(world.agent).post(f"{ticket.path}presence/", {"seen": "1"})
    assert (answer.status_code, answer.content.decode().strip()) == (200, "")


def test_presence_is_the_staffs_and_of_one_ticket(signed_in, world, ticket, submit):
    other = submit("P3", "2026-11-16 10:05")
    assert signed_in(world.alice).post(f"{ticket.path}presence/").status_code == 403
    beat(signed_in(world.agent), ticket)
    assert beat(signed_in(world.manager), other) == ""
    assert "presence" not in page_of(signed_in(world.alice), ticket)


def test_a_colleague_is_offered_by_the_first_letters(signed_in, world, ticket):
    page = signed_in(world.agent).get(f"{ticket.path}mentions/?q=ma").content.decode()
    assert re.findall(r'data-handle="(\w+)"', page) == ["Malini"]
    assert signed_in(world.alice).get(f"{ticket.path}mentions/").status_code == 403
    assert signed_in(world.narrow).get(f"{ticket.path}mentions/").status_code == 404


def test_a_mention_is_marked_in_the_timeline_and_in_the_preview(signed_in, world, ticket):
    agent, mark = signed_in(world.agent), '<span class="mention">@Malini</span>'
    typed = {"body": "@Malini, @Nadia"}
    assert mark in agent.post(f"{ticket.path}note/preview/", typed, headers={"HX-Request": "true"}).content.decode()
    agent.post(f"{ticket.path}note/", typed)
    page = page_of(agent, ticket)
    assert f"{mark}, @Nadia" in page


def stage(browser, ticket, content=b"hello", name="a <b>.txt"):
    return browser.post(f"{ticket.path}files/", {"file": SimpleUploadedFile(name, content)})


def test_a_file_is_staged_alone_and_comes_with_the_message_that_ticks_it(signed_in, world, ticket, files_folder):
    alice = signed_in(world.alice)
    answer = stage(alice, ticket)
    file = Attachment.objects.get()
    assert answer.status_code == 201
    assert f'name="attachments" value="{file.public_id}" checked' in answer.content.decode()
    assert "a _b_.txt" in answer.content.decode()
    alice.post(f"{ticket.path}reply/", {"body": "See.", "attachments": [str(file.public_id)]})
    file.refresh_from_db()
    assert file.entry == TimelineEntry.objects.get(kind="reply")


def test_a_file_that_is_refused_says_why(signed_in, world, ticket, files_folder):
    alice = signed_in(world.alice)
    empty = stage(alice, ticket, b"", name="a.txt")
    assert (empty.status_code, "“a.txt” is empty." in empty.content.decode()) == (422, True)
    assert alice.post(f"{ticket.path}files/").status_code == 422
    assert stage(signed_in(world.bob), ticket).status_code == 404
    assert Attachment.objects.count() == 0
