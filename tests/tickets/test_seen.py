"""`seen`: who acts upon an older version of a ticket is told what has happened since, and nothing is written."""

import inspect

import pytest

from helpdesk.lib.errors import Stale
from tests.support import actor_of, colombo
from tickets.models import TimelineEntry
from tickets.operations import conversation, covering, handling, scheduling, status
from tickets.queries import version_of

VERBS = [
    conversation.reply, conversation.add_note, conversation.wait_for_client, conversation.resume, handling.assign,
    handling.change_severity, scheduling.plan, handling.escalate, handling.acknowledge, status.resolve, status.withdraw,
    status.reopen, status.close, covering.mark_outside, covering.mark_covered,
]  # fmt: skip
AT = colombo("2026-11-16 10:10")


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
def test_every_verb_takes_the_version_that_was_seen(verb):
    assert inspect.signature(verb).parameters["seen"].default is None


def test_two_changes_since_are_counted_and_the_newest_is_named(world, submit):
    ticket = submit("P2")
    seen = version_of(ticket, staff=True)
    conversation.add_note(ticket=ticket, actor=actor_of(world.agent), body="Looking.", at=AT)
    conversation.reply(ticket=ticket, actor=actor_of(world.alice), body="Any news?", at=AT)
    before = TimelineEntry.objects.count()
    with pytest.raises(Stale) as refusal:
        status.resolve(ticket=ticket, actor=actor_of(world.agent), at=AT, seen=seen)
    assert (refusal.value.changes, refusal.value.last) == (2, "Reply by Alice")
    assert refusal.value.message == (
        "2 things happened to ACME-1 since you last read it; the newest: Reply by Alice. "
        "Nothing was changed: read it again, then decide."
    )
    assert TimelineEntry.objects.count() == before
    status.resolve(ticket=ticket, actor=actor_of(world.agent), at=AT, seen=seen + 2)


def test_a_client_is_told_nothing_of_what_is_internal(world, submit):
    ticket = submit("P2")
    seen = version_of(ticket, staff=False)
    conversation.add_note(ticket=ticket, actor=actor_of(world.agent), body="Hush.", at=AT)
    assert version_of(ticket, staff=False) == seen
    conversation.reply(ticket=ticket, actor=actor_of(world.alice), body="Any news?", at=AT, seen=seen)
    conversation.reply(ticket=ticket, actor=actor_of(world.agent), body="Soon.", at=AT)
    conversation.add_note(ticket=ticket, actor=actor_of(world.agent), body="Hush.", at=AT)
    with pytest.raises(Stale) as refusal:
        conversation.reply(ticket=ticket, actor=actor_of(world.alice), body="Thanks.", at=AT, seen=seen + 1)
    assert (refusal.value.changes, refusal.value.last) == (1, "Reply by Nimal")


@pytest.mark.parametrize("seen", [-1, 0, 99])
def test_a_version_that_never_was_is_stale(world, submit, seen):
    with pytest.raises(Stale):
        conversation.reply(ticket=submit("P2"), actor=actor_of(world.agent), body="x", at=AT, seen=seen)
