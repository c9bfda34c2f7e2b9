"""The history of incidents, month by month in the page's zone."""

from datetime import date

from django.db.models import Q, QuerySet

from status.bars import midnight, page_day
from status.models import Incident
from status.queries import shown_incidents, with_story

MOST_IN_MONTH = 200
LONGEST_WORDS = 100


def in_month(first: date) -> QuerySet[Incident]:
    """The incidents that began in the month."""
    begins, ends = midnight(first), midnight(next_month(first))
    return shown_incidents().filter(started_at__gte=begins, started_at__lt=ends)


def month_of(first: date, *, words: str) -> list[Incident]:
    """The incidents that began in the month, with their stories; `words`: only those that hold all of them."""
    found = in_month(first)
    for word in words[:LONGEST_WORDS].split():
        found = found.filter(Q(title__icontains=word) | Q(updates__body__icontains=word))
    return list(with_story(found.distinct())[:MOST_IN_MONTH])


def first_month() -> date:
    """The month of the oldest incident that is shown; this says how far back there is anything to look at."""
    oldest = shown_incidents().order_by("started_at").values_list("started_at", flat=True).first()
    return (page_day(oldest) if oldest else date.max).replace(day=1)


def next_month(first: date, *, step: int = 1) -> date:
    """The first day of the month after (or before, with -1)."""
    months = first.year * 12 + first.month - 1 + step
    return date(months // 12, months % 12 + 1, 1)
