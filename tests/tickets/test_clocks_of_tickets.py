"""What the verbs do to the clocks: other helpdesks' faults (T numbers) and POLICY 4 and 5."""

from datetime import timedelta

import pytest

from helpdesk.lib.errors import Conflict
from helpdesk.lib.instants import instant_text
from helpdesk.notifications.models import Notice
from sla.models import Clock
from tests.support import actor_of, colombo
from tickets.models import Ticket, TimelineEntry
from tickets.operations.conversation import add_note, reply, resume, wait_for_client
from tickets.operations.handling import change_severity
from tickets.operations.replay import differences
from tickets.operations.status import close, reopen, resolve, withdraw
from tickets.operations.sweep import sweep


@pytest.fixture
def agent(world, everything):
    return actor_of(world.agent)


@pytest.fixture
def alice(world, everything):
    return actor_of(world.alice)


def clock(ticket, kind):
    return Clock.objects.get(ticket=ticket, kind=kind)


def stands(ticket, kind):
    found = clock(ticket, kind)
    return found.state, found.verdict, found.due_at


def test_t11_a_question_and_the_wait_in_one_step_is_the_first_response(submit, agent):
    ticket = submit("P1", "2026-11-16 10:00")
    wait_for_client(ticket=ticket, actor=agent, question="Which browser?", at=colombo("2026-11-16 11:00"))
    assert stands(ticket, "response")[:2] == ("stopped", "met")
    assert stands(ticket, "limit") == ("paused", "pending", None)


def test_t12_notes_and_automatic_replies_answer_nothing_and_a_public_reply_does(submit, agent):
    ticket = submit("P1", "2026-11-16 10:00")
    add_note(ticket=ticket, actor=agent, body="Looking.", at=colombo("2026-11-16 10:30"))
    reply(ticket=ticket, actor=agent, body="I am away.", automatic=True, at=colombo("2026-11-16 10:40"))
    assert stands(ticket, "response")[:2] == ("running", "pending")
    reply(ticket=ticket, actor=agent, body="We see it.", at=colombo("2026-11-16 10:50"))
    assert stands(ticket, "response")[:2] == ("stopped", "met")


def test_a_clients_own_message_does_not_answer_their_ticket(submit, alice):
    ticket = submit("P1", "2026-11-16 10:00")
    reply(ticket=ticket, actor=alice, body="Any news?", at=colombo("2026-11-16 10:30"))
    assert stands(ticket, "response")[:2] == ("running", "pending")


def test_t13_waiting_after_a_logged_contact_pauses_the_unanswered_response_too(submit, agent, alice):
    ticket = submit("P1", "2026-11-16 10:00")
    wait_for_client(ticket=ticket, actor=agent, contact="Called, no answer", at=colombo("2026-11-16 11:00"))
    assert [stands(ticket, kind)[0] for kind in ("response", "target", "limit")] == ["paused"] * 3
    reply(ticket=ticket, actor=alice, body="I am back.", at=colombo("2026-11-16 13:00"))
    assert stands(ticket, "response") == ("running", "pending", colombo("2026-11-17 12:00"))
    assert Ticket.objects.get().state == "open"


def test_t14_reopening_in_the_window_resumes_and_the_resolved_time_is_a_pause(submit, agent, alice):
    ticket = submit("P1", "2026-11-16 10:00")
    resolve(ticket=ticket, actor=agent, message="Done.", at=colombo("2026-11-16 12:00"))
    reopen(ticket=ticket, actor=alice, reason="Still there.", at=colombo("2026-11-17 12:00"))
    assert stands(ticket, "limit") == ("running", "pending", colombo("2026-11-19 10:00"))
    assert stands(ticket, "response")[:2] == ("stopped", "met"), "no new response clock"


def test_t14_after_the_window_a_ticket_cannot_be_reopened_and_says_what_to_do(submit, agent, alice):
    ticket = submit("P1", "2026-11-16 10:00")
    resolve(ticket=ticket, actor=agent, message="Done.", at=colombo("2026-11-16 12:00"))
    window_ends = colombo("2026-11-23 12:00")
    assert Ticket.objects.get().closes_at == window_ends
    with pytest.raises(Conflict, match="follows it"):
        reopen(ticket=ticket, actor=alice, reason="Again.", at=window_ends + timedelta(seconds=1))
    reopen(ticket=ticket, actor=alice, reason="Again.", at=window_ends)


def test_t18_a_verdict_is_frozen_when_the_clock_stops(submit, agent):
    ticket = submit("P1", "2026-11-16 10:00")
    resolve(ticket=ticket, actor=agent, message="Done.", at=colombo("2026-11-16 12:00"))
    used = clock(ticket, "limit").used
    sweep(at=colombo("2026-11-20 12:00"))
    assert stands(ticket, "limit")[:2] == ("stopped", "met")
    assert clock(ticket, "limit").used == used == timedelta(hours=2)


