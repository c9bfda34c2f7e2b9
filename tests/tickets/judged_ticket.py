"""A ticket as the judge of clocks sees it: what POLICY 4 to 8 make of its life, without a fold, a row or a matrix."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sla.engine.calendar import BusinessCalendar
from sla.models import Clock, PolicyVersion
from tests.sla.engine.judge import NEVER, Count, Judge

KINDS = ("response", "target", "limit")
MISSED = {"response": "response_overdue", "target": "target_missed", "limit": "limit_passed"}
REOPEN_MINUTES = 2700
CLIMBS = {"response": 2, "limit": 3}  # a target that is missed tells people, and climbs nowhere


@dataclass(frozen=True)
class Promises:
    """What one version of a policy promises each clock; by closes of working days of so many minutes, or elapsed."""

    minutes: Mapping[str, Mapping[str, int | None]]
    nth_day: int | None


def promises_of(version: PolicyVersion) -> Promises:
    """From a version's rows."""
    rows = list(version.targets.all())
    minutes = {kind: {row.severity: getattr(row, f"{kind}_minutes") for row in rows} for kind in KINDS}
    return Promises(minutes, version.working_day_minutes if version.reading == "end_of_nth_day" else None)


def stored_of(row: Clock) -> tuple:
    """What of a stored row is judged: its state and verdict, the due instant of what is open, and that of a breach."""
    judged = row.verdict == "pending" and row.state != "stopped"
    return row.state, row.verdict, row.due_at if judged else None, row.breached_at


def midnight(at: datetime, judge: Judge) -> datetime:
    """The beginning of the local date."""
    return at.astimezone(judge.zone).replace(hour=0, minute=0)


class JudgedClock:
    """One clock of three."""

    def __init__(self, kind: str, at: datetime, severity: str, promises: Promises, calendar: BusinessCalendar) -> None:
        self.kind = kind
        self.judge = Judge(at, severity, promises.minutes[kind], calendar, promises.nth_day)
        self.breached_at: datetime | None = None
        self.answered = False  # a response only, and for good
        self.void = False
        self._due: datetime | None = None

    @property
    def stopped(self) -> bool:
        return self.answered or self.judge.stopped

    @property
    def due(self) -> datetime:
        if self._due is None:
            self._due = self.judge.due
        return self._due

    def pass_time(self, at: datetime) -> None:
        """Overdue means before: at its due instant it is in time."""
        if self.breached_at is None and not self.stopped and self.due < at:
            self.breached_at = self.due

    def tell(self, event: str, *facts: object) -> None:
        """Whatever happens to a clock that is not answered yet."""
        if not self.answered:
            self._due = None
            getattr(self.judge, event)(*facts)

    def change_calendar(self, at: datetime, calendar: BusinessCalendar) -> None:
        if self.breached_at is None:
            self.tell("change_calendar", at, calendar, midnight(at, self.judge))

    def change_policy(self, promises: Promises) -> None:
        given = (promises.minutes[self.kind], promises.nth_day)
        self.tell("change_policy" if self.breached_at is None else "know_policy", *given)

    def row(self) -> tuple:
        """The same as `stored_of` the row."""
        state = "stopped" if self.stopped else "paused" if self.judge.holds else "running"
        due = None if self.stopped or self.breached_at or self.due == NEVER else self.due
        return state, self._verdict(), due, self.breached_at

    def _verdict(self) -> str:
        if self.breached_at is not None:
            return "breached"
        if not self.stopped:
            return "pending"
        return "met" if self.judge.promises_anything and not self.void else "void"


