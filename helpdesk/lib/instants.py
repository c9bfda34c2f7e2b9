"""Instants and spans of support time as people read them. Never ambiguous: weekday, date, time and zone.

In a mail the zone is always named, for a mail travels. In a page it is named to whom it is not the support desk's own.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def instant_text(value: datetime | str | None, zone: str) -> str:
    """`Tue 24 Nov 2026, 15:30 (Colombo)`: an instant, or its ISO text, in a zone; a dash for none."""
    return f"{wall_text(value, zone)} ({place(zone)})" if value else "–"


def wall_text(value: datetime | str | None, zone: str) -> str:
    """`Tue 24 Nov 2026, 15:30`: the wall clock of a zone, for who knows which zone it is; a dash for none."""
    if not value:
        return "–"
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{instant.astimezone(ZoneInfo(zone)):%a %-d %b %Y, %H:%M}"


def place(zone: str) -> str:
    """The readable end of a zone's name: `Colombo` for `Asia/Colombo`."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def span_text(span: timedelta | None) -> str:
    """`2 d 3 h` is never said: a working day is no calendar day. `19 h 30 min`, `45 min`, `30 s`."""
    if span is None:
        return "–"
    seconds = int(abs(span).total_seconds())
    hours, minutes = divmod(seconds // 60, 60)
    if seconds < 60:
        return f"{seconds} s"
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
