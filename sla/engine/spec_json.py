"""The published calendar format (the `calendars` of a conformance file), read and written."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_SECONDS = 86_400
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_Intervals = tuple[tuple[int, int], ...]


class CalendarError(ValueError):
    """A calendar that cannot be used, or an instant outside the years it can answer for."""


def read(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a CalendarSpec, from a document of the published format. Raises CalendarError."""
    if not isinstance(data, Mapping):
        raise CalendarError("a calendar must be an object")
    if "tz" not in data or "week" not in data:
        raise CalendarError("a calendar needs the keys 'tz' and 'week'")
    names = _mapping(data.get("holiday_names"), "holiday_names")
    return {
        "tz": data["tz"],
        "week": read_week(data["week"]),
        "closed": {read_date(day): str(names.get(day, "")) for day in _list(data.get("holidays"), "holidays")},
        "exceptions": {
            read_date(day): read_intervals(hours, day)
            for day, hours in _mapping(data.get("exceptions"), "exceptions").items()
        },
        "versions": _read_versions(data.get("versions")),
        "confirmed_years": _read_years(data.get("confirmed_years")),
    }


def read_week(data: object) -> dict[int, _Intervals]:
    """Weekday numbers to opening hours, from {"mon": [["08:00", "17:00"]], ...}; a missing day is closed."""
    week = _mapping(data, "week")
    for name in week:
        if name not in WEEKDAYS:
            raise CalendarError(f"unknown weekday {name!r}: use {', '.join(WEEKDAYS)}")
    return {number: read_intervals(week.get(name), name) for number, name in enumerate(WEEKDAYS)}


def read_intervals(data: object, where: str) -> _Intervals:
    """Opening hours in seconds of the day, in order, from [["08:00", "12:00"], ...]."""
    pairs = _list(data, where)
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise CalendarError(f"{where}: {pair!r} is not a pair of opening and closing time")
    return tuple(sorted((read_time(opens), read_time(closes)) for opens, closes in pairs))


def read_time(text: object) -> int:
    """Seconds of the day, from "08:00", "08:00:30" or "24:00"."""
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise CalendarError(f"malformed time {text!r}: write it as 08:00")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or total > DAY_SECONDS:
        raise CalendarError(f"there is no time {text!r} in a day")
    return total


def read_date(text: object) -> date:
    """A date, from "2026-11-24"."""
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        raise CalendarError(f"malformed date {text!r}: write it as 2026-11-24")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CalendarError(f"there is no date {text!r}") from None


def write_time(seconds: int) -> str:
    """The time of day after `seconds`, as "08:00", with seconds only where there are some."""
    hours, rest = divmod(seconds, 3600)
    text = f"{hours:02}:{rest // 60:02}"
    return f"{text}:{rest % 60:02}" if rest % 60 else text


def write_intervals(intervals: _Intervals) -> list[list[str]]:
    """Opening hours as [["08:00", "17:00"], ...]."""
    return [[write_time(opens), write_time(closes)] for opens, closes in intervals]


def write_week(week: Mapping[int, _Intervals]) -> dict[str, list[list[str]]]:
    """A week as {"mon": [["08:00", "17:00"]], ..., "sun": []}."""
    return {name: write_intervals(week.get(number, ())) for number, name in enumerate(WEEKDAYS)}


def _read_versions(data: object) -> tuple[tuple[date, dict[int, _Intervals]], ...]:
    versions = []
    for item in _list(data, "versions"):
        if not isinstance(item, Mapping) or "from" not in item or "week" not in item:
            raise CalendarError("versions: each needs the keys 'from' and 'week'")
        versions.append((read_date(item["from"]), read_week(item["week"])))
    return tuple(sorted(versions, key=lambda version: version[0]))


def _read_years(data: object) -> frozenset[int] | None:
    if data is None:
        return None
    years = _list(data, "confirmed_years")
    if not all(type(year) is int for year in years):
        raise CalendarError("confirmed_years: each must be a year, such as 2026")
    return frozenset(years)


def _list(data: object, where: str) -> list[Any]:
    if data is None:
        return []
    if not isinstance(data, list | tuple):
        raise CalendarError(f"{where} must be a list")
    return list(data)


def _mapping(data: object, where: str) -> Mapping[Any, Any]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise CalendarError(f"{where} must be an object")
    return data
