"""Where the holiday list was: the page of a calendar's year."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.lib.clock import database_now
from sla.forms import YearForm
from sla.listing import today_in
from sla.views.choice import chosen_calendar
from sla.views.editing import year_address


@member_view("settings.calendar")
@require_safe
def holidays(request: MemberRequest) -> HttpResponse:
    """To the year of the calendar that is asked for; without one this year's of the oldest."""
    calendar, _ = chosen_calendar(request)
    asked = YearForm(request.GET)
    year = asked.cleaned_data["year"] if asked.is_valid() else today_in(calendar, at=database_now()).year
    return redirect(year_address(calendar, year))
