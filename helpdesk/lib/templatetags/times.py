"""Template tags and filters for instants and spans of support time. Every page shows them by these."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import format_html

from helpdesk.lib.instants import instant_text, place, span_text, wall_text

register = template.Library()


@register.filter
def instant(value: datetime | str | None, zone: str) -> str:
    """`{{ at|instant:zone }}`: weekday, date, time and place of an instant or its ISO text; else a dash."""
    return instant_text(value, zone)


@register.simple_tag(takes_context=True)
def when(context: Context, value: datetime | str | None, zone: str = "", form: str = "") -> str:
    """`{% when ticket.opened_at %}`: an instant as `<time>`, in the reader's zone or in `zone`; else a dash.

    The zone is named unless the reader and the support desk both live in it; its title then tells the desk's time.
    `form="short"` is for lists (see `short_instant`).
    """
    if not value:
        return "–"
    member, desk = context.get("member"), settings.SUPPORT_ZONE
    own = member.user.time_zone if member else ""
    zone = zone or own or desk
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    full = wall_text(at, zone) if zone == own == desk else instant_text(at, zone)
    title = format_html(' title="{}"', instant_text(at, desk)) if zone != desk else ""
    words = short_instant(at, zone) if form == "short" else full
    return format_html('<time datetime="{}"{}>{}</time>', at.isoformat(), title, words)


@register.simple_tag(takes_context=True)
def between(context: Context, begins: datetime, ends: datetime) -> str:
    """`{% between one.begins_at one.ends_at %}`: both as `when` tells them; a day and a zone that they share, once.

    `Sun 13 Dec 2026, 01:00 – 03:00 (Colombo)`.
    """
    member, desk = context.get("member"), settings.SUPPORT_ZONE
    own = member.user.time_zone if member else ""
    zone = own or desk
    is_one_day = begins.astimezone(ZoneInfo(zone)).date() == ends.astimezone(ZoneInfo(zone)).date()
    end = f"{ends.astimezone(ZoneInfo(zone)):%H:%M}" if is_one_day else wall_text(ends, zone)
    title = (
        format_html(' title="{} – {}"', instant_text(begins, desk), instant_text(ends, desk)) if zone != desk else ""
    )
    return format_html(
        '<span{}><time datetime="{}">{}</time> – <time datetime="{}">{}</time>{}</span>',
        title, begins.isoformat(), wall_text(begins, zone), ends.isoformat(), end,
        "" if zone == own == desk else f" ({place(zone)})",
    )  # fmt: skip


@register.filter
def short_instant(value: datetime | str | None, zone: str) -> str:
    """`Tue 24 Nov 15:30`: for lists, where the page states the zone once; another year is told."""
    if not value:
        return "–"
    parsed = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = parsed.astimezone(ZoneInfo(zone))
    this_year = datetime.now(ZoneInfo(zone)).year
    return f"{local:%a %-d %b %H:%M}" if local.year == this_year else f"{local:%a %-d %b %Y, %H:%M}"


@register.filter
def to_the_second(value: datetime, zone: str) -> str:
    """`Tue 24 Nov 2026, 15:30:02`: where two instants are compared; a fraction of a second is told."""
    local = value.astimezone(ZoneInfo(zone))
    fraction = f"{local:.%f}" if local.microsecond else ""
    return f"{local:%a %-d %b %Y, %H:%M:%S}{fraction}"


@register.filter
def span(value: timedelta | None) -> str:
    """`19 h 30 min`: a span of support time; a dash for none."""
    return "0 min" if value == timedelta(0) else span_text(value)
