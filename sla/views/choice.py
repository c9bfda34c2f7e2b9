"""Which calendar a settings page is about."""

from django.http import Http404

from helpdesk.accounts.decorators import MemberRequest
from sla.listing import calendars
from sla.models import Calendar


def chosen_calendar(request: MemberRequest) -> tuple[Calendar, list[Calendar]]:
    """The calendar of `?calendar=KEY` (the oldest without it), and all that the member sees.

    Raises Http404 for an unknown key, and for that of a calendar that they do not see.
    """
    known = list(calendars(request.member))
    wanted = request.GET.get("calendar", "")
    if not known:
        raise Http404
    if not wanted:
        return min(known, key=lambda calendar: calendar.pk), known
    for calendar in known:
        if calendar.key == wanted:
            return calendar, known
    raise Http404
