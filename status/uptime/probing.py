"""What a series of checks proves: confirmed outages, and time without a result."""

from collections.abc import Iterable

from sla.engine.instants import span_us, to_us
from status.uptime.facts import ProbeSeries
from status.uptime.spans import Stretch, merged, without


def confirmed_runs(series: ProbeSeries, until: int) -> list[tuple[int, int | None]]:
    """The outages known at `until`: from the first failed check of a confirmed run to the first good check of a
    confirmed recovery (None: not recovered), in microseconds.

    A check without a result is neither: it confirms nothing and interrupts nothing.
    """
    runs: list[tuple[int, int | None]] = []
    down: int | None = None
    streak, first = 0, 0
    for at, mark in _checks(series, until):
        if mark == "?":
            continue
        if mark != ("F" if down is None else "U"):
            streak = 0
            continue
        first = at if streak == 0 else first
        streak += 1
        if streak < (series.fail_threshold if down is None else series.success_threshold):
            continue
        if down is None:
            down = first
        else:
            runs.append((down, first))
            down = None
        streak = 0
    return runs if down is None else [*runs, (down, None)]


def kept_runs(series: ProbeSeries, until: int) -> list[tuple[int, int | None]]:
    """The confirmed runs less those whose incident was retracted."""
    dropped = {to_us(at) for at in series.dropped}
    return [run for run in confirmed_runs(series, until) if run[0] not in dropped]


def without_result(probes: Iterable[ProbeSeries], components: Iterable[str], until: int) -> list[Stretch]:
    """The time in which a probed component had no result from any of its probes."""
    wanted, series = set(components), list(probes)
    gaps: list[Stretch] = []
    for component in wanted:
        silent: list[Stretch] = []
        heard: list[Stretch] = []
        for probe in series:
            if probe.component == component:
                width = span_us(probe.interval)
                for at, mark in _checks(probe, until - 1):
                    (silent if mark == "?" else heard).append((at, min(at + width, until)))
        gaps += without(merged(silent), merged(heard))
    return merged(gaps)


def _checks(series: ProbeSeries, until: int) -> Iterable[tuple[int, str]]:
    """Each check up to and including `until`."""
    at, width = to_us(series.first_check_at), span_us(series.interval)
    for mark in series.results:
        if at > until:
            return
        yield at, mark
        at += width
