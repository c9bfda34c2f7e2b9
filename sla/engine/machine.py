"""One clock as a state machine: what each entry and each new version does to it (POLICY 4 to 6).

Instants and spans are whole microseconds. Time is counted by `meter`; promises move as `promise` says.
"""

from dataclasses import dataclass

from sla.engine.calendar import BusinessCalendar
from sla.engine.entries import ClockKind, DayReading, Entry, EntryKind, NoteKind, PauseCause, State, Targets
from sla.engine.instants import MINUTE_US, from_us, minutes_us, to_us
from sla.engine.meter import Meter
from sla.engine.promise import Promise, at_once, lowered, raised, returned

_HOLDS = {EntryKind.PAUSED: PauseCause.WAITING, EntryKind.OUTSIDE: PauseCause.OUTSIDE}
_RELEASES = {EntryKind.RESUMED: PauseCause.WAITING, EntryKind.COVERED: PauseCause.OUTSIDE}


@dataclass(slots=True)
class Gap:
    """A stretch in which the clock did not count."""

    start: int
    end: int
    state: State
    calendar: BusinessCalendar
    cause: PauseCause | None


@dataclass(slots=True)
class Mark:
    """A change of the promise, for the explanation."""

    at: int
    kind: NoteKind
    old: str | None
    new: str | None
    budget: int | None


