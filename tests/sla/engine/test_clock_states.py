"""The fold by table: states and verdicts (POLICY 4)."""

from dataclasses import replace

import pytest

from sla.engine.entries import Entry, EntryKind, State, Verdict
from tests.sla.engine.world import LIMIT, POLICY, RESPONSE, TARGET, calendar, entry, m, read, t

OPENED = entry("2026-11-16 10:00", "opened", "P2")  # Monday; response due Wed 10:00, limit Mon 23 10:00


def test_before_the_opening_there_is_no_clock():
    reading = read(OPENED, at="2026-11-16 09:59")
    assert (reading.state, reading.verdict, reading.due, reading.legs) == (
        State.NONE,
        Verdict.PENDING,
        None,
        (),
    )


def test_a_timeline_without_an_opening_has_no_clock():
    assert read(entry("2026-11-16 10:00", "paused"), at="2026-11-17 10:00").state is State.NONE


def test_a_running_clock_tells_all_its_figures():
    reading = read(OPENED, at="2026-11-17 09:00")
    assert (reading.state, reading.verdict) == (State.RUNNING, Verdict.PENDING)
    assert (reading.used, reading.budget, reading.remaining) == (m(480), m(2700), m(2220))
    assert (reading.due, reading.promised) == (t("2026-11-23 10:00"), t("2026-11-23 10:00"))
    assert reading.warn_at == t("2026-11-19 16:45")
    assert (reading.started_at, reading.stopped_at, reading.paused_since) == (
        t("2026-11-16 10:00"),
        None,
        None,
    )
    assert (reading.breached_at, reading.provisional, reading.severity) == (None, False, "P2")


@pytest.mark.parametrize(
    ("at", "verdict", "breached_at"),
    [
        ("2026-11-23 10:00", Verdict.PENDING, None),
        ("2026-11-23 10:00:00.000001", Verdict.BREACHED, t("2026-11-23 10:00")),
        ("2026-12-23 10:00", Verdict.BREACHED, t("2026-11-23 10:00")),
    ],
)
def test_overdue_begins_after_the_due_instant_and_is_dated_to_it(at, verdict, breached_at):
    reading = read(OPENED, at=at)
    assert (reading.state, reading.verdict, reading.breached_at) == (State.RUNNING, verdict, breached_at)
    assert reading.due == t("2026-11-23 10:00")
    assert reading.remaining == m(0)


@pytest.mark.parametrize(
    ("at", "verdict"),
    [("2026-11-18 10:00", Verdict.MET), ("2026-11-18 10:00:00.000001", Verdict.BREACHED)],
)
def test_an_answer_at_the_due_instant_is_in_time(at, verdict):
    reading = read(OPENED, entry(at, "responded"), at="2026-11-20 10:00", kind=RESPONSE)
    assert (reading.state, reading.verdict, reading.stopped_at) == (State.STOPPED, verdict, t(at))
    assert reading.due == t("2026-11-18 10:00")


def test_an_answer_recorded_late_but_received_in_time_withdraws_the_breach():
    assert read(OPENED, at="2026-11-18 12:00", kind=RESPONSE).verdict is Verdict.BREACHED
    later = [entry("2026-11-18 11:00", "paused"), entry("2026-11-18 09:00", "responded")]
    assert read(OPENED, *later, at="2026-11-18 12:00", kind=RESPONSE).verdict is Verdict.MET


def test_entries_after_the_instant_of_the_reading_have_not_happened_yet():
    reading = read(OPENED, entry("2026-11-17 10:00", "resolved"), at="2026-11-17 09:59")
    assert reading.state is State.RUNNING


def test_entries_before_the_opening_take_effect_at_it():
    reading = read(OPENED, entry("2026-11-16 09:00", "responded"), at="2026-11-16 11:00", kind=RESPONSE)
    assert (reading.verdict, reading.stopped_at, reading.used) == (Verdict.MET, OPENED.at, m(0))


