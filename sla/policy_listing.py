"""What the admins' pages about policies show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from helpdesk.accounts.members import Member
from sla.models import Agreement, Policy, PolicyVersion
from sla.policy_spec import differences, spec_of
from sla.queries import policy_in_force
from sla.visible import policies_seen_by


@dataclass(frozen=True, kw_only=True)
class PolicyShown:
    """A policy, its version in force, one that is announced, and how many organisations of the scope have it."""

    policy: Policy
    version: PolicyVersion
    announced: PolicyVersion | None
    served: int


@dataclass(frozen=True, kw_only=True)
class VersionShown:
    """A version, what it says other than the one before it, and how it stands: "past", "now" or "later"."""

    version: PolicyVersion
    changes: Sequence[str]
    standing: str


def policies_shown(member: Member, *, at: datetime) -> list[PolicyShown]:
    """The policies that the member sees, by name. Two statements, whatever their number."""
    agreed = Agreement.objects.filter(organisation_id__any=member.organisation_ids)
    served = dict(agreed.values_list("policy_id").annotate(many=Count("pk")))
    by_policy: dict[int, list[PolicyVersion]] = {}
    versions = PolicyVersion.objects.filter(policy__in=policies_seen_by(member)).select_related("policy")
    for version in versions.order_by("policy__name", "policy_id", "number"):
        by_policy.setdefault(version.policy_id, []).append(version)
    return [_shown(versions, served.get(policy_id, 0), at) for policy_id, versions in by_policy.items()]


def _shown(versions: list[PolicyVersion], served: int, at: datetime) -> PolicyShown:
    begun = [version for version in versions if version.effective_from <= at]
    last = versions[-1]
    return PolicyShown(
        policy=last.policy,
        version=(begun or versions)[-1 if begun else 0],
        announced=last if last.effective_from > at else None,
        served=served,
    )


def versions_shown(policy: Policy, *, at: datetime) -> list[VersionShown]:
    """The policy's versions, newest first."""
    versions = list(PolicyVersion.objects.filter(policy=policy).order_by("number"))
    current = policy_in_force(policy.pk, at=at)
    shown: list[VersionShown] = []
    before: dict[str, Any] | None = None
    for version in versions:
        spec = spec_of(version)
        changes = differences(before, spec) if before is not None else []
        standing = "now" if version == current else "later" if version.effective_from > at else "past"
        shown.append(VersionShown(version=version, changes=changes, standing=standing))
        before = spec
    return shown[::-1]
