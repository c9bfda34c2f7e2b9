"""A slow judge of one clock, from POLICY 4 to 6 alone.

A promise is a tree: the earlier or the later of others, or a count of support minutes that is walked through quarter by
quarter, by one list of days. So it knows no scale, no budget that moves and no ratchet: what the engine must get right.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

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
Pauses = list[tuple[datetime, datetime | None]]


def running(chain: Chain, start: datetime, pauses: Pauses) -> Iterator[datetime]:
    """The quarters from an instant on that are open and in no pause, up to the horizon or the pause that lasts."""
    ends = (*(since for since, _ in chain[1:]), start + HORIZON)
    for (since, walker), until in zip(chain, ends, strict=True):
        for at in walker.open_between(max(since, start), min(until, start + HORIZON)):
            paused = [ends for begins, ends in pauses if begins <= at and (ends is None or at < ends)]
            if None in paused:
                return
            if not paused:
                yield at


@dataclass(frozen=True)
class Count:
    """So many minutes from an instant on; None is no promise."""

    start: datetime
    minutes: int | None

    def due(self, pauses: Pauses, chain: Chain) -> datetime:
        """Where they have run by that list; `NEVER` where they never do, or not before the pause that lasts."""
        if self.minutes is None:
            return NEVER
        if self.minutes == 0:  # due at once: in a pause that is when it ends
            within = [ends for begins, ends in pauses if begins < self.start and (ends is None or self.start < ends)]
            return (within[0] or NEVER) if within else self.start
        quarters = -(-self.minutes // 15)
        last = next(islice(running(chain, self.start, pauses), quarters - 1, None), None)
        return NEVER if last is None else last + QUARTER


@dataclass(frozen=True)
class Chosen:
    """The earlier (`min`) or the later (`max`) of two promises."""

    by: Callable
    of: tuple["Promise", "Promise"]

    def due(self, pauses: Pauses, chain: Chain) -> datetime:
        return self.by(one.due(pauses, chain) for one in self.of)


@dataclass(frozen=True)
class By:
    """A promise by one list for good, whichever is asked about."""

    chain: Chain
    promise: "Promise"

    def due(self, pauses: Pauses, _chain: Chain) -> datetime:
        return self.promise.due(pauses, self.chain)


Promise = Count | Chosen | By


@dataclass(frozen=True)
class Held:
    """What a severity promises: `made` as it was agreed, counted by the newest list, and `all` that was shown."""

    made: Promise
    all: Promise


def chained(chain: Chain, since: datetime, walker: Quarters) -> Chain:
    return (*((at, one) for at, one in chain if at < since), (since, walker))


class Judge:
    """The clock's life; tell it what happens in order, then ask when it is due.

    With `nth_day` a budget of whole working days of so many minutes ends with the close of the Nth day after.
    """

    def __init__(self, at: datetime, severity: str, minutes: Promises, calendar, nth_day: int | None = None) -> None:
        self.start, self.severity, self.zone = at, severity, ZoneInfo(calendar.spec.tz)
        self.know_policy(minutes, nth_day)
        self.chain: Chain = ((datetime.min.replace(tzinfo=UTC), walker_of(calendar)),)
        self.promises: dict[str, Held] = {severity: self._promised(at, severity)}
        self.pauses: Pauses = []
        self.holds: set[str] = set()
        self.unseen: Quarters | None = None  # a calendar that became known while the clock was stopped

    @property
    def stopped(self) -> bool:
        return "resolved" in self.holds

    @property
    def due(self) -> datetime:
        return self.due_of(self.severity)

    def due_of(self, severity: str) -> datetime:
        """When it would be due by what that severity promises."""
        return self.promises[severity].all.due(self.pauses, self.chain)

    def hold(self, at: datetime, cause: str) -> None:
        """Waiting begins only before a resolution, and a resolution ends it; work outside the policy lasts."""
        if self.stopped and cause == "waiting":
            return
        self.holds = {*(self.holds - {"waiting"} if cause == "resolved" else self.holds), cause}
        if not self.pauses or self.pauses[-1][1] is not None:
            self.pauses.append((at, None))

    def release(self, at: datetime, cause: str) -> None:
        if cause == "resolved" and self.stopped and self.unseen is not None:
            self._count_by(at, at, self.unseen)
        self.holds.discard(cause)
        if not self.holds and self.pauses and self.pauses[-1][1] is None:
            self.pauses[-1] = (self.pauses[-1][0], at)

    def change_severity(self, at: datetime, severity: str) -> None:
        """Raised: the earlier of old and new. Lowered: the later. Held before: what was promised, or at once."""
        if severity == self.severity:
            return
        old = self.promises[self.severity]
        if severity in self.promises:
            held = self.promises[severity]
            new = held if self.due_of(severity) > at else self._new(at, 0)
        elif severity < self.severity:
            new = self._choose(min, old, self._promised(at, severity))
        else:
            new = self._choose(max, old, self._promised(self.start, severity))
        self.promises[severity], self.severity = new, severity

    def know_policy(self, minutes: Promises, nth_day: int | None = None) -> None:
        """What will be promised from now on."""
        self.minutes, self.nth_day = minutes, nth_day

    def change_policy(self, minutes: Promises, nth_day: int | None = None) -> None:
        """Moved to another version: never earlier."""
        self.know_policy(minutes, nth_day)
        if not self.stopped:
            for severity, held in self.promises.items():
                self.promises[severity] = self._choose(max, held, self._promised(self.start, severity))

    def change_calendar(self, at: datetime, calendar, midnight: datetime) -> None:
        """What is ahead is due at the later of the list before and the new one, which counts for the whole date."""
        if self.stopped:
            self.unseen = walker_of(calendar)
        else:
            self._count_by(at, midnight, walker_of(calendar))

    @property
    def promises_anything(self) -> bool:
        """Whether the clock has a deadline at all."""
        return self.promises[self.severity].made.due([], self.chain) != NEVER

    def _promised(self, start: datetime, severity: str) -> Held:
        """What the policy promises a severity from an instant on, by the newest list."""
        minutes = self.minutes[severity]
        if minutes is None or not self.nth_day or minutes % self.nth_day:
            return self._new(start, minutes)
        quarters, walker = 0, self.chain[-1][1]
        days: set[date] = set()
        today = start.astimezone(self.zone).date()
        for at in walker.open_between(start, start + HORIZON):
            day = at.astimezone(self.zone).date()
            if day > today:
                days.add(day)
            if len(days) > minutes // self.nth_day:
                break
            quarters += 1
        return self._new(start, 15 * quarters)

    def _new(self, start: datetime, minutes: int | None) -> Held:
        count = Count(start, minutes)
        return Held(count, By(self.chain, count))

    def _choose(self, by: Callable, one: Held, other: Held) -> Held:
        return Held(Chosen(by, (one.made, other.made)), Chosen(by, (one.all, other.all)))

    def _count_by(self, at: datetime, since: datetime, walker: Quarters) -> None:
        chain = chained(self.chain, since, walker)
        for severity, held in self.promises.items():
            if severity == self.severity or self.due_of(severity) > at:
                made = self._as_shown(held, self.due_of(severity))
                now = Chosen(max, (By(self.chain, made), By(chain, made)))
                self.promises[severity] = Held(made, Chosen(max, (held.all, now)))
        self.chain, self.unseen = chain, None

    def _as_shown(self, held: Held, due: datetime) -> Promise:
        """A running clock that shows a later instant than the newest list gives promises the time up to that."""
        count = self._counting(held.made)
        if self.holds or NEVER in (due, count.due(self.pauses, self.chain)):
            return held.made
        quarters = sum(1 for _ in takewhile(lambda at: at < due, running(self.chain, count.start, self.pauses)))
        later = Count(count.start, 15 * quarters)
        return Chosen(max, (held.made, later)) if later.minutes > count.minutes else held.made

    def _counting(self, made: Promise) -> Count:
        """The count that a promise comes down to now."""
        if isinstance(made, Count):
            return made
        both = [self._counting(one) for one in made.of]
        return made.by(both, key=lambda one: (one.due(self.pauses, self.chain), one.start))
