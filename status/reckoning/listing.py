"""Months, quarters and years as lists show them, the newest first: frozen ones as they were frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from helpdesk.accounts.models import Organisation
from sla.engine.instants import from_us
from status.models import Component
from status.reckoning.frozen import figures_of, latest_of_each
from status.reckoning.months import ZONE, month_at, read_totals, reckon, whose
from status.uptime.figures import Totals, roll_up
from status.uptime.periods import Month
from status.uptime.reasons import Reason

MOST = 36  # months that lists go back
MOST_OF_PARTS = 3  # of these, those for which each component is told


@dataclass(frozen=True)
class PartLine:
    """A component's own figure of a period."""

    ref: str
    name: str
    totals: Totals
    is_probed: bool


@dataclass(frozen=True)
class Line:
    """A period's figures. `revision` is 0 while nothing is frozen; `is_running` while it is not over."""

    name: str
    first: date
    whole: Totals
    gap: Mapping[Reason, Fraction]
    parts: Sequence[PartLine]
    is_probed: bool
    is_running: bool
    revision: int


@dataclass(frozen=True)
class Lines:
    """All periods of one figure, the newest first."""

    months: Sequence[Line]
    quarters: Sequence[Line]
    years: Sequence[Line]

    @property
    def newest(self) -> Sequence[Line]:
        """The months for which lists tell each component's figure."""
        return self.months[:MOST_OF_PARTS]

    @property
    def of_parts(self) -> list[tuple[str, list[PartLine | None]]]:
        """Each component of the newest months by name, with its line of each month, None where it had none."""
        told = [{part.ref: part for part in line.parts} for line in self.newest]
        refs = {ref: part.name for parts in reversed(told) for ref, part in parts.items()}
        order = list(dict.fromkeys(ref for parts in told for ref in parts))
        return [(refs[ref], [parts.get(ref) for parts in told]) for ref in order]


def lines(*, organisation: Organisation | None, at: datetime, most: int = MOST) -> Lines:
    """The figures of every month since the first component began; quarters and years add their minutes (R12)."""
    with whose(organisation):
        frozen = latest_of_each(organisation)
    found = [_line(month, organisation, frozen, at) for month in months_told(at=at, most=most)]
    months = [line for line in found if line is not None]
    return Lines(
        months,
        _rolled(months, lambda line: f"{line.first.year}-Q{(line.first.month + 2) // 3}"),
        _rolled(months, lambda line: str(line.first.year)),
    )


def months_told(*, at: datetime, most: int = MOST) -> list[Month]:
    """Every month from that of the first component to the one that runs, the newest first."""
    oldest = Component.objects.order_by("started_on").values_list("started_on", flat=True).first()
    if oldest is None:
        return []
    now = at.astimezone(ZONE).date()
    newest, first = now.year * 12 + now.month - 1, oldest.year * 12 + oldest.month - 1
    numbers = range(newest, max(first, newest - most + 1) - 1, -1)
    return [Month(f"{number // 12}-{number % 12 + 1:02}", ZONE) for number in numbers]


def _line(month: Month, organisation: Organisation | None, frozen: Mapping[str, Any], at: datetime) -> Line | None:
    row = frozen.get(month.name)
    if row is not None:
        figures, revision = row.figures, row.revision
    else:
        found = reckon(month, organisation=organisation, at=at)
        if found is None:
            return None
        figures, revision = figures_of(found), 0
    return Line(
        month.name,
        from_us(month.begins).astimezone(ZONE).date(),
        read_totals(figures["whole"]),
        {Reason(name): Fraction(text) for name, text in figures["gap"].items()},
        [PartLine(one["ref"], one["name"], read_totals(one["totals"]), one["probed"]) for one in figures["parts"]],
        figures["probed"],
        month == month_at(at),
        revision,
    )


def _rolled(months: Sequence[Line], name_of: Any) -> list[Line]:
    groups: dict[str, list[Line]] = {}
    for line in months:
        groups.setdefault(name_of(line), []).append(line)
    return [_sum(name, found) for name, found in groups.items()]


def _sum(name: str, found: Sequence[Line]) -> Line:
    gap: dict[Reason, Fraction] = {}
    parts: dict[str, list[PartLine]] = {}
    for line in found:
        for reason, minutes in line.gap.items():
            gap[reason] = gap.get(reason, Fraction(0)) + minutes
        for part in line.parts:
            parts.setdefault(part.ref, []).append(part)
    return Line(
        name,
        found[-1].first,
        roll_up(line.whole for line in found),
        gap,
        [_sum_of_part(rows) for rows in parts.values()],
        any(line.is_probed for line in found),
        any(line.is_running for line in found),
        0,
    )


def _sum_of_part(rows: Sequence[PartLine]) -> PartLine:
    newest = rows[0]
    totals = roll_up(row.totals for row in rows)
    return PartLine(newest.ref, newest.name, totals, any(row.is_probed for row in rows))
