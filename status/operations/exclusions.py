"""Exclusions of the contract figure: proposing one, and a second person's approval or refusal.

An exclusion is the vendor's to write, whichever organisations' figures it is set against: so the right is asked for in
the scope of whoever asks, and the rows are written in the system's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Organisation
from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.lib.tenancy import system_scope
from status.models import (
    Exclusion,
    ExclusionAudience,
    ExclusionComponent,
    ExclusionDecision,
    TypedReason,
    Verdict,
)
from status.models.exclusion import LONGEST_EVIDENCE, LONGEST_WHY
from status.operations.audience import chosen_audience, chosen_components, refuse_unserved
from status.operations.checks import line
from status.operations.work import revise_months_of
from status.uptime.reasons import ORGANISATION_ONLY, Reason

EVERY = "an exclusion is the vendor's to write, whichever organisations' figures it is set against"


@dataclass(frozen=True, kw_only=True)
class ExclusionText:
    """What is proposed, as typed: which time is left out, why, and what proves it. No component: all of them."""

    reason: str
    begins_at: datetime | None
    ends_at: datetime | None
    evidence: str
    component_ids: Sequence[int] = field(default=())


@transaction.atomic
def propose_exclusion(
    *,
    actor: Actor,
    text: ExclusionText,
    organisations: Sequence[Organisation] | None = None,
    at: datetime | None = None,
) -> Exclusion:
    """Propose that an interval be left out of the contract figure (POLICY 10); it counts once somebody else agrees.

    `organisations` None: of everybody's figure, else of these alone. Raises `DomainError` beside the input for a reason
    that is not on the closed list or is one organisation's only, an interval that is empty or ahead, missing evidence
    and a component that is none; `Forbidden` without the right, or for organisations that the actor does not serve.
    """
    require(actor, "exclusion.propose")
    if actor.staff_id is None:
        raise Forbidden(_("An exclusion is proposed by a person, so that another can approve it."))
    at = at or database_now()
    audience = _audience(text.reason, organisations)
    begins, ends = _interval(text, at=at)
    missing = _("Say what proves it, in words or as an address: whoever reads the figure reads this too.")
    exclusion = Exclusion(
        reason=text.reason,
        begins_at=begins,
        ends_at=ends,
        for_all=organisations is None,
        evidence=line(text.evidence, field="evidence", longest=LONGEST_EVIDENCE, missing=missing),
        proposed_by_id=actor.staff_id,
        proposer_name=actor.name,
        proposed_at=at,
    )
    chosen = chosen_components(text.component_ids)
    with system_scope(EVERY):
        exclusion.save(force_insert=True)
        ExclusionAudience.objects.bulk_create(
            ExclusionAudience(exclusion=exclusion, organisation_id=pk) for pk in sorted(audience)
        )
        ExclusionComponent.objects.bulk_create(
            ExclusionComponent(exclusion=exclusion, component=component) for component in chosen
        )
    said = {"reason": text.reason, "from": begins.isoformat(), "to": ends.isoformat(), "for_all": exclusion.for_all}
    _audit("exclusion.propose", exclusion, actor=actor, at=at, data=said)
    return exclusion


@transaction.atomic
def approve_exclusion(*, exclusion: Exclusion, actor: Actor, at: datetime | None = None) -> ExclusionDecision:
    """Approve what somebody else proposed: from now on it is left out; frozen months that it touches are revised.

    Raises `Forbidden` without the right, for whoever proposed it, and where it concerns organisations that the actor
    does not serve; `Conflict` once it is decided.
    """
    locked = _locked(exclusion, actor=actor, right="exclusion.approve")
    if actor.staff_id is None or actor.staff_id == locked.proposed_by_id:
        raise Forbidden(_("Whoever proposed an exclusion cannot approve it: somebody else must."))
    return _decide(locked, Verdict.APPROVED, actor=actor, why="", at=at)


@transaction.atomic
def decline_exclusion(*, exclusion: Exclusion, actor: Actor, why: str, at: datetime | None = None) -> ExclusionDecision:
    """Decline a proposal, or take back what was approved: nothing is left out for it any more. Its rows stay.

    The proposer may withdraw their own while it waits. Raises `DomainError` without a reason; `Conflict` when it was
    declined already; `Forbidden` as `approve_exclusion`.
    """
    own = actor.staff_id is not None and actor.staff_id == exclusion.proposed_by_id
    locked = _locked(exclusion, actor=actor, right="exclusion.propose" if own else "exclusion.approve")
    missing = _("Say why: whoever proposed it reads this.")
    return _decide(
        locked, Verdict.DECLINED, actor=actor, why=line(why, field="why", longest=LONGEST_WHY, missing=missing), at=at
    )


def _locked(exclusion: Exclusion, *, actor: Actor, right: str) -> Exclusion:
    """The proposal's row, locked, for somebody with the right who serves everybody whose figure it touches."""
    require(actor, right)
    Exclusion.objects.get(pk=exclusion.pk)  # in the scope of who asks
    with system_scope(EVERY):
        locked = Exclusion.objects.select_for_update().get(pk=exclusion.pk)
        audience = frozenset(
            ExclusionAudience.objects.filter(exclusion=locked).values_list("organisation_id", flat=True)
        )
    refuse_unserved(audience)
    return locked


def _decide(
    exclusion: Exclusion, verdict: Verdict, *, actor: Actor, why: str, at: datetime | None
) -> ExclusionDecision:
    if actor.staff_id is None:
        raise Forbidden(_("A person decides of an exclusion."))
    at = at or database_now()
    with system_scope(EVERY):
        told = set(ExclusionDecision.objects.filter(exclusion=exclusion).values_list("verdict", flat=True))
    if Verdict.DECLINED in told or verdict in told:
        raise Conflict(_("This exclusion has been decided already."))
    decision = ExclusionDecision(
        exclusion=exclusion,
        proposed_by_id=exclusion.proposed_by_id,
        verdict=verdict,
        why=why,
        decided_by_id=actor.staff_id,
        decider_name=actor.name,
        decided_at=at,
    )
    with system_scope(EVERY):
        decision.save(force_insert=True)
    _audit(f"exclusion.{verdict.value}", exclusion, actor=actor, at=at, reason=why)
    revise_months_of(exclusion.begins_at, at=at)
    return decision


def _audience(reason: str, organisations: Sequence[Organisation] | None) -> frozenset[int]:
    if reason not in TypedReason.values:
        raise DomainError(_("Choose a reason from the list; no other lowers downtime."), field="reason")
    if organisations is None and Reason(reason) in ORGANISATION_ONLY:
        raise DomainError(
            _("One client’s doing is left out of that client’s figure alone: choose the organisations."),
            field="organisations",
        )
    return chosen_audience(organisations)


def _interval(text: ExclusionText, *, at: datetime) -> tuple[datetime, datetime]:
    if text.begins_at is None:
        raise DomainError(_("Say from when."), field="begins_at")
    if text.ends_at is None or text.ends_at <= text.begins_at:
        raise DomainError(_("It ends after it begins."), field="ends_at")
    if text.ends_at > at:
        raise DomainError(
            _("Only time that has passed can be left out; what is planned is maintenance."), field="ends_at"
        )
    return text.begins_at, text.ends_at


def _audit(
    action: str,
    exclusion: Exclusion,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """One row in the vendor's log, by the public id: its evidence may be one organisation's own."""
    subject = str(exclusion.public_id)
    record_vendor(action=action, subject=subject, actor=actor, at=at, reason=reason, data=data)
