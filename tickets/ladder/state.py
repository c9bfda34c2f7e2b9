"""What the ladder does next on a ticket, when, and whom it tells: by the sweep's own code, ahead of its time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.directory import Directory
from sla.models import Event
from sla.queries import matrix_in_force
from tickets.ladder.answers import SEEN_BY_CLIENT, Answer, answer_of, claims_of, event_of, reminder_of
from tickets.ladder.levels import Levels
from tickets.ladder.occurrences import Occurrence, occurrence
from tickets.models import Escalation, Ticket
from tickets.queries import clocks_of

WORDS: dict[Event, "str | Promise"] = {
    Event.WARNING: _("Most of the support time is used"),
    Event.RESPONSE_OVERDUE: _("Nobody has answered by then"),
    Event.TARGET_MISSED: _("It is not resolved by the target"),
    Event.LIMIT_PASSED: _("It is not resolved by the limit"),
    Event.UNACKNOWLEDGED: _("Nobody has acknowledged the escalation by then"),
}


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """The next thing that the ladder does if nothing happens before.

    `at` is when somebody is told, a UTC instant. `level` is the level afterwards, `climbs` whether it is called.
    `told` and `warning` are empty for clients: who is told is the vendor's affair.
    """

    event: Event
    words: "str | Promise"
    at: datetime
    climbs: bool
    level: int
    level_name: str
    told: list[str]
    warning: str


def next_step(ticket: Ticket, rungs: Sequence[Escalation], *, at: datetime, staff: bool) -> NextStep | None:
    """The next step after the instant; None where nothing falls due.

    Clients are told of what they will see happen only: no warnings, no reminders, no names. It is what the sweep
    would claim from the stored clocks and rungs, answered by the matrix that is then in force.
    """
    coming = sorted(_coming(ticket, rungs, at=at), key=lambda one: one[0])
    directory = None
    for instant, found in coming:
        if not staff and found.event not in SEEN_BY_CLIENT:
            continue
        directory = directory or Directory.read()
        noticed = max(instant, at)
        matrix = matrix_in_force(at=noticed)
        answer = answer_of(found, levels=Levels(matrix, directory, at=noticed), matrix=matrix, at=noticed)
        if answer is not None:
            return _step(found, answer, matrix.name(answer.level), staff=staff)
    return None


def _step(found: Occurrence, answer: Answer, level_name: str, *, staff: bool) -> NextStep:
    return NextStep(
        event=found.event,
        words=WORDS[found.event],
        at=answer.send_at if staff else found.instant,
        climbs=answer.climbs and answer.level > found.level,
        level=answer.level,
        level_name=level_name,
        told=answer.told if staff else [],
        warning=answer.warning if staff else "",
    )


def _coming(ticket: Ticket, rungs: Sequence[Escalation], *, at: datetime) -> Iterator[tuple[datetime, Occurrence]]:
    """What each clock and rung will bring: a clock its warning and its due instant, as far as they are ahead."""
    for clock in clocks_of(ticket).values():
        for instant, breached in claims_of(clock.next_event_at, clock.due_at, since=at):
            event = event_of(clock.kind, breached=breached)
            due = clock.due_at if breached and clock.due_at else instant
            yield instant, occurrence(ticket, event=event, instant=due, clock=clock.kind, cycle=clock.cycle)
    for rung in rungs:
        if rung.remind_at is not None and rung.acknowledged_at is None and ticket.is_active:
            rung.ticket = ticket
            yield rung.remind_at, reminder_of(rung)
