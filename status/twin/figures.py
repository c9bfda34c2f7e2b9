"""The public pages of uptime as files: the list, and each month as page, table and document, of its newest revisions.

They stand in for their views. A frozen month never changes but by a further revision, so they are made anew when there
is one, and each hour, for the month that runs.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models import Count, Max
from django.template.loader import render_to_string
from django.urls import reverse

from status.answers import CSV, HTML, JSON, Content
from status.models import UptimeMonth
from status.models.uptime import EVERYBODY
from status.reckoning.kept import kept_lines
from status.reckoning.listing import months_told
from status.uptime_pages import Told, csv_of, json_of_month, page_of, told_month

ROOT = "/status/uptime/"
MOST_MONTHS = 13  # a year, and the month that runs
MOST_REVISIONS = 3  # of a month, the newest


def figures_mark(*, at: datetime) -> str:
    """What these files hang on, asked in the scope of nobody: another text where any of them may be another."""
    frozen = UptimeMonth.objects.filter(only_for=EVERYBODY).aggregate(number=Count("pk"), last=Max("recorded_at"))
    return f"{at:%Y-%m-%dT%H} {frozen['number']} {frozen['last']}"


def figures_contents(*, at: datetime) -> dict[str, Content]:
    """All of them by path, asked in the scope of nobody; revisions lie beside their month, as `revision_path` says."""
    made: dict[str, Content] = {}
    for month in months_told(at=at, most=MOST_MONTHS):
        newest = told_month(month.name, organisation=None, at=at)
        if newest is None:
            continue
        made |= dict(_month(newest))
        for row in newest.rows[-MOST_REVISIONS:]:
            told = told_month(month.name, organisation=None, at=at, revision=str(row.revision))
            assert told is not None
            made |= {revision_path(path, str(row.revision)): content for path, content in _month(told)}
    context = {"lines": kept_lines(organisation=None, at=at), "organisation": None, "frame": "status/public.html"}
    made[reverse("status:uptime")] = _html("status/uptime.html", context)
    return made


def revision_path(path: str, revision: str) -> str:
    """Where a revision of a month's page or file lies: the address has its number in the query, a file cannot."""
    return f"{path.removesuffix('/')}.revision-{revision}{'/' if path.endswith('/') else ''}"


def _month(told: Told) -> Iterator[tuple[str, Content]]:
    yield reverse("status:uptime_month", args=[told.name]), _html("status/uptime_month.html", page_of(told))
    yield reverse("status:uptime_json", args=[told.name]), Content(json_of_month(told).encode(), JSON)
    yield reverse("status:uptime_csv", args=[told.name]), Content("".join(csv_of(told)).encode(), CSV)


def _html(template: str, context: Mapping[str, object]) -> Content:
    return Content(render_to_string(template, dict(context)).encode(), HTML)
