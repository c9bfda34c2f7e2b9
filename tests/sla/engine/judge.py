"""A slow judge of one resolution clock, from POLICY 4 to 6 alone.

A promise is a tree: the earlier or the later of others, or a count of support minutes that is walked through quarter by
quarter. So it knows no scale, no budget that moves and no ratchet: what the engine has to get right.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from tests.sla.engine.walker import Walker

QUARTER = timedelta(minutes=15)
HORIZON = timedelta(days=120)
NEVER = datetime.max.replace(tzinfo=UTC)


class Quarters(Walker):
    """A walker in quarters, that remembers each day."""

    def __init__(self, calendar) -> None:
        super().__init__(calendar)
        self.opens: dict[datetime, list[datetime]] = {}

    def open_between(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """The open quarters from `start` to before `end`."""
        day = start.astimezone(UTC).replace(hour=0, minute=0)
        while day < end:
            if day not in self.opens:
                self.opens[day] = [at for at in (day + n * QUARTER for n in range(96)) if self.is_open(at)]
            yield from (at for at in self.opens[day] if start <= at < end)
            day += timedelta(days=1)


walker_of = cache(Quarters)


Chain = tuple[tuple[datetime, Quarters], ...]  # each calendar with the instant from which it counts
Promises = Mapping[str, int | None]


@dataclass(frozen=True)
class Count:
    """So many minutes from an instant on; None is no promise."""

    chain: Chain
    start: datetime
    minutes: int | None

    def due(self, pauses) -> datetime:
        """Where they have run; `NEVER` where they never do, or not before the pause that lasts."""
        if self.minutes is None:
            return NEVER
        if self.minutes == 0:  # due at once: in a pause that is when it ends
            within = [ends for begins, ends in pauses if begins < self.start and (ends is None or self.start < ends)]
            return (within[0] or NEVER) if within else self.start
        left = self.minutes
        for at in self._open_quarters():
            paused = [ends for begins, ends in pauses if begins <= at and (ends is None or at < ends)]
            if None in paused:
                return NEVER
            left -= 0 if paused else 15
            if left <= 0:
                return at + QUARTER
        return NEVER

    def _open_quarters(self) -> Iterator[datetime]:
        ends = (*(since for since, _ in self.chain[1:]), self.start + HORIZON)
        for (since, walker), until in zip(self.chain, ends, strict=True):
            yield from walker.open_between(max(since, self.start), min(until, self.start + HORIZON))

    def then(self, since: datetime, walker: Quarters) -> "Count":
        """The same by another calendar from `since` on."""
        return replace(self, chain=chained(self.chain, since, walker))


@dataclass(frozen=True)
class Chosen:
    """The earlier (`min`) or the later (`max`) of two promises."""

    by: object
    of: tuple["Promise", "Promise"]

    def due(self, pauses) -> datetime:
        return self.by(one.due(pauses) for one in self.of)

    def then(self, since: datetime, walker: Quarters) -> "Chosen":
        return replace(self, of=tuple(one.then(since, walker) for one in self.of))


Promise = Count | Chosen


def chained(chain: Chain, since: datetime, walker: Quarters) -> Chain:
    return (*((at, one) for at, one in chain if at < since), (since, walker))


class Judge:
    """The clock's life; tell it what happens in order, then ask when it is due."""

    def __init__(self, at: datetime, severity: str, minutes: Promises, calendar) -> None:
        self.start, self.severity, self.minutes = at, severity, minutes
        self.chain: Chain = ((datetime.min.replace(tzinfo=UTC), walker_of(calendar)),)
        self.promises: dict[str, Promise] = {severity: Count(self.chain, at, minutes[severity])}
        self.pauses: list[tuple[datetime, datetime | None]] = []
        self.holds: set[str] = set()
        self.unseen: Quarters | None = None  # a calendar that became known while the clock was stopped

    @property
    def stopped(self) -> bool:
        return "resolved" in self.holds

    @property
    def due(self) -> datetime:
        return self.promises[self.severity].due(self.pauses)

    def hold(self, at: datetime, cause: str) -> None:
        """Waiting begins only before a resolution, and a resolution ends it; work outside the policy lasts."""
        if self.stopped and cause == "waiting":
            return
        self.holds = {*(self.holds - {"waiting"} if cause == "resolved" else self.holds), cause}
        if not self.pauses or self.pauses[-1][1] is not None:
            self.pauses.append((at, None))

    def release(self, at: datetime, cause: str) -> None:
        if cause == "resolved" and self.stopped and self.unseen is not None:
            self._count_by(at, self.unseen)
        self.holds.discard(cause)
        if not self.holds and self.pauses and self.pauses[-1][1] is None:
            self.pauses[-1] = (self.pauses[-1][0], at)

    def change_severity(self, at: datetime, severity: str) -> None:
        """Raised: the earlier of old and new. Lowered: the later. Held before: what was promised, or at once."""
        if severity == self.severity:
            return
        old, minutes = self.promises[self.severity], self.minutes[severity]
        held = self.promises.get(severity)
        if held is not None:
            new = held if held.due(self.pauses) > at else Count(self.chain, at, 0)
        elif severity < self.severity:
            new = Chosen(min, (old, Count(self.chain, at, minutes)))
        else:
            new = Chosen(max, (old, Count(self.chain, self.start, minutes)))
        self.promises[severity], self.severity = new, severity

    def change_policy(self, minutes: Promises) -> None:
        """Moved to another version: never earlier."""
        self.minutes = minutes
        if not self.stopped:
            for severity, promise in self.promises.items():
                later = Count(self.chain, self.start, minutes[severity])
                self.promises[severity] = Chosen(max, (promise, later))

    def change_calendar(self, at: datetime, calendar, midnight: datetime) -> None:
        """What is ahead is due at the later of the list before and the new one, which counts for the whole date."""
        if self.stopped:
            self.unseen = walker_of(calendar)
        else:
            self._count_by(midnight, walker_of(calendar), at)

    def _count_by(self, since: datetime, walker: Quarters, at: datetime | None = None) -> None:
        for severity, promise in self.promises.items():
            if promise.due(self.pauses) > (at or since):
                self.promises[severity] = Chosen(max, (promise, promise.then(since, walker)))
        self.chain, self.unseen = chained(self.chain, since, walker), None
