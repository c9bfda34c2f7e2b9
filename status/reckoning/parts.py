"""The components that a month's figures speak of, by names that stay when a component is renamed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sla.engine.instants import from_us
from status.models import Component
from status.uptime.periods import Month


@dataclass(frozen=True)
class Part:
    """A component as the engine knows it: `ref` is its public id."""

    ref: str
    name: str
    is_core: bool
    since: datetime
    beta_since: datetime | None


@dataclass(frozen=True)
class Parts:
    """Those that existed in a month, in the page's order; `refs` of every component, by its key."""

    measured: Sequence[Part]
    refs: Mapping[int, str]

    @property
    def core(self) -> tuple[str, ...]:
        return tuple(part.ref for part in self.measured if part.is_core)

    @property
    def titles(self) -> dict[str, str]:
        return {part.ref: part.name for part in self.measured}


def parts_of(month: Month) -> Parts:
    """The components that had begun before the month's end and were not retired before it began."""
    begins, ends = from_us(month.begins), from_us(month.ends)
    rows = list(
        Component.objects.order_by("group__position", "group__name", "position", "name", "pk").select_related("group")
    )
    last_day = (ends.astimezone(month.zone) - timedelta(microseconds=1)).date()
    there = [row for row in rows if row.started_on <= last_day and not (row.retired_at and row.retired_at <= begins)]
    return Parts([_part(row, month) for row in there], {row.pk: str(row.public_id) for row in rows})


def _part(row: Component, month: Month) -> Part:
    day = row.started_on
    since = datetime(day.year, day.month, day.day, tzinfo=month.zone)
    return Part(str(row.public_id), row.name, row.is_core, since, row.beta_since)
