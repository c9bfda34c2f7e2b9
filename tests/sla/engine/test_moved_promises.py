"""Promises at the instants at which they are used up, moved, lowered and returned to (POLICY 4 to 6)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sla.engine.calendar import BusinessCalendar
from sla.engine.entries import State, Targets
from tests.sla.engine.world import (
    LIMIT,
    POLICY,
    RESPONSE,
    calendar,
    entry,
    m,
    read,
    t,
    week_calendar,
    with_holiday,
    without_holiday,
)

OPENED = entry("2026-11-25 15:00", "opened", "P1")  # a Wednesday; the limit is Friday 15:00
# Until Friday 02:00 support is open all but round the clock, and then not at all: what was promised for Friday
# 15:00 is used up before it, and stands.
NIGHTS = {"wed": [["08:00", "24:00"]], "thu": [["00:00", "24:00"]], "fri": [["00:00", "02:00"]]}
FRIDAY = t("2026-11-27 15:00")


def nights():
    return week_calendar("Asia/Colombo", NIGHTS)


def round_the_clock():
    return week_calendar("Asia/Colombo", {key: [["00:00", "24:00"]] for key in NIGHTS})


def promising(**limits):
    return Targets(minutes={severity: {LIMIT: minutes} for severity, minutes in limits.items()})


def on(base, day, *hours):
    """A calendar with hours of its own on one date."""
    seconds = tuple((opens * 3600, closes * 3600) for opens, closes in hours)
    return BusinessCalendar(replace(base.spec, exceptions={date.fromisoformat(day): seconds}))


# --- used up -------------------------------------------------------------------------------------------------


def test_a_severity_returned_to_in_the_night_in_which_its_budget_ran_out_is_due_at_once():
    opened = entry("2026-11-18 08:00", "opened", "P1")
    there = entry("2026-11-18 10:00", "severity", "P2")
    back = entry("2026-11-18 20:00", "severity", "P1")
    reading = read(opened, there, back, at="2026-11-18 20:00", kind=RESPONSE)
    assert (reading.due, reading.warn_at, reading.breached_at) == (back.at, back.at, None)


def test_a_promise_used_up_but_not_yet_due_is_told_with_the_support_time_up_to_its_instant():
    later = [(t("2026-11-25 16:00"), nights()), (t("2026-11-27 13:00"), calendar())]
    reading = read(OPENED, at="2026-11-27 14:00", later_calendars=later)
    assert (reading.due, reading.budget, reading.remaining) == (FRIDAY, m(2400), m(60))


def test_lowering_does_not_bring_forward_a_promise_that_is_used_up_but_not_yet_due():
    later = [(t("2026-11-25 16:00"), nights()), (t("2026-11-27 13:00"), calendar())]
    policy = promising(P1=1080, P2=2110)
    lowered = entry("2026-11-27 13:30", "severity", "P2")
    reading = read(OPENED, lowered, at="2026-11-27 14:00", policy=policy, later_calendars=later)
    assert (reading.due, reading.budget, reading.breached_at) == (FRIDAY, m(2400), None)


def test_a_severity_returned_to_at_the_instant_that_it_had_promised_is_due_at_once_with_what_was_used():
    later = [(t("2026-11-25 16:00"), nights()), (t("2026-11-27 13:00"), calendar())]
    there, back = entry("2026-11-26 09:00", "severity", "P2"), entry("2026-11-27 15:00", "severity", "P1")
    reading = read(OPENED, there, back, at="2026-11-27 15:00", later_calendars=later)
    assert (reading.due, reading.budget, reading.used) == (FRIDAY, m(2400), m(2400))


# --- calendars ----------------------------------------------------------------------------------------------


def test_a_promise_that_stands_in_closed_time_is_worth_the_support_time_up_to_it_under_the_next_calendar():
    later = [(t("2026-11-25 16:00"), nights()), (t("2026-11-26 10:00"), round_the_clock())]
    reading = read(OPENED, at="2026-11-26 10:00", later_calendars=later)
    assert (reading.due, reading.used) == (FRIDAY, m(1140))
    assert reading.remaining == FRIDAY - t("2026-11-26 10:00")


def test_a_change_that_moves_nothing_leaves_the_promise_counted_from_where_it_was():
    first = (t("2026-11-26 10:00"), with_holiday(calendar(), "2026-12-30"))
    closed_today = (t("2026-11-26 11:00"), with_holiday(calendar(), "2026-11-26"))
    twice = read(OPENED, at="2026-11-26 12:00", later_calendars=[first, closed_today])
    assert twice.due == read(OPENED, at="2026-11-26 12:00", later_calendars=[closed_today]).due
    assert (twice.due, twice.budget) == (t("2026-11-30 15:00"), m(1080))


def test_without_a_promise_a_calendars_change_promises_nothing():
    opened = entry("2026-11-25 15:00", "opened", "P4")
    reading = read(opened, at="2026-11-27 12:00", later_calendars=[(t("2026-11-26 10:00"), nights())])
    assert (reading.due, reading.budget) == (None, None)


@pytest.mark.parametrize("back", [False, True])
def test_a_desk_that_never_opens_promises_again_once_it_does(back):
    closed, opens = week_calendar("Asia/Colombo", {}), (t("2026-11-26 10:00"), calendar())
    later = [opens, (t("2026-11-26 12:00"), week_calendar("Asia/Colombo", {}))] if back else [opens]
    reading = read(OPENED, at="2026-11-26 13:00", base=closed, later_calendars=later)
    assert reading.due == (None if back else t("2026-11-27 17:00"))


def test_a_warning_due_at_the_very_instant_of_a_change_counts_as_given():
    early = BusinessCalendar(replace(calendar().spec, week=dict.fromkeys(range(5), ((6 * 3600, 17 * 3600),))))
    plain = read(OPENED, at="2026-11-26 10:00", kind=RESPONSE)
    assert plain.warn_at == t("2026-11-26 12:45")
    moved = read(OPENED, at="2026-11-26 13:00", kind=RESPONSE, later_calendars=[(plain.warn_at, early)])
    assert moved.warn_at < plain.warn_at
    before = read(OPENED, at="2026-11-26 13:00", kind=RESPONSE, later_calendars=[(t("2026-11-26 12:44"), early)])
    assert before.warn_at == t("2026-11-26 12:44"), "one that was still to come is not dated back"


# --- paused -------------------------------------------------------------------------------------------------


def test_a_clock_that_runs_again_is_due_by_the_later_of_two_lists_though_that_hour_is_closed_now():
    entries = [
        entry("2026-12-21 12:00", "opened", "P1"),
        entry("2026-12-21 16:00", "paused"),
        entry("2026-12-22 09:00", "resumed"),
    ]
    # Poya on the 23rd is taken back, and the 24th closes at noon.
    change = on(without_holiday(calendar(), "2026-12-23"), "2026-12-24", (8, 12))
    reading = read(*entries, at="2026-12-22 10:00", later_calendars=[(t("2026-12-22 09:00"), change)])
    assert read(*entries[:2], at="2026-12-22 10:00").promised == t("2026-12-24 12:00")
    assert reading.due == read(*entries, at="2026-12-22 10:00").due == t("2026-12-24 14:00")


def test_a_severity_lowered_in_a_pause_is_due_by_the_later_of_two_lists_as_well():
    entries = [OPENED, entry("2026-11-25 16:00", "paused"), entry("2026-11-25 16:00", "severity", "P2")]
    resumed, policy = entry("2026-11-25 16:10", "resumed"), promising(P1=1080, P2=1090)
    reading = read(
        *entries, resumed, at="2026-11-25 16:10", policy=policy, later_calendars=[(t("2026-11-25 16:10"), nights())]
    )
    assert reading.due == t("2026-11-27 15:20")


# --- severities ---------------------------------------------------------------------------------------------


def test_a_lower_severity_that_promises_the_same_does_not_warn_again():
    lowered = entry("2026-11-27 11:00", "severity", "P2")
    reading = read(OPENED, lowered, at="2026-11-27 12:00", policy=promising(P1=1080, P2=1080))
    assert (reading.due, reading.warn_at) == (FRIDAY, t("2026-11-27 10:30"))


def test_a_stopped_clock_takes_up_a_new_calendar_when_it_is_reopened_and_not_when_its_severity_changes():
    entries = [OPENED, entry("2026-11-30 09:00", "resolved"), entry("2026-11-30 12:00", "severity", "P2")]
    later = [(t("2026-11-30 10:00"), with_holiday(calendar(), "2026-11-30"))]
    reading = read(*entries, at="2026-11-30 13:00", later_calendars=later)
    assert (reading.used, reading.breached_at) == (m(120 + 540 + 540 + 60), FRIDAY)
    assert [note.kind for note in reading.notes] == ["opened", "severity"]
    assert {leg.calendar.closed_reason(date(2026, 11, 30)) for leg in reading.legs} == {None}


# --- resolved and reopened ----------------------------------------------------------------------------------


def test_reopening_what_runs_and_resolving_what_is_resolved_change_nothing():
    again = entry("2026-11-25 16:00", "reopened")
    assert read(OPENED, again, at="2026-11-26 09:00") == read(OPENED, at="2026-11-26 09:00")
    assert read(OPENED, again, at="2026-11-26 09:00").legs == read(OPENED, at="2026-11-26 09:00").legs
    done = [OPENED, entry("2026-11-25 16:00", "resolved")]
    twice = read(*done, entry("2026-11-26 09:00", "resolved"), at="2026-11-26 10:00")
    assert (twice.state, twice.stopped_at) == (State.STOPPED, t("2026-11-25 16:00"))
    assert twice.used == read(*done, at="2026-11-26 10:00").used == m(60)


# --- legs ---------------------------------------------------------------------------------------------------


def test_a_change_on_the_day_whose_midnight_a_leg_begins_or_ends_at_leaves_no_leg_of_no_length():
    midnight = entry("2026-11-26 00:00", "opened", "P1")
    change = [(t("2026-11-26 10:00"), with_holiday(calendar(), "2026-11-27"))]
    begun = read(midnight, at="2026-11-26 11:00", later_calendars=change)
    assert [(leg.start, leg.end) for leg in begun.legs] == [(midnight.at, None)]
    entries = [OPENED, entry("2026-11-26 00:00", "paused"), entry("2026-11-26 09:00", "resumed")]
    ended = read(*entries, at="2026-11-26 11:00", later_calendars=change)
    assert [leg.start for leg in ended.legs] == [OPENED.at, midnight.at, t("2026-11-26 09:00")]
    assert POLICY.minutes["P1"][LIMIT] == 1080


@pytest.mark.parametrize(("limit", "due"), [(1080, "2026-12-28 14:00"), (1620, "2026-12-29 14:00")])
def test_after_a_move_to_another_policy_a_removed_holiday_and_a_pause_give_the_later_list_too(limit, due):
    entries = [entry("2026-12-22 12:00", "opened", "P1"), entry("2026-12-22 16:00", "paused")]
    entries.append(entry("2026-12-24 09:00", "resumed"))
    moved = [(t("2026-12-22 12:30"), promising(P1=limit))]
    removed = [(t("2026-12-22 13:00"), without_holiday(calendar(), "2026-12-23"))]
    reading = read(*entries, at="2026-12-24 09:00", later_policies=moved, later_calendars=removed)
    assert reading.due == read(*entries, at="2026-12-24 09:00", later_policies=moved).due == t(due)


def test_a_promise_made_on_a_day_that_is_closed_later_is_counted_again_by_the_list_in_force_alone():
    entries = [
        entry("2026-11-27 08:00", "opened", "P3"),
        entry("2026-11-27 10:00", "severity", "P1"),
        entry("2026-11-30 09:00", "paused"),
        entry("2026-11-30 10:00", "resumed"),
    ]
    closed = [(t("2026-11-27 12:00"), with_holiday(calendar(), "2026-11-27"))]
    reading = read(*entries, at="2026-11-30 10:00", later_calendars=closed)
    assert reading.due == t("2026-12-02 09:00")


@pytest.mark.parametrize(
    ("opened", "warning"), [("2026-12-22 12:00", "2026-12-28 09:30"), ("2026-12-21 11:00", "2026-12-24 09:00")]
)
def test_a_promise_settled_when_the_clock_runs_again_is_noted_and_warns_no_earlier_than_then(opened, warning):
    entries = [entry(opened, "opened", "P1"), entry("2026-12-22 16:00", "paused")]
    resumed = entry("2026-12-24 09:00", "resumed")
    removed = [(t("2026-12-22 13:00"), without_holiday(calendar(), "2026-12-23"))]
    reading = read(*entries, resumed, at="2026-12-24 09:00", later_calendars=removed)
    assert reading.warn_at == t(warning)
    note = reading.notes[-1]
    assert (note.at, note.kind.value, note.old, note.new) == (resumed.at, "calendar", "P1", "P1")


# Of the days after 22 December the 23rd and the 25th are closed; then the 23rd is opened and the 28th closed.
MOVED = [(t("2026-12-22 13:00"), with_holiday(without_holiday(calendar(), "2026-12-23"), "2026-12-28"))]


def test_a_clock_paused_with_time_left_by_the_list_before_shows_no_due_instant_and_is_not_breached():
    entries = [entry("2026-12-22 12:00", "opened", "P1"), entry("2026-12-24 17:00", "paused")]
    assert read(entries[0], at="2026-12-24 16:00", later_calendars=MOVED).due == t("2026-12-28 12:00")
    paused = read(*entries, at="2026-12-29 08:00", later_calendars=MOVED)
    assert (paused.due, paused.breached_at) == (None, None)
    resumed = entry("2026-12-29 09:00", "resumed")
    assert read(*entries, resumed, at=resumed.at, later_calendars=MOVED).due == t("2026-12-29 13:00")


def test_raised_to_a_severity_that_is_due_earlier_by_the_list_in_force_alone():
    policy = promising(P1=540, P2=1080)
    entries = [entry("2026-12-22 12:00", "opened", "P2"), entry("2026-12-23 17:00", "severity", "P1")]
    old = read(entries[0], at="2026-12-23 17:00", policy=policy, later_calendars=MOVED)
    reading = read(*entries, at="2026-12-23 17:00", policy=policy, later_calendars=MOVED)
    assert (old.due, reading.due) == (t("2026-12-28 12:00"), t("2026-12-24 17:00"))
    assert reading.warn_at == old.warn_at, "for as much support time it is warned once"


def test_a_promise_that_was_over_is_not_brought_back_by_closing_its_day():
    there, back = entry("2026-11-25 15:30", "severity", "P2"), entry("2026-11-25 18:30", "severity", "P1")
    day = with_holiday(calendar(), "2026-11-25")
    closed = [(t("2026-11-25 18:00"), day), (t("2026-11-25 18:10"), with_holiday(day, "2026-12-30"))]
    policy = promising(P1=120, P2=1080)
    reading = read(OPENED, there, back, at="2026-11-25 18:30", policy=policy, later_calendars=closed)
    assert (reading.due, reading.warn_at, reading.budget) == (back.at, back.at, m(0))


def test_a_promise_whose_instant_it_is_is_over_when_its_day_is_closed_at_that_instant():
    there, back = entry("2026-11-25 15:30", "severity", "P2"), entry("2026-11-25 17:00", "severity", "P1")
    closed = [(back.at, with_holiday(calendar(), "2026-11-25"))]
    policy = promising(P1=120, P2=1080)
    reading = read(OPENED, there, back, at=back.at, policy=policy, later_calendars=closed)
    assert (reading.due, reading.budget) == (back.at, m(0))


def test_of_two_promises_that_are_equal_each_is_counted_again_when_their_day_is_closed_and_the_later_holds():
    entries = [
        entry("2026-11-24 15:00", "opened", "P3"),  # a holiday
        entry("2026-11-25 15:00", "severity", "P1"),
        entry("2026-11-25 15:30", "severity", "P2"),
        entry("2026-11-26 09:00", "paused"),
        entry("2026-11-26 09:30", "resumed"),
    ]
    policy = promising(P1=540, P2=420 + 540, P3=2700)
    closed = [(t("2026-11-25 16:00"), with_holiday(calendar(), "2026-11-25"))]
    reading = read(*entries, at="2026-11-26 09:30", policy=policy, later_calendars=closed)
    assert reading.due == t("2026-11-27 15:30")


def test_a_clock_that_was_paused_as_it_fell_due_by_the_list_before_keeps_that_instant():
    entries = [entry("2026-12-22 12:00", "opened", "P1"), entry("2026-12-28 12:00", "paused")]
    removed = [(t("2026-12-22 13:00"), without_holiday(calendar(), "2026-12-23"))]
    resumed = entry("2026-12-29 09:00", "resumed")
    reading = read(*entries, resumed, at=resumed.at, later_calendars=removed)
    assert reading.due == reading.breached_at == entries[1].at


def test_the_last_microsecond_that_the_list_before_owes_is_given_after_a_pause():
    instant = t("2026-12-28 12:00") - timedelta(microseconds=1)
    paused = replace(entry("2026-12-28 12:00", "paused"), at=instant)
    entries = [entry("2026-12-22 12:00", "opened", "P1"), paused, entry("2026-12-29 09:00", "resumed")]
    reading = read(*entries, at="2026-12-29 09:00", later_calendars=MOVED)
    assert reading.due == t("2026-12-29 09:00") + timedelta(microseconds=1)


def test_what_was_warned_of_before_a_pause_is_not_warned_of_again_when_it_is_settled():
    entries = [
        entry("2026-12-22 08:00", "opened", "P1"),
        entry("2026-12-23 14:00", "paused"),
        entry("2026-12-23 16:00", "resumed"),
    ]
    policy = replace(promising(P1=1080), warn_percent=50)
    removed = [(t("2026-12-22 13:00"), without_holiday(calendar(), "2026-12-23"))]
    reading = read(*entries, at="2026-12-23 16:00", policy=policy, later_calendars=removed)
    assert (reading.due, reading.budget) == (t("2026-12-24 17:00"), m(25 * 60))
    assert reading.warn_at == t("2026-12-23 11:30")


def test_raised_so_late_that_the_warnings_share_is_used_up_it_warns_at_once():
    entries = [entry("2026-11-23 08:00", "opened", "P3"), entry("2026-11-25 12:00", "severity", "P1")]
    reading = read(*entries, at="2026-11-25 12:00", policy=promising(P1=60, P3=2700))
    assert (reading.due, reading.warn_at) == (t("2026-11-25 13:00"), entries[1].at)


# --- which of two, after an edit ----------------------------------------------------------------------------


def test_closing_the_date_on_which_it_was_raised_makes_the_other_of_two_promises_the_earlier_one():
    opened, raised = entry("2026-11-25 08:00", "opened", "P2"), entry("2026-11-25 12:00", "severity", "P1")
    policy = promising(P1=960, P2=1080)
    assert read(opened, raised, at="2026-11-25 13:00", policy=policy).due == t("2026-11-26 17:00"), "the old one"
    closed = [(t("2026-11-25 15:00"), with_holiday(calendar(), "2026-11-25"))]
    reading = read(opened, raised, at="2026-11-25 15:00", policy=policy, later_calendars=closed)
    assert (reading.due, reading.budget) == (t("2026-11-27 15:00"), m(960)), "the old one would be due at 17:00"


def test_closing_the_date_on_which_it_was_raised_leaves_what_was_used_on_the_days_before():
    opened, raised = entry("2026-11-23 08:00", "opened", "P2"), entry("2026-11-25 12:00", "severity", "P1")
    closed = [(t("2026-11-25 15:00"), with_holiday(calendar(), "2026-11-25"))]
    policy = promising(P1=960, P2=2700)
    reading = read(opened, raised, at="2026-11-25 15:00", policy=policy, later_calendars=closed)
    assert (reading.due, reading.budget, reading.used) == (t("2026-11-27 15:00"), m(1500), m(540))


def test_a_promise_that_was_over_is_made_again_by_a_policy_and_counted_again_by_a_second_edit():
    there, back = entry("2026-11-25 15:30", "severity", "P2"), entry("2026-11-25 18:30", "severity", "P1")
    day = with_holiday(calendar(), "2026-11-25")
    closed = [(t("2026-11-25 18:00"), day), (t("2026-11-25 18:10"), with_holiday(day, "2026-12-30"))]
    moved = [(t("2026-11-25 18:05"), promising(P1=300, P2=1080))]
    policy = promising(P1=120, P2=1080)
    reading = read(OPENED, there, back, at=back.at, policy=policy, later_policies=moved, later_calendars=closed)
    assert reading.due == t("2026-11-26 13:00")


def test_closing_the_date_on_which_it_was_lowered_makes_the_other_of_two_promises_the_later_one():
    opened, lowered = entry("2026-11-25 08:00", "opened", "P3"), entry("2026-11-25 12:00", "severity", "P1")
    back = entry("2026-11-25 12:30", "severity", "P2")
    policy = promising(P1=540, P2=720, P3=2700)
    before = read(opened, lowered, back, at="2026-11-25 13:00", policy=policy)
    assert before.due == t("2026-11-26 12:00"), "nine hours from the change"
    closed = [(t("2026-11-25 15:00"), with_holiday(calendar(), "2026-11-25"))]
    reading = read(opened, lowered, back, at="2026-11-25 15:00", policy=policy, later_calendars=closed)
    assert reading.due == t("2026-11-27 11:00"), "twelve hours from the opening"


def test_raised_in_a_pause_between_two_lists_it_is_due_at_the_earlier_of_the_later_old_one_and_the_new_one():
    entries = [
        entry("2026-12-22 12:00", "opened", "P2"),
        entry("2026-12-22 12:30", "paused"),
        entry("2026-12-22 15:00", "severity", "P1"),
        entry("2026-12-22 16:00", "resumed"),
    ]
    policy = promising(P1=1080, P2=1080)
    removed = [(t("2026-12-22 13:00"), without_holiday(calendar(), "2026-12-23"))]
    old = read(*entries[:2], entries[3], at="2026-12-22 16:00", policy=policy, later_calendars=removed)
    assert old.due == t("2026-12-28 15:30")
    reading = read(*entries, at="2026-12-22 16:00", policy=policy, later_calendars=removed)
    assert (reading.due, reading.warn_at) == (t("2026-12-24 16:00"), t("2026-12-24 11:22:30"))


# --- two edits ----------------------------------------------------------------------------------------------

# The 23rd is opened; then the 24th is closed.
OPENED_23 = (t("2026-12-22 13:00"), without_holiday(calendar(), "2026-12-23"))
CLOSED_24 = (t("2026-12-22 14:00"), with_holiday(OPENED_23[1], "2026-12-24"))


def test_a_pause_after_two_edits_brings_nothing_forward_that_was_promised_after_the_second():
    opened = entry("2026-12-22 12:00", "opened", "P1")
    pause = [entry("2026-12-22 15:00", "paused"), entry("2026-12-22 15:10", "resumed")]
    dues = [
        read(opened, at="2026-12-22 14:30", later_calendars=[OPENED_23]).due,
        read(opened, at="2026-12-22 14:30", later_calendars=[OPENED_23, CLOSED_24]).due,
        read(opened, *pause, at="2026-12-22 15:30", later_calendars=[OPENED_23, CLOSED_24]).due,
    ]
    assert dues == [t("2026-12-28 12:00"), t("2026-12-29 12:00"), t("2026-12-29 12:10")]


def test_a_second_edit_that_closes_its_own_date_gives_the_whole_date_back():
    opened = entry("2026-12-22 08:00", "opened", "P1")
    closed_today = (CLOSED_24[0], with_holiday(OPENED_23[1], "2026-12-22"))
    assert read(opened, at="2026-12-22 13:30", later_calendars=[OPENED_23]).due == t("2026-12-24 17:00")
    reading = read(opened, at="2026-12-22 14:00", later_calendars=[OPENED_23, closed_today])
    assert (reading.due, reading.budget, reading.used) == (t("2026-12-28 17:00"), m(27 * 60), m(0))


def test_two_edits_in_one_pause_hold_it_to_the_latest_of_three_lists():
    entries = [
        entry("2026-12-22 12:00", "opened", "P1"),
        entry("2026-12-22 12:30", "paused"),
        entry("2026-12-22 16:00", "resumed"),
    ]
    removed = read(*entries, at="2026-12-22 16:00", later_calendars=[OPENED_23])
    both = read(*entries, at="2026-12-22 16:00", later_calendars=[OPENED_23, CLOSED_24])
    late = (t("2026-12-22 15:00"), with_holiday(with_holiday(CLOSED_24[1], "2026-12-28"), "2026-12-29"))
    later = read(*entries, at="2026-12-22 16:00", later_calendars=[OPENED_23, CLOSED_24, late])
    assert [one.due for one in (removed, both, later)] == [
        t("2026-12-28 15:30"),
        t("2026-12-28 15:30"),
        t("2026-12-30 15:30"),
    ]


# --- what was counted before an edit ---------------------------------------------------------------------------


def test_a_list_by_which_support_never_opens_promises_no_instant_and_takes_no_promise_away():
    never = (t("2026-11-25 16:00"), week_calendar("Asia/Colombo", {}))
    assert read(OPENED, at="2026-11-25 16:30", later_calendars=[never]).due is None
    again = (t("2026-11-25 17:00"), calendar())
    assert read(OPENED, at="2026-11-25 17:00", later_calendars=[never, again]).due == FRIDAY


def test_what_was_used_before_a_pause_of_an_earlier_day_stays_used_when_a_date_is_closed():
    entries = [
        entry("2026-11-30 08:00", "opened", "P1"),
        entry("2026-11-30 10:00", "paused"),
        entry("2026-12-01 09:00", "resumed"),
    ]
    noon = t("2026-12-01 12:00")
    tomorrow, today = with_holiday(calendar(), "2026-12-02"), with_holiday(calendar(), "2026-12-01")
    assert read(*entries, at=noon).due == t("2026-12-02 16:00")
    assert read(*entries, at=noon, later_calendars=[(noon, tomorrow)]).due == t("2026-12-03 16:00")
    reading = read(*entries, at=noon, later_calendars=[(noon, today)])
    assert (reading.due, reading.used) == (t("2026-12-03 15:00"), m(120))


def test_what_was_used_on_a_date_is_given_back_when_it_is_closed_in_a_pause():
    entries = [
        entry("2026-12-02 08:00", "opened", "P1"),
        entry("2026-12-02 10:00", "paused"),
        entry("2026-12-03 08:00", "resumed"),
    ]
    closed = (t("2026-12-02 11:00"), with_holiday(calendar(), "2026-12-02"))
    reading = read(*entries, at="2026-12-03 09:00", kind=RESPONSE, later_calendars=[closed])
    assert (reading.due, reading.used) == (t("2026-12-03 17:00"), m(60))
