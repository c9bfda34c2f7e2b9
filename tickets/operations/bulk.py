"""One thing done to many tickets: a run is rows, worked off one ticket a transaction, and survives whoever dies."""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import StaffMember, User
from helpdesk.accounts.queries import member_of
from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.crashpoints import reach
from helpdesk.lib.errors import Conflict, DomainError
from helpdesk.lib.tenancy import scope, system_scope
from helpdesk.lib.wake import wake
from tickets.models import BulkItem, BulkRun, Outcome, Ticket
from tickets.operations.bulk_verbs import VERBS, Arguments, verb_named
from tickets.queries import TicketNotFound, get_ticket

logger = logging.getLogger(__name__)
MOST = 200  # tickets of one run
BATCH = 50  # tickets that one bell works off, so that the worker's own loop comes back to the sweep
TASK = "tickets.work_off_bulk"
OWN = "a run belongs to its person, and its tickets to several organisations"
LONGEST_MESSAGE = 500


@transaction.atomic
def start_run(
    *,
    verb: str,
    arguments: Arguments,
    tickets: Sequence[uuid.UUID],
    actor: Actor,
    submission_key: uuid.UUID,
    at: datetime | None = None,
) -> BulkRun:
    """Note that the verb is to be done to these tickets, and wake a worker. The same key is the same run.

    `tickets` are public ids; what is not in scope counts as missing. Raises `DomainError` for no ticket, for more
    than 200, for an unknown verb and for arguments that no ticket would take; `Forbidden` without the verb's right.
    """
    chosen = verb_named(verb)
    require(actor, "queue.read")
    require(actor, chosen.capability)
    given = {name: arguments.get(name, "") for name in chosen.arguments}
    chosen.check(given)
    if len(set(tickets)) > MOST:
        raise DomainError(_("At most %(most)d tickets at a time.") % {"most": MOST}, field="ticket")
    owner = StaffMember.objects.select_for_update(no_key=True).get(pk=actor.staff_id or 0)  # a double click waits here
    with system_scope(OWN):
        before = BulkRun.objects.filter(staff=owner, submission_key=submission_key).first()
    if before is not None:
        return before
    rows = {row.public_id: row for row in Ticket.objects.filter(public_id__in=list(tickets))}
    found = [rows[one] for one in dict.fromkeys(tickets) if one in rows]
    if not found:
        raise DomainError(_("No such ticket."), field="ticket")
    run = BulkRun(
        staff=owner, verb=verb, arguments=given, submission_key=submission_key, missing=len(set(tickets)) - len(found)
    )
    with system_scope(OWN):
        run.save(force_insert=True)
    items = [BulkItem(run=run, ticket=one, organisation_id=one.organisation_id) for one in found]
    BulkItem.objects.bulk_create(items)
    said = {"verb": verb, "tickets": len(found)}
    record_vendor(action="bulk.start", subject=str(run.public_id), actor=actor, at=at or database_now(), data=said)
    wake(TASK)
    return run


@transaction.atomic
def stop_run(*, run: BulkRun, actor: Actor, at: datetime | None = None) -> int:
    """Leave out the tickets whose turn has not come; returns how many. What is done stays done.

    Raises `Conflict` when none is left. The one being worked on at this moment is waited for.
    """
    if run.staff_id != actor.staff_id:
        raise DomainError(_("No such run."))
    at = at or database_now()
    with system_scope(OWN):
        left = BulkItem.objects.filter(run_id=run.pk, outcome=Outcome.PENDING)
        stopped = left.update(outcome=Outcome.STOPPED, done_at=at)
        if not stopped:
            raise Conflict(_("Every ticket of this run has had its turn already."))
        BulkRun.objects.filter(pk=run.pk).update(stopped_at=at, finished_at=at)
        record_vendor(action="bulk.stop", subject=str(run.public_id), actor=actor, at=at, data={"left_out": stopped})
    return stopped


def work_off(*, limit: int = BATCH) -> int:
    """Do what waits, one ticket a transaction, with the rights that its person has now; returns how many had a turn.

    Safe with any number of workers: a ticket's row is claimed with SKIP LOCKED, and its outcome is written in the
    transaction that does the work. Whoever dies leaves it pending, and the next bell goes on.
    """
    worked = 0
    while worked < limit and _work_off_one():
        worked += 1
    _note_finished()
    if worked == limit:
        wake(TASK)
    return worked


def _work_off_one() -> bool:
    with transaction.atomic(), system_scope(OWN):
        waiting = BulkItem.objects.filter(outcome=Outcome.PENDING).select_related("run__staff", "ticket")
        item = waiting.select_for_update(of=("self",), skip_locked=True).order_by("pk").first()
        if item is None:
            return False
        item.outcome, message = _turn(item)
        item.message, item.done_at = message[:LONGEST_MESSAGE], database_now()
        item.save(update_fields=["outcome", "message", "done_at"])
        reach("bulk.before_commit")
    reach("bulk.after_commit")
    return True


def _turn(item: BulkItem) -> tuple[Outcome, str]:
    """The work on one ticket: its outcome, and what is said of it. Refused or failed work leaves nothing behind."""
    member = _member_now(item.run.staff)
    verb = VERBS.get(item.run.verb)
    if member is None or verb is None:
        return Outcome.REFUSED, _("The person who asked for this may not do it any more.")
    try:
        with transaction.atomic(), scope(member.organisation_ids):
            ticket = get_ticket(member, item.ticket.public_id)
            return Outcome.DONE, verb.run(ticket, item.run.arguments, member)
    except TicketNotFound:
        return Outcome.REFUSED, _("No such ticket.")
    except DomainError as error:
        return Outcome.REFUSED, error.message
    except Exception:
        logger.exception("ticket %s of the run %s failed", item.ticket_id, item.run_id)
        return Outcome.FAILED, _("It failed for a reason of ours; nothing was changed. Try it again by itself.")


def _member_now(staff: StaffMember) -> Member | None:
    """The person with the rights of this moment; None for one who may not sign in any more."""
    people = User.objects.select_related("staff_member", "membership__organisation")
    user = people.filter(pk=staff.user_id, is_active=True).first()
    return member_of(user) if user is not None else None


def _note_finished() -> None:
    with system_scope(OWN):
        left = BulkItem.objects.filter(run_id=OuterRef("pk"), outcome=Outcome.PENDING)
        BulkRun.objects.filter(~Exists(left), finished_at__isnull=True).update(finished_at=Now())
