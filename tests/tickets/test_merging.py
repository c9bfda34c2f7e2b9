"""Merging: the merged ticket stops and stays readable, the other one goes on with its people."""

import pytest
from django.db import IntegrityError, connection, transaction

from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.notifications.models import Notice
from sla.models import Clock
from tests.support import actor_of, colombo
from tickets.models import Escalation, TimelineEntry
from tickets.operations.conversation import reply
from tickets.operations.merging import merge
from tickets.operations.replay import differences
from tickets.operations.status import resolve
from tickets.operations.sweep import sweep
from tickets.operations.watching import watch

pytestmark = pytest.mark.usefixtures("everything")
AT = colombo("2026-11-16 11:00")


@pytest.fixture
def pair(submit, world):
    """ACME-1 of Alice's, and ACME-2 of Amara's."""
    return submit("P1"), submit("P2", requester=world.amara, actor=actor_of(world.amara), subject="Same fault")


def merged(pair, world, **more):
    return merge(**{"ticket": pair[0], "into": pair[1], "actor": actor_of(world.agent), "at": AT, **more})


def test_t16_a_merged_ticket_escalates_no_more_and_keeps_its_history(pair, world):
    loser, winner = pair
    before = list(TimelineEntry.objects.filter(ticket=loser).values_list("pk", flat=True))
    merged(pair, world)
    sweep(at=colombo("2026-12-16 11:00"))
    loser.refresh_from_db()
    assert (loser.state, loser.merged_into_id, loser.in_queue, loser.level) == ("closed", winner.pk, False, 1)
    clocks = Clock.objects.filter(ticket=loser).values_list("state", "verdict", "breached_at", "next_event_at")
    assert list(clocks) == [("stopped", "void", None, None)] * 3
    assert Escalation.objects.filter(ticket=loser).count() == 0
    after = list(TimelineEntry.objects.filter(ticket=loser).order_by("pk").values_list("pk", "kind"))
    assert [pk for pk, _ in after][: len(before)] == before
    assert [kind for _, kind in after][len(before) :] == ["merged"]
    assert differences(loser, at=colombo("2026-12-16 11:00")) == []
    assert Escalation.objects.filter(ticket=winner).exists(), "the other one goes on"


def test_t16_reminders_of_a_merged_tickets_rungs_stop_and_its_breach_stays_on_record(pair, world):
    sweep(at=colombo("2026-11-18 11:00"))
    merged(pair, world, at=colombo("2026-11-18 11:30"))
    rung = Escalation.objects.filter(ticket=pair[0]).earliest("pk")
    assert rung.remind_at is None
    sweep(at=colombo("2026-12-16 11:00"))
    assert not TimelineEntry.objects.filter(ticket=pair[0], kind="reminded").exists()
    assert Clock.objects.get(ticket=pair[0], kind="response").verdict == "breached"


def test_its_requester_and_followers_follow_the_other_ticket_and_are_told(pair, world):
    watch(ticket=pair[0], user=world.agent.user, actor=actor_of(world.agent), at=AT)
    merged(pair, world)
    found = pair[1].watchers.values_list("member_id", "staff_id")
    assert set(found) == {(world.alice.pk, None), (None, world.agent.pk)}
    assert set(Notice.objects.filter(event="merged").values_list("recipient", flat=True)) == {world.alice.email}


def test_the_other_ticket_says_what_was_merged_into_it(pair, world):
    merged(pair, world)
    entry = TimelineEntry.objects.get(ticket=pair[1], kind="linked")
    assert (entry.body, entry.is_public) == ("ACME-1 was merged into this ticket.", True)


def test_a_reply_to_the_merged_ticket_is_refused(pair, world):
    merged(pair, world)
    with pytest.raises(Conflict, match="ACME-1 is closed"):
        reply(ticket=pair[0], actor=actor_of(world.alice), body="Any news?", at=AT)


def test_a_ticket_is_not_merged_into_itself_nor_into_another_organisations(pair, submit, world):
    foreign = submit("P3", organisation=world.globex, requester=world.bob, actor=actor_of(world.bob))
    for other, said in ((pair[0], "into itself"), (foreign, "of one organisation")):
        with pytest.raises(DomainError, match=said) as refused:
            merged(pair, world, into=other)
        assert refused.value.field == "into"


def test_neither_ticket_may_be_closed(pair, submit, world):
    merged(pair, world)
    third = submit("P3")
    for ticket, into in ((pair[0], third), (third, pair[0])):
        with pytest.raises(Conflict, match="ACME-1 is closed"):
            merge(ticket=ticket, into=into, actor=actor_of(world.agent), at=AT)


def test_a_resolved_tickets_verdicts_stay(pair, world):
    resolve(ticket=pair[0], actor=actor_of(world.agent), message="Done.", at=AT)
    merged(pair, world)
    assert set(Clock.objects.filter(ticket=pair[0]).values_list("verdict", flat=True)) == {"met"}


def test_clients_do_not_merge(pair, world):
    with pytest.raises(Forbidden):
        merged(pair, world, actor=actor_of(world.amara))


def test_the_database_merges_nothing_across_organisations(pair, submit, world):
    foreign = submit("P3", organisation=world.globex, requester=world.bob, actor=actor_of(world.bob))
    merged(pair, world)
    move = "UPDATE tickets_ticket SET merged_into_id = %s WHERE id = %s"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(move, [foreign.pk, pair[0].pk])
        with pytest.raises(IntegrityError, match="merged_into_id_same_organisation"):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)
