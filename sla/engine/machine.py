"""One clock as a state machine: what each entry and each new version does to it (POLICY 4 to 6).

Instants and spans are whole microseconds. Time is counted by `meter`; promises move as `promise` says.
"""

from dataclasses import dataclass, replace

from sla.engine.calendar import BusinessCalendar
from sla.engine.entries import ClockKind, DayReading, Entry, EntryKind, NoteKind, PauseCause, State, Targets
from sla.engine.instants import MINUTE_US, from_us, minutes_us, to_us
from sla.engine.meter import Meter
from sla.engine.promise import Chosen, Count, Promise, at_once, chosen, lowered, raised, recounted

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
        minutes = self._minutes(severity, start)
        first = Promise(None if minutes is None else Count(minutes, start), warn_from=start)
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
        held = self.promises.get(severity)
        if held is not None and _is_over(self._due_from(held, at), at):
            changed = at_once(self.meter.used(at), at)
        elif held is not None:
            changed = replace(held, warn_from=at)
        elif str(severity) == min(str(severity), str(old)):
            changed = raised(self.promise, minutes=self._minutes(severity, at), meter=self.meter, at=at)
        else:
            changed = lowered(self.promise, minutes=self._minutes(severity, self.start), start=self.start, at=at)
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
            if promise.kept:
                self._settle(promise, at)
        self._promise_again()

    def _end_gap(self, at: int) -> None:
        self.gaps.append(Gap(self.state_since, at, self.state, self.meter.calendar, self.cause))

    def _promise_again(self) -> None:
        """The due instant after a change: if paused, of a budget used up before only; if stopped, frozen."""
        if self.state is State.STOPPED:
            return
        self.due = self._due(self.promise)
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
        before, current = self.meter, self.promise
        warned, dues = self.warning(current), {key: self._due_from(held, at) for key, held in self.promises.items()}
        for key, held in self.promises.items():
            self._keep(held, dues[key], at)
        self.earlier.append(before)
        self.meter = before.switched(calendar, recount_from)
        for key, held in self.promises.items():
            if held is not current and _is_over(dues[key], at):  # closing a date does not bring it back
                self.promises[key] = at_once(self.meter.used(at), at)
            elif held.term is not None:
                held.term = recounted(held.term, before, self.meter)
                held.point = self._point(held, self._due_from(held, at), at)
        if warned is None or warned > at:
            current.warn_from = max(current.warn_from, at)
        if self._due_from(current, at) != dues[self.severity]:
            self._mark(at, NoteKind.CALENDAR, self.severity)

    def _keep(self, promise: Promise, due: int | None, at: int) -> None:
        """What the calendar that goes has promised stays promised, by its own count (POLICY 6).

        A running clock has shown an instant: where calendars before are the reason for it, so much support time by
        this one is promised from now on. What a paused one is owed is known once it runs again.
        """
        if promise.term is None or due is None:
            return
        count = chosen(promise.term)
        if promise.kept and self.state is State.RUNNING:
            worth = self.meter.used(at) + self.meter.calendar.open_us(at, due)
            if worth > count.point:
                count = Count(worth, count.base)
                promise.term = Chosen(max, promise.term, count)
        promise.kept = (*promise.kept, ((self.meter, count),))

    def _settle(self, promise: Promise, at: int) -> None:
        """Running again: which of the calendars that the promise has seen is the latest is known now (POLICY 6)."""
        before, warned = promise.point, self.warning(promise)
        promise.point = self._point(promise, self._due_from(promise, at), at)
        if promise.point == before:
            return
        if warned is None or warned > at:
            promise.warn_from = max(promise.warn_from, at)
        if promise is self.promise:
            self._mark(at, NoteKind.CALENDAR, self.severity)

    def _point(self, promise: Promise, due: int | None, at: int) -> int | None:
        """The support time after which the clock is due: of a running one that at which its due instant lies."""
        if promise.term is None:
            return None
        point = chosen(promise.term).point
        if self.state is not State.RUNNING:
            return point
        return point if due is None else max(point, self.meter.used(at) + self.meter.calendar.open_us(at, due))

    def _due(self, promise: Promise) -> int | None:
        """The due instant: the latest by all calendars. None for never, and for not before the pause ends."""
        if promise.term is None:
            return None
        latest = self.meter.reach(*chosen(promise.term))
        for clause in promise.kept:
            reached = [due for meter, count in clause if (due := meter.reach(*count)) is not None]
            if latest is None or not reached:
                return None
            latest = max(latest, min(reached))
        return latest

    def _due_from(self, promise: Promise, at: int) -> int | None:
        """The same as if the clock ran from `at` on; `at` itself for what is over."""
        if promise.term is None:
            return None
        latest = self.meter.due_from(chosen(promise.term).point, at)
        for clause in promise.kept:
            reached = [due for meter, count in clause if (due := meter.due_from(count.point, at)) is not None]
            if latest is None or not reached:
                return None
            latest = max(latest, min(reached))
        return latest

    def _mark(self, at: int, kind: NoteKind, old: str | None) -> None:
        self.marks.append(Mark(at, kind, old, self.severity, self.promise.point))


def _is_over(due: int | None, at: int) -> bool:
    """Whether a due instant has come; none never does."""
    return due is not None and due <= at
