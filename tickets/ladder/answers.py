"""What the matrix says of an occurrence: the one core that the sweep, a ticket's next step and a rehearsal ask.

It writes nothing; matrix and people are given, so that rules which nobody has saved can be asked too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from helpdesk.notifications.drafts import Recipient
from sla.models import Event, QuietHours
from sla.versions import Matrix, calendar_of
from tickets.ladder.levels import Levels
from tickets.ladder.occurrences import Occurrence, occurrence
from tickets.models import Escalation

OVERDUE = {"response": Event.RESPONSE_OVERDUE, "target": Event.TARGET_MISSED, "limit": Event.LIMIT_PASSED}
SEEN_BY_CLIENT = {Event.RESPONSE_OVERDUE, Event.LIMIT_PASSED, Event.TARGET_MISSED, Event.ASKED, Event.REOPENED_TWICE}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the matrix says of one occurrence: who is told and when, and the level afterwards.

    `climbs`: somebody at that level has to acknowledge it. `warning` is for the vendor: the level reached nobody.
    """

    level: int
    climbs: bool
    people: tuple[Recipient, ...]
    warning: str
    send_at: datetime

    @property
    def told(self) -> list[str]:
        """Who is told, by name, with why it is them."""
        return [f"{person.name} ({person.role})" for person in self.people]


def answer_of(found: Occurrence, *, levels: Levels, matrix: Matrix, at: datetime) -> Answer | None:
    """The matrix's answer to an occurrence that is noticed at the instant; None where it has no rule."""
    rule = matrix.rule(found.event, found.severity)
    if rule is None:
        return None
    reached = levels.reach_all(rule.recipients, found)
    level = level_after(found, rule.level_after, top=matrix.top)
    answered = found.event != Event.UNACKNOWLEDGED and bool(rule.level_after or found.event == Event.ASKED)
    return Answer(
        level=level,
        climbs=level > 1 and answered,
        people=reached.recipients,
        warning=reached.warning,
        send_at=waits_until(found, matrix=matrix, at=at) or at,
    )


def level_after(found: Occurrence, stated: int | None, *, top: int) -> int:
    """The level that the event reaches: the rule's, one up when asked by hand, else the ticket's own."""
    if found.event == Event.ASKED:
        return min(found.level + 1, top)
    return stated or found.level


def goes_at_once(found: Occurrence, *, matrix: Matrix, at: datetime) -> bool:
    """POLICY 7: a warning or breach in [opening, closing] goes at once, a reminder waits for hours; P1 never waits.

    A rule with quiet hours of its own decides for itself.
    """
    rule = matrix.rule(found.event, found.severity)
    quiet = rule.quiet_hours if rule else QuietHours.POLICY
    by_policy = found.severity == "P1" or found.event == Event.ASKED
    if quiet == QuietHours.NEVER or (quiet == QuietHours.POLICY and by_policy):
        return True
    calendar = calendar_of(found.calendar_version_id)
    return calendar.is_open_inclusive(at if found.event == Event.UNACKNOWLEDGED else found.instant)


def waits_until(found: Occurrence, *, matrix: Matrix, at: datetime) -> datetime | None:
    """The opening that a notice waits for; None where it goes at once (or the desk never opens again)."""
    if goes_at_once(found, matrix=matrix, at=at):
        return None
    return calendar_of(found.calendar_version_id).next_opening(at)


def event_of(clock: str, *, breached: bool) -> Event:
    """What has happened to a clock that is claimed: its due instant is passed, or most of its budget is used."""
    return OVERDUE[clock] if breached else Event.WARNING


def claims_of(next_event: datetime | None, due: datetime | None, *, since: datetime) -> Iterator[tuple[datetime, bool]]:
    """When the sweep claims a clock, and whether as breached, if nothing happens before.

    `next_event` is the warning still owed, else the due instant. A warning is passed over where the due instant lies
    before `since`, too: the sweep then finds the breach first.
    """
    if next_event is None or due is None:
        return
    if next_event < due and due >= since:
        yield next_event, False
    yield max(next_event, due), True


def repeat_at(found: Occurrence, *, matrix: Matrix, at: datetime) -> datetime | None:
    """When a level that was told at the instant is told again, unless it acknowledges (POLICY 7).

    A reminder repeats what called the level: that event's rule says after how long.
    """
    event = found.clock if found.event == Event.UNACKNOWLEDGED else found.event
    minutes = matrix.repeat_minutes(event, found.severity)
    return calendar_of(found.calendar_version_id).due(at, minutes)


def reminder_of(rung: Escalation) -> Occurrence:
    """The same level again; the rung comes with its ticket, and that with its organisation, requester and calendar."""
    raised = occurrence(rung.ticket, event=Event(rung.event), instant=rung.raised_at, cycle=rung.cycle)
    return replace(reminder_from(raised, level=rung.level), step=rung.step * 1000 + rung.reminders + 1)


def reminder_from(raised: Occurrence, *, level: int) -> Occurrence:
    """A reminder of the event that has raised a rung: it stands on the rung's level, whatever the ticket's is."""
    return replace(raised, event=Event.UNACKNOWLEDGED, clock=raised.event, level=level)
