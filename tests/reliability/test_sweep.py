"""The sweep's promises beside the crash points: bounded statements, no storm, reminders in support hours."""

from collections import Counter
from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import DeliveryState, Notice, Suppression
from sla.models import Calendar
from sla.operations.calendars import add_holiday, confirm_year
from tests.reliability.conftest import LIMIT_PASSED, RESPONSE_PASSED, open_tickets
from tests.support import actor_of, colombo
from tickets.models import Escalation, Ticket, TicketState, TimelineEntry
from tickets.operations.conversation import reply
from tickets.operations.edits import refolding
from tickets.operations.settling import claim_batch
from tickets.operations.status import close, resolve
from tickets.operations.sweep import sweep

BOUND = 8
FRAME = ("BEGIN", "COMMIT", "SELECT set_config(")


def statements_of_a_batch() -> tuple[int, list[str]]:
    """How many events one batch records, and its statements without the transaction's and the scope's own."""
    with CaptureQueriesContext(connection) as captured, transaction.atomic(), system_scope("one batch"):
        found, _ = claim_batch(at=RESPONSE_PASSED, limit=200)
    return len(found), [query["sql"] for query in captured if not query["sql"].startswith(FRAME)]


def test_a_batch_takes_as_many_statements_for_one_event_as_for_fifty(committed_world):
    open_tickets(committed_world, 1, at="2026-01-12 10:00")
    sweep(at=RESPONSE_PASSED)  # fills the caches of versions, as any first batch of a process does
    (one,) = open_tickets(committed_world, 1)
    with transaction.atomic(), system_scope("an answer leaves the target alone to be missed"):
        resolve(ticket=one, actor=actor_of(committed_world.agent), message="Done.", at=colombo("2026-01-19 11:00"))
    (single,) = open_tickets(committed_world, 1, severity="P1", at="2026-01-19 10:00")
    events, few = statements_of_a_batch()
    assert events == 2, single
    open_tickets(committed_world, 25)
    events, many = statements_of_a_batch()
    assert events == 50
    assert len(many) == len(few) <= BOUND, many


def test_an_empty_batch_is_one_statement(committed_world):
    assert statements_of_a_batch()[0] == 0
    assert len(statements_of_a_batch()[1]) == 1


def told() -> Counter:
    with system_scope("what stands in the database"):
        return Counter(Notice.objects.values_list("reference", "event"))


def test_t37_the_first_sweep_of_a_fresh_install_with_old_tickets_does_not_storm(committed_world):
    """Three tickets, months overdue: each event once, no warning long past its use, and no pile of reminders."""
    open_tickets(committed_world, 3)
    before = told()
    at = colombo("2026-04-28 11:00")
    sweep(at=at)
    first = told() - before
    assert {event for _, event in first} == {"response_overdue", "target_missed", "limit_passed"}
    # The limit goes to level 3 with level 2 in copy, the others to one person each.
    assert {event: {n for (_, e), n in first.items() if e == event} for _, event in first} == {
        "response_overdue": {1},
        "target_missed": {1},
        "limit_passed": {2},
    }
    assert sweep(at=at) == 0
    assert told() - before == first, "the second sweep adds nothing"


def test_t37_a_ticket_just_opened_is_not_escalated_by_the_first_sweep(committed_world):
    open_tickets(committed_world, 1, at="2026-01-19 10:00")
    before = told()
    assert sweep(at=colombo("2026-01-19 10:01")) == 0
    assert told() == before


def test_t36_a_level_is_told_once_and_the_level_before_it_not_again(committed_world):
    open_tickets(committed_world, 1)
    for minute in ("2026-01-20 10:01", "2026-01-20 10:02", "2026-01-21 10:01", "2026-01-21 10:02"):
        sweep(at=colombo(minute))
    with system_scope("what stands in the database"):
        found = Notice.objects.filter(event__in=("response_overdue", "limit_passed")).order_by("event", "recipient")
        assert list(found.values_list("event", "recipient", "level")) == [
            ("limit_passed", "malini@ravingcrm.example", 3),
            ("limit_passed", "product@ravingcrm.example", 3),
            ("response_overdue", "malini@ravingcrm.example", 2),
        ]


