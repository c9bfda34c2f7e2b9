"""The reopen window is support time: dates closed while it is open move its end later (POLICY 4 and 6)."""

from datetime import date, timedelta

import pytest

from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import Conflict
from sla.models import Calendar
from sla.operations.calendars import add_holiday, remove_holiday
from tests.support import actor_of, colombo
from tickets.models import Ticket, TicketState
from tickets.operations.edits.recompute import refresh_stale_clocks
from tickets.operations.status import reopen, resolve
from tickets.operations.sweep import close_due
from tickets.window import is_in_window, window_end

pytestmark = pytest.mark.django_db
RESOLVED, ENDS, LATER = colombo("2026-11-16 12:00"), colombo("2026-11-23 12:00"), colombo("2026-11-25 12:00")
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def resolved(world, submit) -> Ticket:
    """Resolved on Monday at 12:00: the window is 45 hours, until Monday at 12:00. Tuesday the 24th is Poya."""
    ticket = submit("P1", "2026-11-16 10:00")
    resolve(ticket=ticket, actor=actor_of(world.agent), message="Done.", at=RESOLVED)
    assert stored().closes_at == ENDS
    return ticket


def stored() -> Ticket:
    return Ticket.objects.select_related("calendar", "organisation").get()


def close_the_day(day: str, at: str) -> None:
    calendar = Calendar.objects.get(key="sri-lanka")
    add_holiday(
        calendar=calendar, day=date.fromisoformat(day), name="Mourning", categories=["mercantile"], source="Gazette",
        actor=SYSTEM, at=colombo(at),
    )  # fmt: skip


def test_a_date_closed_within_the_window_moves_its_end_over_a_holiday(resolved, submit):
    submit("P3", "2026-11-16 11:00")  # a clock that runs: the next round takes the edit up
    close_the_day("2026-11-20", "2026-11-18 09:00")
    refresh_stale_clocks(at=colombo("2026-11-18 09:01"))
    assert Ticket.objects.get(pk=resolved.pk).closes_at == LATER


@pytest.mark.parametrize(
    ("day", "at"),
    [("2026-11-25", "2026-11-18 09:00"), ("2026-11-17", "2026-11-18 09:00"), ("2026-11-23", "2026-11-23 12:01")],
)
def test_a_date_after_the_window_one_that_is_past_and_an_edit_after_its_end_move_nothing(resolved, day, at):
    close_the_day(day, at)
    assert window_end(stored(), at=colombo("2026-11-23 13:00")) == ENDS


def test_a_holiday_removed_brings_no_window_forward(world, submit):
    ticket = submit("P1", "2026-11-18 10:00")
    resolve(ticket=ticket, actor=actor_of(world.agent), message="Done.", at=colombo("2026-11-18 12:00"))
    promised = stored().closes_at
    assert promised == colombo("2026-11-26 12:00")
    calendar = Calendar.objects.get(key="sri-lanka")
    poya = calendar.holidays.get(date="2026-11-24")
    remove_holiday(holiday=poya, reason="Moved by gazette", actor=SYSTEM, at=colombo("2026-11-19 09:00"))
    assert window_end(stored(), at=colombo("2026-11-19 10:00")) == promised


def test_no_round_closes_it_before_the_later_end_and_it_is_reopened_until_then(world, resolved):
    close_the_day("2026-11-20", "2026-11-18 09:00")
    assert stored().closes_at == ENDS, "no clock runs, so no round had anything to take up"
    assert close_due(at=ENDS + A_SECOND) == 0
    ticket = stored()
    assert (ticket.state, ticket.closes_at) == (TicketState.RESOLVED, LATER)
    assert is_in_window(ticket, LATER)
    assert not is_in_window(ticket, LATER + A_SECOND)
    with pytest.raises(Conflict):
        reopen(ticket=ticket, actor=actor_of(world.alice), reason="Again.", at=LATER + A_SECOND)
    assert close_due(at=LATER) == 0
    assert close_due(at=LATER + A_SECOND) == 1
    assert stored().state == TicketState.CLOSED


def test_it_is_reopened_in_the_longer_window_before_any_round_has_moved_it(world, resolved):
    close_the_day("2026-11-20", "2026-11-18 09:00")
    reopen(ticket=resolved, actor=actor_of(world.alice), reason="Again.", at=LATER)
    assert stored().state == TicketState.OPEN


def test_a_ticket_that_was_reopened_meanwhile_is_left_alone(world, resolved):
    close_the_day("2026-11-20", "2026-11-18 09:00")
    reopen(ticket=resolved, actor=actor_of(world.alice), reason="Again.", at=colombo("2026-11-18 10:00"))
    assert close_due(at=LATER) == 0
    assert stored().closes_at is None
