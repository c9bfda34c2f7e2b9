"""What probes saw, as the engine's series: each hour's marks on the grid of its probe, joined to one text."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from status.models import Probe, ProbeHour, ProbeOutcome, ProbeResult, ProbeRun
from status.models.probe import HOUR_S
from status.uptime.facts import ProbeSeries
from status.zone import PAGE_ZONE

HOUR = timedelta(seconds=HOUR_S)
FRESH = 3 * HOUR  # whose marks may not be joined yet: they are read from the results
MARKS = {ProbeOutcome.UP: "U", ProbeOutcome.FAILED: "F", ProbeOutcome.REFUSED: "?"}
NOTHING = "?"


def probe_series(
    *, begins: datetime, ends: datetime, until: datetime, refs: Mapping[int, str], titles: dict[str, str]
) -> tuple[ProbeSeries, ...]:
    """The series of every probe that was at work between the instants; `until`: when it is asked.

    A series begins early enough to know the outage that lasted at `begins`, and where its component was told of before
    anybody asked, that time is in it without a result (R9). A refusal of ours to ask is none; a probe that rests gives
    none. Sets the probes' `titles`. By a handful of statements, whatever there is.
    """
    at_work = Q(paused_at__isnull=True) | Q(paused_at__gt=begins)
    at_work_by = Probe.objects.filter(at_work, began_at__lt=min(ends, until))
    probes = list(at_work_by.select_related("component").order_by("pk"))
    if not probes:
        return ()
    lasted = _lasting_at(begins, probes)
    first = _hour(min([begins - HOUR, *lasted.values()]))
    hours: dict[tuple[int, datetime], str] = {
        (row.probe_id, row.hour): row.marks.replace("R", NOTHING)
        for row in ProbeHour.objects.filter(probe__in=probes, hour__gte=first, hour__lt=ends)
    }
    fresh = _fresh(probes, max(first, until - FRESH), min(ends, until))
    dropped = _retracted(probes)
    found = []
    for probe in probes:
        ref = f"probe-{probe.pk}"
        titles[ref] = probe.name
        starts = _hour(max(min(begins - HOUR, lasted.get(probe.pk, begins)), min(probe.began_at, _told(probe))))
        one = _series(
            probe, ref, refs[probe.component_id], starts, min(ends, until), hours, fresh.get(probe.pk, {}),
            frozenset(dropped.get(probe.pk, ())), known_at=until,
        )  # fmt: skip
        if one is not None:
            found.append(one)
    return tuple(found)


def _series(
    probe: Probe,
    ref: str,
    component: str,
    starts: datetime,
    ends: datetime,
    hours: Mapping[tuple[int, datetime], str],
    fresh: Mapping[datetime, str],
    dropped: frozenset[datetime],
    *,
    known_at: datetime,
) -> ProbeSeries | None:
    width = timedelta(seconds=probe.interval)
    marks: list[str] = []
    hour = starts
    while hour < ends:
        joined = hours.get((probe.pk, hour), "")
        for number in range(HOUR_S // probe.interval):
            slot = hour + timedelta(seconds=probe.offset) + number * width
            is_over = slot in fresh or slot + width <= known_at  # else its result may still come
            if slot < ends and is_over:
                marks.append(fresh.get(slot) or (joined[number : number + 1] or NOTHING))
        hour += HOUR
    results = "".join(marks)
    if not results:
        return None
    return ProbeSeries(
        ref=ref,
        component=component,
        first_check_at=starts + timedelta(seconds=probe.offset),
        results=results,
        interval=width,
        fail_threshold=probe.fail_threshold,
        success_threshold=probe.success_threshold,
        dropped=dropped,
    )


def _lasting_at(instant: datetime, probes: Iterable[Probe]) -> dict[int, datetime]:
    """The first failed check of the outage that each probe saw last at the instant, by probe."""
    lasting = Q(recovered_at__isnull=True) | Q(recovered_at__gte=instant)
    rows = ProbeRun.objects.filter(lasting, probe__in=list(probes), first_failed_at__lt=instant)
    return {row.probe_id: row.first_failed_at for row in rows}


def _told(probe: Probe) -> datetime:
    """When its component was first told of."""
    return datetime.combine(probe.component.started_on, time.min, tzinfo=ZoneInfo(PAGE_ZONE))


def _fresh(probes: Iterable[Probe], since: datetime, ends: datetime) -> dict[int, dict[datetime, str]]:
    """Marks of the newest results by probe and slot."""
    found: dict[int, dict[datetime, str]] = {}
    rows = ProbeResult.objects.filter(probe__in=list(probes), slot_at__gte=since, slot_at__lt=ends)
    for probe_id, slot, outcome in rows.values_list("probe_id", "slot_at", "outcome"):
        found.setdefault(probe_id, {})[slot] = MARKS[ProbeOutcome(outcome)]
    return found


def _retracted(probes: Iterable[Probe]) -> dict[int, list[datetime]]:
    """The beginnings of the outages whose incident was taken back (R10), by probe."""
    found: dict[int, list[datetime]] = {}
    rows = ProbeRun.objects.filter(probe__in=list(probes), incident__retracted_at__isnull=False)
    for probe_id, first in rows.values_list("probe_id", "first_failed_at"):
        found.setdefault(probe_id, []).append(first)
    return found


def _hour(at: datetime) -> datetime:
    """The hour in which the instant lies, in UTC: probes' hours are counted so, whatever the page's zone is."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