def test_a_suppressed_address_of_a_level_is_not_mailed_by_the_sweep(committed_world):
    """The level's contact is no staff member: the block lists must be asked for it all the same."""
    with system_scope("it bounced"):
        Suppression.objects.create(address="Product@ravingcrm.example", reason="bounced for good")
    open_tickets(committed_world, 1)
    sweep(at=colombo("2026-01-21 10:01"))
    with system_scope("what stands in the database"):
        (notice,) = Notice.objects.filter(recipient__iexact="product@ravingcrm.example")
        assert (notice.state, notice.last_error) == (DeliveryState.SUPPRESSED, "bounced for good")


def reminders() -> list[tuple]:
    with system_scope("what stands in the database"):
        found = Notice.objects.filter(event="unacknowledged").order_by("id")
        return list(found.values_list("recipient", "created_at", "next_at"))


def test_t39_a_reminder_found_due_at_night_waits_for_the_opening(committed_world):
    """A P2 of Monday 10:00 is overdue on Wednesday 10:00; 270 support minutes later it is 14:30."""
    open_tickets(committed_world, 1, severity="P2")
    sweep(at=colombo("2026-01-21 10:01"))
    night, opening = colombo("2026-01-22 02:00"), colombo("2026-01-22 08:00")
    sweep(at=night)
    assert reminders() == [], "nothing is queued at night that an acknowledgement could still stop"
    sweep(at=opening)
    assert reminders() == [("malini@ravingcrm.example", opening, opening)]
    sweep(at=colombo("2026-01-22 02:05"))
    assert len(reminders()) == 1, "the next one is 270 support minutes away, not five minutes of the night"


def test_t39_a_p1_does_not_wait_for_the_morning(committed_world):
    open_tickets(committed_world, 1, severity="P1")
    sweep(at=RESPONSE_PASSED)
    night = colombo("2026-01-21 02:00")
    sweep(at=night)
    assert ("malini@ravingcrm.example", night, night) in reminders()


def test_t26_the_breach_stands_at_its_due_instant_however_late_it_is_noticed(committed_world):
    open_tickets(committed_world, 1)
    sweep(at=colombo("2026-01-23 03:00"))
    with system_scope("the record"):
        breach = TimelineEntry.objects.get(kind="breach", data__clock="response")
        assert breach.at == colombo("2026-01-20 10:00")
    assert sweep(at=colombo("2026-01-23 03:00")) == 0


def test_a_fault_in_refolding_does_not_stop_the_escalations(committed_world, monkeypatch):
    def fails(**kwargs):
        raise RuntimeError("a calendar that cannot be folded")

    told = []
    monkeypatch.setattr("tickets.operations.sweep.refresh_stale_clocks", fails)
    monkeypatch.setattr("tickets.operations.sweep.logger.exception", lambda text, *_: told.append(text))
    open_tickets(committed_world, 1)
    assert sweep(at=RESPONSE_PASSED) == 2
    [said] = told
    assert "could not be refolded" in said


def resolved_tickets(world, number: int) -> list[Ticket]:
    tickets = open_tickets(world, number)
    with transaction.atomic(), system_scope("they are solved"):
        for ticket in tickets:
            resolve(ticket=ticket, actor=actor_of(world.agent), message="Done.", at=colombo("2026-01-19 11:00"))
    return tickets


