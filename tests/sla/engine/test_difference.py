"""From which date on two versions of a calendar may count differently: never after the first that does."""

import random
from datetime import date, timedelta

import pytest

from sla.engine.difference import closes_only, first_difference
from sla.engine.spec import CalendarSpec

SINCE = date(2026, 11, 16)
OFFICE = dict.fromkeys(range(5), ((8 * 3600, 17 * 3600),))
SHORT = {**OFFICE, 4: ((8 * 3600, 12 * 3600),)}


def spec(**more: object) -> CalendarSpec:
    return CalendarSpec(**{"tz": "Asia/Colombo", "week": OFFICE, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {}, None),
        ({}, {"closed": {date(2026, 12, 25): "Christmas"}}, date(2026, 12, 25)),
        ({"closed": {date(2026, 12, 25): ""}}, {"closed": {date(2026, 12, 25): "Christmas"}}, None),
        ({}, {"closed": {date(2026, 11, 13): "late"}}, None),
        ({}, {"closed": {date(2026, 12, 26): "a Saturday"}}, None),
        ({}, {"exceptions": {date(2026, 12, 26): ((28800, 61200),)}}, date(2026, 12, 26)),
        ({}, {"versions": ((date(2027, 1, 1), SHORT),)}, date(2027, 1, 1)),
        ({}, {"week": SHORT}, SINCE),
        ({"confirmed_years": frozenset({2026})}, {"confirmed_years": frozenset({2026, 2027})}, date(2027, 1, 1)),
        ({"confirmed_years": frozenset()}, {"confirmed_years": frozenset({2026})}, SINCE),
        ({}, {"tz": "UTC"}, SINCE),
    ],
)
def test_the_first_date_is_named(old: dict[str, object], new: dict[str, object], expected: date | None) -> None:
    assert first_difference(spec(**old), spec(**new), SINCE) == expected


def test_no_day_before_the_named_one_differs() -> None:
    dice = random.Random(7)

    def some() -> CalendarSpec:
        days = [SINCE + timedelta(days=dice.randrange(-10, 90)) for _ in range(6)]
        own = {days[0]: (), days[1]: ((28800, 43200),)}
        weeks = tuple(sorted({days[2]: dice.choice((OFFICE, SHORT))}.items()))
        return spec(closed=dict.fromkeys(days[3:], ""), exceptions=own, versions=weeks)

    for _ in range(300):
        old, new = some(), some()
        named = first_difference(old, new, SINCE) or SINCE + timedelta(days=200)
        before = (SINCE + timedelta(days=n) for n in range((named - SINCE).days))
        assert all(old.intervals_on(day) == new.intervals_on(day) for day in before)


TOMORROW, FRIDAY = SINCE + timedelta(days=1), SINCE + timedelta(days=4)
BEFORE, SATURDAY = SINCE - timedelta(days=3), SINCE + timedelta(days=5)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {}, True),
        ({}, {"closed": {TOMORROW: "A day"}}, True),
        ({}, {"closed": {TOMORROW: "A day", FRIDAY: "Another"}}, True),
        ({}, {"exceptions": {TOMORROW: ()}}, True),
        ({}, {"closed": {SATURDAY: "closed anyway"}}, True),
        ({}, {"closed": {BEFORE: "over"}}, True),
        ({"closed": {BEFORE: "over"}}, {}, True),
        ({}, {"closed": {SINCE: "today"}}, False),
        ({"closed": {TOMORROW: "A day"}}, {}, False),
        ({}, {"exceptions": {TOMORROW: ((28800, 43200),)}}, False),
        ({"exceptions": {TOMORROW: ()}}, {}, False),
        ({}, {"exceptions": {SATURDAY: ((28800, 43200),)}}, False),
        ({}, {"closed": {FRIDAY: "A day"}, "exceptions": {TOMORROW: ((28800, 43200),)}}, False),
        ({}, {"closed": {TOMORROW: "A day"}, "week": SHORT}, False),
        ({}, {"closed": {TOMORROW: "A day"}, "versions": ((date(2027, 1, 1), SHORT),)}, False),
        ({}, {"closed": {TOMORROW: "A day"}, "tz": "UTC"}, False),
        ({"confirmed_years": frozenset()}, {"confirmed_years": frozenset({2026})}, False),
    ],
)
def test_only_dates_ahead_that_close_as_a_whole_hold_a_clock_up(
    old: dict[str, object], new: dict[str, object], expected: bool
) -> None:
    assert closes_only(spec(**old), spec(**new), SINCE) is expected
