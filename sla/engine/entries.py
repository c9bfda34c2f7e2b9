"""What goes into the fold of a ticket's clocks and what comes out (POLICY 4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sla.engine.calendar import BusinessCalendar


class ClockKind(StrEnum):
    """The three clocks of a ticket: first response, resolution target (amber), resolution limit (breach)."""

    RESPONSE = "response"
    TARGET = "target"
    LIMIT = "limit"


class State(StrEnum):
    """Whether a clock counts support time; `none` before the ticket was opened."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    NONE = "none"


class Verdict(StrEnum):
    """What became of a promise; a clock can be running and breached."""

    PENDING = "pending"
    MET = "met"
    BREACHED = "breached"
    VOID = "void"


class EntryKind(StrEnum):
    """The kinds of timeline entry that move a clock."""

    OPENED = "opened"
    RESPONDED = "responded"
    PAUSED = "paused"
    RESUMED = "resumed"
    SEVERITY = "severity"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    CLOSED = "closed"
    MERGED = "merged"
    POLICY = "policy"
    OUTSIDE = "outside"
    COVERED = "covered"


class PauseCause(StrEnum):
    """Why a clock is paused, what is told first: work that the policy does not cover, or waiting for the client."""

    OUTSIDE = "outside"
    WAITING = "waiting"


class DayReading(StrEnum):
    """How a commitment of working days is read (POLICY 1): minutes elapsed, or the close of the Nth day."""

    ELAPSED = "elapsed"
    END_OF_NTH_DAY = "end_of_nth_day"


@dataclass(frozen=True)
class Targets:
    """The promises of one policy version.

    `minutes` maps a severity to the support minutes of each clock; None, or no such key, is no promise.
    Severities are ordered by name, P1 the most severe. `warn_percent` of a budget used gives the warning
    (POLICY 7). A budget that is not a whole number of `working_day_minutes` is read as elapsed whatever
    `reading` says. Waiting for the client pauses every clock but the `unpaused`.
    """

    minutes: Mapping[str, Mapping[ClockKind, int | timedelta | None]]
    warn_percent: int = 75
    reading: str = DayReading.ELAPSED
    working_day_minutes: int = 540
    unpaused: frozenset[ClockKind] = frozenset()

    def minutes_of(self, severity: str | None, kind: ClockKind) -> int | timedelta | None:
        """The minutes promised, None for no promise. Raises ValueError for a severity the policy lacks."""
        if severity is None or severity not in self.minutes:
            raise ValueError(f"the policy has no severity {severity!r}")
        return self.minutes[severity].get(kind)


@dataclass(frozen=True)
class Entry:
    """One timeline entry, at the instant it took effect (a mail: when it was received).

    `severity` is needed by OPENED and SEVERITY; `with_message` says that a RESOLVED one told the client
    something, which answers the response clock too. `policies` are the promises before and after a POLICY
    one. Entries at one instant keep the order they are given in.
    """

    at: datetime
    kind: EntryKind
    severity: str | None = None
    with_message: bool = False
    policies: tuple[Targets, Targets] | None = None


class NoteKind(StrEnum):
    """What a note in a reading tells."""

    OPENED = "opened"
    SEVERITY = "severity"
    CALENDAR = "calendar"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Note:
    """A change of the promise: severities before and after, and the budget that holds from `at` on."""

    at: datetime
    kind: NoteKind
    old: str | None
    new: str | None
    budget: timedelta | None


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch in one state, counted (when running) with `calendar`; `end` is None while it lasts.

    `cause` is why it is paused.
    """

    start: datetime
    end: datetime | None
    state: State
    calendar: BusinessCalendar
    cause: PauseCause | None = None


def _no_history() -> tuple[tuple[Leg, ...], tuple[Note, ...]]:
    return (), ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock as it stands at `at`; instants in UTC, spans in support time.

    `budget` is the support time promised since the start, `used` what has run, `remaining` the rest, never
    below zero. `due` is None while paused (unless the budget was used up when the pause began), when
    stopped out of a pause, and without a promise; `promised` is the last due instant that was shown.
    `breached_at` is the due instant that passed. `warn_at` is None unless the clock is running and pending.
    `provisional`: `due` reaches a year whose holidays are not final (POLICY 3).
    """

    kind: ClockKind
    at: datetime
    state: State
    verdict: Verdict
    severity: str | None = None
    used: timedelta = timedelta(0)
    budget: timedelta | None = None
    remaining: timedelta | None = None
    due: datetime | None = None
    promised: datetime | None = None
    warn_at: datetime | None = None
    breached_at: datetime | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    paused_since: datetime | None = None
    provisional: bool = False
    history: Callable[[], tuple[tuple[Leg, ...], tuple[Note, ...]]] = field(
        default=_no_history, compare=False, repr=False
    )

    @property
    def legs(self) -> tuple[Leg, ...]:
        """The stretches of the clock, in order."""
        return self.history()[0]

    @property
    def notes(self) -> tuple[Note, ...]:
        """The changes of the promise, in order, the opening first."""
        return self.history()[1]
