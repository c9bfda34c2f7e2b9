"""The fold by table: calendar versions that become known while a clock lives (POLICY 6)."""

from dataclasses import replace

import pytest

from sla.engine.calendar import BusinessCalendar
from sla.engine.entries import State, Verdict
from sla.engine.trace import explain
from tests.sla.engine.world import (
    POLICY,
    calendar,
    entry,
    m,
    read,
    t,
    week_calendar,
    with_holiday,
    without_holiday,
)

OPENED = entry("2026-11-25 15:00", "opened", "P1")  # Wednesday; the limit is Fri 27 15:00


def added(day, known):
    return [(t(known), with_holiday(calendar(), day))]


@pytest.mark.parametrize(
    ("day", "known", "due"),
    [
        ("2026-11-27", "2026-11-26 20:39", "2026-11-30 15:00"),  # the evening before
        ("2026-11-27", "2026-11-27 11:00", "2026-11-30 15:00"),  # on its own date: the whole date is closed
        ("2026-11-26", "2026-11-26 23:59:59", "2026-11-30 15:00"),  # until its own date ends
        ("2026-11-26", "2026-11-27 00:00", "2026-11-27 15:00"),  # afterwards it changes nothing
        ("2026-11-30", "2026-11-26 12:00", "2026-11-27 15:00"),  # beyond the deadline
        ("2026-11-28", "2026-11-26 12:00", "2026-11-27 15:00"),  # a Saturday
        ("2026-11-27", "2026-11-24 12:00", "2026-11-30 15:00"),  # known before the opening
    ],
)
def test_a_holiday_added_until_the_end_of_its_date_moves_a_running_clock(day, known, due):
    reading = read(OPENED, at="2026-11-27 14:00", later_calendars=added(day, known))
    assert reading.due == t(due)
    assert reading.verdict is Verdict.PENDING


def test_a_holiday_added_on_its_own_date_takes_back_the_time_counted_that_day():
    reading = read(OPENED, at="2026-11-27 14:00", later_calendars=added("2026-11-27", "2026-11-27 11:00"))
    assert (reading.used, reading.remaining, reading.budget) == (m(120 + 540), m(420), m(1080))


def test_a_change_of_severity_earlier_that_day_is_counted_again_too():
    opened, raised = entry("2026-11-27 08:00", "opened", "P3"), entry("2026-11-27 10:00", "severity", "P1")
    reading = read(opened, raised, at="2026-11-27 13:00", later_calendars=added("2026-11-27", "2026-11-27 12:00"))
    assert (reading.used, reading.due) == (m(0), t("2026-12-01 17:00"))


def test_a_holiday_removed_leaves_promised_deadlines():
    opened = entry("2026-12-22 12:00", "opened", "P1")  # Poya on the 23rd, Christmas on the 25th
    removed = [(t("2026-12-22 13:00"), without_holiday(calendar(), "2026-12-23"))]
    reading = read(opened, at="2026-12-22 14:00", later_calendars=removed)
    assert reading.due == t("2026-12-28 12:00")
    fresh = entry("2026-12-22 13:30", "opened", "P1")
    assert read(fresh, at="2026-12-22 14:00", base=removed[0][1]).due == t("2026-12-24 13:30")


def test_a_holiday_added_and_removed_again_leaves_the_later_deadline():
    versions = [*added("2026-11-27", "2026-11-26 09:00"), (t("2026-11-26 10:00"), calendar())]
    assert read(OPENED, at="2026-11-26 11:00", later_calendars=versions).due == t("2026-11-30 15:00")


def test_a_deadline_promised_in_time_that_is_now_closed_is_not_brought_forward_to_the_last_closing():
    shorter = replace(calendar().spec, week=dict.fromkeys(range(5), ((28800, 43200),)))  # 08:00-12:00
    reading = read(OPENED, at="2026-11-26 10:00", later_calendars=[(t("2026-11-25 16:00"), BusinessCalendar(shorter))])
    assert reading.due > t("2026-11-27 15:00")
    longer = replace(calendar().spec, week=dict.fromkeys(range(5), ((0, 86400),)))
    reading = read(OPENED, at="2026-11-26 10:00", later_calendars=[(t("2026-11-25 16:00"), BusinessCalendar(longer))])
    assert reading.due == t("2026-11-27 15:00")


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


@pytest.mark.parametrize(
    ("week", "used"),
    [
        (
            {day: [["00:00", "12:00"]] for day in WEEKDAYS},
            0,
        ),  # the afternoon of the opening is closed as well
        ({"wed": [["08:00", "17:00"]], "thu": [["08:00", "24:00"]], "fri": [["00:00", "02:00"]]}, 90),
    ],
)
def test_a_promised_instant_in_time_that_is_now_closed_stays(week, used):
    change = [(t("2026-11-25 16:00"), week_calendar("Asia/Colombo", week))]
    reading = read(OPENED, at="2026-11-25 16:30", later_calendars=change)
    assert (reading.used, reading.due) == (m(used), t("2026-11-27 15:00"))


