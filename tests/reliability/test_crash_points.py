"""A process that ends at any named point loses nothing and doubles nothing.

Recorded exactly once, never lost, delivered at least once, and a repeat carries the same Message-ID.
"""

import ast
from collections import Counter

import pytest

from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import DeliveryState, Notice
from helpdesk.notifications.sending import deliver_due
from sla.models import Clock
from tests.architecture.source import calls, imports, product_files, tree_of
from tests.reliability.conftest import RESPONSE_PASSED
from tests.support import colombo
from tickets.models import Escalation, TimelineEntry
from tickets.operations.sweep import sweep

CRASHED = 86
ACCEPTED_BUT_UNMARKED = {"sender.accepted", "sender.before_mark", "sender.before_commit"}


def crash_points() -> list[str]:
    """Every point in the code, so that a new one cannot be forgotten here."""
    found = []
    for file in product_files():
        if "helpdesk.lib.crashpoints.reach" not in imports(tree_of(file)):
            continue
        for name, call in calls(tree_of(file)):
            if name == "reach" and isinstance(call.func, ast.Name):
                assert isinstance(call.args[0], ast.Constant), f"{file}: a point's name is written out"
                found.append(call.args[0].value)
    assert len(found) == len(set(found)), "each point has a name of its own"
    return sorted(found)


SWEEP = [point for point in crash_points() if point.startswith("sweep.")]
SENDER = [point for point in crash_points() if point.startswith("sender.")]


def test_every_point_is_the_sweeps_the_senders_the_bulk_runs_the_uploads_or_the_mails():
    """Uploads end at theirs in test_uploads.py, bulk runs in test_bulk_runs.py, mails in test_mail_crashes.py, clocks
    in test_moving_clocks.py and test_moving_policies.py, replays in test_replaying.py, subscribers in
    test_subscribers.py."""
    others = {"upload.stored", "bulk.before_commit", "bulk.after_commit", "replay.before_commit"}
    others |= {
        "recompute.before_commit",
        "policy_moves.before_commit",
        "plans.before_commit",
        "subscribers.before_mark",
    }
    others |= {point for point in crash_points() if point.startswith("mail.")}
    assert set(SWEEP) | set(SENDER) | others == set(crash_points())
    assert len(SWEEP) >= 8, "between any two statements of a batch, and around its commit"
    assert len(SENDER) >= 5
    assert set(SENDER) >= ACCEPTED_BUT_UNMARKED


def record() -> dict[str, Counter]:
    """What the escalations have left behind, with how often."""
    with system_scope("what stands in the database"):
        return {
            "timeline": Counter(
                (row.ticket_id, row.kind, row.data["clock"])
                for row in TimelineEntry.objects.filter(kind__in=("warning", "breach", "target_missed"))
            ),
            "rungs": Counter(Escalation.objects.values_list("ticket_id", "event")),
            "notices": Counter(Notice.objects.values_list("reference", "event", "recipient")),
            "breached": Counter(Clock.objects.filter(verdict="breached").values_list("ticket_id", "kind")),
        }


def expected(tickets, world) -> dict[str, Counter]:
    """After response and target have passed: two events a ticket, one rung, and who is told of what."""
    manager = {world.acme.pk: "malini", world.globex.pk: "dinesh"}
    client = {world.acme.pk: "alice@acme.example", world.globex.pk: "bob@globex.example"}
    notices = []
    for ticket in tickets:
        told = {
            "acknowledgement": client[ticket.organisation_id],
            "new_ticket": "nimal@ravingcrm.example",
            "target_missed": "nimal@ravingcrm.example",
            "response_overdue": f"{manager[ticket.organisation_id]}@ravingcrm.example",
        }
        notices += [(ticket.reference, event, recipient) for event, recipient in told.items()]
    ids = [ticket.pk for ticket in tickets]
    return {
        "timeline": Counter(key for pk in ids for key in ((pk, "breach", "response"), (pk, "target_missed", "target"))),
        "rungs": Counter((pk, "response_overdue") for pk in ids),
        "notices": Counter(notices),
        "breached": Counter((pk, kind) for pk in ids for kind in ("response", "target")),
    }


@pytest.mark.parametrize("point", SWEEP)
def test_t36_a_sweep_that_dies_at_any_point_escalates_each_ticket_exactly_once(
    committed_world, overdue, run_process, point
):
    code = run_process(lambda: sweep(at=RESPONSE_PASSED), crash_at=point)
    assert code == CRASHED
    after_the_crash = record()
    whole = expected(overdue, committed_world)
    if point == "sweep.after_commit":
        assert after_the_crash == whole, "what is committed stays"
    else:
        assert after_the_crash["timeline"] == after_the_crash["rungs"] == after_the_crash["breached"] == Counter()
    sweep(at=RESPONSE_PASSED)
    assert record() == whole
    assert sweep(at=RESPONSE_PASSED) == 0
    assert record() == whole


@pytest.mark.parametrize("point", SENDER)
def test_a_sender_that_dies_at_any_point_loses_no_mail_and_repeats_one_with_its_message_id_only(
    committed_world, overdue, run_process, mailbox, point
):
    sweep(at=RESPONSE_PASSED)
    with system_scope("what is to be sent"):
        wanted = sorted(Notice.objects.values_list("message_id", flat=True))
    assert len(wanted) == len(set(wanted)) == 12
    code = run_process(deliver_due, crash_at=point)
    assert code == CRASHED
    deliver_due()
    repeats = Counter(mailbox.ids()) - Counter(wanted)
    assert sorted(set(mailbox.ids())) == wanted, "nothing lost, and no Message-ID that was not written first"
    assert sum(repeats.values()) == (1 if point in ACCEPTED_BUT_UNMARKED else 0)
    with system_scope("how each ended"):
        assert set(Notice.objects.values_list("state", flat=True)) == {DeliveryState.SENT}
    assert deliver_due() == 0


def test_a_sweep_that_dies_while_reminding_reminds_once(committed_world, overdue, run_process):
    sweep(at=RESPONSE_PASSED)
    later = colombo("2026-01-20 14:32")
    code = run_process(lambda: sweep(at=later), crash_at="sweep.notices")
    assert code == CRASHED
    sweep(at=later)
    with system_scope("what stands in the database"):
        found = Counter(Notice.objects.filter(event="unacknowledged").values_list("reference", "recipient"))
        assert set(found.values()) == {1}
        assert len(found) == len(overdue)
        assert set(Escalation.objects.values_list("reminders", flat=True)) == {1}


def test_without_a_named_point_the_process_goes_through_them_all(committed_world, overdue, run_process):
    assert run_process(lambda: sweep(at=RESPONSE_PASSED)) == 0
    assert record() == expected(overdue, committed_world)
