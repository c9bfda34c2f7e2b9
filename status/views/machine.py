"""What programs read of the public page: documents in the Statuspage v2 format, feeds, calendars and badges."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from status.answers import ICAL, SVG, Content, answer
from status.board import Board
from status.feeds.badge import badge
from status.feeds.calendar import NoSuchComponent, calendar
from status.twin.contents import FEEDS, document
from status.v2.documents import DOCUMENTS
from status.views.public import made


@login_not_required
@require_safe
def v2(request: HttpRequest, name: str) -> HttpResponse:
    """A document of the Statuspage v2 format."""
    if name not in DOCUMENTS:
        raise Http404("The format has no such document.")
    return answer(request, made(partial(document, name=name)))


@login_not_required
@require_safe
def feed(request: HttpRequest, view: str) -> HttpResponse:
    """The history as a feed, the planned maintenance as a calendar, the state as a badge."""
    write, kind = FEEDS[view]
    return answer(request, made(lambda board: Content(write(board), kind)))


@login_not_required
@require_safe
def component_calendar(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The planned maintenance that may affect one component."""
    return _of_component(request, lambda board: Content(calendar(board, public_id), ICAL))


@login_not_required
@require_safe
def component_badge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How one component stands, as a picture."""
    return _of_component(request, lambda board: Content(badge(board, public_id), SVG))


def _of_component(request: HttpRequest, make: Callable[[Board], Content]) -> HttpResponse:
    try:
        return answer(request, made(make))
    except NoSuchComponent as error:
        raise Http404("There is no such component.") from error
