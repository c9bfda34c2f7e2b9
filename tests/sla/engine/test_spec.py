"""Reading, writing and refusing calendars."""

from datetime import date

import pytest

from sla.engine.calendar import BusinessCalendar
from sla.engine.spec import CalendarError, CalendarSpec
from tests.sla.engine.world import cases, t

WEEK = {"mon": [["08:00", "17:00"]]}


@pytest.mark.parametrize("name", sorted(cases()["calendars"]))
def test_a_published_calendar_is_written_as_it_was_read(name):
    document = cases()["calendars"][name]
    assert CalendarSpec.from_json(document).to_json() == document


def test_the_optional_keys_are_written_as_they_were_read():
    document = {
        "tz": "Asia/Colombo",
        "week": {
            "mon": [["08:00:30", "24:00"]],
            "tue": [],
            "wed": [],
            "thu": [],
            "fri": [],
            "sat": [],
            "sun": [],
        },
        "holidays": ["2026-11-24"],
        "exceptions": {},
        "holiday_names": {"2026-11-24": "Il Full Moon Poya Day"},
        "confirmed_years": [2025, 2026],
    }
    spec = CalendarSpec.from_json(document)
    assert spec.to_json() == document
    assert spec.week[0] == ((28830, 86400),)
    assert spec.closed == {date(2026, 11, 24): "Il Full Moon Poya Day"}
    assert spec.confirmed_years == frozenset({2025, 2026})


def test_intervals_may_come_in_any_order():
    spec = CalendarSpec.from_json({"tz": "UTC", "week": {"mon": [["13:00", "17:00"], ["08:00", "12:00"]]}})
    assert spec.week[0] == ((8 * 3600, 12 * 3600), (13 * 3600, 17 * 3600))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tz": "Asia/Kolombo"}, "unknown time zone 'Asia/Kolombo'"),
        ({"tz": "../etc/passwd"}, "unknown time zone '../etc/passwd'"),
        ({"tz": "America"}, "unknown time zone 'America'"),
        ({"tz": None}, "unknown time zone None"),
        ({"week": {"mon": [["17:00", "08:00"]]}}, "mon: 17:00-08:00 ends before it starts"),
        ({"week": {"mon": [["08:00", "08:00"]]}}, "mon: 08:00-08:00 ends before it starts"),
        (
            {"week": {"tue": [["08:00", "12:30"], ["12:00", "17:00"]]}},
            "tue: 12:00-17:00 overlaps the interval before it",
        ),
        ({"week": {"lundi": []}}, "unknown weekday 'lundi': use mon, tue, wed, thu, fri, sat, sun"),
        ({"week": {"mon": [["8:00", "17:00"]]}}, "malformed time '8:00': write it as 08:00"),
        ({"week": {"mon": [["08:00", "17:60"]]}}, "there is no time '17:60' in a day"),
        ({"week": {"mon": [["08:00", "24:01"]]}}, "there is no time '24:01' in a day"),
        ({"week": {"mon": [[8, 17]]}}, "malformed time 8: write it as 08:00"),
        ({"week": {"mon": ["08:00-17:00"]}}, "mon: '08:00-17:00' is not a pair of opening and closing time"),
        ({"week": {"mon": "08:00-17:00"}}, "mon must be a list"),
        ({"week": []}, "week must be an object"),
        ({"holidays": ["2026-02-30"]}, "there is no date '2026-02-30'"),
        ({"holidays": ["20261124"]}, "malformed date '20261124': write it as 2026-11-24"),
        ({"holidays": "2026-11-24"}, "holidays must be a list"),
        (
            {"exceptions": {"2026-12-24": [["12:30", "08:00"]]}},
            "2026-12-24: 12:30-08:00 ends before it starts",
        ),
        ({"exceptions": {"24 Dec": []}}, "malformed date '24 Dec': write it as 2026-11-24"),
        ({"versions": [{"from": "2026-12-01"}]}, "versions: each needs the keys 'from' and 'week'"),
        (
            {"versions": [{"from": "2026-12-01", "week": WEEK}, {"from": "2026-12-01", "week": WEEK}]},
            "versions: each must begin on a later date than the one before",
        ),
        ({"confirmed_years": ["2026"]}, "confirmed_years: each must be a year, such as 2026"),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused_with_the_reason(change, message):
    with pytest.raises(CalendarError) as caught:
        CalendarSpec.from_json({"tz": "Asia/Colombo", "week": WEEK, **change})
    assert str(caught.value) == message


@pytest.mark.parametrize("document", [{}, {"tz": "UTC"}, {"week": WEEK}])
def test_a_calendar_needs_a_zone_and_a_week(document):
    with pytest.raises(CalendarError, match="a calendar needs the keys 'tz' and 'week'"):
        CalendarSpec.from_json(document)


def test_a_spec_built_by_hand_is_checked_too():
    with pytest.raises(CalendarError, match="unknown weekday 7: 0 is Monday, 6 is Sunday"):
        CalendarSpec(tz="UTC", week={7: ((0, 60),)})
    with pytest.raises(CalendarError, match="sun: 23:00-25:00 leaves the day"):
        CalendarSpec(tz="UTC", week={6: ((23 * 3600, 25 * 3600),)})


def test_a_calendar_that_never_opens_is_refused_at_save_but_can_be_computed():
    spec = CalendarSpec.from_json(
        {"tz": "Asia/Colombo", "week": {}, "exceptions": {"2026-11-28": [["08:00", "09:00"]]}}
    )
    with pytest.raises(CalendarError, match="the calendar has no support hours at all"):
        spec.validate()
    calendar = BusinessCalendar(spec)
    assert calendar.due(t("2026-11-27 08:00"), 60) == t("2026-11-28 09:00")
    assert calendar.due(t("2026-11-27 08:00"), 61) is None


def test_only_the_last_week_decides_whether_a_calendar_is_empty():
    versions = [{"from": "2026-12-01", "week": {}}]
    with pytest.raises(CalendarError):
        CalendarSpec.from_json({"tz": "UTC", "week": WEEK, "versions": versions}).validate()
    CalendarSpec.from_json({"tz": "UTC", "week": {}, "versions": [{"from": "2026-12-01", "week": WEEK}]}).validate()
