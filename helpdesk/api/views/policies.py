"""Support policies with their versions, and the escalation matrix. Read-only: versions are published, never edited."""

from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from helpdesk.accounts.members import Member
from helpdesk.api.paging import Order
from helpdesk.api.schema import describe
from helpdesk.api.serializers.policies import MatrixAnswer, PolicyAnswer, PolicyVersionAnswer
from helpdesk.api.views.base import ApiRequest, ApiView, one
from helpdesk.lib.clock import database_now
from sla.models import MatrixRule, Policy, PolicyVersion, Target
from sla.queries import matrix_in_force
from sla.visible import policies_seen_by


class Policies(ApiView):
    """The policies."""

    orders = {"key": Order("key")}
    paged = True

    @describe("policies_list", tag="Policies", summary="List policies", answer=PolicyAnswer, page=True)
    def get(self, request: ApiRequest) -> Response:
        """Clients get the one that they are supported under."""
        return self.page(with_number_in_force(policies_seen_by(request.member)), lambda row: PolicyAnswer(row).data)


class OnePolicy(ApiView):
    """One policy."""

    tagged = True

    @describe("policies_read", tag="Policies", summary="Read a policy", answer=PolicyAnswer)
    def get(self, request: ApiRequest, key: str) -> Response:
        """Its figures are those of its version in force."""
        return one(PolicyAnswer(_policy(request.member, key)).data)


class Versions(ApiView):
    """The versions of one policy."""

    orders = {"oldest": Order("number"), "newest": Order("-number")}
    paged = True

    @describe("policy_versions_list", tag="Policies", summary="List versions", answer=PolicyVersionAnswer, page=True)
    def get(self, request: ApiRequest, key: str) -> Response:
        """Each with its targets; also those that are published for a later day."""
        policy = _policy(request.member, key)
        return self.page(_versions(policy), lambda row: _show(request.member, policy, row))


class OneVersion(ApiView):
    """One version of one policy."""

    tagged = True

    @describe("policy_versions_read", tag="Policies", summary="Read a version", answer=PolicyVersionAnswer)
    def get(self, request: ApiRequest, key: str, number: int) -> Response:
        """What it promises for each severity, in support minutes."""
        policy = _policy(request.member, key)
        found = _versions(policy).filter(number=number).first()
        if found is None:
            raise NotFound
        return one(_show(request.member, policy, found))


class Matrix(ApiView):
    """The escalation matrix."""

    tagged = True

    @describe("matrix_read", tag="Policies", summary="Read the escalation matrix in force", answer=MatrixAnswer)
    def get(self, request: ApiRequest) -> Response:
        """Levels with their published contacts, and who is told of what; how a level is reached is for staff."""
        found = matrix_in_force(at=database_now())
        facts = {
            name: getattr(found.version, name) for name in ("number", "effective_from", "reminder_minutes", "reason")
        }
        facts |= {
            "levels": list(found.levels.values()),
            "rules": [_rule(rule, staff=request.member.is_staff) for rule in found.all_rules],
        }
        return one(MatrixAnswer(facts, context={"member": request.member}).data)


def with_number_in_force(found: QuerySet[Policy]) -> QuerySet[Policy]:
    """The policies with `in_force`, a version's number."""
    versions = PolicyVersion.objects.filter(policy=OuterRef("pk"))
    begun = versions.filter(effective_from__lte=Now()).order_by("-number").values("number")[:1]
    return found.annotate(in_force=Coalesce(Subquery(begun), versions.order_by("number").values("number")[:1]))


def _rule(rule: MatrixRule, *, staff: bool) -> dict[str, Any]:
    """A rule; clients read that an address is told, not which."""
    told = [token if staff else token.partition(":")[0] for token in rule.recipients]
    facts = {
        name: getattr(rule, name) for name in ("event", "severity", "level_after", "repeat_minutes", "quiet_hours")
    }
    return {**facts, "recipients": told}


def _policy(member: Member, key: str) -> Policy:
    found = with_number_in_force(policies_seen_by(member)).filter(key=key).first()
    if found is None:
        raise NotFound
    return found


def _versions(policy: Policy) -> QuerySet[PolicyVersion]:
    targets = Target.objects.order_by("severity")
    return PolicyVersion.objects.filter(policy=policy).prefetch_related(Prefetch("targets", queryset=targets))


def _show(member: Member, policy: Any, row: PolicyVersion) -> dict[str, Any]:
    context = {"member": member, "in_force": policy.in_force}
    return dict(PolicyVersionAnswer(row, context=context).data)
