"""The one roll-up of how the service stands: page, words, badge, feeds and machines' formats are made of it.

All of it is asked in the scope of nobody, so that it is the same for everybody: incidents for listed organisations are
not there to be left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from status.bars import Day, days_of, first_day, midnight, page_day, spans_since
from status.impacts import levels_now
from status.maintenance.planned import Planned, planned_work
from status.models import Component, ImpactLevel, Incident
from status.models.levels import worst_of
from status.months import MOST_IN_MONTH, in_month
from status.queries import components_in_use, open_incidents, shown_incidents, with_story
from status.reckoning.kept import MonthOfPart, kept_uptime
from status.standing import Standing, standing_of, words_for, worst_standing

MOST_OPEN, MOST_NEWEST = 50, 50


@dataclass(frozen=True)
class Line:
    """A component on the page: how it stands, and its days, the oldest first."""

    component: Component
    level: ImpactLevel
    days: Sequence[Day]
    in_maintenance: bool = False
    uptime: Sequence[MonthOfPart] = ()

    @property
    def standing(self) -> Standing:
        return standing_of(self.level, in_maintenance=self.in_maintenance)

    @property
    def affected(self) -> list[Day]:
        """The days on which it was affected at all, the newest first."""
        return [day for day in reversed(self.days) if day.is_bad]

    @property
    def bad_days(self) -> int:
        """How many days it was affected at all."""
        return len(self.affected)


@dataclass(frozen=True)
class Board:
    """How the service stands at an instant. `newest` are the latest incidents, `recent` what ended this month."""

    at: datetime
    lines: Sequence[Line]
    open: Sequence[Incident]
    recent: Sequence[Incident]
    newest: Sequence[Incident]
    planned: Sequence[Planned] = ()

    @property
    def level(self) -> ImpactLevel:
        """The worst level of any component."""
        return worst_of(line.level for line in self.lines)

    @property
    def standing(self) -> Standing:
        return worst_standing(line.standing for line in self.lines)

    @property
    def words(self) -> str:
        """The whole service in a few words."""
        return words_for(self.standing, has_issues=bool(self.open))

    @property
    def running(self) -> list[Planned]:
        """The planned maintenance that is under way."""
        return [one for one in self.planned if one.is_running]

    @property
    def ahead(self) -> list[Planned]:
        """The planned maintenance that is ahead, the next first."""
        return sorted((one for one in self.planned if one.is_ahead), key=lambda one: one.begins_at)

    @property
    def changed_at(self) -> datetime:
        """The instant of the last change to anything that is told."""
        told = [one.updated_at for one in (*self.newest, *self.open)] + [one.updated_at for one in self.planned]
        told += [line.component.updated_at for line in self.lines]
        return max(told, default=midnight(page_day(self.at)))


def board(*, at: datetime) -> Board:
    """How the service stands at the instant, in the scope at hand, by a handful of statements whatever there is."""
    lasting = list(with_story(open_incidents())[:MOST_OPEN])
    planned = planned_work(at=at)
    over = Q(resolved_at__isnull=False) | Q(retracted_at__isnull=False)
    recent = in_month(page_day(at).replace(day=1)).filter(over)
    return Board(
        at=at,
        lines=_lines(lasting, planned, at=at),
        open=lasting,
        recent=list(with_story(recent)[:MOST_IN_MONTH]),
        newest=list(with_story(shown_incidents())[:MOST_NEWEST]),
        planned=planned,
    )


def _lines(lasting: Sequence[Incident], planned: Sequence[Planned], *, at: datetime) -> list[Line]:
    spans, levels = spans_since(midnight(first_day(at))), _levels_now(lasting)
    running = [one for one in planned if one.is_running]
    uptime = kept_uptime(at=at)
    return [
        Line(
            component,
            worst_of(levels.get(component.pk, ())),
            days_of(component, spans.get(component.pk, ()), at=at),
            in_maintenance=any(one.concerns(component.pk) for one in running),
            uptime=uptime.get(str(component.public_id), ()),
        )
        for component in components_in_use()
    ]


def _levels_now(lasting: Iterable[Incident]) -> Mapping[int, list[str]]:
    levels: dict[int, list[str]] = {}
    for incident in lasting:
        for component_id, level in levels_now(incident.impacts.all()).items():
            levels.setdefault(component_id, []).append(level)
    return levels