def test_a_breached_clock_does_not_move():
    late = read(OPENED, at="2026-11-27 17:00", later_calendars=added("2026-11-27", "2026-11-27 16:00"))
    assert (late.due, late.breached_at, late.verdict) == (
        t("2026-11-27 15:00"),
        t("2026-11-27 15:00"),
        Verdict.BREACHED,
    )


def test_a_stopped_clock_does_not_move_but_counts_by_the_new_list_once_reopened():
    resolved = entry("2026-11-26 09:00", "resolved")
    known = added("2026-11-27", "2026-11-26 20:00")
    stopped = read(OPENED, resolved, at="2026-11-27 14:00", later_calendars=known)
    assert (stopped.due, stopped.used) == (t("2026-11-27 15:00"), m(180))
    reopened = entry("2026-11-27 10:00", "reopened")
    running = read(OPENED, resolved, reopened, at="2026-11-27 14:00", later_calendars=known)
    assert (running.used, running.due) == (m(180), t("2026-12-01 14:00"))


def test_a_paused_clock_takes_the_new_list_when_it_resumes():
    entries = [OPENED, entry("2026-11-25 16:00", "paused")]
    known = added("2026-11-27", "2026-11-26 10:00")
    paused = read(*entries, at="2026-11-26 12:00", later_calendars=known)
    assert (paused.state, paused.due, paused.remaining) == (State.PAUSED, None, m(1020))
    resumed = read(*entries, entry("2026-11-26 16:00", "resumed"), at="2026-11-26 16:00", later_calendars=known)
    assert resumed.due == t("2026-12-01 15:00")


def test_a_paused_clock_is_not_paid_less_time_when_a_holiday_is_removed():
    opened = entry("2026-12-21 12:00", "opened", "P1")
    entries = [opened, entry("2026-12-21 16:00", "paused"), entry("2026-12-22 16:00", "resumed")]
    removed = [(t("2026-12-22 09:00"), without_holiday(calendar(), "2026-12-23"))]
    kept = read(*entries, at="2026-12-22 16:00")
    assert read(*entries, at="2026-12-22 16:00", later_calendars=removed).due >= kept.due


@pytest.mark.parametrize(
    ("paused", "resumed", "due"),
    [
        (
            "2026-12-23 10:00",
            "2026-12-23 12:00",
            "2026-12-28 12:00",
        ),  # on the day itself, which was closed when promised
        ("2026-12-22 16:00", "2026-12-23 12:00", "2026-12-28 13:00"),  # an hour of support time by the old list
        ("2026-12-22 16:00", "2026-12-24 09:00", "2026-12-28 14:00"),  # the whole day: it is not given twice
        ("2026-12-22 16:00", "2026-12-28 16:00", "2026-12-30 12:00"),
        ("2026-12-22 12:30", "2026-12-22 16:00", "2026-12-28 15:30"),  # removed at 13:00 while paused, before that day
    ],
)
def test_a_removed_holiday_and_a_pause_give_the_later_of_the_old_and_the_new_list(paused, resumed, due):
    entries = [entry("2026-12-22 12:00", "opened", "P1"), entry(paused, "paused"), entry(resumed, "resumed")]
    removed = [(t("2026-12-22 13:00"), without_holiday(calendar(), "2026-12-23"))]
    reading = read(*entries, at=resumed, later_calendars=removed)
    assert reading.due == t(due) == read(*entries, at=resumed).due
    assert explain(reading)[-1].running_total == reading.budget, "the lines add up to the promise"


def test_a_paused_clock_keeps_no_more_than_what_each_list_gives_when_the_day_is_closed_again():
    entries = [entry("2026-12-22 12:00", "opened", "P1"), entry("2026-12-22 16:00", "paused")]
    open_then_closed = [
        (t("2026-12-22 17:00"), without_holiday(calendar(), "2026-12-23")),
        (t("2026-12-22 18:00"), with_holiday(calendar(), "2026-12-24")),
    ]
    resumed = entry("2026-12-24 16:00", "resumed")
    reading = read(*entries, resumed, at="2026-12-24 16:00", later_calendars=open_then_closed)
    assert reading.due == t("2026-12-29 13:00"), "by the last list, in which both days are closed"


def test_a_severity_raised_while_a_pause_holds_counts_by_the_new_list_alone():
    entries = [
        entry("2026-12-22 12:00", "opened", "P3"),
        entry("2026-12-22 14:00", "paused"),
        entry("2026-12-22 16:00", "severity", "P1"),
        entry("2026-12-23 08:00", "resumed"),
    ]
    removed = [(t("2026-12-22 15:00"), without_holiday(calendar(), "2026-12-23"))]
    assert read(*entries, at="2026-12-23 08:00", later_calendars=removed).due == t("2026-12-24 17:00")


def test_a_raised_severity_counts_by_the_new_calendar_without_the_old_floor():
    removed = [(t("2026-12-22 13:00"), without_holiday(calendar(), "2026-12-23"))]
    entries = [entry("2026-12-22 12:00", "opened", "P3"), entry("2026-12-22 14:00", "severity", "P1")]
    assert read(*entries, at="2026-12-22 14:00", later_calendars=removed).due == t("2026-12-24 14:00")


