"""The documents of the public page, by their paths. Views, twin and early door all hand out what is made here."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db.models import Count, Max
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse

from status.answers import ATOM, HTML, ICAL, JSON, RSS, SVG, Content
from status.bars import day_board, page_day
from status.board import Board
from status.dates import month_text
from status.feeds.badge import badge, unknown_badge
from status.feeds.calendar import calendar
from status.feeds.syndication import atom, rss
from status.maintenance.listing import WindowRow, rows_of
from status.maintenance.planned import planned_in
from status.maintenance.queries import corrections_of, shown_windows, with_parts
from status.models import Component
from status.months import first_month, month_of, next_month
from status.queries import shown_incidents
from status.v2.documents import DOCUMENTS, text_of
from status.zone import PAGE_ZONE

STATIC = ("tokens.css", "icons.css", "base.css", "components.css", "app.css", "status.css", "logo.svg")
CSS = "text/css; charset=utf-8"
UNKNOWN_BADGE = "/status/badge-unknown.svg"  # in place of a badge whose state was not learnt for too long
AGE = b"<!--age-->"  # where a page that is old says so
MOST_MONTHS, MOST_STORIES = 24, 200


def page(board: Board) -> Content:
    """The page itself."""
    return _html("status/page.html", {"board": board})


def document(board: Board, name: str) -> Content:
    """A document of the Statuspage v2 format; raises `KeyError` for a name that it does not have."""
    return Content(text_of(name, board), JSON)


FEEDS: Mapping[str, tuple[Callable[[Board], bytes], str]] = {
    "status:atom": (atom, ATOM),
    "status:rss": (rss, RSS),
    "status:calendar": (calendar, ICAL),
    "status:badge": (badge, SVG),
}


def live_contents(board: Board) -> dict[str, Content]:
    """All that changes with the board, by path."""
    made = {reverse("status:page"): page(board)}
    made |= {reverse("status:v2", args=[name]): document(board, name) for name in DOCUMENTS}
    made |= {reverse(view): Content(write(board), kind) for view, (write, kind) in FEEDS.items()}
    for line in board.lines:
        own = line.component.public_id
        made[reverse("status:component_calendar", args=[own])] = Content(calendar(board, own), ICAL)
        made[reverse("status:component_badge", args=[own])] = Content(badge(board, own), SVG)
    return made


def month_context(first: date, *, at: datetime, words: str = "") -> dict[str, Any]:
    """What a month's page shows at the instant, asked in the scope at hand."""
    today = page_day(at)
    earlier, later = next_month(first, step=-1), next_month(first)
    return {
        "month": first,
        "incidents": month_of(first, words=words),
        "planned": planned_in(first, at=at, words=words),
        "words": words,
        "earlier": month_text(earlier) if earlier >= first_month() else "",
        "later": month_text(later) if later <= today else "",
    }


def day_context(on: date, *, at: datetime) -> dict[str, Any]:
    """What a day's page shows, asked in the scope at hand."""
    after = on + timedelta(days=1)
    return {
        "day": day_board(on, at=at),
        "zone": PAGE_ZONE,
        "before": on - timedelta(days=1),
        "after": after if after <= page_day(at) else None,
    }


def archive_mark(*, at: datetime) -> str:
    """What the archive hangs on, asked in the scope at hand: another text where any of it may be another."""
    told = shown_incidents().order_by().aggregate(number=Count("pk"), last=Max("updated_at"))
    planned = shown_windows().order_by().aggregate(number=Count("pk"), last=Max("updated_at"))
    parts = Component.objects.aggregate(number=Count("pk"), last=Max("updated_at"))
    # Each hour all the same: a new version of the product may say it in other words.
    return f"{at:%Y-%m-%dT%H} " + " ".join(f"{one['number']} {one['last']}" for one in (told, planned, parts))


def archive_contents(board: Board) -> dict[str, Content]:
    """What changes with an incident only: months, days on which something was wrong, stories, and the static files.

    Asked in the scope at hand. The paths are those under which the product itself answers.
    """
    today = page_day(board.at)
    stories = {one.pk: one for one in (*board.open, *board.newest)}
    made: dict[str, Content] = {}
    for first in _months(today):
        context = month_context(first, at=board.at)
        stories |= {one.pk: one for one in context["incidents"]}
        made[reverse("status:history_of", args=[month_text(first)])] = _html("status/twin_month.html", context)
    made[reverse("status:history")] = made[reverse("status:history_of", args=[month_text(today)])]
    for on in sorted({day.on for line in board.lines for day in line.affected}):
        context = day_context(on, at=board.at)
        made[reverse("status:day", args=[on.isoformat()])] = _html("status/twin_day.html", context)
    for incident in list(stories.values())[:MOST_STORIES]:
        path = reverse("status:incident", args=[incident.public_id])
        made[path] = _html("status/twin_incident.html", {"incident": incident})
    for row in _windows(board):
        context = {"row": row, "window": row.window, "announcements": row.window.announcements.all()}
        context["corrections"] = corrections_of(row.window)
        made[reverse("status:window", args=[row.window.public_id])] = _html("status/twin_window.html", context)
    made[UNKNOWN_BADGE] = Content(unknown_badge(), SVG)
    return made | _static_files()


def _windows(board: Board) -> list[WindowRow]:
    """The windows that the page tells of, with their notice."""
    found = shown_windows().filter(public_id__in=[one.public_id for one in board.planned])
    return rows_of(list(with_parts(found)), at=board.at)


def _months(today: date) -> list[date]:
    """This month and those before it, as far back as there is anything to tell, the newest first."""
    oldest, months = first_month(), [today.replace(day=1)]
    while len(months) < MOST_MONTHS and months[-1] > oldest:
        months.append(next_month(months[-1], step=-1))
    return months


def _static_files() -> dict[str, Content]:
    """What the pages link to, so that the folder can be served by itself."""
    made = {}
    for name in STATIC:
        path = static(name)
        if settings.STATIC_ROOT:
            file = Path(settings.STATIC_ROOT) / path.removeprefix(settings.STATIC_URL)
        else:
            file = Path(str(finders.find(name)))
        made[path] = Content(file.read_bytes(), SVG if name.endswith(".svg") else CSS)
    return made


def _html(template: str, context: Mapping[str, Any]) -> Content:
    return Content(render_to_string(template, dict(context)).encode(), HTML)
