"""One ticket's life that belongs to nobody yet: its rows as the operations write them, without an organisation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from helpdesk.audit.operations import audit_row
from helpdesk.lib.actors import Actor, ActorKind
from helpdesk.lib.rows import Row
from sla.engine.entries import ClockKind, Reading
from sla.folding import Subject, fold_clocks, queue_due
from sla.models import Clock
from sla.operations.clocks import clock_row
from tickets.clock_entries import MOVES_CLOCKS, clock_entries
from tickets.models import EntryKind, Ticket, TimelineEntry

# Whoever turns out to be the requester: each copy puts its own in the place of a client's name and id.
REQUESTER = Actor(kind=ActorKind.CLIENT, name="")
CLOCK_INSTANTS = ("started_at", "due_at", "promised_at", "warn_at", "paused_at", "stopped_at")
TICKET_INSTANTS = ("opened_at", "updated_at", "resolved_at", "closes_at", "closed_at")


@dataclass
class Life:
    """A ticket and all its rows, not yet any organisation's."""

    ticket: Ticket
    entries: list[TimelineEntry] = field(default_factory=list)
    audits: list[Row] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)

    def tell(self, kind: EntryKind, actor: Actor, at: datetime, *, body: str, public: bool = True, **data: Any) -> None:
        """Add one timeline entry."""
        row = TimelineEntry(
            kind=kind,
            at=at,
            actor_kind=actor.kind.value,
            actor_id=actor.user_id,
            actor_name=actor.name,
            is_public=public,
            body=body,
            data=data,
        )
        self.entries.append(row)

    def audit(self, action: str, actor: Actor, at: datetime, **data: Any) -> None:
        """Add one audit row."""
        self.audits.append(audit_row(action=action, subject="", actor=actor, at=at, data=data))

    def settle(self, *, at: datetime, now: datetime) -> None:
        """Fold the clocks as the last operation, at the instant `at`, stored them.

        A warning that lies before `now` is marked as given, as the sweep marks it.
        """
        subject = self._subject()
        moving = clock_entries(entry for entry in self.entries if entry.kind in MOVES_CLOCKS)
        readings = fold_clocks(subject=subject, entries=moving, at=at)
        self.ticket.updated_at = at
        self.ticket.queue_due_at = queue_due(readings)
        self.clocks = list(_clock_rows(subject, readings, at=at, now=now))

    def _subject(self) -> Subject:
        ticket = self.ticket
        return Subject(
            ticket_id=0,
            organisation_id=0,
            opened_at=ticket.opened_at,
            policy_version_id=ticket.policy_version_id,
            calendar=ticket.calendar,
        )

    def instants(self) -> Iterator[datetime]:
        """Every instant in the life; a copy of it moves them all by the same span."""
        named = [getattr(self.ticket, name) for name in TICKET_INSTANTS]
        named += [getattr(clock, name) for clock in self.clocks for name in CLOCK_INSTANTS]
        named += [entry.at for entry in self.entries]
        yield from {instant for instant in named if instant is not None}


def _clock_rows(
    subject: Subject, readings: Mapping[ClockKind, Reading], *, at: datetime, now: datetime
) -> Iterator[Clock]:
    for kind, reading in readings.items():
        row = clock_row(subject, kind, reading, None, at)
        if row.warn_at is not None and row.next_event_at == row.warn_at and row.warn_at < now:
            row = clock_row(subject, kind, reading, Clock(warned_at=reading.warn_at), at)
        yield row
