"""Which calendar a settings page is about."""

from django.http import Http404, HttpRequest

from sla.listing import calendars
from sla.models import Calendar


def chosen_calendar(request: HttpRequest) -> tuple[Calendar, list[Calendar]]:
    """The calendar of `?calendar=KEY` (the oldest without it), and all. Raises Http404 for an unknown key."""
    known = list(calendars())
    wanted = request.GET.get("calendar", "")
    if not known:
        raise Http404
    if not wanted:
        return min(known, key=lambda calendar: calendar.pk), known
    for calendar in known:
        if calendar.key == wanted:
            return calendar, known
    raise Http404
