"""Lists for staff: probes as they stand, one probe's newest results and runs, and what probes saw of an incident."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Max, QuerySet, Sum

from status.models import Incident, Probe, ProbeHour, ProbeResult, ProbeRun
from status.probes import words_for

LOOKED_BACK = timedelta(hours=24)
LATE = 3  # intervals without a result, after which it is told
MOST_RESULTS, MOST_RUNS, PAGE = 60, 20, 50


@dataclass(frozen=True)
class ProbeLine:
    """A probe as a list shows it. `uptime` and the times are of the last day's full hours; None of none."""

    probe: Probe
    why: str
    uptime: float | None
    ms: int | None
    ms_worst: int | None
    is_silent: bool


def probe_lines(*, at: datetime, after: int = 0) -> tuple[Sequence[ProbeLine], int | None]:
    """A page of probes by their key, and the key that the next page goes on from; two statements, however many."""
    found = list(Probe.objects.select_related("component").filter(pk__gt=after).order_by("pk")[: PAGE + 1])
    shown = found[:PAGE]
    hours = ProbeHour.objects.filter(probe__in=[one.pk for one in shown], hour__gte=at - LOOKED_BACK)
    sums = {
        row["probe_id"]: row
        for row in hours.values("probe_id").annotate(
            good=Sum("up"), bad=Sum("failed"), ms=Avg("ms_median"), worst=Max("ms_p95")
        )
    }
    lines = [_line(probe, sums.get(probe.pk, {}), at=at) for probe in shown]
    return lines, shown[-1].pk if len(found) > PAGE else None


def _line(probe: Probe, sums: Mapping[str, Any], *, at: datetime) -> ProbeLine:
    good, bad = sums.get("good") or 0, sums.get("bad") or 0
    ms, worst = sums.get("ms"), sums.get("worst")
    return ProbeLine(
        probe,
        words_for(probe.last_why, probe.last_detail),
        100 * good / (good + bad) if good + bad else None,
        None if ms is None else round(ms),
        None if worst is None else round(worst),
        is_silent(probe, at=at),
    )


def is_silent(probe: Probe, *, at: datetime) -> bool:
    """Whether it should have had a result by now and has none: nobody measures its component."""
    newest = probe.last_at or probe.began_at
    return not probe.is_paused and at - newest > timedelta(seconds=LATE * probe.interval)


@dataclass(frozen=True)
class ResultLine:
    """One result with its words."""

    result: ProbeResult
    why: str


def newest_results(probe: Probe) -> list[ResultLine]:
    """The newest results, the newest first."""
    rows = ProbeResult.objects.filter(probe=probe).order_by("-slot_at")[:MOST_RESULTS]
    return [ResultLine(row, words_for(row.why, row.detail)) for row in rows]


@dataclass(frozen=True)
class RunLine:
    """A confirmed outage with its words."""

    run: ProbeRun
    why: str

    @property
    def is_dropped(self) -> bool:
        """Whether it counts for nothing, because its incident was retracted."""
        return self.run.incident is not None and self.run.incident.is_retracted


def runs_of(probe: Probe) -> list[RunLine]:
    """The newest confirmed outages of a probe."""
    return _lines(ProbeRun.objects.filter(probe=probe))


def seen_of(incident: Incident) -> list[RunLine]:
    """What probes saw of an incident."""
    return _lines(ProbeRun.objects.filter(incident=incident))


def _lines(runs: QuerySet[ProbeRun]) -> list[RunLine]:
    rows = runs.select_related("probe__component", "incident").order_by("-first_failed_at")[:MOST_RUNS]
    return [RunLine(row, words_for(row.why, row.detail)) for row in rows]


def recovered_since(incident: Incident) -> datetime | None:
    """Since when all probes that saw it succeed again; None where one does not, or none saw it."""
    ends = list(ProbeRun.objects.filter(incident=incident).values_list("recovered_at", flat=True))
    known = [one for one in ends if one is not None]
    return max(known) if known and len(known) == len(ends) else None