def test_t18_a_recorded_breach_stays_when_a_resolved_ticket_is_reopened(submit, agent, alice):
    ticket = submit("P1", "2026-11-16 10:00")
    sweep(at=colombo("2026-11-18 10:01"))
    resolve(ticket=ticket, actor=agent, message="Done.", at=colombo("2026-11-18 12:00"))
    reopen(ticket=ticket, actor=alice, reason="Still.", at=colombo("2026-11-18 14:00"))
    assert stands(ticket, "limit")[:2] == ("running", "breached")
    before = Notice.objects.count()
    assert sweep(at=colombo("2026-11-18 16:00")) == 2, "reminders of the two open rungs; no rung is climbed again"
    assert set(Notice.objects.order_by("id").values_list("event", flat=True)[before:]) == {"unacknowledged"}


@pytest.mark.parametrize(
    ("paused", "resumed", "due"),
    [
        ("2026-11-20 16:00", "2026-11-23 09:00", "2026-11-23 12:00"),  # T21: two hours of support time
        (
            "2026-11-20 17:30",
            "2026-11-23 07:00",
            "2026-11-23 10:00",
        ),  # T20: a weekend night gives nothing back
    ],
)
def test_t20_t21_only_support_time_in_the_pause_is_given_back(submit, agent, paused, resumed, due):
    ticket = submit("P1", "2026-11-20 10:00")
    wait_for_client(ticket=ticket, actor=agent, contact="Called", at=colombo(paused))
    resume(ticket=ticket, actor=agent, reason="Found it ourselves", at=colombo(resumed))
    assert clock(ticket, "response").due_at == colombo(due)


def test_t22_a_ticket_set_to_wait_at_the_moment_it_is_opened_spends_nothing(submit, agent):
    ticket = submit("P1", "2026-11-16 10:00")
    wait_for_client(ticket=ticket, actor=agent, contact="On the phone", at=colombo("2026-11-16 10:00"))
    assert sweep(at=colombo("2026-11-30 10:00")) == 0
    assert clock(ticket, "limit").used == timedelta(0)


def test_t23_a_pause_stays_credited_when_the_severity_changes_the_budget(submit, agent):
    ticket = submit("P3", "2026-11-16 10:00")
    wait_for_client(ticket=ticket, actor=agent, contact="Mailed them", at=colombo("2026-11-16 11:00"))
    resume(ticket=ticket, actor=agent, reason="They answered by phone", at=colombo("2026-11-18 11:00"))
    assert clock(ticket, "limit").used == timedelta(hours=1)
    change_severity(
        ticket=ticket, severity="P1", reason="All are affected", actor=agent, at=colombo("2026-11-18 12:00")
    )
    assert clock(ticket, "limit").due_at == colombo("2026-11-20 12:00"), "two days from the change"


def test_t25_a_weekend_ticket_answered_monday_0805_took_five_minutes(submit, agent):
    ticket = submit("P1", "2026-11-21 11:00")
    reply(ticket=ticket, actor=agent, body="We see it.", at=colombo("2026-11-23 08:05"))
    assert clock(ticket, "response").used == timedelta(minutes=5)


def test_t26_a_breach_is_recorded_at_its_instant_once_however_late_the_sweep(submit):
    ticket = submit("P1", "2026-11-16 10:00")
    sweep(at=colombo("2026-11-19 03:00"))
    sweep(at=colombo("2026-11-19 03:00"))
    breaches = TimelineEntry.objects.filter(kind="breach", data__clock="response")
    assert [entry.at for entry in breaches] == [colombo("2026-11-17 10:00")]
    assert clock(ticket, "response").breached_at == colombo("2026-11-17 10:00")


def test_t34_a_due_instant_is_absolute_and_reads_right_in_three_zones(submit):
    due = clock(submit("P1", "2026-11-20 16:59"), "response").due_at
    assert [instant_text(due, zone) for zone in ("Asia/Colombo", "Europe/London", "America/New_York")] == [
        "Mon 23 Nov 2026, 16:59 (Colombo)",
        "Mon 23 Nov 2026, 11:29 (London)",
        "Mon 23 Nov 2026, 06:29 (New York)",
    ]


def test_t39_a_reminder_of_a_p2_waits_for_support_hours_and_one_of_a_p1_does_not(submit):
    for severity in ("P1", "P2"):
        submit(severity, "2026-11-16 10:00", subject=f"{severity} fails")
    sweep(at=colombo("2026-11-18 11:00"))
    sweep(at=colombo("2026-11-19 02:00"))
    sweep(at=colombo("2026-11-19 08:00"))
    reminders = Notice.objects.filter(event="unacknowledged").order_by("id")
    assert {(notice.facts["severity"], notice.next_at) for notice in reminders} == {
        ("P1", colombo("2026-11-19 02:00")),
        ("P2", colombo("2026-11-19 08:00")),
    }


