"""The frame of every verb: lock, check, write, audit, refresh clocks, enqueue on commit."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from helpdesk.audit.operations import record
from helpdesk.lib.actors import Actor
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Stale
from helpdesk.lib.live import Topic, changed
from helpdesk.notifications.drafts import Draft
from helpdesk.notifications.operations import queue_notices
from sla.engine.entries import ClockKind, Reading, State, Verdict
from sla.folding import queue_due
from sla.models import Clock
from sla.operations.clocks import refresh_clocks
from tickets.models import EntryKind, Ticket, TicketState, TimelineEntry
from tickets.operations.indexing import MESSAGES, refresh_search
from tickets.operations.settling import TRIED_AGAIN, record_breaches, settle, withdraw_climb
from tickets.queries import entries_of, entries_seen_by, subject_of, with_people
from tickets.wording import CLOCK_NAMES

logger = logging.getLogger(__name__)
SEARCHED = {EntryKind.OPENED, *MESSAGES}


@dataclass
class Work:
    """One change to one ticket, between its lock and its last write."""

    ticket: Ticket
    actor: Actor
    at: datetime
    entries: list[TimelineEntry] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    readings: dict[ClockKind, Reading] = field(default_factory=dict)
    clocks_before: dict[str, Clock] = field(default_factory=dict)

    def write(
        self,
        kind: EntryKind,
        *,
        body: str = "",
        public: bool = True,
        at: datetime | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> TimelineEntry:
        """Note one timeline entry; `save` inserts it."""
        row = TimelineEntry(
            organisation_id=self.ticket.organisation_id,
            ticket=self.ticket,
            kind=kind,
            at=at or self.at,
            actor_kind=self.actor.kind.value,
            actor_id=self.actor.user_id,
            actor_name=self.actor.name,
            is_public=public,
            body=body,
            data=dict(data or {}),
        )
        self.entries.append(row)
        return row

    def tell(self, drafts: Iterable[Draft]) -> None:
        """Note notices to be queued with this change."""
        self.drafts.extend(drafts)


def begin(ticket: Ticket, *, actor: Actor, at: datetime | None, seen: int | None = None) -> Work:
    """Lock the ticket, take the instant after the lock, and first record what had fallen due by then.

    So a breach is in the record before the answer that came after it, however late the sweep runs. `seen` is the
    version (`version_of`) that the person acts upon: raises `Stale` when more has happened since. It is compared
    under the lock and before anything is settled: what fell due by itself is no other writer's change. The caller
    is inside a transaction and a scope.
    """
    locked = with_people(Ticket.objects.all()).select_for_update(of=("self",)).get(pk=ticket.pk)
    if seen is not None:
        _refuse_stale(locked, actor=actor, seen=seen)
    work = Work(ticket=locked, actor=actor, at=at or database_now())
    settle(locked, at=work.at)
    return work


def _refuse_stale(ticket: Ticket, *, actor: Actor, seen: int) -> None:
    entries = entries_seen_by(ticket, staff=not actor.is_client)
    changes = entries.count() - seen
    if not changes:
        return
    last = entries.order_by("-id").first()
    if changes < 0 or last is None:
        raise Stale(f"That is no version of {ticket.reference}. Read it again.")
    said = f"{last.get_kind_display()} by {last.actor_name}"
    times = "1 thing" if changes == 1 else f"{changes} things"
    raise Stale(
        f"{times} happened to {ticket.reference} since you last read it; the newest: {said}. Nothing was changed: "
        "read it again, then decide.",
        changes=changes,
        last=said,
    )


def save(work: Work, *, action: str, reason: str = "", data: Mapping[str, Any] | None = None) -> None:
    """Insert the timeline, refresh clocks, queue key and searched words, save the ticket, audit. Then `send` notices.

    Open pages are told, once it is committed. Notices quote the deadlines, so they are drafted after the clocks are
    refreshed.
    """
    ticket = work.ticket
    TimelineEntry.objects.bulk_create(work.entries)
    _refresh(work)
    ticket.updated_at = work.at
    ticket.save()
    if any(entry.kind in SEARCHED for entry in work.entries):
        refresh_search(tickets=[ticket.pk])
    record(
        organisation_id=ticket.organisation_id,
        action=action,
        subject=ticket.reference,
        actor=work.actor,
        at=work.at,
        reason=reason,
        data=dict(data or {}),
    )
    changed(organisation_ids=[ticket.organisation_id], topic=Topic.TICKETS)


def send(work: Work) -> None:
    """Queue the notices that the change has drafted, in its transaction."""
    queue_notices(work.drafts)


def _refresh(work: Work) -> None:
    ticket = work.ticket
    refreshed = refresh_clocks(subject=subject_of(ticket), entries=entries_of(ticket), at=work.at)
    work.readings, work.clocks_before = refreshed.readings, refreshed.before
    _withdraw_breaches(work)
    _record_breaches(work)
    ticket.queue_due_at = queue_due(work.readings)
    owed = work.readings[ClockKind.RESPONSE].state in (State.RUNNING, State.PAUSED)
    ticket.in_queue = ticket.is_active or (ticket.state == TicketState.RESOLVED and owed)


def _record_breaches(work: Work) -> None:
    """No breach that the fold finds may go unrecorded: the sweep cannot claim it once the row says breached."""
    before = work.clocks_before
    found = {
        kind.value: reading.breached_at
        for kind, reading in work.readings.items()
        if reading.breached_at is not None and (kind.value not in before or before[kind.value].verdict != "breached")
    }
    if not found:
        return
    try:
        with transaction.atomic():
            record_breaches(work.ticket, found, at=work.at)
    except Exception:
        # The ladder's fault must not cost a person their reply: the clock stays to be claimed, and is tried again.
        logger.exception("the breaches of %s could not be recorded now", work.ticket)
        unclaimed = Clock.objects.filter(ticket=work.ticket, kind__in=found)
        unclaimed.update(verdict="pending", breached_at=None, next_event_at=work.at + TRIED_AGAIN)


def _withdraw_breaches(work: Work) -> None:
    """An answer received in time but recorded late takes its breach back, by a correcting entry (POLICY 4)."""
    before = len(work.entries)
    for kind, reading in work.readings.items():
        stored = work.clocks_before.get(kind.value)
        if stored is not None and stored.verdict == "breached" and reading.verdict is Verdict.MET:
            name = CLOCK_NAMES[kind.value]
            body = f"The breach of the {name} is withdrawn: the answer had been received in time."
            work.write(EntryKind.BREACH_WITHDRAWN, body=body, data={"clock": kind.value})
            withdraw_climb(work.ticket, clock=kind.value)
    if len(work.entries) > before:
        TimelineEntry.objects.bulk_create(work.entries[before:])
