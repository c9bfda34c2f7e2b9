"""The worker's turn at the probes: claim what is due, ask all of it at once, write what came, and what that confirms.

A slot that nobody asked in stays without a result: that is neither up nor down. Two checks of one probe never overlap:
a claim holds until its check has ended, and a worker that died leaves it to expire.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from helpdesk.lib.alone import alone
from helpdesk.lib.clock import database_now
from helpdesk.lib.rows import insert_rows
from status.models import Probe, ProbeResult, ProbeRun, ProbeState
from status.models.probe import LONGEST_DETAIL
from status.operations.probe_news import tell_runs
from status.probes import check_of, guard
from status.probing.checking import AT_ONCE, run_checks
from status.probing.folding import Standing, Turn, stepped
from status.probing.grid import slot_of
from status.probing.shapes import Outcome, Verdict

ROUNDS = 5  # of as many checks as are asked at once; the next bell goes on
# No round begins later in a turn: another worker, or another task of this one, has waited long enough.
LONGEST_TURN_S = 20.0
TURNS, EVERYBODYS = 0x70726F62, 0  # the family of our advisory locks, and the one that there is
MARGIN = timedelta(seconds=20)  # of a claim, beyond the time that its check may take
CLAIMED = ("next_at", "claimed_until")
WRITTEN = (
    "claimed_until", "state", "streak", "streak_from", "last_at", "last_outcome", "last_ms", "last_why", "last_detail",
)  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """A probe that is ours to ask, for one slot."""

    probe: Probe
    slot: datetime


def run_probes(*, at: datetime | None = None) -> int:
    """Ask every probe that is due, then tell what is confirmed; returns how many results were written.

    At most as many at once as the checker takes, and some rounds of them. One turn at a time, however many workers
    there are: what never answers keeps one process waiting, and the others are left to the sweep and what else is due.
    """
    with alone(TURNS, EVERYBODYS) as is_ours:
        if not is_ours:
            return 0
        written = _asked(at=at)
    tell_runs(at=at)
    return written


def _asked(*, at: datetime | None) -> int:
    """The rounds of a turn; how many results they wrote."""
    written, began = 0, time.monotonic()
    for _ in range(ROUNDS):
        claims = _claim(at=at)
        if claims:
            written += _write(claims, run_checks([check_of(one.probe) for one in claims], guard=guard()), at=at)
        if len(claims) < AT_ONCE or time.monotonic() - began > LONGEST_TURN_S:
            break
    return written


@transaction.atomic
def _claim(*, at: datetime | None) -> list[Claim]:
    now = at or database_now()
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    due = Probe.objects.filter(free, paused_at__isnull=True, next_at__lte=now)
    probes = list(due.select_for_update(skip_locked=True).order_by("next_at", "pk")[:AT_ONCE])
    claims = []
    for probe in probes:
        slot = slot_of(now, interval=probe.interval, offset=probe.offset)
        claims.append(Claim(probe, slot))
        probe.next_at = slot + timedelta(seconds=probe.interval)
        probe.claimed_until = now + timedelta(seconds=probe.timeout) + MARGIN
    Probe.objects.bulk_update(probes, CLAIMED)
    return claims


@transaction.atomic
def _write(claims: Sequence[Claim], outcomes: Sequence[Outcome | None], *, at: datetime | None) -> int:
    """The results with one insert, then how each probe stands. What came too late for its slot is left out."""
    locked = Probe.objects.select_for_update().order_by("pk").in_bulk([one.probe.pk for one in claims])
    now = at or database_now()
    rows, runs = [], []
    for claim, outcome in zip(claims, outcomes, strict=True):
        probe = locked[claim.probe.pk]
        probe.claimed_until = None
        if outcome is None or not _is_in_time(claim.slot, probe, now):
            continue
        rows.append(_row(claim.slot, probe, outcome))
        turn = _fold(probe, claim.slot, outcome)
        if turn is not None:
            runs.append((probe, *turn))
    insert_rows(ProbeResult, rows, ignore_conflicts=True)
    Probe.objects.bulk_update(locked.values(), WRITTEN)
    for probe, turned, since in runs:
        _note(probe, turned, since, at=now)
    return len(rows)


def _is_in_time(slot: datetime, probe: Probe, now: datetime) -> bool:
    """Not of a slot that was written already, nor of one long over, nor of a probe that was paused meanwhile."""
    is_new = probe.last_at is None or slot > probe.last_at
    return is_new and not probe.is_paused and now - slot < timedelta(seconds=2 * probe.interval)


def _row(slot: datetime, probe: Probe, outcome: Outcome) -> dict[str, object]:
    probe.last_at, probe.last_outcome, probe.last_ms = slot, outcome.verdict.value, outcome.ms
    probe.last_why = outcome.why.value if outcome.why else ""
    probe.last_detail = outcome.detail.replace("\x00", "")[:LONGEST_DETAIL]
    return {
        "probe_id": probe.pk,
        "slot_at": slot,
        "outcome": probe.last_outcome,
        "ms": outcome.ms,
        "why": probe.last_why,
        "detail": probe.last_detail,
    }


def _fold(probe: Probe, slot: datetime, outcome: Outcome) -> tuple[Turn, datetime] | None:
    if outcome.verdict is Verdict.REFUSED:
        return None
    before = Standing(probe.is_down, probe.streak, probe.streak_from)
    good = outcome.verdict is Verdict.UP
    after, turn, since = stepped(
        before, slot, good=good, failures=probe.fail_threshold, successes=probe.success_threshold
    )
    probe.state = ProbeState.DOWN if after.is_down else ProbeState.UP
    probe.streak, probe.streak_from = after.streak, after.since
    return (turn, since) if turn is not None and since is not None else None


def _note(probe: Probe, turn: Turn, since: datetime, *, at: datetime) -> None:
    """The run that a check has begun or ended."""
    if turn is Turn.DOWN:
        ProbeRun.objects.create(
            probe=probe, first_failed_at=since, confirmed_at=at, why=probe.last_why, detail=probe.last_detail
        )
        return
    lasting = ProbeRun.objects.filter(probe=probe, recovered_at__isnull=True)
    lasting.update(recovered_at=since, recovery_confirmed_at=at)