def test_a_paused_clock_shows_no_due_instant_but_what_is_left():
    reading = read(OPENED, entry("2026-11-17 10:00", "paused"), at="2026-12-17 10:00")
    assert (reading.state, reading.verdict) == (State.PAUSED, Verdict.PENDING)
    assert (reading.due, reading.warn_at, reading.paused_since) == (None, None, t("2026-11-17 10:00"))
    assert (reading.used, reading.remaining) == (m(540), m(2160))
    assert reading.promised == t("2026-11-23 10:00")


def test_a_budget_used_up_as_the_pause_begins_is_due_then():
    pause = entry("2026-11-23 10:00", "paused")
    at_once = read(OPENED, pause, at="2026-11-23 10:00")
    assert (at_once.state, at_once.verdict, at_once.due) == (
        State.PAUSED,
        Verdict.PENDING,
        t("2026-11-23 10:00"),
    )
    later = read(OPENED, pause, at="2026-11-23 10:01")
    assert (later.state, later.verdict, later.breached_at) == (State.PAUSED, Verdict.BREACHED, at_once.due)


def test_a_budget_used_up_at_closing_is_due_at_closing_though_the_pause_begins_at_night():
    opened = entry("2026-11-16 08:00", "opened", "P1")
    reading = read(opened, entry("2026-11-17 22:00", "paused"), at="2026-11-18 09:00")
    assert (reading.due, reading.breached_at) == (t("2026-11-17 17:00"), t("2026-11-17 17:00"))


def test_pausing_twice_and_resuming_twice_changes_nothing():
    once = [OPENED, entry("2026-11-17 10:00", "paused"), entry("2026-11-18 10:00", "resumed")]
    twice = [
        *once,
        entry("2026-11-17 12:00", "paused"),
        entry("2026-11-18 12:00", "resumed"),
        entry("2026-11-16 11:00", "resumed"),
    ]
    assert read(*twice, at="2026-11-19 10:00") == read(*once, at="2026-11-19 10:00")


def test_a_silent_resolution_leaves_the_answer_owed():
    resolved = entry("2026-11-17 10:00", "resolved")
    reading = read(OPENED, resolved, at="2026-11-17 12:00", kind=RESPONSE)
    assert (reading.state, reading.verdict, reading.due) == (
        State.RUNNING,
        Verdict.PENDING,
        t("2026-11-18 10:00"),
    )
    assert read(OPENED, resolved, at="2026-11-19 10:00", kind=RESPONSE).verdict is Verdict.BREACHED


def test_a_silent_resolution_ends_the_wait_of_the_response_clock():
    pause, resolved = entry("2026-11-16 12:00", "paused"), entry("2026-11-17 10:00", "resolved")
    reading = read(OPENED, pause, resolved, at="2026-11-17 12:00", kind=RESPONSE)
    assert (reading.state, reading.used, reading.due) == (State.RUNNING, m(240), t("2026-11-18 17:00"))


def test_a_resolution_with_a_message_answers():
    resolved = entry("2026-11-17 10:00", "resolved", message=True)
    assert read(OPENED, resolved, at="2026-11-19 10:00", kind=RESPONSE).verdict is Verdict.MET


@pytest.mark.parametrize("kind", ["withdrawn", "closed"])
def test_withdrawing_or_closing_voids_a_pending_answer_but_no_breach(kind):
    in_time = read(OPENED, entry("2026-11-17 10:00", kind), at="2026-11-30 10:00", kind=RESPONSE)
    assert (in_time.state, in_time.verdict, in_time.breached_at) == (State.STOPPED, Verdict.VOID, None)
    late = read(OPENED, entry("2026-11-19 10:00", kind), at="2026-11-30 10:00", kind=RESPONSE)
    assert (late.state, late.verdict) == (State.STOPPED, Verdict.BREACHED)
    assert late.breached_at == t("2026-11-18 10:00")


