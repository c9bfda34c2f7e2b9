"""Keeping what probes saw: every hour as a short text for ever, the single results for some weeks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import TruncHour

from helpdesk.lib.clock import database_now
from status.models import Probe, ProbeHour, ProbeOutcome, ProbeResult
from status.probing.grid import HOUR, hour_of, place_of, slots_in_hour

SETTLED = timedelta(minutes=5)  # after its end, an hour gets no more results
LOOKED_BACK = timedelta(days=3)
KEPT = timedelta(days=35)
BATCH = 10_000
MARKS = {ProbeOutcome.UP: "U", ProbeOutcome.FAILED: "F", ProbeOutcome.REFUSED: "R"}
UNKNOWN = "?"


def roll_up_hours(*, at: datetime | None = None, back: timedelta = LOOKED_BACK) -> int:
    """Write the hours that are over and not written yet; returns how many. `back`: how far it looks for them."""
    now = at or database_now()
    ends = hour_of(now - SETTLED)
    written = 0
    for hour in _open_hours(begins=hour_of(ends - back), ends=ends):
        written += _roll_up(hour)
    return written


def forget_results(*, at: datetime | None = None) -> int:
    """Remove single results of over 35 days ago, once their hours are written; returns how many."""
    now = at or database_now()
    before = now - KEPT
    roll_up_hours(at=now, back=now - _oldest(now))
    removed = 0
    while some := list(ProbeResult.objects.filter(slot_at__lt=before).values_list("pk", flat=True)[:BATCH]):
        removed += ProbeResult.objects.filter(pk__in=some).delete()[0]
    return removed


def _oldest(now: datetime) -> datetime:
    return ProbeResult.objects.order_by("slot_at").values_list("slot_at", flat=True).first() or now


def _open_hours(*, begins: datetime, ends: datetime) -> list[datetime]:
    rows = ProbeResult.objects.filter(slot_at__gte=begins, slot_at__lt=ends).annotate(hour=TruncHour("slot_at"))
    done = ProbeHour.objects.filter(probe=OuterRef("probe"), hour=OuterRef("hour"))
    return list(rows.filter(~Exists(done)).order_by("hour").values_list("hour", flat=True).distinct())


@transaction.atomic
def _roll_up(hour: datetime) -> int:
    rows = ProbeResult.objects.filter(slot_at__gte=hour, slot_at__lt=hour + HOUR).order_by("probe_id", "slot_at")
    probes = Probe.objects.in_bulk(rows.values_list("probe_id", flat=True).distinct().order_by("probe_id"))
    made = [_hour(probes[key], hour, list(results)) for key, results in groupby(rows, key=lambda row: row.probe_id)]
    return len(ProbeHour.objects.bulk_create(made, ignore_conflicts=True))


def _hour(probe: Probe, hour: datetime, results: Sequence[ProbeResult]) -> ProbeHour:
    marks = [UNKNOWN] * slots_in_hour(probe.interval)
    for row in results:
        marks[place_of(row.slot_at, interval=probe.interval, offset=probe.offset)] = MARKS[ProbeOutcome(row.outcome)]
    times = sorted(row.ms for row in results if row.outcome == ProbeOutcome.UP and row.ms is not None)
    return ProbeHour(
        probe=probe,
        hour=hour,
        marks="".join(marks),
        up=marks.count("U"),
        failed=marks.count("F"),
        ms_median=_share(times, 50),
        ms_p95=_share(times, 95),
        ms_max=times[-1] if times else None,
    )


def _share(ordered: Sequence[int], percent: int) -> int | None:
    """The value that so many per cent of these do not exceed; None of none."""
    return ordered[(len(ordered) * percent + 99) // 100 - 1] if ordered else None
