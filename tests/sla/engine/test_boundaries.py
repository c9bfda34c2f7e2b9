"""Instants and figures at the very edge, and what a refusal says: one more or less would be another answer."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sla.engine import trace
from sla.engine.calendar import BusinessCalendar
from sla.engine.clock import fold
from sla.engine.difference import first_difference
from sla.engine.entries import Entry, EntryKind, State, Targets, Verdict
from sla.engine.instants import to_us
from sla.engine.pauses import merged, outside
from sla.engine.spec import CalendarSpec
from sla.engine.spec_json import CalendarError, read_time, write_time, write_week
from sla.engine.trace import MAX_LINES, explain
from tests.sla.engine.world import (
    LIMIT,
    POLICY,
    RESPONSE,
    TARGET,
    calendar,
    entry,
    m,
    read,
    t,
    week_calendar,
    with_holiday,
    without_holiday,
)

TICK = timedelta(microseconds=1)
WEEK = {"mon": [["08:00", "17:00"]]}
OPENED = entry("2026-11-18 10:00", "opened", "P1")


# --- refusals say what is wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "a calendar must be an object"),
        ({"tz": "UTC"}, "a calendar needs the keys 'tz' and 'week'"),
        ({"tz": "UTC", "week": WEEK, "holiday_names": []}, "holiday_names must be an object"),
        ({"tz": "UTC", "week": WEEK, "exceptions": []}, "exceptions must be an object"),
        ({"tz": "UTC", "week": WEEK, "exceptions": {"2026-11-18": 8}}, "2026-11-18 must be a list"),
        ({"tz": "UTC", "week": WEEK, "holidays": {}}, "holidays must be a list"),
        ({"tz": "UTC", "week": WEEK, "versions": {}}, "versions must be a list"),
        ({"tz": "UTC", "week": WEEK, "versions": ["from week"]}, "versions: each needs the keys 'from' and 'week'"),
        ({"tz": "UTC", "week": WEEK, "versions": [{"from": "2026-11-18"}]},
         "versions: each needs the keys 'from' and 'week'"),
        ({"tz": "UTC", "week": WEEK, "confirmed_years": {}}, "confirmed_years must be a list"),
        ({"tz": "UTC", "week": {"mon": ["ab"]}}, "mon: 'ab' is not a pair of opening and closing time"),
        ({"tz": "UTC", "week": {"mon": [["08:00"]]}}, "mon: ['08:00'] is not a pair of opening and closing time"),
    ],
)  # fmt: skip
def test_a_calendar_that_cannot_be_read_says_which_part_it_is(document, said):
    with pytest.raises(CalendarError, match=f"^{re.escape(said)}$"):
        CalendarSpec.from_json(document)


def test_two_changes_of_the_week_on_one_date_are_refused_in_words():
    twice = [{"from": "2026-11-18", "week": WEEK}, {"from": "2026-11-18", "week": {}}]
    with pytest.raises(CalendarError, match="each must begin on a later date than the one before"):
        CalendarSpec.from_json({"tz": "UTC", "week": WEEK, "versions": twice})


def test_other_refusals_are_whole_sentences_too():
    with pytest.raises(
        CalendarError, match=r"^the calendar has no support hours at all: no deadline would ever fall due$"
    ):
        week_calendar("UTC", {}).spec.validate()
    less = replace(POLICY, minutes={"P1": {LIMIT: -1}})
    with pytest.raises(ValueError, match=r"^a budget of support time cannot be negative$"):
        read(OPENED, at=OPENED.at, policy=less)
    with pytest.raises(ValueError, match=r"^count at least one working day$"):
        calendar().end_of_nth_day(t("2026-11-18 10:00"), 0)
    with pytest.raises(ValueError, match=r"^a clock needs the policy and the calendar in force at its opening$"):
        fold(kind=LIMIT, entries=[OPENED], policies=[], calendars=[(OPENED.at, calendar())], at=OPENED.at)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("08:59", 32_340), ("08:00:59", 28_859), ("08:01:30", 28_890), ("24:00", 86_400), ("00:00", 0)],
)
def test_the_last_minute_and_the_last_second_are_times(text, seconds):
    assert read_time(text) == seconds
    assert write_time(seconds) == text


@pytest.mark.parametrize("text", ["08:60", "08:00:60", "24:00:01", "24:01"])
def test_beyond_them_there_is_none(text):
    with pytest.raises(CalendarError, match=f"^there is no time {text!r} in a day$"):
        read_time(text)


def test_a_week_that_leaves_days_out_is_written_with_all_of_them():
    written = write_week({0: ((28_800, 61_200),)})
    assert written == {"mon": [["08:00", "17:00"]], **{day: [] for day in ("tue", "wed", "thu", "fri", "sat", "sun")}}


def test_the_second_of_three_weeks_is_in_force_between_its_date_and_the_third():
    weeks = [{"from": "2026-11-01", "week": {"mon": []}}, {"from": "2026-12-01", "week": {"mon": [["10:00", "11:00"]]}}]
    spec = CalendarSpec.from_json({"tz": "UTC", "week": WEEK, "versions": weeks})
    days = [date(2026, 10, 26), date(2026, 11, 2), date(2026, 11, 30), date(2026, 12, 7)]
    assert [spec.intervals_on(day) for day in days] == [((28_800, 61_200),), (), (), ((36_000, 39_600),)]


# --- calendars that differ ----------------------------------------------------------------------------------


def test_a_day_that_is_named_without_hours_is_the_same_as_one_that_is_left_out():
    plain, named = (
        CalendarSpec.from_json({"tz": "UTC", "week": WEEK}),
        replace(CalendarSpec.from_json({"tz": "UTC", "week": WEEK}), week={0: ((28_800, 61_200),)}),
    )
    assert first_difference(plain, named, date(2026, 11, 18)) is None


def test_a_list_that_becomes_one_of_confirmed_years_differs_from_the_first_day():
    spec = CalendarSpec.from_json({"tz": "UTC", "week": WEEK})
    confirmed = replace(spec, confirmed_years=frozenset({2026}))
    for old, new in ((spec, confirmed), (confirmed, spec)):
        assert first_difference(old, new, date(2026, 11, 18)) == date(2026, 11, 18)


# --- pauses -------------------------------------------------------------------------------------------------


def test_pauses_are_merged_whole_whatever_their_order():
    at = [OPENED.at + m(10) * n for n in range(9)]
    us = [to_us(one) for one in at]
    assert merged([(at[2], at[3]), (at[4], at[4]), (at[5], at[6])], us[0]) == [(us[2], us[3]), (us[5], us[6])]
    assert merged([(at[0], at[1]), (at[3], at[5]), (at[5], None), (at[7], at[8])], us[2]) == [(us[3], None)]
    assert merged([(at[2], at[4]), (at[3], None)], us[0]) == [(us[2], None)]
    assert merged([(at[0], at[2])], us[2]) == []
    assert merged([(at[1], at[3])], us[2]) == [(us[2], us[3])]


def test_a_stretch_taken_out_of_pauses_leaves_what_is_before_and_after():
    assert outside([(1, 9)], 3, 5) == [(1, 3), (5, 9)]
    assert outside([(1, None)], 3, 5) == [(1, 3), (5, None)]
    assert outside([(3, 5)], 3, 5) == []
    assert outside([(3, None)], 3, 5) == [(5, None)]
    assert outside([(1, 2), (6, 7)], 3, 5) == [(1, 2), (6, 7)]


def test_support_time_up_to_the_beginning_of_a_pause_is_all_of_it():
    pauses = [(t("2026-11-18 12:00"), None)]
    assert calendar().elapsed(OPENED.at, t("2026-11-18 12:00"), pauses) == m(120)
    assert calendar().elapsed(OPENED.at, t("2026-11-18 13:00"), pauses) == m(120)


# --- business time ------------------------------------------------------------------------------------------


def test_a_table_that_was_never_asked_answers_the_first_question_rightly():
    fresh = BusinessCalendar(calendar().spec)
    assert fresh.due(t("2026-11-18 10:00"), 1) == t("2026-11-18 10:01")
    assert BusinessCalendar(calendar().spec).due(t("2026-11-18 17:00"), 1) == t("2026-11-19 08:01")


def test_windows_begin_with_the_one_that_the_span_begins_in_and_no_empty_span_has_any():
    found = list(calendar().windows(t("2026-11-18 12:00"), t("2026-11-19 09:00")))
    assert found == [
        (t("2026-11-18 12:00"), t("2026-11-18 17:00")),
        (t("2026-11-19 08:00"), t("2026-11-19 09:00")),
    ]
    assert list(calendar().windows(t("2026-11-18 12:00"), t("2026-11-18 12:00"))) == []


def test_a_budget_around_pauses_that_never_ends_is_never_due():
    closed = week_calendar("UTC", {})
    assert closed.due(t("2026-11-18 10:00"), 60, [(t("2026-11-18 12:00"), t("2026-11-18 13:00"))]) is None


@pytest.mark.parametrize(
    ("tz", "hours", "start", "close"),
    [
        # The clocks go back: the second 01:00-02:00 is the close of a day that ends at 02:00.
        ("America/New_York", [["00:00", "02:00"]], "2026-10-31 12:00", "2026-11-01 07:00"),
        # They go forward over 02:00-03:00: a window that ends in the gap ends where it begins.
        ("America/New_York", [["00:00", "02:30"]], "2026-03-07 17:00", "2026-03-08 07:00"),
        ("America/New_York", [["02:15", "02:45"], ["08:00", "09:00"]], "2026-03-07 17:00", "2026-03-08 13:00"),
        # All that the clocks skip, from its first instant to its last, is no window: the next day has it.
        ("America/New_York", [["02:00", "03:00"]], "2026-03-07 17:00", "2026-03-09 07:00"),
        ("America/New_York", [["08:00", "17:00"]], "2026-03-07 17:00", "2026-03-08 21:00"),
        ("America/New_York", [["08:00", "17:00"]], "2026-10-31 16:00", "2026-11-01 22:00"),
    ],
)
def test_the_close_of_a_day_on_which_the_clocks_change(tz, hours, start, close):
    days = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), hours)
    found = week_calendar(tz, days).end_of_nth_day(datetime.fromisoformat(start).replace(tzinfo=UTC), 1)
    assert found == datetime.fromisoformat(close).replace(tzinfo=UTC)


def test_a_day_whose_only_window_falls_into_the_gap_is_no_working_day():
    days = {day: [["02:15", "02:45"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    found = week_calendar("America/New_York", days).end_of_nth_day(datetime(2026, 3, 7, 17, tzinfo=UTC), 1)
    assert found == datetime(2026, 3, 9, 6, 45, tzinfo=UTC)


def test_a_budget_of_more_than_a_day_of_support_time_counts_its_days():
    assert calendar().due(t("2026-11-18 10:00"), timedelta(days=1, minutes=1)) == t("2026-11-20 16:01")


# --- clocks -------------------------------------------------------------------------------------------------


def test_before_its_opening_a_clock_is_of_its_kind_and_as_of_the_asked_instant():
    found = read(OPENED, at="2026-11-18 09:00", kind=TARGET)
    assert (found.kind, found.at, found.state) == (TARGET, t("2026-11-18 09:00"), State.NONE)
    assert read(OPENED, at="2026-11-18 11:00", kind=TARGET).kind == TARGET


def test_a_running_or_stopped_clock_has_no_cause_and_a_paused_one_has():
    entries = [OPENED, entry("2026-11-18 11:00", "outside"), entry("2026-11-18 12:00", "covered"),
               entry("2026-11-18 13:00", "resolved")]  # fmt: skip
    found = read(*entries, at="2026-11-18 14:00")
    assert [(leg.state.value, leg.cause) for leg in found.legs] == [
        ("running", None),
        ("paused", "outside"),
        ("running", None),
        ("stopped", None),
    ]
    waiting = read(OPENED, entry("2026-11-18 11:00", "outside"), at="2026-11-18 12:00")
    assert [(leg.state.value, leg.cause) for leg in waiting.legs] == [("running", None), ("paused", "outside")]


def test_what_waits_for_the_client_when_it_is_resolved_waits_no_more_when_reopened():
    entries = [OPENED, entry("2026-11-18 11:00", "paused"), entry("2026-11-18 12:00", "resolved"),
               entry("2026-11-18 13:00", "reopened")]  # fmt: skip
    assert read(*entries, at="2026-11-18 14:00").state is State.RUNNING


def test_waiting_that_is_said_after_the_resolution_holds_nothing():
    entries = [OPENED, entry("2026-11-18 12:00", "resolved"), entry("2026-11-18 12:30", "paused"),
               entry("2026-11-18 13:00", "reopened")]  # fmt: skip
    assert read(*entries, at="2026-11-18 14:00").state is State.RUNNING


def test_what_is_said_to_be_outside_after_the_resolution_holds_once_it_is_reopened():
    entries = [OPENED, entry("2026-11-18 12:00", "resolved"), entry("2026-11-18 12:30", "outside"),
               entry("2026-11-18 13:00", "reopened")]  # fmt: skip
    found = read(*entries, at="2026-11-18 14:00")
    assert (found.state, found.stopped_at, found.paused_since) == (State.PAUSED, None, t("2026-11-18 13:00"))


def test_the_same_cause_twice_is_one_stretch_and_a_merge_after_the_end_changes_nothing():
    entries = [OPENED, entry("2026-11-18 11:00", "paused"), entry("2026-11-18 12:00", "paused")]
    found = read(*entries, at="2026-11-18 13:00")
    assert [(leg.start, leg.state.value) for leg in found.legs][1:] == [(t("2026-11-18 11:00"), "paused")]
    done = [OPENED, entry("2026-11-18 12:00", "resolved"), entry("2026-11-18 13:00", "merged")]
    assert read(*done, at="2026-11-18 14:00").verdict is Verdict.MET


def test_a_policy_that_promises_more_moves_the_promise_and_says_from_what_to_what():
    later = Targets(minutes={**POLICY.minutes, "P1": {RESPONSE: 540, TARGET: 540, LIMIT: 1620}})
    found = read(OPENED, at="2026-11-18 13:00", later_policies=[(t("2026-11-18 12:00"), later)])
    assert found.due == t("2026-11-23 10:00")
    note = found.notes[-1]
    assert (note.kind.value, note.old, note.new, note.budget) == ("policy", "P1", "P1", m(1620))
    same = read(OPENED, at="2026-11-18 13:00", later_policies=[(t("2026-11-18 12:00"), POLICY)])
    assert same.warn_at == read(OPENED, at="2026-11-18 13:00").warn_at, "the same promise keeps its warning"


def test_a_move_that_promises_the_same_does_not_warn_again():
    found = read(OPENED, at="2026-11-19 16:00", later_policies=[(t("2026-11-19 15:00"), POLICY)])
    assert found.warn_at == t("2026-11-19 14:30")


def test_a_raise_that_promises_the_same_instant_does_not_warn_again():
    promised = {"P1": {LIMIT: 100}, "P2": {LIMIT: 1000}}
    entries = [entry("2026-11-18 08:00", "opened", "P2"), entry("2026-11-19 14:00", "severity", "P1")]
    found = read(*entries, at="2026-11-19 14:30", policy=Targets(minutes=promised))
    assert (found.due, found.warn_at) == (t("2026-11-19 15:40"), t("2026-11-19 11:30"))


def test_a_calendars_change_is_noted_with_the_severity():
    later = with_holiday(calendar(), "2026-11-19")
    found = read(OPENED, at="2026-11-18 13:00", later_calendars=[(t("2026-11-18 12:00"), later)])
    note = found.notes[-1]
    assert (note.kind.value, note.old, note.new) == ("calendar", "P1", "P1")


def test_end_of_nth_day_after_a_move_counts_from_the_opening():
    nth = replace(POLICY, reading="end_of_nth_day")
    found = read(OPENED, at="2026-11-19 13:00", later_policies=[(t("2026-11-19 12:00"), nth)])
    assert found.due == t("2026-11-20 17:00"), "the close of the second working day after the opening's"


def test_end_of_nth_day_without_any_minutes_or_any_working_day_is_read_as_elapsed():
    nth = replace(POLICY, reading="end_of_nth_day")
    at_once = replace(nth, minutes={"P1": {LIMIT: 0}})
    assert read(OPENED, at=OPENED.at, policy=at_once).due == OPENED.at
    never = read(OPENED, at=OPENED.at, policy=nth, base=week_calendar("UTC", {}))
    assert (never.due, never.budget) == (None, m(1080))


def test_a_warning_of_a_budget_that_does_not_divide_falls_on_the_next_microsecond():
    for ticks, percent in ((3, 50), (5, 25)):
        odd = Targets(minutes={"P1": {LIMIT: ticks * TICK}}, warn_percent=percent)
        assert read(OPENED, at=OPENED.at, policy=odd).warn_at == OPENED.at + 2 * TICK


def test_a_clock_stands_since_its_opening():
    found = read(OPENED, entry("2026-11-18 10:00", "paused"), at="2026-11-18 10:00")
    assert (found.paused_since, found.used) == (t("2026-11-18 10:00"), m(0))


def test_lowering_keeps_the_instants_that_were_promised_under_an_earlier_calendar():
    poya = with_holiday(calendar(), "2026-11-19")
    later = [(t("2026-11-18 12:00"), poya), (t("2026-11-18 13:00"), without_holiday(poya, "2026-11-19"))]
    lowered = [OPENED, entry("2026-11-18 14:00", "severity", "P2"), entry("2026-11-18 15:00", "severity", "P1")]
    assert read(*lowered, at="2026-11-18 16:00", later_calendars=later).due == t("2026-11-23 10:00")
    once = read(*lowered[:2], at="2026-11-18 16:00", later_calendars=later)
    assert once.due >= t("2026-11-23 10:00"), "never earlier than promised"


def test_three_closed_days_in_a_row_are_listed_and_four_are_a_stretch():
    week = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu")}
    for days, said in (
        (week, "Fri 20, Sat 21, Sun 22 Nov closed"),
        ({**week, "thu": []}, "Thu 19 – Sun 22 Nov closed"),
    ):
        lines = explain(read(OPENED, at=OPENED.at, base=week_calendar("Asia/Colombo", days)))
        assert said in [line.label for line in lines]


# --- long explanations --------------------------------------------------------------------------------------


def many_changes(times: int):
    return [OPENED] + [
        Entry(at=OPENED.at + m(n + 1), kind=EntryKind.SEVERITY, severity="P2" if n % 2 == 0 else "P3")
        for n in range(times)
    ]


def test_as_many_lines_as_may_be_are_shown_whole(monkeypatch):
    reading = read(*many_changes(20), at=OPENED.at + m(21))
    whole = explain(reading)
    monkeypatch.setattr(trace, "MAX_LINES", len(whole))
    assert explain(reading) == whole
    monkeypatch.setattr(trace, "MAX_LINES", len(whole) - 1)
    assert [line.label for line in explain(reading) if "more lines" in line.label] != []


def test_a_cut_explanation_tells_of_the_whole_stretch_that_it_leaves_out():
    reading = read(*many_changes(60), at=OPENED.at + m(61))
    found = explain(reading)
    assert len(found) == MAX_LINES
    [cut] = [line for line in found if "more lines" in line.label]
    place = found.index(cut)
    assert place == MAX_LINES // 2
    assert cut.start >= found[place - 1].end
    assert cut.end <= found[place + 1].start
    assert cut.running_total == found[place - 1].running_total + cut.minutes
    assert found[-1].label.startswith("due: ")


@pytest.mark.parametrize("more", [[], [entry("2026-11-18 10:01", "severity", "P1")]])
def test_a_cut_explanation_is_the_whole_one_but_for_one_line_that_sums_up_the_rest(monkeypatch, more):
    reading = read(*many_changes(60), *more, entry("2026-11-18 12:00", "paused"), at=OPENED.at + m(180))
    found = explain(reading)
    monkeypatch.setattr(trace, "MAX_LINES", 10_000)
    whole = explain(reading)
    head, cut, tail = found[:30], found[30], found[31:]
    assert [*head, *tail] == [*whole[:30], *whole[-29:]]
    rest = whole[30:-29]
    assert (cut.start, cut.end, cut.running_total) == (rest[0].start, rest[-1].end, rest[-1].running_total)
    assert cut.minutes == sum((line.minutes for line in rest), m(0)) == cut.running_total - head[-1].running_total
    minute = f"Wed 18 Nov {rest[0].start.astimezone(calendar().zone):%H:%M}"
    assert cut.label.startswith(f"… {len(rest)} more lines, {minute}–")
