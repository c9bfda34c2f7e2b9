"""Exclusions as staff see them: those that wait for a second person first, then what was decided."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from status.models import Exclusion, ExclusionAudience, ExclusionDecision, Verdict

PAGE, MOST_WAITING = 25, 100


class ExclusionNotFound(LookupError):
    """No such exclusion, or not for whoever asks: the same answer."""


@dataclass(frozen=True)
class ExclusionRow:
    """An exclusion with what became of it. `audience` is of those that the scope shows; empty for everybody's."""

    exclusion: Exclusion
    audience: str
    components: str
    approved: ExclusionDecision | None
    declined: ExclusionDecision | None

    @property
    def waits(self) -> bool:
        return self.approved is None and self.declined is None


@dataclass(frozen=True)
class ExclusionPage:
    """All that wait, and a page of the decided ones, the newest first."""

    waiting: Sequence[ExclusionRow]
    decided: Sequence[ExclusionRow]
    next_key: str


def exclusion_page(*, before: int | None) -> ExclusionPage:
    """Every exclusion that the scope at hand shows; `before`: the decided ones with a smaller key."""
    decided = Exists(ExclusionDecision.objects.filter(exclusion=OuterRef("pk")))
    over = Exclusion.objects.filter(decided).order_by("-pk")
    if before is not None:
        over = over.filter(pk__lt=before)
    shown = list(_whole(over)[: PAGE + 1])
    waiting = (
        [] if before is not None else list(_whole(Exclusion.objects.exclude(decided).order_by("pk"))[:MOST_WAITING])
    )
    rows = _rows([*waiting, *shown[:PAGE]])
    more = str(shown[PAGE - 1].pk) if len(shown) > PAGE else ""
    return ExclusionPage(rows[: len(waiting)], rows[len(waiting) :], more)


def exclusion_row(public_id: uuid.UUID) -> ExclusionRow:
    """One exclusion; raises `ExclusionNotFound`."""
    found = list(_whole(Exclusion.objects.filter(public_id=public_id)))
    if not found:
        raise ExclusionNotFound
    return _rows(found)[0]


def waiting_count() -> int:
    """How many wait for a second person, of those that the scope shows, up to the cap."""
    decided = Exists(ExclusionDecision.objects.filter(exclusion=OuterRef("pk")))
    return len(Exclusion.objects.exclude(decided).values_list("pk")[:MOST_WAITING])


def _whole(found: QuerySet[Exclusion]) -> QuerySet[Exclusion]:
    return found.prefetch_related("components__component", "decisions")


def _rows(found: Sequence[Exclusion]) -> list[ExclusionRow]:
    names: dict[int, list[str]] = {}
    listed = ExclusionAudience.objects.filter(exclusion__in=[one.pk for one in found]).select_related("organisation")
    for row in listed.order_by("organisation__name"):
        names.setdefault(row.exclusion_id, []).append(row.organisation.name)
    return [_row(one, ", ".join(names.get(one.pk, ()))) for one in found]


def _row(one: Exclusion, audience: str) -> ExclusionRow:
    verdicts = {row.verdict: row for row in one.decisions.all()}
    components = ", ".join(sorted(row.component.name for row in one.components.all()))
    return ExclusionRow(one, audience, components, verdicts.get(Verdict.APPROVED), verdicts.get(Verdict.DECLINED))
