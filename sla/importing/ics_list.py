"""A year's holidays as iCalendar: whole-day events, whose end is the day after the last (RFC 5545)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from icalendar import Calendar

from sla.importing.found import MOST_DAYS, Found, ListFault, as_text, at_line, checked
from sla.operations.calendar_changes import CATEGORIES


def read_ics(content: bytes, *, year: int, categories: list[str], source: str) -> list[Found]:
    """The dates of the events; `categories` stand where an event names none of ours. Raises `ListFault` with the lines.

    A date is taken as it is written: a whole day has no time zone.
    """
    text = as_text(content)
    lines = [i for i, line in enumerate(text.splitlines(), start=1) if line.strip().upper() == "BEGIN:VEVENT"]
    try:
        events = Calendar.from_ical(text).walk("VEVENT")
    except Exception as error:  # noqa: BLE001 - the library raises many kinds for what is none
        raise ListFault([_broken(text, error)]) from None
    found: list[tuple[int, Found]] = []
    faults: list[str] = []
    for i, event in enumerate(events):
        line = lines[i] if i < len(lines) else 1
        days = _days(event)
        if isinstance(days, str):
            faults.append(at_line(line, days))
            continue
        name = str(event.get("SUMMARY", "")).strip()[:120]
        if not name:
            faults.append(at_line(line, _("the event has no name (SUMMARY).")))
        named = tuple(one for one in CATEGORIES if one in _categories(event))
        found += [(line, Found(day, name, named or tuple(categories), source)) for day in days if name]
    return checked(found, faults, year=year)


def _days(event: Any) -> list[date] | str:
    """The event's dates, or why it is not taken."""
    try:
        start, end = event.decoded("DTSTART"), event.decoded("DTEND", None)
    except Exception:  # noqa: BLE001 - missing or malformed, the library raises many kinds
        return _("the event has no readable date (DTSTART).")
    if "RRULE" in event or "RDATE" in event:
        return _("the event repeats; only dates that are written out are taken.")
    if isinstance(start, datetime) or isinstance(end, datetime):
        return _("the event is no whole day.")
    length = (end - start).days if end is not None else 1
    if not 0 <= length <= MOST_DAYS:
        return _("the event ends before it starts, or lasts for more than a year.")
    return [start + timedelta(days=n) for n in range(max(length, 1))]


def _categories(event: Any) -> set[str]:
    given = event.get("CATEGORIES")
    given = given if isinstance(given, list) else [given]
    return {str(name).strip().lower() for one in given if one is not None for name in getattr(one, "cats", [one])}


def _broken(text: str, error: Exception) -> str:
    """The first line that is no property, if there is one; else what the library says."""
    for line, content in enumerate(text.splitlines(), start=1):
        if content.strip() and not content.startswith((" ", "\t")) and ":" not in content:
            return at_line(line, _("this is no iCalendar: “%(text)s”.") % {"text": content[:60]})
    return _("This is no iCalendar: %(error)s.") % {"error": str(error)[:120]}