class Clock:
    """A clock from its opening on. Feed it events in order, each after `pass_time` to the event's instant.

    `due` is the due instant, `promised` the last that was shown, `stopped_point` the promise when it stopped.
    """

    cause: PauseCause | None
    breached_at: int | None
    due: int | None
    promised: int | None
    stopped_point: int | None

    def __init__(
        self,
        *,
        kind: ClockKind,
        start: int,
        severity: str | None,
        targets: Targets,
        calendar: BusinessCalendar,
    ) -> None:
        self.kind, self.start, self.severity, self.targets = kind, start, severity, targets
        self.meter = Meter(calendar)
        self.meter.run(start)
        self.earlier: list[Meter] = []  # by the calendars before, for the promises made under them
        self.next_calendar: BusinessCalendar | None = None
        self.state, self.state_since, self.cause = State.RUNNING, start, None
        self.holds: set[PauseCause] = set()
        self.void, self.breached_at = False, None
        self.gaps: list[Gap] = []
        self.marks: list[Mark] = []
        first = Promise(point=self._minutes(severity, start), base=start, warn_from=start, floor=start)
        self.promises: dict[str | None, Promise] = {severity: first}
        self._mark(start, NoteKind.OPENED, None)
        self._promise_again()

    @property
    def promise(self) -> Promise:
        """The promise under the severity in force."""
        return self.promises[self.severity]

    def pass_time(self, at: int) -> None:
        """Let the clock run to `at`: it is breached once its due instant lies before that."""
        if self.breached_at is None and self.state is not State.STOPPED and self.due is not None and self.due < at:
            self.breached_at = self.due

    def enter(self, at: int, entry: Entry) -> None:
        """Apply one timeline entry; one that changes nothing in the present state does nothing."""
        if entry.kind is EntryKind.SEVERITY:
            self.change_severity(at, entry.severity)
        elif entry.kind in _HOLDS:
            self._hold(at, _HOLDS[entry.kind])
        elif entry.kind in _RELEASES:
            self._release(at, _RELEASES[entry.kind])
        elif entry.kind is EntryKind.MERGED:
            self._merge(at)
        elif entry.kind not in (EntryKind.OPENED, EntryKind.POLICY):
            self._answer(at, entry) if self.kind is ClockKind.RESPONSE else self._resolve(at, entry)

    def change_severity(self, at: int, severity: str | None) -> None:
        """POLICY 5, on the U scale: the same while running, paused or stopped (then for a reopening)."""
        old = self.severity
        if severity == old:
            return
        if self.state is not State.STOPPED:
            self._adopt(at)
        current, used = self.promise, self.meter.used(at)
        held = self.promises.get(severity)
        if held is not None:
            changed = returned(held, used=used, at=at)
        elif str(severity) == min(str(severity), str(old)):
            changed = raised(current, minutes=self._minutes(severity, at), used=used, at=at)
        else:
            changed = lowered(current, minutes=self._minutes(severity, self.start), start=self.start, at=at)
        self.severity = severity
        self.promises[severity] = changed
        self._mark(at, NoteKind.SEVERITY, old)
        self._promise_again()

    def change_policy(self, at: int, targets: Targets) -> None:
        """A ticket taken over by another policy version: never earlier; a breached or stopped clock stays."""
        self.targets = targets
        if self.breached_at is not None or self.state is State.STOPPED:
            return
        for severity, promise in self.promises.items():
            promise.extend(self._minutes(severity, self.start), self.start, at)
        self._mark(at, NoteKind.POLICY, self.severity)
        self._promise_again()

    def change_calendar(self, at: int, calendar: BusinessCalendar) -> None:
        """A calendar version known from `at` on: it counts from the start of that local date (POLICY 6)."""
        if self.breached_at is not None or self.state is State.STOPPED:
            self.next_calendar = calendar
            return
        self._switch(at, calendar, to_us(calendar.local_midnight(from_us(at))))
        self._promise_again()

    def warning(self, promise: Promise) -> int | None:
        """The instant at which a running clock has used the warning share of its budget; None if never."""
        if promise.point is None:
            return None
        return self.meter.reach(-(-promise.point * self.targets.warn_percent // 100), promise.warn_from)

    def _hold(self, at: int, cause: PauseCause) -> None:
        """Pause for a cause. Waiting ends with a resolution; work outside the policy stays so when it is reopened."""
        waiting = cause is PauseCause.WAITING
        if waiting and (self.state is State.STOPPED or self.kind in self.targets.unpaused):
            return
        self.holds.add(cause)
        if self.state is State.RUNNING:
            self._halt(at, State.PAUSED)
            self._promise_again()
        elif self.state is State.PAUSED:
            self._tell_cause(at)

    def _release(self, at: int, cause: PauseCause) -> None:
        """A cause has gone: count again, unless another one holds the clock."""
        self.holds.discard(cause)
        if self.state is not State.PAUSED:
            return
        if self.holds:
            self._tell_cause(at)
        else:
            self._adopt(at)
            self._run(at)

    def _tell_cause(self, at: int) -> None:
        """A paused clock that goes on being paused, for another cause: a stretch of its own."""
        if self._holding() is not self.cause:
            self._end_gap(at)
            self.state_since, self.cause = at, self._holding()

    def _holding(self) -> PauseCause | None:
        """The cause that is told of those that hold."""
        return next((cause for cause in PauseCause if cause in self.holds), None)

    def _answer(self, at: int, entry: Entry) -> None:
        """POLICY 4, response: an answer meets it, a withdrawal or a closing without one voids it."""
        if self.state is State.STOPPED:
            return
        if entry.kind is EntryKind.RESPONDED or (entry.kind is EntryKind.RESOLVED and entry.with_message):
            self._stop(at)
        elif entry.kind in (EntryKind.WITHDRAWN, EntryKind.CLOSED):
            self.void = True
            self._stop(at)
        elif entry.kind is EntryKind.RESOLVED:
            # Resolved in silence: nobody waits for the client any more, and the answer is still owed.
            self._release(at, PauseCause.WAITING)

    def _resolve(self, at: int, entry: Entry) -> None:
        """POLICY 4, resolution: stopped by a resolution or withdrawal, counting on when reopened."""
        stopped = self.state is State.STOPPED
        if entry.kind is EntryKind.REOPENED and stopped:
            self._adopt(at)
            self._go_on(at)
        elif entry.kind in (EntryKind.RESOLVED, EntryKind.WITHDRAWN, EntryKind.CLOSED) and not stopped:
            self._stop(at)

    def _go_on(self, at: int) -> None:
        """Reopened: count again, or stand still for what held the clock before it was resolved."""
        if not self.holds:
            self._run(at)
            return
        self._end_gap(at)
        self.state, self.state_since, self.cause = State.PAUSED, at, self._holding()
        self._promise_again()

    def _merge(self, at: int) -> None:
        """Handled on another ticket from here on: what still counts stops without a verdict, a breach stays."""
        if self.state is not State.STOPPED:
            self.void = True
            self._stop(at)

    def _stop(self, at: int) -> None:
        self.stopped_point = self.promise.point
        if self.state is State.PAUSED:
            self._end_gap(at)
            self.state, self.state_since, self.cause = State.STOPPED, at, None
        else:
            self._halt(at, State.STOPPED)
        self.holds.discard(PauseCause.WAITING)

    def _halt(self, at: int, state: State) -> None:
        for meter in (self.meter, *self.earlier):
            meter.halt(at)
        self.promised = self.due
        self.state, self.state_since = state, at
        self.cause = self._holding()

    def _run(self, at: int) -> None:
        self._end_gap(at)
        for meter in (self.meter, *self.earlier):
            meter.run(at)
        self.state, self.state_since, self.cause = State.RUNNING, at, None
        for promise in self.promises.values():
            self._settle(promise, at)
        self._promise_again()

    def _end_gap(self, at: int) -> None:
        self.gaps.append(Gap(self.state_since, at, self.state, self.meter.calendar, self.cause))

    def _promise_again(self) -> None:
        """The due instant after a change: if paused, of a budget used up before only; if stopped, frozen."""
        if self.state is State.STOPPED:
            return
        promise = self.promise
        reached = None if promise.point is None else self.meter.reach(promise.point, promise.base)
        waits = self.state is State.PAUSED and promise.owed(self.state_since)
        self.due = None if reached is None or waits else max(reached, promise.floor)
        if self.state is State.RUNNING:
            self.promised = self.due

    def _minutes(self, severity: str | None, since: int) -> int | None:
        """The support time promised under `severity`, if counted from `since`; None for no promise."""
        minutes = self.targets.minutes_of(severity, self.kind)
        if minutes is None:
            return None
        need = minutes_us(minutes)
        days, rest = divmod(need, self.targets.working_day_minutes * MINUTE_US)
        if self.targets.reading != DayReading.END_OF_NTH_DAY or need == 0 or rest:
            return need
        close = self.meter.calendar.end_of_nth_day(from_us(since), days)
        return need if close is None else self.meter.calendar.open_us(since, to_us(close))

    def _adopt(self, at: int) -> None:
        """Take up a calendar that became known while the clock could not move."""
        if self.next_calendar is not None:
            calendar, self.next_calendar = self.next_calendar, None
            self._switch(at, calendar, at)

    def _switch(self, at: int, calendar: BusinessCalendar, recount_from: int) -> None:
        """Count by `calendar` since `recount_from`; no promise that is still ahead comes earlier by it."""
        meter, used = self.meter, self.meter.used(at)
        warned, ahead = self.warning(self.promise), self._ahead(self.promise, used, at)
        gone = [key for key in self.promises if key != self.severity and not self.promises[key].ahead_of(used, at)]
        before = [(held, self._ahead(held, used, at), self._counted(held)) for held in self.promises.values()]
        self.earlier.append(meter.copy())
        meter.switch(calendar, recount_from)
        used = meter.used(at)
        for held, due, counted in before:
            if held.point is not None and held.plain is not None:
                if due is not None:
                    held.earlier = (*held.earlier, (self.earlier[-1], held.plain))
                again = self._counted(held)
                held.point += again[0] - counted[0]
                held.plain += again[1] - counted[1]
                self._keep(held, due, used=used, at=at)
        for severity in gone:  # a date that is closed now does not bring back what was over
            self.promises[severity] = at_once(used, at)
        if warned is None or warned > at:
            self.promise.warn_from = max(self.promise.warn_from, at)
        if self._ahead(self.promise, used, at) != ahead:
            self._mark(at, NoteKind.CALENDAR, self.severity)

    def _counted(self, promise: Promise) -> tuple[int, int]:
        """U at the instants that a promise's points were counted from."""
        return self.meter.used_then(promise.base), self.meter.used_then(promise.plain_base)

    def _keep(self, promise: Promise, due: int | None, *, used: int, at: int) -> None:
        """The ratchet: as much support time as up to `due`, promised until now, and no earlier instant.

        Only a running clock has promised that instant; what a paused one is owed by the calendars before is known
        once it runs again.
        """
        if due is None or self.state is not State.RUNNING:
            return
        promise.floor = max(promise.floor, due)
        least = used + self.meter.calendar.open_us(at, due)
        if promise.point is None or least > promise.point:
            promise.point, promise.base = least, at

    def _settle(self, promise: Promise, at: int) -> None:
        """Running again: due when the latest of the calendars that the promise has seen says so (POLICY 6).

        A removed holiday is so neither lost nor given twice, whichever part of it the pause took.
        """
        ahead = [(meter, point - meter.used(at)) for meter, point in promise.earlier]
        dues = [meter.calendar.due_us(at, rest) for meter, rest in ahead if rest > 0]
        latest = max((due for due in dues if due is not None), default=None)
        if latest is None or promise.plain is None:
            return
        before, warned = promise.point, self.warning(promise)
        promise.floor = max(promise.floor, latest)
        promise.point = max(promise.plain, self.meter.used(at) + self.meter.calendar.open_us(at, latest))
        if promise.point == before:
            return
        promise.base = at
        if warned is None or warned > at:
            promise.warn_from = max(promise.warn_from, at)
        if promise is self.promise:
            self._mark(at, NoteKind.CALENDAR, self.severity)

    def _ahead(self, promise: Promise, used: int, at: int) -> int | None:
        """The due instant of a promise still ahead, by the calendar in force, as if it ran from `at` on."""
        if promise.point is None or promise.point <= used:
            return None
        due = self.meter.calendar.due_us(at, promise.point - used)
        return None if due is None else max(due, promise.floor)

    def _mark(self, at: int, kind: NoteKind, old: str | None) -> None:
        self.marks.append(Mark(at, kind, old, self.severity, self.promise.point))
