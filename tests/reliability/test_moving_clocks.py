"""Moving clocks after a calendar edit survives the death of whoever moves them: no clock is left half-moved."""

from datetime import date

import pytest

from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from sla.models import Calendar, Clock
from sla.operations.calendars import add_holiday
from tests.reliability.conftest import open_tickets
from tests.reliability.test_crash_points import CRASHED
from tests.support import colombo
from tickets.models import EntryKind, TimelineEntry
from tickets.operations.edits import recompute
from tickets.operations.replay import replay_clocks

AT = colombo("2026-01-19 12:00")


class Killed(BaseException):
    """The process ends between two batches."""


def moved() -> dict[int, set[int]]:
    """The calendar versions that each ticket's clocks stand on."""
    found: dict[int, set[int]] = {}
    with system_scope("what stands in the database"):
        for ticket_id, version in Clock.objects.values_list("ticket_id", "calendar_version_id"):
            found.setdefault(ticket_id, set()).add(version)
    return found


def test_a_worker_killed_half_way_leaves_whole_tickets_and_the_next_goes_on(committed_world, run_process, monkeypatch):
    tickets = open_tickets(committed_world, 5)
    calendar = Calendar.objects.get(key="sri-lanka")
    old = calendar.current_version_id
    new = add_holiday(
        calendar=calendar, day=date(2026, 1, 20), name="A day", categories=["mercantile"], source="A gazette",
        actor=SYSTEM, at=AT,
    ).pk  # fmt: skip
    monkeypatch.setattr(recompute, "BATCH", 2)

    def dies(_turns: int, _tickets: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        recompute.refresh_stale_clocks(at=AT, each=dies)
    half = {ticket.pk: {new} if i < 2 else {old} for i, ticket in enumerate(tickets)}
    assert moved() == half
    assert run_process(lambda: recompute.refresh_stale_clocks(at=AT), crash_at="recompute.before_commit") == CRASHED
    assert moved() == half, "what was not committed has not happened"
    assert recompute.refresh_stale_clocks(at=AT) == 3
    assert moved() == {ticket.pk: {new} for ticket in tickets}
    assert recompute.refresh_stale_clocks(at=AT) == 0
    with system_scope("what stands in the database"):
        told = TimelineEntry.objects.filter(kind=EntryKind.DEADLINE_MOVED).values_list("ticket_id", flat=True)
        assert sorted(told) == [ticket.pk for ticket in tickets], "each is told once"
    assert replay_clocks(at=AT) == []
