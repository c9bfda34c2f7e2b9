"""Business time by table: boundaries, pauses, days, zones."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from sla.engine.calendar import BusinessCalendar
from sla.engine.spec import CalendarError, CalendarSpec
from tests.sla.engine.world import calendar, m, t, week_calendar

ALL_DAY = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-16 00:00", 540, "2026-11-16 17:00"),
        ("2026-11-16 08:00", 540, "2026-11-16 17:00"),
        ("2026-11-16 08:01", 540, "2026-11-17 08:01"),
        ("2026-11-16 17:00", 540, "2026-11-17 17:00"),
        ("2026-11-20 16:59", 1080, "2026-11-25 16:59"),
        ("2026-11-23 16:59", 3780, "2026-12-03 16:59"),
        ("2026-08-25 15:30", 540, "2026-08-28 15:30"),
        ("2026-12-31 15:00", 540, "2027-01-01 15:00"),
        ("2026-11-21 12:00", 0, "2026-11-21 12:00"),
        ("2026-11-16 08:00:00.000001", 540, "2026-11-17 08:00:00.000001"),
        ("2026-11-16 17:00:00.000001", 540, "2026-11-17 17:00"),
    ],
)
def test_due_as_the_policy_prints_it(start, minutes, due):
    assert calendar().due(t(start), minutes) == t(due)


def test_due_comes_out_in_utc_whatever_zone_went_in():
    tokyo = timezone(timedelta(hours=9))
    for start in (t("2026-11-20 16:59"), datetime(2026, 11, 20, 20, 29, tzinfo=tokyo)):
        due = calendar().due(start, 540)
        assert due == t("2026-11-23 16:59")
        assert due.tzinfo is UTC


def test_a_budget_may_be_an_exact_timedelta():
    assert calendar().due(t("2026-11-16 16:59:59"), timedelta(seconds=1.5)) == t("2026-11-17 08:00:00.500000")


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([("2026-11-16 10:00", "2026-11-16 12:00")], "2026-11-17 10:00"),
        ([("2026-11-16 18:00", "2026-11-17 08:00")], "2026-11-16 17:00"),
        ([("2026-11-16 17:00", None)], "2026-11-16 17:00"),
        ([("2026-11-16 16:59", None)], None),
        (
            [("2026-11-16 10:00", "2026-11-16 12:00"), ("2026-11-16 11:00", "2026-11-16 13:00")],
            "2026-11-17 11:00",
        ),
        (
            [("2026-11-16 12:00", "2026-11-16 13:00"), ("2026-11-16 10:00", "2026-11-16 12:00")],
            "2026-11-17 11:00",
        ),
        ([("2026-11-16 12:00", "2026-11-16 11:00")], "2026-11-16 17:00"),
        ([("2026-11-10 12:00", "2026-11-16 09:00")], "2026-11-17 09:00"),
        ([("2026-11-16 10:00", None), ("2026-11-16 10:00", "2026-11-16 12:00")], None),
    ],
)
def test_pauses_give_back_their_support_time_only(pauses, due):
    spans = [(t(begins), None if ends is None else t(ends)) for begins, ends in pauses]
    assert calendar().due(t("2026-11-16 08:00"), 540, spans) == (None if due is None else t(due))


def test_elapsed_is_zero_backwards():
    assert calendar().elapsed(t("2026-11-17 12:00"), t("2026-11-16 12:00")) == m(0)


def test_elapsed_leaves_out_pauses_and_counts_to_an_open_one():
    pauses = [(t("2026-11-16 10:00"), t("2026-11-16 11:00")), (t("2026-11-17 09:00"), None)]
    assert calendar().elapsed(t("2026-11-16 08:00"), t("2026-11-20 12:00"), pauses) == m(8 * 60 + 60)


def test_windows_are_cut_to_the_span_asked_for():
    windows = list(calendar().windows(t("2026-11-20 15:10"), t("2026-11-23 09:00")))
    assert windows == [
        (t("2026-11-20 15:10"), t("2026-11-20 17:00")),
        (t("2026-11-23 08:00"), t("2026-11-23 09:00")),
    ]
    assert list(calendar().windows(t("2026-11-20 17:00"), t("2026-11-23 08:00"))) == []
    assert list(calendar().windows(t("2026-11-20 15:00"), t("2026-11-20 15:00"))) == []


def test_windows_that_touch_are_one():
    split = week_calendar("Asia/Colombo", {"mon": [["08:00", "12:00"], ["12:00", "17:00"]]})
    monday = [(t("2026-11-16 08:00"), t("2026-11-16 17:00"))]
    assert list(split.windows(t("2026-11-16 00:00"), t("2026-11-17 00:00"))) == monday


@pytest.mark.parametrize(
    ("at", "is_open", "inclusive"),
    [
        ("2026-11-16 07:59:59.999999", False, False),
        ("2026-11-16 08:00", True, True),
        ("2026-11-16 16:59:59.999999", True, True),
        ("2026-11-16 17:00", False, True),
        ("2026-11-16 17:00:00.000001", False, False),
        ("2026-11-24 12:00", False, False),
    ],
)
def test_opening_is_open_and_closing_is_so_only_for_notices(at, is_open, inclusive):
    assert calendar().is_open(t(at)) is is_open
    assert calendar().is_open_inclusive(t(at)) is inclusive


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-11-16 09:30", "2026-11-16 09:30"),
        ("2026-11-16 17:00", "2026-11-17 08:00"),
        ("2026-11-23 20:00", "2026-11-25 08:00"),
        ("2026-11-16 08:00", "2026-11-16 08:00"),
    ],
)
def test_next_opening(at, opening):
    assert calendar().next_opening(t(at)) == t(opening)


@pytest.mark.parametrize(
    ("start", "days", "close"),
    [
        ("2026-11-16 10:00", 1, "2026-11-17 17:00"),
        ("2026-11-20 17:00", 1, "2026-11-23 17:00"),
        ("2026-11-22 10:00", 2, "2026-11-25 17:00"),
        ("2026-11-16 00:01", 7, "2026-11-26 17:00"),
    ],
)
def test_end_of_nth_day(start, days, close):
    assert calendar().end_of_nth_day(t(start), days) == t(close)


def test_end_of_nth_day_takes_the_day_that_an_exception_opens():
    half = calendar("colombo_half")
    assert half.end_of_nth_day(t("2026-11-28 10:00"), 1) == t("2026-11-29 14:00")
    assert half.end_of_nth_day(t("2026-11-10 10:00"), 1) == t("2026-11-12 17:00")


def test_end_of_nth_day_knows_a_day_round_the_clock_and_one_that_never_was():
    assert calendar("london_247").end_of_nth_day(t("2026-10-24 12:00", "+01:00"), 1) == t("2026-10-26 00:00", "+00:00")
    apia = week_calendar("Pacific/Apia", ALL_DAY)  # had no 30 December 2011
    assert apia.end_of_nth_day(t("2011-12-29 12:00", "-10:00"), 1) == t("2012-01-01 00:00", "+14:00")


def test_at_least_one_working_day_is_counted():
    with pytest.raises(ValueError, match="count at least one working day"):
        calendar().end_of_nth_day(t("2026-11-16 10:00"), 0)


@pytest.mark.parametrize(
    ("tz", "at", "midnight"),
    [
        ("Asia/Colombo", "2026-11-16T20:00:00+00:00", "2026-11-17T00:00:00+05:30"),
        ("America/Sao_Paulo", "2018-11-04T12:00:00-02:00", "2018-11-04T01:00:00-02:00"),
        ("America/Havana", "2026-11-01T12:00:00-05:00", "2026-11-01T00:00:00-04:00"),
        ("Asia/Colombo", "2006-04-15T00:10:00+05:30", "2006-04-15T00:00:00+06:00"),
    ],
)
def test_local_midnight_is_the_first_instant_of_the_date(tz, at, midnight):
    start = week_calendar(tz, ALL_DAY).local_midnight(datetime.fromisoformat(at))
    assert start == datetime.fromisoformat(midnight)


def test_years_are_confirmed_from_end_to_end():
    colombo = calendar()
    assert colombo.years_confirmed(t("2026-12-31 12:00"), t("2026-12-31 23:59:59"))
    assert not colombo.years_confirmed(t("2026-12-31 12:00"), t("2027-01-01 00:00"))
    assert not colombo.years_confirmed(t("2020-12-31 12:00"), t("2021-01-04 12:00"))
    assert colombo.years_confirmed(t("2021-01-01 00:00"), t("2026-12-31 12:00"))
    assert calendar("london").years_confirmed(t("1999-01-01 00:00"), t("2099-01-01 00:00"))


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 11, 24), "Il Full Moon Poya Day"),
        (date(2026, 11, 21), "closed"),
        (date(2026, 11, 20), None),
    ],
)
def test_closed_reason(day, reason):
    assert calendar().closed_reason(day) == reason


def test_closed_reason_of_exceptions_and_nameless_holidays():
    half = calendar("colombo_half")
    assert half.closed_reason(date(2026, 11, 11)) == "exception"
    assert half.closed_reason(date(2026, 12, 25)) is None
    assert half.closed_reason(date(2026, 11, 24)) == "holiday"


def test_naive_datetimes_are_refused_everywhere():
    naive = datetime(2026, 11, 16, 8)  # noqa: DTZ001  what must be refused
    colombo = calendar()
    for ask in (
        lambda: colombo.due(naive, 540),
        lambda: colombo.elapsed(naive, t("2026-11-16 08:00")),
        lambda: colombo.elapsed(t("2026-11-16 08:00"), naive),
        lambda: colombo.due(t("2026-11-16 08:00"), 540, [(naive, None)]),
        lambda: colombo.is_open(naive),
        lambda: colombo.next_opening(naive),
        lambda: colombo.end_of_nth_day(naive, 1),
        lambda: colombo.local_midnight(naive),
    ):
        with pytest.raises(ValueError, match="a naive datetime names no instant: give it a time zone"):
            ask()


def test_negative_budgets_are_refused():
    with pytest.raises(ValueError, match="a budget of support time cannot be negative"):
        calendar().due(t("2026-11-16 08:00"), -1)


def test_instants_beyond_the_horizon_are_refused_and_budgets_beyond_it_never_fall_due():
    colombo = BusinessCalendar(calendar().spec)
    for at in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)):
        with pytest.raises(CalendarError, match="support time is known for the years 1900 to 2199 only"):
            colombo.due(at, 540)
    assert colombo.due(t("2026-11-16 08:00"), 10**9) is None
    assert colombo.due(t("2026-11-16 08:00"), 10**18) is None


def test_answers_do_not_depend_on_what_was_asked_before():
    spec = calendar("london").spec
    early, late = t("1971-03-01 12:00", "+01:00"), t("2150-07-01 12:00", "+01:00")
    asked = BusinessCalendar(spec)
    answers = [asked.due(at, 5000) for at in (late, early, late, early)]
    fresh = [BusinessCalendar(spec).due(at, 5000) for at in (late, early)]
    assert answers == fresh * 2


def test_new_weekly_hours_hold_from_their_date_on():
    week = {"mon": [["08:00", "17:00"]], "tue": [["08:00", "17:00"]]}
    spec = CalendarSpec.from_json(
        {
            "tz": "Asia/Colombo",
            "week": week,
            "versions": [{"from": "2026-11-17", "week": {"tue": [["09:00", "10:00"]]}}],
        }
    )
    changed = BusinessCalendar(spec)
    assert changed.due(t("2026-11-16 16:00"), 120) == t("2026-11-17 10:00")
    assert changed.due(t("2026-11-16 16:00"), 121) == t("2026-11-24 09:01")