def test_new_hours_count_from_their_date_and_keep_what_was_promised():
    spec = replace(
        calendar().spec,
        versions=((t("2026-11-26 00:00").date(), {3: ((28800, 43200),), 4: ((28800, 43200),)}),),
    )
    change = [(t("2026-11-25 16:00"), BusinessCalendar(spec))]
    reading = read(OPENED, at="2026-11-25 17:00", later_calendars=change)
    assert reading.due == t("2026-12-04 12:00")


def test_versions_that_change_nothing_for_the_clock_leave_no_note():
    reading = read(OPENED, at="2026-11-27 14:00", later_calendars=added("2026-12-30", "2026-11-26 09:00"))
    assert [note.kind for note in reading.notes] == ["opened"]
    moved = read(OPENED, at="2026-11-27 14:00", later_calendars=added("2026-11-27", "2026-11-26 09:00"))
    assert [note.kind for note in moved.notes] == ["opened", "calendar"]


def test_a_warning_not_given_yet_moves_with_the_deadline_and_one_that_is_due_is_not_dated_back():
    moved = read(OPENED, at="2026-11-26 12:00", later_calendars=added("2026-11-27", "2026-11-26 09:00"))
    assert moved.warn_at == t("2026-11-30 10:30")
    longer = replace(calendar().spec, week=dict.fromkeys(range(5), ((0, 86400),)))
    change = [(t("2026-11-27 09:00"), BusinessCalendar(longer))]
    reading = read(OPENED, at="2026-11-27 09:00", later_calendars=change)
    assert reading.warn_at >= t("2026-11-27 09:00")
    assert reading.due >= t("2026-11-27 15:00")


def test_the_first_version_is_pinned_though_it_became_known_long_ago():
    base = calendar()
    reading = read(OPENED, at="2026-11-25 16:00", base=base, policy=POLICY)
    assert reading.due == t("2026-11-27 15:00")


NIGHT = week_calendar(
    "Asia/Colombo", {"wed": [["08:00", "17:00"]], "thu": [["08:00", "24:00"]], "fri": [["00:00", "02:00"]]}
)


def test_a_paused_clock_is_held_to_the_instant_it_showed_last():
    entries = [OPENED, entry("2026-11-25 17:00", "paused"), entry("2026-11-25 18:00", "resumed")]
    change = [(t("2026-11-25 17:30"), NIGHT)]
    assert read(*entries, at="2026-11-25 18:00", later_calendars=change).due == t("2026-11-27 15:00")


def test_returning_to_a_severity_restores_an_instant_that_is_closed_time_by_now():
    entries = [
        OPENED,
        entry("2026-11-25 15:30", "severity", "P3"),
        entry("2026-11-27 10:00", "severity", "P1"),
    ]
    reading = read(*entries, at="2026-11-27 10:00", later_calendars=[(t("2026-11-25 16:00"), NIGHT)])
    assert reading.due == t("2026-11-27 15:00")


def test_a_holiday_added_on_the_day_of_a_pause_takes_back_the_time_used_before_it():
    entries = [entry("2026-11-26 09:00", "opened", "P1"), entry("2026-11-26 11:00", "paused")]
    known = added("2026-11-26", "2026-11-26 12:00")
    paused = read(*entries, at="2026-11-26 13:00", later_calendars=known)
    assert (paused.used, paused.remaining) == (m(0), m(1080))
    resumed = entry("2026-11-27 08:00", "resumed")
    assert read(*entries, resumed, at="2026-11-27 09:00", later_calendars=known).due == t("2026-11-30 17:00")


def test_a_breached_clock_takes_the_new_list_when_its_severity_is_lowered():
    lowered = entry("2026-11-30 09:00", "severity", "P3")
    known = added("2026-12-02", "2026-11-28 12:00")
    with_list = read(OPENED, lowered, at="2026-11-30 10:00", later_calendars=known)
    assert (with_list.due, with_list.breached_at) == (t("2026-12-07 15:00"), t("2026-11-27 15:00"))
    assert read(OPENED, lowered, at="2026-11-30 10:00").due == t("2026-12-04 15:00")


def test_a_breached_clock_takes_the_new_list_when_it_resumes():
    entries = [
        OPENED,
        entry("2026-11-30 09:00", "severity", "P3"),
        entry("2026-11-30 10:00", "paused"),
        entry("2026-11-30 16:00", "resumed"),
    ]
    known = added("2026-12-02", "2026-11-30 12:00")
    assert read(*entries, at="2026-11-30 16:00", later_calendars=known).due == t("2026-12-08 12:00")
    assert read(*entries, at="2026-11-30 16:00").due == t("2026-12-07 12:00")


def test_a_version_known_at_the_instant_of_an_entry_is_known_to_it():
    removed = [(t("2026-12-22 14:00"), without_holiday(calendar(), "2026-12-23"))]
    entries = [entry("2026-12-22 12:00", "opened", "P3"), entry("2026-12-22 14:00", "severity", "P1")]
    assert read(*entries, at="2026-12-22 14:00", later_calendars=removed).due == t("2026-12-24 14:00")
