"""Promises at the instants at which they are used up, moved, lowered and returned to (POLICY 4 to 6)."""

from dataclasses import replace
from datetime import date

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


def test_a_promise_used_up_but_not_yet_due_is_told_with_the_support_time_it_had():
    later = [(t("2026-11-25 16:00"), nights()), (t("2026-11-27 13:00"), calendar())]
    reading = read(OPENED, at="2026-11-27 14:00", later_calendars=later)
    assert (reading.due, reading.budget, reading.remaining) == (FRIDAY, m(2100), m(0))


def test_lowering_does_not_bring_forward_a_promise_that_is_used_up_but_not_yet_due():
    later = [(t("2026-11-25 16:00"), nights()), (t("2026-11-27 13:00"), calendar())]
    policy = promising(P1=1080, P2=2110)
    lowered = entry("2026-11-27 13:30", "severity", "P2")
    reading = read(OPENED, lowered, at="2026-11-27 14:00", policy=policy, later_calendars=later)
    assert (reading.due, reading.budget, reading.breached_at) == (FRIDAY, m(2110), None)


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
