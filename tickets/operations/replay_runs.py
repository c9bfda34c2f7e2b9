"""The nightly replay: all clocks of the queue and a sample of the others, in batches, with a record and word to admins.

A killed worker costs one batch: what a batch found and how far the run is are written in one transaction.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from helpdesk.accounts.directory import Directory
from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import SYSTEM, Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.crashpoints import reach
from helpdesk.lib.lookups import Ids
from helpdesk.lib.rows import insert_rows
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import wake
from helpdesk.notifications.drafts import Draft, Recipient
from helpdesk.notifications.operations import queue_notices
from tickets.models import ClockDifference, ReplayRun, Ticket
from tickets.operations.replay import BATCH, REASON, Compared, Difference, compare, queued_after

logger = logging.getLogger(__name__)
TASK = "tickets.go_on_replaying"
BATCHES = 50  # of one call; the next bell goes on, so that a worker is never held for long
LISTED = 1000  # differences that a run keeps as rows; all are counted
KEPT = timedelta(days=90)
ROLE = "Admin, because a stored clock differs from its timeline"
EVENT = "clock_differs"


class Whose(NamedTuple):
    """The organisation whose clocks differ."""

    pk: int
    key: str
    name: str


@transaction.atomic
def begin_replay(*, actor: Actor = SYSTEM, at: datetime | None = None) -> ReplayRun:
    """Begin a replay, or return the one that goes on; workers do it. Runs older than 90 days are forgotten.

    Its sample is drawn here: tickets out of the queue by chance, and those that differed the last time.
    """
    require(actor, "settings.audit")
    now = at or database_now()
    with system_scope(REASON):
        old = ReplayRun.objects.filter(begun_at__lt=now - KEPT, ended_at__isnull=False)
        ClockDifference.objects.filter(run__in=old).delete()
        old.delete()
        asked_by = "" if actor is SYSTEM else actor.name
        begun = {"begun_at": now, "asked_by": asked_by, "sample": _sample()}
        insert_rows(ReplayRun, [begun], ignore_conflicts=True)
        run = ReplayRun.objects.get(ended_at=None)
        if actor is not SYSTEM:
            record_vendor(action="clocks.replay", subject=str(run.pk), actor=actor, at=now)
    wake(TASK)
    return run


def go_on_replaying(*, at: datetime | None = None) -> int:
    """Go on with the replay that is not at its end, up to 50 batches; returns how many.

    Safe with any number of workers: one has the run, the others leave it alone. `at` is given by tests only.
    """
    done = 0
    while done < BATCHES and _next_batch(at):
        done += 1
    if done == BATCHES:
        wake(TASK)
    return done


def _sample() -> list[int]:
    closed = Ticket.objects.filter(in_queue=False)
    last = ReplayRun.objects.filter(ended_at__isnull=False).order_by("-pk").first()
    again = ClockDifference.objects.filter(run=last, ticket__in_queue=False) if last is not None else None
    found = set(again.values_list("ticket_id", flat=True)) if again is not None else set()
    return sorted(found.union(closed.order_by("?").values_list("pk", flat=True)[: settings.REPLAY_SAMPLE]))


def _next_batch(at: datetime | None) -> bool:
    """Compare the next tickets, in one transaction with the note of how far the run is; False where nothing is left."""
    with transaction.atomic(), system_scope(REASON):
        run = ReplayRun.objects.filter(ended_at=None).select_for_update(skip_locked=True).first()
        if run is None:
            return False
        now = at or database_now()
        queued = queued_after(run.open_after)
        ids = queued or run.sample[run.sampled : run.sampled + BATCH]
        if not ids:
            _end(run, now)
            return False
        compared = compare(ids, at=now)
        _keep(run, compared, now)
        if queued:
            run.open_after, run.tickets = queued[-1], run.tickets + compared.tickets
        else:
            run.sampled += len(ids)
        run.clocks += compared.clocks
        run.waiting += compared.waiting
        run.save()
        reach("replay.before_commit")
    return True


def _keep(run: ReplayRun, compared: Compared, at: datetime) -> None:
    """Write what differs as rows, up to the bound, and each to the log of errors."""
    before = _found_before(run, compared.differences)
    free = max(0, LISTED - run.differing)
    run.differing += len(compared.differences)
    for one in islice(compared.differences, free):
        logger.error("clock differs from its timeline: %s", one)
    rows = [
        {
            "run_id": run.pk,
            "organisation_id": one.organisation_id,
            "ticket_id": one.ticket_id,
            **_told(one),
            "is_new": (one.ticket_id, *_told(one).values()) not in before,
            "found_at": at,
        }
        for one in compared.differences[:free]
    ]
    insert_rows(ClockDifference, rows)


def _found_before(run: ReplayRun, differences: Sequence[Difference]) -> set[tuple[object, ...]]:
    last = ReplayRun.objects.filter(pk__lt=run.pk).order_by("-pk").first()
    if last is None or not differences:
        return set()
    ids = Ids({one.ticket_id for one in differences})
    rows = ClockDifference.objects.filter(run=last, ticket_id__any=ids)
    return set(rows.values_list("ticket_id", "kind", "field", "stored", "folded"))


def _told(one: Difference) -> dict[str, str]:
    stored, folded = _text(one.stored), _text(one.folded)
    return {"kind": one.clock, "field": one.field, "stored": stored, "folded": folded}


def _text(value: object) -> str:
    """A value as it is kept: an instant as ISO, in UTC; empty for none."""
    if value is None:
        return ""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)[:200]


def _end(run: ReplayRun, at: datetime) -> None:
    """Close the run, with its counts in the vendor's log, and tell admins what was not so at the replay before."""
    run.ended_at = at
    run.save()
    counts = {name: getattr(run, name) for name in ("tickets", "sampled", "clocks", "waiting", "differing")}
    record_vendor(action="clocks.replayed", subject=str(run.pk), actor=SYSTEM, at=at, data=counts)
    new = ClockDifference.objects.filter(run=run, is_new=True)
    figures = Counter(new.values_list("organisation_id", "organisation__key", "organisation__name"))
    if not figures:
        return
    directory = Directory.read()
    queue_notices([
        _draft(run, Whose(*whose), count, person.recipient(ROLE), at)
        for whose, count in figures.items()
        for person in directory.admins(organisation_id=whose[0])
    ])  # fmt: skip


def _draft(run: ReplayRun, whose: Whose, figures: int, admin: Recipient, at: datetime) -> Draft:
    return Draft(
        organisation_id=whose.pk,
        key=f"{EVENT}:{run.pk}",
        event=EVENT,
        recipient=admin,
        template=EVENT,
        reference=whose.key,
        path=reverse("settings:clock_check"),
        send_at=at,
        created_at=at,
        reason="The nightly replay found it. Nothing was changed.",
        facts={"organisation": whose.name, "figures": figures},
    )
