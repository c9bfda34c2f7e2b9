"""What the policy would promise a ticket opened now: shown beside each severity before the submit."""

from dataclasses import dataclass
from datetime import datetime

from sla.engine.entries import ClockKind, Entry, EntryKind
from sla.folding import Subject, fold_clocks
from sla.models import PolicyVersion, Target
from sla.queries import agreement_of, policy_in_force
from sla.versions import current_calendar, target_rows


@dataclass(frozen=True, kw_only=True)
class SeverityPromise:
    """One severity as the policy words it, with the instants that it would give now; None: no promise."""

    target: Target
    response: datetime | None
    goal: datetime | None
    limit: datetime | None
    provisional: bool


@dataclass(frozen=True, kw_only=True)
class Promises:
    """The policy in force for an organisation at an instant. `opens_at` is None while the desk is open."""

    version: PolicyVersion
    severities: list[SeverityPromise]
    opens_at: datetime | None
    desk_zone: str  # of its calendar


def promises_for(organisation_id: int, *, at: datetime) -> Promises:
    """What a ticket of this organisation, opened at the instant, would be promised, by the engine itself."""
    agreement = agreement_of(organisation_id)
    version = policy_in_force(agreement.policy_id, at=at)
    subject = Subject(
        ticket_id=0,
        organisation_id=organisation_id,
        opened_at=at,
        policy_version_id=version.pk,
        calendar=agreement.calendar,
    )
    calendar = current_calendar(agreement.calendar)
    return Promises(
        version=version,
        severities=[_promise(subject, target) for target in target_rows(version.pk)],
        opens_at=None if calendar.is_open(at) else calendar.next_opening(at),
        desk_zone=calendar.spec.tz,
    )


def _promise(subject: Subject, target: Target) -> SeverityPromise:
    opened = Entry(at=subject.opened_at, kind=EntryKind.OPENED, severity=target.severity)
    readings = fold_clocks(subject=subject, entries=[opened], at=subject.opened_at)
    return SeverityPromise(
        target=target,
        response=readings[ClockKind.RESPONSE].due,
        goal=readings[ClockKind.TARGET].due,
        limit=readings[ClockKind.LIMIT].due,
        provisional=any(reading.provisional for reading in readings.values()),
    )
