"""A bulk run survives the death of whoever works it off, and several workers do each ticket once."""

import uuid
from collections import Counter

import pytest

from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import Notice
from tests.reliability.conftest import open_tickets
from tests.reliability.test_concurrency import at_once
from tests.reliability.test_crash_points import CRASHED
from tests.support import actor_of
from tickets.models import BulkItem, BulkRun, EntryKind, TimelineEntry
from tickets.operations.bulk import start_run, work_off


@pytest.fixture
def replies(committed_world):
    """A run that replies to five tickets of two organisations."""
    tickets = open_tickets(committed_world, 5)
    with system_scope("the test's run"):
        return start_run(
            verb="reply",
            arguments={"body": "It is mended."},
            tickets=[ticket.public_id for ticket in tickets],
            actor=actor_of(committed_world.agent),
            submission_key=uuid.uuid4(),
        )


def record() -> dict[str, Counter]:
    with system_scope("what stands in the database"):
        return {
            "outcomes": Counter(BulkItem.objects.values_list("outcome", flat=True)),
            "replies": Counter(TimelineEntry.objects.filter(kind=EntryKind.REPLY).values_list("ticket_id", flat=True)),
            "mails": Counter(Notice.objects.filter(event="reply").values_list("reference", flat=True)),
        }


def assert_whole() -> None:
    found = record()
    assert found["outcomes"] == {"done": 5}
    assert sorted(found["replies"].values()) == sorted(found["mails"].values()) == [1] * 5
    with system_scope("the run"):
        assert BulkRun.objects.get().finished_at is not None


@pytest.mark.parametrize("point", ["bulk.before_commit", "bulk.after_commit"])
def test_a_worker_killed_half_way_leaves_the_rest_to_the_next_and_no_ticket_is_done_twice(replies, run_process, point):
    assert work_off(limit=2) == 2
    assert run_process(work_off, crash_at=point) == CRASHED
    committed = 3 if point == "bulk.after_commit" else 2
    assert record()["outcomes"] == {"done": committed, "pending": 5 - committed}
    assert sum(record()["replies"].values()) == committed
    assert work_off() == 5 - committed
    assert_whole()
    assert work_off() == 0


def test_two_workers_share_a_run_and_do_each_ticket_once(replies):
    found = at_once(work_off, work_off)
    assert sum(found) == 5  # type: ignore[arg-type]
    work_off()  # whoever came last may have seen the other's ticket still going on
    assert_whole()
