"""Planned maintenance as iCalendar: a window keeps its UID, a told change raises its SEQUENCE, none disappears."""

from datetime import UTC
from uuid import UUID

from django.conf import settings
from icalendar import Calendar, Event

from status.board import Board
from status.feeds.stories import work_text
from status.maintenance.planned import Planned
from status.models import Component, WindowState
from status.v2.documents import page_name
from status.v2.ids import page_address
from status.zone import PAGE_ZONE


class NoSuchComponent(LookupError):
    """No component in use has this id."""


def calendar(board: Board, component_id: UUID | None = None) -> bytes:
    """All windows, or those that may affect the component; raises `NoSuchComponent`."""
    component = component_of(board, component_id) if component_id else None
    document = Calendar()
    document.add("PRODID", "-//ravingCRM//Status of the service//EN")
    document.add("VERSION", "2.0")
    document.add("METHOD", "PUBLISH")
    document.add("X-WR-CALNAME", f"{page_name()}: {component.name}" if component else page_name())
    document.add("X-WR-TIMEZONE", PAGE_ZONE)
    for work in board.planned:
        if component is None or work.concerns(component.pk):
            document.add_component(_event(work))
    return bytes(document.to_ical())


def component_of(board: Board, public_id: UUID) -> Component:
    """The component in use with this id; raises `NoSuchComponent`."""
    found = next((line.component for line in board.lines if line.component.public_id == public_id), None)
    if found is None:
        raise NoSuchComponent
    return found


def _event(work: Planned) -> Event:
    event = Event()
    event.add("UID", f"{work.public_id}@{settings.MESSAGE_ID_DOMAIN}")
    is_cancelled = work.state is WindowState.CANCELLED
    event.add("SEQUENCE", work.revision)
    event.add("DTSTAMP", work.updated_at.astimezone(UTC))
    event.add("LAST-MODIFIED", work.updated_at.astimezone(UTC))
    event.add("CREATED", work.created_at.astimezone(UTC))
    event.add("DTSTART", work.begins_at.astimezone(UTC))
    event.add("DTEND", work.ends_at.astimezone(UTC))
    event.add("SUMMARY", work.title)
    event.add("DESCRIPTION", work_text(work))
    event.add("STATUS", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT")
    event.add("URL", page_address())
    return event
