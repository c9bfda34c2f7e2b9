"""The support calendar as an iCalendar feed: closed days and days with hours of their own, to subscribe to."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar as Feed
from icalendar import Event

from helpdesk.lib.clock import database_now
from sla.engine.spec import CalendarSpec
from sla.engine.spec_json import WEEKDAYS, write_intervals
from sla.models import Calendar, CalendarVersion
from sla.operations.calendar_changes import hours_words

SALT = "sla.feed"
PAST, AHEAD = timedelta(days=366), timedelta(days=3 * 366)


def feed_address(calendar: Calendar) -> str:
    """Where the feed lies: whoever has the address may read it."""
    return reverse("calendar_feed", args=[calendar.key, _mark(calendar.key)])


@login_not_required
@require_safe
def feed(request: HttpRequest, key: str, mark: str) -> HttpResponse:
    """The calendar's feed. A wrong mark and a missing calendar look the same."""
    found = Calendar.objects.select_related("current_version").filter(key=key).first()
    if found is None or found.current_version is None or not constant_time_compare(mark, _mark(key)):
        raise Http404
    tag = f'"{found.current_version_id}"'
    answer = HttpResponse(status=304) if request.headers.get("If-None-Match") == tag else _answer(found)
    answer.headers["ETag"], answer.headers["Cache-Control"] = tag, "private, max-age=3600"
    return answer


def written(name: str, key: str, version: CalendarVersion, *, at: datetime) -> bytes:
    """The calendar of a version as iCalendar, from a year before `at` to three after; the same version, the same text.

    A date keeps its UID whatever becomes of it, so a subscriber sees it change.
    """
    spec = CalendarSpec.from_json(version.spec)
    today = at.astimezone(ZoneInfo(spec.tz)).date()
    document = Feed()
    document.add("PRODID", "-//ravingCRM//Support calendar//EN")
    document.add("VERSION", "2.0")
    document.add("METHOD", "PUBLISH")
    document.add("X-WR-CALNAME", name)
    document.add("X-WR-TIMEZONE", spec.tz)
    document.add("X-WR-CALDESC", _("Support hours: %(hours)s") % {"hours": hours_words(_week(spec, today))})
    for day in sorted({*spec.closed, *spec.exceptions}):
        if today - PAST <= day <= today + AHEAD:
            document.add_component(_event(spec, key, day, version))
    return bytes(document.to_ical())


def _event(spec: CalendarSpec, key: str, day: date, version: CalendarVersion) -> Event:
    hours = hours_words(write_intervals(spec.intervals_on(day)))
    name = spec.closed.get(day) or _("Support hours")
    event = Event()
    event.add("UID", f"{day.isoformat()}-{key}@{settings.MESSAGE_ID_DOMAIN}")
    event.add("DTSTAMP", version.known_from)
    event.add("SEQUENCE", version.number)
    event.add("DTSTART", day)
    event.add("DTEND", day + timedelta(days=1))
    event.add("SUMMARY", f"{name}: {hours}")
    event.add("TRANSP", "TRANSPARENT")
    return event


def _week(spec: CalendarSpec, day: date) -> dict[str, list[list[str]]]:
    return {name: write_intervals(spec.week_on(day).get(at, ())) for at, name in enumerate(WEEKDAYS)}


def _answer(found: Calendar) -> HttpResponse:
    assert found.current_version is not None
    content = written(found.name, found.key, found.current_version, at=database_now())
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")


def _mark(key: str) -> str:
    return signing.Signer(salt=SALT).signature(key)