class JudgedTicket:
    """Its three clocks, its level and what was missed. Tell what happened, after `pass_time` to the instant."""

    def __init__(self, at: datetime, severity: str, promises: Promises, calendar: BusinessCalendar) -> None:
        self.clocks = {kind: JudgedClock(kind, at, severity, promises, calendar) for kind in KINDS}
        self.start, self.severity, self.promises = at, severity, promises
        self.level = 1
        self.as_opened = True  # no promise has changed yet
        self.window: Judge | None = None  # of a resolved ticket: due at its end

    @property
    def resolution(self) -> list[JudgedClock]:
        return [self.clocks["target"], self.clocks["limit"]]

    @property
    def is_active(self) -> bool:
        """Open or waiting."""
        return not self.clocks["limit"].stopped

    @property
    def waits(self) -> bool:
        return "waiting" in self.clocks["limit"].judge.holds

    @property
    def in_queue(self) -> bool:
        """Open, waiting, or resolved without the answer it is owed."""
        return self.is_active or not self.clocks["response"].answered

    @property
    def climbed(self) -> set[str]:
        """The rungs that clocks have called."""
        return {MISSED[kind] for kind in CLIMBS if self.clocks[kind].breached_at is not None}

    def pass_time(self, at: datetime) -> None:
        for kind, clock in self.clocks.items():
            before = clock.breached_at
            clock.pass_time(at)
            if clock.breached_at is not before:
                self.level = max(self.level, CLIMBS.get(kind, 1))

    def answered(self, _at: datetime) -> None:
        """A public message of staff."""
        self.clocks["response"].answered = True

    def holds(self, at: datetime, cause: str) -> None:
        for clock in self.clocks.values():
            clock.tell("hold", at, cause)

    def goes_on(self, at: datetime, cause: str = "waiting") -> None:
        for clock in self.clocks.values():
            clock.tell("release", at, cause)

    def resolved(self, at: datetime, *, answers: bool, calendar: BusinessCalendar) -> None:
        """With a message it is an answer; in silence the answer is still owed, and nobody waits for the client."""
        if answers:
            self.answered(at)
        self.clocks["response"].tell("release", at, "waiting")
        for clock in self.resolution:
            clock.tell("hold", at, "resolved")
        self.window = Judge(at, "", {"": REOPEN_MINUTES}, calendar)

    def is_in_window(self, at: datetime) -> bool:
        """Whether it can be reopened."""
        return self.window is not None and at <= self.window.due

    def swept(self, at: datetime) -> None:
        """After its window a resolved ticket closes by itself; then nobody waits for an answer any more."""
        response = self.clocks["response"]
        if self.window is not None and self.window.due < at:
            self.window = None
            response.void = not response.answered
            response.answered = True

    def reopened(self, at: datetime) -> None:
        self.window = None
        for clock in self.resolution:
            clock.tell("release", at, "resolved")

    def change_severity(self, at: datetime, severity: str) -> None:
        self.as_opened = False
        for clock in self.clocks.values():
            clock.tell("change_severity", at, severity)

    def change_policy(self, promises: Promises) -> None:
        self.as_opened = False
        for clock in self.clocks.values():
            clock.change_policy(promises)

    def change_calendar(self, at: datetime, calendar: BusinessCalendar) -> None:
        self.as_opened = False
        for clock in self.clocks.values():
            clock.change_calendar(at, calendar)
        if self.window is not None and at <= self.window.due:
            self.window.change_calendar(at, calendar, midnight(at, self.window))

    def rows(self) -> dict[str, tuple]:
        return {kind: clock.row() for kind, clock in self.clocks.items()}

    def breaches(self) -> dict[str, datetime]:
        return {kind: clock.breached_at for kind, clock in self.clocks.items() if clock.breached_at is not None}

    def queue_due(self, rows: Mapping[str, Clock]) -> datetime | None:
        """POLICY 8: the earliest running of response due, target until it is passed, limit."""
        running = {kind: row.due_at for kind, row in rows.items() if row.state == "running" and row.due_at is not None}
        if self.clocks["target"].breached_at is not None:
            running.pop("target", None)
        return min(running.values(), default=None)

    def warnings(self) -> dict[str, datetime]:
        """When three quarters of a budget are used, of clocks that run and whose promise has never changed."""
        found = {}
        for kind in ("response", "limit"):
            clock, minutes = self.clocks[kind], self.promises.minutes[kind][self.severity]
            if self.as_opened and minutes is not None and clock.row()[:2] == ("running", "pending"):
                share = Count(self.start, minutes * 3 // 4)
                found[kind] = share.due(clock.judge.pauses, clock.judge.chain)
        return found
