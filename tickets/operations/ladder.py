"""Climbing the escalation matrix in bulk: for each occurrence its timeline entry, rung, audit row and notices."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from helpdesk.accounts.directory import Directory
from helpdesk.audit.operations import audit_row, record_all
from helpdesk.lib.actors import SYSTEM, Actor
from helpdesk.lib.crashpoints import reach
from helpdesk.lib.live import Topic, changed
from helpdesk.lib.rows import Row, insert_rows
from helpdesk.notifications.drafts import Draft, Recipient
from helpdesk.notifications.operations import queue_notices
from sla.models import Event
from sla.versions import Matrix, calendar_of
from tickets.ladder.answers import SEEN_BY_CLIENT, answer_of, repeat_at
from tickets.ladder.levels import Levels
from tickets.ladder.occurrences import Occurrence
from tickets.models import EntryKind, Escalation, TimelineEntry
from tickets.wording import iso, reason_of

KINDS = {
    Event.WARNING: EntryKind.WARNING,
    Event.RESPONSE_OVERDUE: EntryKind.BREACH,
    Event.LIMIT_PASSED: EntryKind.BREACH,
    Event.TARGET_MISSED: EntryKind.TARGET_MISSED,
    Event.ASKED: EntryKind.ESCALATED,
    Event.UNACKNOWLEDGED: EntryKind.REMINDED,
    Event.REOPENED_TWICE: EntryKind.ESCALATED,
}


@dataclass
class Climb:
    """What a batch of occurrences writes."""

    timeline: list[Row] = field(default_factory=list)
    rungs: list[Row] = field(default_factory=list)
    audits: list[Row] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    levels: dict[int, int] = field(default_factory=dict)

    def add(self, other: "Climb") -> None:
        """Take in another climb's rows."""
        self.timeline += other.timeline
        self.rungs += other.rungs
        self.audits += other.audits
        self.drafts += other.drafts
        for ticket, level in other.levels.items():
            self.levels[ticket] = max(level, self.levels.get(ticket, 1))


def climb(
    occurrences: Sequence[Occurrence],
    *,
    matrix: Matrix,
    directory: Directory,
    at: datetime,
    actor: Actor = SYSTEM,
) -> Climb:
    """Work out what the matrix says of these occurrences. Writes nothing: `write_climb` does."""
    climbed = Climb()
    levels = Levels(matrix, directory, at=at)
    for found in occurrences:
        _one(climbed, found, levels=levels, matrix=matrix, at=at, actor=actor)
    return climbed


def write_climb(climbed: Climb) -> None:
    """Insert a climb's rows: five statements, whatever their number. A rung climbed before is left alone."""
    insert_rows(TimelineEntry, climbed.timeline)
    reach("sweep.timeline")
    insert_rows(Escalation, climbed.rungs, ignore_conflicts=True)
    reach("sweep.rungs")
    record_all(climbed.audits)
    reach("sweep.audit")
    queue_notices(climbed.drafts)
    reach("sweep.notices")
    changed(organisation_ids={row["organisation_id"] for row in climbed.timeline}, topic=Topic.TICKETS)


def _one(climbed: Climb, found: Occurrence, *, levels: Levels, matrix: Matrix, at: datetime, actor: Actor) -> None:
    answer = answer_of(found, levels=levels, matrix=matrix, at=at)
    if answer is None:
        return
    level, told, warning = answer.level, answer.told, answer.warning
    calendar = calendar_of(found.calendar_version_id)
    said = reason_of(found, zone=calendar.spec.tz)
    # The warning is the vendor's affair: it stays out of the body, which the client may read.
    climbed.timeline.append(_timeline(found, actor, level=level, told=told, reason=said, warning=warning, at=at))
    reason = f"{said} {warning}".strip()
    climbed.audits.append(_audit(found, actor, level=level, told=told, reason=reason, at=at))
    facts = _facts(found, level=level, reason=reason)
    climbed.drafts += [_draft(found, person, facts, send_at=answer.send_at, at=at) for person in answer.people]
    if answer.climbs:
        remind_at = repeat_at(found, matrix=matrix, at=at)
        climbed.rungs.append(_rung(found, level=level, told=told, reason=reason, remind_at=remind_at))
        climbed.levels[found.ticket_id] = max(level, climbed.levels.get(found.ticket_id, 1))


def _timeline(
    found: Occurrence, actor: Actor, *, level: int, told: list[str], reason: str, warning: str, at: datetime
) -> Row:
    data = {"event": found.event, "clock": found.clock, "level": level, "told": told, "warning": warning}
    return {
        "organisation_id": found.organisation_id,
        "ticket_id": found.ticket_id,
        "kind": KINDS[found.event],
        # A reminder happens now; what it reminds of happened then.
        "at": at if found.event == Event.UNACKNOWLEDGED else found.instant,
        "actor_kind": actor.kind.value,
        "actor_id": actor.user_id,
        "actor_name": actor.name,
        "is_public": found.event in SEEN_BY_CLIENT,
        "body": reason,
        "data": {**data, "now_at": max(level, found.level)},
    }


def _audit(found: Occurrence, actor: Actor, *, level: int, told: list[str], reason: str, at: datetime) -> Row:
    row = audit_row(
        action=f"ladder.{found.event}",
        subject=found.reference,
        actor=actor,
        at=at,
        reason=reason,
        data={"clock": found.clock, "instant": iso(found.instant), "level": level, "told": told},
    )
    return {"organisation_id": found.organisation_id, **row}


def _rung(found: Occurrence, *, level: int, told: list[str], reason: str, remind_at: datetime | None) -> Row:
    return {
        "organisation_id": found.organisation_id,
        "ticket_id": found.ticket_id,
        "event": found.event,
        "level": level,
        "cycle": found.cycle,
        "step": found.step,
        "reason": reason,
        "raised_at": found.instant,
        "told": told,
        "remind_at": remind_at,
    }


def _facts(found: Occurrence, *, level: int, reason: str) -> dict[str, Any]:
    """What every notice of this occurrence quotes."""
    return {
        "subject": found.subject,
        "severity": found.severity,
        "organisation": found.organisation_name,
        "requester": found.requester_name,
        "opened_at": iso(found.opened_at),
        "instant": iso(found.instant),
        "clock": found.clock,
        "level": level,
        "reason": reason,
    }


def _draft(found: Occurrence, person: Recipient, facts: dict[str, Any], *, send_at: datetime, at: datetime) -> Draft:
    return Draft(
        organisation_id=found.organisation_id,
        key=found.key,
        event=found.event,
        recipient=person,
        template=found.event,
        reference=found.reference,
        path=found.path,
        send_at=send_at,
        created_at=at,
        level=facts["level"],
        reason=facts["reason"],
        facts=facts,
    )
