"""Drafts through the operations: the writer's alone, gone when sent, removed when old."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import DomainError, Forbidden
from helpdesk.lib.tenancy import scope
from tests.support import actor_of, colombo
from tickets.models import DraftKind, MessageDraft
from tickets.operations.composing import keep_note, send_reply
from tickets.operations.drafts import discard_draft, remove_old_drafts, save_draft

AT = colombo("2026-11-16 10:10")
REPLY, NOTE = DraftKind.REPLY, DraftKind.NOTE


@pytest.fixture
def ticket(submit):
    return submit("P2")


@pytest.fixture
def keep(ticket):
    def save(person, kind=REPLY, body="So far", **more):
        given = {"ticket": ticket, "actor": actor_of(person), "kind": kind, "body": body, "seen": 1, "at": AT}
        return save_draft(**{**given, **more})

    return save


def kept():
    return set(MessageDraft.objects.values_list("person__name", "kind", "body"))


def test_there_is_one_draft_for_each_person_ticket_and_kind(world, keep):
    keep(world.agent)
    keep(world.agent, body="So far, so good")
    keep(world.agent, NOTE, "Psst")
    keep(world.alice, body="Hello")
    assert kept() == {("Nimal", "reply", "So far, so good"), ("Nimal", "note", "Psst"), ("Alice", "reply", "Hello")}


@pytest.mark.parametrize("then", ["", "wait", "resolve"])
def test_a_draft_is_gone_when_it_is_sent_and_only_that_one(world, ticket, keep, then):
    keep(world.agent)
    keep(world.agent, NOTE, "Psst")
    keep(world.manager)
    send_reply(ticket=ticket, actor=actor_of(world.agent), body="So far", then=then, at=AT)
    assert kept() == {("Nimal", "note", "Psst"), ("Malini", "reply", "So far")}
    keep_note(ticket=ticket, actor=actor_of(world.agent), body="Psst", at=AT)
    assert kept() == {("Malini", "reply", "So far")}


def test_a_reply_that_is_refused_leaves_its_draft(world, ticket, keep):
    keep(world.agent)
    with pytest.raises(DomainError):
        send_reply(ticket=ticket, actor=actor_of(world.agent), body="So far", at=AT, seen=7)
    assert kept() == {("Nimal", "reply", "So far")}


def test_a_save_that_comes_in_after_the_send_that_it_raced_keeps_nothing(world, ticket, keep):
    send_reply(ticket=ticket, actor=actor_of(world.agent), body="So far", at=AT)
    assert keep(world.agent, body="So far ") is None
    assert kept() == set()
    assert keep(world.agent, body="So far", seen=2) is not None, "begun anew, on the page that shows the first"


def test_an_empty_text_forgets_the_draft_but_a_file_keeps_it(world, keep, attach):
    keep(world.agent)
    assert keep(world.agent, body=" \n") is None
    assert kept() == set()
    file = attach(world.agent)
    assert keep(world.agent, body="", files=[file.public_id]).files == [str(file.public_id)]


def test_discarding_takes_ones_own_draft_alone_and_may_be_done_twice(world, ticket, keep):
    keep(world.agent)
    keep(world.manager)
    for _ in range(2):
        discard_draft(ticket=ticket, actor=actor_of(world.agent), kind=REPLY)
    assert kept() == {("Malini", "reply", "So far")}


def test_clients_have_no_drafts_of_notes_and_the_system_has_none(world, keep):
    with pytest.raises(Forbidden):
        keep(world.alice, NOTE)
    with pytest.raises(Forbidden):
        keep(world.agent, actor=SYSTEM)
    with pytest.raises(DomainError, match="at most 50,000 fit"):
        keep(world.agent, body="x" * 50_001)


def test_old_drafts_are_removed_in_batches_and_younger_ones_stay(world, keep, submit):
    for person in (world.agent, world.manager, world.deputy):
        keep(person)
    keep(world.alice, at=AT + timedelta(days=1))
    assert remove_old_drafts(at=AT + timedelta(days=30, hours=1), batch=2) == 3
    assert kept() == {("Alice", "reply", "So far")}


def test_no_draft_of_another_organisation_is_seen_or_made(world, ticket, keep):
    keep(world.alice)
    with scope([world.globex.pk]):
        assert MessageDraft.objects.count() == 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM tickets_messagedraft")
            assert cursor.fetchone() == (0,)
    row = MessageDraft(
        organisation=world.globex, ticket=ticket, person=world.bob, kind=REPLY, body="x", seen=1, updated_at=AT
    )
    with transaction.atomic():
        row.save()
        with pytest.raises(IntegrityError, match="same_organisation"):
            connection.check_constraints()
        transaction.set_rollback(True)
