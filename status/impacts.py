"""Impacts as a fold: how each component of an incident stood, when. Corrections are later rows, so order decides."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from status.models import ImpactLevel, IncidentImpact


class Span(NamedTuple):
    """A component at a level worse than operational, from `begins` to `ends` (None: still)."""

    component_id: int
    level: str
    begins: datetime
    ends: datetime | None


def spans_of(rows: Iterable[IncidentImpact]) -> list[Span]:
    """The spans of one incident's rows, by component and instant.

    Of two rows with one instant the later written one holds.
    """
    told: dict[int, dict[datetime, str]] = {}
    for row in sorted(rows, key=lambda row: (row.begins_at, row.pk)):
        told.setdefault(row.component_id, {})[row.begins_at] = row.level
    return [span for component_id, steps in told.items() for span in _spans(component_id, list(steps.items()))]


def _spans(component_id: int, steps: list[tuple[datetime, str]]) -> Iterable[Span]:
    """Steps of equal level that follow each other are one span."""
    open_since: tuple[datetime, str] | None = None
    for instant, level in steps:
        if open_since is not None and level == open_since[1]:
            continue
        if open_since is not None:
            yield Span(component_id, open_since[1], open_since[0], instant)
        open_since = (instant, level) if level != ImpactLevel.OPERATIONAL else None
    if open_since is not None:
        yield Span(component_id, open_since[1], open_since[0], None)


def levels_now(rows: Iterable[IncidentImpact]) -> dict[int, str]:
    """The components that are still affected, by id, and how."""
    return {span.component_id: span.level for span in spans_of(rows) if span.ends is None}
