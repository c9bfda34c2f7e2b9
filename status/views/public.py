"""The status page, for everybody: how the service stands, and what happened month by month."""

from collections.abc import Callable
from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import scope
from status.answers import Content, answer
from status.bars import page_day
from status.board import Board, board
from status.dates import parse_day, parse_month
from status.months import LONGEST_WORDS
from status.twin import contents
from status.twin.contents import day_context, month_context


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """How the service stands: the same for everybody, whoever asks."""
    return answer(request, made(contents.page))


@login_not_required
@require_safe
def history(request: HttpRequest, month: str = "") -> HttpResponse:
    """What happened in this month or another: all of it, or what holds some words."""
    at = database_now()
    asked = month or request.GET.get("month", "")
    first = _or_404(parse_month, asked) if asked else page_day(at).replace(day=1)
    words = request.GET.get("q", "").replace("\x00", "")[:LONGEST_WORDS]
    with scope(()):
        context = month_context(first, at=at, words=words)
    return render(request, "status/history.html", {**context, "searches": True})


@login_not_required
@require_safe
def day(request: HttpRequest, day: str) -> HttpResponse:
    """A day's hours by component, and what was told of it."""
    at, on = database_now(), _or_404(parse_day, day)
    if on > page_day(at):
        raise Http404("There is nothing to tell of this day yet.")
    with scope(()):
        context = day_context(on, at=at)
    return render(request, "status/day.html", context)


def _or_404(parse: Callable[[str], date], text: str) -> date:
    try:
        return parse(text)
    except ValueError as error:
        raise Http404("There is no such day.") from error


def made(make: Callable[[Board], Content]) -> Content:
    """A document of the board as it stands now, which everybody may read: in the scope of nobody."""
    with scope(()):
        return make(board(at=database_now()))
