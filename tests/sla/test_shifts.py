"""The table that moves clocks in the database gives what counting each instant by both calendars gives."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from sla.engine.calendar import BusinessCalendar
from sla.engine.instants import from_us, to_us
from sla.shifts import shifts_between, unconfirmed_years
from tests.sla.engine.world import calendar, t, week_calendar, with_holiday

HOURS = ([["08:00", "17:00"]], [["08:00", "12:00"], ["13:00", "17:00"]], [["00:00", "24:00"]], [["08:00", "12:30"]])
TICK = timedelta(microseconds=1)


def counted(old: BusinessCalendar, new: BusinessCalendar, since: datetime, due: datetime) -> datetime:
    found = new.due_us(to_us(since), old.open_us(to_us(since), to_us(due)))
    assert found is not None
    return max(due, from_us(found))


@pytest.mark.parametrize("seed", range(12))
def test_every_instant_moves_as_its_rest_of_support_time_is_counted(seed):
    draw = random.Random(seed)
    week = {day: draw.choice(HOURS) if draw.random() < 0.8 else [] for day in ("tue", "wed", "thu", "fri", "sat")}
    zone, week["mon"] = draw.choice(["Asia/Colombo", "America/New_York", "Europe/London"]), HOURS[0]
    closed = {(date(2026, 10, 20) + timedelta(days=draw.randrange(40))).isoformat() for _ in range(draw.randint(1, 4))}
    old, new = week_calendar(zone, week), week_calendar(zone, week, holidays=sorted(closed))
    since = datetime(2026, 10, 20, tzinfo=UTC) + timedelta(minutes=draw.randrange(4000))
    found = shifts_between(old, new, since=since, until=since + timedelta(days=64))
    edges = [edge for window in old.windows(since, since + timedelta(days=60)) for edge in window]
    instants = [since + timedelta(minutes=draw.uniform(0.1, 80_000)) for _ in range(50)]
    instants += [edge + step for edge in edges for step in (-TICK, timedelta(0), TICK) if edge + step > since]
    assert {due: found.of(due) for due in instants} == {due: counted(old, new, since, due) for due in instants}


def test_a_holiday_moves_what_lies_after_it_by_a_day_and_what_lies_before_not_at_all():
    found = shifts_between(
        calendar(), with_holiday(calendar(), "2026-11-19"), since=t("2026-11-18 10:00"), until=t("2026-11-30 10:00")
    )
    assert found.of(t("2026-11-18 16:00")) == t("2026-11-18 16:00")
    assert found.of(t("2026-11-18 17:00")) == t("2026-11-18 17:00")
    assert found.of(t("2026-11-19 08:00") + TICK) == t("2026-11-20 08:00") + TICK
    assert found.of(t("2026-11-20 17:00")) == t("2026-11-23 17:00"), "over the weekend"


def test_the_years_whose_list_is_not_final_begin_at_their_local_new_year():
    assert unconfirmed_years(calendar(), t("2026-11-18 10:00"), t("2026-12-31 23:59")) == []
    [(begins, ends)] = unconfirmed_years(calendar(), t("2026-11-18 10:00"), t("2027-01-01 00:00"))
    assert (begins, ends) == (t("2027-01-01 00:00"), t("2028-01-01 00:00"))
    assert unconfirmed_years(week_calendar("UTC", {}), t("2026-11-18 10:00"), t("2027-01-01 00:00")) == []