@pytest.mark.parametrize("kind", ["resolved", "withdrawn", "closed"])
@pytest.mark.parametrize("clock", [TARGET, LIMIT])
def test_whatever_ends_a_ticket_stops_its_resolution_clocks(kind, clock):
    reading = read(OPENED, entry("2026-11-17 10:00", kind), at="2026-11-30 10:00", kind=clock)
    assert (reading.state, reading.verdict, reading.used) == (State.STOPPED, Verdict.MET, m(540))
    assert reading.stopped_at == t("2026-11-17 10:00")


def test_target_and_limit_are_judged_apart():
    late_for_target = entry("2026-11-20 10:00", "resolved")  # the target was Thu 19 10:00
    target = read(OPENED, late_for_target, at="2026-11-30 10:00", kind=TARGET)
    limit = read(OPENED, late_for_target, at="2026-11-30 10:00", kind=LIMIT)
    assert (target.verdict, target.breached_at) == (Verdict.BREACHED, t("2026-11-19 10:00"))
    assert (limit.verdict, limit.breached_at) == (Verdict.MET, None)


def test_a_clock_resolved_while_paused_has_no_due_instant_but_the_one_promised_last():
    entries = [OPENED, entry("2026-11-17 10:00", "paused"), entry("2026-11-18 10:00", "resolved")]
    reading = read(*entries, at="2026-11-30 10:00")
    assert (reading.state, reading.verdict, reading.due) == (State.STOPPED, Verdict.MET, None)
    assert (reading.promised, reading.used) == (t("2026-11-23 10:00"), m(540))
    assert reading.paused_since is None


def test_no_promise_is_measured_and_never_breached():
    opened = entry("2026-11-16 10:00", "opened", "P4")
    running = read(opened, at="2027-03-16 10:00")
    assert (running.state, running.verdict, running.due, running.budget) == (
        State.RUNNING,
        Verdict.PENDING,
        None,
        None,
    )
    assert (running.remaining, running.warn_at, running.promised) == (None, None, None)
    stopped = read(opened, entry("2026-11-17 10:00", "resolved"), at="2026-11-30 10:00")
    assert (stopped.verdict, stopped.used, stopped.due) == (Verdict.VOID, m(540), None)


def test_reopening_resumes_the_same_clock_and_the_resolved_time_is_a_pause():
    entries = [OPENED, entry("2026-11-17 10:00", "resolved"), entry("2026-11-19 10:00", "reopened")]
    reading = read(*entries, at="2026-11-19 11:00")
    assert (reading.state, reading.verdict, reading.used) == (State.RUNNING, Verdict.PENDING, m(600))
    assert (reading.due, reading.stopped_at) == (t("2026-11-26 10:00"), None)
    response = read(*entries, at="2026-11-19 11:00", kind=RESPONSE)
    assert response.breached_at == t("2026-11-18 10:00")


def test_reopening_keeps_a_breach():
    entries = [OPENED, entry("2026-11-25 10:00", "resolved"), entry("2026-11-26 10:00", "reopened")]
    reading = read(*entries, at="2026-11-26 10:30")
    assert (reading.state, reading.verdict) == (State.RUNNING, Verdict.BREACHED)
    assert (reading.due, reading.breached_at) == (t("2026-11-23 10:00"), t("2026-11-23 10:00"))


def test_reopening_starts_no_new_response_clock():
    entries = [OPENED, entry("2026-11-16 12:00", "responded"), entry("2026-11-17 10:00", "resolved")]
    reopened = [*entries, entry("2026-11-19 10:00", "reopened")]
    before = read(*entries, at="2026-11-30 10:00", kind=RESPONSE)
    assert read(*reopened, at="2026-11-30 10:00", kind=RESPONSE) == before


def test_a_pause_after_a_reopening_is_given_back_too():
    entries = [
        OPENED,
        entry("2026-11-17 10:00", "resolved"),
        entry("2026-11-19 10:00", "reopened"),
        entry("2026-11-19 12:00", "paused"),
        entry("2026-11-20 12:00", "resumed"),
    ]
    assert read(*entries, at="2026-11-20 13:00").due == t("2026-11-27 10:00")


