"""How a deadline is shown: one chip everywhere, told by word and shape before colour."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from sla.engine.calendar import BusinessCalendar
from sla.engine.entries import ClockKind, Reading, State, Verdict
from sla.versions import target_rows
from tickets.models import TicketState

SOON = timedelta(hours=2)


class Queued(Protocol):
    """What a place in the queue is decided by; a ticket, or a row of the queue."""

    @property
    def opened_at(self) -> datetime: ...
    @property
    def queue_due_at(self) -> datetime | None: ...
    @property
    def state(self) -> str: ...
    @property
    def outside_reason(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def planned_on(self) -> date | None: ...
    @property
    def policy_version_id(self) -> int: ...


@dataclass(frozen=True, kw_only=True)
class Chip:
    """What a due chip says. `look`: due, soon, overdue, paused or none; `amber`: a missed target."""

    look: str
    due: datetime | None = None
    left: timedelta | None = None
    provisional: bool = False
    what: str = ""
    amber: bool = False


PAUSED = Chip(look="paused")
OUTSIDE = Chip(look="paused", what="outside support")
NO_DEADLINE = Chip(look="none")


def deadline_chip(
    due: datetime,
    *,
    now: datetime,
    calendar: BusinessCalendar,
    since: datetime,
    soon: bool | None = None,
    what: str = "",
) -> Chip:
    """The chip of a running deadline, with the support time left until it, or passed since.

    `since` is when the clock began: the due instant is provisional when the holidays of a year up to it are
    not confirmed (POLICY 3). `soon` is the caller's knowledge, else two hours of support time or less.
    """
    provisional = not calendar.years_confirmed(since, due)
    if due < now:
        passed = calendar.elapsed(due, now)
        return Chip(look="overdue", due=due, left=passed, what=what)
    left = calendar.elapsed(now, due)
    near = left <= SOON if soon is None else soon
    return Chip(look="soon" if near else "due", due=due, left=left, provisional=provisional, what=what)


def queue_chip(ticket: Queued, *, now: datetime, calendar: BusinessCalendar, what: str = "") -> Chip:
    """The chip of a row in the queue (POLICY 8): its earliest running deadline, paused, or none."""
    if ticket.queue_due_at is not None:
        return deadline_chip(ticket.queue_due_at, now=now, calendar=calendar, since=ticket.opened_at, what=what)
    if ticket.outside_reason:
        return OUTSIDE
    if ticket.state == TicketState.WAITING:
        return PAUSED
    return Chip(look="none", what=plan_words(ticket))


def plan_words(ticket: Queued) -> str:
    """What holds in place of a resolution deadline: the planned day, else the policy's words ("as per dev schedule").

    Empty for a severity that has a deadline.
    """
    row = next((one for one in target_rows(ticket.policy_version_id) if one.severity == ticket.severity), None)
    if row is None or row.limit_minutes is not None:
        return ""
    return f"planned for {ticket.planned_on:%-d %b %Y}" if ticket.planned_on else row.resolution_text


def reading_chip(reading: Reading, *, calendar: BusinessCalendar) -> Chip | None:
    """The chip of one clock as folded; None once it has stopped, when its verdict says it all."""
    if reading.state is State.STOPPED or reading.started_at is None:
        return None
    if reading.due is None:
        return PAUSED if reading.state is State.PAUSED and reading.budget is not None else NO_DEADLINE
    warned = reading.verdict is Verdict.PENDING and reading.warn_at is not None and reading.warn_at <= reading.at
    chip = deadline_chip(reading.due, now=reading.at, calendar=calendar, since=reading.started_at, soon=warned)
    return replace(chip, amber=reading.kind is ClockKind.TARGET)