def test_resolved_tickets_close_by_themselves_once(committed_world):
    tickets = resolved_tickets(committed_world, 2)
    after = colombo("2026-01-27 08:00")  # five working days after Monday 11:00
    assert sweep(at=after) == 2
    assert sweep(at=after) == 0
    with system_scope("what stands in the database"):
        assert set(Ticket.objects.values_list("state", flat=True)) == {TicketState.CLOSED}
        closings = TimelineEntry.objects.filter(kind="closed").values_list("ticket_id", flat=True)
        assert Counter(closings) == Counter(ticket.pk for ticket in tickets)


def test_one_ticket_that_cannot_be_closed_does_not_keep_the_others_open(committed_world, monkeypatch):
    poison, good = resolved_tickets(committed_world, 2)

    def one_fails(*, ticket, **more):
        if ticket.pk == poison.pk:
            raise RuntimeError("a poison ticket")
        return close(ticket=ticket, **more)

    monkeypatch.setattr("tickets.operations.sweep.close", one_fails)
    sweep(at=colombo("2026-01-27 08:00"))
    with system_scope("what stands in the database"):
        assert Ticket.objects.get(pk=good.pk).state == TicketState.CLOSED
        assert Ticket.objects.get(pk=poison.pk).state == TicketState.RESOLVED


def test_one_ticket_that_cannot_be_refolded_does_not_keep_the_others_on_the_old_calendar(committed_world, monkeypatch):
    poison, good = open_tickets(committed_world, 2)
    add_a_day()
    fold = refolding.fold_clocks

    def one_fails(*, subject, **more):
        if subject.ticket_id == poison.pk:
            raise RuntimeError("a poison ticket")
        return fold(subject=subject, **more)

    monkeypatch.setattr(refolding, "fold_clocks", one_fails)
    sweep(at=LIMIT_PASSED)
    with system_scope("what stands in the database"):
        assert set(Escalation.objects.values_list("ticket_id", flat=True)) == {good.pk}


def test_a_calendar_edit_between_the_due_instant_and_the_sweep_loses_no_escalation(committed_world):
    swept, answered = open_tickets(committed_world, 2)
    confirm_a_year()
    with transaction.atomic(), system_scope("an answer after the due instant, before any sweep"):
        reply(ticket=answered, actor=actor_of(committed_world.agent), body="Sorry.", at=RESPONSE_PASSED)
    sweep(at=RESPONSE_PASSED)
    assert sweep(at=RESPONSE_PASSED) == 0
    with system_scope("what stands in the database"):
        for ticket in (swept, answered):
            assert Counter(Escalation.objects.filter(ticket=ticket).values_list("event")) == {("response_overdue",): 1}
            recorded = TimelineEntry.objects.filter(ticket=ticket, kind__in=("breach", "target_missed"))
            assert Counter(row.data["clock"] for row in recorded) == {"response": 1, "target": 1}
            told = Notice.objects.filter(reference=ticket.reference, event__in=("response_overdue", "target_missed"))
            assert Counter(told.values_list("event", flat=True)) == {"response_overdue": 1, "target_missed": 1}


def add_a_day() -> None:
    """A calendar edit that reaches the clocks: they must be folded anew."""
    with transaction.atomic():
        add_holiday(
            calendar=Calendar.objects.get(key="sri-lanka"), day=date(2026, 1, 20), name="A day", source="A gazette",
            categories=["mercantile"], actor=SYSTEM, at=colombo("2026-01-20 10:00"),
        )  # fmt: skip


def confirm_a_year() -> None:
    """A calendar edit: every clock stands on an older version now."""
    with transaction.atomic():
        confirm_year(calendar=Calendar.objects.get(key="sri-lanka"), year=2028, actor=SYSTEM, at=RESPONSE_PASSED)


@pytest.mark.parametrize("batch", [1, 2, 200])
def test_the_size_of_a_batch_changes_nothing_of_the_result(committed_world, batch):
    open_tickets(committed_world, 3)
    assert sweep(at=RESPONSE_PASSED, batch=batch) == 6
    assert sweep(at=RESPONSE_PASSED, batch=batch) == 0
