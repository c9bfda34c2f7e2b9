"""What was agreed of uptime: a further version of it, from a month on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Organisation
from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from helpdesk.lib.tenancy import system_scope
from sla.operations.reaching import require_everybody
from status.models import UptimeTerms
from status.models.uptime import EVERYBODY, LONGEST_REASON
from status.operations.audience import refuse_unserved
from status.operations.checks import line
from status.reckoning.months import month_at
from status.reckoning.terms import first_day
from status.uptime.reasons import Reason

EVERY = "what was agreed is the vendor's to write, for whichever organisation"
LONGEST_NOTICE_HOURS, MOST_MINUTES = 720, 44_640


@dataclass(frozen=True, kw_only=True)
class TermsText:
    """A version of the terms. Target and notice None: as the policy says. Minutes; a cap of None is none."""

    effective_from: date
    reason: str
    target_percent: Decimal | None = None
    notice_hours: int | None = None
    partial_weight: Decimal = Decimal(1)
    reasons: Sequence[str] = field(default=())
    only_in_usual_windows: bool = False
    maintenance_cap_minutes: int | None = None
    emergency_cap_minutes: int = 60
    min_outage_minutes: int = 0


@transaction.atomic
def set_terms(
    *, actor: Actor, text: TermsText, organisation: Organisation | None = None, at: datetime | None = None
) -> UptimeTerms:
    """Agree on how uptime counts from a month on, for everybody or for one organisation (POLICY 10). Append-only.

    Raises `DomainError` beside the input for a month that is over, a figure that is none, a reason that is not on the
    closed list, and no reason for the change; `Forbidden` without the right, for one who is not served, and
    for everybody from who serves only some.
    """
    require(actor, "settings.uptime")
    if organisation is None:
        require_everybody(actor)
    else:
        refuse_unserved([organisation.pk])
    at = at or database_now()
    _check(text, at=at)
    why = line(text.reason, field="reason", longest=LONGEST_REASON, missing=_("Say why; everybody may read it."))
    whose = EVERYBODY if organisation is None else organisation.pk
    with system_scope(EVERY):
        held = UptimeTerms.objects.select_for_update().filter(only_for=whose).order_by("-number").first()
        version = UptimeTerms(
            only_for=whose,
            number=held.number + 1 if held else 1,
            effective_from=text.effective_from.replace(day=1),
            target_percent=text.target_percent,
            notice_hours=text.notice_hours,
            partial_weight=text.partial_weight,
            reasons=[reason.value for reason in Reason if reason.value in text.reasons],
            only_in_usual_windows=text.only_in_usual_windows,
            maintenance_cap_minutes=text.maintenance_cap_minutes,
            emergency_cap_minutes=text.emergency_cap_minutes,
            min_outage_minutes=text.min_outage_minutes,
            reason=why,
            author_id=actor.staff_id,
            author_name=actor.name,
            recorded_at=at,
        )
        version.save(force_insert=True)
    subject = "everybody" if organisation is None else organisation.key
    data = {"number": version.number, "from": version.effective_from.isoformat()}
    record_vendor(action="uptime.terms", subject=subject, actor=actor, at=at, reason=why, data=data)
    return version


def _check(text: TermsText, *, at: datetime) -> None:
    if text.effective_from < first_day(month_at(at)):
        raise DomainError(_("What was agreed for a month that is over stays."), field="effective_from")
    if text.target_percent is not None and not 0 < text.target_percent <= 100:
        raise DomainError(_("A target lies above 0 and at most at 100 per cent."), field="target_percent")
    if not 0 <= text.partial_weight <= 1:
        raise DomainError(_("A weight lies between 0 and 1."), field="partial_weight")
    if text.notice_hours is not None and not 0 <= text.notice_hours <= LONGEST_NOTICE_HOURS:
        raise DomainError(_("A notice is at most 720 hours."), field="notice_hours")
    for name in ("maintenance_cap_minutes", "emergency_cap_minutes", "min_outage_minutes"):
        value = getattr(text, name)
        if value is not None and not 0 <= value <= MOST_MINUTES:
            raise DomainError(_("Give minutes of a month: at most 44,640."), field=name)
    if not set(text.reasons) <= {reason.value for reason in Reason}:
        raise DomainError(_("Choose reasons of the closed list."), field="reasons")
