"""A clock's state as the reading that leaves the engine: datetimes in UTC, spans as timedeltas."""

from datetime import datetime, timedelta
from functools import partial

from sla.engine.entries import ClockKind, Leg, Note, Reading, State, Verdict
from sla.engine.instants import MICROSECOND, from_us
from sla.engine.machine import Clock


def read_clock(clock: Clock, now: int) -> Reading:
    """The reading of `clock`, which has passed time up to `now` (microseconds since the epoch)."""
    stopped = clock.state is State.STOPPED
    point = clock.stopped_point if stopped else clock.promise.point
    used, due = clock.meter.used(now), clock.due
    verdict = _verdict(clock, point)
    return Reading(
        kind=clock.kind,
        at=from_us(now),
        state=clock.state,
        verdict=verdict,
        severity=clock.severity,
        used=MICROSECOND * used,
        budget=None if point is None else MICROSECOND * point,
        remaining=None if point is None else MICROSECOND * max(point - used, 0),
        due=_instant(due),
        promised=_instant(clock.promised),
        warn_at=_instant(_warn_at(clock, verdict)),
        breached_at=_instant(clock.breached_at),
        started_at=from_us(clock.start),
        stopped_at=from_us(clock.state_since) if stopped else None,
        paused_since=from_us(clock.state_since) if clock.state is State.PAUSED else None,
        provisional=due is not None and not clock.meter.calendar.confirmed_us(clock.start, due),
        history=partial(_history, clock),
    )


def _verdict(clock: Clock, point: int | None) -> Verdict:
    if clock.breached_at is not None:
        return Verdict.BREACHED
    if clock.void:
        return Verdict.VOID
    if clock.state is not State.STOPPED:
        return Verdict.PENDING
    return Verdict.VOID if point is None else Verdict.MET


def _warn_at(clock: Clock, verdict: Verdict) -> int | None:
    """POLICY 7: a share of the response or resolution budget; the target has no warning of its own."""
    if clock.kind is ClockKind.TARGET or clock.state is not State.RUNNING or verdict is not Verdict.PENDING:
        return None
    return clock.warning(clock.promise)


def _history(clock: Clock) -> tuple[tuple[Leg, ...], tuple[Note, ...]]:
    """What an explanation is written from; built only when one is asked for."""
    notes = (Note(from_us(m.at), m.kind, m.old, m.new, _span(m.budget)) for m in clock.marks)
    return _legs(clock), tuple(notes)


def _legs(clock: Clock) -> tuple[Leg, ...]:
    legs = [Leg(from_us(leg.start), _instant(leg.end), State.RUNNING, leg.calendar) for leg in clock.meter.legs]
    legs += [Leg(from_us(gap.start), from_us(gap.end), gap.state, gap.calendar, gap.cause) for gap in clock.gaps]
    if clock.state is not State.RUNNING:
        legs.append(Leg(from_us(clock.state_since), None, clock.state, clock.meter.calendar, clock.cause))
    return tuple(sorted(legs, key=lambda leg: leg.start))


def _instant(at: int | None) -> datetime | None:
    return None if at is None else from_us(at)


def _span(span: int | None) -> timedelta | None:
    return None if span is None else MICROSECOND * span
