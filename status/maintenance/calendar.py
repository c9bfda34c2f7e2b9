"""Windows as iCalendar events: what a calendar program adds, and what a later mail moves or takes away again."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event

from status.models import MaintenanceWindow


def calendar_text(windows: Iterable[MaintenanceWindow], *, cancelled: bool = False) -> str:
    """The windows as one document, METHOD:PUBLISH; a window keeps its UID, and its revision is the SEQUENCE."""
    document = Calendar()
    document.add("prodid", "-//helpdesk//maintenance//EN")
    document.add("version", "2.0")
    document.add("method", "PUBLISH")
    for window in windows:
        document.add_component(_event(window, cancelled=cancelled))
    return document.to_ical().decode()


def _event(window: MaintenanceWindow, *, cancelled: bool) -> Event:
    event = Event()
    event.add("uid", f"{window.public_id}@{settings.MESSAGE_ID_DOMAIN}")
    event.add("sequence", window.revision)
    event.add("dtstamp", window.updated_at)
    event.add("dtstart", window.begins_at)
    event.add("dtend", window.ends_at)
    event.add("summary", window.title)
    if window.body:
        event.add("description", window.body)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("url", f"{settings.SITE_URL}{reverse('status:window', args=[window.public_id])}")
    return event
