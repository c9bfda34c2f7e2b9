"""Publishing the escalation matrix: each save is a new version, in force from its instant on (POLICY 7)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Organisation
from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError, Stale
from sla.models import MatrixLevel, MatrixRule, MatrixVersion
from sla.operations.reaching import require_everybody
from sla.versions import Matrix
from tickets.ladder.judging import judge_of
from tickets.ladder.lint import matrix_faults
from tickets.operations.checks import required_text

LONGEST_REASON = 300


@transaction.atomic
def publish_matrix(
    *,
    levels: Sequence[MatrixLevel],
    rules: Sequence[MatrixRule],
    reminder_minutes: int,
    reason: str,
    seen: int,
    actor: Actor,
    at: datetime | None = None,
) -> MatrixVersion:
    """Publish unsaved levels and rules as the next version; what is in force stays as it was, for the record.

    `seen` is the number of the version that the draft began from. Raises `Forbidden` from who serves only some
    organisations, as the matrix is for all; `Stale` where another was published since; `DomainError` without a reason,
    and for everything that the lint refuses: a level or rule that reaches nobody, our own address, two rules for one
    thing, a rule that contradicts itself or can never fire.
    """
    require(actor, "settings.matrix")
    require_everybody(actor)
    newest = _newest_locked()
    at = at or database_now()
    if newest.number != seen:
        said = _("Version %(number)d was published meanwhile. Look at it, then make your change again.")
        raise Stale(said % {"number": newest.number})
    reason = required_text(reason, field="reason", message=_("Say why the matrix is changed."))[:LONGEST_REASON]
    version = MatrixVersion(number=seen + 1, effective_from=at, reason=reason, reminder_minutes=reminder_minutes)
    faults = matrix_faults(Matrix(version, list(levels), list(rules)), judge_of(Organisation.objects.all(), at=at))
    refusing = [fault.words for fault in faults if fault.refuses]
    if refusing:
        raise DomainError(" ".join(refusing))
    version.save(force_insert=True)
    for level in levels:
        level.version = version
    for rule in rules:
        rule.version = version
    MatrixLevel.objects.bulk_create(levels)
    MatrixRule.objects.bulk_create(rules)
    told = {"version": version.number, "rules": [[one.event, one.severity, *one.recipients] for one in rules]}
    record_vendor(action="matrix.publish", subject="matrix", actor=actor, at=at, reason=reason, data=told)
    return version


def _newest_locked() -> MatrixVersion:
    """The newest version, read once nobody else publishes: they all wait at the first version's row.

    Who waited at the newest one would go on with it, though another had been published meanwhile.
    """
    MatrixVersion.objects.select_for_update(no_key=True).earliest("number")
    return MatrixVersion.objects.latest("number")