def test_the_warning_comes_at_three_quarters_of_the_budget_and_only_while_it_can_help():
    assert read(OPENED, at="2026-11-16 10:00", kind=RESPONSE).warn_at == t("2026-11-17 14:30")
    assert read(OPENED, at="2026-11-17 16:00", kind=RESPONSE).warn_at == t("2026-11-17 14:30")
    assert read(OPENED, at="2026-11-18 10:01", kind=RESPONSE).warn_at is None
    assert read(OPENED, at="2026-11-16 10:00", kind=TARGET).warn_at is None
    half = replace(POLICY, warn_percent=50)
    assert read(OPENED, at="2026-11-16 10:00", kind=RESPONSE, policy=half).warn_at == t("2026-11-17 10:00")


def test_the_warning_waits_for_a_pause_to_end():
    entries = [OPENED, entry("2026-11-17 10:00", "paused"), entry("2026-11-18 10:00", "resumed")]
    assert read(*entries, at="2026-11-18 10:00", kind=RESPONSE).warn_at == t("2026-11-18 14:30")


def test_a_deadline_in_a_year_not_confirmed_is_provisional():
    assert read(entry("2026-12-30 10:00", "opened", "P1"), at="2026-12-30 11:00").provisional is True
    assert read(entry("2026-12-29 10:00", "opened", "P1"), at="2026-12-29 11:00").provisional is False
    p4 = entry("2026-12-30 10:00", "opened", "P4")
    assert read(p4, at="2027-12-30 11:00").provisional is False


def test_the_end_of_the_nth_day_is_the_alternative_reading():
    nth = replace(POLICY, reading="end_of_nth_day")
    opened = entry("2026-11-16 10:00", "opened", "P1")
    reading = read(opened, at="2026-11-16 10:00", policy=nth)
    assert (reading.due, reading.budget) == (t("2026-11-18 17:00"), m(1500))
    paused = [opened, entry("2026-11-16 15:00", "paused"), entry("2026-11-17 09:00", "resumed")]
    assert read(*paused, at="2026-11-17 10:00", policy=nth).due == t("2026-11-19 11:00")


def test_minutes_that_are_no_whole_days_are_elapsed_under_either_reading():
    odd = replace(POLICY, minutes={"P1": {LIMIT: 600}}, reading="end_of_nth_day")
    assert read(entry("2026-11-16 10:00", "opened", "P1"), at="2026-11-16 10:00", policy=odd).due == t(
        "2026-11-17 11:00"
    )


def test_a_calendar_that_never_opens_has_a_promise_that_never_falls_due():
    from tests.sla.engine.world import week_calendar

    reading = read(OPENED, at="2030-11-16 10:00", base=week_calendar("Asia/Colombo", {}))
    assert (reading.due, reading.verdict, reading.remaining) == (None, Verdict.PENDING, m(2700))


def test_what_cannot_be_folded_is_refused():
    from sla.engine.clock import fold

    with pytest.raises(ValueError, match="the policy has no severity 'P9'"):
        read(entry("2026-11-16 10:00", "opened", "P9"), at="2026-11-17 10:00")
    with pytest.raises(ValueError, match="the policy has no severity None"):
        read(entry("2026-11-16 10:00", "opened"), at="2026-11-17 10:00")
    with pytest.raises(ValueError, match="a clock needs the policy and the calendar in force at its opening"):
        fold(kind=LIMIT, entries=[OPENED], policies=[], calendars=[(OPENED.at, calendar())], at=OPENED.at)
    naive = Entry(at=OPENED.at.replace(tzinfo=None), kind=EntryKind.PAUSED)
    with pytest.raises(ValueError, match="a naive datetime names no instant"):
        read(OPENED, naive, at="2026-11-17 10:00")


def test_a_paused_clock_has_no_warning_though_its_share_was_used_before():
    entries = [OPENED, entry("2026-11-17 16:00", "paused")]
    assert read(*entries, at="2026-11-17 16:30", kind=RESPONSE).warn_at is None