def test_a_response_answered_in_time_but_parsed_late_takes_the_breach_back(submit, agent):
    ticket = submit("P1", "2026-11-16 10:00")
    sweep(at=colombo("2026-11-17 10:05"))
    assert clock(ticket, "response").verdict == "breached"
    reply(
        ticket=ticket,
        actor=agent,
        body="Sent at nine.",
        received_at=colombo("2026-11-17 09:00"),
        at=colombo("2026-11-17 10:10"),
    )
    assert stands(ticket, "response")[:2] == ("stopped", "met")
    assert clock(ticket, "response").breached_at is None
    assert TimelineEntry.objects.filter(kind="breach_withdrawn").count() == 1
    assert TimelineEntry.objects.filter(kind="breach", data__clock="response").count() == 1, "history stays"


def test_a_silent_resolution_leaves_the_answer_owed_and_the_ticket_in_the_queue(submit, agent):
    ticket = submit("P1", "2026-11-16 10:00")
    resolve(ticket=ticket, actor=agent, at=colombo("2026-11-16 11:00"))
    assert stands(ticket, "response")[:2] == ("running", "pending")
    assert Ticket.objects.get().in_queue
    sweep(at=colombo("2026-11-17 10:01"))
    assert stands(ticket, "response")[1] == "breached"


def test_a_withdrawal_voids_the_response_and_ends_the_ticket(submit, alice):
    ticket = submit("P1", "2026-11-16 10:00")
    withdraw(ticket=ticket, actor=alice, at=colombo("2026-11-16 11:00"))
    assert stands(ticket, "response")[:2] == ("stopped", "void")
    found = Ticket.objects.get()
    assert (found.state, found.withdrawn, found.in_queue) == ("resolved", True, False)


def test_lowering_and_raising_cannot_launder_a_promise(submit, agent):
    ticket = submit("P1", "2026-11-16 10:00")
    promised = clock(ticket, "limit").due_at
    change_severity(ticket=ticket, severity="P3", reason="Not so bad", actor=agent, at=colombo("2026-11-16 11:00"))
    assert clock(ticket, "limit").due_at > promised
    change_severity(ticket=ticket, severity="P1", reason="It is", actor=agent, at=colombo("2026-11-16 12:00"))
    assert clock(ticket, "limit").due_at == promised


def test_a_severity_held_before_whose_promise_has_passed_is_due_at_once(submit, agent):
    ticket = submit("P1", "2026-11-16 10:00")
    change_severity(ticket=ticket, severity="P3", reason="Not so bad", actor=agent, at=colombo("2026-11-16 11:00"))
    again = colombo("2026-11-19 11:00")
    change_severity(ticket=ticket, severity="P1", reason="It is", actor=agent, at=again)
    assert clock(ticket, "limit").due_at == again
    sweep(at=again + timedelta(seconds=1))
    assert clock(ticket, "limit").breached_at == again


def test_the_client_is_told_of_a_new_severity_with_its_reason(submit, agent):
    ticket = submit("P3", "2026-11-16 10:00")
    change_severity(ticket=ticket, severity="P2", reason="Many users", actor=agent, at=colombo("2026-11-16 11:00"))
    notice = Notice.objects.get(reference=ticket.reference, event="severity_changed")
    assert (notice.recipient, notice.facts["message"], notice.facts["before"]) == (
        "alice@acme.example",
        "Many users",
        "P3",
    )


def test_a_resolved_ticket_closes_by_itself_at_the_windows_end(submit, agent):
    ticket = submit("P1", "2026-11-16 10:00")
    resolve(ticket=ticket, actor=agent, message="Done.", at=colombo("2026-11-16 12:00"))
    assert sweep(at=colombo("2026-11-23 12:00")) == 0
    assert sweep(at=colombo("2026-11-23 12:01")) == 1
    assert Ticket.objects.get().state == "closed"
    with pytest.raises(Conflict, match="is closed"):
        reply(ticket=ticket, actor=agent, body="One more thing", at=colombo("2026-11-24 12:00"))


def test_every_step_of_a_busy_life_replays_to_the_stored_clocks(submit, agent, alice):
    ticket = submit("P2", "2026-11-16 10:00")
    reply(ticket=ticket, actor=agent, body="Hello", at=colombo("2026-11-16 15:00"))
    wait_for_client(ticket=ticket, actor=agent, question="Which?", at=colombo("2026-11-17 09:00"))
    reply(ticket=ticket, actor=alice, body="This one", at=colombo("2026-11-18 10:00"))
    change_severity(ticket=ticket, severity="P1", reason="Worse", actor=agent, at=colombo("2026-11-18 11:00"))
    sweep(at=colombo("2026-11-25 11:01"))
    resolve(ticket=ticket, actor=agent, message="Done", at=colombo("2026-11-25 12:00"))
    reopen(ticket=ticket, actor=alice, reason="No", at=colombo("2026-11-26 12:00"))
    resolve(ticket=ticket, actor=agent, message="Now", at=colombo("2026-11-26 15:00"))
    close(ticket=ticket, actor=alice, at=colombo("2026-11-26 16:00"))
    found = Ticket.objects.select_related("organisation", "calendar").get()
    assert differences(found, at=colombo("2026-11-26 17:00")) == []
