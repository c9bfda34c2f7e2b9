"""A replay of the clocks outlives its workers, and tells what somebody wrote over in the database itself."""

from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connection

from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import Notice
from sla.models import Clock
from tests.conftest import owner_connection
from tests.reliability.conftest import open_tickets
from tests.reliability.test_crash_points import CRASHED
from tests.support import colombo
from tickets.models import ClockDifference, ReplayRun
from tickets.operations import replay, replay_runs
from tickets.operations.replay_runs import begin_replay, go_on_replaying

AT = colombo("2026-01-19 12:00")


@pytest.fixture
def written_over(committed_world):
    """Five tickets; of each the limit was put off by a day, by the owner of the tables."""
    tickets = open_tickets(committed_world, 5)
    with closing(owner_connection(str(connection.settings_dict["NAME"]))) as owner, owner.cursor() as cursor:
        cursor.execute("SELECT set_config('app.system', 'on', false)")
        cursor.execute("UPDATE sla_clock SET due_at = due_at + interval '1 day' WHERE kind = 'limit'")
        assert cursor.rowcount == 5
    return tickets


def standing() -> tuple[int, list[int]]:
    """How many tickets of the run had their turn, and of which a difference is kept."""
    with system_scope("what stands in the database"):
        kept = ClockDifference.objects.order_by("ticket_id").values_list("ticket_id", flat=True)
        return ReplayRun.objects.get().tickets, list(kept)


def test_a_killed_replay_loses_one_batch_and_the_next_worker_goes_on(written_over, run_process, monkeypatch):
    for module in (replay, replay_runs):
        monkeypatch.setattr(module, "BATCH", 2)
    pks = [ticket.pk for ticket in written_over]
    begin_replay(actor=SYSTEM, at=AT)
    assert run_process(lambda: go_on_replaying(at=AT), crash_at="replay.before_commit") == CRASHED
    assert standing() == (0, []), "what was not committed has not happened"
    monkeypatch.setattr(replay_runs, "BATCHES", 2)
    assert go_on_replaying(at=AT) == 2
    assert standing() == (4, pks[:4])
    assert run_process(lambda: go_on_replaying(at=AT), crash_at="replay.before_commit") == CRASHED
    assert standing() == (4, pks[:4])
    while go_on_replaying(at=AT):
        pass
    assert standing() == (5, pks), "each once"
    with system_scope("what stands in the database"):
        told = Notice.objects.filter(event="clock_differs").order_by("reference").values_list("reference", flat=True)
        assert list(told) == ["ACME", "GLOBEX"], "one for each organisation"
        assert {row.stored for row in ClockDifference.objects.all()} == {
            clock.due_at.isoformat() for clock in Clock.objects.filter(kind="limit")
        }, "what was written over is told, and left as it is"
        (folded,) = {row.folded for row in ClockDifference.objects.all()}
        assert Clock.objects.filter(kind="limit").first().due_at - timedelta(days=1) == colombo("2026-01-21 10:00")
        assert folded == "2026-01-21T04:30:00+00:00"
