"""A component's days and hours: the worst level of each, from the spans of what everybody may know."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from status.impacts import Span, spans_of
from status.models import Component, ImpactLevel, Incident
from status.models.levels import worst_of
from status.queries import components_in_use, shown_incidents, with_story
from status.zone import PAGE_ZONE

DAYS = 90
HOURS = 24
MOST_IN_BARS, MOST_IN_DAY = 1000, 100


@dataclass(frozen=True)
class Day:
    """A day of a bar: the worst level of its component on it; None before it was told of."""

    on: date
    level: str | None

    @property
    def words(self) -> str:
        return str(ImpactLevel(self.level).label) if self.level is not None else ""

    @property
    def is_bad(self) -> bool:
        return self.level not in (None, ImpactLevel.OPERATIONAL)


@dataclass(frozen=True)
class Hour:
    """An hour of a day; None before its component was told of, and ahead."""

    begins: datetime
    level: str | None

    @property
    def words(self) -> str:
        return str(ImpactLevel(self.level).label) if self.level is not None else ""


@dataclass(frozen=True)
class DayLine:
    """A component's day, hour by hour, and in words: each stretch that was affected."""

    component: Component
    hours: Sequence[Hour]
    spans: Sequence[tuple[datetime, datetime | None, str]]


@dataclass(frozen=True)
class DayBoard:
    """A day on the page: its hours, and what was told of it."""

    on: date
    lines: Sequence[DayLine]
    incidents: Sequence[Incident]


def midnight(day: date) -> datetime:
    """The instant at which a day begins, in the page's zone."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(PAGE_ZONE))


def page_day(at: datetime) -> date:
    """The day of an instant, in the page's zone."""
    return at.astimezone(ZoneInfo(PAGE_ZONE)).date()


def spans_since(since: datetime) -> Mapping[int, list[Span]]:
    """Every span that reaches past the instant, by component. Retracted incidents have none."""
    found = shown_incidents().filter(retracted_at__isnull=True)
    reaching = found.filter(Q(resolved_at__isnull=True) | Q(resolved_at__gte=since))
    return _by_component(reaching.prefetch_related("impacts")[:MOST_IN_BARS])


def days_of(component: Component, spans: Sequence[Span], *, at: datetime) -> list[Day]:
    """The last 90 days, the oldest first."""
    first = first_day(at)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return [
        Day(day, _level(midnight(day), midnight(day + timedelta(days=1)), spans, at=at))
        if day >= component.started_on
        else Day(day, None)
        for day in days
    ]


def first_day(at: datetime) -> date:
    """The oldest day that bars show."""
    return page_day(at) - timedelta(days=DAYS - 1)


def day_board(day: date, *, at: datetime) -> DayBoard:
    """The day's hours by component, and the incidents that lasted on it, in the scope at hand."""
    begins, ends = midnight(day), min(midnight(day + timedelta(days=1)), at)
    during = shown_incidents().filter(started_at__lt=ends)
    during = during.filter(Q(resolved_at__isnull=True) | Q(resolved_at__gt=begins))
    during = during.filter(Q(retracted_at__isnull=True) | Q(retracted_at__gt=begins))
    incidents = list(with_story(during)[:MOST_IN_DAY])
    spans = _by_component(one for one in incidents if not one.is_retracted)
    lines = [
        _day_line(component, spans.get(component.pk, ()), begins=begins, at=at)
        for component in components_in_use()
        if day >= component.started_on
    ]
    return DayBoard(day, lines, incidents)


def _day_line(component: Component, spans: Sequence[Span], *, begins: datetime, at: datetime) -> DayLine:
    starts = [begins + timedelta(hours=number) for number in range(HOURS)]
    hours = [
        Hour(start, _level(start, start + timedelta(hours=1), spans, at=at) if start < at else None) for start in starts
    ]
    ends = begins + timedelta(days=1)
    told = sorted((one for one in spans if one.begins < ends and (one.ends is None or one.ends > begins)), key=_begin)
    clipped = [
        (max(one.begins, begins), one.ends if one.ends is None or one.ends <= ends else ends, one.level) for one in told
    ]
    return DayLine(component, hours, [(since, until, str(ImpactLevel(level).label)) for since, until, level in clipped])


def _begin(span: Span) -> datetime:
    return span.begins


def _by_component(incidents: Iterable[Incident]) -> Mapping[int, list[Span]]:
    spans: dict[int, list[Span]] = {}
    for incident in incidents:
        for span in spans_of(incident.impacts.all()):
            spans.setdefault(span.component_id, []).append(span)
    return spans


def _level(begins: datetime, ends: datetime, spans: Sequence[Span], *, at: datetime) -> ImpactLevel:
    ends = min(ends, at)
    return worst_of(span.level for span in spans if span.begins < ends and (span.ends is None or span.ends > begins))
