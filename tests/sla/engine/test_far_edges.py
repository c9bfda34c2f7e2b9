"""Where a local date, a zone or the table of years ends: nothing that is counted depends on where that lies."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sla.engine.calendar import BusinessCalendar
from sla.engine.instants import to_us
from sla.engine.table import Table
from sla.engine.trace import explain
from sla.engine.wording import Wording, span
from tests.sla.engine.world import calendar, entry, m, read, t, week_calendar

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = {key: [["08:00", "17:00"]] for key in DAYS}


def local(tz, *parts):
    return datetime(*parts, tzinfo=ZoneInfo(tz))


# --- local dates that reach into another year of UTC ---------------------------------------------------------


def test_the_first_of_january_begins_in_the_old_year_east_of_greenwich():
    east = week_calendar("Pacific/Kiritimati", OFFICE)
    assert east.local_midnight(local("Pacific/Kiritimati", 2027, 1, 1, 0, 30)) == datetime(2026, 12, 31, 10, tzinfo=UTC)


def test_the_last_of_december_ends_in_the_new_year_west_of_greenwich():
    west = week_calendar("Pacific/Pago_Pago", OFFICE)
    assert west.is_open(local("Pacific/Pago_Pago", 2026, 11, 18, 12)), "its table reaches to the end of 2028 now"
    close = west.end_of_nth_day(local("Pacific/Pago_Pago", 2028, 12, 30, 12), 1)
    assert close == local("Pacific/Pago_Pago", 2028, 12, 31, 17)


def test_a_date_whose_midnight_comes_twice_begins_at_the_second():
    # Beirut puts its clocks back from midnight to 23:00.
    beirut = week_calendar("Asia/Beirut", OFFICE)
    assert beirut.local_midnight(local("Asia/Beirut", 2026, 10, 25, 12)) == datetime(2026, 10, 24, 22, tzinfo=UTC)


# --- the years 1900 to 2199 ----------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(1900, 1, 2), date(2199, 12, 31)])
def test_the_first_and_the_last_dates_have_a_midnight(day):
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert week_calendar("UTC", OFFICE).local_midnight(at) == at.replace(hour=0)


def test_working_days_are_counted_to_the_very_end_and_there_are_none_after_it():
    office = week_calendar("UTC", OFFICE)
    start = datetime(2199, 12, 20, 12, tzinfo=UTC)
    assert office.end_of_nth_day(start, 11) == datetime(2199, 12, 31, 17, tzinfo=UTC)
    assert office.end_of_nth_day(start, 12) is None


def test_a_budget_of_many_years_is_due_though_no_table_reached_so_far_before():
    always = week_calendar("UTC", {key: [["00:00", "24:00"]] for key in DAYS})
    start, days = datetime(2026, 11, 18, 10, tzinfo=UTC), timedelta(days=5 * 365)
    assert always.due(start, days // m(1)) == start + days
    assert always.due(start, days) == start + days
    assert always.next_opening(datetime(2199, 12, 31, 23, tzinfo=UTC)) == datetime(2199, 12, 31, 23, tzinfo=UTC)


def test_a_year_is_confirmed_only_where_the_list_says_so_from_the_very_epoch_on():
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert not BusinessCalendar(
        replace(week_calendar("UTC", OFFICE).spec, confirmed_years=frozenset())
    ).years_confirmed(epoch, epoch)


def test_a_year_that_is_confirmed_says_nothing_of_the_one_before_and_the_next():
    zone = "Asia/Colombo"
    base = BusinessCalendar(replace(week_calendar(zone, OFFICE).spec, confirmed_years=frozenset({2026})))
    first, march, last = (local(zone, 2026, *day) for day in ((1, 1), (3, 1), (12, 31, 23, 59)))
    assert base.years_confirmed(first, last)
    for after in (local(zone, 2027, 1, 1), local(zone, 2027, 1, 1, 12), local(zone, 2027, 1, 20)):
        assert not base.years_confirmed(march, after)
    for before in (local(zone, 2025, 12, 31, 23, 59), local(zone, 2025, 3, 1)):
        assert not base.years_confirmed(before, march)
        assert not base.years_confirmed(before, before)
    assert base.years_confirmed(first, last)


@pytest.mark.parametrize("tz", ["America/Los_Angeles", "Asia/Colombo", "UTC"])
def test_support_round_the_clock_is_open_at_both_edges_of_its_table_and_before_it(tz):
    always = week_calendar(tz, {day: [["00:00", "24:00"]] for day in DAYS})
    half_a_day = timedelta(hours=12)
    new_year = datetime(2026, 1, 1, tzinfo=UTC)
    assert always.elapsed(new_year, new_year + half_a_day) == half_a_day
    reached = datetime(2029, 1, 1, tzinfo=UTC)  # where the table ends that was made for 2026
    assert always.elapsed(reached - half_a_day, reached) == half_a_day
    assert always.due(new_year - half_a_day, 60) == new_year - half_a_day + m(60)


def test_a_window_that_the_clocks_skip_or_that_ends_with_the_span_is_none():
    gap = week_calendar("America/New_York", {key: [["02:00", "03:00"]] for key in DAYS})
    new_york = "America/New_York"
    found = list(gap.windows(local(new_york, 2026, 3, 7, 3), local(new_york, 2026, 3, 9, 2)))
    assert found == []
    hours = [["02:15", "02:45"], ["08:00", "09:00"]]
    later = week_calendar("America/New_York", dict.fromkeys(DAYS, hours))
    found = list(later.windows(local(new_york, 2026, 3, 7, 3), local(new_york, 2026, 3, 9, 2)))
    assert found == [(local(new_york, 2026, 3, day, 8), local(new_york, 2026, 3, day, 9)) for day in (7, 8)]


# --- words in the calendar's own zone -----------------------------------------------------------------------


@pytest.mark.parametrize("tz", ["Pacific/Auckland", "America/Los_Angeles", "Asia/Colombo"])
def test_closed_days_and_their_lines_are_those_of_the_calendars_zone(tz):
    office = week_calendar(tz, {day: [["00:00", "12:00"], ["12:30", "24:00"]] for day in DAYS[:5]})
    opened = entry("2026-11-18 10:00", "opened", "P4")
    opened = type(opened)(at=local(tz, 2026, 11, 20, 12, 15), kind=opened.kind, severity="P4")
    zone, lines = ZoneInfo(tz), explain(read(opened, at=local(tz, 2026, 11, 23, 0, 0), base=office))
    told = [(*(f"{at.astimezone(zone):%a %H:%M}" for at in (line.start, line.end)), line.label) for line in lines]
    assert told == [
        ("Fri 12:15", "Fri 12:15", "opened Fri 20 Nov 12:15, P4: no deadline"),
        ("Fri 12:30", "Sat 00:00", "Fri 20 Nov 12:30–24:00, 11 h 30 min"),
        ("Mon 00:00", "Mon 00:00", "Sat 21, Sun 22 Nov closed"),
        ("Mon 00:00", "Mon 00:00", "due: never, no deadline is promised"),
    ]


def test_a_day_is_closed_where_the_calendar_is_and_not_where_the_machine_stands():
    tz = "Pacific/Auckland"
    nights = week_calendar(tz, {key: [["00:00", "07:00"]] for key in DAYS[:5]})
    opened = replace(entry("2026-11-22 01:00", "opened", "P4"), at=local(tz, 2026, 11, 22, 1))
    lines = explain(read(opened, at=local(tz, 2026, 11, 24, 3), base=nights))
    assert [line.label for line in lines] == [
        "opened Sun 22 Nov 01:00, P4: no deadline",
        "Sun 22 Nov closed",
        "Mon 23 Nov 00:00–07:00, 7 h",
        "Tue 24 Nov 00:00–03:00, 3 h",
        "due: never, no deadline is promised",
    ]


@pytest.mark.parametrize("tz", ["Pacific/Auckland", "America/Los_Angeles"])
def test_the_year_that_goes_without_saying_is_the_one_in_the_zone(tz):
    for at in (local(tz, 2026, 12, 31, 23, 30), local(tz, 2027, 1, 1, 0, 30)):
        assert Wording(ZoneInfo(tz), at).instant(at) == f"{at:%a} {at.day} {at:%b %H:%M}"


def test_no_time_at_all_is_told_in_minutes():
    assert (span(m(0)), span(m(60)), span(m(0.5))) == ("0 min", "1 h", "30 s")


def test_a_change_of_severity_after_the_end_is_told_last():
    entries = [entry("2026-11-18 10:00", "opened", "P1"), entry("2026-11-18 12:00", "resolved")]
    told = [
        line.label
        for line in explain(read(*entries, entry("2026-11-18 13:00", "severity", "P2"), at="2026-11-18 14:00"))
    ]
    assert told[2:] == [
        "severity P1 → P2, Wed 18 Nov 13:00: 18 h → 45 h of support time",
        "stopped: Wed 18 Nov 12:00, in time",
        "due: Fri 20 Nov 10:00",
    ]


def test_closed_days_before_a_pause_are_told_where_the_pause_begins():
    entries = [entry("2026-11-20 16:00", "opened", "P1"), entry("2026-11-22 12:00", "paused")]
    lines = explain(read(*entries, at="2026-11-22 13:00"))
    assert [line.label for line in lines][1:4] == [
        "Fri 20 Nov 16:00–17:00, 1 h",
        "Sat 21 Nov closed",
        "paused: waiting for the client, since Sun 22 Nov 12:00",
    ]
    assert (lines[2].start, lines[2].end) == (entries[1].at, entries[1].at)


def test_a_table_is_built_once_for_every_question_from_its_first_instant_to_its_last(monkeypatch):
    built = []
    monkeypatch.setattr("sla.engine.calendar.Table", lambda *given: built.append(Table(*given)) or built[-1])
    asked = BusinessCalendar(calendar().spec)
    asked.open_us(to_us(t("2026-11-16 08:00")), to_us(t("2026-11-17 08:00")))
    asked.open_us(built[0].low, built[0].high)
    asked.due_us(built[0].low, 1)
    assert len(built) == 1
