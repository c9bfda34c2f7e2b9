"""Template filters for instants and spans of support time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import template

from helpdesk.lib.instants import instant_text, span_text

register = template.Library()


@register.filter
def instant(value: datetime | str | None, zone: str) -> str:
    """`{{ when|instant:zone }}`: weekday, date, time and place of an instant or its ISO text; else a dash."""
    return instant_text(value, zone)


@register.filter
def short_instant(value: datetime | str | None, zone: str) -> str:
    """`Tue 24 Nov 15:30`: for lists, where the page states the zone once; another year is told."""
    if not value:
        return "–"
    parsed = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = parsed.astimezone(ZoneInfo(zone))
    this_year = datetime.now(ZoneInfo(zone)).year
    return f"{local:%a %-d %b %H:%M}" if local.year == this_year else f"{local:%a %-d %b %Y %H:%M}"


@register.filter
def span(value: timedelta | None) -> str:
    """`19 h 30 min`: a span of support time; a dash for none."""
    return "0 min" if value == timedelta(0) else span_text(value)
