"""Moving running tickets to another version of their policy: never earlier than promised, with a reason (POLICY 5, 6).

Batch by batch, each in a transaction, so a killed worker leaves whole tickets only and the next bell goes on with those
that still stand on an older version.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import connection, transaction

from helpdesk.audit.operations import audit_row, record_all
from helpdesk.lib.actors import Actor, ActorKind
from helpdesk.lib.clock import database_now
from helpdesk.lib.crashpoints import reach
from helpdesk.lib.rows import insert_rows
from helpdesk.lib.tenancy import system_scope
from sla.models import PlannedEdit, PolicyVersion
from tickets.models import EntryKind, TimelineEntry
from tickets.operations.edits.moved import Cause
from tickets.operations.edits.policy_impact import whose
from tickets.operations.edits.refolding import refold

logger = logging.getLogger(__name__)
REASON = "a policy's edit moves every organisation's tickets"
BATCH = 500  # tickets, and one transaction
# Ids of versions grow, so "older" is less: nothing that was opened under a newer one is moved back.
BEHIND = """
    SELECT t.id FROM tickets_ticket t
    WHERE t.in_queue AND t.organisation_id = ANY(%s) AND t.policy_version_id < %s ORDER BY t.id
"""
# Held by an operation or another worker: the next round takes it.
LOCK = """
    SELECT t.id, t.organisation_id, o.key || '-' || t.number, v.id, v.number FROM tickets_ticket t
    JOIN accounts_organisation o ON o.id = t.organisation_id JOIN sla_policyversion v ON v.id = t.policy_version_id
    WHERE t.id = ANY(%s) AND t.in_queue AND t.policy_version_id < %s ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED
"""
MOVE = "UPDATE tickets_ticket SET policy_version_id = %s WHERE id = ANY(%s)"
Held = tuple[int, int, str, int, int]


def move_tickets(
    plan: PlannedEdit, *, at: datetime | None = None, each: Callable[[int, int], None] | None = None
) -> int:
    """Move the running tickets that a confirmed plan reaches to its version; returns how many.

    Each gets an entry with the reason, the versions and who confirmed it; a deadline that is later by it is noted too.
    A recorded breach stays, and one that had fallen due is recorded first. `each` is called after every batch with how
    many tickets had their turn, and of how many.
    """
    assert plan.made_policy is not None
    moved, turns, behind = 0, 0, _behind(plan)
    for begin in range(0, len(behind), BATCH):
        ids = behind[begin : begin + BATCH]
        with transaction.atomic(), system_scope(REASON):
            moved += _move(ids, plan, at=at or database_now())
            reach("policy_moves.before_commit")
        turns += len(ids)
        if each is not None:
            each(turns, len(behind))
    return moved


def unmoved(plan: PlannedEdit) -> int:
    """How many tickets the plan still has to move. Asked in the system scope."""
    return len(_behind(plan))


def _behind(plan: PlannedEdit) -> list[int]:
    with transaction.atomic(), system_scope(REASON), connection.cursor() as cursor:
        cursor.execute(BEHIND, [whose(plan), plan.made_policy_id])
        return [row[0] for row in cursor.fetchall()]


def _move(ids: Sequence[int], plan: PlannedEdit, *, at: datetime) -> int:
    version = plan.made_policy
    assert version is not None
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [list(ids), version.pk])
        held: list[Held] = cursor.fetchall()
        cursor.execute(MOVE, [version.pk, [row[0] for row in held]])
    actor = _actor(plan)
    insert_rows(TimelineEntry, [_entry(row, version, plan, actor, at) for row in held])
    record_all([_audit(row, version, plan, actor, at) for row in held])
    refold([row[0] for row in held], at=at, cause=Cause.POLICY)
    return len(held)


def _actor(plan: PlannedEdit) -> Actor:
    who = plan.decided_by
    assert who is not None, "a plan is moved once somebody has confirmed it"
    return Actor(kind=ActorKind.STAFF, name=who.user.name, user_id=who.user_id, staff_id=who.pk)


def _entry(row: Held, version: PolicyVersion, plan: PlannedEdit, actor: Actor, at: datetime) -> dict[str, object]:
    pk, organisation_id, _reference, before, number = row
    return {
        "organisation_id": organisation_id,
        "ticket_id": pk,
        "kind": EntryKind.POLICY.value,
        "at": at,
        "actor_kind": actor.kind.value,
        "actor_id": actor.user_id,
        "actor_name": actor.name,
        "is_public": True,
        "body": f"Policy version {number} → {version.number}: {plan.reason}",
        "data": {"before": before, "after": version.pk, "plan": str(plan.public_id)},
    }


def _audit(row: Held, version: PolicyVersion, plan: PlannedEdit, actor: Actor, at: datetime) -> dict[str, object]:
    _pk, organisation_id, reference, before, _number = row
    said = {"before": before, "after": version.pk, "plan": str(plan.public_id)}
    told = audit_row(action="ticket.policy", subject=reference, actor=actor, at=at, reason=plan.reason, data=said)
    return {"organisation_id": organisation_id, **told}
